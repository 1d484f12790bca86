"""Connections to the service: how many there may be, and how long one may be idle.

Uvicorn closes connections that are idle between requests, and no others. A subclass of its protocol adds a deadline for
each request head, for the rest of a body that nobody reads, and for answers that the client does not take. Bodies that
are read have deadlines of their own (``bodies``).
"""

import asyncio
import logging
import resource
import socket
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from formcheck_api.access.rate_limit import counted_address
from formcheck_api.access.security import HEADERS
from formcheck_api.operations.settings import Settings
from formcheck_api.records.problems import ProblemError, problem_response

RESERVED_FILES: Final = 128
"""Open files that are no client's: 20 of an idle service, 56 connections to the database at most, workers and logs."""

FILES_PER_CONNECTION: Final = 2
"""The socket, and the file that is sent or received over it."""

FEWEST_CONNECTIONS: Final = 10
"""Even where files are scarce."""

SLOWEST_TAKEN_BYTES_S: Final = 100
"""Of an answer, on average: a tenth of what the slowest mobile network carries."""

UNSENT_BYTES: Final = 16 * 1024
"""That the kernel may hold of an answer: with megabytes there, a slow client would seem to take nothing for minutes.

The kernel asks for more when half of it is gone, which at the slowest rate is every 80 s, sooner than ``untaken_s``. A
download of 50 MB over loopback is 4 to 6 % slower for it, of 0.9 GB/s.
"""

LARGEST_HEAD_BYTES: Final = 64 * 1024
"""Of a request whose head has not ended; most proxies stop at 8 to 16 KiB."""

PROXIES: Final = ("127.0.0.1", "::1")
"""Addresses that may connect for many: uvicorn's own default of whom it believes the client's address."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Of all connections; ``waiting`` has those that no request is answered on, the longest first.

    ``by_address`` counts those of each address that has a limit.
    """

    most: int
    most_per_address: int
    head_s: float
    untaken_s: float
    waiting: "dict[Connection, None]" = field(default_factory=dict)
    by_address: Counter[str] = field(default_factory=Counter)


