"""A worker's part of the store: its next analysis, its heartbeat, and the result.

Whether a worker lives is never read off a clock in the database, which may jump: it counts its heartbeats, and who
watches the count does so on a clock of its own (``leases``).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, func, or_, select, update

from formcheck import __version__
from formcheck.words.catalogue import ENGLISH
from formcheck_api.records.analyses import Analysis, Cancelled, Failed, Interruption, Outcome, State, Succeeded
from formcheck_api.records.failures import failure
from formcheck_api.store.database import Transactions
from formcheck_api.store.expiry import discard
from formcheck_api.store.tables import analyses, analysis_from, as_json

MOST_CRASHES: Final = 3
"""A clip that has brought down so many workers is not given to another."""

LONGEST_WAIT: Final = timedelta(minutes=5)
"""Waits between attempts double up to this: a fault that lasts is tried a dozen times an hour."""


class WorkStore(Transactions):
    """The queue as rows: an analysis belongs to one worker or to none."""

    def claim(self, worker: str, now: datetime, *, formcheck_version: str = __version__) -> Analysis | None:
        """Take the longest waiting analysis that may start; None where nothing waits. This version measures it."""
        waiting = (
            select(analyses.c.number)
            .where(analyses.c.state == State.QUEUED, _may_begin(now))
            .order_by(analyses.c.number)
            .limit(1)
            .with_for_update(skip_locked=True)  # SQLite: the one writer is alone anyway
        )
        with self._writing() as db:
            number = db.execute(waiting).scalar()
            if number is None:
                return None
            taken = {
                "state": State.RUNNING,
                "stage": ENGLISH.say("stage.starting"),
                "worker": worker,
                "started": now,
                "attempts": analyses.c.attempts + 1,
                "version": analyses.c.version + 1,
                "formcheck_version": formcheck_version,
            }
            query = update(analyses).where(analyses.c.number == number).values(taken).returning(analyses)
            return analysis_from(db.execute(query).mappings().one())

    def progress(self, analysis_id: str, worker: str, stage: str, fraction: float) -> bool:
        """Report progress and a heartbeat. False: stop, the analysis was cancelled or is no longer ours."""
        moved = or_(analyses.c.stage != stage, analyses.c.progress != fraction)
        query = (
            update(analyses)
            .where(*_held_by(worker, analysis_id), analyses.c.cancel_requested.is_(False))
            .values(
                stage=stage,
                progress=fraction,
                beat=analyses.c.beat + 1,
                version=analyses.c.version + case((moved, 1), else_=0),
            )
        )
        with self._writing() as db:
            return db.execute(query).rowcount == 1

    def publish(self, analysis_id: str, worker: str, prefix: str, artefacts: Sequence[str]) -> bool:
        """Show what of the result is stored, below ``prefix``, while the rest is made. False as for ``progress``."""
        shown = {
            "artefact_prefix": prefix,
            "artefacts": list(artefacts),
            "beat": analyses.c.beat + 1,
            "version": analyses.c.version + 1,
        }
        query = update(analyses).where(*_held_by(worker, analysis_id), analyses.c.cancel_requested.is_(False))
        with self._writing() as db:
            return db.execute(query.values(shown)).rowcount == 1

    def finish(self, analysis_id: str, worker: str, outcome: Outcome, now: datetime) -> bool:
        """End an analysis. False: it is no longer this worker's, and the outcome is dropped."""
        query = select(analyses).where(*_held_by(worker, analysis_id)).with_for_update()
        with self._writing() as db:
            row = db.execute(query).mappings().one_or_none()
            if row is not None:
                values = _ended(outcome, now)
                if not isinstance(outcome, Succeeded):
                    values |= _withdrawn(db, analysis_from(row))
                db.execute(update(analyses).where(analyses.c.id == analysis_id).values(values))
            return row is not None

    def give_back(self, analysis_id: str, worker: str, why: Interruption, *, now: datetime, wait_s: float) -> bool:
        """Return unfinished work to the queue; after too many crashes it is failed with ``analysis_crashed``.

        The next attempt waits for ``wait_s``, twice as long after each further one; not after a stop in good order.
        False: it is no longer this worker's.
        """
        query = select(analyses).where(*_held_by(worker, analysis_id)).with_for_update()
        with self._writing() as db:
            row = db.execute(query).mappings().one_or_none()
            if row is not None:
                _return(db, analysis_from(row), why, now, wait_s)
            return row is not None

    def count_states(self) -> Mapping[State, int]:
        """How many analyses are in each state; a state without any is left out."""
        query = select(analyses.c.state, func.count()).group_by(analyses.c.state)
        with self._reading() as db:
            return {State(state): count for state, count in db.execute(query)}

    def oldest_queued(self) -> datetime | None:
        """When the analysis that waits longest was accepted; None when none waits."""
        query = select(func.min(analyses.c.created)).where(analyses.c.state == State.QUEUED)
        with self._reading() as db:
            return db.execute(query).scalar()

    def beats(self) -> Mapping[str, tuple[str, int]]:
        """Of every running analysis its worker and the number of its last heartbeat."""
        query = select(analyses.c.id, analyses.c.worker, analyses.c.beat).where(analyses.c.state == State.RUNNING)
        with self._reading() as db:
            return {row.id: (row.worker, row.beat) for row in db.execute(query)}

    def requeue_stale(self, seen: Mapping[str, tuple[str, int]], *, now: datetime, wait_s: float) -> int:
        """Return to the queue what has the same worker and heartbeat as ``seen``; how many there were.

        Their service died, which is not the clips' fault: they wait (see ``give_back``), and no crash is counted.
        """
        returned = 0
        with self._writing() as db:
            for analysis_id, (worker, beat) in sorted(seen.items()):
                query = select(analyses).where(*_held_by(worker, analysis_id), analyses.c.beat == beat)
                row = db.execute(query.with_for_update()).mappings().one_or_none()
                if row is not None:
                    _return(db, analysis_from(row), Interruption.LOST, now, wait_s)
                    returned += 1
        return returned


