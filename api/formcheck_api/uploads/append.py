"""Bytes of one request on their way into an upload: stored part by part, each counted once it is safe.

What was counted stays, whatever ends the request. A request that states a checksum is counted as a whole or not at
all. The bytes that would make the clip whole are counted together with its analysis, so that an upload whose offset is
its length has one.
"""

import hashlib
import hmac
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

from formcheck_api.records.analyses import Hold, ResumableUpload, StoredClip, UploadPart
from formcheck_api.records.problems import ProblemError
from formcheck_api.records.sharing import UNLIMITED, Quota
from formcheck_api.storage.blobs import Blobs, Sink, new_clip_key, new_part_key
from formcheck_api.store.clients.held import UploadLostError
from formcheck_api.store.store import Store
from formcheck_api.uploads.protocol import Checksum

PART_BYTES: Final = 8_000_000
"""Of one part: a lost connection that nobody has noticed yet costs so much, or the bytes of `PART_S`."""
PART_S: Final = 5.0
"""A slow client's bytes are made safe as often as that."""


class Appending:
    """Takes one request's bytes, in threads; ``length`` is the whole clip's, None where it is not known."""

    def __init__(  # what it writes to, and what it knows of the clip
        self,
        store: Store,
        blobs: Blobs,
        upload: ResumableUpload,
        hold: Hold,
        length: int | None,
        *,
        checksum: Checksum | None,
        quota: Quota = UNLIMITED,
    ) -> None:
        self._store, self._blobs, self._hold = store, blobs, hold
        self._length, self._checksum, self._quota = length, checksum, quota
        self._hash = hashlib.new(checksum.name) if checksum else None
        self._open = ExitStack()
        self._out: Sink | None = None
        self._part = UploadPart(upload.offset, 0, "")
        self._began_s = 0.0
        self._stored: list[UploadPart] = []
        self.counted = upload.offset

    @property
    def arrived(self) -> int:
        """Where the next byte goes."""
        return self._part.start + self._part.bytes

    @property
    def rest(self) -> Sequence[UploadPart]:
        """Parts that are stored and not counted."""
        return tuple(self._stored)

    def write(self, piece: bytes) -> None:
        """Take bytes. Raises OSError and UploadLostError."""
        if self._out is None:
            self._begin_part()
        assert self._out is not None
        self._out.write(piece)
        if self._hash:
            self._hash.update(piece)
        self._part = UploadPart(self._part.start, self._part.bytes + len(piece), self._part.key)
        if self._part.bytes >= PART_BYTES or time.monotonic() - self._began_s >= PART_S:
            self.end_part()
            if self._checksum is None and self.arrived != self._length:
                self.count()

    def end_part(self) -> None:
        """Make safe what has come. Raises OSError, and UploadLostError where the upload was deleted meanwhile."""
        if self._out is not None:
            self._out = None
            try:
                self._open.close()
            except FileNotFoundError:  # with all that lay below the upload
                raise UploadLostError(self._hold.upload_id) from None
            self._stored.append(self._part)
            self._part = UploadPart(self.arrived, 0, "")

    def check(self) -> None:
        """Raise ProblemError 460 where the bytes are not those that the client hashed."""
        if self._hash and self._checksum and not hmac.compare_digest(self._hash.digest(), self._checksum.digest):
            raise ProblemError("checksum_mismatch")

    def count(self) -> None:
        """Have what is stored belong to the upload. Raises UploadLostError, QuotaExceededError."""
        self.counted = self._store.add_parts(self._hold, self._stored, self._length, self._quota)
        self._stored.clear()

    def break_off(self) -> None:
        """End early: count what has come, unless it counts as a whole only; what is not counted is deleted."""
        try:
            self.end_part()
            if self._checksum is None and self.arrived != self._length:
                self.count()
        finally:
            self.drop()

    def drop(self) -> None:
        """Delete what was not counted."""
        self._out = None
        self._open.__exit__(InterruptedError, InterruptedError(), None)
        for part in (*self._stored, self._part):
            if part.key:
                self._blobs.delete(part.key)
        self._stored.clear()

    def _begin_part(self) -> None:
        key = new_part_key(self._hold.upload_id)
        self._out = self._open.enter_context(self._blobs.writing(key))
        self._part = UploadPart(self.arrived, 0, key)
        self._began_s = time.monotonic()


def joined(blobs: Blobs, name: str, parts: Sequence[UploadPart]) -> StoredClip:
    """The clip that the parts make, stored as one blob. Raises BlobMissingError and OSError."""
    key, sha256, clip_bytes = new_clip_key(), hashlib.sha256(), 0
    with blobs.writing(key) as out:
        for part in parts:
            assert part.start == clip_bytes
            for piece in blobs.open(part.key):
                out.write(piece)
                sha256.update(piece)
                clip_bytes += len(piece)
    return StoredClip(key, name, sha256.hexdigest(), clip_bytes)
