"""What a worker process may take: memory, processor time, file sizes; and that it dies with its parent."""

import ctypes
import os
import resource
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HARD_MEMORY_FACTOR: Final = 2
"""The kernel's own limit over the one that is watched: it stops what takes gigabytes between two looks, and leaves room
for memory that is asked for and never touched (1.0 GB asked for, 0.66 GB used, on the fixture clip)."""

NICENESS: Final = 5
"""Analyses give way to the threads that answer requests."""

_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h
_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one worker process."""

    memory_mb: int
    file_mb: float
    cpu_s: int
    niceness: int = NICENESS


def limit_this_process(limits: Limits, parent: int | None) -> None:
    """Bind this process to the limits and to its parent; exits when that is gone already.

    Without a parent only to the limits: the kernel takes the end of a parent's thread for the parent's own.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # sent to all of a service, it is for the parent, which then ends us
    os.nice(limits.niceness)
    _set(resource.RLIMIT_DATA, HARD_MEMORY_FACTOR * limits.memory_mb * _MEGABYTE)
    _set(resource.RLIMIT_FSIZE, round(limits.file_mb * _MEGABYTE))
    _set(resource.RLIMIT_CPU, limits.cpu_s)
    _set(resource.RLIMIT_CORE, 0)  # a core dump would keep pictures of the clip
    if parent is None:
        return
    if sys.platform == "linux":  # elsewhere an orphan ends when no one reads its progress
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


def memory_mb(process: int) -> float:
    """What a process keeps in memory now; 0 where that is not known (only Linux shows it)."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * resource.getpagesize() / _MEGABYTE


def _set(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    bounded = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (bounded, bounded))
