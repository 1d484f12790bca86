"""Time stamps that a few pictures of a clip have wrong: far ahead of their neighbours', which go on as before."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

Picture = TypeVar("Picture")

LEAP_S: Final = 1.0
"""Between two pictures: the clock was stopped, or one of them has a wrong time. Less does little harm."""

HELD: Final = 5
"""Frames compared to find which: enough for two wrong ones in a row; 4K ones take 125 MB."""


def without_wild_times(timed: Iterable[tuple[Picture, float]]) -> Iterator[tuple[Picture, float | None]]:
    """The pictures with their times, None for a time that leaps ahead while more of the following ones do not."""
    coming = iter(timed)
    held: deque[tuple[Picture, float]] = deque()
    last_s = 0.0
    while held or (held := deque(islice(coming, 1))):
        picture, time_s = held.popleft()
        if time_s > last_s + LEAP_S:
            held.extend(islice(coming, HELD - 1 - len(held)))
            following_s = [later_s for _, later_s in held if later_s > last_s]
            if _in_order(following_s) > 1 + _in_order([later_s for later_s in following_s if later_s > time_s]):
                yield picture, None
                continue
        last_s = max(last_s, time_s)
        yield picture, time_s


def _in_order(times_s: list[float]) -> int:
    """How many of the pictures can be shown one after the other: the longest rising subsequence."""
    longest: list[int] = []
    for place, time_s in enumerate(times_s):
        longest.append(1 + max((longest[other] for other in range(place) if times_s[other] < time_s), default=0))
    return max(longest, default=0)
