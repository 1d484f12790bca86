"""The engine's jobs, turns between owners, what they used, and live workers; heartbeats in analyses go."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_DROP_ENGINE = """
DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
DO $$ DECLARE made regprocedure; BEGIN
    FOR made IN SELECT oid::regprocedure FROM pg_proc WHERE proname LIKE 'procrastinate\\_%' LOOP
        EXECUTE 'DROP FUNCTION ' || made || ' CASCADE';
    END LOOP;
END $$;
DROP TYPE procrastinate_job_status, procrastinate_job_event_type, procrastinate_job_to_defer_v1 CASCADE;
"""


def upgrade() -> None:
    """Bring the tables to this revision: what waits has its old order, and gets its job by reconciliation."""
    op.add_column("analyses", sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("analyses", sa.Column("job", sa.BigInteger(), nullable=True))
    op.add_column("analyses", sa.Column("request_id", sa.String(length=64), nullable=True))
    op.add_column("analyses", sa.Column("queue", sa.String(length=20), nullable=False, server_default="clips"))
    op.execute("ALTER TABLE analyses DROP COLUMN beat")  # SQLite, too, without making the table anew
    op.drop_index(op.f("ix_analyses_state_number"), "analyses")
    op.create_index(op.f("ix_analyses_state_turn_number"), "analyses", ["state", "turn", "number"])
    op.create_index(op.f("ix_analyses_owner_state_turn"), "analyses", ["owner", "state", "turn"])
    op.create_index(op.f("ix_analyses_job"), "analyses", ["job"])
    op.create_table(
        "usage",
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("clips", sa.Integer(), nullable=False),
        sa.Column("work_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "day", name=op.f("pk_usage")),
    )
    op.create_table(
        "chores",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("task", sa.String(length=128), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_chores")),
    )
    op.create_index(op.f("ix_chores_due"), "chores", ["due"])
    op.create_table(
        "workers",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("queues", sa.JSON(), nullable=False),
        sa.Column("concurrency", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    if _is_postgresql():
        _run_raw(SchemaManager.get_schema())


def downgrade() -> None:
    """Bring the tables back to the revision before; what waits is first in, first out again."""
    if _is_postgresql():
        _run_raw(_DROP_ENGINE)
    for table in ("workers", "chores", "usage"):
        op.drop_table(table)
    for index in ("ix_analyses_job", "ix_analyses_owner_state_turn", "ix_analyses_state_turn_number"):
        op.drop_index(op.f(index), "analyses")
    op.create_index(op.f("ix_analyses_state_number"), "analyses", ["state", "number"])
    op.add_column("analyses", sa.Column("beat", sa.Integer(), nullable=False, server_default="0"))
    for column in ("queue", "request_id", "job", "turn"):
        op.execute(f"ALTER TABLE analyses DROP COLUMN {column}")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _run_raw(script: str) -> None:
    """Several statements at once, without blanks to fill: the percent signs in them are their own."""
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute(script)
