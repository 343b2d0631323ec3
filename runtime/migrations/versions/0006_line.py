"""Opening hours, closures and flash messages."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of what is decided about the line."""
    op.create_table(
        "line_schedules",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("changed_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_line_schedules"),
    )
    op.create_table(
        "line_closures",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("queue", sa.String(64), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.String(64), nullable=False),
        sa.Column("closed_at", sa.Float(), nullable=False),
        sa.Column("until_at", sa.Float(), nullable=False),
        sa.Column("opened_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_line_closures"),
    )
    op.create_index("ix_line_closures_until_at", "line_closures", ["until_at"])
    op.create_table(
        "line_flashes",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("place", sa.String(16), nullable=False),
        sa.Column("place_name", sa.String(64), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.Float(), nullable=False),
        sa.Column("ends_at", sa.Float(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("heard", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("changed_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_line_flashes"),
    )
    op.create_index("ix_line_flashes_ends_at", "line_flashes", ["ends_at"])
    _make_recordings()


def _make_recordings() -> None:
    op.create_table(
        "line_recordings",
        sa.Column("flash", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("audio", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("flash", "language", name="pk_line_recordings"),
        sa.ForeignKeyConstraint(
            ["flash"], ["line_flashes.id"], name="fk_line_recordings_flash_line_flashes", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Take the tables away."""
    for table in ("line_recordings", "line_flashes", "line_closures", "line_schedules"):
        op.drop_table(table)
