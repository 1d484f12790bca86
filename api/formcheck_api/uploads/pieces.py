"""A clip that comes in pieces, so that a lost connection costs what was on its way and not the whole clip.

There is one file for each sender and each upload's own word. A piece is written where it belongs, so it changes nothing
when it comes twice, or when a connection that was given up still writes what the next one has sent already.
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from formcheck_api.operations.settings import MEGABYTE, Settings
from formcheck_api.records.problems import ProblemError
from formcheck_api.uploads.bodies import body_pieces
from formcheck_api.uploads.receive import Room, Upload, display_name, told_when_full, too_large

_LOCKS: Final = tuple(Lock() for _ in range(64))
"""Uploads share them by their place: few enough to keep, and enough that two rarely wait for each other."""


def place_of(settings: Settings, owner: str, word: str) -> Path:
    """The file that holds what has arrived; the sweep deletes it when nothing more comes."""
    name = hashlib.sha256(f"{owner}\0{word}".encode()).hexdigest()[:32]
    return settings.work_dir / f"upload-{name}.part"


def arrived_bytes(path: Path) -> int:
    """How much has arrived, from the beginning on."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def piece_bytes(request: Request, offset: int, settings: Settings) -> int:
    """Length of the piece that is sent. Raises ProblemError 411, 413."""
    declared = request.headers.get("content-length")
    if declared is None:
        raise ProblemError("length_required", "piece")
    check_size(offset + int(declared), settings)  # the server has checked that it is a number
    return int(declared)


def check_size(clip_bytes: int, settings: Settings) -> None:
    """Raises ProblemError 413 for a clip that is larger than allowed."""
    if clip_bytes > settings.max_upload_mb * MEGABYTE:
        raise too_large(settings.max_upload_mb * MEGABYTE)


async def take_piece(request: Request, path: Path, offset: int, settings: Settings) -> int:
    """Write a piece that begins at ``offset`` as it comes; how much has arrived then.

    Raises ProblemError (409 where something is missing before it, 507) and ClientDisconnect; what had come by then
    stays.
    """
    if offset > arrived_bytes(path):
        raise ProblemError("upload_incomplete", "gap")
    room = Room(settings)
    with told_when_full():
        file: int | None = None  # opened with the first byte, and once: what was deleted meanwhile is not made again
        try:
            async for piece in body_pieces(request, settings.max_upload_mb * MEGABYTE - offset):
                if file is None and piece:
                    file = await run_in_threadpool(os.open, path, os.O_WRONLY | os.O_CREAT, 0o600)
                if file is not None:
                    offset = await run_in_threadpool(_write, file, piece, offset)
                    room.wrote(len(piece))
        finally:
            if file is not None:
                os.close(file)
    return arrived_bytes(path)


def _write(file: int, piece: bytes, offset: int) -> int:
    """Write all of a piece; where the next one begins."""
    while piece:
        written = os.pwrite(file, piece, offset)  # on a disk that is about to be full, less than all
        piece, offset = piece[written:], offset + written
    return offset


def held(path: Path) -> Lock:
    """What completing and deleting one upload take, so that one of the two wins; in this process."""
    return _LOCKS[hash(path) % len(_LOCKS)]


@contextmanager
def whole(path: Path, name: str, clip_bytes: int) -> Iterator[Upload]:
    """The clip whose pieces are all there, as a file of its own that may be moved away. Raises ProblemError 409, 507.

    It is a copy: a connection that was given up may still write to the pieces after the clip was hashed.
    """
    twin = path.with_name(f"upload-{secrets.token_hex(16)}.part")
    try:
        if clip_bytes == 0 or arrived_bytes(path) != clip_bytes:
            raise ProblemError("upload_incomplete")
        with told_when_full():
            _copy(path, twin)
        with twin.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        yield Upload(twin, display_name(name), sha256, clip_bytes, {})
    finally:
        twin.unlink(missing_ok=True)


def _copy(path: Path, twin: Path) -> None:
    """Copy a file. Raises ProblemError 409 where it has gone."""
    try:
        shutil.copyfile(path, twin)
    except FileNotFoundError:
        raise ProblemError("upload_incomplete") from None
