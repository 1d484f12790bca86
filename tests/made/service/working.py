"""A queue whose workers do what the name of their clip says (`unruly_worker`)."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from formcheck_api.jobs.engine.queue import EngineQueue
from formcheck_api.jobs.local import LocalQueue
from formcheck_api.jobs.queue import Chores
from formcheck_api.operations.settings import Settings
from formcheck_api.storage.blobs import Blobs
from formcheck_api.store.store import Store
from service import unruly_worker
from service.waiting import PATIENCE_S

UNRULY: Final = (sys.executable, "-P", unruly_worker.__file__)

LOOK_EVERY_S: Final = 0.05


def impatient(data_dir: Path) -> Settings:
    """Settings of a service that waits for little, and keeps no spare process."""
    return Settings(
        data_dir=data_dir,
        workers=2,
        spare_worker=False,
        retry_wait_s=0.05,
        memory_limit_mb=300,
        time_limit_s=PATIENCE_S,
    )


@contextmanager
def working(
    store: Store, blobs: Blobs, settings: Settings, command: Sequence[str] = UNRULY, chores: Chores = ()
) -> Iterator[LocalQueue]:
    """The queue at work; stopped at once when the block ends."""
    queue = LocalQueue(store, blobs, settings, command=command, chores=chores, look_every_s=LOOK_EVERY_S)
    queue.start()
    try:
        yield queue
    finally:
        queue.stop(0)


@contextmanager
def sharing_work(store: Store, blobs: Blobs, settings: Settings, chores: Chores = ()) -> Iterator[EngineQueue]:
    """The queue of several processes at work in this one; stopped at once when the block ends."""
    queue = EngineQueue(store, blobs, settings, command=UNRULY, chores=chores)
    queue.start()
    try:
        yield queue
    finally:
        queue.stop(0)
