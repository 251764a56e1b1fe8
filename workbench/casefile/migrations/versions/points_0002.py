"""Operating points that somebody chose."""

import sqlalchemy as sa
from alembic import op

from workbench.casefile.kinds import Json

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "operating_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("recorded", sa.DateTime(timezone=True), nullable=False),
        sa.Column("point", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operating_point")),
        sa.UniqueConstraint("name", name=op.f("uq_operating_point_name")),
    )
