"""The fields of athletes and sessions over the wire, with their limits."""

import datetime
import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from formcheck.records.options import OPTIONS
from formcheck_api.http.wire.schemas import CONTROL, SESSION_PATTERN, AnalysisResource
from formcheck_api.records.mistakes import mistaken, says
from formcheck_api.records.people import Kind, Units

LONGEST_NAME: Final = 100
LONGEST_NOTES: Final = 2000
LINE_PATTERN: Final = rf"^[^{CONTROL}]*[^\s{CONTROL}][^{CONTROL}]*$"
"""A label that is not blank."""
NOTES_PATTERN: Final = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"
"""Lines and tabs are fine, other control characters are not."""
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
ATHLETE_PATTERN: Final = r"^at_[a-z2-7]{26}$"


def _iso_day(value: object) -> object:
    """A date as it is written: pydantic takes a number, also as text, for the seconds since 1970."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise mistaken("date")
    return value


Line = Annotated[
    str, Field(min_length=1, max_length=LONGEST_NAME, pattern=LINE_PATTERN), says("line", most=LONGEST_NAME)
]
Notes = Annotated[str, Field(max_length=LONGEST_NOTES, pattern=NOTES_PATTERN), says("notes", most=LONGEST_NOTES)]
Day = Annotated[datetime.date, BeforeValidator(_iso_day), says("date")]
AthleteRef = Annotated[str, Field(pattern=ATHLETE_PATTERN), says("athlete")]
Height = Annotated[float, Field(strict=True, ge=OPTIONS["height_m"].low, le=OPTIONS["height_m"].high)]
Speed = Annotated[float, Field(strict=True, ge=OPTIONS["speed_kmh"].low, le=OPTIONS["speed_kmh"].high)]

_HEIGHT: Final = "Metres; the default of what is uploaded into the athlete's sessions"
_SPEED: Final = "Of the belt; the default of what is uploaded into the session"


class _Asked(BaseModel):
    """A body; an unknown field is refused, so that a typo does not go unnoticed."""

    model_config = ConfigDict(extra="forbid")

    def given(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(exclude_unset=True)


class NewAthlete(_Asked):
    """A runner to keep records of."""

    name: Annotated[Line, Field(description="Or a pseudonym")]
    height_m: Annotated[Height | None, Field(description=_HEIGHT)] = None
    units: Annotated[Units, Field(description="Those your app shows; formcheck's own numbers are metric")] = "metric"
    notes: Notes | None = None


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class _Changes(_Asked):
    """A body of changes: what is not sent stays, so that no field has a default."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)


class AthleteChanges(_Changes):
    """The fields to change; null empties one."""

    name: Line = ""
    height_m: Annotated[Height | None, Field(description=_HEIGHT)] = None
    units: Units = "metric"
    notes: Notes | None = None


class NewSession(_Asked):
    """A day's run of an athlete."""

    athlete: AthleteRef
    date: Annotated[Day, Field(description="Of the run, as the athlete's calendar has it")]
    kind: Kind | None = None
    shoes: Line | None = None
    speed_kmh: Annotated[Speed | None, Field(description=_SPEED)] = None
    notes: Notes | None = None


class SessionChanges(_Changes):
    """The fields to change; null empties one. A session stays with its athlete."""

    date: Day = datetime.date.min
    kind: Kind | None = None
    shoes: Line | None = None
    speed_kmh: Annotated[Speed | None, Field(description=_SPEED)] = None
    notes: Notes | None = None


class AthleteLinks(BaseModel):
    """Where everything of an athlete is."""

    self: str
    sessions: str
    trend: str


class AthleteResource(BaseModel):
    """A runner as your key knows them."""

    id: str = Field(pattern=ATHLETE_PATTERN)
    name: str
    height_m: float | None
    units: Units
    notes: str | None
    created: datetime.datetime
    links: AthleteLinks


class AthleteList(BaseModel):
    """Some athletes, newest first; ``next`` leads on and is null on the last page."""

    athletes: list[AthleteResource]
    next: str | None


class SessionLinks(BaseModel):
    """Where everything of a session is."""

    self: str
    athlete: str
    analyses: str
    combined: str
    combined_page: str


class SessionResource(BaseModel):
    """A day's run of an athlete, and the clips of it."""

    id: str = Field(pattern=SESSION_PATTERN)
    athlete: str = Field(pattern=ATHLETE_PATTERN)
    date: datetime.date
    kind: Kind | None
    shoes: str | None
    speed_kmh: float | None
    notes: str | None
    created: datetime.datetime
    clips: list[str] = Field(description="Ids of its analyses, oldest first; they may expire before the session")
    links: SessionLinks


class SessionList(BaseModel):
    """Some sessions, latest day first; ``next`` leads on and is null on the last page."""

    sessions: list[SessionResource]
    next: str | None


class RemeasuredDocument(BaseModel):
    """What became of an athlete's clips that were to be measured again."""

    formcheck_version: str = Field(description="The version that measures them")
    queued: list[AnalysisResource] = Field(description="New analyses in the same sessions; the reports of before stay")
    current: list[str] = Field(description="Ids of analyses that this version measured, or will")
    gone: list[str] = Field(description="Ids of analyses whose clip is no longer stored: upload it again")
    left: int = Field(description="How many more there are: ask again")
