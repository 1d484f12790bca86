"""The records of an answer: a Report and its parts.

They mirror report.json, schema version 1, field for field; ``Evidence`` alone stays in memory: what the
pictures and charts are drawn from. Angles in degrees, lengths in leg lengths unless ``unit`` says otherwise.
NaN = not known (null in JSON).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from formcheck.landmarks import Side
from formcheck.records import Floats, PoseTrack, RunnerTrack

View = Literal["side", "rear", "front", "unclear"]
Surface = Literal["treadmill", "overground", "unknown"]
Heading = Literal["left", "right", "unknown"]
Grade = Literal["good", "usable", "poor"]
Level = Literal["ok", "watch", "act", "info"]
Confidence = Literal["high", "medium", "low"]
EventName = Literal["foot_strike", "mid_stance", "toe_off"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was withheld or doubted: a stable code, plain words, and what to do about it."""

    code: str
    message: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class TimeScale:
    """How many times slower than life the clip plays (1.0 = real time), and how that is known."""

    factor: float
    source: Literal["declared", "metadata", "inferred", "assumed"]


@dataclass(frozen=True, slots=True)
class Clip:
    """The clip as it was read. Times are on its own clock; ``used_s`` is the part the numbers come from."""

    name: str
    sha256: str
    duration_s: float
    width_px: int
    height_px: int
    frame_count: int
    mean_fps: float
    time_scale: TimeScale
    used_s: tuple[float, float]


@dataclass(frozen=True, slots=True)
class ModelUsed:
    """The pose model that saw the runner.

    ``sha256`` is the digest of its weights, not of a file (`bundle.weights_sha256`): two reports with the same one used
    the same model, however it was packed. Empty where landmarks came from elsewhere.
    """

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class BeltSpeed:
    """Backward speed of the stance foot in real time."""

    value: float
    unit: Literal["m/s", "leg_length/s"]


@dataclass(frozen=True, slots=True)
class Scale:
    """Metres per leg length of the near leg, NaN when nothing tells.

    ``spread_frac`` is what it errs by, one standard deviation as a share of it; NaN as well in older reports.
    """

    m_per_leg_length: float
    source: Literal["height", "speed", "none"]
    spread_frac: float = math.nan


@dataclass(frozen=True, slots=True)
class SceneSeen:
    """What the camera saw. ``camera_roll_deg`` + = camera turned clockwise as seen from behind it."""

    view: View
    heading: Heading
    near_side: Side | None
    surface: Surface
    camera_roll_deg: float
    belt_speed: BeltSpeed
    scale: Scale


@dataclass(frozen=True, slots=True)
class Quality:
    """May we speak about this clip, and why not more."""

    grade: Grade
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One foot strike and what was measured at it. Times are on the clip's own clock; NaN = not seen.

    ``values`` holds the per-step numbers by measure name (``foot_ahead_of_hip``, ``shank_angle`` ...).
    ``confidence`` 0..1 is the chance that the strike instant is within 15 ms of the truth.
    """

    side: Side
    strike_time_s: float
    toe_off_time_s: float
    confidence: float
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Measured:
    """One number with its error: median over steps, spread (SD) and a 95 % interval."""

    value: float
    spread: float
    interval95: tuple[float, float]
    steps: int
    confidence: Confidence
    withheld: Reason | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure for both legs; ``headline`` is the leg nearer the camera, or both where sides make no sense."""

    unit: str
    headline: Measured
    left: Measured | None = None
    right: Measured | None = None

    def of(self, side: Side) -> Measured | None:
        """The number of one side."""
        return self.left if side is Side.LEFT else self.right


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say: what, why it matters, what proves it, and one cue with exercises."""

    code: str
    level: Level
    title: str
    text: str
    evidence: tuple[str, ...] = ()
    cue: str = ""
    exercises: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A picture that proves a number: ``index`` into the clip's decoded frames, ``step`` into Report.steps."""

    file: str
    time_s: float
    event: EventName
    side: Side
    index: int
    step: int


@dataclass(frozen=True, slots=True)
class ReferenceBand:
    """Where experienced runners at the same speed lie: mean and the 95 % prediction interval of one runner."""

    measure: str
    unit: str
    speed_m_s: float
    mean: float
    low: float
    high: float
    source: str


@dataclass(frozen=True, slots=True)
class Series:
    """Measures at every frame of the used part, for the overlay and the charts (NaN = not seen).

    ``trunk_lean_deg`` (T,); by side: ``knee_flexion_deg``, ``shank_angle_deg``, ``foot_ahead_of_hip`` (T,).
    """

    trunk_lean_deg: Floats
    knee_flexion_deg: dict[Side, Floats]
    shank_angle_deg: dict[Side, Floats]
    foot_ahead_of_hip: dict[Side, Floats]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What pictures and charts are drawn from; never part of report.json.

    ``pose`` is cleaned and side-repaired, in pixels on the clip's own clock, one row per decoded frame from
    ``first_frame`` on; ``runner`` and ``series`` have the same rows. ``belt_line`` maps a side to a point and
    a direction in pixels (x, y, dx, dy): the line that side's foot rides in stance; empty when not found. ``others``
    are the landmarks (N, 33, 2) in pixels of everybody else, by the number of the frame they were seen in.
    """

    first_frame: int
    pose: PoseTrack
    runner: RunnerTrack | None
    series: Series | None
    belt_line: dict[Side, tuple[float, float, float, float]]
    others: Mapping[int, Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer for one clip."""

    formcheck_version: str
    created: str
    clip: Clip
    model: ModelUsed | None
    settings: dict[str, Any]
    scene: SceneSeen
    quality: Quality
    steps: tuple[Step, ...]
    measures: dict[str, Measure]
    findings: tuple[Finding, ...]
    frames: tuple[KeyFrame, ...]
    reference: tuple[ReferenceBand, ...] = ()
    evidence: Evidence | None = field(default=None, compare=False, repr=False)
