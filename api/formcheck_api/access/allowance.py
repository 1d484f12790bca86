"""How much runners without a key may upload, so that one of them can't fill a page that is open to anyone.

Clips that wait are counted by browser, in the store. Uploads are counted by address, in this process's memory:
a browser can forget who it is, and an address cannot.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from formcheck_api.access.rate_limit import RateLimiter
from formcheck_api.access.security import Caller
from formcheck_api.access.visitors import is_visitors
from formcheck_api.operations.settings import MEGABYTE, Settings
from formcheck_api.records.problems import ProblemError
from formcheck_api.store.store import Store

HOUR_S: Final = 3600


@dataclass(frozen=True, slots=True)
class Allowance:
    """The upload limits of clients without a key; those with a key have none."""

    store: Store
    most_waiting: int
    clips: RateLimiter
    bytes: RateLimiter

    def waiting_for(self, caller: Caller) -> int | None:
        """How many clips this caller may have waiting; None: as many as they like."""
        return self.most_waiting if is_visitors(caller.owner) else None

    def check(self, caller: Caller, clip_bytes: int) -> None:
        """Whether a clip could be accepted now, before any of it is sent; counts nothing. Raises ProblemError 429."""
        if not is_visitors(caller.owner):
            return
        waiting = self.store.count_waiting(caller.owner)
        if waiting >= self.most_waiting:
            raise too_many_waiting(waiting)
        _refuse_for(max(self.clips.wait_s(caller.key), self.bytes.wait_s(caller.key, clip_bytes)))

    @contextmanager
    def body(self, caller: Caller, length_bytes: int, read_bytes: Callable[[], int]) -> Iterator[None]:
        """Count a request's body while the block runs; afterwards only what was read of it. Raises ProblemError 429."""
        if not is_visitors(caller.owner):
            yield
            return
        _refuse_for(self.bytes.take(caller.key, length_bytes))
        try:
            yield
        finally:
            self.bytes.give_back(caller.key, max(0, length_bytes - read_bytes()))

    def take_clip(self, caller: Caller) -> None:
        """Count a clip that is about to be accepted. Raises ProblemError 429."""
        if is_visitors(caller.owner):
            _refuse_for(self.clips.take(caller.key))

    def give_clip_back(self, caller: Caller) -> None:
        """Take back a clip that was counted and not accepted."""
        if is_visitors(caller.owner):
            self.clips.give_back(caller.key, 1)


def allowance_of(settings: Settings, store: Store) -> Allowance:
    """The allowance that the settings give."""
    return Allowance(
        store,
        settings.page_clips_waiting,
        RateLimiter(settings.page_clips_per_hour, HOUR_S),
        RateLimiter(settings.page_mb_per_hour * MEGABYTE, HOUR_S),
    )


def too_many_waiting(waiting: int) -> ProblemError:
    """The problem for a client that has too many clips waiting."""
    return ProblemError("upload_limit", "waiting_one" if waiting == 1 else "waiting", count=waiting)


def _refuse_for(wait_s: float) -> None:
    if wait_s > 0:
        minutes = math.ceil(wait_s / 60)
        raise ProblemError(
            "upload_limit",
            "hour_one" if minutes == 1 else "hour",
            minutes=minutes,
            headers={"Retry-After": str(math.ceil(wait_s))},
            extra={"retry_after_s": math.ceil(wait_s)},
        )
