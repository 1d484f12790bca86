"""What goes over the wire: built from records, and the source of the specification's schemas and examples.

Fields may be added to responses; none changes its meaning or goes away within ``/v1``.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, create_model, field_validator

from formcheck.records.options import OPTIONS, ModelName
from formcheck.records.report import KeyFrame
from formcheck_api.records.analyses import Options, State
from formcheck_api.records.mistakes import mistaken, says
from formcheck_api.records.parts import Part

LONGEST_LABEL: Final = 200
ID_PATTERN: Final = r"^an_[a-z2-7]{26}$"
CONTROL: Final = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
LABEL_PATTERN: Final = rf"^[^{CONTROL}]*$"
"""Printable enough: no control characters, which databases and terminals stumble over."""

SESSION_PATTERN: Final = r"^se_[a-z2-7]{26}$"

Priority = Literal["interactive", "bulk"]
Label = Annotated[str, Field(max_length=LONGEST_LABEL, pattern=LABEL_PATTERN), says("label", most=LONGEST_LABEL)]

SessionRef = Annotated[str, Field(pattern=SESSION_PATTERN), says("session")]


class Form(BaseModel):
    """The fields of an upload beside the clip; an unknown one is refused, so that a typo does not go unnoticed."""

    model_config = ConfigDict(extra="forbid")

    model: Annotated[ModelName, Field(description="Pose model: lite is quick, heavy is slow")] = "full"
    blur_faces: Annotated[bool, Field(description="Make the runner's face unrecognisable in every picture")] = False
    priority: Annotated[
        Priority, Field(description="bulk: begin when nothing else waits, for batches that no one looks at yet")
    ] = "interactive"
    label: Annotated[Label | None, Field(description="Your own word for it, to filter by")] = None
    session: Annotated[
        SessionRef | None,
        Field(description="Id of the session to put it into, whose speed and athlete's height are its defaults"),
    ] = None

    @field_validator("blur_faces", mode="before")
    @classmethod
    def _true_or_false(cls, value: object) -> object:
        """The two words of JSON, or Python's: a form's field holds text, and "0" or "no" could mean anything."""
        if str(value).lower() not in ("true", "false"):
            raise mistaken("true_or_false")
        return value

    @field_validator("to_s", check_fields=False)
    @classmethod
    def _after_its_beginning(cls, value: float | None, told: ValidationInfo) -> float | None:
        begin = told.data.get("from_s")
        if value is not None and begin is not None and value <= begin:
            raise mistaken("later")
        return value

    def options(self) -> Options:
        """The options of the analysis, without what it is filed under."""
        return Options(**self.model_dump(exclude={"label", "session", "priority"}))


def _about_the_run() -> dict[str, Any]:
    """A field for each option of formcheck, within its limits."""
    return {
        name: (
            float if option.default is not None else float | None,
            Field(
                option.default,
                ge=option.low,
                le=option.high,
                multiple_of=option.step,
                description=option.help[0].upper() + option.help[1:],
            ),
        )
        for name, option in OPTIONS.items()
    }


AnalysisForm = create_model("AnalysisForm", __base__=Form, __doc__=Form.__doc__, **_about_the_run())


class ProblemDocument(BaseModel):
    """RFC 9457; rely on ``code``, show ``title`` and ``detail``. Some codes bring further members."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="Address of the code's explanation")
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable; every one is listed at /problems")


class Links(BaseModel):
    """Where everything of an analysis is; pictures and pages carry a signature and work without a key for a while."""

    self: str
    events: str
    report: str
    report_html: str
    overlay: str
    frames: str


class Clip(BaseModel):
    """The clip as it came."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class ToldOptions(Options):
    """The options uploaded with the clip."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(json_schema_serialization_defaults_required=True)


class AnalysisResource(BaseModel):
    """One analysis. It is finished when its state is succeeded, failed or cancelled.

    A clip that shows too little is a success whose report withholds numbers and says how to film.
    """

    id: str = Field(pattern=ID_PATTERN)
    state: State
    progress: float = Field(ge=0, le=1)
    stage: str = Field(description="What is being done, in words that may change")
    queue_position: int | None = Field(
        description="How many are analysed before this one; null unless queued, and in lists"
    )
    created: datetime
    started: datetime | None
    finished: datetime | None
    priority: Priority
    label: str | None
    session: str | None = Field(pattern=SESSION_PATTERN, description="Id of the session it is in")
    formcheck_version: str | None = Field(
        description="What measures or measured it; null while it waits, and where older services noted none"
    )
    options: ToldOptions
    clip: Clip
    links: Links
    ready: list[Part] = Field(
        description="What can be read already, named as in links. The report comes first, while pictures and video are "
        "still made"
    )
    problem: ProblemDocument | None = Field(description="Why it failed; null otherwise")
    incomplete: ProblemDocument | None = Field(
        description="Why a success has a report without pictures or video; null otherwise"
    )


class AnalysisPage(BaseModel):
    """Some analyses, newest first; ``next`` leads on and is null on the last page."""

    analyses: list[AnalysisResource]
    next: str | None


class Allotment(BaseModel):
    """What was used of something, and how much there may be; null: no limit."""

    used: float
    limit: float | None


class Usage(BaseModel):
    """What your key's owner uses; the day is a day of UTC, and its counts start anew at ``resets``."""

    clips_today: Allotment = Field(description="Clips accepted")
    minutes_today: Allotment = Field(description="Minutes that analyses took")
    storage_mb: Allotment = Field(description="Clips stored now and on their way, in MB")
    waiting: int = Field(description="Analyses that wait or run")
    resets: datetime


class FrameLinks(BaseModel):
    """Where a picture is."""

    image: str


@dataclass(frozen=True, slots=True)
class Frame(KeyFrame):
    """An instant that proves a number, with its picture; ``time_s`` is where a player would seek."""

    links: FrameLinks


class FrameList(BaseModel):
    """The annotated pictures of a report."""

    frames: list[Frame]


Numbers = list[float | None]


class JointPath(BaseModel):
    """Where a joint is at every frame, in leg lengths from the middle of the hips."""

    forward: Numbers = Field(description="The way the runner runs")
    up: Numbers


class Skeleton(BaseModel):
    """Every joint's path, of one size and one direction for all clips of a runner."""

    head: JointPath
    left: dict[str, JointPath]
    right: dict[str, JointPath]


class MotionDocument(BaseModel):
    """One number per frame, null where it was not seen; by side where there are two."""

    time_s: list[float] = Field(description="On the clip's own clock, where a player would seek")
    trunk_lean: Numbers = Field(description="Degrees, forward positive")
    foot_ahead_of_hip: dict[Literal["left", "right"], Numbers] = Field(description="Leg lengths")
    knee_flexion: dict[Literal["left", "right"], Numbers] = Field(description="Degrees, 0 = straight")
    skeleton: Skeleton | None = Field(default=None, description="Null in results of older versions")


class Guidance(BaseModel):
    """One piece of advice on filming."""

    code: str
    title: str
    text: str


class CaptureGuidance(BaseModel):
    """How to film a clip that can be measured, and what is taken."""

    guidance: list[Guidance]
    largest_clip_mb: int
    best_duration_s: tuple[float, float]


class Health(BaseModel):
    """The service is there."""

    status: Literal["ok"]
