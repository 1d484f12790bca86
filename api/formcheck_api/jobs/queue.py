"""Who runs analyses: the seam, so that workers elsewhere can take this one's place, and the workers of this machine."""

import logging
import os
import shutil
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Condition, Event, Thread
from typing import Final, Protocol

from sqlalchemy.exc import SQLAlchemyError

from formcheck_api.jobs.bench import Bench
from formcheck_api.jobs.faults import Faults
from formcheck_api.jobs.leases import HeartbeatWatch, Presence, dead_processes, process_of
from formcheck_api.jobs.processes.attempt import WORKER
from formcheck_api.jobs.processes.limits import Limits
from formcheck_api.jobs.processes.waiting import Workers
from formcheck_api.jobs.run import Run
from formcheck_api.operations.metrics import Metrics
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Analysis
from formcheck_api.storage.blobs import Blobs
from formcheck_api.store.database import reason_of
from formcheck_api.store.store import Store

DEATH_WATCH_S: Final = 5.0
"""Between looks for dead workers; shorter where leases are shorter."""

_log = logging.getLogger(__name__)


class Queue(Protocol):
    """The store holds the queued work; a queue only has it done."""

    def start(self) -> None:
        """Begin to work."""

    def stop(self, grace_s: float) -> None:
        """Begin nothing new; what has not ended within ``grace_s`` goes back to the queue."""

    def nudge(self) -> None:
        """Something was queued: look now."""

    def cancel(self, analysis_id: str) -> None:
        """Stop an analysis that was cancelled or deleted in the store."""

    def busy(self) -> int:
        """How many analyses run here now."""

    def fault(self) -> str | None:
        """Why no analysis can start here at present; None where one can."""


class LocalQueue:
    """Workers on this machine: a thread for each that claims an analysis, has a process do it, and claims the next.

    ``command`` is that of a worker process (see ``worker``).
    """

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        settings: Settings,
        *,
        metrics: Metrics | None = None,
        command: Sequence[str] = WORKER,
    ) -> None:
        self._faults = Faults(settings)
        self._workers = Workers(command, limits_of(settings))
        self._bench = Bench(store, blobs, settings, self._workers, Event(), self._faults, metrics or Metrics())
        self._stopping = Event()
        self._queued = Condition()
        self._running: dict[str, Run] = {}
        self._threads: list[Thread] = []
        self._presence: Presence | None = None

    def start(self) -> None:
        """Begin to work, and to watch over workers that may have died, ours of before included."""
        self._presence = presence = Presence(self._bench.settings.work_dir)
        workers = [presence.worker(slot) for slot in range(self._bench.settings.workers)]
        self._threads = [_thread(self._work, worker, presence.folder) for worker in workers]
        self._threads.append(_thread(self._watch))
        if self._bench.settings.spare_worker and workers:
            self._workers.keep_spare(presence.folder)
            self._workers.want_spare()
        for thread in self._threads:
            thread.start()

    def stop(self, grace_s: float) -> None:
        """Begin nothing new; what has not ended within ``grace_s`` is killed and goes back to the queue."""
        self._stopping.set()
        self.nudge()
        deadline_s = time.monotonic() + grace_s
        for thread in self._threads:
            thread.join(max(0.0, deadline_s - time.monotonic()))
        self._bench.halting.set()
        for thread in self._threads:
            thread.join()
        self._workers.stop()
        if self._presence is not None:
            self._presence.leave()

    def nudge(self) -> None:
        """Something was queued: look now."""
        with self._queued:
            self._queued.notify_all()

    def cancel(self, analysis_id: str) -> None:
        """Stop this one now, if it runs here; elsewhere its worker hears at its next heartbeat."""
        run = self._running.get(analysis_id)
        if run is not None:
            run.cancel()

    def busy(self) -> int:
        """How many analyses run here now."""
        return len(self._running)

    def fault(self) -> str | None:
        """Why no analysis is begun here at present."""
        return self._faults.reason()

    def _work(self, worker: str, folder: Path) -> None:
        while not self._stopping.is_set():
            analysis = self._claimed(worker)
            if analysis is None:
                with self._queued:
                    self._queued.wait(self._bench.settings.poll_s)
                continue
            run = Run(self._bench, analysis, worker, folder / analysis.id)
            self._running[analysis.id] = run
            try:
                run.perform()
            except Exception:  # this thread must live on; the death watch finds what is left
                _log.exception("the end of an analysis was not written down", extra={"analysis": analysis.id})
            finally:
                del self._running[analysis.id]
                if not self._running:
                    self._workers.want_spare()

    def _claimed(self, worker: str) -> Analysis | None:
        """The next analysis; None where nothing waits, or while host or database are out of order."""
        if self._faults.reason():
            return None
        try:
            return self._bench.store.claim(worker, datetime.now(UTC))
        except SQLAlchemyError as error:
            _log.warning("the queue could not be read", extra={"reason": reason_of(error)})
        except Exception:  # whatever is wrong there: without this thread nothing would ever be analysed
            _log.exception("the queue could not be read")
        return None

    def _watch(self) -> None:
        watch = HeartbeatWatch(self._bench.settings.lease_s)
        while True:
            try:
                self._return_work_of_the_dead(watch)
            except Exception:  # whatever is wrong there: without this thread the work of the dead stays lost
                _log.warning("could not look for dead workers", exc_info=True)
            if self._stopping.wait(min(DEATH_WATCH_S, self._bench.settings.lease_s / 4)):
                return

    def _return_work_of_the_dead(self, watch: HeartbeatWatch) -> None:
        store = self._bench.store
        others = {key: beat for key, beat in store.beats().items() if key not in self._running}
        dead = dead_processes(self._bench.settings.work_dir)
        gone = {folder.name for folder in dead}
        left = {key: beat for key, beat in others.items() if process_of(beat[0]) in gone}
        stale = left | watch.silent(others, time.monotonic())
        returned = store.requeue_stale(stale, now=datetime.now(UTC), wait_s=self._bench.settings.retry_wait_s)
        for folder in dead:  # after their work was returned: until then the folder says that they are dead
            shutil.rmtree(folder, ignore_errors=True)
        if returned:
            _log.warning("workers died; their analyses are queued again", extra={"analyses": returned})
            self.nudge()


def limits_of(settings: Settings) -> Limits:
    """Of one worker process."""
    cpu_s = round(settings.time_limit_s * (os.cpu_count() or 1))
    return Limits(settings.memory_limit_mb, settings.output_limit_mb, cpu_s)


def _thread(work: Callable[..., None], *told: object) -> Thread:
    """A thread that keeps no process from ending: what it leaves undone, the next start does."""
    return Thread(target=work, args=told, daemon=True)
