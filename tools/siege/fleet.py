"""Several processes of one service on one database, each of which can be killed and begun again."""

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

WEB: Final = ("formcheck", "serve", "--role", "web", "--host", "127.0.0.1", "--port", "0")
WORK: Final = ("tools.siege.quick_work",)


@dataclass
class Member:
    """One process; ``url`` is where a web process listens."""

    module: tuple[str, ...]
    folder: Path
    environment: dict[str, str]
    popen: "subprocess.Popen[str]" = field(init=False)
    url: str | None = field(init=False, default=None)

    def begin(self) -> None:
        """Start it, and wait until it is ready."""
        self.url = None
        with (self.folder / "log").open("a", encoding="utf-8") as log:
            command = [sys.executable, "-m", *self.module]
            self.popen = subprocess.Popen(
                command, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True, bufsize=1
            )
        assert self.popen.stdout is not None
        found = re.search(r"http://\S+", self.popen.stdout.readline())
        self.url = found[0] if found else None

    def kill(self) -> None:
        """End it as a power cut does."""
        self.popen.kill()
        self.popen.wait()
        assert self.popen.stdout is not None
        self.popen.stdout.close()


class Fleet:
    """The processes of one service, and whatever happens to them."""

    def __init__(self, members: list[Member], chance: random.Random) -> None:
        self._members, self._chance = members, chance
        self._lock = Lock()
        self._starting: list[Member] = []
        self.kills = 0

    def a_url(self) -> str:
        """Where one of the web processes listens."""
        return self._chance.choice([member.url for member in self._members if member.url is not None])

    def kill_one(self) -> Member | None:
        """Kill any of them, to be begun again with ``begin``; one that only just begins is spared: None."""
        with self._lock:
            member = self._chance.choice(self._members)
            if member in self._starting:
                return None
            self._starting.append(member)
        member.url = None
        member.kill()
        self.kills += 1
        return member

    def begin(self, member: Member) -> None:
        """Start a process again."""
        member.begin()
        with self._lock:
            self._starting.remove(member)


@contextmanager
def fleet(scratch: Path, web: int, work: int, seed: int, **settings: str) -> Iterator[Fleet]:
    """So many processes that answer, and so many that work; their clips are in ``scratch/blobs``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FORMCHECK_")}
    members = []
    for number, module in enumerate([WEB] * web + [WORK] * work):
        folder = scratch / f"process-{number}"
        folder.mkdir()
        own = {"FORMCHECK_DATA_DIR": str(folder), "FORMCHECK_BLOBS_URL": (scratch / "blobs").as_uri()}
        members.append(Member(module, folder, kept | own | settings))
    try:
        for member in members:
            member.begin()
        yield Fleet(members, random.Random(seed))
    finally:
        for member in members:
            if hasattr(member, "popen") and member.popen.poll() is None:
                member.kill()
