"""Keys by which an edit or an approval of a list is written once, however often it is sent."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    for table in ("revision", "approval"):
        op.add_column(table, sa.Column("key", sa.String(), nullable=True))
