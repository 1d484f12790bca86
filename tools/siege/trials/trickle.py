"""A head or body that trickles is cut off, while the upload of a slow phone goes through."""

import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

import httpx

from tools.siege.service import RunningService, received, serving, status_of
from tools.siege.tus import begun, head_of

HEAD_S: Final = 1.5
IDLE_S: Final = 1.5
PAUSE_S: Final = 0.25
PHONE_BYTES_S: Final = 3000
"""GPRS, the slowest mobile network."""
PHONE_S: Final = 5.0
LONGEST_S: Final = 12.0


def run(scratch: Path) -> str:
    """Trickle a head and a body, then send a piece of a clip as slowly as a phone on a bad line."""
    settings = {"FORMCHECK_REQUEST_HEAD_S": str(HEAD_S), "FORMCHECK_UPLOAD_IDLE_S": str(IDLE_S)}
    with serving(scratch, **settings) as service, service.client() as client:
        head_s, _ = _trickled(service, "GET /healthz HTTP/1.1\r\nX-Slow: ", "a head")
        upload = f"{head_of(begun(client, 100_000), 100_000)}\r\nHost: 127.0.0.1\r\n\r\n"
        body_s, answer = _trickled(service, upload, "a body")
        assert status_of(answer) == 408, f"a trickling body got {answer[:60]!r}"
        sent = _as_a_phone(service, client)
    return f"a head was cut off after {head_s:.1f} s, a body after {body_s:.1f} s; a slow phone's {sent} bytes arrived"


def _trickled(service: RunningService, begin: str, what: str) -> tuple[float, str]:
    """Seconds until the service has enough of a byte every quarter of a second, and its response."""
    began_s = time.monotonic()
    with service.connect() as connection:
        connection.sendall(begin.encode("ascii"))
        connection.settimeout(PAUSE_S)
        while (taken_s := time.monotonic() - began_s) < LONGEST_S:
            with suppress(TimeoutError):
                return taken_s, _answer(connection)
            with suppress(ConnectionError):
                connection.sendall(b"x")
    raise AssertionError(f"{what} that trickles is still read after {LONGEST_S:g} s")


def _answer(connection: socket.socket) -> str:
    """What there is to read. Raises TimeoutError where there is nothing yet."""
    with suppress(ConnectionError):
        if connection.recv(1, socket.MSG_PEEK):
            return received(connection)
    return ""


def _as_a_phone(service: RunningService, client: httpx.Client) -> int:
    """Send a piece of a clip in as many seconds as a slow phone takes; how many bytes arrived."""
    piece = b"x" * int(PHONE_BYTES_S * PAUSE_S)
    pieces = int(PHONE_S / PAUSE_S)
    whole = pieces * len(piece)
    with service.connect() as connection:
        head = head_of(begun(client, 2 * whole), whole)
        connection.sendall(f"{head}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode("ascii"))
        for _ in range(pieces):
            connection.sendall(piece)
            time.sleep(PAUSE_S)
        answer = received(connection)
    assert status_of(answer) == 204, f"a slow phone got {answer[:60]!r}"
    return whole
