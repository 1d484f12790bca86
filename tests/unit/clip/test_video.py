"""Reading and writing clips, on small real files written here."""

import math
import subprocess
import sys
import tracemalloc
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.clip.reader import ClipReader, probe, sha256_of
from formcheck.clip.writer import VideoWriter
from formcheck.records.errors import ClipNotFoundError, NotAVideoError, OutputError, RecordError
from formcheck.records.track import Image

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 220, 30), (30, 30, 220), (220, 220, 30)
ONE = 1 << 16


def quarters(width_px: int = 96, height_px: int = 64) -> Image:
    """Four colours: red, green above; blue, yellow below."""
    image = np.empty((height_px, width_px, 3), np.uint8)
    image[: height_px // 2, : width_px // 2], image[: height_px // 2, width_px // 2 :] = RED, GREEN
    image[height_px // 2 :, : width_px // 2], image[height_px // 2 :, width_px // 2 :] = BLUE, YELLOW
    return image


def corners(image: Image) -> list[tuple[int, int, int]]:
    """The nearest of the four colours at top left, top right, bottom left, bottom right."""
    height, width = image.shape[:2]
    seen = [image[y, x].astype(int) for y in (height // 4, -height // 4) for x in (width // 4, -width // 4)]
    return [min((RED, GREEN, BLUE, YELLOW), key=lambda colour: np.abs(colour - rgb).sum()) for rgb in seen]


def write_clip(path: Path, times_s: Sequence[float], *, size_px: tuple[int, int] = (96, 64)) -> Path:
    with VideoWriter(path) as writer:
        for index, time_s in enumerate(times_s):
            writer.write(np.roll(quarters(*size_px), index, axis=1), time_s)
    return path


def remux(source: Path, target: Path, *, matrix: Sequence[int] | None = None, start_s: float = 0.0) -> Path:
    """The same pictures under another display matrix or from a later start."""
    with av.open(str(source)) as clip, av.open(str(target), "w", options={"movflags": "use_metadata_tags"}) as out:
        out.metadata["com.android.capture.fps"] = "240.0"
        stream = out.add_stream_from_template(clip.streams.video[0])
        stream.set_display_matrix(matrix)
        for packet in clip.demux(video=0):
            if packet.dts is not None and packet.pts is not None and packet.time_base:
                shift = round(start_s / packet.time_base)
                packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, stream
                out.mux(packet)
    return target


def encode(path: Path, planes: tuple[int, int, int], height_px: int = 720, **tags: int) -> Path:
    """One flat YUV picture of those three values, repeated, with colour tags."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=30, options={"preset": "ultrafast", "qp": "1"})
        stream.width, stream.height, stream.pix_fmt = 64, height_px, "yuv420p"
        for name, value in tags.items():
            setattr(stream.codec_context, name, value)
        for index in range(3):
            picture = av.VideoFrame(64, height_px, "yuv420p")
            for plane, value in zip(picture.planes, planes, strict=True):
                plane.update(bytes([value]) * plane.buffer_size)
            picture.pts, picture.time_base = index, Fraction(1, 30)
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    return path


def read_times_s(path: Path) -> list[float]:
    with ClipReader(path) as reader:
        return [frame.time_s for frame in reader]


VARIABLE_RATE_S = [0.0, 0.0167, 0.0333, 0.1, 0.1167, 0.2, 0.2083]


def test_frames_of_a_variable_rate_clip_keep_the_times_the_file_gives_them(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", VARIABLE_RATE_S)
    with ClipReader(path) as reader:
        frames = list(reader)
    assert [frame.index for frame in frames] == list(range(7))
    assert [frame.time_s for frame in frames] == pytest.approx(VARIABLE_RATE_S, abs=1e-5)
    assert reader.damage is None


def test_a_picture_track_that_starts_late_starts_late_as_in_a_browser(tmp_path: Path) -> None:
    path = remux(write_clip(tmp_path / "clip.mp4", VARIABLE_RATE_S), tmp_path / "late.mp4", start_s=0.5)
    assert read_times_s(path) == pytest.approx([0.5 + time_s for time_s in VARIABLE_RATE_S], abs=1e-5)


def test_a_transport_stream_whose_clock_starts_anywhere_is_read_from_zero(tmp_path: Path) -> None:
    path = remux(write_clip(tmp_path / "clip.mp4", VARIABLE_RATE_S), tmp_path / "clip.ts", start_s=3600.0)
    assert read_times_s(path) == pytest.approx(VARIABLE_RATE_S, abs=1e-4)


def test_a_clip_trimmed_by_an_edit_list_gives_only_what_a_player_shows(tmp_path: Path) -> None:
    times_s = [index / 30 for index in range(30)]
    path = remux(write_clip(tmp_path / "clip.mp4", times_s), tmp_path / "trimmed.mp4", start_s=-0.5)
    assert read_times_s(path) == pytest.approx([index / 30 for index in range(15)], abs=1e-5)


ORIENTATIONS = {
    "as stored": ((ONE, 0, 0, ONE), [RED, GREEN, BLUE, YELLOW], False),
    "turned by 90": ((0, ONE, -ONE, 0), [BLUE, RED, YELLOW, GREEN], False),
    "turned by 180": ((-ONE, 0, 0, -ONE), [YELLOW, BLUE, GREEN, RED], False),
    "turned by 270": ((0, -ONE, ONE, 0), [GREEN, YELLOW, RED, BLUE], False),
    "mirrored left to right": ((-ONE, 0, 0, ONE), [GREEN, RED, YELLOW, BLUE], True),
    "mirrored top to bottom": ((ONE, 0, 0, -ONE), [BLUE, YELLOW, RED, GREEN], True),
    "mirrored on the diagonal": ((0, ONE, ONE, 0), [RED, BLUE, GREEN, YELLOW], True),
    "mirrored on the other diagonal": ((0, -ONE, -ONE, 0), [YELLOW, GREEN, BLUE, RED], True),
}
"""Matrix (a, b, c, d) and the corners FFmpeg's own player shows for it."""


@pytest.mark.parametrize("name", ORIENTATIONS)
def test_every_display_matrix_gives_the_picture_a_player_shows(tmp_path: Path, name: str) -> None:
    (a, b, c, d), expected, mirrored = ORIENTATIONS[name]
    stored = write_clip(tmp_path / "clip.mp4", [0.0, 0.1])
    path = remux(stored, tmp_path / "turned.mp4", matrix=[a, b, 0, c, d, 0, 0, 0, 1 << 30])
    with ClipReader(path) as reader:
        first = next(iter(reader))
    assert corners(first.image) == expected
    assert first.image.shape == ((64, 96, 3) if a else (96, 64, 3))
    assert (reader.clip.height_px, reader.clip.width_px) == first.image.shape[:2]
    assert reader.clip.mirrored is mirrored
    assert first.image.flags.c_contiguous


def test_a_large_picture_is_scaled_to_the_longest_side_asked_for(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [0.0, 0.1], size_px=(320, 180))
    with ClipReader(path, max_side_px=160) as reader:
        frames = list(reader)
    assert {frame.image.shape for frame in frames} == {(90, 160, 3)}
    assert (reader.clip.width_px, reader.clip.height_px) == (320, 180)
    assert corners(frames[0].image) == [RED, GREEN, BLUE, YELLOW]


def test_a_small_picture_is_never_blown_up(tmp_path: Path) -> None:
    with ClipReader(write_clip(tmp_path / "clip.mp4", [0.0]), max_side_px=1280) as reader:
        assert next(iter(reader)).image.shape == (64, 96, 3)


def test_oblong_pixels_become_square(tmp_path: Path) -> None:
    path = tmp_path / "anamorphic.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)
        out.mux([*stream.encode(av.VideoFrame.from_ndarray(quarters())), *stream.encode(None)])
    with ClipReader(path) as reader:
        assert next(iter(reader)).image.shape == (64, 128, 3)
    assert (reader.clip.width_px, reader.clip.height_px) == (128, 64)


BT709_RED, BT601_RED = (63, 102, 240), (81, 90, 240)


@pytest.mark.parametrize(
    ("planes", "tags"),
    [(BT709_RED, {"colorspace": 1}), (BT601_RED, {"colorspace": 6}), (BT709_RED, {}), (BT601_RED, {"height_px": 480})],
    ids=["tagged BT.709", "tagged BT.601", "HD without a tag", "SD without a tag"],
)
def test_pure_red_is_read_as_pure_red_under_each_colour_matrix(
    tmp_path: Path, planes: tuple[int, int, int], tags: dict[str, int]
) -> None:
    with ClipReader(encode(tmp_path / "red.mp4", planes, **tags)) as reader:
        rgb = next(iter(reader)).image[200, 32].astype(int)
    assert np.abs(rgb - (255, 0, 0)).max() <= 4


def test_full_range_white_and_limited_range_white_are_both_white(tmp_path: Path) -> None:
    for name, level, color_range in (("limited", 235, 1), ("full", 255, 2)):
        path = encode(tmp_path / f"{name}.mp4", (level, 128, 128), colorspace=1, color_range=color_range)
        with ClipReader(path) as reader:
            assert next(iter(reader)).image.min() >= 253


def test_a_probe_says_what_the_clip_declares(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [index / 30 for index in range(30)])
    clip = probe(path)
    assert (clip.name, clip.width_px, clip.height_px, clip.expected_frames) == ("clip.mp4", 96, 64, 30)
    assert clip.duration_s == pytest.approx(1.0, abs=1e-3)
    assert clip.fps == pytest.approx(30, abs=0.01)
    assert clip.capture_fps is None
    assert probe(remux(path, tmp_path / "android.mp4")).capture_fps == 240.0


def test_a_tag_that_is_not_utf_8_does_not_keep_a_clip_from_being_read(tmp_path: Path) -> None:
    path = remux(write_clip(tmp_path / "clip.mp4", [0.0, 0.1]), tmp_path / "tagged.mp4")
    path.write_bytes(path.read_bytes().replace(b"240.0", b"24\xfc.0"))
    assert probe(path).capture_fps is None
    assert len(read_times_s(path)) == 2


def test_a_cut_off_file_is_read_as_far_as_it_goes_and_says_so(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "clip.mp4", [index / 30 for index in range(120)])
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with ClipReader(cut) as reader:
        times_s = [frame.time_s for frame in reader]
    assert 30 < len(times_s) < 90
    assert times_s == pytest.approx([index / 30 for index in range(len(times_s))], abs=1e-5)
    assert reader.damage is not None
    assert reader.damage.startswith("the file ends early: ")
    assert "of 4.0 s decoded" in reader.damage


def test_spoiled_pictures_are_left_out_and_counted(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [index / 30 for index in range(60)])
    content = bytearray(path.read_bytes())
    middle = (content.find(b"mdat") + len(content)) // 2
    content[middle : middle + 400] = bytes(400)
    path.write_bytes(content)
    with ClipReader(path) as reader:
        times_s = [frame.time_s for frame in reader]
    assert 30 < len(times_s) < 60
    assert "do not decode" in (reader.damage or "")
    assert all(later > earlier for earlier, later in pairwise(times_s))


def test_pictures_that_share_a_time_do_not_stop_or_turn_the_clock(tmp_path: Path) -> None:
    path = tmp_path / "clip.mkv"
    ticks = [0, 33, 33, 67, 50, 100]
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mjpeg", rate=30)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuvj420p"
        picture = av.VideoFrame.from_ndarray(quarters()).reformat(format="yuvj420p")
        for index, tick in enumerate(ticks):
            picture.pts, picture.time_base = index, Fraction(1, 30)
            for packet in stream.encode(picture):
                packet.time_base, packet.pts, packet.dts = Fraction(1, 1000), tick, index
                out.mux(packet)
    with ClipReader(path) as reader:
        times_s = [frame.time_s for frame in reader]
    assert times_s == pytest.approx([0.0, 0.033, 0.067, 0.1])
    assert "no time of their own: 2" in (reader.damage or "")


def one_line(error: pytest.ExceptionInfo[Exception]) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


def test_a_missing_clip_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(ClipNotFoundError) as error:
        probe(tmp_path / "nowhere.mp4")
    assert "nowhere.mp4 doesn't exist" in one_line(error)
    with pytest.raises(ClipNotFoundError):
        sha256_of(tmp_path / "nowhere.mp4")


def test_an_empty_file_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    with pytest.raises(NotAVideoError) as error:
        probe(path)
    assert "empty.mp4 is empty (0 bytes); copy it" in one_line(error)


def test_a_folder_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(NotAVideoError) as error:
        probe(tmp_path)
    assert "is a folder; name the clip inside it" in one_line(error)


@pytest.mark.parametrize("text", ["buy milk\n" * 50, "#EXTM3U\n#EXTINF:4,\nclip.mp4\n#EXT-X-ENDLIST\n"])
def test_text_renamed_to_mp4_is_no_video_and_a_playlist_opens_nothing_else(tmp_path: Path, text: str) -> None:
    write_clip(tmp_path / "clip.mp4", [0.0, 0.1])
    path = tmp_path / "notes.mp4"
    path.write_text(text)
    with pytest.raises(NotAVideoError) as error:
        probe(path)
    assert "notes.mp4 is not a video we can read; export it from your phone as MP4" in one_line(error)


def test_a_file_that_lost_its_index_is_told_from_one_that_is_no_video(tmp_path: Path) -> None:
    index_last = remux(write_clip(tmp_path / "clip.mp4", VARIABLE_RATE_S), tmp_path / "phone.mp4").read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(index_last[: index_last.find(b"moov") - 100])
    with pytest.raises(NotAVideoError) as error:
        probe(path)
    assert "cut.mp4 is cut off or damaged" in one_line(error)


@pytest.mark.parametrize("brand", [b"msf1", b"heim", b"hevc"])
def test_a_sequence_of_pictures_that_is_not_read_is_not_called_cut_off(tmp_path: Path, brand: bytes) -> None:
    path = tmp_path / "burst.heics"
    path.write_bytes(bytes([0, 0, 0, 16]) + b"ftyp" + brand + bytes(4) + bytes([0, 0, 0, 8]) + b"free")
    with pytest.raises(NotAVideoError) as error:
        probe(path)
    assert "burst.heics is not a video we can read; export it" in one_line(error)


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "voice.m4a"
    with av.open(str(path), "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=44_100, layout="mono")
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        sound.sample_rate = 44_100
        out.mux([*stream.encode(sound), *stream.encode(None)])
    with pytest.raises(NotAVideoError) as error:
        probe(path)
    assert "voice.m4a has no moving picture" in one_line(error)


def test_a_name_that_ffmpeg_would_take_for_instructions_is_only_a_name(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_clip(tmp_path / "concat:a|b.mp4", [0.0, 0.1])
    assert probe("concat:a|b.mp4").width_px == 96


def test_reading_a_long_clip_holds_only_a_few_pictures_in_memory(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [index / 60 for index in range(200)], size_px=(320, 180))
    tracemalloc.start()
    with ClipReader(path) as reader:
        count = sum(1 for _ in reader)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 200
    assert peak_bytes < 10 * 320 * 180 * 3


def test_the_hash_of_a_clip_is_that_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    assert sha256_of(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


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


def test_a_missing_folder_is_told_before_any_picture_is_drawn(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as error, VideoWriter(tmp_path / "nowhere" / "overlay.mp4"):
        pytest.fail("the folder is missing")
    assert "overlay.mp4 can't be written: No such file or directory" in one_line(error)


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


def test_a_full_disk_is_told_in_one_line_and_leaves_nothing_behind(tmp_path: Path) -> None:
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
