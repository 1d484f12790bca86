"""What handlers raise, answered as problems in the form of RFC 9457."""

import logging
import re

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from formcheck.words.catalogue import ENGLISH
from formcheck_api.page.render import page
from formcheck_api.records.mistakes import sentence
from formcheck_api.records.problems import ProblemError, invalid_request, not_ready, problem_response
from formcheck_api.storage.blobs import StorageError
from formcheck_api.store.database import is_full, reason_of

_log = logging.getLogger(__name__)


def handle_errors(app: FastAPI) -> None:
    """Have everything that a handler raises on purpose answered as a problem."""
    app.add_exception_handler(ProblemError, _answer)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(ClientDisconnect, _answer_broken_off)
    app.add_exception_handler(StorageError, _answer_without_storage)
    for kind in (OperationalError, InterfaceError, NoConnectionError):
        app.add_exception_handler(kind, _answer_without_database)


async def _answer(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    if error.problem.code == "rate_limited" and _is_read_by_a_person(request):
        answer = page(request, "busy.html", error.problem.status, seconds=error.problem.extra["retry_after_s"])
        answer.headers.update(error.headers)
        return answer
    return problem_response(error, getattr(request.state, "request_id", None))


def _is_read_by_a_person(request: Request) -> bool:
    """Whether a browser opens an address of a service that has the page; its scripts ask for anything (``*/*``)."""
    return request.app.state.service.has_page and "text/html" in request.headers.get("accept", "")


async def _answer_invalid(request: Request, error: Exception) -> Response:
    """The mistakes and their places, without the values sent, which may hold anything."""
    assert isinstance(error, RequestValidationError)
    mistakes = [(str(mistake["loc"][-1]), sentence(mistake)) for mistake in error.errors()]
    return await _answer(request, invalid_request(mistakes))


async def _answer_http(request: Request, error: Exception) -> Response:
    """Starlette's own refusals: no such route, no such method."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        allowed = _methods_at(request) or dict(error.headers or {}).get("allow", "")
        answer = ProblemError("method_not_allowed", headers={"Allow": allowed})
        return await _answer(request, answer)
    return await _answer(request, ProblemError("not_found"))


async def _answer_without_database(request: Request, error: Exception) -> Response:
    """The database does not respond, or is full: not the client's fault, and temporary."""
    assert isinstance(error, SQLAlchemyError)
    _log.warning("the database does not do what it was asked", extra={"reason": reason_of(error)})
    if isinstance(error, OperationalError) and is_full(error):
        return await _answer(request, ProblemError("disk_full"))
    return await _answer(request, not_ready("database"))


async def _answer_without_storage(request: Request, _error: Exception) -> Response:
    """The object storage does not respond: temporary, and what the client sent is to be sent again."""
    return await _answer(request, not_ready("storage", ENGLISH.say("fault.silent")))


def _methods_at(request: Request) -> str:
    """Every method the specification has for this address; the router names those of one route only."""
    app: FastAPI = request.app
    here = [
        operations
        for template, operations in app.openapi()["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), request.url.path)
    ]
    methods = {method.upper() for operations in here for method in operations}
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))


async def _answer_broken_off(request: Request, _error: Exception) -> Response:
    """The body came to no end: it was refused, or the client left, whom no answer reaches."""
    refusal: ProblemError | None = getattr(request.state, "refusal", None)
    return await _answer(request, refusal or ProblemError("multipart_malformed", "broken_off"))
