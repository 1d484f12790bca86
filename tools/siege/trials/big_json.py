"""A JSON body of 100 MB is refused and takes no memory; without a key none of it is read."""

from collections.abc import Iterator
from pathlib import Path

from tools.siege.service import RunningService, serving, status_of

SENT_MB = 100
MOST_GROWTH_MB = 30.0
"""Reading 64 kB and refusing the rest takes 1 MB; reading the body took four times its size."""
RECEIPT = "fcr_" + "s" * 43
PIECE = b'"' + b"x" * 999_996 + b'",\n'


def run(scratch: Path) -> str:
    """Send it to the API, to the page's look at pictures, and to a route that takes no body."""
    with serving(scratch, FORMCHECK_AUTH="on", FORMCHECK_PAGE="on") as service:
        before_mb = service.peak_rss_mb()
        statuses = [
            _status(service, "POST /v1/athletes", None),
            _status(service, "POST /look", RECEIPT),
            _status(service, "GET /healthz", None),
        ]
        growth_mb = service.peak_rss_mb() - before_mb
        assert statuses == [401, 413, 200], f"answered {statuses}; memory grew by {growth_mb:.0f} MB"
        assert growth_mb < MOST_GROWTH_MB, f"memory grew by {growth_mb:.0f} MB"
        return f"answered {statuses}; memory grew by {growth_mb:.1f} MB"


def _status(service: RunningService, line: str, token: str | None) -> int:
    head = [f"{line} HTTP/1.1", "Content-Type: application/json", f"Content-Length: {SENT_MB * len(PIECE)}"]
    head += [f"Authorization: Bearer {token}"] if token else []
    return status_of(service.exchange("\n".join(head), _pieces()))


def _pieces() -> Iterator[bytes]:
    yield b"[" + PIECE[1:]
    for _ in range(SENT_MB - 1):
        yield PIECE
