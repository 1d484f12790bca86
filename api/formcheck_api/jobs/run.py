"""A claimed analysis on its way: the clip fetched, a worker doing it, its answer stored, and how it ended."""

import logging
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from formcheck_api.jobs.processes.attempt import Ended, attempt
from formcheck_api.jobs.processes.limits import Limits
from formcheck_api.jobs.processes.worker import CLIP_FILE, NO_SPACE, Job
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Analysis, Cancelled, Failed, Outcome, Problem, Succeeded
from formcheck_api.records.failures import failure, out_of_space
from formcheck_api.storage.blobs import BlobMissingError, Blobs, new_artefact_prefix
from formcheck_api.store.store import Store

HEARTBEAT_S: Final = 0.5
"""Between signs of life in the store; also how late another process' cancellation is heard."""

RETRY_S: Final = 1.0
"""Between tries to write down how an analysis ended, while the database is out of reach."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bench:
    """What all runs of a queue share; ``halting`` ends them all and gives their work back."""

    store: Store
    blobs: Blobs
    settings: Settings
    command: Sequence[str]
    halting: Event


class Run:
    """One analysis that this ``worker`` has claimed; ``folder`` is its own, made here and gone afterwards."""

    def __init__(self, bench: Bench, analysis: Analysis, worker: str, folder: Path) -> None:
        self._bench, self._analysis, self._worker, self._folder = bench, analysis, worker, folder
        self._cancelled = Event()
        self._beat_s = -HEARTBEAT_S

    def cancel(self) -> None:
        """Stop: the store knows already that it shall be so."""
        self._cancelled.set()

    def perform(self) -> None:
        """Do it, and write down how it ended. Whatever goes wrong is logged, and the work given back."""
        try:
            self._work()
        except OSError as error:
            _log.exception("an analysis met a storage error", extra={"analysis": self._analysis.id})
            self._settle(Failed(out_of_space()) if error.errno in NO_SPACE else Ended.CRASHED)
        except Exception:  # of any library below: the analysis must not be lost with this thread
            _log.exception("an analysis failed", extra={"analysis": self._analysis.id})
            self._settle(Ended.CRASHED)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _work(self) -> None:
        self._folder.mkdir(mode=0o700)
        job = self._job(self._folder / CLIP_FILE)
        if not self._fetch(job.clip):
            self._settle(Failed(failure("clip_missing", "The clip is no longer there; send it again")))
            return
        with attempt(
            job,
            self._folder,
            command=self._bench.command,
            time_limit_s=self._bench.settings.time_limit_s,
            keep_going=self._keep_going,
        ) as end:
            if isinstance(end, Problem):
                self._settle(Failed(end))
            else:
                self._settle(self._publish(job.answer) if end is Ended.DONE else self._stopped(end))

    def _fetch(self, path: Path) -> bool:
        key = self._analysis.clip_key
        if key is None:
            return False
        try:
            self._bench.blobs.fetch(key, path)
        except BlobMissingError:
            return False
        return True

    def _job(self, clip: Path) -> Job:
        settings = self._bench.settings
        cpu_s = round(settings.time_limit_s * (os.cpu_count() or 1))
        return Job(
            clip=clip,
            clip_name=self._analysis.clip_name,
            answer=self._folder / "answer",
            options=self._analysis.options,
            limits=Limits(settings.memory_limit_mb, settings.output_limit_mb, cpu_s),
            parent=os.getpid(),
            reading=settings.reading,
        )

    def _keep_going(self, stage: str, progress: float) -> bool:
        if self._cancelled.is_set() or self._bench.halting.is_set():
            return False
        if time.monotonic() - self._beat_s < HEARTBEAT_S:
            return True
        self._beat_s = time.monotonic()
        try:
            return self._bench.store.progress(self._analysis.id, self._worker, stage, progress)
        except SQLAlchemyError:
            _log.warning("a heartbeat could not be written", exc_info=True)
            return True

    def _publish(self, answer: Path) -> Outcome | Ended:
        """Store what the worker wrote; all of it, or nothing."""
        prefix = new_artefact_prefix(self._analysis.id)
        files = sorted(path for path in answer.rglob("*") if path.is_file() and not path.is_symlink())
        names = tuple(path.relative_to(answer).as_posix() for path in files)
        try:
            for name, path in zip(names, files, strict=True):
                if not self._keep_going("storing the answer", 1.0):
                    self._bench.blobs.delete_prefix(prefix)
                    return self._stopped(Ended.STOPPED)
                self._bench.blobs.put_file(f"{prefix}/{name}", path)
        except OSError:
            self._bench.blobs.delete_prefix(prefix)
            raise
        return Succeeded(prefix, names)

    def _stopped(self, end: Ended) -> Outcome | Ended:
        return Cancelled() if end is Ended.STOPPED and not self._bench.halting.is_set() else end

    def _settle(self, end: Outcome | Ended) -> None:
        """Tell the store; it decides whether this worker still has a say."""
        store, analysis_id = self._bench.store, self._analysis.id
        if isinstance(end, Ended):
            crashed = end is Ended.CRASHED
            self._persist(lambda: store.give_back(analysis_id, self._worker, crashed=crashed, now=_now()))
            return
        outcome = end
        accepted = self._persist(lambda: store.finish(analysis_id, self._worker, outcome, _now()))
        if isinstance(outcome, Succeeded) and not accepted and not store.known_artefacts([outcome.prefix]):
            self._bench.blobs.delete_prefix(outcome.prefix)

    def _persist(self, call: Callable[[], bool]) -> bool:
        """What the store says, asked until it answers; a service that must stop leaves it to the next one's start."""
        while True:
            try:
                return call()
            except SQLAlchemyError:
                _log.warning("the end of an analysis could not be written down yet", exc_info=True)
            if self._bench.halting.wait(RETRY_S):
                return False


def _now() -> datetime:
    return datetime.now(UTC)
