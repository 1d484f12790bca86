"""The queue that processes share: the engine's workers on an event loop of their own, each job in a thread.

The engine keeps jobs, order, notices, heartbeats and retries. It runs what the store says, and the store is the truth:
see ``store.work.reconciliation``, which each process calls several times a heartbeat, and not as a job of the engine's,
whose state it is about.
"""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Final

from procrastinate import App, JobContext
from procrastinate.worker import Worker

from formcheck import __version__
from formcheck_api.jobs.bench import bench_of
from formcheck_api.jobs.engine.connection import PatientConnector
from formcheck_api.jobs.engine.tasks import Backoff, FaultyHostError, add_chores
from formcheck_api.jobs.processes.attempt import WORKER
from formcheck_api.jobs.processes.presence import Presence, clear_after_the_dead
from formcheck_api.jobs.queue import Chores
from formcheck_api.jobs.run import Run
from formcheck_api.operations.metrics import Metrics
from formcheck_api.operations.settings import Settings
from formcheck_api.records.sharing import CHORES, QUEUES
from formcheck_api.storage.blobs import Blobs
from formcheck_api.store.store import Store
from formcheck_api.store.work.deferral import ANALYSE
from formcheck_api.store.work.reconciliation import LiveWorker

SILENT: Final = 1.25
"""Heartbeats without a sign, after which a worker counts as dead."""

LOOKS: Final = 4
"""Comparisons in a heartbeat: with ``SILENT``, the work of the dead is queued again within one and a half."""

POLL_S: Final = 1.0
"""Between looks for jobs whose time has come; of new ones the database gives notice."""

MIND_EVERY_S: Final = 0.2
"""Between looks whether to stop taking work."""

CHORES_AT_ONCE: Final = 4
"""Other jobs of one process at a time."""

DROWNED_S: Final = 10.0
"""How long the engine may take to end after its jobs have, before it is left behind: its database may be away."""

_log = logging.getLogger(__name__)


