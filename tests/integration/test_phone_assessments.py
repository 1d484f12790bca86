"""What is measured from a phone's file is what the plain clip gives."""

from pathlib import Path

import pytest
from tools.phone_files.assessed import Figures, against, figures
from tools.phone_files.catalogue import catalogue
from tools.phone_files.kinds import PhoneFile
from tools.phone_files.source import read_source

MEASURED_ELSEWHERE = {
    "plain.mp4": "what the others are held against",
    "fps_30.mp4": "a reference clip",
    "fps_240.mp4": "a reference clip of 120 fps",
    "dropped.mp4": "a reference clip",
    "slow_8x.mp4": "a reference clip",
    "turned_270.mp4": "a reference clip",
    "turned_mirror_x.mp4": "a reference clip",
    "trimmed.mp4": "test_phone_files holds its pictures and times; so it does of the four that follow",
    "wild_times.mp4": "likewise",
    "clip.webm": "likewise",
    "anamorphic.mp4": "likewise",
    "paused.mp4": "likewise; test_edited_clips measures such clocks",
    "slow_2x.mp4": "slow_4x, less slow",
    "hevc_hlg.mov": "HDR: test_phone_files holds its tone-mapped pictures against the plain clip's",
    "hevc_pq.mov": "likewise",
    "ramped.mp4": "test_steady measures a ramp; slow_4x infers slow motion from pictures",
    "to_and_fro.mp4": "test_edited_clips measures one; cut and halted find from pictures where a clip was edited",
    "android_tag.mp4": "slow_8x with a tag, which is read in test_phone_files and used in test_clock",
}
"""Reference clips are measured by `formcheck verify`."""
KINDS = catalogue(read_source(longest_side_px=64, count=64))  # names alone: the pictures are read when a test runs
NAMES = [kind.name for kind in KINDS if kind.assess and kind.name not in MEASURED_ELSEWHERE]


@pytest.fixture(scope="module")
def files() -> dict[str, PhoneFile]:
    return {file.name: file for file in catalogue(read_source(longest_side_px=640))}


@pytest.fixture(scope="module")
def plain(files: dict[str, PhoneFile], tmp_path_factory: pytest.TempPathFactory) -> Figures:
    path = tmp_path_factory.mktemp("plain") / "plain.mp4"
    files["plain.mp4"].write(path)
    return figures(path)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_its_assessment_is_that_of_the_plain_clip(
    files: dict[str, PhoneFile], plain: Figures, tmp_path: Path, name: str
) -> None:
    files[name].write(tmp_path / name)
    figures_found, fits = against(figures(tmp_path / name), plain, files[name])
    assert fits, figures_found
