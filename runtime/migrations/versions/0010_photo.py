"""Addresses of photos in cases, and news of them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column, and let deliveries tell of photos."""
    op.add_column("cases", sa.Column("media_urls", sa.JSON(), nullable=False, server_default="[]"))
    _kinds("'case', 'reporter', 'note', 'media'")


def downgrade() -> None:
    """Take the column away, and the deliveries that only this revision knows."""
    op.execute("DELETE FROM outbox WHERE kind = 'media'")
    _kinds("'case', 'reporter', 'note'")
    op.drop_column("cases", "media_urls")


def _kinds(kinds: str) -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint("ck_outbox_kind", type_="check")
        outbox.create_check_constraint("ck_outbox_kind", f"kind IN ({kinds})")
