"""Blobs in object storage (obstore): S3 and what speaks its language, or memory for tests."""

import logging
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, S3Store, from_url

from formcheck_api.storage.blobs import PIECE_BYTES, BlobMissingError, Sink, StorageError, StoredBlob, checked

if TYPE_CHECKING:  # names that the library has for types alone
    from obstore import Attributes
    from obstore.store import ClientConfig, RetryConfig

SCHEMES: Final = ("s3://", "memory://")

PART_BYTES: Final = 8 * 1024 * 1024
"""Of an upload in parts: S3 takes no fewer than 5 MiB and no more than 10,000 parts, so clips of up to 80 GB."""

_CLIENT: Final["ClientConfig"] = {
    "allow_http": True,  # where the endpoint says so: a storage beside the service
    "connect_timeout": timedelta(seconds=5),
    "timeout": timedelta(seconds=30),
}
"""Of one request: a part of 8 MiB takes 30 s on 2 Mbit/s, which no server has less of."""
_RETRIES: Final["RetryConfig"] = {
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=5), "base": 2},
    "max_retries": 5,
    "retry_timeout": timedelta(seconds=30),
}
"""After a 5xx or a broken connection: a restart is waited for, and a client hears of a longer outage in time."""
_LONGEST_REASON: Final = 300

_log = logging.getLogger(__name__)


def open_object_blobs(url: str) -> "ObjectBlobs":
    """Blobs at ``s3://bucket/prefix``. Raises ValueError for another kind of address."""
    if not url.startswith(SCHEMES):
        raise ValueError(f"{url!r} is no address of blobs: give file:///folder or s3://bucket/prefix")
    return ObjectBlobs(from_url(url, client_options=_CLIENT, retry_config=_RETRIES))


@contextmanager
def _told_as_os_error() -> Iterator[None]:
    """The library's errors, which are Exceptions of its own, as what `Blobs` promises."""
    try:
        yield
    except StorageError:
        raise
    except (BaseError, OSError) as error:  # the second from its writer
        _log.warning("the object storage does not do what it was asked", extra={"reason": str(error)[:_LONGEST_REASON]})
        raise StorageError("the object storage does not do what it was asked") from error


class ObjectBlobs:
    """Blobs as objects in a store; a put is complete or not there at all."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @_told_as_os_error()
    def put_file(self, key: str, path: Path) -> None:
        """Upload the file, in parts where it is large, and delete it."""
        obstore.put(self._store, checked(key), path, attributes=_attributes(key))
        path.unlink()

    @contextmanager
    def writing(self, key: str) -> Iterator[Sink]:
        """An upload in parts, which is given up where the block is left early."""
        with _told_as_os_error(), obstore.open_writer(self._store, checked(key), buffer_size=PART_BYTES) as out:
            yield out

    def fetch(self, key: str, path: Path) -> None:
        """Download."""
        pieces = self.open(key)
        with path.open("wb") as file:
            file.writelines(pieces)

    @_told_as_os_error()
    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes in pieces."""
        size = self.size(key)
        last = size if end is None else min(end, size)
        if start >= last:
            return iter(())
        try:
            answer = obstore.get(self._store, key, options={"range": (start, last)})
        except FileNotFoundError as error:
            raise BlobMissingError(key) from error
        return _pieces(answer)

    def link(self, key: str, seconds: int) -> str | None:
        """A signed address, where the store is S3."""
        if not isinstance(self._store, S3Store):
            return None
        return obstore.sign(self._store, "GET", checked(key), timedelta(seconds=seconds))

    @_told_as_os_error()
    def size(self, key: str) -> int:
        """Number of bytes."""
        try:
            return obstore.head(self._store, checked(key))["size"]
        except FileNotFoundError as error:
            raise BlobMissingError(key) from error

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        try:
            self.size(key)
        except BlobMissingError:
            return False
        return True

    @_told_as_os_error()
    def delete(self, key: str) -> None:
        """Delete the object."""
        try:
            obstore.delete(self._store, checked(key))
        except FileNotFoundError:  # S3 does not report it, other stores do
            return

    def delete_prefix(self, prefix: str) -> None:
        """Delete every object below."""
        for blob in tuple(self.list(prefix)):
            self.delete(blob.key)

    def list(self, prefix: str) -> Iterator[StoredBlob]:
        """Every object below."""
        with _told_as_os_error():
            for batch in obstore.list(self._store, checked(prefix)):
                for found in batch:
                    yield StoredBlob(found["path"], found["size"], found["last_modified"])


def _attributes(key: str) -> "Attributes":
    """What browsers that get the object by its link are told of it."""
    kind, _ = mimetypes.guess_type(key)
    return {"Content-Type": kind or "application/octet-stream"}


def _pieces(answer: "obstore.GetResult") -> Iterator[bytes]:
    with _told_as_os_error():
        for piece in answer.stream(min_chunk_size=PIECE_BYTES):
            yield bytes(piece)
