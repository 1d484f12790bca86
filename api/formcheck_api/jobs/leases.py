"""Who works, and whether it still lives.

Two signs, neither of which depends on a clock that can be set:

* Each process holds a lock on a file in its own folder. The kernel gives the lock up when the process dies, however it
  dies; a process that can take the lock knows that. (So the work folder is on one machine's disk, or on one that shares
  locks.)
* Where that is not visible (another machine's disk), a worker that counts no heartbeat for a lease's length, on the
  watcher's own monotonic clock, counts as dead. If it was alive, it learns at its next heartbeat that the work is no
  longer its own, and its result is dropped.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_LOCK: Final = "lock"
_PREFIX: Final = "process-"

Beats = Mapping[str, tuple[str, int]]
"""Of each running analysis, its worker and the number of its last heartbeat."""


class Presence:
    """A process's folder below ``work_dir``, locked while the process lives; its work lies in there."""

    def __init__(self, work_dir: Path) -> None:
        self.name = f"{_PREFIX}{secrets.token_hex(8)}"
        self.folder = work_dir / self.name
        coming = work_dir / f".{self.name}"  # until it is locked, no one may take it for a dead process's
        coming.mkdir(mode=0o700, parents=True)
        self._lock = os.open(coming / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        coming.rename(self.folder)

    def worker(self, slot: int) -> str:
        """Name of one of this process's workers."""
        return f"{self.name}/{slot}"

    def leave(self) -> None:
        """Clear up; the process works no more."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)


def dead_processes(work_dir: Path) -> tuple[Path, ...]:
    """Folders of processes that have died without clearing up."""
    return tuple(folder for folder in sorted(work_dir.glob(f"{_PREFIX}*")) if _is_free(folder / _LOCK))


def process_of(worker: str) -> str:
    """Name of the process, and of its folder, a worker belongs to."""
    return worker.partition("/")[0]


class HeartbeatWatch:
    """Which workers have shown no sign of life for ``lease_s``, by times of one monotonic clock."""

    def __init__(self, lease_s: float) -> None:
        self._lease_s = lease_s
        self._since: dict[tuple[str, str, int], float] = {}

    def silent(self, beats: Beats, now_s: float) -> dict[str, tuple[str, int]]:
        """Those of ``beats`` that have not changed for a lease's time."""
        seen = {(analysis_id, *beat) for analysis_id, beat in beats.items()}
        self._since = {entry: self._since.get(entry, now_s) for entry in seen}
        return {
            analysis_id: (worker, beat)
            for (analysis_id, worker, beat), since_s in self._since.items()
            if now_s - since_s >= self._lease_s
        }


def _is_free(lock: Path) -> bool:
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:  # just made, or just being removed
        return False
    return True
