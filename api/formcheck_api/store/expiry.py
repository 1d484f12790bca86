"""Deletion in the store: what was asked for, what is too old, and which bytes have no owner."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from formcheck_api.records.analyses import Analysis, State
from formcheck_api.storage.blobs import ARTEFACTS
from formcheck_api.store.database import Transactions
from formcheck_api.store.tables import analyses, analysis_from, deletions, garbage, marks, requests

BATCH: Final = 100
"""Rows per transaction of a sweep: it never keeps others waiting long."""

_SEEN: Final = "retention"
"""Name of the mark that holds the time of the last sweep."""

_FINISHED: Final = analyses.c.state.in_([state for state in State if state.is_finished])


class RetentionStore(Transactions):
    """Deletion by age, and the list of bytes still to be deleted."""

    def drop_clips(self, created_before: datetime, now: datetime) -> int:
        """Give up the clips of finished analyses, oldest first, at most `BATCH`; how many there were."""
        query = (
            select(analyses)
            .where(*_old_clips(created_before))
            .order_by(analyses.c.number)
            .limit(BATCH)
            .with_for_update()
        )
        with self._writing() as db:
            found = [analysis_from(row) for row in db.execute(query).mappings()]
            for analysis in found:
                discard(db, str(analysis.clip_key))
                note_deletion(db, "clip", analysis.owner, analysis.id, "retention", now)
                db.execute(update(analyses).where(analyses.c.id == analysis.id).values(clip_key=None))
        return len(found)

    def old_clips(self, created_before: datetime) -> tuple[str, ...]:
        """Blobs of the clips that ``drop_clips`` would give up, at most `BATCH`, without writing anything."""
        query = select(analyses.c.clip_key).where(*_old_clips(created_before)).order_by(analyses.c.number).limit(BATCH)
        with self._reading() as db:
            return tuple(db.execute(query).scalars())

    def drop_analyses(self, created_before: datetime, now: datetime) -> int:
        """Forget finished analyses, oldest first, at most `BATCH`; how many there were."""
        old = _FINISHED, analyses.c.created < created_before
        query = select(analyses).where(*old).order_by(analyses.c.number).limit(BATCH).with_for_update()
        with self._writing() as db:
            found = [analysis_from(row) for row in db.execute(query).mappings()]
            for analysis in found:
                forget(db, analysis, "retention", now)
        return len(found)

    def drop_requests(self, created_before: datetime) -> None:
        """Forget idempotency keys."""
        with self._writing() as db:
            db.execute(delete(requests).where(requests.c.created < created_before))

    def seen_time(self) -> datetime | None:
        """The time of the last sweep; before the first, that of the newest analysis; None: there is nothing yet."""
        with self._reading() as db:
            seen: datetime | None = db.execute(select(marks.c.at).where(marks.c.name == _SEEN)).scalar()
            return seen or db.execute(select(func.max(analyses.c.created))).scalar()

    def note_time(self, now: datetime, *, even_earlier: bool = False) -> None:
        """Remember the time of a sweep; one before the last only where an operator says that it is right."""
        mark = [marks.c.name == _SEEN]
        if not even_earlier:
            mark.append(or_(marks.c.at.is_(None), marks.c.at < now))
        with self._writing() as db:
            db.execute(update(marks).where(*mark).values(at=now))

    def garbage(self) -> tuple[str, ...]:
        """Keys of blobs without any reference; each may stand for all blobs below it."""
        with self._reading() as db:
            return tuple(db.execute(select(garbage.c.key)).scalars())

    def forget_garbage(self, key: str) -> None:
        """The bytes are gone."""
        with self._writing() as db:
            db.execute(delete(garbage).where(garbage.c.key == key))

    def known_clips(self, keys: Collection[str]) -> frozenset[str]:
        """Those of the blob keys that are some analysis' clip."""
        with self._reading() as db:
            return frozenset(db.execute(select(analyses.c.clip_key).where(analyses.c.clip_key.in_(keys))).scalars())

    def known_artefacts(self, prefixes: Collection[str]) -> frozenset[str]:
        """Those of the prefixes ``artefacts/<id>/<run>`` that hold what an analysis made."""
        query = select(analyses.c.artefact_prefix).where(analyses.c.artefact_prefix.in_(prefixes))
        with self._reading() as db:
            return frozenset(db.execute(query).scalars())


def _old_clips(created_before: datetime) -> tuple[ColumnElement[bool], ...]:
    return _FINISHED, analyses.c.created < created_before, analyses.c.clip_key.is_not(None)


def forget(db: Connection, analysis: Analysis, why: str, now: datetime) -> None:
    """Delete an analysis' row, list its bytes as garbage and keep a line on it: part of a caller's transaction."""
    discard(db, f"{ARTEFACTS}/{analysis.id}")
    if analysis.clip_key is not None:
        discard(db, analysis.clip_key)
    note_deletion(db, "analysis", analysis.owner, analysis.id, why, now)
    db.execute(delete(analyses).where(analyses.c.id == analysis.id))


def discard(db: Connection, key: str) -> None:
    """List a blob, or all blobs below a key, as garbage."""
    if not db.execute(select(garbage).where(garbage.c.key == key)).first():
        db.execute(insert(garbage).values(key=key))


def note_deletion(  # noqa: PLR0917  # a row has so many columns
    db: Connection, what: str, owner: str, what_id: str, why: str, now: datetime
) -> None:
    """The audit's line: what was deleted, whose it was, and why; nothing of its content."""
    db.execute(insert(deletions).values(deleted_at=now, what=what, why=why, owner=owner, analysis_id=what_id))
