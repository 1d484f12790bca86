"""One request's bytes added to an upload, and the analysis of the clip that they make whole."""

import secrets
import time
from functools import partial
from typing import Final

from anyio import CancelScope
from fastapi import Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from formcheck.words.catalogue import ENGLISH
from formcheck_api.access.quotas import quota_exceeded, quota_of
from formcheck_api.access.security import Caller
from formcheck_api.access.visitors import is_visitors
from formcheck_api.http.routes.uploads.form import accept, form_of, left_of_quota
from formcheck_api.http.service import Service, now
from formcheck_api.http.wire import resources
from formcheck_api.http.wire.uploading import elsewhere, inconsistent, length_of, state_of
from formcheck_api.jobs.chores.retention import empty_garbage
from formcheck_api.operations.settings import MEGABYTE
from formcheck_api.records.analyses import Analysis, Hold, ResumableUpload
from formcheck_api.records.problems import ProblemError, invalid_request
from formcheck_api.storage.blobs import BlobMissingError
from formcheck_api.store.clients.held import UploadLostError
from formcheck_api.store.clients.quota import QuotaExceededError
from formcheck_api.uploads.append import Appending, joined
from formcheck_api.uploads.bodies import read_bytes
from formcheck_api.uploads.protocol import Told
from formcheck_api.uploads.receive import CLIP_FIELD, check_room, kept_unless_it_fails, told_when_full, too_large
from formcheck_api.uploads.take import TooManyBytesError, take

UPLOADS: Final = "/v1/uploads"
SETTLE_S: Final = 1.0
"""A process hears of a connection that was reset within milliseconds, and stores a part of 8 MB in less than this."""
_LOOK_EVERY_S: Final = 0.05


async def appended(  # noqa: PLR0917  # one request
    request: Request, service: Service, caller: Caller, upload_id: str, asked: Told, start: int
) -> Response:
    """Add the body of a request; the response, with the analysis where the clip is whole. Raises ProblemError."""
    if asked.body_bytes is None and is_visitors(caller.owner):
        raise ProblemError("length_required", "without_key")
    hold = Hold(upload_id, secrets.token_hex(16))
    upload = await run_in_threadpool(held, service, caller, upload_id, hold.holder)
    try:
        analysis = await _taken(request, service, caller, upload, hold, asked, start)
    except UploadLostError:
        raise ProblemError("upload_superseded") from None
    except QuotaExceededError as error:
        raise quota_exceeded(error.what, quota_of(service.settings, caller), now()) from None
    finally:
        with CancelScope(shield=True):  # a cancelled request lets the next one in as well
            await run_in_threadpool(service.store.release_upload, hold)
    return await run_in_threadpool(_answer, request, service, upload_id, caller, asked, analysis)


def answered_again(request: Request, service: Service, caller: Caller, upload_id: str, asked: Told) -> Response:
    """The response to a creation that was answered before: how far the upload is, or the analysis it came to."""
    upload = settled(service, caller, upload_id)
    analysis = service.store.get(caller.owner, upload.analysis_id) if upload.analysis_id else None
    return _answer(request, service, upload_id, caller, asked, analysis)


async def _taken(  # noqa: PLR0917  # one request
    request: Request, service: Service, caller: Caller, upload: ResumableUpload, hold: Hold, asked: Told, start: int
) -> Analysis | None:
    if start != upload.offset:
        raise elsewhere(upload, start)
    length = length_of(asked, start, upload.length)
    limit, coming_bytes = most_bytes(service), asked.body_bytes or 0
    most = limit if length is None else length
    if most > limit:
        raise await run_in_threadpool(_exceeded, service, upload, None)
    if start + coming_bytes > most:
        raise await run_in_threadpool(_exceeded, service, upload, length)
    check_room(service.settings, coming_bytes)
    quota = quota_of(service.settings, caller)
    if upload.length is None and length is not None:
        await run_in_threadpool(service.store.add_parts, hold, (), length, quota)
    appending = Appending(service.store, service.blobs, upload, hold, length, checksum=asked.checksum, quota=quota)
    with told_when_full(), service.allowance.body(caller, coming_bytes, partial(read_bytes, request)):
        try:
            await take(request, appending, most - start, service.settings, service.stopping)
        except TooManyBytesError:
            raise await run_in_threadpool(_exceeded, service, upload, length) from None
        return await run_in_threadpool(_counted, service, caller, upload, hold, appending, asked, length)


