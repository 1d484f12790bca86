"""Pictures come at the times the file gives them, damaged clips as far as they go, long ones a few at a time."""

import tracemalloc
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from av.packet import Packet
from av.video.stream import VideoStream

from formcheck.clip.reader import ClipReader, sha256_of
from formcheck.records.values import Sentence
from small_clips import VARIABLE_RATE_S, quarters, read_times_s, remux, write_clip


def test_frames_of_a_variable_rate_clip_keep_the_times_the_file_gives_them(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", VARIABLE_RATE_S)
    with ClipReader(path) as reader:
        frames = list(reader)
    assert [frame.index for frame in frames] == list(range(7))
    assert [frame.time_s for frame in frames] == pytest.approx(VARIABLE_RATE_S, abs=1e-5)
    assert reader.damage == ()


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


def test_a_cut_off_file_is_read_as_far_as_it_goes_and_says_so(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "clip.mp4", [index / 30 for index in range(120)])
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with ClipReader(cut) as reader:
        times_s = [frame.time_s for frame in reader]
    assert 30 < len(times_s) < 90
    assert times_s == pytest.approx([index / 30 for index in range(len(times_s))], abs=1e-5)
    damage = reader.damage[0]
    assert damage.code == "damage.early"
    assert damage.values["declared"] == "4.0"


def test_spoiled_pictures_are_left_out_and_counted(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [index / 30 for index in range(60)])
    content = bytearray(path.read_bytes())
    middle = (content.find(b"mdat") + len(content)) // 2
    content[middle : middle + 400] = bytes(400)
    path.write_bytes(content)
    with ClipReader(path) as reader:
        times_s = [frame.time_s for frame in reader]
    assert 30 < len(times_s) < 60
    assert [damage.code for damage in reader.damage] == ["damage.spoiled"]
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
    assert reader.damage == (Sentence("damage.untimed", {"count": 2}),)


@pytest.mark.parametrize(("wild", "ahead_s"), [({20}, 60.0), ({20, 21}, 3000.0)])
def test_a_wild_time_stamp_costs_its_own_picture_alone(tmp_path: Path, wild: set[int], ahead_s: float) -> None:
    path = write_clip(tmp_path / "clip.mp4", [index / 30 for index in range(60)])

    def make_wild(packet: "Packet[VideoStream]") -> None:
        assert packet.pts is not None
        assert packet.time_base is not None
        if round(packet.pts * packet.time_base * 30) in wild:
            packet.pts += round(ahead_s / packet.time_base)

    remux(path, tmp_path / "wild.mp4", change=make_wild)
    with ClipReader(tmp_path / "wild.mp4") as reader:
        times_s = [frame.time_s for frame in reader]
    assert times_s == pytest.approx([index / 30 for index in range(60) if index not in wild], abs=1e-4)
    assert reader.damage == (Sentence("damage.untimed", {"count": len(wild)}),)


def test_a_clip_that_was_cut_where_no_key_picture_is_says_what_its_start_lost(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [index / 30 for index in range(60)])
    remux(path, tmp_path / "trimmed.mp4", skip=5)
    with ClipReader(tmp_path / "trimmed.mp4") as reader:
        times_s = [frame.time_s for frame in reader]
    assert times_s == pytest.approx([index / 30 for index in range(30, 60)], abs=1e-3)
    assert reader.damage in [(Sentence("damage.spoiled", {"count": count}),) for count in range(23, 26)]


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


@pytest.mark.parametrize("matrix", [1, 2, 4, 7, 8, 9, 10, 14], ids=lambda code: f"matrix {code}")
def test_a_clip_of_any_colour_matrix_is_read_in_colour_and_in_grey(tmp_path: Path, matrix: int) -> None:
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=30, options={"x264-params": f"colormatrix={NAMES_IN_X264[matrix]}"})
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for _ in range(3):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(quarters(), "rgb24")))
        out.mux(stream.encode())
    for grey, shape in ((False, (64, 96, 3)), (True, (64, 96))):
        with ClipReader(path, grey=grey) as reader:
            assert [frame.image.shape for frame in reader] == [shape] * 3


NAMES_IN_X264 = {
    1: "bt709",
    2: "undef",
    4: "fcc",
    7: "smpte240m",
    8: "YCgCo",
    9: "bt2020nc",
    10: "bt2020c",
    14: "ictcp",
}


@pytest.mark.parametrize("quarters_cw", [1, 2, 3])
def test_a_clip_is_turned_besides_what_its_file_asks_for(tmp_path: Path, quarters_cw: int) -> None:
    mirrored_on_its_side = [0, 1 << 16, 0, 1 << 16, 0, 0, 0, 0, 1 << 30]
    path = remux(write_clip(tmp_path / "clip.mp4", [0.0, 0.1]), tmp_path / "tag.mp4", matrix=mirrored_on_its_side)
    with ClipReader(path) as as_told, ClipReader(path, turn_deg=90.0 * quarters_cw) as turned:
        for plain, found in zip(as_told, turned, strict=True):
            assert np.array_equal(found.image, np.rot90(plain.image, -quarters_cw))
            assert (turned.clip.height_px, turned.clip.width_px) == found.image.shape[:2]


def test_pictures_that_nobody_wants_still_tell_their_times(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", VARIABLE_RATE_S)
    with ClipReader(path, wanted=lambda index, time_s: index % 2 == 0 and time_s > 0.0) as reader:
        assert [frame.index for frame in reader] == [2, 4, 6]
    assert reader.times_s == pytest.approx(VARIABLE_RATE_S, abs=1e-5)
