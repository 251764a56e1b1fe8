"""Runs read back from a case as values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.alerts import Alert, Alerts, Candidate
from workbench.casefile.blobs import Blobs
from workbench.casefile.schema import (
    AlertRow,
    CandidateRow,
    EntryRow,
    PictureRow,
    ReferenceRow,
    RunRow,
    RunSourceRow,
    SegmentRow,
    SourceRow,
    TrackRow,
)
from workbench.casefile.scores import read_scores
from workbench.errors import CaseError
from workbench.recorded import recorded_of
from workbench.runs import Run, SourceReport, StoredPicture
from workbench.tracks import Tracks

__all__ = ["load_alert", "load_pictures", "load_run", "load_tracks"]


def load_tracks(session: Session, run: int) -> Tracks:
    """Every track of a run from the database, in order of footage and time."""
    query = (
        select(TrackRow, SourceRow.sha256)
        .join(RunSourceRow, TrackRow.run_source_id == RunSourceRow.id)
        .join(SourceRow)
        .where(RunSourceRow.run_id == run)
        .order_by(RunSourceRow.position, TrackRow.start, TrackRow.id)
    )
    names = ("id", "start", "end", "seen", "face_px", "box")
    rows = [
        {name: getattr(track, name) for name in names}
        | {"source": sha256, "score": _number(track.score), "quality": _number(track.quality)}
        for track, sha256 in session.execute(query)
    ]
    return Tracks.of(rows)


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def load_run(session: Session, blobs: Blobs, scores: Path, run: int, shown: Callable[[Sequence[int]], None]) -> Run:
    """One run with its alerts, which tell `shown` when somebody sees them; `scores` is the Arrow file of a finished one."""
    row = session.get(RunRow, run)
    if row is None:
        raise CaseError(f"the case has no run {run}; `workbench case info` lists them")
    tracks = read_scores(scores) if row.finished and scores.is_file() else load_tracks(session, run)
    alerts = _alerts(session, blobs, row)
    return Run(
        id=row.id,
        threshold=row.threshold,
        near=row.settings["near"],
        threshold_from=row.settings["threshold_from"],
        sources=_reports(session, row, tracks),
        alerts=Alerts(tuple(alert for alert, near in alerts if not near), shown=shown),
        near_misses=Alerts(tuple(alert for alert, near in alerts if near), title="Near misses", shown=shown),
        tracks=tracks,
        settings=row.settings,
        started=row.started,
        finished=row.finished,
        profile=row.profile,
        list_version=row.version,
        listed=session.query(EntryRow).filter(EntryRow.version == row.version).count(),
    )


def _reports(session: Session, run: RunRow, tracks: Tracks) -> tuple[SourceReport, ...]:
    query = select(RunSourceRow, SourceRow).join(SourceRow).where(RunSourceRow.run_id == run.id)
    smallest = run.settings["smallest_face"]
    reports = []
    for place, source in session.execute(query.order_by(RunSourceRow.position)):
        own = tracks.source == source.sha256
        own_segments = select(SegmentRow.profile).where(SegmentRow.run_source_id == place.id)
        profiles = session.scalars(own_segments.order_by(SegmentRow.ordinal))
        reports.append(
            SourceReport(
                path=place.path,
                sha256=source.sha256,
                seconds=source.facts["seconds"],
                short=source.facts["short"],
                corrupt_frames=int(sum(profile.get("corrupt_frames", 0) for profile in profiles)),
                tracks=int(own.sum()),
                compared=int((own & tracks.compared).sum()),
                too_small=int((own & (tracks.face_px < smallest)).sum()),
                transfer=source.facts.get("transfer", ""),
                recorded=recorded_of(run.settings, source.facts, Path(place.path).name),
            )
        )
    return tuple(reports)


def load_alert(session: Session, blobs: Blobs, alert: int) -> tuple[Alert, bool]:
    """One alert, and whether it is a near miss."""
    query = select(RunRow).join(RunSourceRow).join(TrackRow).join(AlertRow).where(AlertRow.id == alert)
    run = session.scalars(query).first()
    if run is None:
        raise CaseError(f"the case has no alert {alert}; `case.run().alerts` lists those of the latest run")
    return _alerts(session, blobs, run, alert)[0]


def _alerts(session: Session, blobs: Blobs, run: RunRow, only: int | None = None) -> list[tuple[Alert, bool]]:
    """Alerts and near misses of a run, or one of them, in order of footage and time, each with whether it is a near miss."""
    query = (
        select(AlertRow, TrackRow, RunSourceRow.path, SourceRow.sha256)
        .join(TrackRow, AlertRow.track_id == TrackRow.id)
        .join(RunSourceRow, TrackRow.run_source_id == RunSourceRow.id)
        .join(SourceRow)
        .where(RunSourceRow.run_id == run.id)
        .order_by(RunSourceRow.position, TrackRow.start, TrackRow.id)
    )
    if only is not None:
        query = query.where(AlertRow.id == only)
    answers = _candidates(session, run.id, only)
    return [
        (_alert(blobs, run, row, track, Path(path).name, sha256, answers[row.id]), row.near_miss)
        for row, track, path, sha256 in session.execute(query).all()
    ]


def _candidates(session: Session, run: int, only: int | None) -> Mapping[int, list[tuple[Candidate, str]]]:
    """Ranked candidates of each alert, or of one, with the blob of the reference."""
    query = (
        select(CandidateRow, ReferenceRow, EntryRow.subject)
        .join(ReferenceRow, CandidateRow.reference_id == ReferenceRow.id)
        .join(EntryRow, ReferenceRow.entry_id == EntryRow.id)
        .join(AlertRow, CandidateRow.alert_id == AlertRow.id)
        .join(TrackRow, AlertRow.track_id == TrackRow.id)
        .join(RunSourceRow, TrackRow.run_source_id == RunSourceRow.id)
        .where(RunSourceRow.run_id == run)
        .order_by(CandidateRow.alert_id, CandidateRow.rank)
    )
    if only is not None:
        query = query.where(CandidateRow.alert_id == only)
    found: dict[int, list[tuple[Candidate, str]]] = defaultdict(list)
    for row, reference, subject in session.execute(query):
        found[row.alert_id].append((Candidate(row.rank, subject, row.score, reference.file), reference.blob))
    return found


def _alert(
    blobs: Blobs,
    run: RunRow,
    row: AlertRow,
    track: TrackRow,
    source: str,
    sha256: str,
    answers: list[tuple[Candidate, str]],
) -> Alert:
    why: dict[str, Any] = {**run.settings, "run": run.id, "list_version": run.version, "threshold": run.threshold}
    x1, y1, x2, y2 = row.box
    return Alert(
        id=row.id,
        candidates=tuple(candidate for candidate, _ in answers),
        threshold=run.threshold,
        source=source,
        sha256=sha256,
        start=track.start,
        end=track.end,
        t=row.t,
        frame=row.frame,
        box=(x1, y1, x2, y2),
        face_px=track.face_px,
        why=why,
        thumbnail=blobs.get(row.thumbnail) if row.thumbnail else b"",
        reference=blobs.get(answers[0][1]),
        track=track.id,
    )


def load_pictures(session: Session, blobs: Blobs, alert: int) -> tuple[StoredPicture, ...]:
    """The kept faces of an alert, best first."""
    rows = session.scalars(select(PictureRow).where(PictureRow.alert_id == alert).order_by(PictureRow.position))
    return tuple(_picture(row, blobs) for row in rows)


def _picture(row: PictureRow, blobs: Blobs) -> StoredPicture:
    points = tuple(tuple(point) for point in row.points)
    return StoredPicture(row.t, row.frame, tuple(row.box), row.quality, blobs.get(row.blob), points)
