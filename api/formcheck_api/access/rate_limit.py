"""How often, or how much, one caller may ask: a token bucket each, in this process's memory."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

IPV6_NETWORK_BITS: Final = 64
"""An IPv6 customer's prefix: counted by single addresses, a client with 2**64 of them would have no limit."""

LONGEST_LIST: Final = 10_000
"""Buckets kept; beyond it full ones, which limit no one, are dropped."""


def counted_address(host: str) -> str:
    """What requests from an address are counted under: itself, and for IPv6 its network."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host  # no address: a Unix socket, or what a proxy said
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Network((address, IPV6_NETWORK_BITS), strict=False))
    return str(address)


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

    def give_back(self, caller: str, amount: float) -> None:
        """Take back what was counted and not used."""
        with self._lock:
            bucket = self._fill(caller)
            bucket.tokens = min(self._size, bucket.tokens + amount)

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
