"""Clips for trials, and what becomes of them."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import av
import httpx

SOURCE: Final = Path(__file__).parents[2] / "fixtures" / "videos" / "side_left_60fps.mp4"
PATIENCE_S: Final = 180.0
"""On a busy machine; what takes so long has failed."""

_LOOK_EVERY_S: Final = 0.1


def short_clip(path: Path, seconds: float = 1.0) -> bytes:
    """The beginning of a reference clip, which takes a few seconds to analyse."""
    with av.open(str(SOURCE)) as source, av.open(str(path), "w", format="mp4") as target:
        video = source.streams.video[0]
        copied = target.add_stream_from_template(video)
        for packet in source.demux(video):
            if packet.dts is not None and _time_s(packet) < seconds:
                packet.stream = copied
                target.mux(packet)
    return path.read_bytes()


def _time_s(packet: "av.Packet[Any]") -> float:
    return float((packet.pts or 0) * (packet.time_base or 0))


def send(client: httpx.Client, content: bytes, label: str) -> httpx.Response:
    """Upload a clip; the same clip with another label is another analysis."""
    return client.post("/v1/analyses", files={"clip": ("run.mp4", content)}, data={"label": label})


def ended(client: httpx.Client, paths: Iterable[str]) -> list[dict[str, Any]]:
    """The analyses, once they are finished."""
    return [_ended(client, path) for path in paths]


def _ended(client: httpx.Client, path: str) -> dict[str, Any]:
    wait_until(lambda: client.get(path).json()["state"] not in ("queued", "running"), f"{path} to end")
    analysis: dict[str, Any] = client.get(path).json()
    return analysis


def wait_until(holds: Callable[[], bool], what: str, within_s: float = PATIENCE_S) -> None:
    """Return as soon as it holds. Raises AssertionError when it does not in time."""
    give_up_s = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < give_up_s, f"waited {within_s:g} s in vain for {what}"
        time.sleep(_LOOK_EVERY_S)
