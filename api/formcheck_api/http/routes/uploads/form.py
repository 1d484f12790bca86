"""Creating an analysis from an uploaded clip."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails
from starlette.concurrency import run_in_threadpool

from formcheck.vision.weights.models import available_models
from formcheck.words.catalogue import ENGLISH
from formcheck_api.access.allowance import too_many_waiting
from formcheck_api.access.quotas import quota_exceeded, quota_of, rate_limit_headers
from formcheck_api.access.security import Caller
from formcheck_api.access.visitors import is_visitors
from formcheck_api.http.dependencies import ServiceDep, Writer, no_such_analysis
from formcheck_api.http.routes.follow import Until, reached_within
from formcheck_api.http.service import Service, now
from formcheck_api.http.wire import resources
from formcheck_api.http.wire.openapi import FORM_SCHEMA
from formcheck_api.http.wire.responses import answer, problems
from formcheck_api.http.wire.schemas import AnalysisForm, AnalysisResource, Form
from formcheck_api.operations.logs import current_request
from formcheck_api.operations.traces import current_trace
from formcheck_api.records.analyses import Created, Hold, IdempotentRequest, Options, StoredClip
from formcheck_api.records.mistakes import one_line, says, sentence
from formcheck_api.records.problems import ProblemError, invalid_request
from formcheck_api.records.sharing import Quota
from formcheck_api.store.analyses import (
    MOST_CLIPS,
    NoSuchSessionError,
    SessionFullError,
    TooManyWaitingError,
)
from formcheck_api.store.clients.quota import QuotaExceededError
from formcheck_api.store.database import IdempotencyConflictError
from formcheck_api.uploads.bodies import read_bytes
from formcheck_api.uploads.receive import CLIP_FIELD, check_room, declared_bytes, received, told_when_full

router = APIRouter(tags=["analyses"])

LONGEST_WAIT_S: Final = 3600
LONGEST_KEY: Final = 200

WaitSeconds = Annotated[
    Annotated[float, Field(ge=0, le=LONGEST_WAIT_S), says("wait", most=LONGEST_WAIT_S)],
    Query(description="Wait so long for the end, bounded by the service's own limit"),
]
WaitUntil = Annotated[
    Until, Query(description="With wait: respond when the analysis is finished, or as soon as its report is ready")
]
IdempotencyKey = Annotated[
    Annotated[
        str,
        Field(min_length=1, max_length=LONGEST_KEY, pattern=r"^[\x21-\x7e]+$"),
        says("idempotency_key", most=LONGEST_KEY),
    ]
    | None,
    Header(
        alias="Idempotency-Key",
        description="Any word of yours for this upload: sent again with the same body, it gets the same answer",
    ),
]


_HEADERS: Final = ("Location", "ETag", "Retry-After")


@router.post(
    resources.ANALYSES,
    summary="Upload a clip to be analysed",
    operation_id="create_analysis",
    status_code=202,
    responses=answer(202, "Accepted: it will be analysed, or reported failed", AnalysisResource, "queued", _HEADERS)
    | answer(200, "Known already, or finished while you waited", AnalysisResource, "succeeded", _HEADERS)
    | problems(
        "multipart_malformed",
        "upload_stalled",
        "length_required",
        "body_too_large",
        "clip_too_large",
        "not_multipart",
        "invalid_request",
        "idempotency_conflict",
        "limit_reached",
        "upload_limit",
        "quota_exceeded",
        "not_ready",
        "upload_storage_full",
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"multipart/form-data": {"schema": {"$ref": FORM_SCHEMA}}},
        }
    },
)
async def create_analysis(  # noqa: PLR0917  # FastAPI passes them by name
    request: Request,
    service: ServiceDep,
    caller: Writer,
    idempotency_key: IdempotencyKey = None,
    wait: WaitSeconds = 0,
    until: WaitUntil = "finished",
) -> JSONResponse:
    """Stream a clip to the storage and queue its analysis; the same clip with the same options is taken once."""
    length_bytes = declared_bytes(request, service.settings)
    await run_in_threadpool(_admit, service, caller, length_bytes, idempotency_key)
    with service.allowance.body(caller, length_bytes or 0, partial(read_bytes, request)):
        async with received(request, service.blobs, service.settings) as arrived:
            form = form_of(arrived.fields)
            created = await run_in_threadpool(accept, service, caller, arrived.clip, form, idempotency_key)
    analysis = await reached_within(service, created.analysis, until, min(wait, service.settings.max_wait_s))
    if analysis is None:
        raise no_such_analysis()
    place = await run_in_threadpool(resources.position, service, analysis)
    known = analysis.state.is_finished or created.how == "same_clip"
    return JSONResponse(
        resources.resource(service, analysis, place).model_dump(mode="json"),
        200 if known else 202,
        resources.headers(service, analysis, place)
        | {"Location": resources.analysis_path(analysis)}
        | await run_in_threadpool(left_of_quota, service, caller),
    )


def left_of_quota(service: Service, caller: Caller) -> dict[str, str]:
    """Headers with what is left of the caller's quota."""
    quota, moment = quota_of(service.settings, caller), now()
    return {} if quota == Quota() else rate_limit_headers(quota, service.store.used(caller.owner, moment), moment)


