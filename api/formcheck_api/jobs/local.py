"""The queue of a service that is one process with SQLite: a thread for each worker, and one for chores."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Condition, Event, Thread
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from formcheck_api.jobs.bench import bench_of
from formcheck_api.jobs.processes.attempt import WORKER
from formcheck_api.jobs.processes.presence import Presence, clear_after_the_dead
from formcheck_api.jobs.queue import Chore, Chores
from formcheck_api.jobs.run import Run
from formcheck_api.operations.metrics import Metrics
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Analysis, Interruption
from formcheck_api.storage.blobs import Blobs
from formcheck_api.store.database import reason_of
from formcheck_api.store.store import Store
from formcheck_api.store.work.attempts import LONGEST_WAIT
from formcheck_api.store.work.chores import DueChore
from formcheck_api.store.work.deferral import NotYetError

LOOK_EVERY_S: Final = 1.0
"""Between looks for what may begin by its time; what is uploaded wakes the workers at once."""

_log = logging.getLogger(__name__)


class LocalQueue:
    """Workers of this process: a thread for each that claims an analysis, has a process do it, and claims the next.

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
        chores: Chores = (),
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._bench = bench_of(store, blobs, settings, metrics or Metrics(), command)
        self._chores, self._look_every_s = chores, look_every_s
        self._stopping = Event()
        self._queued = Condition()
        self._running: dict[str, Run] = {}
        self._threads: list[Thread] = []
        self._presence: Presence | None = None

    def start(self) -> None:
        """Begin to work, first on what a process before this one left undone."""
        bench = self._bench
        clear_after_the_dead(bench.settings.work_dir)
        self._presence = presence = Presence(bench.settings.work_dir)
        if left := bench.store.give_all_back(now=datetime.now(UTC), wait_s=bench.settings.retry_wait_s):
            _log.warning("analyses that broke off are queued again", extra={"analyses": left})
        workers = [presence.worker(slot) for slot in range(bench.settings.workers)]
        self._threads = [_thread(self._work, worker, presence.folder) for worker in workers]
        self._threads.extend(_thread(self._repeat, chore) for chore in self._chores if chore.every_s is not None)
        self._threads.append(_thread(self._do_chores))
        if bench.settings.spare_worker and workers:
            bench.workers.keep_spare(presence.folder)
            bench.workers.want_spare()
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
        self._bench.workers.stop()
        if self._presence is not None:
            self._presence.leave()

    def nudge(self) -> None:
        """Something was queued: look now."""
        with self._queued:
            self._queued.notify_all()

    def cancel(self, analysis_id: str) -> None:
        """Stop this one now, if it runs."""
        for run in list(self._running.values()):
            if run.analysis_id == analysis_id:
                run.cancel()

    def busy(self) -> int:
        """How many analyses run now."""
        return len(self._running)

    def fault(self) -> str | None:
        """Why no analysis is begun at present."""
        return self._bench.faults.reason()

    def _work(self, worker: str, folder: Path) -> None:
        while not self._stopping.is_set():
            analysis = self._claimed(worker)
            if analysis is None:
                with self._queued:
                    self._queued.wait(self._look_every_s)
                continue
            run = Run(self._bench, analysis, worker, folder / analysis.id)
            self._running[worker] = run
            try:
                run.perform()
            except Exception:  # this thread must live on
                _log.exception("the end of an analysis was not written down", extra={"analysis": analysis.id})
                self._return(analysis, worker)
            finally:
                del self._running[worker]
                self.nudge()  # its owner may have another one begun now
                if not self._running:
                    self._bench.workers.want_spare()

    def _claimed(self, worker: str) -> Analysis | None:
        """The next analysis; None where nothing waits, or while host or database are out of order."""
        if self._bench.faults.reason():
            return None
        try:
            return self._bench.store.claim(worker, datetime.now(UTC))
        except SQLAlchemyError as error:
            _log.warning("the queue could not be read", extra={"reason": reason_of(error)})
        except Exception:  # whatever is wrong there: without this thread nothing would ever be analysed
            _log.exception("the queue could not be read")
        return None

    def _return(self, analysis: Analysis, worker: str) -> None:
        """After a fault of ours: where this fails as well, the next start returns it."""
        store, wait_s = self._bench.store, self._bench.settings.retry_wait_s
        try:
            store.give_back(analysis.id, worker, Interruption.LOST, now=datetime.now(UTC), wait_s=wait_s)
        except Exception:
            _log.exception("an analysis could not be given back", extra={"analysis": analysis.id})

    def _repeat(self, chore: Chore) -> None:
        while not self._stopping.is_set():
            try:
                chore.do()
            except Exception:  # it is done again in a while; the thread must live on
                _log.exception("a chore failed", extra={"chore": chore.name})
            self._stopping.wait(chore.every_s)

    def _do_chores(self) -> None:
        known = {chore.name: chore for chore in self._chores}
        while not self._stopping.is_set():
            due = self._due()
            if due is None:
                self._stopping.wait(self._look_every_s)
            else:
                self._do(due, known)

    def _due(self) -> DueChore | None:
        try:
            return self._bench.store.due_chore(datetime.now(UTC))
        except SQLAlchemyError as error:
            _log.warning("the chores could not be read", extra={"reason": reason_of(error)})
            return None

    def _do(self, due: DueChore, known: Mapping[str, Chore]) -> None:
        """Do it, or put it off: for as long as it says, or for twice as long as the time before where it failed."""
        store, failed = self._bench.store, True
        try:
            known[due.task].do(**due.args)  # another version may have deferred what this one does not know
            store.chore_done(due.number)
        except NotYetError as early:
            wait_s, failed = early.wait_s, False
        except Exception:
            _log.exception("a chore failed", extra={"chore": due.task})
            wait_s = self._bench.settings.retry_wait_s * 2.0 ** min(due.tries, 20)
        else:
            return
        try:
            until = datetime.now(UTC) + min(LONGEST_WAIT, timedelta(seconds=wait_s))
            store.put_chore_off(due.number, until, failed=failed)
        except SQLAlchemyError:
            self._stopping.wait(self._look_every_s)  # it is still due, and done again


def _thread(work: Callable[..., None], *told: object) -> Thread:
    """A thread that keeps no process from ending: what it leaves undone, the next start does."""
    return Thread(target=work, args=told, daemon=True)
