"""Attempts that wait, crashes counted by themselves, and the time that retention saw last."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision: what waits may begin at once, and nothing has crashed yet."""
    op.add_column("analyses", sa.Column("crashes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("analyses", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
    op.execute("INSERT INTO marks (name) VALUES ('retention')")


def downgrade() -> None:
    """Bring the tables back to the revision before."""
    op.drop_table("marks")
    with op.batch_alter_table("analyses", schema=None) as batch_op:
        batch_op.drop_column("not_before")
        batch_op.drop_column("crashes")
