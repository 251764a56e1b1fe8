"""The tracks of a run whose templates its case keeps at this moment, with the time at which each must go there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from workbench.archived import Origin
from workbench.casefile.case import CaseFile
from workbench.casefile.retention import ALERT, NEAR_MISS
from workbench.casefile.schema import AlertRow, RunRow, RunSourceRow, SourceRow, TrackRow, utc_now
from workbench.casefile.templates import open_template
from workbench.errors import CaseError
from workbench.faces import Space
from workbench.recorded import recorded_of

__all__ = ["KeptTrack", "KeptTracks", "case_key", "kept_tracks"]

F32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class KeptTrack:
    """One track that raised a question.

    sha256 : of its footage; alert : its number in the case; start, end : seconds into the footage
    at : when it began, seconds since 1970 UTC, NaN where nobody knows
    due : when the case deletes it, None while it is held as evidence
    template : (D,); face : JPEG bytes, everyone else hidden
    """

    sha256: str
    alert: int
    start: float
    end: float
    at: float
    due: datetime | None
    face_px: float
    template: F32
    face: bytes


@dataclass(frozen=True)
class KeptTracks:
    """What a case keeps of a run: its footage, without numbers yet, the space of its templates, and the tracks."""

    origins: tuple[Origin, ...]
    space: Space
    locator: str
    tracks: tuple[KeptTrack, ...]


def case_key(case: CaseFile) -> str:
    """Tells cases of one name apart."""
    return f"{case.about.name} {case.about.created.isoformat()}"


def kept_tracks(case: CaseFile, run: int) -> KeptTracks:
    """Alerts, and near misses where the policy keeps them, whose time is not over. `CaseSealed` without the case's key."""
    clocks = {each.row: each.due for each in case.clocks if each.kind in (ALERT, NEAR_MISS)}
    now = utc_now()
    origins, found = {}, []
    with case.store.session() as session:
        row = session.get(RunRow, run)
        if row is None:
            raise CaseError(f"the case has no run {run}; `workbench case info` lists them")
        settings, version = row.settings, row.version
        query = select(RunSourceRow, SourceRow).join(SourceRow).where(RunSourceRow.run_id == run)
        for place, source in session.execute(query.order_by(RunSourceRow.position)).all():
            origins[source.sha256] = _origin(case, run, settings, place, source)
        asked = (
            select(AlertRow, TrackRow, SourceRow)
            .join(TrackRow, AlertRow.track_id == TrackRow.id)
            .join(RunSourceRow, TrackRow.run_source_id == RunSourceRow.id)
            .join(SourceRow)
            .where(RunSourceRow.run_id == run, AlertRow.template.is_not(None))
        )
        for alert, track, source in session.execute(asked.order_by(AlertRow.id)).all():
            due = clocks[alert.id]
            template = open_template(alert, case.store.sealing)
            if template is not None and (due is None or due > now):
                face = case.store.blobs.get(alert.thumbnail or "")
                times = (track.start, track.end, _began(settings, source, alert, track), due)
                found.append(KeptTrack(source.sha256, alert.id, *times, track.face_px, template, face))
    space = case.watchlist_version(version).space
    return KeptTracks(tuple(origins.values()), space, case.pack_of(version), tuple(found))


def _origin(case: CaseFile, run: int, settings: Mapping[str, Any], place: RunSourceRow, source: SourceRow) -> Origin:
    name = Path(place.path).name
    known = recorded_of(settings, source.facts, name)
    return Origin(0, case.about.name, case_key(case), run, known.camera, name, source.sha256, known.said_by)


def _began(settings: Mapping[str, Any], source: SourceRow, alert: AlertRow, track: TrackRow) -> float:
    """When a track began: as stated, or as the file says of itself; live, the moment at which it was asked about."""
    if source.facts.get("kind") == "live":
        return alert.created.timestamp()
    return recorded_of(settings, source.facts, "").at(track.start)
