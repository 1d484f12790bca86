"""Keys that share what another uploaded."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision: a key of before owns what it uploaded."""
    op.add_column("keys", sa.Column("owner", sa.String(length=40), nullable=True))
    op.execute("UPDATE keys SET owner = prefix")
    with op.batch_alter_table("keys", schema=None) as batch_op:
        batch_op.alter_column("owner", existing_type=sa.String(length=40), nullable=False)


def downgrade() -> None:
    """Bring the tables back to the revision before; keys that share would own nothing there, and go."""
    op.execute("DELETE FROM keys WHERE owner <> prefix")
    with op.batch_alter_table("keys", schema=None) as batch_op:
        batch_op.drop_column("owner")
