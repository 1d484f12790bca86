"""Shoes followed in the pictures around foot strikes, and what is asked of who follows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from formcheck.records.readonly import freeze
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, PoseTrack


@dataclass(frozen=True, slots=True)
class Strikes:
    """Around which strikes shoes are to be followed: by side, seconds of the clip's own clock.

    ``slowed``: how many times slower than life the clip plays; ``leg_px`` the near leg's length.
    """

    pose: PoseTrack
    leg_px: float
    slowed: float
    strikes_s: Mapping[Side, Floats]


@dataclass(frozen=True, slots=True)
class ShoePath:
    """Heel and toe of one shoe around the strike at ``asked_s``; without frames where the shoe was lost.

    ``time_s`` (F,) the clip's own clock; ``foot_px`` (F, 2, 2) heel and toe tip as landmarks show them in the frame in
    which the shoe lies flat, carried along with the shoe: pixels of the upright picture at its full size;
    ``correlation`` (F,) of the shoe with its picture in that frame.
    """

    asked_s: float
    time_s: Floats
    foot_px: Floats
    correlation: Floats

    def __post_init__(self) -> None:
        freeze(self, "time_s", "foot_px", "correlation")

    @classmethod
    def lost(cls, asked_s: float) -> "ShoePath":
        """A shoe that was not found."""
        return cls(asked_s, np.empty(0), np.empty((0, 2, 2)), np.empty(0))


ShoePaths = Mapping[Side, tuple[ShoePath, ...]]


class ShoeFollower(Protocol):
    """Follows shoes in a clip's pictures."""

    def __call__(self, asked: Strikes, /) -> ShoePaths:
        """A path for each strike, in its order."""
