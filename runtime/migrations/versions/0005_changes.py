"""What a deed changed, from what to what, and which deed it took back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give the audit the fields of changes; rows of before have none."""
    op.add_column("audit", sa.Column("before", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("after", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("undoes", sa.Integer(), nullable=True))
    op.create_index("ix_audit_undoes", "audit", ["undoes"])


def downgrade() -> None:
    """Take the fields away."""
    op.drop_index("ix_audit_undoes", table_name="audit")
    for name in ("undoes", "after", "before"):
        op.drop_column("audit", name)
