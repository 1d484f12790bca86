"""A service with 256 file descriptors and 300 silent connections loses no clip that it accepted."""

import time
from contextlib import ExitStack, suppress
from pathlib import Path

from tools.siege.clips import ended, send, short_clip, wait_until
from tools.siege.service import RunningService, serving

CLIPS = 6
SILENT = 300
HELD_S = 5.0
"""After the first fault: long enough for every clip to meet it three times, if nobody waited for its end."""
FIRST_FAULT_WITHIN_S = 60.0
KEPT = "a finished analysis waits to be stored"
FAULTS = ("an analysis met a", KEPT)
"""As the log has them."""
BROKEN_OFF = '"code": "host_fault"'


def run(scratch: Path) -> str:
    """Send six clips, take every descriptor until seconds after the first fault, and wait for six reports."""
    content = short_clip(scratch / "short.mp4")
    with serving(scratch, ulimit="-n 256") as service, service.client() as client:
        paths = [send(client, content, f"clip {number}").headers["location"] for number in range(CLIPS)]
        begun_s = time.monotonic()
        wait_until(lambda: client.get(paths[0]).json()["state"] != "queued", "the first analysis to begin")
        _be_silent(service)
        states = [analysis["state"] for analysis in ended(client, paths)]
        log = service.log.read_text(encoding="utf-8")
        met = f"{log.count(BROKEN_OFF)} attempts broke off, {log.count(KEPT)} waits to store a result"
    succeeded = states.count("succeeded")
    assert succeeded == CLIPS, f"{succeeded} of {CLIPS} clips succeeded: {states}"
    return f"{succeeded} of {CLIPS} succeeded in {time.monotonic() - begun_s:.0f} s; {met}"


def _be_silent(service: RunningService) -> None:
    with ExitStack() as connections:
        for _ in range(SILENT):
            connections.enter_context(service.connect())
        with suppress(AssertionError):  # a service that keeps descriptors for its work meets none
            wait_until(lambda: _has_fault(service), "a fault", FIRST_FAULT_WITHIN_S)
        time.sleep(HELD_S)


def _has_fault(service: RunningService) -> bool:
    log = service.log.read_text(encoding="utf-8")
    return any(fault in log for fault in FAULTS)
