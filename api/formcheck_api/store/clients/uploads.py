"""Uploads under way in the store: their offsets, their parts, and which request may add to one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from formcheck_api.records.analyses import Hold, ResumableUpload, UploadPart
from formcheck_api.records.sharing import UNLIMITED, Quota
from formcheck_api.storage.blobs import upload_prefix
from formcheck_api.store.clients.held import check_held
from formcheck_api.store.clients.quota import check_quota, check_storage
from formcheck_api.store.clients.tables import upload_from, upload_parts, uploads
from formcheck_api.store.database import IdempotencyConflictError, Transactions, take_turns
from formcheck_api.store.expiry import BATCH, discard

MOST_UNDER_WAY: Final = 1000
"""Uploads of one owner that are not whole: each takes a row, whatever comes of it."""


class TooManyUploadsError(Exception):
    """The owner has as many uploads under way as allowed."""


class UploadStore(Transactions):
    """Uploads that take several requests, perhaps of several processes."""

    def begin_upload(
        self,
        upload: ResumableUpload,
        key: str | None,
        quota: Quota = UNLIMITED,
    ) -> ResumableUpload:
        """Remember a new upload, or find the one that its owner began with this word.

        Raises IdempotencyConflictError, TooManyUploadsError, QuotaExceededError.
        """
        mine = uploads.c.owner == upload.owner
        with self._writing() as db:
            take_turns(db, upload.owner)
            if key is not None:
                known = _begun(db, upload.owner, key)
                if known is not None:
                    if known.fields != upload.fields or upload.length not in {None, known.length}:
                        raise IdempotencyConflictError(key)
                    return known
            under_way = select(uploads.c.id).where(mine, uploads.c.analysis_id.is_(None)).limit(MOST_UNDER_WAY)
            if len(db.execute(under_way).all()) >= MOST_UNDER_WAY:
                raise TooManyUploadsError(upload.owner)
            check_quota(db, upload.owner, quota, upload.length or 0, upload.created)
            values = {name: getattr(upload, name) for name in ResumableUpload.__slots__}
            db.execute(insert(uploads).values(**values, key=key, is_new=False))
        return upload

    def begun(self, owner: str, key: str) -> ResumableUpload | None:
        """The upload that an owner began with this word."""
        with self._reading() as db:
            return _begun(db, owner, key)

    def hold_upload(self, owner: str, upload_id: str, holder: str | None, now: datetime) -> ResumableUpload | None:
        """The upload as it stands, for this holder alone; None where it does not exist or has expired.

        Whoever had it before can add no more, so that its offset stays true until the holder itself adds something.
        """
        mine = uploads.c.id == upload_id, uploads.c.owner == owner, uploads.c.expires > now
        with self._writing() as db:
            row = db.execute(update(uploads).where(*mine).values(holder=holder).returning(uploads)).mappings().first()
            return upload_from(row) if row else None

    def is_held(self, owner: str, upload_id: str) -> bool:
        """Whether a request is adding to it, or its process died while it was."""
        held = uploads.c.id == upload_id, uploads.c.owner == owner, uploads.c.holder.is_not(None)
        with self._reading() as db:
            return db.execute(select(uploads.c.id).where(*held)).first() is not None

    def release_upload(self, hold: Hold) -> None:
        """The request has ended; it adds nothing more."""
        mine = uploads.c.id == hold.upload_id, uploads.c.holder == hold.holder
        with self._writing() as db:
            db.execute(update(uploads).where(*mine).values(holder=None))

    def find_upload(self, owner: str, upload_id: str) -> ResumableUpload | None:
        """The upload as it stands, whoever adds to it; None where it does not exist."""
        mine = uploads.c.id == upload_id, uploads.c.owner == owner
        with self._reading() as db:
            row = db.execute(select(uploads).where(*mine)).mappings().one_or_none()
            return upload_from(row) if row else None

    def add_parts(
        self,
        hold: Hold,
        parts: Sequence[UploadPart],
        length: int | None,
        quota: Quota = UNLIMITED,
    ) -> int:
        """Note stored bytes that follow on what there is, and the length where it is known; the new offset.

        A length that was given at the beginning has its place in the quota. Raises UploadLostError, QuotaExceededError.
        """
        mine = uploads.c.id == hold.upload_id
        with self._writing() as db:
            if quota.storage_bytes is not None:  # as everywhere, the owner's turn comes before locks on its rows
                take_turns(db, str(db.execute(select(uploads.c.owner).where(mine)).scalar()))
            upload = check_held(db, hold)
            for part in parts:
                values = {"upload_id": upload.id, "start": part.start, "bytes": part.bytes, "key": part.key}
                db.execute(insert(upload_parts).values(values))
            offset = upload.offset + sum(part.bytes for part in parts)
            if upload.length is None:
                check_storage(db, upload.owner, quota, upload.id, offset if length is None else length)
            grown = {"offset": offset, "length": length if upload.length is None else upload.length}
            db.execute(update(uploads).where(mine).values(grown))
            return offset

    def parts_of(self, upload_id: str) -> tuple[UploadPart, ...]:
        """What is stored of an upload, from its beginning on."""
        query = select(upload_parts).where(upload_parts.c.upload_id == upload_id).order_by(upload_parts.c.start)
        with self._reading() as db:
            return tuple(UploadPart(row.start, row.bytes, row.key) for row in db.execute(query))

    def drop_upload(self, owner: str, upload_id: str) -> tuple[bool, str | None]:
        """Forget an upload; whether it was there, and the id of the analysis that was made for it.

        With such an analysis it stays, and goes when the caller deletes that.
        """
        mine = uploads.c.id == upload_id, uploads.c.owner == owner
        with self._writing() as db:
            take_turns(db, owner)
            row = db.execute(select(uploads).where(*mine).with_for_update()).mappings().one_or_none()
            made: str | None = row["analysis_id"] if row and row["is_new"] else None
            if row is not None and made is None:
                db.execute(delete(uploads).where(*mine))
                discard(db, upload_prefix(upload_id))
            return row is not None, made

    def drop_uploads(self, now: datetime) -> int:
        """Forget expired uploads, at most `BATCH`; how many there were."""
        query = select(uploads.c.id).where(uploads.c.expires <= now).limit(BATCH).with_for_update()
        with self._writing() as db:
            found = db.execute(query).scalars().all()
            for upload_id in found:
                discard(db, upload_prefix(upload_id))
            db.execute(delete(uploads).where(uploads.c.id.in_(found)))
            return len(found)

    def known_uploads(self, ids: Collection[str]) -> frozenset[str]:
        """Those of the ids that are uploads under way."""
        under_way = uploads.c.id.in_(ids), uploads.c.analysis_id.is_(None)
        with self._reading() as db:
            return frozenset(db.execute(select(uploads.c.id).where(*under_way)).scalars())


def _begun(db: Connection, owner: str, key: str) -> ResumableUpload | None:
    row = db.execute(select(uploads).where(uploads.c.owner == owner, uploads.c.key == key)).mappings().one_or_none()
    return upload_from(row) if row else None
