"""Searches in a case: kept whole, with what people concluded; failed and differing ones are kept like all others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.casefile import audit
from workbench.casefile.blobs import Blobs
from workbench.casefile.schema import EntryRow, ReferenceRow, utc_now
from workbench.casefile.search_tables import ConclusionRow, SearchCandidateRow, SearchRow
from workbench.conclusions import Conclusion
from workbench.decisions import VERDICTS
from workbench.errors import CaseError, InputError
from workbench.rarity import Rarity
from workbench.searches import Compared, Search

__all__ = ["add_conclusion", "check_conclusion", "load_searches", "save_search"]


def save_search(session: Session, blobs: Blobs, search: Search, ranked: Sequence[tuple[int, float]]) -> int:
    """Keep a search and return its number; its own candidates are not read.

    ranked : ids of references with their cosines, best first
    """
    names = "by reason photo sha256 face faces face_px pack space listed wanted failed".split()
    row = SearchRow(
        made=utc_now(),
        version=search.list_version,
        settings=dict(search.why),
        measured=[asdict(each) for each in search.measured],
        aligned=blobs.put(search.aligned) if search.aligned else None,
        picture=blobs.put(search.picture) if search.picture else None,
        **{name: getattr(search, name) for name in names},
    )
    session.add(row)
    session.flush()
    session.add_all(
        SearchCandidateRow(search_id=row.id, rank=rank, reference_id=reference, score=score)
        for rank, (reference, score) in enumerate(ranked, start=1)
    )
    audit.note(session, "search made", by=search.by, about=_about(row, len(ranked)))
    return row.id


def _about(row: SearchRow, candidates: int) -> dict[str, Any]:
    return {
        "search": row.id,
        "photo": row.photo,
        "sha256": row.sha256,
        "list_version": row.version,
        "pack": row.pack,
        "reason": row.reason,
        "candidates": candidates,
        "failed": row.failed,
    }


def add_conclusion(session: Session, search: int, rank: int, verdict: str, reason: str, by: str) -> None:
    """Add what a person concluded of one candidate; nothing is overwritten."""
    check_conclusion(verdict, reason, by)
    query = select(SearchCandidateRow).where(SearchCandidateRow.search_id == search, SearchCandidateRow.rank == rank)
    row = session.scalars(query).first()
    if row is None:
        raise CaseError(f"search {search} has no candidate at rank {rank}; `workbench searches` lists them")
    session.add(
        ConclusionRow(candidate_id=row.id, verdict=verdict, reason=reason.strip(), by=by.strip(), recorded=utc_now())
    )
    about = {"search": search, "rank": rank, "verdict": verdict, "reason": reason.strip()}
    audit.note(session, "candidate compared", by=by.strip(), about=about)


def check_conclusion(verdict: str, reason: str, by: str) -> None:
    """Refuse a conclusion without one of the verdicts, a reason and a name."""
    if verdict not in VERDICTS:
        raise InputError(f"the verdict is {verdict!r}; give one of {', '.join(map(repr, VERDICTS))}")
    if not reason.strip() or not by.strip():
        raise InputError("a conclusion is recorded with a reason and the name of who drew it; give both")


def load_searches(session: Session, blobs: Blobs, *, only: int | None = None) -> tuple[Search, ...]:
    """All searches, oldest first, each with what it differs in from those before it.

    only : the one whose pictures are opened, where those of no other are wanted
    """
    answers = _candidates(session, blobs, _conclusions(session), only)
    found: list[Search] = []
    for row in session.scalars(select(SearchRow).order_by(SearchRow.id)):
        search = _search(row, blobs, tuple(answers[row.id]), shown=only in (None, row.id))
        found.append(replace(search, differs=search.differences(found)))
    return tuple(found)


def _search(row: SearchRow, blobs: Blobs, candidates: tuple[Compared, ...], shown: bool) -> Search:
    names = "id made by reason photo sha256 face faces face_px pack space listed wanted failed".split()
    return Search(
        **{name: getattr(row, name) for name in names},
        list_version=row.version,
        candidates=candidates,
        measured=tuple(Rarity(**each) for each in row.measured),
        why=row.settings,
        picture=blobs.get(row.picture) if row.picture and shown else b"",
        aligned=blobs.get(row.aligned) if row.aligned and shown else b"",
    )


def _conclusions(session: Session) -> Mapping[int, list[Conclusion]]:
    query = select(ConclusionRow, SearchCandidateRow.rank).join(SearchCandidateRow).order_by(ConclusionRow.id)
    found: dict[int, list[Conclusion]] = defaultdict(list)
    for row, rank in session.execute(query):
        found[row.candidate_id].append(Conclusion(rank, row.verdict, row.reason, row.by, row.recorded))
    return found


def _candidates(
    session: Session, blobs: Blobs, concluded: Mapping[int, list[Conclusion]], only: int | None
) -> Mapping[int, list[Compared]]:
    query = (
        select(SearchCandidateRow, ReferenceRow, EntryRow.subject)
        .join(ReferenceRow, SearchCandidateRow.reference_id == ReferenceRow.id)
        .join(EntryRow, ReferenceRow.entry_id == EntryRow.id)
        .order_by(SearchCandidateRow.search_id, SearchCandidateRow.rank)
    )
    picture = cache(blobs.get)  # the same references come up again and again
    found: dict[int, list[Compared]] = defaultdict(list)
    for row, reference, subject in session.execute(query):
        own = tuple(concluded.get(row.id, ()))
        about = (row.rank, subject, row.score, reference.file, reference.sha256)
        shown = picture(reference.blob) if only in (None, row.search_id) else b""
        found[row.search_id].append(Compared(*about, own, shown))
    return found
