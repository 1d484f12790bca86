"""The committed reference clips are what their presets render, and their truth is what their gaits do."""

import pytest
from tools.rendered_runner.library import SUMS, sums
from tools.rendered_runner.misses import known_misses
from tools.rendered_runner.presets import PRESETS
from tools.rendered_runner.truth import describe

from formcheck.cli.verify.truth import read_truth, truth_path
from formcheck.words.numbers import DECIMALS
from places import CLIPS

MOST_BYTES = 12_000_000
"""A clone must stay quick."""


def test_every_preset_has_its_clip_and_every_clip_its_preset() -> None:
    assert {path.stem for path in CLIPS.glob("*.mp4")} == set(PRESETS)
    assert {path.name.removesuffix(".truth.json") for path in CLIPS.glob("*.truth.json")} == set(PRESETS)


def test_the_files_are_those_that_the_checksums_were_taken_of() -> None:
    assert (CLIPS / SUMS).read_text(encoding="ascii") == sums(CLIPS)


def test_all_clips_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in CLIPS.iterdir()) < MOST_BYTES


@pytest.mark.parametrize("name", PRESETS)
def test_the_readme_says_what_a_clip_is_for(name: str) -> None:
    readme = (CLIPS / "README.md").read_text(encoding="utf-8")
    assert f"| `{name}.mp4` | {PRESETS[name].shows} |" in readme


@pytest.mark.parametrize("name", PRESETS)
def test_a_truth_file_asks_for_measures_that_there_are(name: str) -> None:
    assert read_truth(truth_path(CLIPS / f"{name}.mp4")).measures.keys() <= DECIMALS.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", PRESETS)
def test_the_truth_is_what_the_gait_does(name: str) -> None:
    truth = read_truth(truth_path(CLIPS / f"{name}.mp4"))
    assert truth == describe(PRESETS[name], truth.how, known_misses(name))


@pytest.mark.parametrize("arguments", [["check", "no_such_clip"], ["check", "--folder", "no/such/folder"]])
def test_a_clip_or_folder_that_is_not_there_is_told_in_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("numba", reason="the renderer needs the extra `render`")
    command = pytest.importorskip("tools.rendered_runner.__main__")
    assert command.main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1
