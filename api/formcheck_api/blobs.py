"""Files of the service: clips and artefacts, in a local folder or in S3-compatible storage."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


class BlobMissingError(Exception):
    """There is no blob of that key."""


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """What a listing tells of a blob."""

    key: str
    bytes: int
    modified: datetime


class Blobs(Protocol):
    """Bytes by key. Keys are ``clips/<name>`` and ``artefacts/<analysis>/<run>/<name>``; a blob never changes."""

    def put_file(self, key: str, path: Path) -> None:
        """Take a local file: when this returns the bytes are safe and ``path`` is gone. Raises OSError (disk full)."""

    def fetch(self, key: str, path: Path) -> None:
        """Make the blob a local file at ``path``. Raises BlobMissingError, OSError."""

    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start`` up to ``end`` (exclusive), in pieces. Raises BlobMissingError before the first."""

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


def open_blobs(url: str) -> Blobs:
    """Blobs by address: file:///folder, s3://bucket/prefix, memory:// (tests)."""
    raise NotImplementedError
