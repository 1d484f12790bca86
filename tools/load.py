"""The service under load: ``formcheck serve``, then ``python -m tools.load http://127.0.0.1:8000``.

Many uploads at once while many clients ask how their analyses are doing. The uploads are random bytes: taking, keeping
and refusing them is the service's own work, and the pose model's share is another benchmark's. It ends when every
analysis that was accepted has ended, and says how long answers took and what was lost.
"""

import argparse
import asyncio
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

UPLOADS, READERS = 50, 200
CLIP_BYTES = 2_000_000
READ_FOR_S = 25.0
PAUSE_S = (0.5, 1.5)
"""Between two questions of one reader."""
DRAIN_S = 300.0
"""How long to wait for the last analysis."""
ENDED = frozenset({"succeeded", "failed", "cancelled"})


@dataclass
class Seen:
    """What the clients saw."""

    accepted: list[str] = field(default_factory=list)
    upload_s: list[float] = field(default_factory=list)
    read_s: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 when nothing failed and nothing was lost."""
    parser = argparse.ArgumentParser(prog="load", description=__doc__)
    parser.add_argument("address", help="of a running service on this machine that asks for no keys")
    asked = parser.parse_args(arguments)
    if httpx.URL(asked.address).host not in ("127.0.0.1", "localhost", "::1"):
        parser.error("a load goes to this machine only: name a loopback address")
    seen, unfinished = asyncio.run(_load(asked.address))
    reads = sorted(seen.read_s)
    print(f"{len(seen.accepted)} of {UPLOADS} uploads accepted, the slowest in {max(seen.upload_s):.1f} s")
    print(f"{len(reads)} reads: median {_share(reads, 0.5):.0f} ms, 95 % within {_share(reads, 0.95):.0f} ms")
    print(f"{len(seen.errors)} errors {seen.errors[:3]}; {unfinished} accepted analyses never ended")
    return 1 if seen.errors or unfinished else 0


def _share(sorted_s: list[float], share: float) -> float:
    return 1000 * sorted_s[min(int(share * len(sorted_s)), len(sorted_s) - 1)]


async def _load(address: str) -> tuple[Seen, int]:
    seen = Seen()
    limits = httpx.Limits(max_connections=UPLOADS + READERS)
    async with httpx.AsyncClient(base_url=address, timeout=60.0, limits=limits) as client:
        end_s = time.monotonic() + READ_FOR_S
        readers = [asyncio.create_task(_read(client, seen, end_s)) for _ in range(READERS)]
        await asyncio.gather(*(_upload(client, seen, number) for number in range(UPLOADS)))
        await asyncio.gather(*readers)
        return seen, await _unfinished(client, seen)


async def _upload(client: httpx.AsyncClient, seen: Seen, number: int) -> None:
    began_s = time.monotonic()
    clip = {"clip": ("run.mp4", os.urandom(CLIP_BYTES))}
    try:
        answer = await client.post("/v1/analyses", files=clip, data={"label": f"load {number}"})
        answer.raise_for_status()
        seen.accepted.append(answer.json()["id"])
    except httpx.HTTPError as error:
        seen.errors.append(f"upload: {error!r}")
    seen.upload_s.append(time.monotonic() - began_s)


async def _read(client: httpx.AsyncClient, seen: Seen, end_s: float) -> None:
    while time.monotonic() < end_s:
        path = f"/v1/analyses/{random.choice(seen.accepted)}" if seen.accepted else "/v1/analyses"
        began_s = time.monotonic()
        try:
            (await client.get(path)).raise_for_status()
        except httpx.HTTPError as error:
            seen.errors.append(f"read: {error!r}")
        seen.read_s.append(time.monotonic() - began_s)
        await asyncio.sleep(random.uniform(*PAUSE_S))


async def _unfinished(client: httpx.AsyncClient, seen: Seen) -> int:
    """How many accepted analyses have not ended after a while."""
    waiting, until_s = list(seen.accepted), time.monotonic() + DRAIN_S
    while waiting and time.monotonic() < until_s:
        state = (await client.get(f"/v1/analyses/{waiting[0]}")).json()["state"]
        if state in ENDED:
            waiting.pop(0)
        else:
            await asyncio.sleep(1.0)
    return len(waiting)


if __name__ == "__main__":
    raise SystemExit(main())
