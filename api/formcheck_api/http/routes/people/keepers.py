"""Who may keep records of people: a key, or anyone where no keys are asked for; not visitors of the page."""

import re
from typing import Annotated, Final

from fastapi import Depends, Path, Request

from formcheck_api.access.security import Caller
from formcheck_api.access.visitors import is_visitors
from formcheck_api.http.dependencies import Reader, ServiceDep, Token, Writer, identify, is_linked, paced_as
from formcheck_api.http.wire.people.schemas import ATHLETE_PATTERN
from formcheck_api.http.wire.schemas import SESSION_PATTERN
from formcheck_api.records.problems import ProblemError
from formcheck_api.store.people.athletes import TooManyError


def _checked(caller: Caller) -> Caller:
    """Raise ProblemError 401 for a visitor: an athlete's records should outlive a browser's memory."""
    if is_visitors(caller.owner):
        raise ProblemError("unauthorized", "athletes", headers={"WWW-Authenticate": "Bearer"})
    return caller


async def _reader(caller: Reader) -> Caller:
    return _checked(caller)


async def _writer(caller: Writer) -> Caller:
    return _checked(caller)


KeeperReads = Annotated[Caller, Depends(_reader)]
KeeperWrites = Annotated[Caller, Depends(_writer)]

_ATHLETE: Final = Path(
    description="The athlete's id", json_schema_extra={"pattern": ATHLETE_PATTERN}, examples=["at_..."]
)
_SESSION: Final = Path(
    description="The session's id", json_schema_extra={"pattern": SESSION_PATTERN}, examples=["se_..."]
)


async def _athlete_id(athlete_id: Annotated[str, _ATHLETE]) -> str:
    if not re.fullmatch(ATHLETE_PATTERN, athlete_id):
        raise no_such_athlete()
    return athlete_id


async def _session_id(session_id: Annotated[str, _SESSION]) -> str:
    if not re.fullmatch(SESSION_PATTERN, session_id):
        raise no_such_session()
    return session_id


AthleteId = Annotated[str, Depends(_athlete_id)]
SessionId = Annotated[str, Depends(_session_id)]


def _session_owner(request: Request, service: ServiceDep, session_id: SessionId, token: Token) -> str:
    """Whose the session of the path is: its keeper's who calls, or anybody's whose signed link opens this very path.

    Raises ProblemError 401, 403, 404, 429.
    """
    if not is_linked(request, service, token):
        caller = identify(request, service, token)
        caller.check("analyses:read")
        return _checked(caller).owner
    owner = service.store.owner_of(session_id)
    if owner is None:
        raise no_such_session()
    paced_as(service, owner)
    return owner


SessionOwner = Annotated[str, Depends(_session_owner)]


def no_such_athlete() -> ProblemError:
    """The same for what never was, what was deleted and what is another's."""
    return ProblemError("not_found", "athlete")


def no_such_session() -> ProblemError:
    """The same for what never was, what was deleted and what is another's."""
    return ProblemError("not_found", "session")


def limit_reached(error: TooManyError) -> ProblemError:
    """The problem of a key that has as many athletes, or an athlete that has as many sessions, as allowed."""
    return ProblemError("limit_reached", error.what, most=error.most, extra={"limit": error.most})
