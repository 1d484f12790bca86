"""The records of a result: a Report and its parts.

They mirror report.json, schema version 1, field for field; ``Evidence`` alone stays in memory: what the
pictures and charts are drawn from. Angles in degrees, lengths in leg lengths unless ``unit`` says otherwise.
NaN = not known (null in JSON).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from formcheck.records.gait import Series, Surface, TimeScale, View
from formcheck.records.readonly import freeze
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, PoseTrack, RunnerTrack
from formcheck.records.values import Blank, Count, Known, Moment

Heading = Literal["left", "right", "unknown"]
Grade = Literal["good", "usable", "poor"]
Level = Literal["ok", "watch", "act", "info"]
ChangeKind = Literal["drift", "steps"]
Confidence = Literal["high", "medium", "low"]
EventName = Literal["foot_strike", "mid_stance", "toe_off"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was withheld or doubted: a stable code, plain words, and what to do about it.

    The words are English; in another language they are ``reason.<code>.<variant>`` of the catalogue, filled with
    ``values``. None: a reason of an older report, which has no words but its own.
    """

    code: str
    message: str
    advice: str = ""
    variant: str = "message"
    values: Mapping[str, Blank] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        freeze(self, "values")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the clip on its own clock, and the code of why it was not measured (null: it was)."""

    start_s: Known
    end_s: Known
    left_out: str | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """The clip as it was read. Times are on its own clock; ``used_s`` is the part the numbers come from.

    ``parts`` are its pieces, used and left out: where nothing breaks the run, one.
    """

    name: str
    sha256: str
    duration_s: float
    width_px: int
    height_px: int
    frame_count: int
    mean_fps: float
    time_scale: TimeScale
    used_s: tuple[float, float]
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelUsed:
    """The pose model that followed the runner.

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
    """Metres per leg length of the near leg; not known without a height or a speed.

    ``spread_frac`` is its standard error as a share of it; NaN as well in older reports.
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
    """How far the clip can be trusted, and why no further."""

    grade: Grade
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One foot strike and what was measured at it, on the clip's own clock.

    NaN = not seen or withheld. ``values`` holds the per-step numbers by measure name (``foot_ahead_of_hip``,
    ``shank_angle`` ...).
    ``confidence`` 0..1 is the chance that the strike instant is within 15 ms of the truth.
    """

    side: Side
    strike_time_s: float
    toe_off_time_s: float
    confidence: float
    values: Mapping[str, float]

    def __post_init__(self) -> None:
        freeze(self, "values")


@dataclass(frozen=True, slots=True)
class ErrorParts:
    """The error of a number in three independent parts, standard deviations in the measure's unit.

    ``of_runner`` is the same in all clips of a runner with one pose model, from one side and at about one frame rate;
    ``of_clip`` is new in each clip; ``of_steps`` is what its steps leave open, already divided by their number.
    """

    of_runner: Known
    of_clip: Known
    of_steps: Known


@dataclass(frozen=True, slots=True)
class Measured:
    """One number with its error: median over steps, spread (SD) and a 95 % interval.

    ``error`` is that interval in parts; None in older reports. A withheld number has none of the four, whatever it was
    made with: they are NaN, and None.
    """

    value: float
    spread: float
    interval95: tuple[float, float]
    steps: Count
    confidence: Confidence
    withheld: Reason | None = None
    error: ErrorParts | None = None

    def __post_init__(self) -> None:
        if self.withheld is not None:
            object.__setattr__(self, "value", math.nan)
            object.__setattr__(self, "spread", math.nan)
            object.__setattr__(self, "interval95", (math.nan, math.nan))
            object.__setattr__(self, "error", None)


@dataclass(frozen=True, slots=True)
class Plateau:
    """The median of a measure over a part of the clip, on the clip's own clock."""

    from_s: Known
    to_s: Known
    value: Known