def _admit(service: Service, caller: Caller, length_bytes: int | None, key: str | None) -> None:
    """Whether there is room for this clip, and whether a caller without a key may upload it. Raises ProblemError."""
    check_room(service.settings, length_bytes or 0)
    if length_bytes is None and is_visitors(caller.owner):
        raise ProblemError("length_required", "without_key")
    if not _is_known(service, caller, key):
        _check_allowed(service, caller, length_bytes or 0)


def _check_allowed(service: Service, caller: Caller, length_bytes: int) -> None:
    """Whether a caller may upload so much more. Raises ProblemError 429."""
    service.allowance.check(caller, length_bytes)
    quota, moment = quota_of(service.settings, caller), now()
    if quota == Quota():
        return
    if what := quota.exceeded(service.store.used(caller.owner, moment), length_bytes):
        raise quota_exceeded(what, quota, moment)


def _is_known(service: Service, caller: Caller, key: str | None) -> bool:
    """Whether this request was accepted before, so that it is answered again and takes no other clip."""
    return key is not None and service.store.answered(caller.owner, key) is not None


def form_of(fields: Mapping[str, Any]) -> Form:
    """The options of a form; an empty field is one that was not filled in. Raises ProblemError 422, 503."""
    try:
        form = AnalysisForm.model_validate({name: value for name, value in fields.items() if value not in ("", None)})
    except ValidationError as error:
        raise invalid_request([_mistake(each) for each in error.errors()]) from None
    _check_model(form.model)
    return form


def _check_model(name: str) -> None:
    """Refuse a model that this machine neither has nor can fetch. Raises ProblemError 422, or 503 if it has none."""
    here = available_models()
    if not here:
        raise ProblemError("not_ready", "no_model")
    if name not in here:
        raise invalid_request([("model", ENGLISH.say("mistake.model_missing", model=name, names=" or ".join(here)))])


def _mistake(error: ErrorDetails) -> tuple[str, str]:
    if error["type"] == "extra_forbidden":
        names = ", ".join((CLIP_FIELD, *AnalysisForm.model_fields))
        return one_line(str(error["loc"][0])), ENGLISH.say("mistake.field", names=names)
    return str(error["loc"][0]), sentence(error)


def accept(  # noqa: PLR0917  # all of it belongs to one clip
    service: Service, caller: Caller, clip: StoredClip, form: Form, key: str | None, hold: Hold | None = None
) -> Created:
    """Store the analysis of a clip that is stored; with ``hold``, of an upload that is whole with it.

    Raises ProblemError 409 where the upload is another request's, 422 where the key is known with another clip, 429,
    507; the clip is then the caller's to delete.
    """
    if _is_known(service, caller, key):
        return _stored(service, caller, clip, form, key, hold)
    service.allowance.take_clip(caller)
    is_new = False
    try:
        created = _stored(service, caller, clip, form, key, hold)
        is_new = created.how == "new"
    finally:
        if not is_new:
            service.allowance.give_clip_back(caller)
    return created


@told_when_full()
def _stored(  # noqa: PLR0917  # as accept
    service: Service, caller: Caller, clip: StoredClip, form: Form, key: str | None, hold: Hold | None
) -> Created:
    try:
        created = service.store.create(
            caller.owner,
            form.label,
            _options(service, caller, form),
            clip,
            request=IdempotentRequest(key, _fingerprint(clip, form)) if key else None,
            now=now(),
            most_waiting=service.allowance.waiting_for(caller),
            session_id=form.session,
            bulk=form.priority == "bulk",
            quota=quota_of(service.settings, caller),
            request_id=current_request(),
            trace=current_trace(),
            hold=hold,
        )
    except TooManyWaitingError as error:
        raise too_many_waiting(error.waiting) from None
    except QuotaExceededError as error:
        raise quota_exceeded(error.what, quota_of(service.settings, caller), now()) from None
    except IdempotencyConflictError:
        raise ProblemError("idempotency_conflict") from None
    except NoSuchSessionError:
        raise invalid_request([("session", ENGLISH.say("mistake.session"))]) from None
    except SessionFullError:
        raise session_full() from None
    if created.how == "new":
        service.queue.nudge()
    else:
        service.blobs.delete(clip.key)
    service.metrics.uploaded(clip.bytes, created.how)
    return created


def _options(service: Service, caller: Caller, form: Form) -> Options:
    """What the form says; where it is silent, the session's speed and its athlete's height."""
    entered = form.options()
    found = service.store.runner_of(caller.owner, form.session) if form.session else None
    if found is None:  # no session, or none of theirs, which the store refuses unless the request is known
        return entered
    session, athlete = found
    return replace(
        entered,
        height_m=athlete.height_m if entered.height_m is None else entered.height_m,
        speed_kmh=session.speed_kmh if entered.speed_kmh is None else entered.speed_kmh,
    )


def session_full() -> ProblemError:
    """The problem of a session that has as many clips as allowed."""
    return ProblemError("limit_reached", "clips", most=MOST_CLIPS, extra={"limit": MOST_CLIPS})


def _fingerprint(clip: StoredClip, form: Form) -> str:
    """All that was asked, in one word; the clip's name does not count, nor a session that was not named."""
    unsaid = {"session": None, "priority": "interactive"}
    entered = {name: value for name, value in form.model_dump().items() if (name, value) not in unsaid.items()}
    asked = json.dumps([clip.sha256, entered], sort_keys=True)
    return hashlib.sha256(asked.encode("utf-8")).hexdigest()
