"""A shoe followed in the pictures around a foot strike, and what is asked of who follows it."""

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

    ``slowed``: how many times slower than life the clip plays; ``forward_px`` +1 where the runner faces the picture's
    right, else -1.
    """

    pose: PoseTrack
    strikes_s: Mapping[Side, Floats]
    leg_px: float
    forward_px: float
    slowed: float = 1.0


@dataclass(frozen=True, slots=True)
class ShoePath:
    """Points of one sole around one strike.

    ``time_s`` (F,) the clip's own clock; ``sole_px`` (F, P, 2) pixels of the upright picture at its full size;
    ``correlation`` (F,) of the shoe with its picture as it lies flat. Without frames where the shoe was lost.
    """

    asked_s: float
    time_s: Floats
    sole_px: Floats
    correlation: Floats

    def __post_init__(self) -> None:
        freeze(self, "time_s", "sole_px", "correlation")

    @classmethod
    def lost(cls, asked_s: float) -> "ShoePath":
        """A shoe that was not found."""
        return cls(asked_s, np.empty(0), np.empty((0, 0, 2)), np.empty(0))


class ShoeFollower(Protocol):
    """Follows shoes in a clip's pictures."""

    def __call__(self, asked: Strikes, /) -> Mapping[Side, tuple[ShoePath, ...]]:
        """A path for each strike."""
