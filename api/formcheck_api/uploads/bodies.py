"""Bodies of requests: counted, capped and timed as they come, whatever their headers say.

`LimitBodies` meters every body and lets in ``SMALL_BODY_BYTES``; a handler that takes more says how much, once the key
was checked. FastAPI would read a body before that, so handlers declare none and read theirs here. FastAPI's own cap is
not used: it answers in plain text and keeps no time.
"""

import asyncio
import time
from collections.abc import AsyncIterator, MutableMapping
from typing import Any, Final, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from formcheck_api.records.mistakes import one_line, sentence
from formcheck_api.records.problems import ProblemError, invalid_request, problem_response

SMALL_BODY_BYTES: Final = 64 * 1024
"""Of a request that brings neither clip nor pictures; the page's longest takes 2 kB."""

_CLOSE: Final = {"Connection": "close"}

Model = TypeVar("Model", bound=BaseModel)


class LimitBodies:
    """Middleware: meters the body of every request, and refuses one that states its length in two ways."""

    def __init__(self, app: ASGIApp, *, idle_s: float, slowest_bytes_s: float) -> None:
        self._app = app
        self._idle_s = idle_s
        self._slowest_bytes_s = slowest_bytes_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, its body metered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if "content-length" in headers and "transfer-encoding" in headers:
            refusal = ProblemError("body_length_ambiguous", headers=_CLOSE)
            await problem_response(refusal, scope["state"]["request_id"])(scope, receive, send)
            return
        body = _Body(receive, scope["state"], self._idle_s, self._slowest_bytes_s)
        scope["state"]["body"] = body
        await self._app(scope, body.receive, send)


class _Body:
    """What one request sends; ends as if the client had left once that is too much, or comes too slowly.

    Why is then in ``state["refusal"]``, from where the client is answered.
    """

    def __init__(
        self, receive: Receive, state: MutableMapping[str, Any], idle_s: float, slowest_bytes_s: float
    ) -> None:
        self._receive = receive
        self._state = state
        self._idle_s = idle_s
        self._slowest_bytes_s = slowest_bytes_s
        self.read_bytes = 0
        self._waited_s = 0.0
        self._is_whole = False
        self.limit_bytes = SMALL_BODY_BYTES

    async def receive(self) -> Message:
        if self._is_whole:
            return await self._receive()  # the next that comes is the client's leaving
        if "refusal" in self._state:
            return {"type": "http.disconnect"}
        began_s = time.monotonic()
        try:
            async with asyncio.timeout(
                patience_s(self.read_bytes, self._waited_s, self._idle_s, self._slowest_bytes_s)
            ):
                message = await self._receive()
        except TimeoutError:
            return self._refuse(self._stalled())
        self._waited_s += time.monotonic() - began_s
        self.read_bytes += len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        return message if self.read_bytes <= self.limit_bytes else self._refuse(self._too_large())

    def _refuse(self, why: ProblemError) -> Message:
        self._is_whole = False
        self._state["refusal"] = why
        return {"type": "http.disconnect"}

    def _stalled(self) -> ProblemError:
        slowest = f"{self._slowest_bytes_s:g}"
        return ProblemError("upload_stalled", headers=_CLOSE, idle_s=f"{self._idle_s:g}", slowest=slowest)

    def _too_large(self) -> ProblemError:
        return ProblemError("body_too_large", extra={"limit_bytes": self.limit_bytes}, limit_bytes=self.limit_bytes)


def patience_s(came_bytes: int, waited_s: float, idle_s: float, slowest_bytes_s: float) -> float:
    """How long to wait for the next piece: what has come may have taken as long as the slowest line takes for it."""
    left_s = idle_s + came_bytes / slowest_bytes_s - waited_s
    return max(0.0, min(idle_s, left_s))


def read_bytes(request: Request) -> int:
    """How much of the body has been read so far."""
    return int(request.state.body.read_bytes)


async def body_pieces(request: Request, limit_bytes: int) -> AsyncIterator[bytes]:
    """The body as it comes.

    Raises ClientDisconnect, which is answered with ``body_too_large`` when there is more of it than ``limit_bytes``,
    and with ``upload_stalled`` when it comes too slowly.
    """
    request.state.body.limit_bytes = limit_bytes
    async for piece in request.stream():
        yield piece


async def read_json(request: Request, model: type[Model], limit_bytes: int = SMALL_BODY_BYTES) -> Model:
    """The body as a model. Raises ProblemError 400, 422, and what `body_pieces` raises."""
    text = b"".join([piece async for piece in body_pieces(request, limit_bytes)])
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        mistakes = error.errors(include_url=False)
        if mistakes[0]["type"] == "json_invalid":
            raise ProblemError("json_malformed") from None
        named = [(one_line(".".join(map(str, each["loc"]))) or "body", sentence(each)) for each in mistakes]
        raise invalid_request(named) from None
