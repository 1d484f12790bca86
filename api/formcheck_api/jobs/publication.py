"""A result on its way to its readers: stored part by part, and shown as soon as its report is there."""

import logging
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from formcheck.words.catalogue import ENGLISH
from formcheck_api.jobs.bench import REPORT_EVERY_S, Bench
from formcheck_api.jobs.processes.attempt import KeepGoing
from formcheck_api.records.parts import GLIMPSES, REPORT
from formcheck_api.storage.blobs import new_artefact_prefix
from formcheck_api.store.database import reason_of

_log = logging.getLogger(__name__)


class Publication:
    """What one run has stored of its result. ``answer`` is the folder that its worker writes into.

    ``show(prefix, names)`` lets clients read what is stored. A file that is stored is in ``answer`` no more.
    """

    def __init__(
        self, bench: Bench, analysis_id: str, answer: Path, show: Callable[[str, Sequence[str]], bool]
    ) -> None:
        self.prefix = new_artefact_prefix(analysis_id)
        self._bench, self._analysis_id, self._answer, self._show = bench, analysis_id, answer, show
        self._lock = Lock()
        self._is_over = False
        self._ready: set[str] = set()
        self._stored: list[str] = []
        self._glimpse: str | None = None
        self._numbers = count(1)

    @property
    def stored(self) -> tuple[str, ...]:
        """Names of what is stored."""
        return tuple(sorted(self._stored))

    def stands(self) -> bool:
        """Whether the numbers are stored already; from now on nothing more is."""
        with self._lock:
            self._is_over = True
            return REPORT in self._stored

    def part(self, names: Sequence[str]) -> None:
        """Store files that are written, and show them. Where that fails, it is tried again with the next part."""
        with self._lock:
            if self._is_over:
                return
            self._ready |= set(names)
            files = self._files()
            try:
                for name in self._ready & files.keys():
                    self._put(name, files[name])
                self._show(self.prefix, self.stored)
                self._forget(self._glimpse)
                self._glimpse = None
            except OSError as error:
                self._bench.faults.met(error)
                _log.warning("a part waits to be stored", extra={"analysis": self._analysis_id})
            except SQLAlchemyError as error:
                _log.warning("a part could not be shown yet", extra={"reason": reason_of(error)})

    def glimpse(self, path: Path) -> None:
        """Show a picture of the runner being followed in place of the one before; one that can't be is left out."""
        with self._lock:
            if self._is_over or self._stored or path.is_symlink():
                return
            before, name = self._glimpse, f"{GLIMPSES}{next(self._numbers)}.jpg"
            try:
                self._bench.blobs.put_file(f"{self.prefix}/{name}", path)
                self._glimpse = name
                self._show(self.prefix, [name])
                self._forget(before)
            except OSError:
                _log.warning("a picture of the waiting page could not be stored", extra={"analysis": self._analysis_id})
            except SQLAlchemyError as error:
                _log.warning("a part could not be shown yet", extra={"reason": reason_of(error)})

    def _forget(self, glimpse: str | None) -> None:
        if glimpse is None:
            return
        try:
            self._bench.blobs.delete(f"{self.prefix}/{glimpse}")
        except OSError:  # it goes with the analysis, at the latest
            _log.warning("a picture of the waiting page is still stored", extra={"analysis": self._analysis_id})

    def rest(self, keep_going: KeepGoing) -> bool:
        """Store everything else that was written; a storage that is out of order is waited for. False: stop."""
        with self._lock:
            return all(self._store(name, path, keep_going) for name, path in sorted(self._files().items()))

    def drop(self) -> None:
        """Delete what was stored, unless an analysis has it."""
        with self._lock:
            self._is_over = True
            if (self._stored or self._glimpse) and not self._bench.store.known_artefacts([self.prefix]):
                self._bench.blobs.delete_prefix(self.prefix)

    def _files(self) -> dict[str, Path]:
        """What the worker wrote and is not stored; no link of its making is followed."""
        files = (path for path in self._answer.rglob("*") if path.is_file() and not path.is_symlink())
        return {path.relative_to(self._answer).as_posix(): path for path in files}

    def _put(self, name: str, path: Path) -> None:
        self._bench.blobs.put_file(f"{self.prefix}/{name}", path)
        self._stored.append(name)

    def _store(self, name: str, path: Path, keep_going: KeepGoing) -> bool:
        """Store a file, as soon as the storage takes it. False: this run is to stop."""
        while keep_going(ENGLISH.say("stage.storing"), 1.0):
            try:
                self._put(name, path)
            except OSError as error:
                _log.warning("a finished analysis waits to be stored", extra={"analysis": self._analysis_id})
                self._rest(self._bench.faults.met(error), keep_going)
            else:
                self._bench.faults.over()
                return True
        return False

    def _rest(self, seconds: float, keep_going: KeepGoing) -> None:
        """Wait, with reports of progress, or until this run is to stop."""
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s and keep_going(ENGLISH.say("stage.storing"), 1.0):
            self._bench.halting.wait(REPORT_EVERY_S)
