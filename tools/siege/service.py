"""A real ``formcheck serve`` on loopback for a trial: its own process, data folder, limits, log and port."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import httpx

ANSWER_S: Final = 30.0
"""How long a trial waits for an answer, unless it says otherwise."""

STOP_S: Final = 30.0
"""How long a service may take to stop before it is killed; it gives running analyses ten seconds."""

_MEGABYTE: Final = 1_000_000
_RECEIVED_BYTES: Final = 65_536


@dataclass(frozen=True)
class RunningService:
    """A running service; ``popen`` to signal it, ``log`` holds what it wrote to standard error."""

    base_url: str
    popen: "subprocess.Popen[str]"
    log: Path
    data_dir: Path

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.popen.pid

    def client(self, token: str | None = None) -> httpx.Client:
        """A client of it, with a key or a receipt."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.base_url, headers=headers, timeout=ANSWER_S)

    def connect(self) -> socket.socket:
        """A bare connection to it."""
        url = httpx.URL(self.base_url)
        return socket.create_connection((url.host, url.port or 80), timeout=ANSWER_S)

    def exchange(self, head: str, body: Iterable[bytes] = ()) -> str:
        """Its response to a request that no client library would send; empty where there is none.

        ``head`` is the request line and headers, one a line; Host and Connection: close are added.
        """
        host = httpx.URL(self.base_url).netloc.decode("ascii")
        lines = [*head.splitlines(), f"Host: {host}", "Connection: close", "", ""]
        with self.connect() as connection:
            with suppress(ConnectionError):  # it may answer and close before all is sent
                connection.sendall("\r\n".join(lines).encode("ascii"))
                for piece in body:
                    connection.sendall(piece)
            return received(connection)

    def peak_rss_mb(self) -> float:
        """The most memory it has had resident, without its workers."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / _MEGABYTE


@contextmanager
def serving(scratch: Path, *arguments: str, ulimit: str | None = None, **settings: str) -> Iterator[RunningService]:
    """Run the service until the block ends, with its data in ``scratch/data``, which a second run finds again.

    ``arguments`` go to ``formcheck serve``, ``ulimit`` to the shell's command of that name ("-n 256"), ``settings`` to
    the environment as they are spelled (FORMCHECK_WORKERS="0"). No spare worker is kept: loading one takes a processor
    2 s, and few trials analyse a clip.
    """
    data_dir, log = scratch / "data", scratch / "service.log"
    command = [sys.executable, "-m", "formcheck", "serve", "--host", "127.0.0.1", "--port", "0", *arguments]
    if ulimit is not None:
        command = ["sh", "-c", f'ulimit {ulimit} && exec "$@"', "sh", *command]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FORMCHECK_")}
    environment = kept | {"FORMCHECK_DATA_DIR": str(data_dir), "FORMCHECK_SPARE_WORKER": "false"} | settings
    with (
        log.open("a", encoding="utf-8") as errors,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True) as popen,
    ):
        try:
            assert popen.stdout is not None
            yield RunningService(_address(popen.stdout, log), popen, log, data_dir)
        finally:
            _stop(popen)


def received(connection: socket.socket) -> str:
    """All that comes until the service closes, or until it has been silent for the connection's timeout."""
    said = b""
    with suppress(ConnectionError, TimeoutError):
        while piece := connection.recv(_RECEIVED_BYTES):
            said += piece
    return said.decode("utf-8", "replace")


def status_of(answer: str) -> int:
    """The status of the first response on a connection; 0 without one."""
    found = re.match(r"HTTP/1\.1 (\d{3})", answer)
    return int(found[1]) if found else 0


def _address(output: IO[str], log: Path) -> str:
    said = output.readline()
    found = re.search(r"http://\S+", said)
    assert found, f"the service did not start: {said}{log.read_text(encoding='utf-8')[-2000:]}"
    return found[0]


def _stop(popen: "subprocess.Popen[str]") -> None:
    popen.terminate()
    try:
        popen.wait(STOP_S)
    except subprocess.TimeoutExpired:
        popen.kill()
