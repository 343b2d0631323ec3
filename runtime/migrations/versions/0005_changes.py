"""What a deed changed, from what to what, which deed it took back, and whether it is listed as a change."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OLD = (
    "account.changed",
    "agent.availability_set",
    "agent.skills_set",
    "alert.acknowledged",
    "call.listened",
    "call.listening_ended",
    "call.listening_turned",
    "call.moved",
    "call.ranked",
    "case.sent_again",
    "policy.reloaded",
    "tv_board.made",
    "tv_board.restored",
    "tv_board.revoked",
)
"""Deeds of supervisors and administrators that were recorded without fields."""


def upgrade() -> None:
    """Give the audit the fields of changes; rows of before have none, but are listed."""
    op.add_column("audit", sa.Column("before", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("after", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("undoes", sa.Integer(), nullable=True))
    op.add_column("audit", sa.Column("oversight", sa.Boolean(), nullable=False, server_default=sa.false()))
    audit = sa.table("audit", sa.column("action", sa.String()), sa.column("oversight", sa.Boolean()))
    op.execute(audit.update().where(audit.c.action.in_(_OLD)).values(oversight=sa.true()))
    op.create_index("ix_audit_undoes", "audit", ["undoes"])
    op.create_index("ix_audit_oversight", "audit", ["oversight", "id"])


def downgrade() -> None:
    """Take the fields away."""
    op.drop_index("ix_audit_oversight", table_name="audit")
    op.drop_index("ix_audit_undoes", table_name="audit")
    for name in ("oversight", "undoes", "after", "before"):
        op.drop_column("audit", name)
