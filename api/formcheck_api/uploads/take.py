"""A request's body on its way into an upload, until it ends, its client leaves, or the service stops."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from anyio import CancelScope
from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from formcheck_api.operations.settings import Settings
from formcheck_api.records.problems import ProblemError, not_ready
from formcheck_api.store.clients.held import UploadLostError
from formcheck_api.store.clients.quota import QuotaExceededError
from formcheck_api.uploads.append import Appending
from formcheck_api.uploads.bodies import body_pieces
from formcheck_api.uploads.receive import Room

_OUT_OF_ORDER: Final = (OSError, SQLAlchemyError, UploadLostError, QuotaExceededError)
"""What ends a request from elsewhere: storage, database, a newer request, a quota. Nothing more can be counted then."""


class TooManyBytesError(Exception):
    """The body has more bytes than the upload has room for."""


async def take(
    request: Request, appending: Appending, limit_bytes: int, settings: Settings, stopping: asyncio.Event
) -> None:
    """Store a body as it comes; where it breaks off, what has come is counted first.

    Raises TooManyBytesError, ClientDisconnect, ProblemError 503 where the service stops and 507, OSError,
    UploadLostError, QuotaExceededError.
    """
    room = Room(settings)
    try:
        async for piece in _until(stopping, body_pieces(request, limit_bytes)):
            if piece:
                await run_in_threadpool(appending.write, piece)
                room.wrote(len(piece))
        await run_in_threadpool(appending.end_part)
    except _OUT_OF_ORDER:
        await run_in_threadpool(appending.drop)
        raise
    except BaseException as error:
        with CancelScope(shield=True):  # a cancelled request keeps what it has brought
            await run_in_threadpool(appending.break_off)
        if isinstance(error, ClientDisconnect) and _is_too_much(request):
            raise TooManyBytesError from None
        raise


async def _until(stopping: asyncio.Event, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces. Raises ProblemError 503 when the service is to stop."""
    stop = asyncio.ensure_future(stopping.wait())
    try:
        while True:
            coming = asyncio.ensure_future(anext(pieces, None))
            try:
                await asyncio.wait((coming, stop), return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not coming.done():
                    coming.cancel()
            if not coming.done():
                raise not_ready("stopping")
            if (piece := coming.result()) is None:
                return
            yield piece
    finally:
        stop.cancel()


def _is_too_much(request: Request) -> bool:
    refusal: ProblemError | None = getattr(request.state, "refusal", None)
    return refusal is not None and refusal.problem.code == "body_too_large"
