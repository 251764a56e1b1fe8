"""Searches with a photograph, their candidates, and what was concluded of them."""

import sqlalchemy as sa
from alembic import op

from workbench.casefile.kinds import Json

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("photo", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("face", sa.Integer(), nullable=True),
        sa.Column("faces", sa.Integer(), nullable=False),
        sa.Column("face_px", sa.Double(), nullable=False),
        sa.Column("pack", sa.String(), nullable=False),
        sa.Column("space", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("failed", sa.String(), nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("measured", Json, nullable=False),
        sa.Column("aligned", sa.String(), nullable=True),
        sa.Column("picture", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["version"], ["watchlist.version"], name=op.f("fk_search_version_watchlist")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search")),
    )
    op.create_index(op.f("ix_search_sha256"), "search", ["sha256"])
    op.create_table(
        "search_candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("reference_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["search_id"], ["search.id"], name=op.f("fk_search_candidate_search_id_search")),
        sa.ForeignKeyConstraint(
            ["reference_id"], ["reference.id"], name=op.f("fk_search_candidate_reference_id_reference")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_candidate")),
        sa.UniqueConstraint("search_id", "rank", name=op.f("uq_search_candidate_search_id_rank")),
    )
    op.create_index(op.f("ix_search_candidate_search_id"), "search_candidate", ["search_id"])
    op.create_table(
        "conclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("recorded", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["search_candidate.id"], name=op.f("fk_conclusion_candidate_id_search_candidate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conclusion")),
    )
    op.create_index(op.f("ix_conclusion_candidate_id"), "conclusion", ["candidate_id"])
