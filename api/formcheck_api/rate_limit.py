"""How often one caller may ask: a token bucket each, in this process's memory."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

LONGEST_LIST: Final = 10_000
"""Buckets kept; beyond it full ones, which say nothing, are forgotten."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_s: float


class RateLimiter:
    """Lets a caller make ``per_minute`` requests at once, and then as many a minute; safe to share by threads."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = float(per_minute)
        self._per_s = per_minute / 60
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, caller: str) -> float:
        """Count one request; 0 when it may pass, else the seconds until the next may."""
        with self._lock:
            bucket = self._fill(caller)
            if bucket.tokens < 1:
                return (1 - bucket.tokens) / self._per_s
            bucket.tokens -= 1
            return 0.0

    def _fill(self, caller: str) -> _Bucket:
        now = self._clock()
        if len(self._buckets) >= LONGEST_LIST and caller not in self._buckets:
            self._forget_full(now)
        bucket = self._buckets.setdefault(caller, _Bucket(self._size, now))
        bucket.tokens = self._level(bucket, now)
        bucket.filled_s = now
        return bucket

    def _level(self, bucket: _Bucket, now: float) -> float:
        return min(self._size, bucket.tokens + (now - bucket.filled_s) * self._per_s)

    def _forget_full(self, now: float) -> None:
        self._buckets = {
            name: bucket for name, bucket in self._buckets.items() if self._level(bucket, now) < self._size
        }
