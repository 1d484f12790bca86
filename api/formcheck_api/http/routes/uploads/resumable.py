"""Uploads that survive lost connections: tus 1.0 and the IETF's draft on one resource, for the page and for clients.

Any process may serve any request: offsets are in the database, bytes in the storage.
"""

import re
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from formcheck_api.access.quotas import quota_exceeded, quota_of
from formcheck_api.access.security import Caller
from formcheck_api.http.dependencies import ServiceDep, Writer
from formcheck_api.http.routes.uploads.appended import (
    UPLOADS,
    answered_again,
    appended,
    most_bytes,
    no_such_upload,
    settled,
    with_limit,
)
from formcheck_api.http.routes.uploads.form import IdempotencyKey, form_of
from formcheck_api.http.service import Service, now
from formcheck_api.http.wire.responses import answer, empty_answer, problems
from formcheck_api.http.wire.schemas import AnalysisResource
from formcheck_api.http.wire.uploading import length_of, state_of
from formcheck_api.jobs.chores.retention import delete_analysis, empty_garbage
from formcheck_api.records.analyses import ResumableUpload
from formcheck_api.records.handles import new_id
from formcheck_api.records.problems import ProblemError
from formcheck_api.store.clients.quota import QuotaExceededError
from formcheck_api.store.clients.uploads import MOST_UNDER_WAY, TooManyUploadsError
from formcheck_api.store.database import IdempotencyConflictError
from formcheck_api.uploads.protocol import (
    IETF_TYPE,
    TUS_CHECKSUMS,
    TUS_EXTENSIONS,
    TUS_TYPE,
    TUS_VERSION,
    told,
    told_fields,
)
from formcheck_api.uploads.receive import check_room, display_name, too_large

UPLOAD: Final = UPLOADS + "/{upload_id}"
UPLOAD_ID: Final = r"up_[a-z2-7]{26}"
UPLOAD_AGE: Final = timedelta(days=1)
"""How long an upload may take; then what has arrived is deleted."""


async def _checked(upload_id: str) -> str:
    """A well-formed id. Raises ProblemError 404 for any other."""
    if not re.fullmatch(UPLOAD_ID, upload_id):
        raise no_such_upload()
    return upload_id


UploadId = Annotated[str, Depends(_checked)]


