"""People and their contacts, who was on a call, further reporters, points and news of cases, favourites."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_POINT = ("latitude", "longitude", "northing", "easting")


def upgrade() -> None:
    """Make the tables and columns; fold what is there already, so that it can be searched."""
    _people()
    _cases()
    _deliveries()
    op.create_table(
        "user_favourites",
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["login"], ["users.login"], name="fk_user_favourites_login_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("login", "kind", "target", name="pk_user_favourites"),
    )
    _fold("callers", "id", "name")
    _fold("cases", "number", "address")


def downgrade() -> None:
    """Take them away, and what was kept in them."""
    for table in ("user_favourites", "case_reporters", "case_calls", "call_people", "caller_contacts"):
        op.drop_table(table)
    op.drop_index("ix_cases_topic_opened_at", "cases")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint("ck_outbox_kind", type_="check")
        outbox.drop_column("kind")
        outbox.drop_column("news")
    with op.batch_alter_table("cases") as cases:
        for name in (*_POINT, "folded"):
            cases.drop_column(name)
    with op.batch_alter_table("callers") as callers:
        callers.drop_column("folded")


def _people() -> None:
    op.add_column("callers", sa.Column("folded", sa.String(200), nullable=False, server_default=""))
    op.create_table(
        "caller_contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("caller_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("folded", sa.String(200), nullable=False),
        sa.CheckConstraint("kind IN ('phone', 'email', 'address')", name="ck_caller_contacts_kind"),
        sa.ForeignKeyConstraint(["caller_id"], ["callers.id"], name="fk_caller_contacts_caller_id_callers"),
        sa.PrimaryKeyConstraint("id", name="pk_caller_contacts"),
        sa.UniqueConstraint("caller_id", "kind", "value", name="uq_caller_contacts_caller_id_kind_value"),
    )
    op.create_index("ix_caller_contacts_kind_value", "caller_contacts", ["kind", "value"])
    op.create_table(
        "call_people",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("caller_id", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("identified_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["caller_id"], ["callers.id"], name="fk_call_people_caller_id_callers"),
        sa.PrimaryKeyConstraint("call", name="pk_call_people"),
    )


def _cases() -> None:
    for name in _POINT:
        op.add_column("cases", sa.Column(name, sa.Double(), nullable=True))
    op.add_column("cases", sa.Column("folded", sa.String(400), nullable=False, server_default=""))
    op.create_index("ix_cases_topic_opened_at", "cases", ["topic", "opened_at"])
    op.create_table(
        "case_calls",
        sa.Column("case_number", sa.String(16), nullable=False),
        sa.Column("call", sa.String(128), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("linked_at", sa.Double(), nullable=False),
        sa.CheckConstraint("reason IN ('reporter', 'about')", name="ck_case_calls_reason"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_case_calls_case_number_cases"),
        sa.PrimaryKeyConstraint("case_number", "call", name="pk_case_calls"),
    )
    op.create_index("ix_case_calls_call", "case_calls", ["call"])
    op.create_table(
        "case_reporters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(16), nullable=False),
        sa.Column("known_as", sa.String(200), nullable=False),
        sa.Column("call", sa.String(128), nullable=True),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("added_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name="fk_case_reporters_case_number_cases"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_reporters"),
        sa.UniqueConstraint("case_number", "known_as", name="uq_case_reporters_case_number_known_as"),
    )
    op.create_index("ix_case_reporters_known_as", "case_reporters", ["known_as"])


def _deliveries() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("kind", sa.String(16), nullable=False, server_default="case"))
        outbox.add_column(sa.Column("news", sa.JSON(), nullable=True))
        outbox.create_check_constraint("ck_outbox_kind", "kind IN ('case', 'reporter', 'note')")


def _fold(table: str, key: str, text: str) -> None:
    """Fill `folded` of rows that were there before, as `crm_bridge.core.folding` folds."""
    rows = sa.table(table, sa.column(key), sa.column(text), sa.column("folded"))
    connection = op.get_bind()
    change = sa.update(rows).where(rows.c[key] == sa.bindparam("of")).values(folded=sa.bindparam("now"))
    found = connection.execute(sa.select(rows.c[key], rows.c[text])).all()
    if found:
        connection.execute(change, [{"of": of, "now": _folded(said)} for of, said in found])


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower().replace("ł", "l"))
    return "".join(one for one in plain if not unicodedata.combining(one))
