"""Callers, contacts, the catalogue, cases and their delivery: the tables of the CRM bridge."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "outbox",
    "idempotency_keys",
    "case_events",
    "cases",
    "case_counters",
    "topics",
    "units",
    "wrap_ups",
    "contacts",
    "callers",
)


def upgrade() -> None:
    """Create every table of the bridge."""
    _people()
    _catalogue()
    _cases()
    _deliveries()


def downgrade() -> None:
    """Drop every table of the bridge, and what was kept in them."""
    for table in _TABLES:
        op.drop_table(table)


def _people() -> None:
    op.create_table(
        "callers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_callers"),
        sa.UniqueConstraint("number", "name", name="uq_callers_number_name"),
    )
    op.create_table(
        "contacts",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("dialled", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("path", sa.JSON(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("arrived_at", sa.Double(), nullable=False),
        sa.Column("queued_at", sa.Double(), nullable=True),
        sa.Column("connected_at", sa.Double(), nullable=True),
        sa.Column("ended_at", sa.Double(), nullable=False),
        sa.Column("wait_s", sa.Double(), nullable=False),
        sa.Column("talk_s", sa.Double(), nullable=False),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("call", name="pk_contacts"),
    )
    op.create_index("ix_contacts_arrived_at", "contacts", ["arrived_at"], unique=False)
    op.create_index("ix_contacts_caller_arrived_at", "contacts", ["caller", "arrived_at"], unique=False)
    op.create_table(
        "wrap_ups",
        sa.Column("call", sa.String(length=128), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("disposition", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("call", name="pk_wrap_ups"),
    )


def _catalogue() -> None:
    op.create_table(
        "units",
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("catalogue_version", sa.String(length=16), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("unit", name="pk_units"),
    )
    op.create_table(
        "topics",
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("topic_group", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("skill", sa.String(length=64), nullable=False),
        sa.Column("catalogue_version", sa.String(length=16), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["units.unit"], name="fk_topics_unit_units"),
        sa.PrimaryKeyConstraint("topic", name="pk_topics"),
    )


def _cases() -> None:
    op.create_table(
        "case_counters",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_case_counters"),
    )
    op.create_table(
        "cases",
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("unit_reason", sa.String(length=400), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("caller", sa.String(length=32), nullable=False),
        sa.Column("call", sa.String(length=128), nullable=True),
        sa.Column("agent", sa.String(length=64), nullable=True),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.String(length=128), nullable=False),
        sa.Column("opened_at", sa.Double(), nullable=False),
        sa.Column("promised_at", sa.Double(), nullable=True),
        sa.Column("catalogue_version", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'delivered', 'undeliverable', 'closed')", name="ck_cases_status"
        ),
        sa.ForeignKeyConstraint(["topic"], ["topics.topic"], name="fk_cases_topic_topics"),
        sa.ForeignKeyConstraint(["unit"], ["units.unit"], name="fk_cases_unit_units"),
        sa.PrimaryKeyConstraint("number", name="pk_cases"),
    )
    op.create_index("ix_cases_call", "cases", ["call"], unique=False)
    op.create_index("ix_cases_caller_opened_at", "cases", ["caller", "opened_at"], unique=False)
    op.create_index("ix_cases_status", "cases", ["status"], unique=False)
    op.create_table(
        "case_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_case_events_case_number_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_case_events"),
    )
    op.create_index("ix_case_events_case_number", "case_events", ["case_number"], unique=False)


def _deliveries() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("case_number", sa.String(length=16), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name="fk_idempotency_keys_case_number_cases"
        ),
        sa.PrimaryKeyConstraint("key", name="pk_idempotency_keys"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(length=16), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("claimed_until", sa.Double(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'delivered', 'refused')", name="ck_outbox_state"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_outbox_case_number_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("idempotency_key", name="uq_outbox_idempotency_key"),
    )
    op.create_index("ix_outbox_case_number_id", "outbox", ["case_number", "id"], unique=False)
    op.create_index("ix_outbox_state_next_at", "outbox", ["state", "next_at"], unique=False)
