"""Each picture as a player shows it: turned, mirrored, scaled, its pixels square, its colours true."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.clip.reader import ClipReader
from formcheck.records.track import Image
from small_clips import BLUE, GREEN, RED, YELLOW, quarters, remux, write_clip

ONE = 1 << 16


def corners(image: Image) -> list[tuple[int, int, int]]:
    """The nearest of the four colours at top left, top right, bottom left, bottom right."""
    height, width = image.shape[:2]
    seen = [image[y, x].astype(int) for y in (height // 4, -height // 4) for x in (width // 4, -width // 4)]
    return [min((RED, GREEN, BLUE, YELLOW), key=lambda colour: np.abs(colour - rgb).sum()) for rgb in seen]


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
