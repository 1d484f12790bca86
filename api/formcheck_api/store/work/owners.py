"""What one owner has running, and the count of what it used: part of the transactions that begin and end analyses."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from formcheck_api.records.analyses import Analysis, State
from formcheck_api.records.sharing import Sharing
from formcheck_api.store.tables import analyses, analysis_from, usage
from formcheck_api.store.work.deferral import has_engine, withdraw
from formcheck_api.store.work.placing import job_for
from formcheck_api.store.work.turns import ORDER

_PLACED: Final = or_(
    analyses.c.state == State.RUNNING, and_(analyses.c.state == State.QUEUED, analyses.c.job.is_not(None))
)
"""Running, or with a job that may make it so at any time."""


def has_room(db: Connection, owner: str, sharing: Sharing) -> bool:
    """Whether one more of this owner may have a job: those beyond the cap wait for one."""
    return sharing.most_running is None or _placed(db, owner) < sharing.most_running


def make_room(db: Connection, analysis: Analysis) -> bool:
    """Have the owner's last analysis with a job wait instead of this one; False where none of them comes later."""
    later = analyses.c.state == State.QUEUED, analyses.c.job.is_not(None), analyses.c.turn > analysis.turn
    last = select(analyses.c.number, analyses.c.job).where(analyses.c.owner == analysis.owner, *later)
    last = last.order_by(*(each.desc() for each in ORDER)).limit(1)
    found = db.execute(last.with_for_update(skip_locked=True)).one_or_none()  # one that is just beginning stays
    if found is None:
        return False
    withdraw(db, found.job)
    db.execute(update(analyses).where(analyses.c.number == found.number).values(job=None))
    return True


def let_next_in(db: Connection, owner: str, sharing: Sharing, now: datetime) -> int:
    """Give jobs to as many of an owner's waiting analyses as the cap allows; how many got one."""
    if sharing.most_running is None or not has_engine(db):
        return 0
    waiting = select(analyses).where(
        analyses.c.owner == owner, analyses.c.state == State.QUEUED, analyses.c.job.is_(None)
    )
    room = max(0, sharing.most_running - _placed(db, owner))
    found = db.execute(waiting.order_by(*ORDER).limit(room)).mappings().all()
    for row in found:
        job = job_for(db, analysis_from(row), now=now, at=row["not_before"])
        db.execute(update(analyses).where(analyses.c.number == row["number"]).values(job=job))
    return len(found)


def note_work(db: Connection, analysis: Analysis, now: datetime) -> None:
    """Add the time that an attempt took to its owner's day."""
    if analysis.started is not None:
        count_use(db, analysis.owner, now, work_s=max(0.0, (now - analysis.started).total_seconds()))


def count_use(db: Connection, owner: str, now: datetime, *, clips: int = 0, work_s: float = 0.0) -> None:
    """Add to what an owner has used today, in UTC."""
    dialect: Any = postgresql if has_engine(db) else sqlite
    new = dialect.insert(usage).values(owner=owner, day=now.date(), clips=clips, work_s=work_s)
    more = {"clips": usage.c.clips + clips, "work_s": usage.c.work_s + work_s}
    db.execute(new.on_conflict_do_update(index_elements=["owner", "day"], set_=more))


def _placed(db: Connection, owner: str) -> int:
    query = select(func.count()).select_from(analyses).where(analyses.c.owner == owner, _PLACED)
    return db.execute(query).scalar_one()
