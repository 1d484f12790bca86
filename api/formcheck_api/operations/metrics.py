"""Metrics for Prometheus: counts and times by route and by how analyses end, never by client, clip or analysis."""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

WAIT_BUCKETS_S: Final = (1, 5, 15, 60, 300, 900, 3600, 4 * 3600)
WORK_BUCKETS_S: Final = (1, 2, 5, 10, 20, 40, 80, 160, 320, 900)
"""From a short clip on a fast machine to the default time limit."""

_log = logging.getLogger(__name__)


class Metrics:
    """One process's counters, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "formcheck_http_requests", "Requests answered", ("method", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "formcheck_http_request_seconds", "Time to the end of the answer", ("route",), registry=registry
        )
        self._uploaded = Counter("formcheck_uploaded_bytes", "Bytes of clips taken", registry=registry)
        self._created = Counter(
            "formcheck_analyses_created", "Uploads accepted, by what they were", ("how",), registry=registry
        )
        self._waited = Histogram(
            "formcheck_analysis_wait_seconds", "From upload to first attempt", buckets=WAIT_BUCKETS_S, registry=registry
        )
        self._worked = Histogram(
            "formcheck_analysis_seconds",
            "Time of one attempt, by how it ended",
            ("how",),
            buckets=WORK_BUCKETS_S,
            registry=registry,
        )
        self._failures = Counter(
            "formcheck_analysis_failures", "Attempts that failed or broke off, by code", ("code",), registry=registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def uploaded(self, clip_bytes: int, how: str) -> None:
        """Count one clip that was taken."""
        self._uploaded.inc(clip_bytes)
        self._created.labels(how).inc()

    def began(self, waited_s: float) -> None:
        """Count the first attempt at an analysis."""
        self._waited.observe(max(0.0, waited_s))

    def ended(self, how: str, code: str | None, seconds: float) -> None:
        """Count the end of an attempt; ``code`` says why where it did not succeed."""
        self._worked.labels(how).observe(seconds)
        if code is not None:
            self._failures.labels(code).inc()

    def watch(self, name: str, help_text: str, read: Callable[[], float]) -> None:
        """Show a number that is read when it is asked for; left out while it can't be read."""
        self._registry.register(_Gauge(name, help_text, lambda: {"": read()}, ()))

    def watch_by(self, label: str, name: str, help_text: str, read: Callable[[], Mapping[str, float]]) -> None:
        """Show numbers by the values of a label, as ``watch`` does."""
        self._registry.register(_Gauge(name, help_text, read, (label,)))

    def exposition(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self._registry)


class _Gauge(Collector):
    def __init__(
        self, name: str, help_text: str, read: Callable[[], Mapping[str, float]], labels: tuple[str, ...]
    ) -> None:
        self._name, self._help, self._read, self._labels = name, help_text, read, labels

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return []  # registering must not read

    def collect(self) -> Iterable[GaugeMetricFamily]:
        family = GaugeMetricFamily(self._name, self._help, labels=self._labels)
        try:
            for value, number in self._read().items():
                family.add_metric([value] if self._labels else [], number)
        except (SQLAlchemyError, OSError):
            _log.warning("a metric could not be read", extra={"metric": self._name})
            return []
        return [family]
