"""Taking analyses out of sessions; they stay as they are."""

from typing import Any

from sqlalchemy import Connection, Select, update

from formcheck_api.store.tables import analyses


def detach(db: Connection, session_ids: Select[tuple[Any]]) -> None:
    """Leave no analysis in these sessions; part of a caller's transaction."""
    inside = analyses.c.session_id.in_(session_ids)
    db.execute(update(analyses).where(inside).values(session_id=None, version=analyses.c.version + 1))
