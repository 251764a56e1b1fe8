"""What must be forgotten, and when: a clock for each kind of face, and a deletion that leaves a proof and not the thing.

| what | goes |
| --- | --- |
| faces and template of an alert | `alert_hours` after it was raised; confirmed as the same person: after 31 days |
| faces and template of a near miss | once people have judged it, at the latest with the alerts |
| face of a photograph that was searched with | `alert_hours` after the search |
| clip of footage | `clip_hours` after it was made; one that shows a person, with the faces of their alert if sooner |
| templates and pictures of the list | `list_hours` after the deployment's end, or the last live one's; without an end, never by itself |

What is held as evidence stays until it is released, and with it the references that it was compared with. Scores, times,
candidates and decisions stay.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from workbench.casefile import clips, comparisons
from workbench.casefile.audit import note
from workbench.casefile.clip_tables import ClipRow
from workbench.casefile.comparison_tables import ComparisonRow
from workbench.casefile.decisions import load_decisions, standings
from workbench.casefile.deployment_tables import DeploymentRow, SceneRow
from workbench.casefile.policy import Policy, moment
from workbench.casefile.retention_tables import HoldRow
from workbench.casefile.schema import AlertRow, CandidateRow, PictureRow, ReferenceRow
from workbench.casefile.search_tables import SearchRow
from workbench.errors import CaseBusy, CaseError
from workbench.terminal import plain

__all__ = [
    "HELD",
    "Due",
    "anything_due",
    "clocks",
    "delete",
    "ended_before",
    "grouped",
    "held",
    "say_deleted",
    "unasked",
]

LONGEST = timedelta(days=31)  # for an alert that was confirmed
ALERT, NEAR_MISS = "faces of an alert", "faces of a near miss"
HELD = "held as evidence"  # the reason follows it: for the office, not for others
SEARCH, LIST, CLIP, SHEET = "face of a search", "faces of the list", "clip of footage", "picture of a comparison"


@dataclass(frozen=True)
class Due:
    """Something with a face, and when it goes.

    row : number of the alert or of the reference; due : UTC, or None while nothing ends it
    why : in words
    """

    kind: str
    row: int
    due: datetime | None
    why: str

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        when = self.due.isoformat() if self.due else None
        return {"kind": self.kind, "row": self.row, "due": when, "why": self.why}


def held(session: Session) -> dict[int, str]:
    """Alerts that are held as evidence, with the reason."""
    newest = {row.alert_id: row for row in session.scalars(select(HoldRow).order_by(HoldRow.id))}
    return {alert: row.reason for alert, row in newest.items() if row.held}


def clocks(session: Session, policy: Policy) -> tuple[Due, ...]:
    """Everything in the case that has a face or a template, and when it goes; soonest first, what has no end last."""
    alerts = _alerts(session, policy)
    sheets = [Due(SHEET, row.id, row.made, "a face on it is gone") for row in comparisons.outlived(session)]
    every = [*alerts, *_clips(session, policy, alerts), *sheets, *_searches(session, policy), *_list(session, policy)]
    return tuple(sorted(every, key=lambda each: (each.due is None, each.due or datetime.max, each.kind, each.row)))


def _alerts(session: Session, policy: Policy) -> list[Due]:
    rows = session.scalars(_with_faces()).all()
    if not rows:
        return []
    kept, stand = held(session), standings(session, policy.reviewers)
    judged = {decision.alert: decision.recorded for decision in load_decisions(session)}
    return [_alert(row, policy, kept.get(row.id), stand.get(row.id), judged.get(row.id)) for row in rows]


def _with_faces() -> Any:
    pictures = select(PictureRow.alert_id)
    faces = or_(AlertRow.template.is_not(None), AlertRow.thumbnail.is_not(None), AlertRow.id.in_(pictures))
    return select(AlertRow).where(faces).order_by(AlertRow.id)


def _alert(row: AlertRow, policy: Policy, reason: str | None, standing: Any, judged: datetime | None) -> Due:
    kind = NEAR_MISS if row.near_miss else ALERT
    if reason is not None:
        return Due(kind, row.id, None, f"{HELD}: {reason}")
    if standing is not None and standing.state == "confirmed same":
        return Due(kind, row.id, row.created + LONGEST, "confirmed as the same person: kept for 31 days")
    due = row.created + timedelta(hours=policy.alert_hours)
    if row.near_miss and standing is not None and standing.settled:
        return Due(kind, row.id, min(due, judged or due), "a near miss that was judged")
    return Due(kind, row.id, due, f"kept for {policy.alert_hours} h")


def _clips(session: Session, policy: Policy, alerts: list[Due]) -> list[Due]:
    faces = {each.row: (each.due, each.why) for each in alerts}
    return [Due(CLIP, row.id, *clips.clip_ends(row, policy, faces)) for row in clips.kept_clips(session)]


def _searched() -> Any:
    return select(SearchRow).where(or_(SearchRow.aligned.is_not(None), SearchRow.picture.is_not(None)))


def _searches(session: Session, policy: Policy) -> list[Due]:
    hours = timedelta(hours=policy.alert_hours)
    why = f"kept for {policy.alert_hours} h"
    return [Due(SEARCH, row.id, row.made + hours, why) for row in session.scalars(_searched())]


def _list(session: Session, policy: Policy) -> list[Due]:
    compared = select(CandidateRow.reference_id).where(CandidateRow.alert_id.in_(list(held(session))))
    evidence = set(session.scalars(compared))
    rows = session.execute(
        select(ReferenceRow.id).where(
            or_(ReferenceRow.template != b"", ReferenceRow.blob != "", ReferenceRow.chip != "")
        )
    )
    over = _over(session, policy)
    ends = _after(over, policy.list_hours) if over else None
    why = f"{policy.list_hours} h after the deployment's end" if ends else "the deployment has no end"
    return [
        Due(LIST, row, None, "compared with an alert that is held") if row in evidence else Due(LIST, row, ends, why)
        for (row,) in rows
    ]


def _over(session: Session, policy: Policy) -> datetime | None:
    """When the case's deployment ends: as somebody said, or when its last live one did or at the latest will, if that is later."""
    last = session.scalar(select(func.max(func.coalesce(DeploymentRow.ended, DeploymentRow.until))))
    ends = [moment(policy.ends)] if policy.ends else []
    return max([*ends, last.replace(tzinfo=UTC)] if last else ends, default=None)


