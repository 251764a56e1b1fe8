"""Clips of a case: kept sealed, read with an entry in the log, and forgotten in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.casefile.audit import note
from workbench.casefile.blobs import Blobs
from workbench.casefile.clip_tables import ClipRow
from workbench.casefile.policy import Policy
from workbench.casefile.schema import AlertRow, PictureRow, RunRow, RunSourceRow, SourceRow, TrackRow
from workbench.clips import Clip
from workbench.errors import CaseError

__all__ = [
    "Place",
    "asked_tracks",
    "clip_ends",
    "find_clip",
    "forget_clip",
    "has_faces",
    "is_kept",
    "kept_clips",
    "outlived",
    "place_of",
    "read_clip",
    "save_clip",
]


@dataclass(frozen=True)
class Place:
    """Where a track is: what it takes to make a clip of it.

    at : seconds of its best face, or of its middle; faces : whether the case still keeps its faces
    path : where the footage was; version : of the list that the run was compared with
    """

    track: int
    alert: int | None
    near_miss: bool
    faces: bool
    start: float
    end: float
    at: float
    path: str
    sha256: str
    version: int


def place_of(session: Session, *, track: int | None = None, alert: int | None = None) -> Place:
    """Of an alert, or of a track."""
    query = (
        select(TrackRow, RunSourceRow.path, SourceRow.sha256, RunRow.version, AlertRow)
        .join(RunSourceRow, TrackRow.run_source_id == RunSourceRow.id)
        .join(SourceRow, RunSourceRow.source_id == SourceRow.id)
        .join(RunRow, RunSourceRow.run_id == RunRow.id)
        .outerjoin(AlertRow, AlertRow.track_id == TrackRow.id)
    )
    found = session.execute(query.where(TrackRow.id == track if alert is None else AlertRow.id == alert)).first()
    if found is None:
        which = f"track {track}" if alert is None else f"alert {alert}"
        raise CaseError(f"the case has no {which}; `case.run()` shows the latest run with its alerts and tracks")
    row, path, sha256, version, asked = found
    return Place(
        track=row.id,
        alert=asked.id if asked else None,
        near_miss=bool(asked and asked.near_miss),
        faces=asked is not None and has_faces(session, asked.id),
        start=row.start,
        end=row.end,
        at=asked.t if asked else (row.start + row.end) / 2,
        path=path,
        sha256=sha256,
        version=version,
    )


def has_faces(session: Session, alert: int) -> bool:
    """Whether the case still keeps a face of an alert."""
    return session.scalars(select(PictureRow.id).where(PictureRow.alert_id == alert).limit(1)).first() is not None


def asked_tracks(session: Session, run: int) -> dict[int, tuple[int, bool]]:
    """The tracks of a run that are asked about: number of the alert, and whether it is a near miss."""
    query = select(AlertRow).join(TrackRow, AlertRow.track_id == TrackRow.id).join(RunSourceRow)
    return {row.track_id: (row.id, row.near_miss) for row in session.scalars(query.where(RunSourceRow.run_id == run))}


def find_clip(session: Session, place: Place, *, everything: bool = False) -> int | None:
    """The newest clip of a track that is still there, hides everything or not, and shows nobody whose faces are not kept any more."""
    query = select(ClipRow).where(ClipRow.track_id == place.track, ClipRow.blob != "")
    allowed = query if place.faces else query.where(ClipRow.shown.is_(False))
    rows = session.scalars(allowed.order_by(ClipRow.id.desc()))
    return next((row.id for row in rows if row.checks.get("everything", False) == everything), None)


def save_clip(session: Session, blobs: Blobs, place: Place, clip: Clip) -> int:
    """Keep a clip, unless somebody else made one meanwhile; returns the number of the one that is kept."""
    if (other := find_clip(session, place, everything=clip.checks.get("everything", False))) is not None:
        return other
    if clip.shown and not place_of(session, track=place.track).faces:
        raise CaseError(
            "the faces of its person were deleted while the clip was made, so it is not kept; ask for it again"
        )
    row = ClipRow(
        track_id=clip.track,
        alert_id=clip.alert,
        times=np.round(clip.times, 6).tolist(),
        boxes=[[] if np.isnan(box).any() else np.round(box.astype(float), 1).tolist() for box in clip.box],
        checks=dict(clip.checks),
        blob=blobs.put(clip.video),
        **{name: getattr(clip, name) for name in ("shown", "why", "says", "width", "height", "made", "by")},
    )
    session.add(row)
    session.flush()
    about = {"clip": row.id, "track": row.track_id, "alert": row.alert_id, "shown": row.shown}
    note(session, "clip made", by=clip.by, about=about | {"frames": len(row.times), "checks": row.checks})
    return row.id


def read_clip(session: Session, blobs: Blobs, number: int, *, by: str) -> Clip:
    """A clip with its video; who looked stands in the log, as it may show a face."""
    row = session.get_one(ClipRow, number)
    place = place_of(session, track=row.track_id)
    about = {"clip": number, "track": row.track_id, "alert": row.alert_id, "shown": row.shown}
    note(session, "clip read", by=by, about=about)
    return _clip(row, place, blobs.get(row.blob))


def _clip(row: ClipRow, place: Place, video: bytes) -> Clip:
    box = np.array([each or [np.nan] * 4 for each in row.boxes], np.float32).reshape(-1, 4)
    names = ("id", "shown", "why", "says", "width", "height", "checks", "made", "by")
    kept: dict[str, Any] = {name: getattr(row, name) for name in names}
    return Clip(
        track=row.track_id,
        alert=row.alert_id,
        source=PurePath(place.path).name,
        sha256=place.sha256,
        times=np.array(row.times, np.float64),
        box=box,
        video=video,
        **kept,
    )


def is_kept(session: Session, clip: int) -> bool:
    """Whether a clip may still be seen: its video is there, and so are the faces of whom it shows."""
    row = session.get(ClipRow, clip)
    if row is None or not row.blob:
        return False
    return not row.shown or (row.alert_id is not None and has_faces(session, row.alert_id))


def kept_clips(session: Session) -> list[ClipRow]:
    """Every clip whose video is still there."""
    return list(session.scalars(select(ClipRow).where(ClipRow.blob != "").order_by(ClipRow.id)))


def clip_ends(
    row: ClipRow, policy: Policy, alerts: Mapping[int, tuple[datetime | None, str]]
) -> tuple[datetime | None, str]:
    """When a clip goes, and why: a face in it goes with the faces of its alert, the rest by the clock of clips.

    alerts : when the faces of each alert go, and why
    """
    own = row.made + timedelta(hours=policy.clip_hours)
    due, why = alerts.get(row.alert_id or 0, (row.made, "the faces of its alert are gone"))
    if due is None:
        return None, why
    if row.shown and due < own:
        return due, f"goes with the faces of its alert: {why}"
    return own, f"kept for {policy.clip_hours} h"


def outlived(session: Session) -> bool:
    """Whether a clip is kept that shows somebody whose faces are not, as an earlier version could leave it."""
    shown = select(ClipRow.id).where(
        ClipRow.blob != "", ClipRow.shown, ClipRow.alert_id.not_in(select(PictureRow.alert_id))
    )
    return session.scalars(shown.limit(1)).first() is not None


def forget_clip(session: Session, clip: int) -> tuple[list[str], int]:
    """Take the video from a clip: its name among the pictures."""
    row = session.get_one(ClipRow, clip)
    names, row.blob = [row.blob], ""
    return names, 0
