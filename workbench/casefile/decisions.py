"""Decisions in a case: written once however often they are sent, read back as values, and what they amount to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from workbench.casefile import audit
from workbench.casefile.decision_tables import DecisionRow
from workbench.casefile.deployment_tables import DeploymentRow
from workbench.casefile.rescanned import taken_over
from workbench.casefile.schema import AlertRow, RunRow, RunSourceRow, TrackRow
from workbench.decisions import Decision, Look, Standing, standing, who
from workbench.errors import CaseError, InputError, StaleVersion

__all__ = ["load_decisions", "of_finished_runs", "row_of", "save_decision", "standings"]

T = TypeVar("T")

CONTENT = ("verdict", "confidence", "reason")  # and features, who and alert: what makes two messages the same decision


def save_decision(
    session: Session, decision: Decision, key: str, look: Look | None, known: int | None = None
) -> Decision:
    """Add a decision, and return it as it is kept; the same one sent again under its key is returned, not doubled.

    look : None for "blind" if it is the person's first on that alert, else "informed"
    known : how many of the person's own decisions on it she has seen; a later one is not superseded unseen. None for
        whoever does not say
    """
    sent = session.scalars(select(DecisionRow).where(DecisionRow.key == key)).first()
    if sent is not None:
        return _same(sent, decision)
    _finished(session, decision.alert)
    mine = (DecisionRow.alert_id == decision.alert, DecisionRow.who == who(decision.reviewer))
    earlier = session.scalars(select(DecisionRow).where(*mine).order_by(DecisionRow.turn.desc())).first()
    if earlier is not None and known is not None and earlier.turn != known:
        raise StaleVersion(
            f"you judged this in another window at {earlier.recorded:%H:%M:%S} UTC; reload it, or change your mind there"
        )
    if earlier is not None and look == "blind":
        raise InputError(
            f"{decision.reviewer} has judged alert {decision.alert} and seen its score; a second look is informed"
        )
    decision = replace(decision, look=look or ("informed" if earlier else "blind"))
    place = {"alert_id": decision.alert, "turn": 1, "supersedes": None}
    if earlier is not None:
        place |= {"turn": earlier.turn + 1, "supersedes": earlier.id}
    row = DecisionRow(**place, **row_of(decision, key))
    session.add(row)
    session.flush()
    told = ("verdict", "look", "supersedes", "reviewer")
    audit.note(
        session,
        "decision recorded",
        about={"decision": row.id, "alert": row.alert_id} | {name: getattr(row, name) for name in told},
    )
    return _decision(row)


def row_of(decision: Decision, key: str) -> dict[str, Any]:
    """The columns that every judgement has."""
    return {
        "key": key,
        "who": who(decision.reviewer),
        "reviewer": decision.reviewer.strip(),
        "verdict": decision.verdict,
        "confidence": decision.confidence,
        "features": dict(decision.features),
        "reason": decision.reason.strip(),
        "look": decision.look,
        "recorded": decision.recorded,
    }


def _same(row: DecisionRow, sent: Decision) -> Decision:
    """The decision that was written under this key; another content under it is refused."""
    kept = _decision(row)
    content = {name: getattr(sent, name).strip() for name in CONTENT} | {"features": dict(sent.features)}
    if (row.alert_id, row.who) != (sent.alert, who(sent.reviewer)) or content != {
        name: getattr(kept, name) for name in content
    }:
        raise InputError(
            f"decision {row.id} was sent under the same key with another content; give the new one its own key"
        )
    return kept


def _decision(row: DecisionRow | Row[Any]) -> Decision:
    return Decision(
        row.alert_id,
        row.reviewer,
        row.verdict,  # type: ignore[arg-type]
        row.confidence,
        row.features,
        row.reason,
        row.look,  # type: ignore[arg-type]
        row.recorded,
        row.supersedes,
        row.id,
    )


def _finished(session: Session, alert: int) -> None:
    """Refuse what nobody was asked, and what may still change while its footage is being scanned."""
    if session.get(AlertRow, alert) is None:
        raise CaseError(f"the case has no alert {alert}; `case.run().alerts` lists those of the latest run")
    run = session.execute(of_finished_runs(select(RunRow.id)).where(AlertRow.id == alert)).first()
    if run is None:
        raise CaseError(f"alert {alert} is of an unfinished scan; let the scan go on, and judge it then")


def of_finished_runs(query: Select[T]) -> Select[T]:
    """A query of alerts and of what they hang on, without the runs whose alerts may still change.

    An alert of a live deployment stays as it was raised, so people decide on it at once.
    """
    joined = query.select_from(AlertRow).join(TrackRow, AlertRow.track_id == TrackRow.id)
    joined = joined.join(RunSourceRow, TrackRow.run_source_id == RunSourceRow.id)
    live = RunRow.id.in_(select(DeploymentRow.run_id))
    return joined.join(RunRow, RunSourceRow.run_id == RunRow.id).where(or_(RunRow.finished.is_not(None), live))


def load_decisions(session: Session, alert: int | None = None) -> tuple[Decision, ...]:
    """All decisions, or those on one alert, oldest first."""
    query = select(*DecisionRow.__table__.columns).order_by(DecisionRow.id)
    if alert is not None:
        query = query.where(DecisionRow.alert_id == alert)
    return tuple(_decision(row) for row in session.execute(query))


def standings(session: Session, needed: int) -> Mapping[int, Standing]:
    """What is concluded of every alert and near miss of the finished runs, by id.

    An alert that nobody has judged takes over a confirmed "different" of the same pass in another scan of that footage.
    """
    own: dict[int, list[Decision]] = defaultdict(list)
    for decision in load_decisions(session):
        own[decision.alert].append(decision)
    alerts = session.scalars(of_finished_runs(select(AlertRow.id)).order_by(AlertRow.id)).all()
    found = {alert: standing(own[alert], needed) for alert in alerts}
    return found | _taken_over(session, found, needed)


def _taken_over(session: Session, found: Mapping[int, Standing], needed: int) -> dict[int, Standing]:
    refused = [alert for alert, each in found.items() if each.state == "confirmed different"]
    unasked = [alert for alert, each in found.items() if each.state == "open"]
    return {
        alert: Standing("confirmed different", "different", found[origin].reviewers, needed, taken_from=origin)
        for alert, origin in taken_over(session, refused, unasked).items()
    }
