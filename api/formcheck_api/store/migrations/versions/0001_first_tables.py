"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    _create_analyses()
    _create_deletions()
    _create_garbage()
    _create_keys()
    _create_requests()


def downgrade() -> None:
    """Bring the tables back to the revision before."""
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requests_analysis_id"))

    op.drop_table("requests")
    op.drop_table("keys")
    op.drop_table("garbage")
    op.drop_table("deletions")
    with op.batch_alter_table("analyses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_analyses_state_number"))
        batch_op.drop_index(batch_op.f("ix_analyses_owner_created_id"))
        batch_op.drop_index(batch_op.f("ix_analyses_owner_clip_sha256"))

    op.drop_table("analyses")


def _create_analyses() -> None:
    op.create_table(
        "analyses",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=100), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("clip_name", sa.String(length=255), nullable=False),
        sa.Column("clip_sha256", sa.String(length=64), nullable=False),
        sa.Column("clip_bytes", sa.BigInteger(), nullable=False),
        sa.Column("clip_key", sa.String(length=255), nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("artefact_prefix", sa.String(length=255), nullable=True),
        sa.Column("artefacts", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=255), nullable=True),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(state = 'running') = (worker IS NOT NULL)", name=op.f("ck_analyses_worker")),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name=op.f("ck_analyses_state")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_analyses")),
        sa.UniqueConstraint("id", name=op.f("uq_analyses_id")),
    )
    with op.batch_alter_table("analyses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_analyses_owner_clip_sha256"), ["owner", "clip_sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_analyses_owner_created_id"), ["owner", "created", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_analyses_state_number"), ["state", "number"], unique=False)


def _create_deletions() -> None:
    op.create_table(
        "deletions",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("analysis_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_deletions")),
    )


def _create_garbage() -> None:
    op.create_table(
        "garbage",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_garbage")),
    )


def _create_keys() -> None:
    op.create_table(
        "keys",
        sa.Column("prefix", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_keys")),
    )


def _create_requests() -> None:
    op.create_table(
        "requests",
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=255), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("analysis_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["analyses.id"], name=op.f("fk_requests_analysis_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_requests")),
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requests_analysis_id"), ["analysis_id"], unique=False)
