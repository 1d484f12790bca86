"""What the landmarks of one clip show of the gait: no person, a person end-on, or a person from the side.

The records that flow from `gait` to `judge`: numbers and codes, no words. "ll" = leg lengths; NaN = not seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from formcheck.records.filmed import ShoeFollower
from formcheck.records.readonly import freeze
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, PoseTrack, RunnerTrack, Uprights
from formcheck.records.values import Known

View = Literal["side", "rear", "front", "unclear"]
Surface = Literal["treadmill", "overground", "unknown"]
Contradiction = Literal["told_cadence", "told_fall", "too_slow", "too_quick", "gentle_fall", "hard_fall"]
"""Why a time scale is rejected: by the cadence or the fall of the hips, at the given scale or as the clip plays."""


LeftOut = Literal["", "still", "backward", "short", "sides_unclear"]
"""Why a piece of a clip is not measured: the picture stands still, time runs backwards, it is shorter than a stride, or
which leg is which is not clear; "" where it is measured."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The frames [start, end) of a pose in which nothing breaks the run, or why they are left out."""

    start: int
    end: int
    left_out: LeftOut = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What the user, the file and the pictures say besides the landmarks; ``shoes`` looks at the pictures again."""

    incline_deg: float = 0.0
    declared_fps: float | None = None
    metadata_fps: float | None = None
    uprights: Uprights | None = None
    within_s: tuple[float, float] = (-np.inf, np.inf)
    shoes: ShoeFollower | None = None


@dataclass(frozen=True, slots=True)
class ViewSeen:
    """From where the runner is seen: ``width_ratio`` is shoulder width over trunk length as pictured."""

    view: View
    heading: Literal["left", "right"]
    near_side: Side
    width_ratio: float
    yaw_deg: float

    @property
    def is_end_on(self) -> bool:
        """Whether this is a view from the front or from behind."""
        return self.view in ("rear", "front")


@dataclass(frozen=True, slots=True)
class Turn:
    """One of a camera's turns (signs as in `gait.camera.pinhole.Aim`), its standard error, and the cues it rests on."""

    deg: float
    spread_deg: float
    cues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beat:
    """The stride's mean ``period_s``, how periodic it is (0..1), and ``phase`` (T,) in turns, rising.

    ``pieces``: the frames of each unbroken piece of the run; between two of them the phase says nothing.
    """

    period_s: float
    periodicity: float
    phase: Floats
    pieces: tuple[slice, ...] = (slice(None),)


@dataclass(frozen=True, slots=True)
class TimeScale:
    """By how much the clip is slowed down (1.0 = real time, 8.0 = 8x slow motion), and how that is known."""

    factor: Known
    source: Literal["declared", "metadata", "inferred", "assumed"]


@dataclass(frozen=True, slots=True)
class TimeBase:
    """By how much the clip is slowed down, and what contradicts it."""

    scale: TimeScale
    contradiction: Contradiction | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """One ground contact in real seconds; ``off_s`` is NaN where toe-off was not seen.

    ``confidence`` is the chance, 0..1, that the strike lies within ``EventSettings.confident_within_s`` of the truth.
    ``shoe_deg``: the shoe's angle at the strike against lying flat, + = toes up; NaN where no shoe was followed.
    """

    side: Side
    strike_s: float
    off_s: float
    confidence: float
    shoe_deg: float = np.nan


@dataclass(frozen=True, slots=True)
class StepValues:
    """A contact with its numbers by measure."""

    contact: Contact
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Series:
    """Measures at every frame of the used part, for the overlay and the charts (NaN = not seen or withheld).

    ``trunk_lean_deg`` (T,); by side: ``knee_flexion_deg``, ``shank_angle_deg``, ``foot_ahead_of_hip`` (T,).
    """

    trunk_lean_deg: Floats
    knee_flexion_deg: Mapping[Side, Floats]
    shank_angle_deg: Mapping[Side, Floats]
    foot_ahead_of_hip: Mapping[Side, Floats]

    def __post_init__(self) -> None:
        freeze(self, "trunk_lean_deg", "knee_flexion_deg", "shank_angle_deg", "foot_ahead_of_hip")


