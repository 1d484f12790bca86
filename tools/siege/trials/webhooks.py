"""Webhooks whose receiver is down for an hour, fails, hangs or redirects inside: each message once, none inside."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from formcheck_api.jobs.chores.deliver import Courier
from formcheck_api.store.store import Store, store_of
from formcheck_api.store.work.webhook_tables import Webhook

MESSAGES: Final = 20
OUTAGE: Final = timedelta(hours=1)
ATTEMPT_S: Final = 0.3
"""For the hanging receiver; the service gives 15 s."""
OWNER: Final = "siege"
BEGIN: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)


class _Server(ThreadingHTTPServer):
    """Answers as ``answer`` says, a status or None for not at all, and counts ids of messages it has accepted."""

    daemon_threads = True

    def __init__(self, answer: Callable[[], int | None], location: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer, self.location, self.released = answer, location, threading.Event()
        self.asked, self.taken = 0, Counter[str]()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:  # http.server's name
        """Take a message."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked += 1
        status = self.server.answer()
        if status is None:
            self.server.released.wait(30)
            return
        self.server.taken[self.headers["webhook-id"]] += status < 300
        self.send_response(status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Clock:
    """Time that passes as fast as there is something to do."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


def run(scratch: Path) -> str:
    """Twenty messages to each kind of receiver; time is compressed by a clock of the trial's own."""
    figures = []
    inside = _Server(lambda: 204)
    for name, status in (("500", 500), ("hangs", None), ("redirects inside", 302)):
        clock = _Clock()
        server = _Server(
            lambda clock=clock, status=status: status if clock.now < BEGIN + OUTAGE else 204,  # type: ignore[misc]  # bound now
            f"http://127.0.0.1:{inside.server_port}/" if status == 302 else "",
        )
        store = store_of(f"sqlite:///{scratch / f'{name}.db'}")
        webhook = store.add_webhook(OWNER, f"http://127.0.0.1:{server.server_port}/", BEGIN)
        last = _delivered(store, webhook, clock)
        assert set(server.taken.values()) == {1}, f"{name}: messages arrived {sorted(server.taken.values())} times"
        assert len(server.taken) == MESSAGES, f"{name}: {len(server.taken)} of {MESSAGES} arrived"
        figures.append(f"{name}: {server.asked / MESSAGES:.0f} attempts each, the last after {last}")
        server.released.set()
        server.shutdown()
        server.server_close()
    assert inside.asked == 0, f"{inside.asked} messages followed a redirect"
    inside.shutdown()
    inside.server_close()
    return f"{MESSAGES} messages each arrived once, none inside; {'; '.join(figures)}"


def _delivered(store: Store, webhook: Webhook, clock: _Clock) -> timedelta:
    """Write messages, let time pass until all are delivered; how long that took by the clock."""
    courier = Courier(store, private=True, now=clock, attempt_s=ATTEMPT_S)
    for _ in range(MESSAGES):
        store.send_test(OWNER, webhook.id, BEGIN)
    while due := [each for each in store.list_messages(webhook.id, MESSAGES) if each.due]:
        first = min(due, key=lambda each: (each.due or BEGIN, each.sequence))
        clock.now = max(clock.now, first.due or BEGIN)
        courier.deliver(first.id)
    return clock.now - BEGIN
