"""Which alert, run or list version of a case is meant: by its number, or as itself; whatever else is given is refused in one line."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.alerts import Alert
from workbench.arguments import said, whole_of
from workbench.casefile.schema import AlertRow, RunSourceRow, SourceRow, TrackRow
from workbench.errors import InputError
from workbench.faces import clock
from workbench.runs import Run

__all__ = ["number_of", "numbers_of", "run_of", "version_of"]


def number_of(session: Session, alert: object) -> int:
    """Number in this case of an alert that is given as one or by its number; whether there is such a one is not asked."""
    if isinstance(alert, Integral) and not isinstance(alert, bool):
        return int(alert)
    if not isinstance(alert, Alert):
        raise InputError(
            f"an alert is given by its number, as in 3, or as one of `case.run().alerts`; this is {said(alert)}"
        )
    _same(session, alert)
    return alert.id


def run_of(run: object) -> int:
    """Number of a run that is given as one or by its number; whether there is such a one is not asked."""
    return run.id if isinstance(run, Run) else whole_of(run, "a run")


def version_of(version: object) -> int:
    """Number of a version of the list; whether there is such a one is not asked."""
    return whole_of(version, "a version of the list")


def numbers_of(session: Session, alerts: object) -> tuple[int, ...]:
    """Numbers of one alert or of several, each once, in their order."""
    several = isinstance(alerts, Iterable) and not isinstance(alerts, (str, bytes))
    given = alerts if several and isinstance(alerts, Iterable) else (alerts,)
    return tuple(dict.fromkeys(number_of(session, each) for each in given))


def _same(session: Session, alert: Alert) -> None:
    """Refuse an alert of another case that has the number of one of this case."""
    query = (
        select(SourceRow.sha256, AlertRow.frame)
        .join(RunSourceRow, RunSourceRow.source_id == SourceRow.id)
        .join(TrackRow, TrackRow.run_source_id == RunSourceRow.id)
        .join(AlertRow, AlertRow.track_id == TrackRow.id)
        .where(AlertRow.id == alert.id)
    )
    own = session.execute(query).first()
    if own is not None and tuple(own) != (alert.sha256, alert.frame):
        raise InputError(
            f"the alert of {alert.source!r} at {clock(alert.t)} is of another case, whose alert {alert.id} it is; "
            "take one of this case: `case.run().alerts` lists them"
        )
