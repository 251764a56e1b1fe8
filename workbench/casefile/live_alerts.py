"""The alerts of a deployment while it goes on: those that came, those whose faces went, and whether anything was said of any."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.casefile.decision_tables import DecisionRow
from workbench.casefile.deployment_tables import DeploymentRow, OutcomeRow
from workbench.casefile.schema import AlertRow, RunSourceRow, TrackRow

__all__ = ["LiveAlert", "alerts_of", "changes_of", "faceless_of"]


class LiveAlert(NamedTuple):
    """An alert of a deployment: when it was on disk (UTC), at which camera, and whether its faces are still kept."""

    id: int
    raised: datetime
    camera: str
    kept: bool


def alerts_of(session: Session, deployment: int, *, after: int = 0) -> tuple[LiveAlert, ...]:
    """Alerts of a deployment, oldest first; only those with a number greater than `after`."""
    columns = select(AlertRow.id, AlertRow.created, RunSourceRow.path, AlertRow.thumbnail)
    query = _of(columns, deployment).where(AlertRow.id > after).order_by(AlertRow.id)
    return tuple(LiveAlert(row.id, row.created, row.path, bool(row.thumbnail)) for row in session.execute(query))


def faceless_of(session: Session, deployment: int) -> frozenset[int]:
    """Numbers of the alerts whose faces were deleted in time."""
    return frozenset(session.scalars(_of(select(AlertRow.id), deployment).where(_GONE)))


def changes_of(session: Session, deployment: int) -> str:
    """Differs whenever somebody has answered an alert, said what came of one, or faces of this deployment went."""
    last = [session.scalar(select(func.max(row.id))) or 0 for row in (DecisionRow, OutcomeRow)]
    gone = session.scalar(_of(select(func.count(AlertRow.id)), deployment).where(_GONE))
    return "-".join(map(str, (*last, gone)))


_GONE = func.coalesce(AlertRow.thumbnail, "") == ""


def _of(query: Any, deployment: int) -> Any:
    """The same query, of alerts of this deployment alone."""
    return (
        query.join(TrackRow, AlertRow.track_id == TrackRow.id)
        .join(RunSourceRow, TrackRow.run_source_id == RunSourceRow.id)
        .join(DeploymentRow, DeploymentRow.run_id == RunSourceRow.run_id)
        .where(DeploymentRow.id == deployment)
    )