def _held_by(worker: str, analysis_id: str) -> tuple[Any, ...]:
    return analyses.c.id == analysis_id, analyses.c.state == State.RUNNING, analyses.c.worker == worker


def _may_begin(now: datetime) -> ColumnElement[bool]:
    """Nothing waits longer than the longest wait: a time beyond that is of a clock that was since set back."""
    begin = analyses.c.not_before
    return or_(begin.is_(None), begin <= now, begin > now + LONGEST_WAIT)


def _ended(outcome: Outcome, now: datetime) -> dict[str, Any]:
    match outcome:
        case Succeeded(prefix, artefacts, incomplete):
            state = State.SUCCEEDED
            values: dict[str, Any] = {"artefact_prefix": prefix, "artefacts": list(artefacts), "progress": 1.0}
            values["problem"] = as_json(incomplete) if incomplete else None
        case Failed(problem):
            state, values = State.FAILED, {"problem": as_json(problem)}
        case Cancelled():
            state, values = State.CANCELLED, {}
    more = {"state": state, "stage": state, "worker": None, "finished": now, "version": analyses.c.version + 1}
    return values | more


def _return(db: Connection, analysis: Analysis, why: Interruption, now: datetime, wait_s: float) -> None:
    crashes = analysis.crashes + (why is Interruption.CRASHED)
    stopped = why is Interruption.STOPPED
    if analysis.cancel_requested:
        values = _ended(Cancelled(), now)
    elif crashes >= MOST_CRASHES:
        values = _ended(Failed(failure("analysis_crashed", crashes=crashes)), now)
    else:
        values = {
            "state": State.QUEUED,
            "stage": State.QUEUED,
            "progress": 0.0,
            "worker": None,
            "started": None,
            "attempts": analysis.attempts - stopped,
            "crashes": crashes,
            "not_before": None if stopped else now + _wait(analysis.attempts, wait_s),
            "version": analysis.version + 1,
            "formcheck_version": None,
        }
    db.execute(update(analyses).where(analyses.c.id == analysis.id).values(values | _withdrawn(db, analysis)))


def _withdrawn(db: Connection, analysis: Analysis) -> dict[str, Any]:
    """Nothing of the result is shown any more; what was becomes garbage."""
    if analysis.artefact_prefix is not None:
        discard(db, analysis.artefact_prefix)
    return {"artefact_prefix": None, "artefacts": []}


def _wait(attempts: int, first_s: float) -> timedelta:
    """After so many attempts."""
    return min(LONGEST_WAIT, timedelta(seconds=first_s * 2.0 ** min(attempts - 1, 20)))
