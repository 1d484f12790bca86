"""The tables, and how their rows become records."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    TypeDecorator,
)

from formcheck_api.records.analyses import Analysis, ApiKey, Options, Problem, State
from formcheck_api.records.sharing import CLIPS


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time; SQLite, which keeps no zone, is given UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  # SQLAlchemy's signature
    ) -> datetime | None:
        """To UTC. Raises ValueError for a time without a zone, which is ambiguous."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  # SQLAlchemy's signature
    ) -> datetime | None:
        """In UTC, with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_Number: Final = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up INTEGER keys only

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

athletes: Final = Table(
    "athletes",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("owner", String(40), nullable=False),
    Column("name", String(100), nullable=False),
    Column("height_m", Float),
    Column("units", String(20), nullable=False),
    Column("notes", String(2000)),
    Column("created", UtcDateTime, nullable=False),
    Index(None, "owner", "created", "id"),
)

sessions: Final = Table(
    "sessions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("owner", String(40), nullable=False),
    Column("athlete_id", ForeignKey("athletes.id", ondelete="CASCADE"), nullable=False),
    Column("date", Date, nullable=False),
    Column("kind", String(20)),
    Column("shoes", String(100)),
    Column("speed_kmh", Float),
    Column("notes", String(2000)),
    Column("created", UtcDateTime, nullable=False),
    Index(None, "owner", "date", "created", "id"),
    Index(None, "athlete_id", "date"),
)

analyses: Final = Table(
    "analyses",
    metadata,
    Column("number", _Number, primary_key=True),  # the order of acceptance, which no clock can turn round
    Column("id", String(40), nullable=False, unique=True),
    Column("owner", String(40), nullable=False),
    Column("label", String(200)),
    Column("state", String(20), nullable=False),
    Column("stage", String(100), nullable=False),
    Column("progress", Float, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("started", UtcDateTime),
    Column("finished", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("crashes", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime),
    Column("options", JSON, nullable=False),
    Column("clip_name", String(255), nullable=False),
    Column("clip_sha256", String(64), nullable=False),
    Column("clip_bytes", BigInteger, nullable=False),
    Column("clip_key", String(255)),
    Column("problem", JSON(none_as_null=True)),
    Column("artefact_prefix", String(255)),
    Column("artefacts", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("worker", String(255)),
    Column("cancel_requested", Boolean, nullable=False),
    # No foreign key: to add one, SQLite makes the table anew and loses the requests that refer to its rows.
    Column("session_id", String(40), index=True),
    Column("formcheck_version", String(40)),
    Column("turn", Integer, nullable=False, server_default="0"),  # the lowest is next (``work.turns``)
    Column("job", BigInteger, index=True),  # the engine's; None: it waits for its owner's turn, or there is no engine
    Column("request_id", String(64)),  # of the upload, for the log
    Column("trace", String(64)),  # of the upload, as W3C's traceparent
    Column("queue", String(20), nullable=False, server_default=CLIPS),
    CheckConstraint("state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name="state"),
    CheckConstraint("(state = 'running') = (worker IS NOT NULL)", name="worker"),
    Index(None, "state", "turn", "number"),
    Index(None, "state", "queue", "turn"),
    Index(None, "owner", "state", "turn"),
    Index(None, "owner", "created", "id"),
    Index(None, "owner", "clip_sha256"),
)

requests: Final = Table(
    "requests",
    metadata,
    Column("owner", String(40), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(255), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("analysis_id", ForeignKey("analyses.id", ondelete="CASCADE"), nullable=False, index=True),
)

keys: Final = Table(
    "keys",
    metadata,
    Column("prefix", String(40), primary_key=True),
    Column("owner", String(40), nullable=False),
    Column("name", String(200), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("secret_sha256", String(64), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("last_used", UtcDateTime),
    Column("revoked", UtcDateTime),
)

garbage: Final = Table(
    "garbage",
    metadata,
    Column("key", String(255), primary_key=True),  # of a blob, or of all blobs below it
)

deletions: Final = Table(
    "deletions",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("deleted_at", UtcDateTime, nullable=False),
    Column("what", String(20), nullable=False),
    Column("why", String(20), nullable=False),
    Column("owner", String(40), nullable=False),
    Column("analysis_id", String(40), nullable=False),
)

usage: Final = Table(
    "usage",
    metadata,
    Column("owner", String(40), primary_key=True),
    Column("day", Date, primary_key=True),  # in UTC
    Column("clips", Integer, nullable=False),
    Column("work_s", Float, nullable=False),
)

chores: Final = Table(
    "chores",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("task", String(128), nullable=False),
    Column("args", JSON, nullable=False),
    Column("due", UtcDateTime, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
)

workers: Final = Table(
    "workers",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # the engine's
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("queues", JSON, nullable=False),
    Column("concurrency", Integer, nullable=False),
    Column("version", String(40), nullable=False),
    Column("started", UtcDateTime, nullable=False),
)

marks: Final = Table(
    "marks",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("at", UtcDateTime),
)


def analysis_from(row: RowMapping) -> Analysis:
    """The record of a row of ``analyses``."""
    values: dict[str, Any] = {name: row[name] for name in Analysis.__slots__}
    problem = values["problem"]
    return Analysis(
        **values
        | {
            "state": State(values["state"]),
            "options": Options(**values["options"]),
            "problem": Problem(**problem) if problem else None,
            "artefacts": tuple(values["artefacts"]),
        }
    )


def key_from(row: RowMapping) -> ApiKey:
    """The record of a row of ``keys``."""
    values: dict[str, Any] = {name: row[name] for name in ApiKey.__slots__}
    return ApiKey(**values | {"scopes": frozenset(values["scopes"])})


def as_json(record: Options | Problem) -> dict[str, Any]:
    """A record as a JSON column keeps it."""
    return asdict(record)