class EngineQueue:
    """The engine's workers in this process: one for analyses, ``settings.workers`` at a time, and one for chores.

    ``command`` is that of a worker process (see ``worker``), ``queues`` those that are taken from. Without any, this
    process only sees to it that what dead ones had is queued again.
    """

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        settings: Settings,
        *,
        metrics: Metrics | None = None,
        command: Sequence[str] = WORKER,
        chores: Chores = (),
        queues: Collection[str] = QUEUES,
    ) -> None:
        self._bench = bench_of(store, blobs, settings, metrics or Metrics(), command)
        self._stopping = Event()
        self._connector = PatientConnector(store.address, self._stopping, settings.workers + CHORES_AT_ONCE)
        self._app = App(connector=self._connector, periodic_defaults={"max_delay": float("inf")})
        retry = Backoff(settings.retry_wait_s)
        self._app.task(name=ANALYSE, pass_context=True, retry=retry)(self._analyse)
        self._in_hand: set[int] = set()
        add_chores(self._app, chores, retry, self._in_hand)
        self._queues = [name for name in QUEUES if name in queues]
        self._running: dict[int, Run] = {}
        self._workers: dict[Worker, Collection[str]] = {}
        self._presence: Presence | None = None
        self._folder = Path()
        self._thread = Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        clear_after_the_dead(self._bench.settings.work_dir)
        self._presence = Presence(self._bench.settings.work_dir)
        self._folder = self._presence.folder
        if self._bench.settings.spare_worker and self._slots():
            self._bench.workers.keep_spare(self._folder)
            self._bench.workers.want_spare()
        self._thread.start()

    def stop(self, grace_s: float) -> None:
        """Begin nothing new; what has not ended within ``grace_s`` is killed and goes back to the queue."""
        self._stopping.set()
        if self._presence is None:
            return
        self._thread.join(grace_s)
        self._bench.halting.set()
        self._thread.join(DROWNED_S)
        self._bench.workers.stop()
        self._presence.leave()

    def nudge(self) -> None:
        """The database tells the workers."""

    def cancel(self, analysis_id: str) -> None:
        """Stop this one now, if it runs here; elsewhere the database tells its worker."""
        for run in list(self._running.values()):
            if run.analysis_id == analysis_id:
                run.cancel()

    def busy(self) -> int:
        """How many analyses run here now."""
        return len(self._running)

    def fault(self) -> str | None:
        """Why no analysis is begun here at present."""
        return self._bench.faults.reason()

    def _slots(self) -> int:
        """How many analyses may run here at a time."""
        return self._bench.settings.workers if any(name != CHORES for name in self._queues) else 0

    def _run(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        threads = ThreadPoolExecutor(self._slots() + CHORES_AT_ONCE + 2)
        asyncio.get_running_loop().set_default_executor(threads)
        keeping = [self._mind(), self._compare()]
        if self._slots():
            keeping.append(self._keep([name for name in self._queues if name != CHORES], self._slots()))
        if CHORES in self._queues:
            keeping.append(self._keep([CHORES], CHORES_AT_ONCE))
        if self._queues:
            await self._connector.open_patiently()
        try:
            await asyncio.gather(*keeping)
        finally:
            await self._app.close_async()

    async def _keep(self, queues: Sequence[str], at_once: int) -> None:
        """A worker for these queues, and another after each one that ended, until it is time to stop."""
        settings = self._bench.settings
        while not self._stopping.is_set():
            if queues != [CHORES] and self._bench.faults.reason():
                await asyncio.sleep(MIND_EVERY_S)
                continue
            worker = Worker(
                self._app,
                queues,
                name=self._folder.name,
                concurrency=at_once,
                delete_jobs="always",  # what there is to know about the end of an analysis is in its row
                install_signal_handlers=False,
                fetch_job_polling_interval=POLL_S,
                update_heartbeat_interval=settings.heartbeat_s,
                stalled_worker_timeout=SILENT * settings.heartbeat_s,
            )
            self._workers[worker] = queues
            try:
                await worker.run()  # type: ignore[no-untyped-call]  # the library leaves it open
            except Exception:  # of the engine: without another worker nothing would ever be analysed here
                if not self._stopping.is_set():
                    _log.exception("the engine's worker ended; another one begins")
                    await asyncio.sleep(MIND_EVERY_S)
            finally:
                del self._workers[worker]

    async def _mind(self) -> None:
        """Have workers take nothing more when it is time to stop, or while this host has a fault."""
        while self._workers or not self._stopping.is_set():
            is_faulty = self._bench.faults.reason() is not None
            for worker, queues in self._workers.items():
                if self._stopping.is_set() or (is_faulty and CHORES not in queues):
                    worker.stop()  # type: ignore[no-untyped-call]  # the same
            await asyncio.sleep(MIND_EVERY_S)

    async def _compare(self) -> None:
        """Several times a heartbeat: give signs of life, and put right what came apart."""
        pause_s = self._bench.settings.heartbeat_s / LOOKS
        strays: frozenset[int] = frozenset()
        listed: set[int] = set()
        while self._workers or not self._stopping.is_set():
            ids = {worker.worker_id: worker for worker in self._workers if worker.worker_id is not None}
            try:
                strays = await asyncio.to_thread(self._reconciled, ids, listed, strays)
            except Exception:  # mostly the database; the next look does what this one could not
                _log.warning("jobs and analyses could not be compared", exc_info=True)
            until_s = time.monotonic() + pause_s
            while time.monotonic() < until_s and (self._workers or not self._stopping.is_set()):
                await asyncio.sleep(min(MIND_EVERY_S, pause_s))

    def _reconciled(self, ids: dict[int, Worker], listed: set[int], strays: frozenset[int]) -> frozenset[int]:
        """One comparison. Returns jobs in our name that nobody here does; those of the look before are given up."""
        store, settings, now = self._bench.store, self._bench.settings, datetime.now(UTC)
        for worker_id, worker in ids.items():
            if worker_id not in listed:
                store.note_worker(_described(worker_id, worker, now))
                listed.add(worker_id)
        store.note_heartbeats(ids)
        before = set(self._in_hand)
        unknown = store.jobs_in_hand(ids) - before - self._in_hand
        put_right = store.rescue(strays & unknown, now=now, wait_s=settings.retry_wait_s)
        put_right += store.reconcile(silent_s=SILENT * settings.heartbeat_s, now=now, wait_s=settings.retry_wait_s)
        if put_right:
            _log.warning("jobs of the dead or lost were queued again", extra={"jobs": put_right})
        return unknown

    def _analyse(self, context: JobContext, analysis: str) -> None:
        """The job: the store says whether it is still to be done, and hears how it ended."""
        job = context.job
        assert job.id is not None
        self._in_hand.add(job.id)
        try:
            if reason := self._bench.faults.reason():
                raise FaultyHostError(reason)
            worker = f"{job.worker_id}/{job.id}"
            claimed = self._bench.store.claim(worker, datetime.now(UTC), job=job.id)
            if claimed is None:
                return
            run = Run(self._bench, claimed, worker, self._folder / analysis, is_aborted=context.should_abort)
            self._running[job.id] = run
            try:
                run.perform()
            finally:
                del self._running[job.id]
                if not self._running:
                    self._bench.workers.want_spare()
        finally:
            self._in_hand.discard(job.id)


def _described(worker_id: int, worker: Worker, now: datetime) -> LiveWorker:
    queues = tuple(worker.queues or ())
    return LiveWorker(
        worker_id, socket.gethostname(), os.getpid(), queues, worker.concurrency, 0, __version__, now, 0.0
    )
