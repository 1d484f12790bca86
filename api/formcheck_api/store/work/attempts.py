"""A worker's part of the store: its next analysis, its progress, and the result.

An analysis belongs to one worker or to none, and only that one has a say in it: whoever is taken for dead by mistake
learns so at its next report of progress, and its result is dropped.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, case, func, or_, select, update

from formcheck import __version__
from formcheck.words.catalogue import ENGLISH
from formcheck_api.records.analyses import Analysis, Cancelled, Failed, Interruption, Outcome, State, Succeeded
from formcheck_api.records.failures import failure
from formcheck_api.records.sharing import Sharing
from formcheck_api.store.database import Transactions, take_turns
from formcheck_api.store.expiry import discard
from formcheck_api.store.tables import analyses, analysis_from, as_json
from formcheck_api.store.work.outbox import announce_end
from formcheck_api.store.work.owners import let_next_in, note_work
from formcheck_api.store.work.placing import job_for
from formcheck_api.store.work.turns import ORDER

MOST_CRASHES: Final = 3
"""A clip that has brought down so many workers is not given to another."""

LONGEST_WAIT: Final = timedelta(minutes=5)
"""Waits between attempts double up to this: a fault that lasts is tried a dozen times an hour."""

JITTER: Final = 0.2
"""A wait is longer by up to this share, so that what one fault broke off does not come back all at once."""


class WorkStore(Transactions):
    """The queue as rows: an analysis belongs to one worker or to none."""

    def claim(
        self, worker: str, now: datetime, *, job: int | None = None, formcheck_version: str = __version__
    ) -> Analysis | None:
        """Take the next analysis that may start, or the one of the engine's ``job``; None where there is none.

        This version measures it. A job that another one has replaced takes nothing.
        """
        wanted = [_may_begin(now), *self._under_the_cap()] if job is None else [analyses.c.job == job]
        waiting = (
            select(analyses.c.number)
            .where(analyses.c.state == State.QUEUED, *wanted)
            .order_by(*ORDER)
            .limit(1)
            .with_for_update(skip_locked=job is None)  # SQLite: the one writer is alone anyway
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

    def _under_the_cap(self) -> tuple[ColumnElement[bool], ...]:
        """Not of an owner who has as many running as allowed."""
        most = self._sharing.most_running
        if most is None:
            return ()
        running = select(analyses.c.owner).where(analyses.c.state == State.RUNNING).group_by(analyses.c.owner)
        return (analyses.c.owner.not_in(running.having(func.count() >= most)),)

    def progress(self, analysis_id: str, worker: str, stage: str, fraction: float) -> bool:
        """Report progress. False: stop, the analysis was cancelled or is no longer ours."""
        moved = or_(analyses.c.stage != stage, analyses.c.progress != fraction)
        query = (
            update(analyses)
            .where(*_held_by(worker, analysis_id), analyses.c.cancel_requested.is_(False))
            .values(
                stage=stage,
                progress=fraction,
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
            "version": analyses.c.version + 1,
        }
        query = update(analyses).where(*_held_by(worker, analysis_id), analyses.c.cancel_requested.is_(False))
        with self._writing() as db:
            return db.execute(query.values(shown)).rowcount == 1

    def finish(self, analysis_id: str, worker: str, outcome: Outcome, now: datetime) -> bool:
        """End an analysis. False: it is no longer this worker's, and the outcome is dropped."""
        with self._writing() as db:
            row = self._held(db, analysis_id, worker)
            if row is not None:
                analysis = analysis_from(row)
                note_work(db, analysis, now)
                values = _ended(outcome, now)
                if not isinstance(outcome, Succeeded):
                    values |= _withdrawn(db, analysis)
                db.execute(update(analyses).where(analyses.c.id == analysis_id).values(values))
                announce_end(db, analysis_id, now)
                let_next_in(db, analysis.owner, self._sharing, now)
            return row is not None

    def give_back(self, analysis_id: str, worker: str, why: Interruption, *, now: datetime, wait_s: float) -> bool:
        """Return unfinished work to the queue; after too many crashes it is failed with ``analysis_crashed``.

        The next attempt waits for ``wait_s``, twice as long after each further one; not after a stop in good order.
        False: it is no longer this worker's.
        """
        with self._writing() as db:
            row = self._held(db, analysis_id, worker)
            if row is not None:
                give_back(db, analysis_from(row), why, self._sharing, now=now, wait_s=wait_s)
            return row is not None

    def give_all_back(self, *, now: datetime, wait_s: float) -> int:
        """Return everything that runs to the queue, where this process is the only one; how many there were.

        The process before died, which is not the clips' fault: they wait (see ``give_back``), and no crash is counted.
        """
        query = select(analyses).where(analyses.c.state == State.RUNNING).order_by(analyses.c.number)
        with self._writing() as db:
            found = [analysis_from(row) for row in db.execute(query.with_for_update()).mappings()]
            for analysis in found:
                give_back(db, analysis, Interruption.LOST, self._sharing, now=now, wait_s=wait_s)
        return len(found)

    def _held(self, db: Connection, analysis_id: str, worker: str) -> RowMapping | None:
        """The analysis, locked, if this worker has it; its owner's turn is taken first, as everywhere."""
        if self._sharing.most_running is not None:
            owner = db.execute(select(analyses.c.owner).where(analyses.c.id == analysis_id)).scalar()
            take_turns(db, str(owner))
        query = select(analyses).where(*_held_by(worker, analysis_id)).with_for_update()
        return db.execute(query).mappings().one_or_none()

    def count_states(self) -> Mapping[State, int]:
        """How many analyses are in each state; a state without any is left out."""
        query = select(analyses.c.state, func.count()).group_by(analyses.c.state)
        with self._reading() as db:
            return {State(state): count for state, count in db.execute(query)}

    def oldest_queued(self) -> Mapping[str, datetime]:
        """Of each queue in which some wait, when the one that waits longest was accepted."""
        query = select(analyses.c.queue, func.min(analyses.c.created).label("oldest"))
        query = query.where(analyses.c.state == State.QUEUED)
        with self._reading() as db:
            return {row.queue: row.oldest for row in db.execute(query.group_by(analyses.c.queue))}


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


