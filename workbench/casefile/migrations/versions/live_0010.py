"""Live deployments."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from workbench.casefile.kinds import Json

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _time(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names]


def _table(
    name: str,
    *columns: sa.Column[Any],
    refers: Mapping[str, str],
    unique: Sequence[str] = (),
    index: Sequence[str] = (),
) -> None:
    """A table with its links: `refers` is column -> table."""
    links = [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{name}_{column}_{other}"))
        for column, other in refers.items()
    ]
    alone = [sa.UniqueConstraint(column, name=op.f(f"uq_{name}_{column}")) for column in unique]
    numbers: list[sa.Column[Any]] = [sa.Column(column, sa.Integer(), nullable=False) for column in ("id", *refers)]
    op.create_table(name, *numbers, *columns, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")), *links, *alone)
    for column in index:
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def upgrade() -> None:
    """Forward."""
    json: list[sa.Column[Any]] = [sa.Column(name, Json, nullable=False) for name in ("zone", "plan", "cameras")]
    words = _text("purpose", "authority", "point", "by", "stopped")
    times = [*_time("authorised_until", "until", "alive"), *_time("ended", nullable=True)]
    _table("deployment", *words, *json, *times, refers={"run_id": "run"}, unique=["run_id"])
    _table(
        "gap",
        *_text("camera", "reason"),
        *_time("start"),
        *_time("end", nullable=True),
        refers={"deployment_id": "deployment"},
        index=["deployment_id"],
    )
    links = {"track_id": "track", "alert_id": "alert"}
    _table("repeat", *_text("why"), refers=links, unique=["track_id"], index=["alert_id"])
    _table("scene", sa.Column("blob", sa.String()), refers={"alert_id": "alert"}, index=["alert_id"])
    _table(
        "outcome",
        *_text("key", "result", "identity", "by", "note"),
        *_time("recorded"),
        refers={"alert_id": "alert"},
        unique=["key"],
        index=["alert_id"],
    )
