"""The first tables of a case."""

import sqlalchemy as sa
from alembic import op

from workbench.casefile.kinds import Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("pack", sa.String(), nullable=True),
        sa.Column("policy", Json, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("sha256", name=op.f("uq_source_sha256")),
    )
    op.create_table(
        "watchlist",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pack", sa.String(), nullable=False),
        sa.Column("locator", sa.String(), nullable=False),
        sa.Column("space_sha", sa.String(), nullable=False),
        sa.Column("dim", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_watchlist")),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("image_source", sa.String(), nullable=False),
        sa.Column("image_date", sa.Date(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("expires", sa.Date(), nullable=True),
        sa.Column("under_18", sa.Boolean(), nullable=False),
        sa.Column("justification", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["watchlist.version"], name=op.f("fk_entry_version_watchlist")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("version", "subject", name=op.f("uq_entry_version_subject")),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_version"), ["version"], unique=False)

    op.create_table(
        "rejected",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["watchlist.version"], name=op.f("fk_rejected_version_watchlist")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejected")),
    )
    with op.batch_alter_table("rejected", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rejected_version"), ["version"], unique=False)

    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=True),
        sa.Column("profile", Json, nullable=False),
        sa.ForeignKeyConstraint(["version"], ["watchlist.version"], name=op.f("fk_run_version_watchlist")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_key"), ["key"], unique=False)

    op.create_table(
        "warned",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subjects", Json, nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["watchlist.version"], name=op.f("fk_warned_version_watchlist")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warned")),
    )
    with op.batch_alter_table("warned", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_warned_version"), ["version"], unique=False)

    op.create_table(
        "reference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("face_px", sa.Double(), nullable=False),
        sa.Column("quality", sa.Double(), nullable=False),
        sa.Column("template", sa.LargeBinary(), nullable=False),
        sa.Column("blob", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_reference_entry_id_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference")),
    )
    with op.batch_alter_table("reference", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reference_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "run_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_source_run_id_run")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_run_source_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_source")),
        sa.UniqueConstraint("run_id", "source_id", name=op.f("uq_run_source_run_id_source_id")),
    )
    with op.batch_alter_table("run_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_source_run_id"), ["run_id"], unique=False)

    op.create_table(
        "segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_source_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("start", sa.Double(), nullable=False),
        sa.Column("end", sa.Double(), nullable=False),
        sa.Column("done", sa.DateTime(timezone=True), nullable=False),
        sa.Column("profile", Json, nullable=False),
        sa.ForeignKeyConstraint(["run_source_id"], ["run_source.id"], name=op.f("fk_segment_run_source_id_run_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("run_source_id", "ordinal", name=op.f("uq_segment_run_source_id_ordinal")),
    )
    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_segment_run_source_id"), ["run_source_id"], unique=False)

    op.create_table(
        "track",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_source_id", sa.Integer(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.Column("start", sa.Double(), nullable=False),
        sa.Column("end", sa.Double(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("face_px", sa.Double(), nullable=False),
        sa.Column("box", Json, nullable=False),
        sa.Column("first_box", Json, nullable=False),
        sa.Column("last_box", Json, nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["run_source_id"], ["run_source.id"], name=op.f("fk_track_run_source_id_run_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_track")),
    )
    with op.batch_alter_table("track", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_track_run_source_id"), ["run_source_id"], unique=False)

    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("near_miss", sa.Boolean(), nullable=False),
        sa.Column("t", sa.Double(), nullable=False),
        sa.Column("frame", sa.Integer(), nullable=False),
        sa.Column("box", Json, nullable=False),
        sa.Column("template", sa.LargeBinary(), nullable=True),
        sa.Column("thumbnail", sa.String(), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_alert_track_id_track")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("track_id", name=op.f("uq_alert_track_id")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_near_miss"), ["near_miss"], unique=False)

    op.create_table(
        "candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("reference_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_candidate_alert_id_alert")),
        sa.ForeignKeyConstraint(["reference_id"], ["reference.id"], name=op.f("fk_candidate_reference_id_reference")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("alert_id", "rank", name=op.f("uq_candidate_alert_id_rank")),
    )
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidate_alert_id"), ["alert_id"], unique=False)

    op.create_table(
        "picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("t", sa.Double(), nullable=False),
        sa.Column("frame", sa.Integer(), nullable=False),
        sa.Column("box", Json, nullable=False),
        sa.Column("quality", sa.Double(), nullable=False),
        sa.Column("blob", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_picture_alert_id_alert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
    )
    with op.batch_alter_table("picture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_picture_alert_id"), ["alert_id"], unique=False)
