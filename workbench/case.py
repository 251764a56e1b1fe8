"""A case with its verbs: what a notebook holds in its hand."""

from __future__ import annotations

from pathlib import Path

from workbench.casefile.case import CaseFile, Policy
from workbench.casefile.store import DATABASE
from workbench.errors import CaseError
from workbench.html import card, facts, table
from workbench.pipeline import enroll, locator_of, scan
from workbench.progress import Bar, Progress
from workbench.runs import Run
from workbench.watchlist import Watchlist

__all__ = ["Case", "open_case"]


class Case(CaseFile):
    """A case folder: enroll a list, scan footage, look at runs."""

    def enroll(
        self,
        photos: Path | str,
        *,
        details: Path | str | None = None,
        pack: str | Path | None = None,
        progress: Progress | None = None,
    ) -> Watchlist:
        """Draw up the list from `photos/<subject>/<image>`; `.rejected` says what was refused and why."""
        return enroll(self, photos, details=details, pack=pack, progress=progress or Bar())

    def scan(
        self,
        *footage: Path | str,
        threshold: float | None = None,
        every: float = 0.2,
        gallery: str = "exact",
        pack: str | Path | None = None,
        best: int = 5,
        closer: float = 1.0,
        again: bool = False,
        progress: Progress | None = None,
    ) -> Run:
        """Scan footage against the newest list, see `workbench.pipeline.scan`; the same call goes on where it stopped."""
        return scan(
            self,
            footage,
            threshold=threshold,
            every=every,
            gallery=gallery,
            pack=pack,
            best=best,
            closer=closer,
            again=again,
            progress=progress or Bar(),
        )

    def _repr_html_(self) -> str:
        about, watch = self.about, self.watchlist
        head = facts(
            {
                "people listed": len(watch) if watch else "none yet",
                "runs": len(self.runs),
                "pack": about.pack or (watch.space.pack if watch else "not chosen"),
                "made": about.created.date(),
            }
        )
        rows = [("purpose", about.purpose), ("authority", about.authority), ("folder", self.folder)]
        return card(f"Case {about.name}", head, table("About", ("", ""), rows))


def open_case(
    folder: Path | str,
    *,
    purpose: str | None = None,
    authority: str | None = None,
    pack: str | Path | None = None,
    policy: Policy | None = None,
) -> Case:
    """Open the case in `folder`; make it if it does not exist and `purpose` and `authority` are given.

    An existing case keeps the purpose, authority, pack and policy it was made with.
    """
    if (Path(folder) / DATABASE).is_file():
        return Case(folder)
    if purpose is None or authority is None:
        raise CaseError(f'{folder} is no case yet; to make one, give purpose="..." and authority="..."')
    chosen = None if pack is None else locator_of(pack)
    return Case.create(folder, purpose=purpose, authority=authority, pack=chosen, policy=policy)
