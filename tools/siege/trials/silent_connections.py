"""400 silent connections block no other client, fill no log, and are closed at the deadline for a request head."""

import socket
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import httpx

from tools.siege.service import RunningService, serving

CONNECTIONS: Final = 400
FILES: Final = 256
"""Open files that the service may have: fewer than there are connections."""
HEAD_S: Final = 2.0
MOST_LOG_KB: Final = 100.0
MOST_WAIT_S: Final = 10.0
"""Of an honest client meanwhile."""


def run(scratch: Path) -> str:
    """Open them against a service that may open 256 files, ask meanwhile, and wait until all are closed."""
    with (
        serving(scratch, ulimit=f"-n {FILES}", FORMCHECK_REQUEST_HEAD_S=str(HEAD_S)) as service,
        ExitStack() as opened,
    ):
        began_s = time.monotonic()
        silent = [opened.enter_context(service.connect()) for _ in range(CONNECTIONS)]
        waits_s = [_wait_of_honest_client(service) for _ in range(20)]
        closed_s = _closed(silent) - began_s
        log_kb = service.log.stat().st_size / 1000
    assert log_kb < MOST_LOG_KB, f"{log_kb:.0f} kB were written to the log"
    ended = f"all were closed {closed_s:.1f} s after the first came"
    return f"honest clients waited {max(waits_s):.2f} s at most; {ended}; {log_kb:.1f} kB of log"


def _wait_of_honest_client(service: RunningService) -> float:
    began_s = time.monotonic()
    try:
        assert httpx.get(f"{service.base_url}/healthz", timeout=MOST_WAIT_S).status_code == 200
    except httpx.HTTPError as error:
        log_kb = service.log.stat().st_size / 1000
        raise AssertionError(f"an honest client got {error!r} beside them; {log_kb:.0f} kB of log") from None
    return time.monotonic() - began_s


def _closed(silent: list[socket.socket]) -> float:
    """When the service has closed all of them."""
    began_s = time.monotonic()
    for connection in silent:
        connection.settimeout(max(0.1, began_s + 3 * HEAD_S - time.monotonic()))
        try:
            assert connection.recv(1) == b""
        except ConnectionError:
            pass  # closed as well
        except TimeoutError:
            raise AssertionError(f"a silent connection is still open after {3 * HEAD_S:g} s") from None
    return time.monotonic()
