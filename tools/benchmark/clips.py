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

FULL_HD: Final = (1920, 1080)


def make_clips(folder: Path) -> dict[str, Path]:
    """The clips by name."""
    return {
        "720p, 60 fps, 6.0 s": AT_60,
        "1080p, 60 fps, 6.0 s": _write(folder / "1080p60.mp4", _pictures(AT_60, FULL_HD), 60),
        "1080p, 240 fps, 3.3 s": _write(folder / "1080p240.mp4", _pictures(AT_240, FULL_HD), 240),
        "4K, 30 fps, 6.0 s": _write(folder / "4k30.mp4", islice(_pictures(AT_60, (3840, 2160)), 0, None, 2), 30),
    }


def make_long(folder: Path, minutes: int) -> Path:
    """One run over and over, 1080p at 60 fps."""
    pictures = (image for path in cycle([AT_60]) for image in _pictures(path, FULL_HD))
    return _write(folder / f"{minutes}min.mp4", islice(pictures, 60 * 60 * minutes), 60)


def make_rates(folder: Path) -> tuple[Path, Path]:
    """The same run filmed at 240 and at 60 fps, in real time."""
    fast = _write(folder / "240.mp4", _pictures(AT_240, FULL_HD), 240)
    return fast, _write(folder / "60.mp4", islice(_pictures(AT_240, FULL_HD), 0, None, 4), 60)


def _pictures(path: Path, size_px: tuple[int, int]) -> Iterator[Image]:
    with ClipReader(path) as reader:
        for frame in reader:
            yield np.asarray(cv2.resize(frame.image, size_px, interpolation=cv2.INTER_CUBIC), np.uint8)


def _write(path: Path, pictures: Iterator[Image], fps: int) -> Path:
    with VideoWriter(path) as writer:
        for number, image in enumerate(pictures):
            writer.write(image, number / fps)
    return path
