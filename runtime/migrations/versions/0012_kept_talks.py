"""Talks that were recorded because their callers agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of recorded talks."""
    op.create_table(
        "kept_talks",
        sa.Column("recording", sa.String(64), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("offer", sa.String(128), nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("consented_at", sa.Double(), nullable=False),
        sa.Column("began_at", sa.Double(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("pauses", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("recording", name="pk_kept_talks"),
        sa.UniqueConstraint("offer", name="uq_kept_talks_offer"),
    )
    op.create_index("ix_kept_talks_call", "kept_talks", ["call"])
    op.create_index("ix_kept_talks_began_at", "kept_talks", ["began_at"])
    op.create_index("ix_kept_talks_agent_began_at", "kept_talks", ["agent", "began_at"])


def downgrade() -> None:
    """Take the table away; the files in the vault are swept by nobody then."""
    op.drop_table("kept_talks")
