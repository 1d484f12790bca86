"""A claimed analysis on its way: the clip fetched, a worker doing it, its result published, and how it ended."""

import logging
import shutil
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from formcheck_api.jobs.bench import REPORT_EVERY_S, Bench
from formcheck_api.jobs.processes.attempt import Ended, attempt
from formcheck_api.jobs.processes.worker import CLIP_FILE, GLIMPSE_FILE, Job
from formcheck_api.jobs.publication import Publication
from formcheck_api.operations.logs import logged_id
from formcheck_api.operations.traces import Stages, note_span, span
from formcheck_api.records.analyses import Analysis, Cancelled, Failed, Interruption, Outcome, Problem, State, Succeeded
from formcheck_api.records.failures import failure, undrawn
from formcheck_api.storage.blobs import BlobMissingError
from formcheck_api.store.database import reason_of

RETRY_S: Final = 1.0
"""Between tries to write down how an analysis ended, while the database is out of reach."""

_log = logging.getLogger(__name__)


class Run:
    """One analysis that this ``worker`` has claimed; ``folder`` is its own, made here and gone afterwards.

    ``is_aborted`` says whether it was told from elsewhere to stop.
    """

    def __init__(
        self,
        bench: Bench,
        analysis: Analysis,
        worker: str,
        folder: Path,
        *,
        is_aborted: Callable[[], bool] = lambda: False,
    ) -> None:
        self._bench, self._analysis, self._worker, self._folder = bench, analysis, worker, folder
        self._cancelled, self._is_aborted = Event(), is_aborted
        self._reported_s = -REPORT_EVERY_S
        self._begun_s = time.monotonic()
        self._frames: int | None = None
        self._stages, self._traced = Stages(), dict[str, str | int]()
        self._publication = Publication(bench, analysis.id, folder / "answer", self._show)

    @property
    def analysis_id(self) -> str:
        """Of its analysis."""
        return self._analysis.id

    def cancel(self) -> None:
        """Stop: the store knows already that it shall be so."""
        self._cancelled.set()

    def perform(self) -> None:
        """Do it, and write down how it ended. Whatever goes wrong is logged, and the work given back."""
        analysis = self._analysis
        named: dict[str, str | int] = {
            "analysis": logged_id(analysis.id),
            "attempt": analysis.attempts,
            "model": analysis.options.model,
        }
        named["request_id"] = analysis.request_id or ""
        with (
            structlog.contextvars.bound_contextvars(request_id=analysis.request_id),
            span("analysis", analysis.trace, named) as self._traced,
        ):
            note_span("wait", analysis.created, analysis.started or analysis.created)
            self._perform()

    def _perform(self) -> None:
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
            self._stages.end()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _work(self) -> None:
        if self._folder.exists():  # left by an attempt before, whose fault kept it from clearing up
            shutil.rmtree(self._folder)
        self._folder.mkdir(mode=0o700)
        with self._bench.workers.hired(self._folder) as worker:  # it loads while the clip comes
            job = self._job(self._folder / CLIP_FILE)
            if not self._fetch(job.clip):
                self._settle(Failed(failure("clip_missing")))
                return
            with attempt(
                job,
                worker,
                memory_limit_mb=self._bench.settings.memory_limit_mb,
                time_limit_s=self._bench.settings.time_limit_s,
                keep_going=self._keep_going,
                on_ready=self._publication.part,
                on_glimpse=lambda: self._publication.glimpse(self._folder / GLIMPSE_FILE),
            ) as attempted:
                self._frames = attempted.frames
                self._settle(self._outcome(attempted.end))

    def _outcome(self, end: Problem | Ended) -> Outcome | Interruption:
        """Once the numbers are published they stand, whatever happens to pictures and video."""
        match end:
            case Ended.DONE:
                return self._succeeded() if self._publication.rest(self._keep_going) else self._stopped()
            case Ended.STOPPED:
                return self._stopped()
            case _ if self._publication.stands():
                return self._succeeded(undrawn(end if isinstance(end, Problem) else None))
            case Ended.CRASHED:
                return Interruption.CRASHED
            case Problem(code="storage_full") if self._bench.faults.reason():  # the disk's fault, not the clip's
                return Interruption.FAULT
        return Failed(end)

    def _succeeded(self, incomplete: Problem | None = None) -> Succeeded:
        return Succeeded(self._publication.prefix, self._publication.stored, incomplete)

    def _fetch(self, path: Path) -> bool:
        key = self._analysis.clip_key
        if key is None:
            return False
        self._stages.at("fetching the clip")
        try:
            self._bench.blobs.fetch(key, path)
        except BlobMissingError:
            return False
        return True

    def _job(self, clip: Path) -> Job:
        analysis = self._analysis
        return Job(clip, analysis.clip_name, self._folder / "answer", analysis.options, self._bench.settings.reading)

    def _show(self, prefix: str, names: Sequence[str]) -> bool:
        return self._bench.store.publish(self._analysis.id, self._worker, prefix, names)

    def _keep_going(self, stage: str, progress: float) -> bool:
        if self._cancelled.is_set() or self._is_aborted() or self._bench.halting.is_set():
            return False
        self._stages.at(stage)
        if time.monotonic() - self._reported_s < REPORT_EVERY_S:
            return True
        self._reported_s = time.monotonic()
        try:
            return self._bench.store.progress(self._analysis.id, self._worker, stage, progress)
        except SQLAlchemyError as error:
            _log.warning("progress could not be written", extra={"reason": reason_of(error)})
            return True

    def _stopped(self) -> Outcome | Interruption:
        return Interruption.STOPPED if self._bench.halting.is_set() else Cancelled()

    def _settle(self, end: Outcome | Interruption) -> None:
        """Report to the store; it decides whether this worker still owns the analysis."""
        self._log_end(end)
        self._stages.at("publishing the end")
        store, analysis_id = self._bench.store, self._analysis.id
        if isinstance(end, Interruption):
            why, wait_s = end, self._bench.settings.retry_wait_s
            self._persist(lambda: store.give_back(analysis_id, self._worker, why, now=_now(), wait_s=wait_s))
        else:
            outcome = end
            accepted = self._persist(lambda: store.finish(analysis_id, self._worker, outcome, _now()))
            if accepted and isinstance(outcome, Succeeded):
                return
        self._publication.drop()

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
        self._traced |= {"how": str(how), "code": str(code or "")}
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
        case Succeeded(incomplete=incomplete):
            return State.SUCCEEDED, incomplete.code if incomplete else None
        case Cancelled():
            return State.CANCELLED, None
        case Failed(problem):
            return State.FAILED, problem.code
    return "interrupted", end


def _now() -> datetime:
    return datetime.now(UTC)
