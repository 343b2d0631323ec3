"""The team of each person, and the part of the centre that they oversee."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has a team, and nobody is limited."""
    op.add_column("users", sa.Column("team", sa.String(40), nullable=False, server_default=""))
    op.add_column("users", sa.Column("scope", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Whoever was limited sees the whole centre again; team leads and analysts cannot sign in any more."""
    op.execute("UPDATE users SET role = 'agent', active = FALSE WHERE role IN ('team_lead', 'analyst')")
    with op.batch_alter_table("users") as users:
        users.drop_column("scope")
        users.drop_column("team")