def _counted(  # noqa: PLR0917  # all of it belongs to one request
    service: Service,
    caller: Caller,
    upload: ResumableUpload,
    hold: Hold,
    appending: Appending,
    asked: Told,
    length: int | None,
) -> Analysis | None:
    """Have the bytes of a request belong to the upload; the analysis where that makes the clip whole."""
    try:
        appending.check()
        if upload.analysis_id:
            return service.store.get(caller.owner, upload.analysis_id)
        is_whole = appending.arrived == length if asked.is_tus else bool(asked.is_last)
        if is_whole and length is not None and appending.arrived != length:
            raise inconsistent(length, appending.arrived)
        if is_whole:
            return _accepted(service, caller, upload, hold, appending)
        appending.count()
    finally:
        appending.drop()
    return None


def _accepted(service: Service, caller: Caller, upload: ResumableUpload, hold: Hold, appending: Appending) -> Analysis:
    if appending.arrived == 0:
        raise invalid_request([(CLIP_FIELD, ENGLISH.say("mistake.file_empty"))])
    check_room(service.settings, appending.arrived)  # for the copy
    parts = (*service.store.parts_of(upload.id), *appending.rest)
    try:
        clip = joined(service.blobs, upload.name, parts)
    except BlobMissingError:
        raise UploadLostError(upload.id) from None
    with kept_unless_it_fails(service.blobs, clip.key):
        analysis = accept(service, caller, clip, form_of(upload.fields), None, hold).analysis
    empty_garbage(service.store, service.blobs)
    return analysis


def _answer(  # noqa: PLR0917  # one request
    request: Request, service: Service, upload_id: str, caller: Caller, asked: Told, analysis: Analysis | None
) -> Response:
    upload = service.store.find_upload(caller.owner, upload_id)
    if upload is None:
        raise no_such_upload()
    headers = state_of(upload, asked, most_bytes(service), now())
    if analysis:
        headers |= left_of_quota(service, caller)
    is_creation = request.method == "POST" and "x-http-method-override" not in request.headers
    if analysis and not asked.is_tus:
        shown = resources.resource(service, analysis, resources.position(service, analysis))
        return JSONResponse(
            shown.model_dump(mode="json"), 202, headers | {"Location": resources.analysis_path(analysis)}
        )
    if is_creation:
        return Response(None, 201, headers | {"Location": f"{UPLOADS}/{upload.id}"})
    return Response(None, 204, headers)


def settled(service: Service, caller: Caller, upload_id: str) -> ResumableUpload:
    """The upload, for no holder: a request that is just breaking off has a moment to count what it brought.

    Raises ProblemError 404.
    """
    until_s = time.monotonic() + SETTLE_S
    while service.store.is_held(caller.owner, upload_id) and time.monotonic() < until_s:
        time.sleep(_LOOK_EVERY_S)
    return held(service, caller, upload_id, None)


def held(service: Service, caller: Caller, upload_id: str, holder: str | None) -> ResumableUpload:
    """The upload, for this holder alone. Raises ProblemError 404."""
    upload = service.store.hold_upload(caller.owner, upload_id, holder, now())
    if upload is None:
        raise no_such_upload()
    return upload


def most_bytes(service: Service) -> int:
    """Of one clip."""
    return service.settings.max_upload_mb * MEGABYTE


def with_limit(service: Service, error: ProblemError) -> ProblemError:
    """The problem, with the limit where clients of the IETF's draft look for it."""
    error.headers["Upload-Limit"] = f"max-size={most_bytes(service)}"
    return error


def _exceeded(service: Service, upload: ResumableUpload, length: int | None) -> ProblemError:
    """The problem of more bytes than the upload may have, which ends it unless it is whole already."""
    if upload.analysis_id is None:
        service.store.drop_upload(upload.owner, upload.id)
        empty_garbage(service.store, service.blobs)
    if length is None:
        return with_limit(service, too_large(most_bytes(service)))
    return ProblemError("upload_length_exceeded", length=length)


def no_such_upload() -> ProblemError:
    """The same for what never was, what was deleted and what is another's."""
    return ProblemError("not_found", "upload")
