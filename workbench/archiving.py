"""Put the tracks of a case's run into an archive: those that the case itself keeps at this moment, and for no longer.

Of people who raised no question a case has no template, so none can come here. Of the others, alerts and, where the case's
policy keeps them, near misses, each brings the case's own clock with it. Adding a run again brings the archive in line with
the case: what the case has deleted meanwhile goes, what it keeps for longer (confirmed, held as evidence) stays for longer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.archived import ArchivedTracks, Origin
from workbench.case import Case
from workbench.casefile.archive import ArchiveFile
from workbench.casefile.archive_deletion import forget, redate
from workbench.casefile.archive_tables import AddedRow, OriginRow
from workbench.casefile.audit import note
from workbench.casefile.kept_tracks import KeptTrack, KeptTracks, case_key, kept_tracks
from workbench.casefile.schema import utc_now
from workbench.errors import InputError
from workbench.kept_scores import of_footage
from workbench.strangers import Strangers

__all__ = ["Added", "add_run"]

TAKEN = "whoever raised no alert, and whose alert nobody judged, was taken for a stranger, which errs to more"


@dataclass(frozen=True)
class Added:
    """What became of a run's tracks: new ones, ones that got another clock, and ones that the case no longer keeps."""

    case: str
    run: int
    added: int
    redated: int
    gone: int

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


def _strangers(case: Case, run: int) -> dict[str, Any]:
    """Scores of strangers in a run by its footage, so that a later run can take the place of some of it."""
    trials, scanned = case.trials(run), case.run(run)
    said = TAKEN if trials.assumption else ""
    counts = {}
    for sha256 in (source.sha256 for source in scanned.sources):
        scores = trials.score[of_footage(trials, sha256) & ~trials.is_mated]
        counts[sha256] = Strangers.of(scores, trials.watchlist, said).to_dict()
    return {"triage": scanned.triage, "footage": counts}


def add_run(archive: ArchiveFile, case: Case, run: int, *, reason: str, by: str) -> Added:
    """Put a finished run's tracks into the archive, or bring it in line with what the case keeps of them now."""
    archive.require_authority()
    if not reason.strip() or not by.strip():
        raise InputError("what is put into an archive is recorded with a reason and a name; give both")
    kept = kept_tracks(case, run)
    archive.require_space(kept.space)
    strangers = _strangers(case, run)  # refuses a run that is not finished
    with archive.store.writing("a run is being added"), archive.store.deleting():
        _say_in_case(case, archive, run, len(kept.tracks), reason, by)
        before = archive.tracks()
        with archive.store.change() as session:
            archive.set_space(session, kept.space, kept.locator)
            result, first = _in_line(session, archive, before, kept, by)
            row = AddedRow(case=case.about.name, case_key=case_key(case), run=run, reason=reason.strip(), by=by.strip())
            row.recorded, row.first, row.tracks, row.strangers = utc_now(), first, result.added, strangers
            session.add(row)
            about = {"case_key": row.case_key, "reason": row.reason, "first": first}
            note(session, "run added", by=by, about=result.to_dict() | about)
        archive.sweep()
        if result.gone:
            archive.store.compact()
    return result


def _say_in_case(case: Case, archive: ArchiveFile, run: int, tracks: int, reason: str, by: str) -> None:
    """The case's own log says first where its tracks go: a note too many if what follows fails, never one too few."""
    about = {"archive": archive.about.name, "purpose": archive.about.purpose, "authority": archive.about.authority}
    with case.store.change() as session:
        note(session, "tracks archived", by=by, about={"run": run, "tracks": tracks, "reason": reason.strip()} | about)


def _in_line(
    session: Session, archive: ArchiveFile, before: ArchivedTracks, kept: KeptTracks, by: str
) -> tuple[Added, int]:
    """Take away what the case no longer keeps, change clocks that changed, append what is new; and the first new number."""
    places = _numbered(session, kept.origins)
    mine = before[np.isin(before.origin, list(places.values()))]
    held = dict(zip(mine.alert.tolist(), mine.id.tolist(), strict=True))
    now, latest = {each.alert: each for each in kept.tracks}, utc_now() + timedelta(days=archive.days)
    case, run = kept.origins[0].case, kept.origins[0].run
    gone = np.array([number for alert, number in held.items() if alert not in now], np.int64)
    if len(gone):
        forget(
            session, archive, gone, by=by, about={"why": "their case no longer keeps them", "case": case, "run": run}
        )
    due = {held[alert]: _due(now[alert], latest) for alert in held if alert in now}
    redated = redate(session, archive, due) if due else 0
    fresh, first = [each for each in kept.tracks if each.alert not in held], _next(session)
    if fresh:
        tracks = _tracks(fresh, places, first, latest)
        archive.append(session, tracks, [each.face for each in fresh])
    return Added(case, run, len(fresh), redated, len(gone)), first


def _numbered(session: Session, origins: Sequence[Origin]) -> Mapping[str, int]:
    """Numbers in the archive of pieces of footage, by their hash; new ones are written."""
    found = {}
    for each in origins:
        own = (OriginRow.case_key == each.case_key) & (OriginRow.run == each.run) & (OriginRow.sha256 == each.sha256)
        row = session.scalars(select(OriginRow).where(own)).first()
        if row is None:
            row = OriginRow(**{name: value for name, value in each.to_dict().items() if name != "id"})
            session.add(row)
            session.flush()
        found[each.sha256] = row.id
    return found


def _next(session: Session) -> int:
    """The first number that no track ever had."""
    return session.scalar(select(func.max(AddedRow.first + AddedRow.tracks))) or 1


def _due(track: KeptTrack, latest: datetime) -> float:
    """When a track goes: with its case's copy, at the latest when the archive's own time for it is over."""
    return min(track.due or latest, latest).timestamp()


def _tracks(fresh: Sequence[KeptTrack], places: Mapping[str, int], first: int, latest: datetime) -> ArchivedTracks:
    times = {name: np.array([getattr(each, name) for each in fresh], np.float64) for name in ("start", "end", "at")}
    return ArchivedTracks(
        id=np.arange(first, first + len(fresh), dtype=np.int64),
        origin=np.array([places[each.sha256] for each in fresh], np.int64),
        alert=np.array([each.alert for each in fresh], np.int64),
        **times,
        due=np.array([_due(each, latest) for each in fresh], np.float64),
        face_px=np.array([each.face_px for each in fresh], np.float32),
        template=np.stack([each.template for each in fresh]).astype(np.float32),
    )