def ended_before(session: Session, policy: Policy, now: datetime) -> datetime | None:
    """When the deployment ended, if a list made now would be deleted with the one of that deployment; else None.

    A live deployment that ended may be followed by the next one before the list goes; an end that somebody said is the end.
    """
    over = _over(session, policy)
    if over is None or over > now:
        return None
    said = bool(policy.ends) and moment(policy.ends) == over
    return over if said or _after(over, policy.list_hours) <= now else None


def grouped(some: Iterable[Due]) -> list[dict[str, Any]]:
    """How many of which kind, why, and when the first of them goes, as plain JSON values."""
    groups: dict[tuple[str, str], list[Due]] = {}
    for each in some:
        groups.setdefault((each.kind, each.why), []).append(each)
    return [
        {"kind": kind, "why": why, "count": len(group), "due": group[0].to_dict()["due"]}
        for (kind, why), group in groups.items()
    ]


def anything_due(session: Session, policy: Policy, now: datetime) -> bool:
    """Whether it is worth looking closer; quick, for every opening of a case."""
    faces = _with_faces().with_only_columns(AlertRow.id)
    old = AlertRow.created <= now - timedelta(hours=policy.alert_hours)
    if session.execute(faces.where(or_(old, AlertRow.near_miss)).limit(1)).first():
        return True
    made = select(ClipRow.id).where(ClipRow.blob != "", ClipRow.made <= now - timedelta(hours=policy.clip_hours))
    if session.execute(made.limit(1)).first():
        return True
    if clips.outlived(session) or comparisons.outlived(session):
        return True
    past = SearchRow.made <= now - timedelta(hours=policy.alert_hours)
    if session.execute(_searched().where(past).limit(1)).first():
        return True
    over = _over(session, policy)
    return over is not None and _after(over, policy.list_hours) <= now


