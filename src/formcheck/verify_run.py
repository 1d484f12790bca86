"""Clips through the whole program, several at once, each in a process that may die without taking the others along."""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final

from formcheck.analyze import analyze_video
from formcheck.assessment import Report
from formcheck.errors import ClipError, FormcheckError, UsageError
from formcheck.truth import SUFFIX, Truth, read_truth, truth_path
from formcheck.verify import Case, Outcome

CLIP_SUFFIXES: Final = frozenset({".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi", ".3gp", ".mts", ".ts"})
"""What is taken for a clip in a folder; what is inside is found out by reading it."""

KILLED: Final = -9
"""Exit code of a process that was ended by SIGKILL, as the kernel does when memory is short."""
BURIAL_S: Final = 5.0
"""How long to wait for the exit code of a worker whose line broke."""


def find_cases(folder: Path) -> list[Case]:
    """Every clip of a folder with its truth, by name.

    Raises
    ------
    UsageError
        There is no such folder, no clip in it, or a truth file without a clip.
    TruthError
        Truth files are broken; a line for each.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder; name the one that holds clips and their truth files")
    clips = sorted(path for path in folder.iterdir() if path.suffix.lower() in CLIP_SUFFIXES)
    if not clips:
        raise UsageError(
            f"{folder} holds no clips; put clips there, and `formcheck verify {folder} --update` pins them"
        )
    _check_names(clips)
    known = {truth_path(clip) for clip in clips}
    alone = sorted(path.name for path in folder.glob(f"*{SUFFIX}") if path not in known)
    if alone:
        raise UsageError(
            f"{folder}: no clip lies beside {', '.join(alone)}; put the clip back or remove the truth file"
        )
    return [Case(clip, read) for clip, read in zip(clips, _read_all(clips), strict=True)]


def _check_names(clips: Sequence[Path]) -> None:
    """Two clips of one stem would share a truth file."""
    stems = [clip.stem for clip in clips]
    twice = [clip.name for clip in clips if stems.count(clip.stem) > 1]
    if twice:
        raise UsageError(f"{', '.join(twice)} would share one truth file; rename one of them")


def _read_all(clips: Sequence[Path]) -> list[Truth | None]:
    """Every truth, or every fault at once: mending one broken file a run is a waste of runs."""
    truths: list[Truth | None] = []
    faults: list[FormcheckError] = []
    for clip in clips:
        path = truth_path(clip)
        try:
            truths.append(read_truth(path) if path.exists() else None)
        except FormcheckError as error:
            faults.append(error)
    if faults:
        raise type(faults[0])("\n".join(map(str, faults)))
    return truths


def run_cases(
    cases: Sequence[Case], *, model: str, jobs: int, on_done: Callable[[Outcome], None] | None = None
) -> list[Outcome]:
    """Analyse every clip, the largest file first; outcomes in the order of the cases. ``on_done`` as each is there.

    A clip that cannot be read, or whose worker dies, is an outcome with a failure. Raises ModelError when the pose
    model cannot be had.
    """
    order = sorted(cases, key=lambda case: -case.clip.stat().st_size)
    done: dict[Path, Outcome] = {}
    with _workers(min(jobs, len(cases))) as idle, ThreadPoolExecutor(jobs) as threads:
        waiting = [threads.submit(_run_one, case, model, idle) for case in order]
        with _ended_on_error(waiting, idle):
            for future in as_completed(waiting):
                outcome = future.result()
                done[outcome.case.clip] = outcome
                if on_done is not None:
                    on_done(outcome)
    return [done[case.clip] for case in cases]


def _run_one(case: Case, model: str, idle: "_Idle") -> Outcome:
    began_s = time.monotonic()
    with idle.one() as worker:
        answer = worker.analyze(case, model)
    seconds = time.monotonic() - began_s
    if isinstance(answer, Report):
        return Outcome(case, answer, "", seconds)
    if isinstance(answer, FormcheckError) and not isinstance(answer, ClipError):
        raise answer
    return Outcome(case, None, str(answer), seconds)


class _Idle:
    """The workers that have nothing to do; whoever takes one brings it back."""

    def __init__(self, count: int) -> None:
        self.all = [_Worker() for _ in range(count)]
        self._free: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self.all:
            self._free.put(worker)

    @contextmanager
    def one(self) -> "Iterator[_Worker]":
        worker = self._free.get()
        try:
            yield worker
        finally:
            self._free.put(worker)


@contextmanager
def _workers(count: int) -> Iterator[_Idle]:
    idle = _Idle(count)
    try:
        yield idle
    finally:
        for worker in idle.all:
            worker.stop()


@contextmanager
def _ended_on_error(waiting: Sequence[Future[Outcome]], idle: _Idle) -> Iterator[None]:
    """Ctrl-C, or a model that cannot be had, waits for no clip: threads end when their workers do."""
    try:
        yield
    except BaseException:
        for future in waiting:
            future.cancel()
        for worker in idle.all:
            worker.stop()
        raise


class _Worker:
    """A process that analyses one clip after another; started when it is needed, and again when it died."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._line: Connection | None = None
        self._stopped = False

    def analyze(self, case: Case, model: str) -> Report | Exception:
        """The report, or why there is none."""
        try:
            line = self._start()
            line.send((case.clip, dict(case.truth.given) if case.truth else {}, model))
            answer: Report | Exception = line.recv()
        except (EOFError, OSError):
            return self._bury()
        return answer

    def stop(self) -> None:
        """End the process at once, whatever it does; none is started again."""
        self._stopped = True
        if self._process is not None:
            self._process.kill()

    def _start(self) -> Connection:
        if self._stopped:
            raise EOFError
        if self._process is None or self._line is None:
            context = multiprocessing.get_context("spawn")
            self._line, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()  # so that the line breaks when the worker dies
        return self._line

    def _bury(self) -> Exception:
        """A dead worker's last words."""
        code = None
        if self._process is not None:
            self._process.join(timeout=BURIAL_S)
            code = self._process.exitcode
        self._process = self._line = None
        hint = " (out of memory?)" if code == KILLED else ""
        return ClipError(f"the process that analysed it died with exit code {code}{hint}")


def _serve(line: Connection) -> None:
    """Analyse what the line asks for until it breaks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which ends its workers
    while True:
        try:
            clip, given, model = line.recv()
        except EOFError:
            return
        line.send(_analyzed(clip, given, model))


def _analyzed(clip: Path, given: Mapping[str, Any], model: str) -> Report | Exception:
    try:
        report = analyze_video(clip, **given, model=model)
    except FormcheckError as error:
        return error
    except Exception as error:  # a fault of ours, met by one clip, must not cost the others their answers
        return ClipError(f"formcheck failed on it ({type(error).__name__}: {error}); please report it")
    return replace(report, evidence=None)  # pictures are not drawn here, and it is large
