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

from formcheck.words.catalogue import ENGLISH
from formcheck_api.jobs.faults import Faults
from formcheck_api.jobs.processes.attempt import Ended, attempt
from formcheck_api.jobs.processes.limits import Limits
from formcheck_api.jobs.processes.worker import CLIP_FILE, Job
from formcheck_api.operations.metrics import Metrics
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Analysis, Cancelled, Failed, Interruption, Outcome, Problem, State, Succeeded
from formcheck_api.records.failures import failure
from formcheck_api.storage.blobs import BlobMissingError, Blobs, new_artefact_prefix
from formcheck_api.store.database import reason_of
from formcheck_api.store.store import Store

HEARTBEAT_S: Final = 0.5
"""Between signs of life in the store; also how late a cancellation by another process is noticed."""

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
    faults: Faults
    metrics: Metrics


class Run:
    """One analysis that this ``worker`` has claimed; ``folder`` is its own, made here and gone afterwards."""

    def __init__(self, bench: Bench, analysis: Analysis, worker: str, folder: Path) -> None:
        self._bench, self._analysis, self._worker, self._folder = bench, analysis, worker, folder
        self._cancelled = Event()
        self._beat_s = -HEARTBEAT_S
        self._begun_s = time.monotonic()
        self._frames: int | None = None

    def cancel(self) -> None:
        """Stop: the store knows already that it shall be so."""
        self._cancelled.set()

    def perform(self) -> None:
        """Do it, and write down how it ended. Whatever goes wrong is logged, and the work given back."""
        self._log_begin()
        try:
            self._work()
        except (OSError, MemoryError) as error:
            _log.exception("an analysis met a fault of the host", extra={"analysis": self._analysis.id})
            self._bench.faults.met(error)
            self._settle(Interruption.FAULT)
        except Exception:  # of any library below: the analysis must not be lost with this thread
            _log.exception("an analysis met a fault of ours", extra={"analysis": self._analysis.id})
            self._settle(Interruption.CRASHED)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _work(self) -> None:
        if self._folder.exists():  # left by an attempt before, whose fault kept it from clearing up
            shutil.rmtree(self._folder)
        self._folder.mkdir(mode=0o700)
        job = self._job(self._folder / CLIP_FILE)
        if not self._fetch(job.clip):
            self._settle(Failed(failure("clip_missing")))
            return
        with attempt(
            job,
            self._folder,
            command=self._bench.command,
            time_limit_s=self._bench.settings.time_limit_s,
            keep_going=self._keep_going,
        ) as attempted:
            self._frames = attempted.frames
            self._settle(self._outcome(attempted.end, job.answer))

    def _outcome(self, end: Problem | Ended, answer: Path) -> Outcome | Interruption:
        match end:
            case Ended.DONE:
                return self._publish(answer)
            case Ended.STOPPED:
                return self._stopped()
            case Ended.CRASHED:
                return Interruption.CRASHED
            case Problem(code="storage_full") if self._bench.faults.reason():  # the disk's fault, not the clip's
                return Interruption.FAULT
            case Problem():
                return Failed(end)

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
        except SQLAlchemyError as error:
            _log.warning("a heartbeat could not be written", extra={"reason": reason_of(error)})
            return True

    def _publish(self, answer: Path) -> Outcome | Interruption:
        """Store what the worker wrote; all of it, or nothing. A storage that is out of order is waited for."""
        prefix = new_artefact_prefix(self._analysis.id)
        files = sorted(path for path in answer.rglob("*") if path.is_file() and not path.is_symlink())
        names = tuple(path.relative_to(answer).as_posix() for path in files)
        for name, path in zip(names, files, strict=True):
            if not self._store(f"{prefix}/{name}", path):
                self._bench.blobs.delete_prefix(prefix)
                return self._stopped()
        return Succeeded(prefix, names)

    def _store(self, key: str, path: Path) -> bool:
        """Store a file, as soon as the storage takes it. False: this run is to stop."""
        while self._keep_going(ENGLISH.say("stage.storing"), 1.0):
            try:
                self._bench.blobs.put_file(key, path)
            except OSError as error:
                _log.warning("a finished analysis waits to be stored", extra={"analysis": self._analysis.id})
                self._rest(self._bench.faults.met(error))
            else:
                self._bench.faults.over()
                return True
        return False

    def _rest(self, seconds: float) -> None:
        """Wait, with signs of life, or until this run is to stop."""
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s and self._keep_going(ENGLISH.say("stage.storing"), 1.0):
            self._bench.halting.wait(HEARTBEAT_S)

    def _stopped(self) -> Outcome | Interruption:
        return Interruption.STOPPED if self._bench.halting.is_set() else Cancelled()

    def _settle(self, end: Outcome | Interruption) -> None:
        """Report to the store; it decides whether this worker still owns the analysis."""
        self._log_end(end)
        store, analysis_id = self._bench.store, self._analysis.id
        if isinstance(end, Interruption):
            why, wait_s = end, self._bench.settings.retry_wait_s
            self._persist(lambda: store.give_back(analysis_id, self._worker, why, now=_now(), wait_s=wait_s))
            return
        outcome = end
        accepted = self._persist(lambda: store.finish(analysis_id, self._worker, outcome, _now()))
        if isinstance(outcome, Succeeded) and not accepted and not store.known_artefacts([outcome.prefix]):
            self._bench.blobs.delete_prefix(outcome.prefix)

    def _log_begin(self) -> None:
        analysis = self._analysis
        waited_s = (analysis.started - analysis.created).total_seconds() if analysis.started else 0.0
        if analysis.attempts == 1:
            self._bench.metrics.began(waited_s)
        told = {"analysis": analysis.id, "model": analysis.options.model, "attempt": analysis.attempts}
        _log.info("an analysis begins", extra=told | {"waited_s": round(waited_s, 1)})

    def _log_end(self, end: Outcome | Interruption) -> None:
        seconds = time.monotonic() - self._begun_s
        how, code = _named(end)
        self._bench.metrics.ended(how, code, seconds)
        told = {"analysis": self._analysis.id, "model": self._analysis.options.model, "how": how, "code": code}
        level = logging.INFO if code is None else logging.WARNING
        _log.log(level, "an analysis ended", extra=told | {"seconds": round(seconds, 1), "frames": self._frames})

    def _persist(self, call: Callable[[], bool]) -> bool:
        """The store's response, retried until there is one; a service that must stop leaves it to the next start."""
        while True:
            try:
                return call()
            except SQLAlchemyError as error:
                reason = reason_of(error)
                _log.warning("the end of an analysis could not be written down yet", extra={"reason": reason})
            if self._bench.halting.wait(RETRY_S):
                return False


def _named(end: Outcome | Interruption) -> tuple[str, str | None]:
    """How a run ended, and the code where that was not as wished."""
    match end:
        case Succeeded():
            return State.SUCCEEDED, None
        case Cancelled():
            return State.CANCELLED, None
        case Failed(problem):
            return State.FAILED, problem.code
    return "interrupted", end


def _now() -> datetime:
    return datetime.now(UTC)
