"""Searches with a photograph that concern the person asked about, and all that failed: disclosed whatever came out of them."""

from __future__ import annotations

from typing import Any

from workbench.casefile.case import CaseFile
from workbench.casefile.evidence import Held
from workbench.casefile.searches import load_searches
from workbench.evidence.html_parts import paragraph, table
from workbench.searches import Compared, Search

__all__ = ["search_facts", "searches_about", "searches_part"]

NONE = "No search with a photograph concerns this person, and none failed."
RULE = (
    "Searches in investigation mode: those in which this person was a candidate or was on the photograph as a reference, and "
    "every one that failed, since nobody knows whom it would have found. Other candidates are counted and not named."
)
COLUMNS = ("search, when (UTC), by whom and why", "photograph", "searched", "this person", "to be known")


def searches_about(case: CaseFile, held: Held) -> tuple[Search, ...]:
    """All searches to be disclosed with an alert, oldest first."""
    hashes = {chip.facts["sha256"] for chip in held.references}
    with case.store.session() as session:
        every = load_searches(session, case.store.blobs)
    return tuple(each for each in every if each.failed or each.sha256 in hashes or _own(each, held.alert.subject))


def _own(search: Search, subject: str) -> Compared | None:
    """The candidate that is the person asked about."""
    return next((each for each in search.candidates if each.subject == subject), None)


def searches_part(searches: tuple[Search, ...], subject: str) -> str:
    """The part of the report."""
    rows = [_row(each, subject) for each in searches]
    said = paragraph(RULE) + table(COLUMNS, rows) if rows else paragraph(NONE)
    return f"<h3>Searches with a photograph: {len(searches)}</h3>{said}"


def _row(search: Search, subject: str) -> tuple[str, ...]:
    own = _own(search, subject)
    place = (
        f"rank {own.rank} of {len(search.candidates)}, score {own.score:.4f}: {own.outcome}"
        if own
        else "not a candidate"
    )
    return (
        f"{search.id}, {search.made:%Y-%m-%d %H:%M:%S}, {search.by}: {search.reason}",
        f"{search.photo}, SHA-256 {search.sha256}",
        f"list version {search.list_version}, {search.listed:,} people, {search.pack}",
        "nothing was compared" if search.failed else place,
        "; ".join((*search.disclose, *search.notes)) or "nothing",
    )


def search_facts(searches: tuple[Search, ...], subject: str) -> list[dict[str, Any]]:
    """As plain JSON values; of the candidates only the person asked about."""
    return [_facts(each, subject) for each in searches]


def _facts(search: Search, subject: str) -> dict[str, Any]:
    whole = search.to_dict()
    own = [line for line in whole.pop("candidates") if line["subject"] == subject]
    return whole | {"candidates": len(search.candidates), "this_person": own[0] if own else None}
