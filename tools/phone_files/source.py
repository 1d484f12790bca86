"""The pictures that every file is written from."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Final

from formcheck.clip.reader import ClipReader
from formcheck.records.track import Image

FIXTURE: Final = Path(__file__).parents[2] / "fixtures" / "videos" / "slow_motion_240fps_left.mp4"
"""A rendered runner at 240 fps, so that every other rate can be cut out of it without a repeat."""

SOURCE_FPS: Final = 240


@dataclass(frozen=True, slots=True)
class Source:
    """Upright pictures (H, W, 3), 240 a second."""

    images: tuple[Image, ...]

    def at_rate(self, fps: Fraction | int) -> "Shots":
        """The pictures nearest to those a camera of that rate would take, at their true times."""
        count = int(len(self.images) * Fraction(fps) / SOURCE_FPS)
        numbers = [round(number * SOURCE_FPS / Fraction(fps)) for number in range(count)]
        return Shots(self, tuple(numbers), tuple(Fraction(number) / fps for number in range(count)))


@dataclass(frozen=True, slots=True)
class Shots:
    """Which pictures of the source, and when a player is to show each."""

    source: Source
    numbers: tuple[int, ...]
    times_s: tuple[Fraction, ...]

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def images(self) -> list[Image]:
        """The pictures themselves."""
        return [self.source.images[number] for number in self.numbers]

    def slower(self, factor: Fraction | int) -> "Shots":
        """The same pictures, played that many times slower."""
        return Shots(self.source, self.numbers, tuple(time_s * factor for time_s in self.times_s))

    def take(self, wanted: Sequence[int]) -> "Shots":
        """Some of them, each at its own time: what a recorder that drops pictures writes."""
        return Shots(
            self.source,
            tuple(self.numbers[index] for index in wanted),
            tuple(self.times_s[index] for index in wanted),
        )

    def from_zero(self) -> "Shots":
        """The same on a clock that starts with the first of them."""
        return Shots(self.source, self.numbers, tuple(time_s - self.times_s[0] for time_s in self.times_s))


def read_source(*, longest_side_px: int, count: int | None = None) -> Source:
    """The fixture's pictures, the first ``count`` of them."""
    with ClipReader(FIXTURE, max_side_px=longest_side_px) as clip:
        return Source(tuple(frame.image for frame in islice(clip, count)))
