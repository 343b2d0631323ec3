"""The tables of quality cards: sheets that were used, draws, cards with their versions, calibrations.

They hold what leaders say of employees and no caller's data: the talk is asked of the bridge by its call.
`known_as` keeps a talk from having two ordinary cards, and a leader from having two of one calibration.
`current` is the number of the version that counts, null before any was submitted.
"""

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from runtime.db import metadata

quality_sheets = Table(
    "quality_sheets",
    metadata,
    Column("version", String(16), primary_key=True),
    Column("body", Text, nullable=False),
)

quality_draws = Table(
    "quality_draws",
    metadata,
    Column("week", String(10), primary_key=True),
    Column("agent", String(64), primary_key=True),
    Column("talks", Integer, nullable=False),
    Column("eligible", Integer, nullable=False),
    Column("picks", JSON, nullable=False),
    Column("drawn_at", Float, nullable=False),
)

quality_cards = Table(
    "quality_cards",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("known_as", String(200), nullable=False, unique=True),
    Column("call", String(128), nullable=False),
    Column("agent", String(64), nullable=False),
    Column("team", String(40), nullable=False),
    Column("queue", String(64), nullable=True),
    Column("started_at", Float, nullable=False),
    Column("is_callback", Boolean, nullable=False),
    Column("origin", String(16), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("calibration", String(16), nullable=True),
    Column("made_by", String(64), nullable=False),
    Column("made_at", Float, nullable=False),
    Column("state", String(16), nullable=False),
    Column("current", Integer, nullable=True),
    Column("comment", Text, nullable=False),
    Column("acknowledged_at", Float, nullable=True),
    Column("dispute", Text, nullable=False),
    Column("disputed_at", Float, nullable=True),
    Column("answer", Text, nullable=False),
    Column("answered_by", String(64), nullable=True),
    Column("answered_at", Float, nullable=True),
    Index("ix_quality_cards_agent", "agent", "started_at"),
    Index("ix_quality_cards_started_at", "started_at"),
    Index("ix_quality_cards_call", "call"),
    Index("ix_quality_cards_calibration", "calibration"),
)

quality_versions = Table(
    "quality_versions",
    metadata,
    Column("card", String(16), ForeignKey("quality_cards.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sheet", String(16), ForeignKey("quality_sheets.version"), nullable=False),
    Column("author", String(64), nullable=False),
    Column("answers", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("saved_at", Float, nullable=False),
    Column("submitted_at", Float, nullable=True),
    Column("percent", Float, nullable=True),
    Column("failed", Boolean, nullable=False),
    Index("ix_quality_versions_sheet", "sheet"),
)

quality_calibrations = Table(
    "quality_calibrations",
    metadata,
    Column("id", String(16), primary_key=True),
    Column(
        "card", String(16), ForeignKey("quality_cards.id", ondelete="CASCADE"), nullable=False, unique=True
    ),
    Column("version", Integer, nullable=False),
    Column("note", String(200), nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", Float, nullable=False),
    Column("closed_by", String(64), nullable=True),
    Column("closed_at", Float, nullable=True),
)
