"""Opening and upgrading the database."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import DBAPIError

from formcheck_api.records.analyses import Options
from formcheck_api.store.database import migration_config, open_database, upgrade_database
from formcheck_api.store.store import Store
from formcheck_api.store.tables import metadata
from service.accepting import NOW, OWNER, accept, clip_of, read

HELD_S = 0.2


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty database."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    """Our tables, and not the engine's."""
    names = set(inspect(engine).get_table_names()) - {"alembic_version"}
    return {name for name in names if not name.startswith("procrastinate_")}


def test_the_migrations_make_the_tables_of_the_code(engine: Engine) -> None:
    upgrade_database(engine)
    with engine.begin() as db:
        command.check(migration_config(db))  # raises when a migration is missing
    assert tables(engine) == set(metadata.tables)


def test_the_tables_can_be_taken_back_and_made_again(engine: Engine) -> None:
    upgrade_database(engine)
    with engine.begin() as db:
        command.downgrade(migration_config(db), "base")
    assert tables(engine) == set()
    upgrade_database(engine)
    assert tables(engine) == set(metadata.tables)


def test_upgrading_a_database_in_use_keeps_what_is_in_it(engine: Engine) -> None:
    upgrade_database(engine)
    analysis = accept(Store(engine))
    upgrade_database(engine)
    assert read(Store(engine), analysis) == analysis


def test_a_key_of_before_keys_could_share_owns_what_it_uploaded(engine: Engine) -> None:
    upgrade_database(engine)
    key, token = Store(engine).create_key("Ada", ["analyses:read"], NOW)
    with engine.begin() as db:
        command.downgrade(migration_config(db), "0001")
    upgrade_database(engine)
    assert Store(engine).find_key(token) == key


def test_what_waited_before_attempts_did_waits_no_longer(engine: Engine) -> None:
    upgrade_database(engine)
    analysis = accept(Store(engine))
    with engine.begin() as db:
        command.downgrade(migration_config(db), "0002")
    upgrade_database(engine)
    assert read(Store(engine), analysis) == analysis
    assert Store(engine).claim("process-1/0", NOW) is not None


def test_an_error_of_the_database_shows_nothing_of_what_a_client_sent(engine: Engine) -> None:
    with pytest.raises(DBAPIError) as error:  # there are no tables
        Store(engine).create(OWNER, "my label", Options(), clip_of(name="my clip.mp4"), request=None, now=NOW)
    assert "my " not in str(error.value)


def test_other_users_of_the_machine_cannot_read_the_database(tmp_path: Path) -> None:
    path = tmp_path / "formcheck.db"
    path.touch(mode=0o644)  # of before
    engine = open_database(f"sqlite:///{path}")
    upgrade_database(engine)
    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("formcheck.db", "formcheck.db-wal", "formcheck.db-shm"), 0o600)
    engine.dispose()


def test_several_services_may_start_at_once(database_url: str) -> None:
    engines = [open_database(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(upgrade_database, engines))
    assert tables(engines[0]) == set(metadata.tables)
    for engine in engines:
        engine.dispose()


def test_a_database_locked_by_another_process_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "formcheck.db"
    engine = open_database(f"sqlite:///{path}")
    upgrade_database(engine)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as aside:
        accepted = aside.submit(accept, Store(engine))
        with pytest.raises(TimeoutError):
            accepted.result(HELD_S)
        other.execute("COMMIT")
        analysis = accepted.result()
    other.close()
    assert read(Store(engine), analysis) == analysis
    engine.dispose()
