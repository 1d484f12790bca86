"""An index by which each queue finds the turn that it has reached."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_index(op.f("ix_analyses_state_queue_turn"), "analyses", ["state", "queue", "turn"])


def downgrade() -> None:
    """Bring the tables back to the revision before."""
    op.drop_index(op.f("ix_analyses_state_queue_turn"), "analyses")
