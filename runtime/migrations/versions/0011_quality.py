"""Quality cards: sheets, draws, cards and their versions, calibrations."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, empty."""
    op.create_table(
        "quality_sheets",
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_quality_sheets"),
    )
    op.create_table(
        "quality_draws",
        sa.Column("week", sa.String(10), nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("talks", sa.Integer, nullable=False),
        sa.Column("eligible", sa.Integer, nullable=False),
        sa.Column("picks", sa.JSON, nullable=False),
        sa.Column("drawn_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("week", "agent", name="pk_quality_draws"),
    )
    _add_cards()
    _add_versions()
    op.create_table(
        "quality_calibrations",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("card", sa.String(16), _card("fk_quality_calibrations_card_quality_cards"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", sa.Float, nullable=False),
        sa.Column("closed_by", sa.String(64), nullable=True),
        sa.Column("closed_at", sa.Float, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_quality_calibrations"),
        sa.UniqueConstraint("card", name="uq_quality_calibrations_card"),
    )


def downgrade() -> None:
    """Take the tables away, with every card."""
    for table in (
        "quality_calibrations",
        "quality_versions",
        "quality_cards",
        "quality_draws",
        "quality_sheets",
    ):
        op.drop_table(table)


def _card(name: str) -> sa.ForeignKey:
    return sa.ForeignKey("quality_cards.id", name=name, ondelete="CASCADE")


def _add_cards() -> None:
    op.create_table(
        "quality_cards",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("known_as", sa.String(200), nullable=False),
        sa.Column("call", sa.String(128), nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("team", sa.String(40), nullable=False),
        sa.Column("queue", sa.String(64), nullable=True),
        sa.Column("started_at", sa.Float, nullable=False),
        sa.Column("is_callback", sa.Boolean, nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("calibration", sa.String(16), nullable=True),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", sa.Float, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("current", sa.Integer, nullable=True),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("acknowledged_at", sa.Float, nullable=True),
        sa.Column("dispute", sa.Text, nullable=False),
        sa.Column("disputed_at", sa.Float, nullable=True),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered_by", sa.String(64), nullable=True),
        sa.Column("answered_at", sa.Float, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_quality_cards"),
        sa.UniqueConstraint("known_as", name="uq_quality_cards_known_as"),
    )
    op.create_index("ix_quality_cards_agent", "quality_cards", ["agent", "started_at"])
    for column in ("started_at", "call", "calibration"):
        op.create_index(f"ix_quality_cards_{column}", "quality_cards", [column])


def _add_versions() -> None:
    op.create_table(
        "quality_versions",
        sa.Column("card", sa.String(16), _card("fk_quality_versions_card_quality_cards"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column(
            "sheet",
            sa.String(16),
            sa.ForeignKey("quality_sheets.version", name="fk_quality_versions_sheet_quality_sheets"),
            nullable=False,
        ),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("saved_at", sa.Float, nullable=False),
        sa.Column("submitted_at", sa.Float, nullable=True),
        sa.Column("percent", sa.Float, nullable=True),
        sa.Column("failed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("card", "number", name="pk_quality_versions"),
    )
    op.create_index("ix_quality_versions_sheet", "quality_versions", ["sheet"])
