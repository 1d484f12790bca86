"""Waiting for what happens in other threads and processes."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Analysis
from formcheck_api.store.store import Store
from service.accepting import read

PATIENCE_S = 240.0
"""On a busy machine; a test that waits so long has failed."""


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Return as soon as it holds; the test fails when it never does."""
    give_up = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up, f"waited in vain: {what}"
        time.sleep(0.02)


def ended(store: Store, analysis: Analysis) -> Analysis:
    """The analysis, once it is finished."""
    wait_until(lambda: read(store, analysis).state.is_finished, "the end of an analysis")
    return read(store, analysis)


def under_way(store: Store, analysis: Analysis) -> Analysis:
    """The analysis, once its worker has reported some progress."""
    wait_until(lambda: read(store, analysis).progress > 0, "progress of an analysis")
    return read(store, analysis)


def worker_processes(settings: Settings) -> list[int]:
    """Processes that work in the service's folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if str((entry / "cwd").readlink()).startswith(str(settings.work_dir)):
                found.append(int(entry.name))
        except OSError:  # ended meanwhile, or another user's
            continue
    return found


def files_below(folder: Path) -> list[str]:
    """Every file below a folder; unlike a glob it can be asked while folders are being deleted."""
    walked = ((Path(place), names) for place, _, names in os.walk(folder))
    return sorted((place / name).relative_to(folder).as_posix() for place, names in walked for name in names)
