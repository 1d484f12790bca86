"""What the reader finds in a file, compared with what is expected."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.clip.reader import ClipReader
from formcheck.records.errors import ClipError
from formcheck.records.track import Frame
from formcheck.words.catalogue import ENGLISH
from formcheck.words.sentences import spoken
from tools.phone_files.kinds import PhoneFile, Refused, Shows


@dataclass(frozen=True, slots=True)
class Finding:
    """A file's result in words, and what is wrong with it (None: nothing)."""

    words: str
    wrong: str | None = None


def examine(file: PhoneFile, path: Path) -> Finding:
    """Read the file whole and compare."""
    longest = max(file.expect.shots.images[0].shape) if isinstance(file.expect, Shows) else None
    try:
        with ClipReader(path, max_side_px=longest) as reader:
            frames = list(reader)
    except ClipError as error:
        text = str(error)
        expected = isinstance(file.expect, Refused) and file.expect.words in text and "\n" not in text
        return Finding(text, None if expected else "refused, but not as expected")
    if isinstance(file.expect, Refused):
        return Finding(f"{len(frames)} pictures read", f"not refused: {file.expect.words}")
    return _compare(file.expect, frames, reader)


def _compare(expect: Shows, frames: list[Frame], reader: ClipReader) -> Finding:
    numbers = _matching(expect, frames)
    if numbers is None:
        return Finding(f"{len(frames)} pictures", "pictures at times that are not in the clip")
    errors = [_levels(frame, expect, number) for frame, number in zip(frames, numbers, strict=True)]
    if not errors:
        return Finding("no picture", "no picture")
    worst = max(errors)
    words = f"{len(frames)} of {len(expect.shots)} pictures, off by {np.mean(errors):.1f} levels (worst {worst:.1f})"
    words = "; ".join([words, *(spoken(each, ENGLISH) for each in reader.damage)])
    checks = {
        "pictures differ": worst > expect.levels,
        "pictures are missing": not expect.partly and len(frames) != len(expect.shots),
        "damage is not reported": expect.partly and not reader.damage,
        "damage is reported in a whole file": not expect.partly and bool(reader.damage),
        "mirrored or not": reader.clip.mirrored != expect.mirrored,
        "the recording tag": reader.clip.capture_fps != expect.capture_fps,
    }
    return Finding(words, "; ".join(name for name, applies in checks.items() if applies) or None)


def _matching(expect: Shows, frames: list[Frame]) -> list[int] | None:
    """For each frame the picture of the recipe that has its time; None when one has none."""
    times_s = np.array([float(time_s) for time_s in expect.shots.times_s])
    numbers = [int(np.abs(times_s - frame.time_s).argmin()) for frame in frames]
    fitting = all(
        abs(times_s[number] - frame.time_s) <= expect.tick_s for number, frame in zip(numbers, frames, strict=True)
    )
    return numbers if fitting else None


def _levels(frame: Frame, expect: Shows, number: int) -> float:
    truth = expect.shots.images[number]
    if frame.image.shape != truth.shape:
        return 255.0
    return float(np.abs(frame.image.astype(np.int16) - truth).mean())
