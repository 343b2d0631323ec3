"""Photos of cases: addresses that people name, requests for photos, what came, and news of them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NEW_KINDS = "'media', 'photo', 'photo_removed'"
_OLD_KINDS = "'case', 'reporter', 'note'"


def upgrade() -> None:
    """Make the column and the tables, and let deliveries tell of photos."""
    op.add_column("cases", sa.Column("media_urls", sa.JSON(), nullable=False, server_default="[]"))
    _kinds(f"{_OLD_KINDS}, {_NEW_KINDS}")
    _requests()
    _photos()


def downgrade() -> None:
    """Take them away, with the deliveries that only this revision knows."""
    op.drop_table("case_photos")
    op.drop_table("photo_requests")
    op.execute(f"DELETE FROM outbox WHERE kind IN ({_NEW_KINDS})")  # noqa: S608 - words of this module
    _kinds(_OLD_KINDS)
    op.drop_column("cases", "media_urls")


def _kinds(kinds: str) -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint("ck_outbox_kind", type_="check")
        outbox.create_check_constraint("ck_outbox_kind", f"kind IN ({kinds})")


def _requests() -> None:
    op.create_table(
        "photo_requests",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("case_number", sa.String(16), nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("call", sa.String(128), nullable=True),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("withdrawn_at", sa.Double(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name="fk_photo_requests_case_number_cases"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_photo_requests"),
        sa.UniqueConstraint("code_hash", name="uq_photo_requests_code_hash"),
    )
    op.create_index("ix_photo_requests_case_number", "photo_requests", ["case_number"])


def _photos() -> None:
    op.create_table(
        "case_photos",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case_number", sa.String(16), nullable=False),
        sa.Column("request", sa.String(32), nullable=False),
        sa.Column("address_key", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.Double(), nullable=False),
        sa.Column("removed_at", sa.Double(), nullable=True),
        sa.Column("removed_by", sa.String(64), nullable=True),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=True),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_case_photos_case_number_cases"),
        sa.ForeignKeyConstraint(
            ["request"], ["photo_requests.id"], name="fk_case_photos_request_photo_requests"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_photos"),
        sa.UniqueConstraint("address_key", name="uq_case_photos_address_key"),
        sa.UniqueConstraint("case_number", "digest", name="uq_case_photos_case_number_digest"),
    )
    op.create_index("ix_case_photos_removed_at", "case_photos", ["removed_at"])
