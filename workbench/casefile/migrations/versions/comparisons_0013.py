"""Portraits to compare by eye, and comparisons that were kept."""

import sqlalchemy as sa
from alembic import op

from workbench.casefile.kinds import Json

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("reference", sa.Column("portrait", sa.String(), nullable=True))
    op.add_column("reference", sa.Column("eyes", Json, nullable=True))
    op.add_column("reference", sa.Column("scale", sa.Double(), nullable=True))
    op.create_table(
        "comparison",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("reference_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("provenance", Json, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("blob", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_comparison_alert_id_alert")),
        sa.ForeignKeyConstraint(["reference_id"], ["reference.id"], name=op.f("fk_comparison_reference_id_reference")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison")),
        sa.UniqueConstraint("key", name=op.f("uq_comparison_key")),
    )
    op.create_index(op.f("ix_comparison_alert_id"), "comparison", ["alert_id"])
