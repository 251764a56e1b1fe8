"""What a case still holds on one alert, read for disclosure: pictures, aligned crops, list entry, references, footage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Any

from sqlalchemy import select

from workbench.alerts import Alert
from workbench.casefile.approvals import load_approvals
from workbench.casefile.case import CaseFile
from workbench.casefile.comparisons import load_kept
from workbench.casefile.schema import (
    AlertRow,
    CandidateRow,
    EntryRow,
    PictureRow,
    ReferenceRow,
    RunSourceRow,
    SourceRow,
    TrackRow,
    WatchlistRow,
)
from workbench.casefile.store import Store
from workbench.comparison import Kept
from workbench.errors import InputError
from workbench.runs import Run, SourceReport
from workbench.watchlist import Entry

__all__ = ["Chip", "Held", "ListFacts", "hold", "runs_of"]


@dataclass(frozen=True)
class Chip:
    """A picture and the aligned crop that was embedded of it, PNG bytes each (a reference's picture is a JPEG).

    name : what it is: time and frame in the footage, or the reference's file
    hidden : True where a neighbour was hidden in the crop, so that it does not give the recorded template
    facts : what else is known, ready for JSON
    """

    name: str
    quality: float
    picture: bytes = field(repr=False)
    crop: bytes = field(repr=False)
    hidden: bool
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class ListFacts:
    """The version of the list that a run was compared with; approvals : every decision about it, in words, oldest first."""

    version: int
    digest: str
    made: datetime
    people: int
    pack: str
    space: str
    approvals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """Everything about one alert or near miss.

    probe : the kept faces, best first; none after they were purged
    references : all references of the first candidate's person
    footage : facts of the container as they were when it was scanned; source : how the scan of it went
    path : where the footage was, to open it; it does not leave the machine
    compared : comparisons by eye that were kept, oldest first
    """

    alert: Alert
    run: Run
    near_miss: bool
    created: datetime
    probe: tuple[Chip, ...]
    references: tuple[Chip, ...]
    entry: Entry
    listed: ListFacts
    footage: Mapping[str, Any]
    source: SourceReport
    path: str = field(repr=False)
    compared: tuple[Kept, ...] = ()


def runs_of(case: CaseFile, alerts: tuple[int, ...]) -> dict[int, int]:
    """The run of each alert; `InputError` if the case lacks one."""
    query = (
        select(AlertRow.id, RunSourceRow.run_id)
        .join(TrackRow, AlertRow.track_id == TrackRow.id)
        .join(RunSourceRow, TrackRow.run_source_id == RunSourceRow.id)
    )
    with case.store.session() as session:
        known: dict[int, int] = {row[0]: row[1] for row in session.execute(query)}
    for alert in alerts:
        if alert not in known:
            some = ", ".join(map(str, sorted(known)[:12])) or "none at all"
            raise InputError(f"the case has no alert {alert}; it has {some}")
    return {alert: known[alert] for alert in alerts}


def hold(case: CaseFile, alert: int, run: Run) -> Held:
    """Read one alert of a run that was loaded."""
    every = {each.id: (each, near) for near, some in ((False, run.alerts), (True, run.near_misses)) for each in some}
    found, near_miss = every[alert]
    with case.store.session() as session:
        row = session.get_one(AlertRow, alert)
        place = session.get_one(RunSourceRow, session.get_one(TrackRow, row.track_id).run_source_id)
        footage = session.get_one(SourceRow, place.source_id)
        facts, path, created = dict(footage.facts), place.path, row.created
        compared = load_kept(session, case.store.blobs, alert)
    entry, listed, references = _listed(case.store, alert)
    return Held(
        alert=found,
        run=run,
        near_miss=near_miss,
        created=created,
        probe=_probe(case.store, alert),
        references=references,
        entry=entry,
        listed=listed,
        footage=facts | {"name": PurePath(path).name},
        source=next(each for each in run.sources if each.sha256 == found.sha256),
        path=path,
        compared=compared,
    )


def _probe(store: Store, alert: int) -> tuple[Chip, ...]:
    with store.session() as session:
        rows = session.scalars(select(PictureRow).where(PictureRow.alert_id == alert).order_by(PictureRow.position))
        return tuple(
            Chip(
                name=f"frame {row.frame} at {row.t:.3f} s",
                quality=row.quality,
                picture=_kept(store, row.blob),
                crop=_kept(store, row.chip),
                hidden=row.chip_hidden,
                facts={"t": row.t, "frame": row.frame, "box": row.box, "points": row.points},
            )
            for row in rows
        )


def _listed(store: Store, alert: int) -> tuple[Entry, ListFacts, tuple[Chip, ...]]:
    """Entry, list and references of the first candidate."""
    with store.session() as session:
        first = session.scalars(
            select(ReferenceRow).join(CandidateRow).where(CandidateRow.alert_id == alert, CandidateRow.rank == 1)
        ).one()
        entry = session.get_one(EntryRow, first.entry_id)
        watch = session.get_one(WatchlistRow, entry.version)
        rows = session.scalars(select(ReferenceRow).where(ReferenceRow.entry_id == entry.id).order_by(ReferenceRow.id))
        people = session.query(EntryRow).filter(EntryRow.version == entry.version).count()
        said = tuple(map(str, load_approvals(session, entry.version)))
        name = PurePath(watch.pack).name
        facts = ListFacts(watch.version, watch.digest, watch.created, people, name, watch.space_sha, said)
        grounds = Entry(**{name: getattr(entry, name) for name in Entry.__dataclass_fields__})
        return grounds, facts, tuple(_reference(store, row) for row in rows)


def _reference(store: Store, row: ReferenceRow) -> Chip:
    return Chip(
        name=row.file,
        quality=row.quality,
        picture=_kept(store, row.portrait or row.blob),
        crop=_kept(store, row.chip),
        hidden=row.chip_hidden,
        facts={"file": row.file, "sha256": row.sha256, "face_px": row.face_px},
    )


def _kept(store: Store, name: str | None) -> bytes:
    """A picture of the case, b"" where it was deleted or never kept."""
    return store.blobs.get(name) if name else b""
