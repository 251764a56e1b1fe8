"""What a reviewer has to judge, with the pictures it takes; and what is shown of an alert once it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import ColumnElement, not_, select
from sqlalchemy.orm import Session

from workbench.alerts import Alert
from workbench.casefile import planted, results
from workbench.casefile.blobs import Blobs
from workbench.casefile.decision_tables import DecisionRow
from workbench.casefile.decisions import of_finished_runs
from workbench.casefile.schema import (
    AlertRow,
    CandidateRow,
    EntryRow,
    PictureRow,
    ReferenceRow,
    RunRow,
    RunSourceRow,
    SourceRow,
    TrackRow,
)
from workbench.decisions import Standing, who
from workbench.errors import CaseError
from workbench.questions import Context, Pair, Question, Revealed
from workbench.watchlist import Entry

__all__ = ["load_pair", "load_queue", "load_revealed", "load_unjudgeable"]


def load_queue(
    session: Session, reviewer: str, standings: Mapping[int, Standing], *, near_misses: bool
) -> tuple[Question, ...]:
    """What this person has not judged and somebody must: in order of run, footage and time, planted pairs among them.

    Nothing in the order or in a question tells whether others have judged it. What has no face any more (deleted in time,
    or never kept) is left out: nobody could judge it.
    """
    query = of_finished_runs(select(AlertRow.id)).where(_shown())
    if not near_misses:
        query = query.where(AlertRow.near_miss.is_(False))
    order = query.order_by(RunRow.id, RunSourceRow.position, TrackRow.start, TrackRow.id)
    mine = set(session.scalars(select(DecisionRow.alert_id).where(DecisionRow.who == who(reviewer))))
    every = session.scalars(order).all()
    known = (alert for alert in every if alert in standings)  # not those that came after `standings` were read
    asked = {alert for alert in known if alert not in mine and not standings[alert].settled}
    behind = planted.unanswered(session, reviewer)
    queue = [Question("planted", row) for row in behind.get(0, ())]
    for alert in every:
        queue += [Question("alert", alert)] if alert in asked else []
        queue += [Question("planted", row) for row in behind.get(alert, ())]
    return tuple(queue)


def _shown() -> ColumnElement[bool]:
    """Of which alerts both faces are still there: that of the footage, and that of the first candidate."""
    compared = select(CandidateRow.alert_id).join(ReferenceRow).where(CandidateRow.rank == 1, ReferenceRow.blob != "")
    return AlertRow.id.in_(select(PictureRow.alert_id)) & AlertRow.id.in_(compared)


def load_unjudgeable(session: Session, standings: Mapping[int, Standing]) -> tuple[int, ...]:
    """Alerts that nobody has settled and nobody can any more, because their faces are gone."""
    query = of_finished_runs(select(AlertRow.id)).where(AlertRow.near_miss.is_(False), not_(_shown()))
    gone = session.scalars(query.order_by(AlertRow.id))
    return tuple(alert for alert in gone if alert in standings and not standings[alert].settled)


def load_pair(session: Session, blobs: Blobs, question: Question) -> Pair:
    """The pictures of a question: the faces of the track, and every reference of the first candidate, best first."""
    if question.kind == "planted":
        return planted.load_planted_pair(session, blobs, question.id)
    subject, version = _asked_about(session, question.id)
    probe = results.load_pictures(session, blobs, question.id)
    return Pair(probe, references_of(session, blobs, subject, version))


def references_of(session: Session, blobs: Blobs, subject: str, version: int) -> tuple[bytes, ...]:
    """Every reference of a person on one version of the list as JPEG bytes, best first."""
    query = select(ReferenceRow).join(EntryRow).where(EntryRow.version == version, EntryRow.subject == subject)
    rows = session.scalars(query.order_by(ReferenceRow.quality.desc(), ReferenceRow.id))
    return tuple(blobs.get(row.portrait or row.blob) for row in rows if row.blob)


def _asked_about(session: Session, alert: int) -> tuple[str, int]:
    """Whom an alert asks about: subject and version of the list."""
    query = (
        select(EntryRow.subject, EntryRow.version)
        .join(ReferenceRow, ReferenceRow.entry_id == EntryRow.id)
        .join(CandidateRow, CandidateRow.reference_id == ReferenceRow.id)
        .where(CandidateRow.alert_id == alert, CandidateRow.rank == 1)
    )
    found = session.execute(query).first()
    if found is None:
        raise CaseError(f"the case has no alert {alert}; `case.run().alerts` lists those of the latest run")
    return found.subject, found.version


def load_revealed(session: Session, blobs: Blobs, alert: int, standings: Mapping[int, Standing]) -> Revealed:
    """Everything about an alert, for somebody who has judged it."""
    subject, version = _asked_about(session, alert)
    shown, near_miss = results.load_alert(session, blobs, alert)
    return Revealed(
        alert=shown,
        near_miss=near_miss,
        faces=_faces(session, blobs, alert),
        entry=_entry(session, subject, version),
        standing=standings.get(alert, Standing("open")),
        context=_context(session, shown, standings),
    )


def _faces(session: Session, blobs: Blobs, alert: int) -> tuple[bytes, ...]:
    query = select(ReferenceRow.blob).join(CandidateRow, CandidateRow.reference_id == ReferenceRow.id)
    ranked = query.where(CandidateRow.alert_id == alert).order_by(CandidateRow.rank)
    return tuple(blobs.get(blob) if blob else b"" for blob in session.scalars(ranked))


def _entry(session: Session, subject: str, version: int) -> Entry:
    row = session.scalars(select(EntryRow).where(EntryRow.version == version, EntryRow.subject == subject)).one()
    return Entry(**{name: getattr(row, name) for name in Entry.__dataclass_fields__})


def _context(session: Session, alert: Alert, standings: Mapping[int, Standing]) -> tuple[Context, ...]:
    """What is settled about the same person elsewhere in the case."""
    query = (
        select(AlertRow.id, RunSourceRow.path, TrackRow.start)
        .join(TrackRow, AlertRow.track_id == TrackRow.id)
        .join(RunSourceRow, TrackRow.run_source_id == RunSourceRow.id)
        .join(SourceRow)
        .join(CandidateRow, (CandidateRow.alert_id == AlertRow.id) & (CandidateRow.rank == 1))
        .join(ReferenceRow, CandidateRow.reference_id == ReferenceRow.id)
        .join(EntryRow, ReferenceRow.entry_id == EntryRow.id)
        .where(EntryRow.subject == alert.subject, AlertRow.id != alert.id)
        .order_by(AlertRow.id)
    )
    return tuple(
        Context(number, Path(path).name, start, standings[number])
        for number, path, start in session.execute(query)
        if number in standings and standings[number].settled
    )
