"""Messages that callers left."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of messages."""
    op.create_table(
        "voicemails",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("left_at", sa.Double(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("audio", sa.LargeBinary(), nullable=False),
        sa.Column("done_at", sa.Double(), nullable=True),
        sa.Column("done_by", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("call", name="pk_voicemails"),
    )
    op.create_index("ix_voicemails_done_at_left_at", "voicemails", ["done_at", "left_at"])


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("voicemails")
