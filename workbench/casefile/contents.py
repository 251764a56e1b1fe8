"""What a case holds, in counts and words: read without opening a single picture or template, so that it needs no key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.casefile.lists import latest_version
from workbench.casefile.schema import (
    AlertRow,
    EntryRow,
    ReferenceRow,
    RejectedRow,
    RunRow,
    RunSourceRow,
    SourceRow,
    TrackRow,
    WarnedRow,
    WatchlistRow,
)

__all__ = ["footage", "list_line", "run_lines"]


def list_line(session: Session) -> dict[str, Any] | None:
    """The newest list, as `workbench enroll --json` prints it; None before the first enrolment.

    deleted : references whose face and template are gone, in their time
    """
    version = latest_version(session)
    if not version:
        return None
    head = session.get_one(WatchlistRow, version)
    people = select(EntryRow.id).where(EntryRow.version == version)
    rejected = session.scalars(select(RejectedRow).where(RejectedRow.version == version).order_by(RejectedRow.id))
    warned = session.scalars(select(WarnedRow).where(WarnedRow.version == version).order_by(WarnedRow.id))
    return {
        "subjects": _count(session, EntryRow, EntryRow.version == version),
        "references": _count(session, ReferenceRow, ReferenceRow.entry_id.in_(people)),
        "deleted": _count(session, ReferenceRow, ReferenceRow.entry_id.in_(people) & (ReferenceRow.template == b"")),
        "rejected": [{"file": row.file, "reason": row.reason} for row in rejected],
        "warnings": [
            {"kind": row.kind, "subjects": row.subjects, "score": row.score, "text": row.text} for row in warned
        ],
        "version": version,
        "pack": head.pack,
        "space": head.space_sha,
    }


def _count(session: Session, table: Any, where: Any) -> int:
    return session.scalar(select(func.count()).select_from(table).where(where)) or 0


def run_lines(session: Session) -> list[dict[str, Any]]:
    """Each run in a line, oldest first."""
    return [_run_line(session, run) for run in session.scalars(select(RunRow).order_by(RunRow.id)).all()]


def _run_line(session: Session, run: RunRow) -> dict[str, Any]:
    places = select(RunSourceRow).where(RunSourceRow.run_id == run.id).order_by(RunSourceRow.position)
    own = TrackRow.run_source_id.in_(select(RunSourceRow.id).where(RunSourceRow.run_id == run.id))
    tracks, compared = session.execute(select(func.count(), func.count(TrackRow.score)).where(own)).one()
    asked = (
        select(AlertRow.near_miss, func.count().label("asked"))
        .join(TrackRow, AlertRow.track_id == TrackRow.id)
        .where(own)
    )
    counts = {row.near_miss: row.asked for row in session.execute(asked.group_by(AlertRow.near_miss))}
    return {
        "run": run.id,
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat() if run.finished else None,
        "list_version": run.version,
        "threshold": run.threshold,
        "triage": bool(run.settings.get("fast", False)),
        "sources": [place.path for place in session.scalars(places)],
        "tracks": tracks,
        "compared": compared,
        "alerts": counts.get(False, 0),
        "near_misses": counts.get(True, 0),
    }


def footage(session: Session) -> list[Mapping[str, Any]]:
    """All footage that was scanned, by its hash."""
    rows = session.scalars(select(SourceRow).order_by(SourceRow.id))
    return [{"path": row.path, "sha256": row.sha256, **row.facts} for row in rows]
