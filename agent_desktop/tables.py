"""The desktop's tables: people, skills, sessions, boards on the wall, deeds, the line, and alerts that stand.

The token of a session or a board is never stored, only its SHA-256; a password only as an argon2 hash. A
phone's secret is stored as it is because SIP digest needs it. Rows of `audit` are only ever added; `before`
and `after` are JSON objects of the fields that a deed changed, `oversight` marks what is listed as a change.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from runtime.db import metadata

users = Table(
    "users",
    metadata,
    Column("login", String(64), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("role", String(16), nullable=False),
    Column("extension", String(16), unique=True, nullable=True),
    Column("password_hash", String(255), nullable=False),
    Column("phone_secret", String(128), nullable=False),
    Column("language", String(8), nullable=False),
    Column("wrap_up_s", Float, nullable=True),
    Column("active", Boolean, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("team", String(40), nullable=False, server_default=""),
    Column("scope", JSON, nullable=False, server_default="{}"),
)

user_skills = Table(
    "user_skills",
    metadata,
    Column("login", String(64), ForeignKey("users.login", ondelete="CASCADE"), primary_key=True),
    Column("skill", String(64), primary_key=True),
    Column("level", Integer, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("login", String(64), ForeignKey("users.login", ondelete="CASCADE"), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Index("ix_sessions_login", "login"),
    Index("ix_sessions_expires_at", "expires_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Column("address", String(64), nullable=False),
    Column("before", Text, nullable=True),
    Column("after", Text, nullable=True),
    Column("undoes", Integer, nullable=True),
    Column("oversight", Boolean, nullable=False),
    Index("ix_audit_at", "at"),
    Index("ix_audit_subject", "subject"),
    Index("ix_audit_undoes", "undoes"),
    Index("ix_audit_oversight", "oversight", "id"),
)

tv_boards = Table(
    "tv_boards",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("token_hash", String(64), unique=True, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("revoked_at", Float, nullable=True),
)

line_schedules = Table(
    "line_schedules",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("body", Text, nullable=False),
    Column("changed_by", String(64), nullable=False),
    Column("changed_at", Float, nullable=False),
)

line_closures = Table(
    "line_closures",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("queue", String(64), nullable=True),
    Column("reason", String(200), nullable=False),
    Column("texts", Text, nullable=False),
    Column("closed_by", String(64), nullable=False),
    Column("closed_at", Float, nullable=False),
    Column("until_at", Float, nullable=False),
    Column("opened_at", Float, nullable=True),
    Index("ix_line_closures_until_at", "until_at"),
)

line_flashes = Table(
    "line_flashes",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("title", String(120), nullable=False),
    Column("place", String(16), nullable=False),
    Column("place_name", String(64), nullable=False),
    Column("texts", Text, nullable=False),
    Column("starts_at", Float, nullable=False),
    Column("ends_at", Float, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("heard", Integer, nullable=False),
    Column("changed_by", String(64), nullable=False),
    Column("changed_at", Float, nullable=False),
    Index("ix_line_flashes_ends_at", "ends_at"),
)

line_recordings = Table(
    "line_recordings",
    metadata,
    Column("flash", String(16), ForeignKey("line_flashes.id", ondelete="CASCADE"), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("audio", LargeBinary, nullable=False),
)

alert_occurrences = Table(
    "alert_occurrences",
    metadata,
    Column("id", String(160), primary_key=True),
    Column("alert", String(128), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("queue", String(64), nullable=True),
    Column("reading", Float, nullable=False),
    Column("bound", Float, nullable=False),
    Column("raised_at", Float, nullable=False),
    Column("acknowledged_by", String(64), nullable=True),
    Column("acknowledged_at", Float, nullable=True),
    Column("ended_at", Float, nullable=True),
    Column("told", Text, nullable=False),
    Column("seen_at", Float, nullable=False),
)

user_favourites = Table(
    "user_favourites",
    metadata,
    Column("login", String(64), ForeignKey("users.login", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("target", String(64), primary_key=True),
    Column("place", Integer, nullable=False),
)
