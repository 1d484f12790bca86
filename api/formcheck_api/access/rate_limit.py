"""How often, or how much, one caller may ask: a token bucket each, in this process's memory."""

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
    """Lets a caller have ``most`` at once, and then as much in every ``over_s``; safe to share by threads."""

    def __init__(self, most: float, over_s: float = 60, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = float(most)
        self._per_s = most / over_s
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, caller: str, amount: float = 1) -> float:
        """Count one request, or so much; 0 when it may pass, else nothing is counted: the seconds until it may."""
        with self._lock:
            bucket, wanted = self._fill(caller), min(amount, self._size)
            if bucket.tokens < wanted:
                return (wanted - bucket.tokens) / self._per_s
            bucket.tokens -= wanted
            return 0.0

    def wait_s(self, caller: str, amount: float = 1) -> float:
        """Seconds until so much may pass; nothing is counted."""
        with self._lock:
            return max(0.0, min(amount, self._size) - self._fill(caller).tokens) / self._per_s

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
