"""Clips of 50 MB through two web processes in turn, with connections that are reset, arrive byte for byte."""

import hashlib
import random
import secrets
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

import httpx

from tools.siege.database import postgres
from tools.siege.service import RunningService, received, serving, status_of
from tools.siege.tus import arrived, begun, head_of

CLIPS: Final = 5
CLIP_BYTES: Final = 50_000_000
MOST_AT_ONCE_BYTES: Final = 8_000_000
"""Of one request, as the page sends."""
SEED: Final = 18


def run(scratch: Path) -> str:
    """Send five clips at once, each request to the other process, three of four reset somewhere in the middle."""
    folders = [scratch / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    shared = {"FORMCHECK_BLOBS_URL": (scratch / "blobs").as_uri()}
    with postgres() as database:
        shared["FORMCHECK_DATABASE_URL"] = database.get_uri(driver="psycopg")
        return _through(folders, shared)


def _through(folders: list[Path], shared: dict[str, str]) -> str:
    with (
        serving(folders[0], "--role", "web", **shared) as one,
        serving(folders[1], "--role", "web", **shared) as two,
        ThreadPoolExecutor(CLIPS) as together,
    ):
        began_s = time.monotonic()
        clips = [secrets.token_bytes(CLIP_BYTES) for _ in range(CLIPS)]
        sent = list(together.map(lambda number: _sent((one, two), clips[number], number), range(CLIPS)))
        took_s = time.monotonic() - began_s
    requests, resets, again = (sum(each) for each in zip(*sent, strict=True))
    twice = again / CLIPS / CLIP_BYTES
    return (
        f"{CLIPS} clips of {CLIP_BYTES // 1_000_000} MB identical after {requests} requests, {resets} of them reset; "
        f"{twice:.0%} sent twice; {took_s:.0f} s"
    )


def _sent(services: tuple[RunningService, RunningService], clip: bytes, number: int) -> tuple[int, int, int]:
    """Requests for one clip, how many of them were reset, and the bytes that were sent in vain."""
    chance = random.Random(SEED + number)  # the same resets each time
    requests = resets = sent = 0
    with services[0].client() as one, services[1].client() as two:
        path = begun(one, len(clip))
        while True:
            offset, analysis = arrived((one, two)[requests % 2], path)
            if analysis:
                break
            piece = clip[offset : offset + MOST_AT_ONCE_BYTES]
            cut = chance.randrange(len(piece)) if chance.random() < 0.75 else None
            sent += _part(services[requests % 2], path, offset, piece, cut)
            requests, resets = requests + 1, resets + (cut is not None)
        _check(one, str(analysis), clip)
    return requests, resets, sent - len(clip)


def _part(service: RunningService, path: str, offset: int, piece: bytes, cut: int | None) -> int:
    """Send a piece, or the first ``cut`` bytes of it and a reset; how many went out.

    One that was reset may reach its process after the next one: that is refused and asks where to go on.
    """
    head = head_of(path, len(piece)).replace("Upload-Offset: 0", f"Upload-Offset: {offset}")
    with service.connect() as connection, suppress(ConnectionError):  # it may answer and close before all is sent
        connection.sendall(f"{head}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode("ascii"))
        connection.sendall(piece[:cut])
        if cut is None:
            status = status_of(received(connection))
            assert status in (204, 409), f"a piece was answered with {status}"
        else:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close is a reset
    return len(piece[:cut])


def _check(client: httpx.Client, analysis: str, clip: bytes) -> None:
    """The service's hash is of the bytes that it stored."""
    told = client.get(analysis).json()["clip"]
    assert told["sha256"] == hashlib.sha256(clip).hexdigest(), f"{analysis} has other bytes: {told}"
