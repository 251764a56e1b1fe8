"""Clips of footage around tracks."""

import sqlalchemy as sa
from alembic import op

from workbench.casefile.kinds import Json

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "clip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("times", Json, nullable=False),
        sa.Column("boxes", Json, nullable=False),
        sa.Column("checks", Json, nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("blob", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_clip_alert_id_alert")),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_clip_track_id_track")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clip")),
    )
    op.create_index(op.f("ix_clip_track_id"), "clip", ["track_id"])
    op.create_index(op.f("ix_clip_alert_id"), "clip", ["alert_id"])
