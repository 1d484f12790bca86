"""What a clip's pictures show besides the landmarks: how it was filmed, and the paths of the shoes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from formcheck.records.readonly import freeze
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, Image, PoseTrack
from formcheck.records.values import Sentence


@dataclass(frozen=True, slots=True)
class Filmed:
    """What is known of the filming besides the gait: shares of frames, people, damage, the clip's frame rate."""

    frames: int = 0
    seen_frac: float = 1.0
    people: int = 1
    ambiguous: bool = False
    mirrored: bool = False
    damage: tuple[Sentence, ...] = ()


ShoeEvent = Literal["strike", "toe_off"]


@dataclass(frozen=True, slots=True)
class ShoeLook:
    """How a shoe is to be followed around an event: ``within_s``, taken from the frame at ``from_s`` (real seconds).

    ``flat``: in that frame the foot lies flat on the ground.
    """

    within_s: tuple[float, float]
    from_s: float
    flat: bool


@dataclass(frozen=True, slots=True)
class ShoesAsked:
    """Around which instants shoes are to be followed: by event and side, seconds of the clip's own clock.

    ``slowed``: by how much the clip is slowed down (1 = real time); ``leg_px`` the near leg's length.
    """

    pose: PoseTrack
    leg_px: float
    slowed: float
    at_s: Mapping[ShoeEvent, Mapping[Side, Floats]]
    looks: Mapping[ShoeEvent, ShoeLook]

    def instants(self, event: ShoeEvent, side: Side) -> list[float]:
        """Those of one event of one side."""
        return [float(at_s) for at_s in self.at_s.get(event, {}).get(side, ())]


@dataclass(frozen=True, slots=True)
class ShoePath:
    """Heel and toe of one shoe around the event at ``asked_s``; without frames where the shoe was lost.

    ``time_s`` (F,) the clip's own clock; ``foot_px`` (F, 2, 2) heel and toe tip as landmarks show them in the frame the
    shoe is taken from, carried along with the shoe: pixels of the upright picture at its full size;
    ``outline_px`` (F, 6, 2) the corners of what was followed, carried likewise, one after the other around it;
    ``correlation`` (F,) of the shoe with its picture in that frame.
    """

    asked_s: float
    time_s: Floats
    foot_px: Floats
    outline_px: Floats
    correlation: Floats

    def __post_init__(self) -> None:
        freeze(self, "time_s", "foot_px", "outline_px", "correlation")

    @classmethod
    def lost(cls, asked_s: float) -> "ShoePath":
        """A shoe that was not found."""
        return cls(asked_s, np.empty(0), np.empty((0, 2, 2)), np.empty((0, 6, 2)), np.empty(0))

    def only(self, chosen: np.ndarray) -> "ShoePath":
        """The path in some of its frames (F,)."""
        return ShoePath(
            self.asked_s,
            self.time_s[chosen],
            self.foot_px[chosen],
            self.outline_px[chosen],
            self.correlation[chosen],
        )


ShoePaths = Mapping[ShoeEvent, Mapping[Side, tuple[ShoePath, ...]]]


class ShoeFollower(Protocol):
    """Follows shoes in a clip's pictures."""

    def __call__(self, asked: ShoesAsked, /) -> ShoePaths:
        """A path for each instant, in its order."""


@dataclass(frozen=True, slots=True, eq=False)
class Following:
    """A frame in which the runner was looked for, as it was read.

    ``points_px`` are the landmarks (33, 2) in pixels of ``image``; None where no one was found.
    """

    image: Image
    points_px: Floats | None
