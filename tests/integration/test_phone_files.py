"""Every kind of file that phones, apps and accidents make is read as the plain clip is, or refused in one line."""

import os
from pathlib import Path

import pytest
from tools.phone_files.catalogue import catalogue
from tools.phone_files.judge import examine
from tools.phone_files.source import read_source

from formcheck.clip.limits import ReadingLimits
from formcheck.clip.reader import ClipReader
from formcheck.records.errors import ClipError

pytestmark = pytest.mark.slow

FILES = {file.name: file for file in catalogue(read_source(longest_side_px=192, count=192))}
SCHEDULED_AS = os.sched_getscheduler(0) if hasattr(os, "sched_getscheduler") else None  # before any file was written


@pytest.mark.parametrize("name", FILES)
def test_a_file_gives_the_plain_clips_pictures_at_their_times_or_one_clear_refusal(tmp_path: Path, name: str) -> None:
    file, path = FILES[name], tmp_path / name
    file.write(path)
    finding = examine(file, path)
    assert finding.wrong is None, finding.words


def written(tmp_path: Path, name: str = "plain.mp4") -> Path:
    FILES[name].write(tmp_path / name)
    return tmp_path / name


def refusal(path: Path, limits: ReadingLimits) -> str:
    with pytest.raises(ClipError) as error, ClipReader(path, limits=limits) as reader:
        list(reader)
    return str(error.value)


def test_a_picture_larger_than_the_limit_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    for name in ("plain.mp4", "clip.webm", "clip.avi", "clip.gif"):
        text = refusal(written(tmp_path, name), ReadingLimits(max_pixels=20_000))
        assert text == f"{name} is 192 x 108 pixels, too large to read; export it as 1080p"


def test_a_clip_longer_than_the_limit_is_refused_whether_it_says_so_or_not(tmp_path: Path) -> None:
    limits = ReadingLimits(max_duration_s=0.5)
    assert "is longer than" in refusal(written(tmp_path), limits)
    assert "is longer than" in refusal(written(tmp_path, "fragmented.mp4"), limits)


def test_more_tracks_than_a_phone_writes_are_refused(tmp_path: Path) -> None:
    assert "has 4 tracks" in refusal(written(tmp_path, "tracks.mov"), ReadingLimits(max_streams=3))


@pytest.mark.skipif(SCHEDULED_AS is None, reason="only Linux tells a process's scheduling policy")
def test_writing_a_file_leaves_the_process_scheduled_as_it_was(tmp_path: Path) -> None:
    written(tmp_path, "av1.mp4")
    assert os.sched_getscheduler(0) == SCHEDULED_AS
