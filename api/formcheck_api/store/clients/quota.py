"""What an owner has used, and whether more would be too much: part of the transactions that accept clips."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from formcheck_api.records.sharing import UNLIMITED, Limited, Quota, Used
from formcheck_api.store.clients.tables import uploads
from formcheck_api.store.tables import analyses, usage


class QuotaExceededError(Exception):
    """The owner has used as much as allowed of ``what``."""

    def __init__(self, what: Limited) -> None:
        super().__init__(what)
        self.what = what


def used_by(db: Connection, owner: str, now: datetime, *, besides: str | None = None) -> Used:
    """What an owner has used today, in UTC, and stores now; the upload ``besides`` does not count."""
    today = select(usage.c.clips, usage.c.work_s).where(usage.c.owner == owner, usage.c.day == now.date())
    found = db.execute(today).one_or_none()
    clips, work_s = (found.clips, found.work_s) if found else (0, 0.0)
    return Used(clips, work_s, _stored_bytes(db, owner, besides))


def check_quota(
    db: Connection, owner: str, quota: Quota, clip_bytes: int, now: datetime, *, besides: str | None = None
) -> None:
    """Whether an owner may have one more clip of that size. Raises QuotaExceededError."""
    if quota != UNLIMITED and (what := quota.exceeded(used_by(db, owner, now, besides=besides), clip_bytes)):
        raise QuotaExceededError(what)


def check_storage(db: Connection, owner: str, quota: Quota, upload_id: str, upload_bytes: int) -> None:
    """Whether an upload under way may take so many bytes. Raises QuotaExceededError."""
    most = quota.storage_bytes
    if most is not None and _stored_bytes(db, owner, upload_id) + upload_bytes > most:
        raise QuotaExceededError("storage")


def _stored_bytes(db: Connection, owner: str, besides: str | None) -> int:
    """Of clips, and of uploads under way: the whole clip where its length is known, or else what has arrived."""
    clips = select(func.coalesce(func.sum(analyses.c.clip_bytes), 0)).where(
        analyses.c.owner == owner, analyses.c.clip_key.is_not(None)
    )
    coming = select(func.coalesce(func.sum(func.coalesce(uploads.c.length, uploads.c.offset)), 0)).where(
        uploads.c.owner == owner, uploads.c.analysis_id.is_(None), uploads.c.id != (besides or "")
    )
    return int(db.execute(clips).scalar_one()) + int(db.execute(coming).scalar_one())
