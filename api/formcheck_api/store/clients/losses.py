"""Rows whose bytes are gone, as after a backup was restored: found, and settled as `records.losses` says."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from formcheck_api.records.analyses import Analysis, Problem, State, UploadPart
from formcheck_api.records.failures import failure, pictures_lost
from formcheck_api.records.losses import Remedy, remedy_for
from formcheck_api.storage.blobs import upload_prefix
from formcheck_api.store.clients.tables import upload_parts, uploads
from formcheck_api.store.database import Transactions, take_turns
from formcheck_api.store.expiry import BATCH, discard, note_deletion
from formcheck_api.store.tables import analyses, analysis_from, as_json
from formcheck_api.store.work.deferral import withdraw
from formcheck_api.store.work.outbox import announce_end
from formcheck_api.store.work.owners import let_next_in
from formcheck_api.store.work.turns import next_turn


class LossStore(Transactions):
    """What should be stored by the rows, and what to write where it is not."""

    def analyses_after(self, number: int) -> Sequence[tuple[int, Analysis]]:
        """The next `BATCH` analyses in the order of acceptance, each with its number."""
        query = select(analyses).where(analyses.c.number > number).order_by(analyses.c.number).limit(BATCH)
        with self._reading() as db:
            return [(row["number"], analysis_from(row)) for row in db.execute(query).mappings()]

    def parts_under_way(self) -> Sequence[tuple[str, UploadPart]]:
        """Every stored part of uploads under way, each with the upload's id."""
        with self._reading() as db:
            rows = db.execute(select(upload_parts).order_by(upload_parts.c.upload_id)).all()
        return [(row.upload_id, UploadPart(row.start, row.bytes, row.key)) for row in rows]

    def settle_loss(self, analysis: Analysis, lost: Collection[str], now: datetime) -> bool:
        """Write down what is gone of an analysis. False: left as it is, for it runs or has changed since."""
        with self._writing() as db:
            take_turns(db, analysis.owner)
            query = select(analyses).where(analyses.c.id == analysis.id).with_for_update()
            row = db.execute(query).mappings().one_or_none()
            if row is None or analysis_from(row) != analysis:
                return False
            remedy = remedy_for(analysis, lost)
            if remedy is Remedy.FAILS_LATER:
                return False
            values: dict[str, Any] = {"version": analysis.version + 1} | _settled(db, analysis, remedy, lost, now)
            if analysis.clip_key in lost:
                values["clip_key"] = None
                note_deletion(db, "clip", analysis.owner, analysis.id, "lost", now)
            if remedy is Remedy.CLIP_MISSING:
                withdraw(db, row["job"])
            db.execute(update(analyses).where(analyses.c.id == analysis.id).values(values))
            if remedy in (Remedy.CLIP_MISSING, Remedy.RESULT_LOST):
                announce_end(db, analysis.id, now)
                let_next_in(db, analysis.owner, self._sharing, now)
            return True

    def lose_upload(self, upload_id: str) -> None:
        """Forget an upload of which something is gone: its client begins again."""
        with self._writing() as db:
            db.execute(delete(uploads).where(uploads.c.id == upload_id, uploads.c.analysis_id.is_(None)))
            discard(db, upload_prefix(upload_id))


def _settled(
    db: Connection, analysis: Analysis, remedy: Remedy, lost: Collection[str], now: datetime
) -> dict[str, Any]:
    match remedy:
        case Remedy.CLIP_MISSING:
            return {"finished": now} | _ended(State.FAILED, failure("clip_missing"))
        case Remedy.MEASURED_AGAIN:
            return _queued_again(db, analysis)
        case Remedy.RESULT_LOST:
            return _withdrawn(db, analysis) | _ended(State.FAILED, failure("result_lost"))
        case Remedy.PICTURES_LOST:
            left = [name for name in analysis.artefacts if analysis.artefact_key(name) not in lost]
            return {"artefacts": left} | _ended(analysis.state, pictures_lost())
    return {}


def _queued_again(db: Connection, analysis: Analysis) -> dict[str, Any]:
    """Behind everything that clients wait for; the engine's comparison gives it a job."""
    again = {
        "state": State.QUEUED,
        "stage": State.QUEUED,
        "progress": 0.0,
        "started": None,
        "finished": None,
        "attempts": 0,
        "crashes": 0,
        "not_before": None,
        "job": None,
        "problem": None,
        "formcheck_version": None,
        "turn": next_turn(db, analysis.owner, analysis.queue, bulk=True),
    }
    return again | _withdrawn(db, analysis)


def _withdrawn(db: Connection, analysis: Analysis) -> dict[str, Any]:
    """What is left of the result goes."""
    if analysis.artefact_prefix is not None:
        discard(db, analysis.artefact_prefix)
    return {"artefact_prefix": None, "artefacts": []}


def _ended(state: State, problem: Problem) -> dict[str, Any]:
    return {"state": state, "stage": state, "problem": as_json(problem)}
