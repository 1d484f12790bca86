"""The scout's owner: starts it when a clip may soon be chosen, asks it, and ends it when it is idle."""

import json
import logging
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from formcheck.words.catalogue import ORIGINAL
from formcheck_api.jobs.processes.isolated import Process, end, started

SCOUT: Final = (sys.executable, "-P", "-m", "formcheck_api.jobs.processes.scout")
ANSWER_WITHIN_S: Final = 30.0
"""A look takes half a second; loading the model takes four, and on a busy machine several times that."""
MOST_AT_ONCE: Final = 4
"""Looks under way or waiting; another one is refused."""
IDLE_S: Final = 300.0
"""After so long without a look the scout is ended: it keeps 300 MB."""
LAST_LINES: Final = 20
"""Of what a scout wrote to standard error, kept for the log."""
LONGEST_LINE: Final = 500
"""Characters of such a line."""
DONE_WITHIN_S: Final = 1.0
"""Reading the last words of a scout that was ended."""

_log = logging.getLogger(__name__)


class Looker:
    """One scout, asked by one request at a time."""

    def __init__(self, folder: Path, memory_limit_mb: int, command: Sequence[str] = SCOUT) -> None:
        self._folder = folder
        self._command = (*command, str(memory_limit_mb))
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._process: Process | None = None
        self._last_words: LastWords | None = None
        self._bored: threading.Timer | None = None

    def warm(self) -> None:
        """Start the scout unless it is there, and wait for nothing."""
        if not self._lock.acquire(blocking=False):
            return  # it is in use
        try:
            self._scout()
        finally:
            self._lock.release()

    def look(self, pictures: Sequence[str], scale: float, language: str = ORIGINAL) -> list[dict[str, Any]] | None:
        """Reasons against the clip that these pictures (JPEG in base64) are from; None where they could not be seen."""
        if not self._places.acquire(blocking=False):
            return None  # a waiting request holds a thread that others need
        try:
            return self._look({"pictures": list(pictures), "scale": scale, "language": language})
        finally:
            self._places.release()

    def _look(self, asked: dict[str, Any]) -> list[dict[str, Any]] | None:
        with self._lock:
            try:
                scout = self._scout()
            except OSError:  # the host has no process or file left; a look is optional
                _log.warning("no process for a look at pictures", exc_info=True)
                return None
            answered = self._ask(scout, asked)
            reasons: list[dict[str, Any]] | None = answered.get("reasons") if answered else None
            return reasons

    def stop(self) -> None:
        """End the scout."""
        with self._lock:
            self._end()

    def _scout(self) -> Process:
        if self._bored:
            self._bored.cancel()
        self._bored = threading.Timer(IDLE_S, self.stop)
        self._bored.daemon = True
        self._bored.start()
        if self._process is None or self._process.poll() is not None:
            self._process = started(self._command, self._folder, asks=subprocess.PIPE, errors=subprocess.PIPE)
            assert self._process.stderr is not None
            self._last_words = LastWords(self._process.stderr)
        return self._process

    def _ask(self, scout: Process, asked: dict[str, Any]) -> dict[str, Any] | None:
        assert scout.stdin is not None
        assert scout.stdout is not None
        too_late = threading.Timer(ANSWER_WITHIN_S, end, [scout])  # then writing or reading ends, whichever hangs
        too_late.start()
        try:
            scout.stdin.write(json.dumps(asked).encode("ascii") + b"\n")
            scout.stdin.flush()
            told: dict[str, Any] = json.loads(scout.stdout.readline())
        except (OSError, ValueError):
            _log.warning("a look at pictures failed", exc_info=True, extra={"last_words": self._end()})
            return None
        finally:
            too_late.cancel()
        return told

    def _end(self) -> str:
        """End the scout; its last words."""
        if self._bored:
            self._bored.cancel()
        scout, self._process = self._process, None
        if scout is None or self._last_words is None:
            return ""
        end(scout)
        scout.wait()
        for pipe in filter(None, (scout.stdin, scout.stdout)):
            with suppress(OSError):  # what it did not read is lost
                pipe.close()
        return self._last_words.text()


class LastWords:
    """The end of what a process writes, read as it comes, so that the process never waits for a reader."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._kept: deque[bytes] = deque(maxlen=LAST_LINES)
        self._reading = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._reading.start()

    def text(self) -> str:
        """The last lines of a process that has ended."""
        self._reading.join(DONE_WITHIN_S)
        return b"".join(self._kept).decode("utf-8", "replace")

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            for line in pipe:
                self._kept.append(line[-LONGEST_LINE:])
