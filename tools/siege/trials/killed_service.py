"""A service killed five times in the middle of an analysis finishes it the sixth time."""

from pathlib import Path

import httpx

from tools.siege.clips import ended, send, short_clip, wait_until
from tools.siege.service import serving

KILLS = 5


def run(scratch: Path) -> str:
    """Kill -9 at the first progress of each attempt, then let one through."""
    content = short_clip(scratch / "short.mp4")
    path = ""
    for _ in range(KILLS):
        with serving(scratch, FORMCHECK_RETRY_WAIT_S="0.2") as service, service.client() as client:
            path = path or send(client, content, "killed").headers["location"]
            _wait_for_begin(client, path)
            service.popen.kill()
            service.popen.wait()
    with serving(scratch) as service, service.client() as client:
        (analysis,) = ended(client, [path])
    assert analysis["state"] == "succeeded", f"{analysis['state']}: {analysis['problem']}"
    return f"succeeded after {KILLS} kills"


def _wait_for_begin(client: httpx.Client, path: str) -> None:
    wait_until(lambda: client.get(path).json()["progress"] > 0 or _has_failed(client, path), "an attempt to begin")
    assert not _has_failed(client, path), client.get(path).json()["problem"]


def _has_failed(client: httpx.Client, path: str) -> bool:
    return bool(client.get(path).json()["state"] == "failed")
