"""Live deployments in a case: begun, kept up to date while they go on, ended, and read back as values."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.casefile import ledger, lists
from workbench.casefile.approvals import standing_approval
from workbench.casefile.audit import actor, note
from workbench.casefile.blobs import Blobs
from workbench.casefile.decisions import standings
from workbench.casefile.deployment_tables import DeploymentRow, GapRow, RepeatRow, SceneRow
from workbench.casefile.outcomes import load_outcomes
from workbench.casefile.policy import Policy, moment
from workbench.casefile.schema import (
    AlertRow,
    CaseRow,
    EntryRow,
    RunRow,
    RunSourceRow,
    SegmentRow,
    SourceRow,
    TrackRow,
    utc_now,
)
from workbench.deployments import CASE_OVER, LIST_REJECTED, Break, Deployment, Plan, Watched
from workbench.errors import CaseError
from workbench.runs import Passage
from workbench.watchlist import Watchlist
from workbench.zones import Zone

__all__ = [
    "Begun",
    "abandoned",
    "begin",
    "close",
    "end_pass",
    "keep_gap",
    "keep_up",
    "load",
    "numbers",
    "raise_alert",
    "withdrawn",
]

_WORDS = ("purpose", "authority", "authorised_until", "until", "point", "by")
_PLAN = ("cooldown", "faces", "every", "closer", "record", "everything")


@dataclass(frozen=True)
class Begun:
    """Numbers of a deployment's rows: places are its cameras, references the list's, in the order of its templates."""

    deployment: int
    run: int
    places: tuple[int, ...]
    references: tuple[int, ...]


def begin(
    session: Session,
    plan: Plan,
    watch: Watchlist,
    threshold: float,
    settings: Mapping[str, Any],
    cameras: Sequence[str],
) -> Begun:
    """A new deployment with its run; every camera is a source of its own, which no later run can hold again.

    Who runs it is the plan's `by`, or else who is at work, as in the log.
    """
    key = uuid4().hex
    facts = {"kind": "live", "seconds": 0.0, "short": False}
    footage = [(name, hashlib.sha256(f"{key} {name}".encode()).hexdigest(), facts) for name in cameras]
    run = ledger.begin(session, key, version=watch.version, threshold=threshold, settings=settings, footage=footage)
    now = utc_now()
    words = {name: getattr(plan, name) for name in _WORDS} | {"by": plan.by.strip() or actor()}
    row = DeploymentRow(
        run_id=run.run,
        zone=[list(corner) for corner in plan.zone.corners],
        plan={name: getattr(plan, name) for name in _PLAN},
        alive=now,
        stopped="",
        cameras=[asdict(Watched(name)) | {"late": None, "late_p95": None} for name in cameras],
        **words,
    )
    session.add(row)
    session.flush()
    told = {name: str(value) for name, value in words.items()} | {"zone": str(plan.zone), "cameras": list(cameras)}
    about = {"deployment": row.id, "run": run.run, "list_version": watch.version, "threshold": threshold, **told}
    note(session, "deployment begun", by=row.by, about=about)
    return Begun(row.id, run.run, run.sources, tuple(lists.reference_ids(session, watch)))


def raise_alert(
    session: Session, blobs: Blobs, begun: Begun, place: int, ordinal: int, passage: Passage, scene: bytes
) -> tuple[int, int]:
    """Write an alert while its pass goes on; returns the numbers of the track and of the alert."""
    track = ledger.add_track(session, begun.places[place], ordinal, passage)
    alert = ledger.ask(session, blobs, track, passage, begun.references)
    if scene:
        session.add(SceneRow(alert_id=alert, blob=blobs.put(scene)))
    about = {"deployment": begun.deployment, "alert": alert, "t": round(passage.end, 3)}
    note(session, "alert raised", about=about)
    return track, alert


def end_pass(
    session: Session,
    begun: Begun,
    place: int,
    ordinal: int,
    passage: Passage,
    track: int | None,
    repeat: tuple[int, str] | None,
) -> None:
    """Write a pass that is over: its times, boxes and score, and nothing of its face."""
    if track is None:
        track = ledger.add_track(session, begun.places[place], ordinal, passage)
    else:
        row = session.get_one(TrackRow, track)
        row.end, row.last_box, row.seen = passage.end, list(passage.last_box), passage.seen
        row.face_px, row.box, row.score = passage.face_px, list(passage.box), passage.score
    if repeat is not None:
        session.add(RepeatRow(track_id=track, alert_id=repeat[0], why=repeat[1]))


def keep_up(
    session: Session,
    begun: Begun,
    ordinal: int,
    cameras: Sequence[Watched],
    profiles: Sequence[Mapping[str, float]],
    span: tuple[float, float],
) -> None:
    """Write how far a deployment has come: a segment for each camera, and the sign that it is alive.

    span : seconds since it began, by a clock that nobody sets
    """
    for place, profile in zip(begun.places, profiles, strict=True):
        values = {"start": span[0], "end": span[1], "done": utc_now(), "profile": dict(profile)}
        session.add(SegmentRow(run_source_id=place, ordinal=ordinal, **values))
    row = session.get_one(DeploymentRow, begun.deployment)
    row.alive = session.get_one(RunRow, row.run_id).started + timedelta(seconds=span[1])
    row.cameras = [_kept(camera) for camera in cameras]


def _kept(camera: Watched) -> dict[str, Any]:
    return {name: None if value != value else value for name, value in asdict(camera).items()}


def keep_gap(session: Session, deployment: int, gap: Break, row: int | None) -> int:
    """Write a gap, or when one that was written ended; returns its number."""
    if row is None:
        kept = GapRow(deployment_id=deployment, **asdict(gap))
        session.add(kept)
        session.flush()
        return kept.id
    session.get_one(GapRow, row).end = gap.end
    return row


def close(session: Session, deployment: int, ended: datetime, stopped: str) -> int:
    """End a deployment; returns the number of its run, which is to be finished then."""
    row = session.get_one(DeploymentRow, deployment)
    row.ended, row.stopped = ended, stopped
    run = session.get_one(RunRow, row.run_id)
    for source in session.scalars(select(SourceRow).join(RunSourceRow).where(RunSourceRow.run_id == run.id)).all():
        source.facts = source.facts | {"seconds": (ended - run.started).total_seconds()}
    for gap in session.scalars(select(GapRow).where(GapRow.deployment_id == deployment, GapRow.end.is_(None))).all():
        gap.end = ended
    note(
        session,
        "deployment ended",
        by=row.by,
        about={"deployment": deployment, "ended": ended.isoformat(), "why": stopped},
    )
    return run.id


def withdrawn(session: Session, deployment: int, now: datetime) -> str:
    """Why a deployment that goes on has to end, because what it was begun upon was taken back; "" while all of it stands."""
    run = select(DeploymentRow.run_id).where(DeploymentRow.id == deployment).scalar_subquery()
    stands = standing_approval(session, session.scalars(select(RunRow.version).where(RunRow.id == run)).one())
    if stands is None or not stands.approved:
        return LIST_REJECTED
    ends = Policy.of(session.scalars(select(CaseRow.policy)).one()).ends
    return CASE_OVER if ends and moment(ends) <= now else ""


def abandoned(session: Session) -> list[tuple[int, datetime]]:
    """Deployments that nobody ended, and when each was last heard of; to be asked while nobody else holds the case."""
    rows = session.execute(select(DeploymentRow.id, DeploymentRow.alive).where(DeploymentRow.ended.is_(None)))
    return sorted((row.id, row.alive) for row in rows)


def numbers(session: Session) -> tuple[int, ...]:
    """Numbers of all deployments, oldest first."""
    return tuple(session.scalars(select(DeploymentRow.id).order_by(DeploymentRow.id)))


def load(session: Session, deployment: int, needed: int) -> Deployment:
    """A deployment with its counts as they are now; `needed` people must agree on an alert."""
    row = session.get(DeploymentRow, deployment)
    if row is None:
        raise CaseError(f"the case has no deployment {deployment}; `case.deployments` lists them")
    run = session.get_one(RunRow, row.run_id)
    own = TrackRow.run_source_id.in_(select(RunSourceRow.id).where(RunSourceRow.run_id == run.id))
    smallest = run.settings["smallest_face"]
    small = select(func.count()).where(own, TrackRow.face_px < smallest)
    faces, compared = session.execute(select(func.count(TrackRow.id), func.count(TrackRow.score)).where(own)).one()
    alerts = select(AlertRow.id).join(TrackRow, AlertRow.track_id == TrackRow.id).where(own)
    asked = session.scalars(alerts.order_by(AlertRow.id)).all()
    stand = standings(session, needed)
    why = select(RepeatRow.why).join(TrackRow, RepeatRow.track_id == TrackRow.id).where(own)
    latest = {each.alert: each for each in load_outcomes(session)}
    return Deployment(
        id=row.id,
        run=run.id,
        plan=_plan(row),
        list_version=run.version,
        listed=session.scalar(select(func.count()).where(EntryRow.version == run.version)) or 0,
        threshold=run.threshold,
        started=run.started,
        ended=row.ended,
        stopped=row.stopped,
        cameras=tuple(_watched(each) for each in row.cameras),
        breaks=_breaks(session, deployment),
        faces=faces,
        compared=compared,
        too_small=session.scalar(small) or 0,
        alerts=len(asked),
        repeats=dict(Counter(session.scalars(why))),
        standings=dict(Counter(stand[alert].state for alert in asked)),
        outcomes=tuple(latest[alert] for alert in asked if alert in latest),
    )


def _plan(row: DeploymentRow) -> Plan:
    words = {name: getattr(row, name) for name in _WORDS}
    told = {name: row.plan[name] for name in _PLAN if name in row.plan}  # an older one said less
    return Plan(zone=Zone(tuple((x, y) for x, y in row.zone)), **words, **told)


def _watched(kept: Mapping[str, Any]) -> Watched:
    return replace(Watched(kept["name"]), **{name: value for name, value in kept.items() if value is not None})


def _breaks(session: Session, deployment: int) -> tuple[Break, ...]:
    rows = session.scalars(select(GapRow).where(GapRow.deployment_id == deployment).order_by(GapRow.start, GapRow.id))
    return tuple(Break(row.camera, row.start, row.end, row.reason) for row in rows)