@dataclass(frozen=True, slots=True)
class RearValues:
    """One value per step: ``step_width`` (N,) in leg lengths, + = feet apart, - = they cross; ``pelvic_drop`` by side.

    ``pelvic_drop`` (N,) degrees while that side stands, + = the free side's hip is lower.
    """

    step_width: Floats
    pelvic_drop: Mapping[Side, Floats]


@dataclass(frozen=True, slots=True)
class Person:
    """Who is in the clip, and in which part of it.

    ``part`` is the stretch [start, end) of frames used; ``pose`` its cleaned track, without what the pose model saw in
    the frames ``strangers``, where it jumped to another person; ``leg_px`` of the near leg; ``bounce_trunks`` how much
    the shoulders rise and fall; ``feet_outside_frac`` the share of frames with a foot outside the picture;
    ``turned_deg`` how far the body is turned clockwise from upright in the picture; ``growth`` how many times larger it
    is at the end than at the beginning. All of them are those of the frames used.

    ``pieces`` are those of the part; the pose's clock sets them apart (`gait.rhythm.apart`) and leaves those
    that are left out empty. ``clip_s`` (T,) are its frames' times on the clip's own clock.
    """

    part: tuple[int, int]
    pose: PoseTrack
    clip_s: Floats
    pieces: tuple[Piece, ...]
    strangers: tuple[int, ...]
    view: ViewSeen
    leg_px: float
    bounce_trunks: float
    feet_outside_frac: float
    turned_deg: float = 0.0
    growth: float = 1.0

    @property
    def used(self) -> np.ndarray:
        """Frames (T,) of the pieces that are not left out; all frames where every piece is."""
        used = np.zeros(len(self.pose), dtype=bool)
        for piece in self.pieces:
            used[piece.start : piece.end] = not piece.left_out
        return used if used.any() else ~used


@dataclass(frozen=True, slots=True)
class Pace:
    """The beat on the clip's own clock, whether it is a run, how hard the hips fall (`find_fall_g`), and the clock.

    What is not ``running`` need not be ``walking``, which is clearly a walk.
    """

    beat: Beat
    running: bool
    fall_g: float
    time_base: TimeBase
    walking: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A run seen from the side, in real seconds and the runner's own frame.

    ``belt_line`` maps a side to a point and a direction in pixels (x, y, dx, dy): the line that side's foot rides in
    stance; empty when not found. ``by_shoe``: sides whose strikes their shoes helped to place; ``shoe_px`` (T, 6, 2)
    their outlines at every frame in which they were followed. ``impossible_frac``: the share of each side's steps that
    no runner makes; they are left out.
    """

    runner: RunnerTrack
    beat: Beat
    steps: tuple[StepValues, ...]
    series: Series
    belt_speed_ll_s: float
    surface: Surface
    belt_line: Mapping[Side, tuple[float, float, float, float]]
    by_shoe: frozenset[Side] = frozenset()
    shoe_px: Mapping[Side, Floats] = field(default_factory=dict)
    impossible_frac: Mapping[Side, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nobody:
    """No person was found for long enough."""

    feet_outside_frac: float = 0.0


@dataclass(frozen=True, slots=True)
class EndOn:
    """A person seen from the front or from behind; without ``pace`` where no rhythm was found."""

    person: Person
    pace: Pace | None = None
    rear: RearValues | None = None


@dataclass(frozen=True, slots=True)
class SideGait:
    """A person seen from the side.

    Without ``pace`` no rhythm was found; without ``roll`` it is no run; without ``run`` no step was seen. ``stretch``
    is how many times too wide the picture draws the runner.
    """

    person: Person
    yaw: Turn
    pace: Pace | None = None
    roll: Turn | None = None
    run: Run | None = None
    stretch: float = 1.0


Gait = Nobody | EndOn | SideGait


def slow_motion_factor(gait: Gait) -> float:
    """By how much the clip is slowed down; 1.0 = real time."""
    return time_scale(gait).factor


def time_scale(gait: Gait) -> TimeScale:
    """The clip's time scale; real time where nothing shows another."""
    match gait:
        case EndOn(pace=Pace(time_base=time_base)) | SideGait(pace=Pace(time_base=time_base)):
            return time_base.scale
        case _:
            return TimeScale(1.0, "assumed")
