"""Searches in an archive: kept whole, with what people concluded; failed and differing ones are kept like all others."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.archive_searches import ArchiveSearch
from workbench.archived import Origin
from workbench.casefile import audit
from workbench.casefile.archive_tables import ArchiveConclusionRow, ArchiveSearchRow, SightingRow
from workbench.casefile.blobs import Blobs
from workbench.casefile.schema import utc_now
from workbench.casefile.searches import check_conclusion
from workbench.conclusions import Conclusion
from workbench.errors import CaseError
from workbench.sightings import Sighting
from workbench.strangers import Expected

__all__ = ["add_conclusion", "load_searches", "save_search"]

_PLAIN = "by reason photo sha256 face faces face_px pack space authority mode wanted held searched undated basis failed".split()


def save_search(session: Session, blobs: Blobs, search: ArchiveSearch) -> int:
    """Keep a search with its candidates, and return its number."""
    row = ArchiveSearchRow(
        made=utc_now(),
        chosen=dict(search.chosen),
        recall=dict(search.recall) if search.recall else None,
        settings=dict(search.why),
        picture=blobs.put(search.picture) if search.picture else None,
        **{name: getattr(search, name) for name in _PLAIN},
    )
    session.add(row)
    session.flush()
    session.add_all(_sighting_row(row.id, each) for each in search.candidates)
    names = "photo sha256 face pack mode searched reason authority failed".split()
    about = {name: getattr(row, name) for name in names} | {"search": row.id, "chosen": row.chosen}
    found = {"candidates": len(search.candidates), "tracks": [each.track for each in search.candidates]}
    audit.note(session, "archive searched", by=search.by, about=about | found)
    return row.id


def _sighting_row(search: int, each: Sighting) -> SightingRow:
    expected = {name: None if math.isnan(value) else value for name, value in each.expected._asdict().items()}
    names = ("rank", "score", "track", "alert", "start", "end", "at")
    plain = {name: getattr(each, name) for name in names}
    return SightingRow(
        search_id=search,
        origin_id=each.origin.id,
        **plain,
        expected=expected["mean"],
        low=expected["low"],
        high=expected["high"],
    )


def add_conclusion(session: Session, search: int, rank: int, verdict: str, reason: str, by: str) -> None:
    """Add what a person concluded of one candidate; nothing is overwritten."""
    check_conclusion(verdict, reason, by)
    query = select(SightingRow).where(SightingRow.search_id == search, SightingRow.rank == rank)
    row = session.scalars(query).first()
    if row is None:
        raise CaseError(f"search {search} has no candidate at rank {rank}; `workbench archive searches` lists them")
    who = by.strip()
    session.add(
        ArchiveConclusionRow(sighting_id=row.id, verdict=verdict, reason=reason.strip(), by=who, recorded=utc_now())
    )
    about = {"search": search, "rank": rank, "track": row.track, "verdict": verdict, "reason": reason.strip()}
    audit.note(session, "candidate compared", by=who, about=about)


def load_searches(
    session: Session,
    blobs: Blobs,
    origins: Mapping[int, Origin],
    faces: Callable[[Sequence[int]], Mapping[int, bytes]] | None = None,
    only: int | None = None,
) -> tuple[ArchiveSearch, ...]:
    """All searches, oldest first, each with what it differs in from those before it.

    faces : gives the faces of tracks that are still there, for the search numbered `only`; otherwise none is opened
    """
    answers, concluded = _sightings(session, origins), _conclusions(session)
    found: list[ArchiveSearch] = []
    for row in session.scalars(select(ArchiveSearchRow).order_by(ArchiveSearchRow.id)):
        own = tuple(replace(each, conclusions=concluded[row.id, each.rank]) for each in answers[row.id])
        if faces is not None and row.id == only:
            shown = faces([each.track for each in own])
            own = tuple(replace(each, picture=shown.get(each.track, b"")) for each in own)
        search = _search(row, blobs, own, shown=row.id == only)
        found.append(replace(search, differs=search.differences(found)))
    return tuple(found)


def _search(row: ArchiveSearchRow, blobs: Blobs, candidates: tuple[Sighting, ...], shown: bool) -> ArchiveSearch:
    return ArchiveSearch(
        id=row.id,
        made=row.made,
        chosen=row.chosen,
        recall=row.recall,
        candidates=candidates,
        why=row.settings,
        picture=blobs.get(row.picture) if row.picture and shown else b"",
        **{name: getattr(row, name) for name in _PLAIN},
    )


def _sightings(session: Session, origins: Mapping[int, Origin]) -> Mapping[int, list[Sighting]]:
    found: dict[int, list[Sighting]] = defaultdict(list)
    for row in session.scalars(select(SightingRow).order_by(SightingRow.search_id, SightingRow.rank)):
        names = ("rank", "score", "track", "alert", "start", "end", "at")
        plain: dict[str, Any] = {name: getattr(row, name) for name in names}
        expected = Expected(*(math.nan if value is None else value for value in (row.expected, row.low, row.high)))
        found[row.search_id].append(Sighting(**plain, origin=origins[row.origin_id], expected=expected))
    return found


def _conclusions(session: Session) -> Mapping[tuple[int, int], tuple[Conclusion, ...]]:
    """By search and rank."""
    query = select(ArchiveConclusionRow, SightingRow.search_id, SightingRow.rank).join(SightingRow)
    found: dict[tuple[int, int], tuple[Conclusion, ...]] = defaultdict(tuple)
    for row, search, rank in session.execute(query.order_by(ArchiveConclusionRow.id)):
        found[search, rank] += (Conclusion(rank, row.verdict, row.reason, row.by, row.recorded),)
    return found
