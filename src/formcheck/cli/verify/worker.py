"""A process that analyses clips for `run`, and may die without taking the others along.

A clip is followed in halves here too, as `analyze_video` does. Whole, four clips took 38 in place of 41 seconds of two
processors, but gave other numbers than users get (reach by 0.003 leg).
"""

import contextlib
import multiprocessing
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock
from typing import Any, Final

from formcheck.cli.verify.compare import Case, Outcome
from formcheck.records.errors import ClipError, FormcheckError, ModelError
from formcheck.records.report import Report
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say

BURIAL_S: Final = 5.0
"""How long to wait for a process to end that was killed, or whose line broke."""

PROGRESS_STEP: Final = 0.01
"""Of a clip, between two progress messages: one for every frame would cost more than it is worth."""

KILLED: Final = -9
"""Exit code of a process that SIGKILL ended, as the kernel does when memory is short (Windows has no such signal)."""

Given = dict[str, Any]
"""Keyword arguments of `analyze_video`: what a truth file gives about the run."""


class Worker:
    """A process that analyses one clip after another; when it dies, another takes its place.

    ``line`` is ready to be read when there is something to `hear`; ``share`` is how far the clip is, 0..1.
    """

    def __init__(self) -> None:
        self.case: Case | None = None
        self.share = 0.0
        self._began_s = 0.0
        self._process, self.line = _started()

    def begin(self, case: Case, model: str) -> None:
        """Have a clip analysed; `hear` says what became of it."""
        self.case, self.share, self._began_s = case, 0.0, time.monotonic()
        with contextlib.suppress(OSError):  # dead already: `hear` finds out
            self.line.send((case.clip, dict(case.truth.given) if case.truth else {}, model))

    def hear(self) -> Outcome | None:
        """Take what the line says: the clip's outcome, or None when it only says how far it is.

        Raises ModelError when the pose model does not load: no other clip would fare better.
        """
        try:
            said = self.line.recv()
        except (EOFError, OSError):
            said = self._bury()
        if isinstance(said, float):
            self.share = said
            return None
        if isinstance(said, ModelError):
            raise said
        case, self.case = self.case, None
        assert case is not None, "a process says nothing unasked"
        seconds = time.monotonic() - self._began_s
        return Outcome(case, said, "", seconds) if isinstance(said, Report) else Outcome(case, None, str(said), seconds)

    def stop(self) -> None:
        """End the process at once, whatever it does."""
        self._process.kill()
        self._process.join(timeout=BURIAL_S)

    def _bury(self) -> ClipError:
        """Start a new process; how the dead one ended."""
        self._process.join(timeout=BURIAL_S)
        code = self._process.exitcode
        self._process, self.line = _started()
        if code == KILLED:
            return ClipError(say("error.verify.killed"))
        return ClipError(say("error.verify.died", code=code))


def _started() -> tuple[BaseProcess, Connection]:
    context = multiprocessing.get_context("spawn")  # MediaPipe's threads do not survive a fork
    line, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    with _interrupts_held():
        process.start()
    theirs.close()  # so that the line breaks when the process dies
    return process, line


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C waits while a process is started, and never reaches that process: its parent ends it."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # its start lets interrupts through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(line: Connection) -> None:
    """Analyse what the line asks for until it breaks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on Windows, where it cannot be held
    with contextlib.suppress(EOFError, OSError):
        while True:
            clip, given, model = line.recv()
            line.send(_analyzed(clip, given, model, _teller(line)))


def _teller(line: Connection) -> Callable[[str, float], None]:
    """Send a clip's progress over the line, from any thread."""
    reported, lock = 0.0, Lock()

    def tell(_stage: str, done: float) -> None:
        nonlocal reported
        with lock:
            if done >= reported + PROGRESS_STEP:
                reported = done
                line.send(done)

    return tell


def _analyzed(clip: Path, given: Given, model: str, tell: Callable[[str, float], None]) -> Report | Exception:
    from formcheck.analyze import analyze_video  # noqa: PLC0415  # MediaPipe is loaded by the processes that use it

    try:
        report = analyze_video(clip, **given, model=model, on_progress=tell)
    except FormcheckError as error:
        return error
    except Exception as error:  # a fault of ours, met by one clip, must not cost the others their results
        return ClipError(say("error.verify.failed", error=type(error).__name__, text=error))
    return replace(report, evidence=None)  # pictures are not drawn here, and it is large
