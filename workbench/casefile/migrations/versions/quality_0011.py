"""The quality of a track's best face, a number; tracks of earlier cases have none."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("track", sa.Column("quality", sa.Double(), nullable=True))
