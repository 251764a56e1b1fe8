"""Decisions of people, and planted pairs with the answers they got."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from workbench.casefile.kinds import Json

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def judgement() -> list[sa.Column[Any]]:
    """What every judgement holds."""
    texts = [sa.Column(name, sa.String(), nullable=False) for name in ("who", "reviewer", "verdict", "confidence")]
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        *texts,
        sa.Column("features", Json, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("look", sa.String(), nullable=False),
        sa.Column("recorded", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "decision",
        *judgement(),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_decision_alert_id_alert")),
        sa.ForeignKeyConstraint(["supersedes"], ["decision.id"], name=op.f("fk_decision_supersedes_decision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("key", name=op.f("uq_decision_key")),
        sa.UniqueConstraint("supersedes", name=op.f("uq_decision_supersedes")),
        sa.UniqueConstraint("alert_id", "who", "turn", name=op.f("uq_decision_alert_id_who_turn")),
    )
    op.create_index(op.f("ix_decision_alert_id"), "decision", ["alert_id"])
    op.create_table(
        "planted",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("reference_id", sa.Integer(), nullable=False),
        sa.Column("face_px", sa.Double(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("planted", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["watchlist.version"], name=op.f("fk_planted_version_watchlist")),
        sa.ForeignKeyConstraint(["reference_id"], ["reference.id"], name=op.f("fk_planted_reference_id_reference")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planted")),
        sa.UniqueConstraint("subject", "reference_id", name=op.f("uq_planted_subject_reference_id")),
    )
    op.create_table(
        "planted_decision",
        *judgement(),
        sa.Column("planted_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["planted_id"], ["planted.id"], name=op.f("fk_planted_decision_planted_id_planted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planted_decision")),
        sa.UniqueConstraint("key", name=op.f("uq_planted_decision_key")),
        sa.UniqueConstraint("planted_id", "who", name=op.f("uq_planted_decision_planted_id_who")),
    )
    op.create_index(op.f("ix_planted_decision_planted_id"), "planted_decision", ["planted_id"])
