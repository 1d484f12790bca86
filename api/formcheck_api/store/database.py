"""The database: opening it, transactions on it, and bringing its tables up to date. SQLite or PostgreSQL."""

import sqlite3
import time
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from formcheck.words.catalogue import ENGLISH
from formcheck_api.records.sharing import Sharing

DRIVERS: Final = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")

BUSY_TIMEOUT_S: Final = 30
"""How long SQLite waits for another writer: our own transactions take milliseconds, a backup or a shell seconds."""
LOOK_AGAIN_S: Final = 0.02
"""Where we wait ourselves."""

POOL_SIZE: Final = 16
POOL_OVERFLOW: Final = 40
"""Connections, idle and at most beyond: a web server's 40 threads and the workers may all ask at once."""

CONNECT_TIMEOUT_S: Final = 5
"""How long PostgreSQL may take to accept a connection, where its host does not answer at all."""

_DISK_FULL: Final = ("SQLITE_FULL", "53100")
"""SQLite's name for it, and PostgreSQL's (its appendix A)."""

MIGRATION_LOCK: Final = 0x666F726D
"""PostgreSQL's advisory lock that lets one process migrate at a time ("form" in ASCII; any fixed number would do)."""


class IdempotencyConflictError(Exception):
    """The same Idempotency-Key was used for a different request."""


def open_database(url: str) -> Engine:
    """An engine for ``sqlite:///path`` or ``postgresql+psycopg://...``; makes the folder of a SQLite file.

    Raises ArgumentError for any other address.
    """
    address = make_url(url)
    if address.drivername not in DRIVERS:
        raise ArgumentError(ENGLISH.say("error.service.database_kind", kind=address.drivername))
    if address.get_backend_name() != "sqlite":
        return _engine(address, connect_args={"connect_timeout": CONNECT_TIMEOUT_S}, pool_pre_ping=True)
    if address.database:
        _make_private(Path(address.database))
    engine = _engine(address, connect_args={"timeout": BUSY_TIMEOUT_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def upgrade_database(engine: Engine) -> None:
    """Run the migrations that are missing, all or none; safe when several processes start at once."""
    with _writing(engine) as db:
        if db.dialect.name == "postgresql":
            db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        command.upgrade(migration_config(db), "head")


def is_full(error: OperationalError) -> bool:
    """Whether the database's disk had no room left."""
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return code in _DISK_FULL


def reason_of(error: SQLAlchemyError) -> str:
    """What the database said, in one line."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


def migration_config(db: Connection) -> Config:
    """Alembic's settings, for running its commands inside a transaction of ours."""
    config = Config(attributes={"connection": db})
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


def take_turns(db: Connection, owner: str) -> None:
    """One creation per owner at a time, so that the same request sent twice at once is accepted once."""
    if db.dialect.name == "postgresql":  # SQLite has one writer anyway
        db.execute(text("SELECT pg_advisory_xact_lock(hashtext(:owner))"), {"owner": owner})


class Transactions:
    """What the parts of the store have in common: one database, and a transaction for every call."""

    def __init__(self, engine: Engine, sharing: Sharing = Sharing()) -> None:  # noqa: B008  # frozen
        self._engine = engine
        self._sharing = sharing

    def _reading(self) -> AbstractContextManager[Connection]:
        return self._engine.begin()

    def _writing(self) -> AbstractContextManager[Connection]:
        return _writing(self._engine)


def _engine(address: URL, **more: Any) -> Engine:
    """Errors go to the log without the values of a statement: file names and labels are among them."""
    return create_engine(address, pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW, hide_parameters=True, **more)


def _make_private(path: Path) -> None:
    """Let only this user read SQLite's files; those it makes later take over the mode of the database."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):  # of another user, or nowhere to write: SQLite says so better when it opens the file
        path.touch(mode=0o600)
        for file in path.parent.glob(f"{path.name}*"):
            file.chmod(0o600)


def _writing(engine: Engine) -> AbstractContextManager[Connection]:
    return engine.execution_options(sqlite_begin="IMMEDIATE").begin()


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver would begin transactions by its own rules
    cursor = connection.cursor()
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous = FULL")  # what was accepted outlives a power cut, too
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _write_ahead(cursor: DBAPICursor) -> None:
    """Have readers and the one writer not wait for each other.

    SQLite waits for no lock here, however long its time-out: another connection may be changing a new file's mode.
    """
    give_up_s = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_s:
                raise
            time.sleep(LOOK_AGAIN_S)
        else:
            return


def _begin_sqlite(db: Connection) -> None:
    # A writer takes the lock at once: one that read first could not wait for it, but would fail with "locked".
    db.exec_driver_sql(f"BEGIN {db.get_execution_options().get('sqlite_begin', 'DEFERRED')}")
