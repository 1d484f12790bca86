"""A waiting analysis's job with the engine."""

from datetime import datetime

from sqlalchemy import Connection

from formcheck_api.records.analyses import Analysis
from formcheck_api.records.sharing import Sharing
from formcheck_api.store.work.deferral import ANALYSE, defer, has_engine


def job_for(
    db: Connection, analysis: Analysis, sharing: Sharing, *, now: datetime, at: datetime | None = None
) -> int | None:
    """A new job for an analysis that waits; None without an engine, where its row is enough."""
    if not has_engine(db):
        return None
    queue = sharing.queue_for(analysis.options.model, analysis.clip_bytes)
    return defer(db, ANALYSE, {"analysis": analysis.id}, now=now, at=at, queue=queue, priority=-analysis.turn)
