"""What Prometheus is told: counts and times by route, never by client, clip or analysis."""

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from formcheck_api.records.analyses import State


class Metrics:
    """One process's counters, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "formcheck_http_requests", "Requests answered", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "formcheck_http_request_seconds", "Time to the end of the answer", ("route",), registry=self._registry
        )
        self._uploaded = Counter("formcheck_uploaded_bytes", "Bytes of clips taken", registry=self._registry)
        self._created = Counter(
            "formcheck_analyses_created", "Uploads accepted, by what they were", ("how",), registry=self._registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def uploaded(self, clip_bytes: int, how: str) -> None:
        """Count one clip that was taken."""
        self._uploaded.inc(clip_bytes)
        self._created.labels(how).inc()

    def watch_states(self, count: Callable[[], Mapping[State, int]]) -> None:
        """Show how many analyses are in each state, counted when it is asked for."""
        self._registry.register(_States(count))

    def exposition(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self._registry)


class _States(Collector):
    def __init__(self, count: Callable[[], Mapping[State, int]]) -> None:
        self._count = count

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # registering must not count

    def collect(self) -> list[GaugeMetricFamily]:
        family = GaugeMetricFamily("formcheck_analyses", "Analyses by state", labels=["state"])
        counts = self._count()
        for state in State:
            family.add_metric([state], counts.get(state, 0))
        return [family]
