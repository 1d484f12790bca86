"""Worker processes that wait for their job with everything loaded, and the one that is kept ready for the next clip.

A process does one job only, so nothing of one clip reaches the next. The spare one stands in for a worker that is idle:
there are never more processes than analyses that may run.
"""

import json
import logging
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import Condition, Thread
from typing import IO

from formcheck_api.jobs.processes.isolated import Process, end, started
from formcheck_api.jobs.processes.limits import Limits
from formcheck_api.jobs.processes.worker import Job

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A worker process without its job yet; ``errors`` is what it writes to standard error."""

    process: Process
    errors: IO[bytes]

    def begin(self, job: Job) -> None:
        """Give it the job. One that has died gets none: whoever watches it finds out."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError), self.process.stdin as asks:
            asks.write(job.line())

    def dismiss(self) -> None:
        """End it, whatever it does."""
        end(self.process)
        self.process.wait()
        self.errors.close()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


def start_worker(command: Sequence[str], folder: Path, limits: Limits) -> Waiting:
    """A process of that command, working in ``folder`` until its job says where. Raises OSError."""
    errors = TemporaryFile("a+b", dir=folder)  # noqa: SIM115  # closed when it is dismissed
    try:
        terms = json.dumps(asdict(limits) | {"parent": os.getpid()})
        return Waiting(started([*command, terms], folder, asks=subprocess.PIPE, errors=errors), errors)
    except BaseException:
        errors.close()
        raise


class Workers:
    """Where a run gets its process: the spare one, or else a new one.

    Linux ends a process with the thread that started it. The spare one is started by a thread of its own, which lives
    until ``stop``: any other might end before the job does.
    """

    def __init__(self, command: Sequence[str], limits: Limits) -> None:
        self._command, self._limits = command, limits
        self._changed = Condition()
        self._spare: Waiting | None = None
        self._is_wanted = self._is_over = False
        self._thread: Thread | None = None

    def keep_spare(self, folder: Path) -> None:
        """From now on start a spare process in ``folder`` when one is wanted."""
        self._thread = Thread(target=self._keep, args=(folder,), daemon=True)
        self._thread.start()

    def want_spare(self) -> None:
        """Nothing runs: have one ready, unless it is there."""
        with self._changed:
            self._is_wanted = self._spare is None
            self._changed.notify()

    @contextmanager
    def hired(self, folder: Path) -> Iterator[Waiting]:
        """A process for one job, gone when the block ends; a new one begins in ``folder``. Raises OSError."""
        worker = self._take() or start_worker(self._command, folder, self._limits)
        try:
            yield worker
        finally:
            worker.dismiss()

    def stop(self) -> None:
        """Keep none any more; when this is called, no job may run."""
        with self._changed:
            self._is_over = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _take(self) -> Waiting | None:
        with self._changed:
            spare, self._spare, self._is_wanted = self._spare, None, False
        if spare is not None and spare.process.poll() is not None:
            _log.warning("the spare worker has died", extra={"exit_code": spare.process.returncode})
            spare.dismiss()
            return None
        return spare

    def _keep(self, folder: Path) -> None:
        with self._changed:
            while not self._is_over:
                if self._is_wanted:
                    self._is_wanted = False
                    self._spare = self._started(folder)
                self._changed.wait_for(lambda: self._is_over or self._is_wanted)
            if self._spare is not None:
                self._spare.dismiss()

    def _started(self, folder: Path) -> Waiting | None:
        try:
            return start_worker(self._command, folder, self._limits)
        except OSError:  # the host has no process or file left: the next run meets that itself
            _log.warning("no spare worker could be started", exc_info=True)
            return None
