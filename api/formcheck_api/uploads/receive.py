"""Taking a clip in: straight to the storage under a cap, hashed on the way, and gone again when anything goes wrong.

The client's file name is kept for display only; the file's own name is ours. Parsing, hashing and writing happen in a
thread, piece by piece: the event loop only passes bytes on.
"""

import errno
import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from anyio import CancelScope
from fastapi import Request
from python_multipart.multipart import parse_options_header
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool

from formcheck.words.catalogue import ENGLISH
from formcheck_api.operations.disk import shortage
from formcheck_api.operations.settings import MEGABYTE, Settings
from formcheck_api.records.analyses import StoredClip
from formcheck_api.records.problems import ProblemError, invalid_request
from formcheck_api.storage.blobs import Blobs, Sink, new_clip_key
from formcheck_api.store.database import is_full
from formcheck_api.uploads.bodies import body_pieces
from formcheck_api.uploads.form import ClipForm

CLIP_FIELD: Final = "clip"
FORM_OVERHEAD_BYTES: Final = 64 * 1024
"""What a form may hold beside the clip: boundaries, headers and the options, generously."""
LARGEST_PIECE_BYTES: Final = 512 * 1024
"""Handed over at once at most: asyncio reads 256 KiB, uvicorn holds 64. The clip's own cap is to speak first."""
ROOM_CHECK_BYTES: Final = 4 * MEGABYTE
"""Written between two looks at the disk: each upload can take no more of the reserve than this."""
LONGEST_NAME: Final = 100
"""Letters of a clip's name that are kept."""
_NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Received:
    """A clip that is stored complete, and the other fields of the form."""

    clip: StoredClip
    fields: Mapping[str, str]


class Room:
    """Watches the disk's reserve while a clip is written: other uploads fill the same disk."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._unchecked_bytes = 0

    def wrote(self, count: int) -> None:
        """Count bytes that were written. Raises ProblemError 507 once they take of the reserve."""
        self._unchecked_bytes += count
        if self._unchecked_bytes >= ROOM_CHECK_BYTES:
            self._unchecked_bytes = 0
            check_room(self._settings)


def check_room(settings: Settings, coming_bytes: int = 0) -> None:
    """Whether so much more leaves the disk its reserve. Raises ProblemError 507."""
    if reason := shortage(settings, coming_bytes):
        raise ProblemError("upload_storage_full", "shortage", reason=reason)


class _Clip:
    """A clip that grows under a cap while its hash is taken."""

    def __init__(self, out: Sink, limit_bytes: int, room: Room) -> None:
        self._out = out
        self._limit_bytes = limit_bytes
        self._hash = hashlib.sha256()
        self._room = room
        self.bytes = 0

    def write(self, piece: bytes) -> None:
        self.bytes += len(piece)
        if self.bytes > self._limit_bytes:
            raise too_large(self._limit_bytes)
        self._hash.update(piece)
        self._out.write(piece)
        self._room.wrote(len(piece))

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


@asynccontextmanager
async def received(request: Request, blobs: Blobs, settings: Settings) -> AsyncIterator[Received]:
    """The clip of a multipart request, stored; deleted again where the block raises.

    Raises ProblemError (413 as soon as the cap is passed, 400, 415, 422, 507) and ClientDisconnect.
    """
    boundary = _boundary(request)
    key = new_clip_key()
    arrived = await _receive(request, boundary, key, blobs, settings)
    async with in_threads(kept_unless_it_fails(blobs, key)):
        yield arrived


@contextmanager
def kept_unless_it_fails(blobs: Blobs, key: str) -> Iterator[None]:
    """Delete a blob where the block raises; the sweep does where that fails, too."""
    try:
        yield
    except BaseException:
        blobs.delete(key)
        raise


async def _receive(request: Request, boundary: bytes, key: str, blobs: Blobs, settings: Settings) -> Received:
    limit_bytes = settings.max_upload_mb * MEGABYTE
    with told_when_full():
        async with in_threads(blobs.writing(key)) as out:
            clip = _Clip(out, limit_bytes, Room(settings))
            form = ClipForm(boundary, CLIP_FIELD, clip.write)
            async for piece in body_pieces(request, limit_bytes + FORM_OVERHEAD_BYTES + LARGEST_PIECE_BYTES):
                await run_in_threadpool(form.feed, piece)
            form.close()
            check_room(settings)  # the last bytes, and what others wrote meanwhile
            if clip.bytes == 0:
                raise invalid_request([(CLIP_FIELD, ENGLISH.say("mistake.file_empty"))])
    return Received(StoredClip(key, display_name(form.file_name or ""), clip.sha256, clip.bytes), form.fields)


@asynccontextmanager
async def in_threads(manager: AbstractContextManager[Value]) -> AsyncIterator[Value]:
    """A context whose beginning and end may take their time: neither blocks the loop, and the end always comes."""
    value = await run_in_threadpool(manager.__enter__)
    try:
        yield value
    except BaseException as error:
        with CancelScope(shield=True):  # a cancelled request waits for nothing else
            await run_in_threadpool(manager.__exit__, type(error), error, error.__traceback__)
        raise
    await run_in_threadpool(manager.__exit__, None, None, None)


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data":
        raise ProblemError("not_multipart")
    if not options.get(b"boundary"):
        raise ProblemError("multipart_malformed", "boundary_missing")
    return options[b"boundary"]


def declared_bytes(request: Request, settings: Settings) -> int | None:
    """Length of the form that is sent; None for a chunked body. Raises ProblemError 411, 413."""
    limit_bytes = settings.max_upload_mb * MEGABYTE
    declared = request.headers.get("content-length")
    if declared is None:
        if "transfer-encoding" not in request.headers:
            raise ProblemError("length_required")
        return None
    if int(declared) > limit_bytes + FORM_OVERHEAD_BYTES:  # the server has checked that it is a number
        raise too_large(limit_bytes)
    return int(declared)


def too_large(limit_bytes: int) -> ProblemError:
    """The problem of a clip that is larger than that."""
    return ProblemError("clip_too_large", limit_mb=limit_bytes // MEGABYTE, extra={"limit_bytes": limit_bytes})


@contextmanager
def told_when_full() -> Iterator[None]:
    """Raises ProblemError 507 where a clip, or the row that accepts it, found no room."""
    try:
        yield
    except (OSError, OperationalError) as error:
        if getattr(error, "errno", None) in _NO_SPACE or (isinstance(error, OperationalError) and is_full(error)):
            raise ProblemError("upload_storage_full") from error
        raise


def display_name(name: str) -> str:
    """A client's file name made fit to be shown: no folders, nothing unprintable, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    return shown[:LONGEST_NAME] or "clip"
