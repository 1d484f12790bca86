"""Files of the service: clips and artefacts, in a local folder or in S3-compatible storage."""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, takewhile
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO, Final, Protocol

PIECE_BYTES: Final = 256 * 1024
"""Read and sent at a time: a browser's video starts at once and few calls are made."""

CLIPS: Final = "clips"
ARTEFACTS: Final = "artefacts"
UPLOADS: Final = "uploads"
"""First parts of all keys; what an analysis made lies below ``artefacts/<its id>``, what has arrived of an upload
below ``uploads/<its id>``."""

RANDOM_BYTES: Final = 16
"""128 random bits: no two names are alike, and none can be guessed."""

_KEY: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_COMING: Final = ".coming"
"""Ends the name of a file that is still being written; one that a crash left is found as a blob without an owner."""


class BlobMissingError(Exception):
    """There is no blob of that key."""


class StorageError(OSError):
    """The object storage does not answer, or not as it should; what it holds is as it was."""


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """A blob in a listing."""

    key: str
    bytes: int
    modified: datetime


class Sink(Protocol):
    """What takes bytes, one piece after another."""

    def write(self, data: bytes, /) -> object:
        """Take a piece, all of it."""


class Blobs(Protocol):
    """Bytes by key; a blob never changes.

    Keys are ``clips/<name>``, ``uploads/<upload>/<name>`` and ``artefacts/<analysis>/<run>/<name>``.

    Every method raises ValueError for an invalid key, and OSError where the storage is out of order or full.
    """

    def put_file(self, key: str, path: Path) -> None:
        """Take a local file: when this returns the bytes are safe and ``path`` is gone, and not before."""

    def writing(self, key: str) -> AbstractContextManager[Sink]:
        """A new blob, written as its bytes come: there when the block ends, and not at all where it is left early."""

    def fetch(self, key: str, path: Path) -> None:
        """Make the blob a local file at ``path``, to be read only. Raises BlobMissingError."""

    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start`` up to ``end`` (exclusive), in pieces. Raises BlobMissingError before the first."""

    def link(self, key: str, seconds: int) -> str | None:
        """An address where anyone can read the blob for so long; None where only this service can."""

    def size(self, key: str) -> int:
        """Number of bytes. Raises BlobMissingError."""

    def exists(self, key: str) -> bool:
        """Whether there is such a blob."""

    def delete(self, key: str) -> None:
        """Delete for good; nothing happens when it is not there."""

    def delete_prefix(self, prefix: str) -> None:
        """Delete every blob below ``prefix/``."""

    def list(self, prefix: str) -> Iterator[StoredBlob]:
        """Every blob below ``prefix/``."""


def new_clip_key() -> str:
    """Where an uploaded clip goes."""
    return f"{CLIPS}/{secrets.token_hex(RANDOM_BYTES)}"


def upload_prefix(upload_id: str) -> str:
    """Where the parts of an upload are."""
    return f"{UPLOADS}/{upload_id}"


def new_part_key(upload_id: str) -> str:
    """Where the next part of an upload goes."""
    return f"{upload_prefix(upload_id)}/{secrets.token_hex(RANDOM_BYTES)}"


def new_artefact_prefix(analysis_id: str) -> str:
    """Where one run's artefacts go: of two workers that take each other for dead, neither writes over the other's."""
    return f"{ARTEFACTS}/{analysis_id}/{secrets.token_hex(RANDOM_BYTES)}"


def checked(key: str) -> str:
    """The key itself. Raises ValueError when it could mean something outside the blobs."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key of a blob")
    return key


class LocalBlobs:
    """Blobs as files below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put_file(self, key: str, path: Path) -> None:
        """Take a local file; without copying where it lies on the same disk."""
        with self._coming(key) as coming:
            _copy(path, coming)
        path.unlink()

    @contextmanager
    def writing(self, key: str) -> Iterator[BinaryIO]:
        """A file that gets its name when it is complete."""
        with self._coming(key) as coming, coming.open("wb") as file:
            yield file

    def fetch(self, key: str, path: Path) -> None:
        """Make the blob a local file, without copying where that goes."""
        try:
            _copy(self._path(key), path)
        except FileNotFoundError as error:
            raise BlobMissingError(key) from error

    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes in pieces; what was found can be read to its end even if it is deleted meanwhile."""
        pieces = _read(self._path(key), start, end)
        try:
            first = next(pieces, b"")  # at once: a missing file is reported before the response begins
        except (FileNotFoundError, IsADirectoryError) as error:
            raise BlobMissingError(key) from error
        return chain((first,), pieces) if first else iter(())

    def link(self, key: str, seconds: int) -> str | None:  # noqa: ARG002  # files have no address
        """None: the files are this machine's."""
        return None

    def size(self, key: str) -> int:
        """Number of bytes."""
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError as error:
            raise BlobMissingError(key) from error

    def exists(self, key: str) -> bool:
        """Whether there is such a blob."""
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        """Delete the file."""
        path = self._path(key)
        if not path.is_dir():
            path.unlink(missing_ok=True)

    def delete_prefix(self, prefix: str) -> None:
        """Delete the folder."""
        path = self._path(prefix)
        if path.is_dir():
            shutil.rmtree(path)

    def list(self, prefix: str) -> Iterator[StoredBlob]:
        """Every file below the folder."""
        for path in sorted(self._path(prefix).rglob("*")):
            with suppress(FileNotFoundError):  # deleted meanwhile
                about = path.stat()
                if S_ISREG(about.st_mode):
                    modified = datetime.fromtimestamp(about.st_mtime, UTC)
                    yield StoredBlob(path.relative_to(self._folder).as_posix(), about.st_size, modified)

    @contextmanager
    def _coming(self, key: str) -> Iterator[Path]:
        """Where the block makes the file, which is kept for good once it has."""
        target = self._path(key)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # the clips of people
        coming = target.with_name(target.name + _COMING)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield coming
            _sync(coming)
            coming.replace(target)
            for folder in takewhile(lambda folder: folder != self._folder.parent, target.parents):
                _sync(folder)
        finally:
            coming.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / checked(key)


def _read(path: Path, start: int, end: int | None) -> Iterator[bytes]:
    with path.open("rb") as file:
        left = (os.fstat(file.fileno()).st_size if end is None else end) - file.seek(start)
        while left > 0 and (piece := file.read(min(PIECE_BYTES, left))):
            left -= len(piece)
            yield piece


def _copy(source: Path, target: Path) -> None:
    """The same bytes under another name, to be read only; copied where they can't be shared."""
    try:
        target.hardlink_to(source)
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or a file system without links
        shutil.copy2(source, target)


def _sync(path: Path) -> None:
    """Have a file's bytes, or a folder's entries, outlive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