def _after(when: datetime, hours: float) -> datetime:
    """So many hours later; the time itself where the calendar ends before."""
    try:
        return when + timedelta(hours=hours)
    except OverflowError:
        return when


def delete(session: Session, due: tuple[Due, ...], *, by: str, keyed: bool) -> Mapping[str, int]:
    """Delete what is due, within the caller's change, and leave the proof in the log; the files go with the next sweep.

    keyed : names of pictures are keyed hashes, so that they may stand in the log
    """
    counts: dict[str, int] = {}
    for kind in dict.fromkeys(each.kind for each in due):
        some = [each for each in due if each.kind == kind]
        names: list[str] = []
        templates = 0
        for each in some:
            gone, template = _FORGET[kind](session, each.row)
            names += gone
            templates += template
        times = sorted(each.due.isoformat() for each in some if each.due)
        about = {"kind": kind, "rows": [each.row for each in some], "pictures": len(names), "templates": templates}
        proof = {"due_first": times[0], "due_last": times[-1]} | ({"hashes": names} if keyed else {})
        note(session, "purged", by=by, about=about | proof)
        counts[kind] = len(some)
    return counts


def say_deleted(folder: Path, counts: Mapping[str, int]) -> None:
    """Tell whoever opened a case what went because its time was over: on stderr, unless the program's log goes elsewhere."""
    if counts:
        what = "; ".join(f"{count:,} {plain(kind)}" for kind, count in counts.items())
        logging.getLogger("workbench").warning("%s: deleted, because its time was over: %s", plain(str(folder)), what)


@contextmanager
def unasked(folder: Path) -> Iterator[None]:
    """Deletion that nobody asked for: where somebody else is writing it waits, and where it is refused that is said in a line."""
    try:
        yield
    except CaseBusy:
        return
    except CaseError as error:
        said = plain(str(folder)), plain(str(error))
        logging.getLogger("workbench").warning("%s: what is due was not deleted: %s", *said)


def _forget_sheets(session: Session, which: ColumnElement[bool]) -> list[str]:
    """Take the picture from comparisons that show a face which goes; what was set and written stays."""
    names = []
    for sheet in session.scalars(select(ComparisonRow).where(which, ComparisonRow.blob.is_not(None))).all():
        names += [sheet.blob or ""]
        sheet.blob = None
    return names


def _forget_alert(session: Session, alert: int) -> tuple[list[str], int]:
    """Take faces and template from an alert: names of the pictures, and whether there was a template."""
    row, own = session.get_one(AlertRow, alert), select(PictureRow).where(PictureRow.alert_id == alert)
    names = [row.thumbnail, *_forget_sheets(session, ComparisonRow.alert_id == alert)]
    for picture in session.scalars(own.order_by(PictureRow.id)).all():
        names += [picture.blob, picture.chip]
        session.delete(picture)
    for scene in session.scalars(select(SceneRow).where(SceneRow.alert_id == alert)).all():
        names.append(scene.blob)
        scene.blob = None
    templates = int(row.template is not None)
    row.template = row.thumbnail = None
    return [name for name in names if name], templates


def _forget_reference(session: Session, reference: int) -> tuple[list[str], int]:
    row = session.get_one(ReferenceRow, reference)
    names = [name for name in (row.blob, row.chip, row.portrait) if name]
    names += _forget_sheets(session, ComparisonRow.reference_id == reference)
    templates = int(bool(row.template))
    row.template, row.blob, row.chip, row.portrait = b"", "", None, None
    return names, templates


def _forget_sheet(session: Session, sheet: int) -> tuple[list[str], int]:
    return _forget_sheets(session, ComparisonRow.id == sheet), 0


def _forget_search(session: Session, search: int) -> tuple[list[str], int]:
    row = session.get_one(SearchRow, search)
    names = [name for name in (row.aligned, row.picture) if name]
    row.aligned = row.picture = None
    return names, 0


_FORGET = {
    ALERT: _forget_alert,
    NEAR_MISS: _forget_alert,
    CLIP: clips.forget_clip,
    SHEET: _forget_sheet,
    SEARCH: _forget_search,
    LIST: _forget_reference,
}
