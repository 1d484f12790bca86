"""Databases and stores for the service's tests: everything on SQLite runs on a real PostgreSQL, too."""

from collections.abc import Callable, Iterator
from pathlib import Path

import av
import pytest

from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Analysis
from formcheck_api.storage.address import open_blobs
from formcheck_api.storage.blobs import Blobs
from formcheck_api.store.database import open_database, upgrade_database
from formcheck_api.store.store import Store
from places import CLIP
from service.accepting import upload
from service.postgres import empty
from small_clips import PLACE

SHORT_S = 1.5


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'formcheck.db'}"
    url = str(request.getfixturevalue("postgres"))
    return empty(url)


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


@pytest.fixture
def send(store: Store, blobs: Blobs, tmp_path: Path) -> Callable[[str], Analysis]:
    """Upload a clip of that name."""

    def send(name: str) -> Analysis:
        path = tmp_path / "incoming"
        path.write_text(f"the bytes of {name}")
        return upload(store, blobs, path, name)

    return send


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


def _opened(url: str) -> Iterator[Store]:
    engine = open_database(url)
    upgrade_database(engine)
    yield Store(engine)
    engine.dispose()
