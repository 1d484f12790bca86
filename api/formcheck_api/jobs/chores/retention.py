"""Deleting for good: what was asked for, what is too old, and what crashes left behind."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.exc import OperationalError

from formcheck_api.jobs.chores.leftovers import delete_below, leftovers
from formcheck_api.jobs.queue import Chore
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Analysis
from formcheck_api.storage.blobs import ARTEFACTS, Blobs
from formcheck_api.store.database import is_full
from formcheck_api.store.expiry import BATCH
from formcheck_api.store.store import Store

LEFTOVER_AGE: Final = timedelta(days=1)
"""A file without an owner for so long is neither an upload under way nor a result about to be stored."""

CLOCK_TOLERANCE_S: Final = 3600
"""A clock that jumps by more than that while the service runs is not trusted: deleting can't be undone."""

OLD_UPLOADS: Final = "upload-*.part"
"""Files in the work folder: versions before resumable uploads left them there."""

SET: Final = "the clock was set; nothing is deleted by age until the service is started again"
AHEAD: Final = (
    "the clock is {leap_days:.1f} days ahead of the last sweep; nothing is deleted by age until you run: "
    "formcheck confirm-clock"
)
"""The log line about a doubtful clock. A service that was off for so long looks the same."""

_STEADY: Final[int] = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""BOOTTIME, where there is one, goes on while the machine sleeps."""

_log = logging.getLogger(__name__)


def delete_analysis(store: Store, blobs: Blobs, owner: str, analysis_id: str, now: datetime) -> bool:
    """Delete an analysis and its bytes; False where it does not exist.

    On a full disk the bytes go first, which needs no room and makes some for the database.
    """
    try:
        found = store.delete(owner, analysis_id, now)
    except OperationalError as error:
        if not is_full(error):
            raise
        analysis = store.get(owner, analysis_id)
        if analysis is None:
            return False
        _delete_bytes(blobs, analysis)
        found = store.delete(owner, analysis_id, now)
    empty_garbage(store, blobs)
    return found


def _delete_bytes(blobs: Blobs, analysis: Analysis) -> None:
    blobs.delete_prefix(f"{ARTEFACTS}/{analysis.id}")
    if analysis.clip_key is not None:
        blobs.delete(analysis.clip_key)


def empty_garbage(store: Store, blobs: Blobs) -> None:
    """Delete the bytes of everything that was deleted; what fails now is tried again by the next sweep."""
    for key in store.garbage():
        try:
            delete_below(blobs, key)
            store.forget_garbage(key)
        except Exception:  # whatever storage or database raise, the key stays on the list
            _log.exception("bytes could not be deleted yet", extra={"key": key})


def sweep(store: Store, blobs: Blobs, settings: Settings, now: datetime) -> None:
    """Delete what is older than the settings allow, and what has no owner.

    What can be deleted without writing goes first: the disk may be full.
    """
    delete_leftovers(store, blobs, settings.work_dir, now - LEFTOVER_AGE)
    try:
        _drop_old(store, settings, now)
    except OperationalError as error:
        if not is_full(error):
            raise
        for key in store.old_clips(now - timedelta(days=settings.clip_days)):
            blobs.delete(key)
        _drop_old(store, settings, now)
    empty_garbage(store, blobs)


def _drop_old(store: Store, settings: Settings, now: datetime) -> None:
    while store.drop_clips(now - timedelta(days=settings.clip_days), now) == BATCH:
        pass
    while store.drop_analyses(now - timedelta(days=settings.report_days), now) == BATCH:
        pass
    store.drop_messages(now - timedelta(days=settings.report_days))
    while store.drop_uploads(now) == BATCH:
        pass
    store.drop_requests(now - timedelta(hours=settings.idempotency_h))


def delete_leftovers(store: Store, blobs: Blobs, work_dir: Path, before: datetime) -> None:
    """Delete files from before that time which no analysis knows: a crash came between storing and noting them."""
    for key in leftovers(store, blobs, before):
        delete_below(blobs, key)
    delete_old_uploads(work_dir, before)


def delete_old_uploads(work_dir: Path, before: datetime) -> None:
    """Delete what a crash left of uploads on their way in; on this machine, which no other can do."""
    for path in work_dir.glob(OLD_UPLOADS):
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
            path.unlink(missing_ok=True)


class Sweeper:
    """Sweeps, as long as this process's clock is not in doubt."""

    def __init__(self, store: Store, blobs: Blobs, settings: Settings) -> None:
        self._store, self._blobs, self._settings = store, blobs, settings
        self._clock = TrustedClock()
        self._is_clock_believed = False
        self.is_paused = False

    def chore(self) -> Chore:
        """What has the queue sweep every ``sweep_every_s``."""
        return Chore("sweep", self.look, self._settings.sweep_every_s)

    def look(self) -> None:
        """Sweep, unless the clock is in doubt."""
        now = self._clock.now()
        doubt = SET if now is None else self._leap(now)
        self.is_paused = doubt is not None
        if now is None or doubt:
            _log.error(doubt)
            empty_garbage(self._store, self._blobs)  # was asked for, whatever the time is
            return
        self._is_clock_believed = True  # from here on the steady clock watches it
        sweep(self._store, self._blobs, self._settings, now)
        self._store.note_time(now)

    def _leap(self, now: datetime) -> str | None:
        """Why the clock at this start is not trusted; None where it is."""
        seen = self._store.seen_time()
        if self._is_clock_believed or seen is None:
            return None
        leap_days = (now - seen) / timedelta(days=1)
        return None if leap_days <= self._settings.clock_leap_days else AHEAD.format(leap_days=leap_days)


class TrustedClock:
    """The time of day, as long as it agrees with a monotonic clock."""

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