def give_back(  # part of a transaction
    db: Connection, analysis: Analysis, why: Interruption, sharing: Sharing, *, now: datetime, wait_s: float
) -> None:
    """Return a running analysis to the queue, with a job of its own there; part of a transaction."""
    note_work(db, analysis, now)
    crashes = analysis.crashes + (why is Interruption.CRASHED)
    stopped = why is Interruption.STOPPED
    if analysis.cancel_requested:
        values = _ended(Cancelled(), now)
    elif crashes >= MOST_CRASHES:
        values = _ended(Failed(failure("analysis_crashed", crashes=crashes)), now)
    else:
        begin = None if stopped else now + _wait(analysis.attempts, wait_s)
        values = {
            "state": State.QUEUED,
            "stage": State.QUEUED,
            "progress": 0.0,
            "worker": None,
            "started": None,
            "attempts": analysis.attempts - stopped,
            "crashes": crashes,
            "not_before": begin,
            "job": job_for(db, analysis, now=now, at=begin),
            "version": analysis.version + 1,
            "formcheck_version": None,
        }
    db.execute(update(analyses).where(analyses.c.id == analysis.id).values(values | _withdrawn(db, analysis)))
    if values["state"] != State.QUEUED:
        announce_end(db, analysis.id, now)
        let_next_in(db, analysis.owner, sharing, now)


def _withdrawn(db: Connection, analysis: Analysis) -> dict[str, Any]:
    """Nothing of the result is shown any more; what was becomes garbage."""
    if analysis.artefact_prefix is not None:
        discard(db, analysis.artefact_prefix)
    return {"artefact_prefix": None, "artefacts": []}


def _wait(attempts: int, first_s: float) -> timedelta:
    """After so many attempts."""
    wait_s = first_s * 2.0 ** min(attempts - 1, 20) * (1 + random.uniform(0, JITTER))  # no secret
    return min(LONGEST_WAIT, timedelta(seconds=wait_s))
