"""A waiting analysis's job with the engine."""

from datetime import datetime

from sqlalchemy import Connection

from formcheck_api.records.analyses import Analysis
from formcheck_api.store.work.deferral import ANALYSE, defer, has_engine


def job_for(db: Connection, analysis: Analysis, *, now: datetime, at: datetime | None = None) -> int | None:
    """A new job for an analysis that waits; None without an engine, where its row is enough."""
    if not has_engine(db):
        return None
    told = {"analysis": analysis.id}
    return defer(db, ANALYSE, told, now=now, at=at, queue=analysis.queue, priority=-analysis.turn)