@dataclass(frozen=True, slots=True)
class Change:
    """A measure that changes within the clip: by a steady drift, of which each third is a level, or in steps.

    ``value`` is the largest difference between two levels, later less earlier; its 95 % interval holds the steps'
    scatter alone, for what else a level is off by it shares with the others.
    """

    measure: str
    unit: str
    kind: ChangeKind
    levels: tuple[Plateau, ...]
    value: Known
    interval95: tuple[Known, Known]


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
class Standing:
    """Where a number lies among experienced runners at the same speed, as probabilities between 0 and 1.

    ``share_below``: the share of them with a smaller number. ``above_most``, ``above_usual``: how likely it is that the
    true number lies above their 90th and their 97.5th percentile; ``below_most``, ``below_usual``: below their 10th and
    their 2.5th. See `judge.reference.standing`.
    """

    share_below: Known
    above_most: Known
    above_usual: Known
    below_most: Known
    below_usual: Known


@dataclass(frozen=True, slots=True)
class Finding:
    """One result in words: what was seen, why it matters, the frames that show it, one cue and exercises.

    The words are English; in another language they are ``finding.<code>`` of the catalogue, filled with ``values``.
    None: a finding of an older report, which has no words but its own.
    """

    code: str
    level: Level
    title: str
    text: str
    evidence: tuple[str, ...] = ()
    cue: str = ""
    exercises: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    standing: Standing | None = None
    values: Mapping[str, Blank] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        freeze(self, "values")


@dataclass(frozen=True, slots=True)
class Proportion:
    """A ratio of two of the runner's lengths as the pose model draws them: its median and SD over the frames."""

    value: Known
    spread: Known


@dataclass(frozen=True, slots=True)
class Curve:
    """A number over the mean stride of one side, at every per cent from foot strike to the next strike of that side.

    ``toe_off_percent`` is where that foot leaves the ground.
    """

    unit: str
    side: Side
    mean: tuple[float, ...]
    toe_off_percent: float


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A picture that shows a number: ``index`` into the clip's decoded frames, ``step`` into the report's steps."""

    file: str
    time_s: Known
    event: EventName
    side: Side
    index: int
    step: int


@dataclass(frozen=True, slots=True)
class ReferenceBand:
    """Where experienced runners at the same speed lie: mean and the 95 % prediction interval of one runner.

    ``sd`` is the scatter between runners, ``runners`` how many people the band rests on, ``citations`` the data sets
    that ``source`` names in English; NaN, 0 and empty in older reports.
    """

    measure: str
    unit: str
    speed_m_s: Known
    mean: Known
    low: Known
    high: Known
    source: str
    sd: float = math.nan
    runners: Count = 0
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What pictures and charts are drawn from; never part of report.json.

    ``pose`` is cleaned and side-repaired, in pixels on the clip's own clock, one row per decoded frame from
    ``first_frame`` on; ``runner`` and ``series`` have the same rows. ``belt_line`` maps a side to a point and
    a direction in pixels (x, y, dx, dy): the line that side's foot rides in stance; empty when not found. ``others``
    are the landmarks (N, 33, 2) in pixels of all others, by the number of the frame they were seen in. ``shoe_px`` has
    the same rows: outlines (T, 6, 2) of each side's shoe where it was followed, NaN elsewhere.
    """

    first_frame: int
    pose: PoseTrack
    runner: RunnerTrack | None
    series: Series | None
    belt_line: Mapping[Side, tuple[float, float, float, float]]
    others: Mapping[int, Floats] = field(default_factory=dict)
    shoe_px: Mapping[Side, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        freeze(self, "belt_line", "others", "shoe_px")


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured in one clip, and what follows from it.

    ``proportions`` and ``curves`` are for comparing clips: how the runner is built, and the near leg's mean stride.
    """

    formcheck_version: str
    created: Moment
    clip: Clip
    model: ModelUsed | None
    settings: Mapping[str, Any]
    scene: SceneSeen
    quality: Quality
    steps: tuple[Step, ...]
    measures: Mapping[str, Measure]
    findings: tuple[Finding, ...]
    frames: tuple[KeyFrame, ...]
    reference: tuple[ReferenceBand, ...] = ()
    changes: tuple[Change, ...] = ()
    proportions: Mapping[str, Proportion] = field(default_factory=dict)
    curves: Mapping[str, Curve] = field(default_factory=dict)
    evidence: Evidence | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        freeze(self, "settings", "measures", "proportions", "curves")
