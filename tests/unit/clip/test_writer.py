"""Written videos: what browsers play, whole or not at all."""

import math
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.clip.reader import ClipReader, probe
from formcheck.clip.writer import VideoWriter
from formcheck.records.errors import OutputError, RecordError
from small_clips import RED, VARIABLE_RATE_S, write_clip


def test_a_written_video_is_what_browsers_play(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "overlay.mp4", VARIABLE_RATE_S)
    content = path.read_bytes()
    assert 0 < content.find(b"moov") < content.find(b"mdat")
    with av.open(str(path)) as clip:
        stream = clip.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt, stream.profile) == ("h264", "yuv420p", "High")
        assert (stream.colorspace, stream.color_primaries, stream.color_trc, stream.color_range) == (1, 1, 1, 1)
        assert not {key for key in clip.metadata if "location" in key or "com." in key}


def test_a_written_video_keeps_times_colours_and_the_length_of_its_last_picture(tmp_path: Path) -> None:
    times_s = [0.5, 0.6, 0.75, 0.8]
    path = write_clip(tmp_path / "overlay.mp4", times_s)
    with ClipReader(path) as reader:
        frames = list(reader)
    assert [frame.time_s for frame in frames] == pytest.approx(times_s, abs=1e-5)
    assert np.abs(frames[0].image[16, 24].astype(int) - RED).max() <= 6
    assert reader.clip.duration_s == pytest.approx(0.85, abs=1e-3)


def test_odd_sizes_gain_a_row_and_a_column(tmp_path: Path) -> None:
    clip = probe(write_clip(tmp_path / "odd.mp4", [0.0, 0.1], size_px=(97, 65)))
    assert (clip.width_px, clip.height_px) == (98, 66)


@pytest.mark.parametrize("times_s", [[-0.1], [0.0, 0.0], [0.0, 0.2, 0.1], [math.nan]])
def test_times_that_do_not_rise_are_refused_and_leave_nothing_behind(tmp_path: Path, times_s: list[float]) -> None:
    with pytest.raises(RecordError):
        write_clip(tmp_path / "overlay.mp4", times_s)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_midway_leaves_the_older_video_untouched(tmp_path: Path) -> None:
    path = tmp_path / "overlay.mp4"
    path.write_bytes(b"older")
    with pytest.raises(RecordError):
        write_clip(path, [0.0, 0.1, 0.05])
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_reported_before_any_picture_is_drawn(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as error, VideoWriter(tmp_path / "nowhere" / "overlay.mp4"):
        pytest.fail("the folder is missing")
    assert "overlay.mp4 can't be written: No such file or directory" in str(error.value)
    assert "\n" not in str(error.value)


WRITE_ON_A_NEARLY_FULL_DISK = """
import resource, sys
import numpy as np
from formcheck.records.errors import OutputError
from formcheck.clip.writer import VideoWriter

resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))  # no file may grow further: what a full disk does
noise = np.random.default_rng(0)
try:
    with VideoWriter(sys.argv[1]) as writer:
        for index in range(60):
            writer.write(noise.integers(0, 255, (120, 160, 3), dtype=np.uint8), index / 30)
except OutputError as error:
    print(error)
"""


def test_a_full_disk_is_reported_in_one_line_and_leaves_no_files(tmp_path: Path) -> None:
    # in a process of its own: the limit would hold for the file that this run's own output goes to
    command = [sys.executable, "-c", WRITE_ON_A_NEARLY_FULL_DISK, str(tmp_path / "overlay.mp4")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "overlay.mp4 can't be written: File too large" in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_video_without_pictures_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError), VideoWriter(tmp_path / "overlay.mp4"):
        pass
    assert list(tmp_path.iterdir()) == []
