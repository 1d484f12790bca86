"""A collector of traces, which takes them as OTLP over HTTP."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Collected(NamedTuple):
    """One span, as it came."""

    name: str
    trace: str
    id: str
    parent: str
    seconds: float
    attributes: dict[str, str]


@contextlib.contextmanager
def collector() -> Iterator[tuple[str, list[Collected]]]:
    """Address of the collector, and what it has."""
    found: list[Collected] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
            scopes = [scope for resource in request.resource_spans for scope in resource.scope_spans]
            found.extend(
                Collected(
                    span.name,
                    span.trace_id.hex(),
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                    (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
                    {each.key: each.value.string_value for each in span.attributes},
                )
                for scope in scopes
                for span in scope.spans
            )
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
