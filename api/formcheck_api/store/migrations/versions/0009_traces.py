"""The trace of an analysis, which its worker goes on with."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.add_column("analyses", sa.Column("trace", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Bring the tables back to the revision before."""
    with op.batch_alter_table("analyses") as table:
        table.drop_column("trace")
