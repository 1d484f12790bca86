"""Clips of the sizes and rates that phones write, made of the reference clips' pictures."""

from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from formcheck.clip.reader import ClipReader
from formcheck.clip.writer import VideoWriter
from formcheck.records.track import Image

FIXTURES: Final = Path(__file__).parents[2] / "fixtures" / "videos"
AT_60: Final = FIXTURES / "side_left_60fps.mp4"
AT_240: Final = FIXTURES / "slow_motion_240fps_left.mp4"
"""792 pictures of 3.3 s, saved to play eight times slower."""

LONG_S: Final = 300


def make_clips(folder: Path, *, long: bool) -> dict[str, Path]:
    """The clips by name; ``long`` adds one of five minutes, which takes as long to measure as the rest together."""
    made = {
        "720p, 60 fps, 6.0 s": AT_60,
        "1080p, 60 fps, 6.0 s": _write(folder / "1080p60.mp4", _pictures(AT_60, (1920, 1080)), 60),
        "1080p, 240 fps, 3.3 s": _write(folder / "1080p240.mp4", _pictures(AT_240, (1920, 1080)), 240),
        "4K, 30 fps, 6.0 s": _write(folder / "4k30.mp4", islice(_pictures(AT_60, (3840, 2160)), 0, None, 2), 30),
    }
    if long:
        again = cycle([AT_60])
        pictures = (image for path in again for image in _pictures(path, (1920, 1080)))
        made["1080p, 60 fps, 300 s"] = _write(folder / "long.mp4", islice(pictures, 60 * LONG_S), 60)
    return made


def _pictures(path: Path, size_px: tuple[int, int]) -> Iterator[Image]:
    with ClipReader(path) as reader:
        for frame in reader:
            yield np.asarray(cv2.resize(frame.image, size_px, interpolation=cv2.INTER_CUBIC), np.uint8)


def _write(path: Path, pictures: Iterator[Image], fps: int) -> Path:
    with VideoWriter(path) as writer:
        for number, image in enumerate(pictures):
            writer.write(image, number / fps)
    return path
