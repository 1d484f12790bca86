"""Processes that work in one folder, and what dead ones left there.

Each process holds a lock on a file in its own folder. The kernel gives the lock up when the process dies, however it
dies; a process that can take the lock knows that.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_LOCK: Final = "lock"
_PREFIX: Final = "process-"


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


def clear_after_the_dead(work_dir: Path) -> None:
    """Delete the folders of processes that died without clearing up."""
    for folder in _folders(work_dir):
        if _is_free(folder / _LOCK):
            shutil.rmtree(folder, ignore_errors=True)


def is_in_use(work_dir: Path) -> bool:
    """Whether a live process works in this folder."""
    return any(not _is_free(folder / _LOCK) for folder in _folders(work_dir))


@contextmanager
def held_alone(lock: Path) -> Iterator[bool]:
    """Lock a file until the block ends; False where a live process has it already."""
    lock.touch(mode=0o600)
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            is_held = False
        else:
            is_held = True
        yield is_held


def _folders(work_dir: Path) -> list[Path]:
    return sorted(folder for folder in work_dir.glob(f"{_PREFIX}*") if (folder / _LOCK).exists())


def _is_free(lock: Path) -> bool:
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:  # just made, or just being removed
        return True
    return True
