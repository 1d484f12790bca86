"""Around every request: its id, one line in the log, its place in the metrics, an answer even to our own faults."""

import logging
import re
import secrets
import time
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from formcheck_api.operations.traces import span
from formcheck_api.records.problems import ProblemError, problem_response

REQUEST_ID_HEADER: Final = "X-Request-ID"
_FIT_ID: Final = re.compile(r"[\w.-]{1,64}", re.ASCII)
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_TRACED: Final = ("POST", "PATCH")
"""Uploads, and what else makes something; those who only ask would drown them."""
UNMATCHED: Final = "(no route)"
"""The route of requests to unknown addresses, of which there could be any number."""

_log = logging.getLogger(__name__)


class Observed:
    """Outermost middleware of the app; ``app.state.service`` has the metrics once the service is open."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, then log and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = request_id
        exchange = _Exchange(self._app, request_id)
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            if scope["method"] not in _TRACED:
                await exchange.run(scope, receive, send)
                return
            with span(
                str(scope["method"]), Headers(scope=scope).get("traceparent"), {"request_id": request_id}
            ) as more:
                await exchange.run(scope, receive, send)
                more |= {"http.route": _route(scope), "http.response.status_code": exchange.status}


class HeadAsGet:
    """Middleware: a HEAD request gets the headers a GET would, and no body; an event stream ends at once."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, HEAD in the guise of GET."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body"})  # the end: a stream now learns that its client left

        asked = {**scope, "method": "GET"}  # the server's own scope must keep HEAD: it frames the response by it
        try:
            await self._app(asked, receive, send_headers)
        finally:
            scope["route"] = asked.get("route")  # for the log and the metrics


class _Exchange:
    """One request and its answer."""

    def __init__(self, app: ASGIApp, request_id: str) -> None:
        self._app = app
        self._request_id = request_id
        self.status = 0  # nothing was answered yet

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        began_s = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID_HEADER] = self._request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception:
            _log.exception("fault", extra={"method": scope["method"], "route": _route(scope)})
            if self.status:
                raise  # half an answer is out; the server has to break the connection
            fault = ProblemError("internal_error")
            await problem_response(fault, self._request_id)(scope, receive, send_with_id)
        finally:
            self._tell(scope, time.perf_counter() - began_s)

    def _tell(self, scope: Scope, seconds: float) -> None:
        route, method = _route(scope), scope["method"]
        known = method if method in _METHODS else "other"
        scope["app"].state.service.metrics.answered(known, route, self.status, seconds)
        caller = scope["state"].get("caller")
        asked = {"method": method, "route": route, "path": scope["path"], "status": self.status}
        measured = {"ms": round(seconds * 1000, 1), "caller": caller.key if caller else None}
        _log.info("request", extra=asked | measured)


def _request_id(headers: Headers) -> str:
    """The client's own id when it is fit for a log, else a new one."""
    given = headers.get(REQUEST_ID_HEADER, "")
    return given if _FIT_ID.fullmatch(given) else secrets.token_hex(16)


def _route(scope: Scope) -> str:
    route = scope.get("route")
    return str(getattr(route, "path", UNMATCHED))
