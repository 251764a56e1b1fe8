"""The aligned crops behind every template, so that a score can be computed again."""

import sqlalchemy as sa
from alembic import op

from workbench.casefile.kinds import Json

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    for table in ("picture", "reference"):
        op.add_column(table, sa.Column("chip", sa.String(), nullable=True))
        op.add_column(table, sa.Column("chip_hidden", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("picture", sa.Column("points", Json, nullable=False, server_default="[]"))
