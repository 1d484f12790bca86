"""One attempt at an analysis: gives a worker process its job, watches it, and kills it where it must."""

import errno
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from threading import Thread
from typing import IO, Any, Final

from formcheck.words.catalogue import ENGLISH
from formcheck_api.jobs.processes.isolated import Process, end
from formcheck_api.jobs.processes.limits import memory_mb
from formcheck_api.jobs.processes.waiting import Waiting
from formcheck_api.jobs.processes.worker import Job
from formcheck_api.records.analyses import Problem
from formcheck_api.records.failures import FAILURES, failure, out_of_time, reported

WORKER: Final = (sys.executable, "-P", "-m", "formcheck_api.jobs.processes.worker")
"""The command of a worker. -P: what lies in the working folder is never imported."""

LOOK_EVERY_S: Final = 0.1
"""Between checks of a worker: a cancelled one ends within a second, one that eats memory before it has all of it."""

DRAIN_S: Final = 30.0
"""Time for a worker's output to close after it has ended; the kernel closes it at once."""

LONGEST_DETAIL: Final = 500
LONGEST_STAGE: Final = 100
"""Characters kept of a worker's message: a hostile clip may have taken it over."""

MOST_FILES: Final = 1000
"""Named in one message; a result has some twenty."""

MOST_FRAMES: Final = 10_000_000
"""A day at 120 fps, more than any accepted clip."""

LONGEST_LINE: Final = 1_000_000
"""Bytes read as one message; a longer line is not a message."""

LOG_TAIL: Final = 2000
"""Bytes of a crashed worker's standard error that are logged."""

_NO_MEMORY_WORDS: Final = ("MemoryError", "bad_alloc")
"""What Python and C++ write when the kernel's limit refuses them memory."""

KeepGoing = Callable[[str, float], bool]
"""Gets stage and progress several times a second; the worker is killed once it returns False."""

OnReady = Callable[[Sequence[str]], None]
"""Gets names of files that are written, in a thread of its own; the names are a worker's, and so not trusted."""

OnGlimpse = Callable[[], None]
"""Called when there is a new picture of the runner being followed, in that thread too."""

_log = logging.getLogger(__name__)


class Ended(Enum):
    """How an attempt without a problem ended."""

    DONE = auto()
    STOPPED = auto()  # cancelled, or the service is stopping
    CRASHED = auto()


@dataclass(slots=True)
class _Received:
    """The latest messages of a worker."""

    stage: str = field(default_factory=lambda: ENGLISH.say("stage.starting"))
    progress: float = 0.0
    problem: Problem | None = None
    frames: int | None = None


@dataclass(frozen=True, slots=True)
class Attempted:
    """How an attempt ended, and how many frames of the clip it had tracked."""

    end: Problem | Ended
    frames: int | None


@contextmanager
def attempt(
    job: Job,
    worker: Waiting,
    *,
    memory_limit_mb: float,
    time_limit_s: float,
    keep_going: KeepGoing,
    on_ready: OnReady,
    on_glimpse: OnGlimpse,
) -> Iterator[Attempted]:
    """Have the worker do the job, and wait for its end.

    The block begins as soon as the result is known and is left when the process is gone: a large one takes a while to
    die. Raises OSError where the host has no thread left.
    """
    received, process = _Received(), worker.process
    assert process.stdout is not None
    reader = Thread(target=_listen, args=(process.stdout, received, on_ready, on_glimpse), daemon=True)
    _start(reader)
    worker.begin(job)
    how = _watch(process, received, memory_limit_mb, time_limit_s, keep_going)
    if how is None:
        reader.join(DRAIN_S)
        how = _verdict(process.returncode, received, worker.errors, time_limit_s)
    else:
        end(process)
    yield Attempted(how, received.frames)
    process.wait()
    reader.join(DRAIN_S)


def _start(thread: Thread) -> None:
    try:
        thread.start()
    except RuntimeError as error:  # Python's error for the kernel's EAGAIN
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN)) from error


def _watch(
    worker: Process,
    received: _Received,
    memory_limit_mb: float,
    time_limit_s: float,
    keep_going: KeepGoing,
) -> Problem | Ended | None:
    """Why the worker must end; None when it has ended by itself."""
    begun_s = time.monotonic()
    while worker.poll() is None:
        if not keep_going(received.stage, received.progress):
            return Ended.STOPPED
        if memory_mb(worker.pid) > memory_limit_mb:
            return failure("analysis_out_of_memory")
        if time.monotonic() - begun_s > time_limit_s:
            return out_of_time(time_limit_s)
        with suppress(subprocess.TimeoutExpired):
            worker.wait(LOOK_EVERY_S)
    return None


def _listen(lines: IO[bytes], received: _Received, on_ready: OnReady, on_glimpse: OnGlimpse) -> None:
    """Read the worker's messages; none of them is trusted."""
    with lines:
        while line := lines.readline(LONGEST_LINE):
            try:
                _hear(json.loads(line), received, on_ready, on_glimpse)
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
                _log.warning("a worker sent an invalid message")


def _hear(said: Any, received: _Received, on_ready: OnReady, on_glimpse: OnGlimpse) -> None:
    if "problem" in said:
        code, detail = said["problem"]["code"], str(said["problem"]["detail"])[:LONGEST_DETAIL]
        received.problem = reported(code if code in FAILURES else "analysis_crashed", detail)
    elif "glimpse" in said:
        on_glimpse()
    elif "frames" in said:
        received.frames = min(MOST_FRAMES, max(0, int(said["frames"])))
    elif "ready" in said:
        on_ready([str(name) for name in said["ready"][:MOST_FILES]])
    else:
        received.stage = str(said["stage"])[:LONGEST_STAGE]
        received.progress = min(1.0, max(0.0, float(said["progress"])))


def _verdict(code: int, received: _Received, errors: IO[bytes], time_limit_s: float) -> Problem | Ended:
    if received.problem is not None:
        return received.problem
    if code == 0:
        return Ended.DONE
    last_words = _end_of(errors)
    _log.error("a worker crashed", extra={"exit_code": code, "last_words": last_words})
    if code == -signal.SIGXCPU:
        return out_of_time(time_limit_s)
    return failure("analysis_out_of_memory") if any(word in last_words for word in _NO_MEMORY_WORDS) else Ended.CRASHED


def _end_of(errors: IO[bytes]) -> str:
    """The end of a worker's standard error, which may hold gigabytes."""
    errors.seek(0, os.SEEK_END)
    errors.seek(-min(LOG_TAIL, errors.tell()), os.SEEK_END)
    return errors.read(LOG_TAIL).decode("utf-8", "replace")
