"""The records of people: athletes, and the sessions in which they were filmed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from formcheck_api.records.analyses import Analysis, State

Units = Literal["metric", "imperial"]
Kind = Literal["easy", "tempo", "intervals", "race", "test", "other"]
"""What a session was for."""


@dataclass(frozen=True, slots=True)
class Athlete:
    """A runner as one key knows them; ``name`` may be a pseudonym, ``units`` are those an app shows."""

    id: str
    owner: str
    name: str
    height_m: float | None
    units: Units
    notes: str | None
    created: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A day's run of an athlete; ``clips`` are the ids of its analyses, oldest first."""

    id: str
    owner: str
    athlete_id: str
    date: date
    kind: Kind | None
    shoes: str | None
    speed_kmh: float | None
    notes: str | None
    created: datetime
    clips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AthletePage:
    """Some athletes, newest first, and where the next page begins; None on the last page."""

    athletes: tuple[Athlete, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class SessionPage:
    """Some sessions, latest day first, and where the next page begins; None on the last page."""

    sessions: tuple[Session, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Remeasured:
    """What became of an athlete's analyses when their clips were to be measured again.

    ``current`` are the ids of those that this version measured or will, ``gone`` of those whose clip is deleted;
    ``left`` is how many more could be queued.
    """

    queued: tuple[Analysis, ...]
    current: tuple[str, ...]
    gone: tuple[str, ...]
    left: int


def newest_of_each_clip(analyses: Iterable[Analysis]) -> tuple[Analysis, ...]:
    """Of analyses in the order they were created, the last of each clip of a session that has not come to nothing."""
    hopeful = (each for each in analyses if each.state not in (State.FAILED, State.CANCELLED))
    return tuple({(each.session_id, each.clip_sha256): each for each in hopeful}.values())
