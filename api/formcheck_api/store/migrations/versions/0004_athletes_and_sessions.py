"""Athletes and their sessions, and the version that measured a clip."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision: what was measured before is in no session, its version not known."""
    op.create_table(
        "athletes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("height_m", sa.Float(), nullable=True),
        sa.Column("units", sa.String(length=20), nullable=False),
        sa.Column("notes", sa.String(length=2000), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_athletes")),
    )
    op.create_index(op.f("ix_athletes_owner_created_id"), "athletes", ["owner", "created", "id"])
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("athlete_id", sa.String(length=40), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("shoes", sa.String(length=100), nullable=True),
        sa.Column("speed_kmh", sa.Float(), nullable=True),
        sa.Column("notes", sa.String(length=2000), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete_id"], ["athletes.id"], name=op.f("fk_sessions_athlete_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_owner_date_created_id"), "sessions", ["owner", "date", "created", "id"])
    op.create_index(op.f("ix_sessions_athlete_id_date"), "sessions", ["athlete_id", "date"])
    op.add_column("analyses", sa.Column("session_id", sa.String(length=40), nullable=True))
    op.create_index(op.f("ix_analyses_session_id"), "analyses", ["session_id"])
    op.add_column("analyses", sa.Column("formcheck_version", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Bring the tables back to the revision before; athletes and sessions go, their analyses stay."""
    op.drop_index(op.f("ix_analyses_session_id"), "analyses")
    with op.batch_alter_table("analyses", schema=None) as batch_op:
        batch_op.drop_column("session_id")
        batch_op.drop_column("formcheck_version")
    op.drop_table("sessions")
    op.drop_table("athletes")
