"""What a case does with one photograph: search with it, and keep what people concluded of the candidates."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.casefile import searches
from workbench.casefile.case import CaseFile
from workbench.errors import CaseError
from workbench.searches import Search, Searches

if TYPE_CHECKING:
    from workbench.photo import PhotoFaces

__all__ = ["Investigation"]


class Investigation(CaseFile):
    """Searches with a photograph, apart from scans and their alerts."""

    def search(
        self,
        photo: Path | str,
        *,
        why: str,
        by: str,
        candidates: int = 10,
        face: int | None = None,
        version: int | None = None,
        pack: str | Path | None = None,
        gallery: str = "exact",
    ) -> Search:
        """Rank the people listed beside a photograph, see `workbench.searching.search`; every candidate is to be compared."""
        from workbench.searching import search

        options = {"candidates": candidates, "face": face, "version": version, "pack": pack, "gallery": gallery}
        return self.search_number(search(self, photo, why=why, by=by, **options))  # type: ignore[arg-type]

    def faces_in(self, photo: Path | str) -> PhotoFaces:
        """The faces of a photograph, numbered as `search(face=...)` counts them, nobody recognisable."""
        from workbench.searching import faces_in

        return faces_in(self, photo)

    @property
    def searches(self) -> Searches:
        """Every search that was made, oldest first; those that failed or differed are marked."""
        with self.store.session() as session:
            found = searches.load_searches(session, self.store.blobs)
        return Searches(tuple(replace(each, record=self.conclude) for each in found))

    def conclude(self, search: int, rank: int, verdict: str, reason: str, by: str) -> Search:
        """Record what `by` concluded of one candidate: same, different or cannot tell; the search comes back."""
        with self.store.change() as session:
            searches.add_conclusion(session, search, rank, verdict, reason, by)
        return self.search_number(search)

    def search_number(self, search: int) -> Search:
        """One search."""
        with self.store.session() as session:
            every = searches.load_searches(session, self.store.blobs, only=search)
        found = next((each for each in every if each.id == search), None)
        if found is None:
            raise CaseError(f"the case has no search {search}; `workbench searches` lists them")
        return replace(found, record=self.conclude)
