"""What handlers ask for by type: the service, the caller with the scope they need, and the analysis of the path."""

import logging
import math
import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import Depends, Path, Request, params
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from formcheck.words.catalogue import ENGLISH
from formcheck_api.access.rate_limit import counted_address
from formcheck_api.access.security import LOCAL_CALLER, LOCAL_OWNER, SCOPES, Caller, ScopeName
from formcheck_api.access.visitors import is_visitors, visitor_of
from formcheck_api.http.service import Service, now
from formcheck_api.http.wire.schemas import ID_PATTERN
from formcheck_api.records.analyses import Analysis
from formcheck_api.records.mistakes import one_line
from formcheck_api.records.problems import ProblemError, invalid_request

_BEARER: Final = HTTPBearer(
    auto_error=False,
    scheme_name="apiKey",
    description="A key of `formcheck keys create`; not asked for where the service listens on loopback only.",
)
_SIGNATURE_NAMES: Final = ("expires", "signature")

_log = logging.getLogger(__name__)


async def only_known_words(request: Request) -> None:
    """Refuse words in the query that the route does not know, lest a typo go unnoticed. Raises ProblemError 422."""
    dependant: Dependant = request.scope["route"].dependant
    known = [word.alias for word in get_flat_params(dependant) if isinstance(word.field_info, params.Query)]
    why = ENGLISH.say("mistake.parameter", names=", ".join(known)) if known else ENGLISH.say("mistake.no_parameters")
    if unknown := sorted(set(request.query_params) - {*known, *_SIGNATURE_NAMES}):
        raise invalid_request([(one_line(word), why) for word in unknown])
    if twice := [word for word in known if len(request.query_params.getlist(word)) > 1]:
        raise invalid_request([(word, ENGLISH.say("mistake.twice")) for word in twice])


async def the_service(request: Request) -> Service:
    """The service behind this request."""
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(the_service)]
Token = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


async def the_caller(request: Request, service: ServiceDep, token: Token) -> Caller:
    """Who asks. Raises ProblemError 401 without a good key, 429 when a key makes too many requests."""
    if service.needs_keys:
        return await run_in_threadpool(identify, request, service, token)
    return identify(request, service, token)  # asks no database


def identify(request: Request, service: Service, token: HTTPAuthorizationCredentials | None) -> Caller:
    """Who calls, by their key or as a visitor; counted against them. Raises ProblemError 401, 429."""
    caller = _known_caller(request, service, token) if service.needs_keys else LOCAL_CALLER
    request.state.caller = caller
    if service.needs_keys:
        _check(service.limiter.take(caller.key))
    return caller


def _known_caller(request: Request, service: Service, token: HTTPAuthorizationCredentials | None) -> Caller:
    """Only failures count against an address: a valid key passes, even if others guess keys behind the same proxy."""
    if token is None:
        raise _unauthorized("missing")
    if service.has_page and (visitor := visitor_of(token.credentials)):
        return Caller(_address(request), visitor, frozenset(SCOPES))  # receipts cost nothing, so addresses are counted
    key = service.store.find_key(token.credentials)
    if key is None:
        _check(service.limiter.take(_address(request)))
        raise _unauthorized("unknown")
    try:
        service.store.touch_key(key.prefix, now())
    except SQLAlchemyError:  # a full disk, a locked database: no reason to refuse what only reads
        _log.warning("the last use of a key could not be noted", exc_info=True)
    return Caller(key.prefix, key.owner, key.scopes)


def _address(request: Request) -> str:
    return f"address {counted_address(request.client.host) if request.client else ''}"


def _unauthorized(why: str) -> ProblemError:
    return ProblemError("unauthorized", why, headers={"WWW-Authenticate": "Bearer"})


def _check(wait_s: float) -> None:
    if wait_s > 0:
        seconds = math.ceil(wait_s)
        raise ProblemError(
            "rate_limited",
            seconds=seconds,
            headers={"Retry-After": str(seconds)},
            extra={"retry_after_s": seconds},
        )


def _having(scope: ScopeName) -> Callable[[Caller], Awaitable[Caller]]:
    async def checked(caller: Annotated[Caller, Depends(the_caller)]) -> Caller:
        caller.check(scope)
        return caller

    return checked


Reader = Annotated[Caller, Depends(_having("analyses:read"))]
Writer = Annotated[Caller, Depends(_having("analyses:write"))]

AnalysisId = Annotated[
    str, Path(description="The analysis's id", json_schema_extra={"pattern": ID_PATTERN}, examples=["an_..."])
]


async def checked_id(analysis_id: AnalysisId) -> str:
    """A well-formed id. Raises ProblemError 404 for any other."""
    if not re.fullmatch(ID_PATTERN, analysis_id):
        raise no_such_analysis()
    return analysis_id


CheckedId = Annotated[str, Depends(checked_id)]


def no_such_analysis() -> ProblemError:
    """The same for what never was, what was deleted and what is another's."""
    return ProblemError("not_found", "analysis")


def own_analysis(request: Request, service: ServiceDep, analysis_id: CheckedId, token: Token) -> Analysis:
    """The analysis of the path, if it is the caller's or was uploaded from the page.

    Raises ProblemError 401, 403, 404, 429.
    """
    if token is None:
        paced(request, service)
        if shown := shown_analysis(service, analysis_id):
            return shown
    caller = identify(request, service, token)
    caller.check("analyses:read")
    analysis = service.store.get(caller.owner, analysis_id)
    if analysis is None:
        raise no_such_analysis()
    return analysis


def shown_analysis(service: Service, analysis_id: str) -> Analysis | None:
    """An analysis that anyone with its link may see, one uploaded from the page; None for any other."""
    if not service.has_page or not re.fullmatch(ID_PATTERN, analysis_id):
        return None
    if not service.needs_keys:
        return service.store.get(LOCAL_OWNER, analysis_id)
    analysis = service.store.get(None, analysis_id)
    return analysis if analysis and is_visitors(analysis.owner) else None


def linked_analysis(request: Request, service: ServiceDep, analysis_id: CheckedId, token: Token) -> Analysis:
    """The analysis of the path, for its owner or anyone with a signed link to this very path.

    Who sends a key needs no link, and is not kept out by one that has ended.
    Raises ProblemError 401, 403 (a link that was altered or has expired), 404, 429.
    """
    if not is_linked(request, service, token):
        return own_analysis(request, service, analysis_id, token)
    analysis = service.store.get(None, analysis_id)
    if analysis is None:
        raise no_such_analysis()
    paced_as(service, analysis.owner)
    return analysis


def is_linked(request: Request, service: Service, token: HTTPAuthorizationCredentials | None) -> bool:
    """Whether a signed link opens this very path without a key. Raises ProblemError 403."""
    expires, signature = (request.query_params.get(name) for name in _SIGNATURE_NAMES)
    if token is not None or expires is None or signature is None or not service.needs_keys:
        return False
    if not service.signer.accepts(request.url.path, expires, signature, now()):
        raise ProblemError("link_invalid")
    return True


def paced_as(service: Service, owner: str) -> None:
    """Count a request by a signed link against whose it opens. Raises ProblemError 429."""
    _check(service.limiter.take(owner))


def paced(request: Request, service: ServiceDep) -> None:
    """Count a request without a key against its address, before anything is looked up. Raises ProblemError 429."""
    if service.needs_keys:
        _check(service.limiter.take(_address(request)))


OwnAnalysis = Annotated[Analysis, Depends(own_analysis)]
LinkedAnalysis = Annotated[Analysis, Depends(linked_analysis)]
