"""Traces by OpenTelemetry: one for each clip, from its upload to its result, whichever processes have a part in it.

Without the extra ``traces``, or where no ``OTEL_*`` variable says where traces go, all of this does nothing.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer

_EXPORTER: Final = "OTEL_TRACES_EXPORTER"
_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_PARENT: Final = "traceparent"
"""W3C Trace Context: the header, and what a row keeps of it."""

Attributes = Mapping[str, str | int]


def configure_traces() -> None:
    """Have this process export its traces, if the environment says where; called once per process."""
    kind = os.environ.get(_EXPORTER, "otlp" if any(os.environ.get(name) for name in _ENDPOINTS) else "none")
    if kind == "none" or find_spec("opentelemetry.sdk") is None:
        return
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource  # noqa: PLC0415  # of an extra, and slow to load
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415  # the same
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter  # noqa: PLC0415  # the same
    from opentelemetry.trace import set_tracer_provider  # noqa: PLC0415  # the same

    named = {SERVICE_NAME: os.environ.get("OTEL_SERVICE_NAME", "formcheck")}
    provider = TracerProvider(resource=Resource.create(named))
    if kind == "console":
        provider.add_span_processor(BatchSpanProcessor(ConsoleSpanExporter()))
    else:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  # the same

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    set_tracer_provider(provider)


@contextmanager
def span(name: str, parent: str | None = None, attributes: Attributes | None = None) -> Iterator[dict[str, str | int]]:
    """What the block does; below ``parent``, else below what goes on already. It takes further attributes."""
    more: dict[str, str | int] = {}
    tracer = _tracer()
    if tracer is None:
        yield more
        return
    with tracer.start_as_current_span(name, _context_of(parent), attributes=attributes) as began:
        try:
            yield more
        finally:
            began.set_attributes(more)


def note_span(name: str, began: datetime, ended: datetime) -> None:
    """What happened before anybody could watch it, below what goes on now."""
    tracer = _tracer()
    if tracer is not None:
        tracer.start_span(name, start_time=_ns(began)).end(_ns(max(began, ended)))


def current_trace() -> str | None:
    """What goes on now, for whoever goes on with it elsewhere; None without traces."""
    if _tracer() is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415  # an extra

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get(_PARENT)


class Stages:
    """A span for each of the stages that follow on one another, below what goes on now."""

    def __init__(self) -> None:
        self._name: str | None = None
        self._open: Span | None = None

    def at(self, name: str) -> None:
        """The stage that goes on from now."""
        tracer = _tracer()
        if tracer is not None and name != self._name:
            self.end()
            self._name, self._open = name, tracer.start_span(name)

    def end(self) -> None:
        """Nothing goes on any more."""
        if self._open is not None:
            self._open.end()
        self._name = self._open = None


@cache
def _tracer() -> "Tracer | None":
    """None without the extra."""
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.trace") is None:
        return None
    from opentelemetry.trace import get_tracer  # noqa: PLC0415  # of an extra

    return get_tracer("formcheck")


def _context_of(parent: str | None) -> "Context | None":
    if parent is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415  # an extra

    return TraceContextTextMapPropagator().extract({_PARENT: parent})


def _ns(moment: datetime) -> int:
    return round(moment.timestamp() * 1e9)
