"""From upload to verdict over HTTP, against the same clip in the terminal: what the service adds.

Both begin where a person does: the terminal with the command, which loads everything first; the service with the upload
to a server that has been idle for a while.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx

ANALYZE: Final = (sys.executable, "-m", "formcheck", "analyze", "--no-video")
SERVE: Final = (sys.executable, "-m", "formcheck", "serve", "--port", "0")
IDLE_S: Final = 6.0
"""For the server's own processes to have loaded, before each upload."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Seconds on the wall, medians."""

    terminal_s: float
    report_s: float
    pictures_s: float
    video_s: float


def verdict(clip: Path, repeats: int) -> Verdict:
    """The clip analysed both ways in turn."""
    parts: list[dict[str, float]] = []
    terminal_s = []
    with tempfile.TemporaryDirectory() as folder, _server(Path(folder, "data")) as client:
        for number in range(repeats):
            terminal_s.append(_in_terminal(clip, Path(folder, f"run {number}")))
            time.sleep(IDLE_S)
            parts.append(_over_http(client, clip, str(number)))
    typical = {part: median(each[part] for each in parts) for part in ("report", "frames", "overlay")}
    return Verdict(median(terminal_s), typical["report"], typical["frames"], typical["overlay"])


def _in_terminal(clip: Path, folder: Path) -> float:
    began_s = time.perf_counter()
    subprocess.run([*ANALYZE, str(clip), "-o", str(folder)], check=True, capture_output=True)
    return time.perf_counter() - began_s


def _over_http(client: httpx.Client, clip: Path, label: str) -> dict[str, float]:
    """Seconds from the upload until each part was ready. The label makes it another analysis of the same clip."""
    ready_s: dict[str, float] = {}
    began_s = time.perf_counter()
    with clip.open("rb") as file:
        sent = client.post("/v1/analyses", files={"clip": file}, data={"label": label}).raise_for_status()
    for analysis in _followed(client, sent.json()["links"]["events"]):
        for part in analysis["ready"]:
            ready_s.setdefault(part, time.perf_counter() - began_s)
    return ready_s


def _followed(client: httpx.Client, events: str) -> Iterator[dict[str, Any]]:
    with client.stream("GET", events) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


@contextmanager
def _server(data_dir: Path) -> Iterator[httpx.Client]:
    environment = os.environ | {"FORMCHECK_DATA_DIR": str(data_dir)}
    process = subprocess.Popen(SERVE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        address = next(word for word in process.stdout.readline().split() if word.startswith("http"))
        with httpx.Client(base_url=address, timeout=None) as client:
            yield client
    finally:
        process.terminate()
        process.wait()
