"""Deleting for good: what was asked for, what is too old, and what crashes left behind."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from typing import Final

from formcheck_api.operations.settings import Settings
from formcheck_api.storage.blobs import ARTEFACTS, CLIPS, Blobs, StoredBlob
from formcheck_api.store.expiry import BATCH
from formcheck_api.store.store import Store

LEFTOVER_AGE: Final = timedelta(days=1)
"""A file that belongs to nobody for so long is no upload under way, and no answer about to be written down."""

CLOCK_TOLERANCE_S: Final = 3600
"""A clock set by more than that while the service runs is not believed: deleting cannot be undone."""

UPLOADS: Final = "upload-*.part"
"""Files in the work folder that hold uploads on their way in."""

_STEADY: Final[int] = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""BOOTTIME, where there is one, goes on while the machine sleeps."""

_log = logging.getLogger(__name__)


def empty_garbage(store: Store, blobs: Blobs) -> None:
    """Delete the bytes of everything that was deleted; what fails now is tried again by the next sweep."""
    for key in store.garbage():
        try:
            blobs.delete(key)
            blobs.delete_prefix(key)
        except Exception:  # whatever the storage raises, the key stays on the list
            _log.exception("bytes could not be deleted yet", extra={"key": key})
        else:
            store.forget_garbage(key)


def sweep(store: Store, blobs: Blobs, settings: Settings, now: datetime) -> None:
    """Delete what is older than the settings allow, and what belongs to nobody."""
    clips_before = now - timedelta(days=settings.clip_days)
    reports_before = now - timedelta(days=settings.report_days)
    while store.drop_clips(clips_before, now) == BATCH:
        pass
    while store.drop_analyses(reports_before, now) == BATCH:
        pass
    store.drop_requests(now - timedelta(hours=settings.idempotency_h))
    empty_garbage(store, blobs)
    delete_leftovers(store, blobs, settings.work_dir, now - LEFTOVER_AGE)


def delete_leftovers(store: Store, blobs: Blobs, work_dir: Path, before: datetime) -> None:
    """Delete files from before that time which no analysis knows: a crash came between storing and noting them."""
    for batch in _batches(blob.key for blob in blobs.list(CLIPS) if blob.modified < before):
        for key in set(batch) - store.known_clips(batch):
            blobs.delete(key)
    old_runs = {_run_of(blob): None for blob in blobs.list(ARTEFACTS) if blob.modified < before}
    for batch in _batches(old_runs):
        for prefix in set(batch) - store.known_artefacts(batch):
            blobs.delete_prefix(prefix)
    for path in work_dir.glob(UPLOADS):
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
            path.unlink(missing_ok=True)


class Sweeper:
    """A thread that sweeps now and then."""

    def __init__(self, store: Store, blobs: Blobs, settings: Settings) -> None:
        self._store, self._blobs, self._settings = store, blobs, settings
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        """Sweep at once, and from then on every ``sweep_every_s``."""
        self._thread.start()

    def stop(self) -> None:
        """End, after a sweep under way."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        clock = TrustedClock()
        while True:
            try:
                now = clock.now()
                if now is None:
                    _log.error("the clock was set; nothing is deleted by age until the service is started again")
                else:
                    sweep(self._store, self._blobs, self._settings, now)
            except Exception:  # a sweep that fails is tried again; the thread must live on
                _log.exception("a sweep failed")
            if self._stopping.wait(self._settings.sweep_every_s):
                return


class TrustedClock:
    """The time of day, as long as it runs alongside a clock that nobody sets."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = lambda: time.clock_gettime(_STEADY),
    ) -> None:
        self._wall, self._steady = wall, steady
        self._offset_s = wall() - steady()

    def now(self) -> datetime | None:
        """The time; None when the clock was set by more than `CLOCK_TOLERANCE_S` since this began."""
        wall_s = self._wall()
        set_by_s = wall_s - self._steady() - self._offset_s
        return datetime.fromtimestamp(wall_s, UTC) if abs(set_by_s) <= CLOCK_TOLERANCE_S else None


def _run_of(blob: StoredBlob) -> str:
    """``artefacts/<id>/<run>`` of a key below it."""
    return "/".join(blob.key.split("/")[:3])


def _batches(keys: Iterable[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(keys)
    while batch := tuple(islice(rest, BATCH)):
        yield batch