class _Tongue(APIRoute):
    """Routes whose responses, refusals too, are in the protocol of the request."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def in_kind(request: Request) -> Response:
            is_tus = "tus-resumable" in request.headers
            mark = {"Tus-Resumable": TUS_VERSION} if is_tus else {"Upload-Complete": "?0"}
            try:
                response = await handle(request)
            except ProblemError as error:
                error.headers |= {name: value for name, value in mark.items() if name not in error.headers}
                raise
            if is_tus:
                response.headers.update(mark)
            return response

        return in_kind


router = APIRouter(tags=["uploads"], route_class=_Tongue)
_STATE: Final = ("Upload-Offset", "Upload-Length", "Upload-Complete", "Tus-Resumable", "Analysis-Location")
_PROBLEMS: Final = ("tus_version", "not_found", "upload_malformed", "upload_superseded", "invalid_request")
_OF_BYTES: Final = (
    *("upload_stalled", "length_required", "clip_too_large", "upload_length_exceeded", "upload_length_inconsistent"),
    *("not_an_upload", "upload_offset_mismatch", "checksum_mismatch", "invalid_request", "limit_reached"),
    *("upload_limit", "quota_exceeded", "not_ready", "upload_storage_full"),
)
_ENDED: Final = answer(202, "Whole: its analysis, to a client of the IETF's draft", AnalysisResource, "queued")


@router.options(UPLOADS, include_in_schema=False)
@router.options(UPLOAD, include_in_schema=False)
async def options(service: ServiceDep) -> Response:
    """What this service understands."""
    return Response(
        None,
        204,
        {
            "Tus-Resumable": TUS_VERSION,
            "Tus-Version": TUS_VERSION,
            "Tus-Extension": TUS_EXTENSIONS,
            "Tus-Checksum-Algorithm": ",".join(TUS_CHECKSUMS),
            "Tus-Max-Size": str(most_bytes(service)),
            "Upload-Limit": f"max-size={most_bytes(service)}",
        },
    )


@router.post(
    UPLOADS,
    summary="Begin a resumable upload",
    operation_id="begin_upload",
    status_code=201,
    response_class=Response,
    responses=empty_answer(201, "It can be continued at Location", ("Location", *_STATE))
    | _ENDED
    | problems("tus_version", "upload_malformed", "idempotency_conflict", *_OF_BYTES),
)
async def begin(
    request: Request, service: ServiceDep, caller: Writer, idempotency_key: IdempotencyKey = None
) -> Response:
    """Begin an upload, with its first bytes or without any; the same Idempotency-Key leads to the same upload."""
    asked = told(request.headers)
    if not asked.is_tus and asked.is_last is None:
        raise ProblemError("upload_malformed", "neither")
    has_body = asked.body_bytes != 0 and (asked.body_bytes is not None or "transfer-encoding" in request.headers)
    if asked.is_tus and (asked.length is None) != asked.is_deferred:
        raise ProblemError("upload_malformed", "length")
    if asked.is_tus and has_body:
        _check_type(request, TUS_TYPE)
    upload = await run_in_threadpool(_begin, request, service, caller, idempotency_key, length_of(asked, 0, None))
    if upload.offset > 0:  # the same request again: what it brings is there, at least in part
        return await run_in_threadpool(answered_again, request, service, caller, upload.id, asked)
    if has_body or asked.is_last or asked.length == 0:
        return await appended(request, service, caller, upload.id, asked, 0)
    return Response(
        None, 201, {"Location": f"{UPLOADS}/{upload.id}"} | state_of(upload, asked, most_bytes(service), now())
    )


@router.get(
    UPLOAD,
    summary="Ask how much of an upload has arrived",
    operation_id="get_upload",
    response_class=Response,
    responses=empty_answer(200, "As tus has it", _STATE)
    | empty_answer(204, "As the IETF's draft has it", _STATE)
    | problems(*_PROBLEMS),
)
def offset(request: Request, service: ServiceDep, caller: Writer, upload_id: UploadId) -> Response:
    """How much of the clip has arrived; a request that still sends can add no more."""
    asked = told(request.headers)
    upload = settled(service, caller, upload_id)
    return Response(None, 200 if asked.is_tus else 204, state_of(upload, asked, most_bytes(service), now()))


@router.patch(
    UPLOAD,
    summary="Continue an upload",
    operation_id="append_to_upload",
    status_code=204,
    response_class=Response,
    responses=empty_answer(204, "The bytes have arrived", _STATE) | _ENDED | problems(*_PROBLEMS, *_OF_BYTES),
)
async def append(request: Request, service: ServiceDep, caller: Writer, upload_id: UploadId) -> Response:
    """The next bytes of a clip; with the last ones its analysis is queued."""
    asked = told(request.headers)
    _check_type(request, TUS_TYPE if asked.is_tus else IETF_TYPE)
    if asked.offset is None:
        raise ProblemError("upload_malformed", "offset")
    if not asked.is_tus and asked.is_last is None:
        raise ProblemError("upload_malformed", "complete")
    return await appended(request, service, caller, upload_id, asked, asked.offset)


@router.delete(
    UPLOAD,
    summary="Delete an upload",
    operation_id="delete_upload",
    status_code=204,
    response_class=Response,
    responses=empty_answer(204, "What has arrived is gone for good") | problems(*_PROBLEMS, "disk_full"),
)
def drop(service: ServiceDep, caller: Writer, upload_id: UploadId) -> Response:
    """Delete what has arrived, and the analysis of it where that has begun."""
    was_there, analysis_id = service.store.drop_upload(caller.owner, upload_id)
    if not was_there:
        raise no_such_upload()
    if analysis_id:
        delete_analysis(service.store, service.blobs, caller.owner, analysis_id, now())
        service.queue.cancel(analysis_id)
    empty_garbage(service.store, service.blobs)
    return Response(None, 204)


@router.post(UPLOAD, include_in_schema=False)
async def overridden(request: Request, service: ServiceDep, caller: Writer, upload_id: UploadId) -> Response:
    """For clients that can send neither PATCH nor DELETE."""
    match request.headers.get("x-http-method-override", "").upper():
        case "PATCH":
            return await append(request, service, caller, upload_id)
        case "DELETE":
            return await run_in_threadpool(drop, service, caller, upload_id)
    raise ProblemError("method_not_allowed", headers={"Allow": "DELETE, GET, HEAD, OPTIONS, PATCH"})


def _begin(request: Request, service: Service, caller: Caller, key: str | None, length: int | None) -> ResumableUpload:
    name, fields = told_fields(request.headers)
    form_of(fields)  # what is wrong with them is known before the clip is sent
    if length is not None and length > most_bytes(service):
        raise with_limit(service, too_large(most_bytes(service)))
    if key is None or service.store.begun(caller.owner, key) is None:
        check_room(service.settings, length or 0)
        service.allowance.check(caller, length or 0)
    at, quota = now(), quota_of(service.settings, caller)
    upload = ResumableUpload(
        new_id("up"), caller.owner, length, 0, display_name(name), fields, at, at + UPLOAD_AGE, None
    )
    try:
        return service.store.begin_upload(upload, key, quota)
    except IdempotencyConflictError:
        raise ProblemError("idempotency_conflict") from None
    except TooManyUploadsError:
        raise ProblemError("limit_reached", "uploads", most=MOST_UNDER_WAY, extra={"limit": MOST_UNDER_WAY}) from None
    except QuotaExceededError as error:
        raise quota_exceeded(error.what, quota, at) from None


def _check_type(request: Request, kind: str) -> None:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != kind:
        raise ProblemError("not_an_upload", kind=kind)
