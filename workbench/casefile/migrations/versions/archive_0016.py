"""Archives: their authority, what was put in, sealed shards, and every search."""

import sqlalchemy as sa
from alembic import op

from workbench.casefile.kinds import Json

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "archive",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("search_hours", sa.Integer(), nullable=False),
        sa.Column("pack", sa.String(), nullable=True),
        sa.Column("space_sha", sa.String(), nullable=True),
        sa.Column("space_name", sa.String(), nullable=True),
        sa.Column("dim", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive")),
    )
    op.create_table(
        "archive_authority",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("recorded", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_authority")),
    )
    op.create_table(
        "archive_added",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("case_key", sa.String(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("recorded", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("tracks", sa.Integer(), nullable=False),
        sa.Column("strangers", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_added")),
    )
    op.create_table(
        "archive_origin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("case_key", sa.String(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("camera", sa.String(), nullable=False),
        sa.Column("footage", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_origin")),
        sa.UniqueConstraint("case_key", "run", "sha256", name=op.f("uq_archive_origin_case_key_run_sha256")),
    )
    op.create_table(
        "archive_shard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tracks", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("faces", sa.String(), nullable=False),
        sa.Column("faces_sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_shard")),
    )
    op.create_table(
        "archive_search",
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
        sa.Column("failed", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("searched", sa.Integer(), nullable=False),
        sa.Column("undated", sa.Integer(), nullable=False),
        sa.Column("chosen", Json, nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("recall", Json, nullable=True),
        sa.Column("settings", Json, nullable=False),
        sa.Column("picture", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_search")),
    )
    op.create_index(op.f("ix_archive_search_sha256"), "archive_search", ["sha256"])
    op.create_table(
        "archive_sighting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("track", sa.Integer(), nullable=False),
        sa.Column("origin_id", sa.Integer(), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("start", sa.Double(), nullable=False),
        sa.Column("end", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["search_id"], ["archive_search.id"], name=op.f("fk_archive_sighting_search_id_archive_search")
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["archive_origin.id"], name=op.f("fk_archive_sighting_origin_id_archive_origin")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_sighting")),
        sa.UniqueConstraint("search_id", "rank", name=op.f("uq_archive_sighting_search_id_rank")),
    )
    op.create_index(op.f("ix_archive_sighting_search_id"), "archive_sighting", ["search_id"])
    op.create_table(
        "archive_conclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sighting_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("recorded", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sighting_id"], ["archive_sighting.id"], name=op.f("fk_archive_conclusion_sighting_id_archive_sighting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_conclusion")),
    )
    op.create_index(op.f("ix_archive_conclusion_sighting_id"), "archive_conclusion", ["sighting_id"])