class Connection(H11Protocol):
    """One connection."""

    def __init__(self, *given: Any, limits: Limits, **named: Any) -> None:
        super().__init__(*given, **named)
        self.conn = h11.Connection(h11.SERVER, LARGEST_HEAD_BYTES)
        self._limits = limits
        self._deadline: asyncio.TimerHandle | None = None
        self._untaken: asyncio.TimerHandle | None = None
        self._is_between_requests = False
        self._is_refused = False
        self._address: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Wait for a request; where there are too many connections already, at another's cost."""
        super().connection_made(transport)
        connected: socket.socket = transport.get_extra_info("socket")
        if connected.family != socket.AF_UNIX:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
        self._wait(self._limits.head_s)
        if self.client and self.client[0] not in PROXIES:
            self._address = counted_address(self.client[0])
            self._limits.by_address[self._address] += 1
            if self._limits.by_address[self._address] > self._limits.most_per_address:
                self._make_room(self._address)
                return
        if len(self.connections) > self._limits.most:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Read; a request that has begun has to come to the end of its head."""
        if self._is_refused:
            return
        if self._is_between_requests:
            self._is_between_requests = False
            self._wait(self._limits.head_s)
        super().data_received(data)
        self._stop_waiting_when_asked()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # the signature is uvicorn's
        """Answer what is not HTTP, and close; where half an answer is out already, only close.

        Uvicorn calls this while it handles the error of h11, which knows more than ``msg``.
        """
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self._end()
            return
        has_no_body = self.conn.our_state is h11.SEND_RESPONSE and self.scope["method"] == "HEAD"
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True  # a later response of the app can't be sent any more
            self.cycle.message_event.set()
        cause = sys.exception()
        is_head = self.conn.our_state is h11.IDLE
        is_too_large = is_head and isinstance(cause, h11.RemoteProtocolError) and cause.error_status_hint == 431
        problem = _head_too_large() if is_too_large else ProblemError("request_malformed")
        answer = problem_response(problem)
        own = {"Connection": "close", **HEADERS}
        headers = [*answer.raw_headers, *((name.encode(), value.encode()) for name, value in own.items())]
        for event in (
            h11.Response(status_code=answer.status_code, headers=headers),
            h11.Data(data=b"" if has_no_body else bytes(answer.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        if self.cycle is None or self.cycle.response_complete:
            self._is_refused = True
            self.transport.write_eof()  # closed by the client or on time; sooner, unread data would reset it
            self._wait(self._limits.head_s)
        else:
            self.transport.close()  # so that no one waits for the rest of the body

    def on_response_complete(self) -> None:
        """Wait for the next request, once the client has taken all of this answer."""
        if self.transport.get_write_buffer_size():
            self.transport.set_write_buffer_limits(high=0)  # now `resume_writing` means that nothing is left
        else:
            self._wait_for_next()
        super().on_response_complete()
        self._unset_keepalive_if_required()  # uvicorn's own clock runs whatever the client has still to take
        self._stop_waiting_when_asked()  # it may have been sent ahead

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        if self._address is not None:
            self._limits.by_address[self._address] -= 1
            if not self._limits.by_address[self._address]:
                del self._limits.by_address[self._address]
        self._stop_waiting()
        self._stop(self._untaken)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client takes nothing for the moment."""
        super().pause_writing()
        self._watch_taking(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """The client has taken what there was."""
        super().resume_writing()
        self._stop(self._untaken)
        self.transport.set_write_buffer_limits()
        if self.cycle.response_complete:
            self._wait_for_next()

    def _wait_for_next(self) -> None:
        """What is left of the last request's body is read and dropped, but not for long."""
        self._is_between_requests = self.conn.their_state is not h11.SEND_BODY
        self._wait(self.timeout_keep_alive if self._is_between_requests else self._limits.head_s)

    def _watch_taking(self, left_bytes: int) -> None:
        self._untaken = self.loop.call_later(self._limits.untaken_s, self._check_taken, left_bytes)

    def _check_taken(self, before_bytes: int) -> None:
        left_bytes = self.transport.get_write_buffer_size()
        if before_bytes - left_bytes < SLOWEST_TAKEN_BYTES_S * self._limits.untaken_s:
            self.transport.abort()
        else:
            self._watch_taking(left_bytes)

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._limits.waiting[self] = None
        self._deadline = self.loop.call_later(seconds, self._end)

    def _end(self) -> None:
        self._stop_waiting()
        self.transport.abort()

    def _stop_waiting_when_asked(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()

    def _stop_waiting(self) -> None:
        self._limits.waiting.pop(self, None)
        self._stop(self._deadline)

    def _make_room(self, address: str | None = None) -> None:
        """End the connection that has waited longest, of one address or of all; this one if all others are answered."""
        own = (other for other in self._limits.waiting if address in (None, other._address))
        next(own, self)._end()
        most = self._limits.most if address is None else self._limits.most_per_address
        _log.warning("too many connections: one was closed", extra={"most": most})

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()


def _head_too_large() -> ProblemError:
    return ProblemError("request_head_too_large", limit_bytes=LARGEST_HEAD_BYTES)


def guarded(settings: Settings) -> type[asyncio.Protocol]:
    """What uvicorn makes of each connection (its ``http``)."""
    limits = Limits(
        most_connections(settings.max_connections),
        settings.max_connections_per_address,
        settings.request_head_s,
        settings.answer_idle_s,
    )
    return cast("type[asyncio.Protocol]", partial(Connection, limits=limits))  # uvicorn only calls it


def most_connections(wanted: int) -> int:
    """How many connections there may be. Raises the limit on open files of this process as far as they need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = RESERVED_FILES + FILES_PER_CONNECTION * wanted
    if soft == resource.RLIM_INFINITY:
        return wanted
    if soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(FEWEST_CONNECTIONS, min(wanted, (soft - RESERVED_FILES) // FILES_PER_CONNECTION))
