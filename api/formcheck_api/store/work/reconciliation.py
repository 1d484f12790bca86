"""The engine's jobs compared with the analyses, which are the truth: whatever came apart is put right.

A dead worker's jobs stay "doing" for ever with the engine, and more so when its row was pruned. A job can also be
"doing" in a worker's name without that worker knowing, where the answer to its question was lost.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, select, text, update
from sqlalchemy.dialects.postgresql import insert

from formcheck_api.records.analyses import Interruption, State
from formcheck_api.records.sharing import Sharing
from formcheck_api.store.database import Transactions, take_turns
from formcheck_api.store.tables import analyses, analysis_from, workers
from formcheck_api.store.work.attempts import give_back
from formcheck_api.store.work.deferral import ANALYSE
from formcheck_api.store.work.owners import let_next_in
from formcheck_api.store.work.placing import job_for

MOST_AT_ONCE: Final = 500
"""Analyses put right in one transaction; the next look takes the rest."""

PRUNE_AFTER: Final = 20
"""Heartbeats without a sign, after which a dead worker is forgotten."""

_LOCK: Final = 0x7265636F
"""PostgreSQL's advisory lock that lets one process compare at a time ("reco" in ASCII)."""

_DEAD: Final = """
    SELECT job.id FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.status = 'doing'
      AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => :silent_s))
    LIMIT :most
"""
_WITHOUT_JOB: Final = """
    SELECT analyses.id FROM analyses LEFT JOIN procrastinate_jobs job ON job.id = analyses.job
    WHERE (analyses.state = 'running' AND (job.id IS NULL OR job.status <> 'doing'))
       OR (analyses.state = 'queued' AND analyses.job IS NOT NULL
           AND (job.id IS NULL OR job.status NOT IN ('todo', 'doing')))
    LIMIT :most
"""
_WITHOUT_PLACE: Final = "SELECT DISTINCT owner FROM analyses WHERE state = 'queued' AND job IS NULL"
_STRAYS: Final = "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = ANY(:workers)"


@dataclass(frozen=True, slots=True)
class LiveWorker:
    """A process's worker: what it takes, how much of it at a time, and how much it has now."""

    id: int
    host: str
    pid: int
    queues: tuple[str, ...]
    concurrency: int
    running: int
    version: str
    started: datetime
    silent_s: float


class EngineStore(Transactions):
    """What the store knows of the engine; for PostgreSQL only."""

    def reconcile(self, *, silent_s: float, now: datetime, wait_s: float) -> int:
        """Put right what came apart; how much that was. A worker without a sign for ``silent_s`` is dead."""
        with self._writing() as db:
            if not db.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK}).scalar():
                return 0  # another process is at it
            dead = _ids(db, _DEAD, silent_s=silent_s, most=MOST_AT_ONCE)
            found = sum([_rescue(db, job, self._sharing, now, wait_s) for job in dead])
            for analysis_id in _ids(db, _WITHOUT_JOB, most=MOST_AT_ONCE):
                found += _put_right(db, analyses.c.id == analysis_id, self._sharing, now, wait_s)
            found += self._place(db, now)
            db.execute(text("SELECT procrastinate_prune_stalled_workers_v1(:s)"), {"s": PRUNE_AFTER * silent_s})
            db.execute(text("DELETE FROM workers WHERE id NOT IN (SELECT id FROM procrastinate_workers)"))
        return found

    def _place(self, db: Connection, now: datetime) -> int:
        """Give jobs to those that wait without one: of before there was an engine, or now under the cap."""
        found = 0
        for owner in db.execute(text(_WITHOUT_PLACE)).scalars().all():
            take_turns(db, owner)
            if self._sharing.most_running is not None:
                found += let_next_in(db, owner, self._sharing, now)
                continue
            query = select(analyses).where(
                analyses.c.owner == owner, analyses.c.state == State.QUEUED, analyses.c.job.is_(None)
            )
            for row in db.execute(query.order_by(analyses.c.number).limit(MOST_AT_ONCE)).mappings().all():
                job = job_for(db, analysis_from(row), now=now, at=row["not_before"])
                db.execute(update(analyses).where(analyses.c.number == row["number"]).values(job=job))
                found += 1
        return found

    def jobs_in_hand(self, worker_ids: Collection[int]) -> frozenset[int]:
        """The jobs that these workers have, as the engine sees it."""
        with self._reading() as db:
            return frozenset(_ids(db, _STRAYS, workers=list(worker_ids)))

    def rescue(self, jobs: Collection[int], *, now: datetime, wait_s: float) -> int:
        """Have these jobs done by someone else; how many there were."""
        with self._writing() as db:
            return sum([_rescue(db, job, self._sharing, now, wait_s) for job in sorted(jobs)])

    def note_heartbeats(self, worker_ids: Collection[int]) -> None:
        """These workers live, also while they drain, when the engine gives no more signs."""
        with self._writing() as db:
            for worker in worker_ids:
                db.execute(text("SELECT procrastinate_update_heartbeat_v1(:worker)"), {"worker": worker})

    def note_worker(self, worker: LiveWorker) -> None:
        """Have a worker listed for as long as the engine knows it."""
        told = {name: getattr(worker, name) for name in workers.c.keys()} | {"queues": list(worker.queues)}  # noqa: SIM118
        with self._writing() as db:
            db.execute(insert(workers).values(told).on_conflict_do_nothing())

    def live_workers(self) -> tuple[LiveWorker, ...]:
        """The workers that there are, the oldest first."""
        query = text(
            "SELECT workers.*, extract(epoch FROM now() - last_heartbeat) AS silent_s, (SELECT count(*) FROM"
            " procrastinate_jobs WHERE status = 'doing' AND worker_id = workers.id) AS running"
            " FROM workers JOIN procrastinate_workers alive ON alive.id = workers.id ORDER BY workers.id"
        )
        with self._reading() as db:
            rows = db.execute(query).mappings().all()
        return tuple(
            LiveWorker(**dict(row) | {"queues": tuple(row["queues"]), "silent_s": float(row["silent_s"])})
            for row in rows
        )


def _ids(db: Connection, query: str, **told: object) -> list[Any]:
    return list(db.execute(text(query), told).scalars())


def _rescue(db: Connection, job: int, sharing: Sharing, now: datetime, wait_s: float) -> int:
    """Take a job from whoever has it: an analysis gets a new one, and anything else begins again."""
    mark = {"job": job}
    task = db.execute(text("SELECT task_name FROM procrastinate_jobs WHERE id = :job FOR UPDATE"), mark).scalar()
    if task is None:
        return 0
    if task != ANALYSE:
        again = "SELECT procrastinate_retry_job_v2(:job, now(), NULL, NULL, NULL)"
        db.execute(text(again), mark)
        return 1
    db.execute(text("DELETE FROM procrastinate_jobs WHERE id = :job"), mark)
    _put_right(db, analyses.c.job == job, sharing, now, wait_s)
    return 1


def _put_right(db: Connection, which: ColumnElement[bool], sharing: Sharing, now: datetime, wait_s: float) -> int:
    """Queue an unfinished analysis with a new job."""
    row = db.execute(select(analyses).where(which).with_for_update(skip_locked=True)).mappings().one_or_none()
    if row is None or State(row["state"]).is_finished:
        return 0
    analysis = analysis_from(row)
    if analysis.state is State.RUNNING:
        give_back(db, analysis, Interruption.LOST, sharing, now=now, wait_s=wait_s)
    else:
        job = job_for(db, analysis, now=now, at=analysis.not_before)
        db.execute(update(analyses).where(analyses.c.id == analysis.id).values(job=job))
    return 1
