"""Addresses of boards on the wall."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of boards on the wall."""
    op.create_table(
        "tv_boards",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("revoked_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_tv_boards"),
        sa.UniqueConstraint("token_hash", name="uq_tv_boards_token_hash"),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("tv_boards")
