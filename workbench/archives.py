"""An archive with its verbs: what a notebook holds in its hand to search what cases have kept, under an authority that ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.archive_searches import ArchiveSearch, ArchiveSearches
from workbench.archived import Chosen
from workbench.arguments import path_of
from workbench.casefile import archive_searches
from workbench.casefile.archive import HOURS, MOST_DAYS, ArchiveFile
from workbench.casefile.archive_deletion import delete
from workbench.casefile.policy import moment
from workbench.casefile.schema import utc_now
from workbench.casefile.store import is_case
from workbench.counts import count
from workbench.errors import CaseError, InputError
from workbench.html import card, facts, note, table
from workbench.progress import Bar, Progress

if TYPE_CHECKING:
    from workbench.archive_opened import Opened
    from workbench.archiving import Added
    from workbench.case import Case

__all__ = ["Archive", "chosen_of", "open_archive"]

SHOWN = 8  # runs named in one output
Names = str | Sequence[str]
Time = datetime | str | None


class Archive(ArchiveFile):
    """An archive's folder: add what cases keep, search it with a photograph, delete from it, and say what was done."""

    _opened: Opened | None = None

    def add(
        self, case: Case | Path | str, *, runs: int | Sequence[int] | None = None, reason: str, by: str
    ) -> tuple[Added, ...]:
        """Put the tracks of a case's runs in, as far as the case keeps them; again, to bring the archive in line with the case.

        runs : numbers, by default every finished one
        """
        from workbench.archiving import add_run
        from workbench.case import opened

        with opened(case) as held:
            chosen = (runs,) if isinstance(runs, int) else runs
            if chosen is None:
                chosen = [each["run"] for each in held.info()["runs"] if each["finished"]]
            if not chosen:
                raise CaseError(f"{held.about.name} has no finished run; scan footage first")
            return tuple(add_run(self, held, run, reason=reason, by=by) for run in chosen)

    def search(
        self,
        photo: Path | str | None = None,
        *,
        why: str,
        by: str,
        track: int | None = None,
        candidates: int = 10,
        face: int | None = None,
        cases: Names = (),
        cameras: Names = (),
        start: Time = None,
        end: Time = None,
        mode: str = "exact",
        assumed: str | None = None,
        pack: str | Path | None = None,
        progress: Progress | None = None,
    ) -> ArchiveSearch:
        """Rank the passes most alike to one face, every one to be compared by a person; it is recorded.

        photo : a picture; or track : the number of a track in the archive, to see where else its person may have been
        why, by : the reason, and the name of who asks
        candidates : 2 to 50, without a cut; face : which face, from 1 at the left; needed where there are several
        cases, cameras, start, end : search these only; times as `2026-05-03T21:30`, of this machine's zone if they name none
        mode : exact; fast, whose recall is measured and said; or milvus://host:port/collection, where nothing is sealed
        assumed : `SCORE=RATE`: how often strangers reach a score, instead of what the cases measured; it is said to be assumed
        """
        from workbench.archive_opened import Opened
        from workbench.archive_searching import Asked, search

        if (photo is None) == (track is None):
            raise InputError("give a photograph, or the number of a track in the archive: one of them")
        if face is not None and track is not None:
            raise InputError("a track has one face; give face= with a photograph only")
        chosen = chosen_of(cases, cameras, start, end)
        probe = Path(photo) if photo is not None else int(track or 0)
        asked = Asked(probe, why, by, candidates, face, chosen, mode, assumed, pack)
        self._opened = self._opened or Opened(self)
        return self.search_number(search(self, self._opened, asked, progress or Bar()))

    @property
    def searches(self) -> ArchiveSearches:
        """Every search that was made, oldest first, also after the archive's end; faces are shown by `search_number` alone."""
        origins = self.origins
        with self.store.session() as session:
            found = archive_searches.load_searches(session, self.store.blobs, origins)
        return ArchiveSearches(tuple(replace(each, record=self.conclude) for each in found))

    def search_number(self, search: int) -> ArchiveSearch:
        """One search, with the faces that are still kept."""
        origins, faces = self.origins, self.faces if self.lasts else None
        with self.store.session() as session:
            every = archive_searches.load_searches(session, self.store.blobs, origins, faces, only=search)
        found = next((each for each in every if each.id == search), None)
        if found is None:
            raise CaseError(f"the archive has no search {search}; `workbench archive searches` lists them")
        return replace(found, record=self.conclude)

    def conclude(self, search: int, rank: int, verdict: str, reason: str, by: str) -> ArchiveSearch:
        """Record what `by` concluded of one candidate: same, different or cannot tell; the search comes back."""
        with self.store.change() as session:
            archive_searches.add_conclusion(session, search, rank, verdict, reason, by)
        return self.search_number(search)

    def delete(
        self,
        *,
        reason: str,
        by: str,
        cases: Names = (),
        cameras: Names = (),
        start: Time = None,
        end: Time = None,
        tracks: Sequence[int] = (),
        dry_run: bool = False,
    ) -> tuple[int, int]:
        """Delete the tracks that all of these name; how many, and how many stay since nobody knows when they were seen.

        Their bytes are gone from the folder, and a proof stands in the log. dry_run : only say how many would go
        """
        chosen = replace(chosen_of(cases, cameras, start, end), tracks=tuple(tracks))
        return delete(self, chosen, reason=reason, by=by, dry_run=dry_run)

    @property
    def lasts(self) -> bool:
        """Whether its authority lasts and its key is here, so that it can be searched."""
        return self.until > utc_now() and bool(self.store.sealing.place)

    def close(self) -> None:
        """Let go of the tracks in memory; what was put into a cluster is taken away there."""
        if self._opened is not None:
            self._opened.close()
        super().close()

    def __repr__(self) -> str:
        info = self.info()
        return f"Archive({info['name']!r}: {info['tracks']:,} tracks, {info['searches']:,} searches, until {info['until'][:10]})"

    def _repr_html_(self) -> str:
        info = self.info()
        ends = info["until"][:16].replace("T", " ")
        head = facts(
            {
                "tracks": (
                    info["tracks"],
                    f"{count(len(info['cameras']), 'camera')}, {count(len(info['cases']), 'case')}",
                ),
                "searches": (info["searches"], "every one kept"),
                "authority ends": (ends[:10], f"{ends[11:]} UTC" if info["lasts"] else "it has ended"),
                "tracks go": (f"{info['days']} days", "at the latest, and never later than in their case"),
            }
        )
        rows = [
            ("purpose", info["purpose"]),
            ("authority", info["authority"]),
            ("templates", info["space"] or "none yet: archive.add(case, ...)"),
            ("next deletion", _time(info["next_deletion"]) if info["next_deletion"] else "nothing is held"),
            ("strangers measured", f"{info['strangers']:,} passes" if info["strangers"] else "none yet"),
            ("sealed", info["sealed"]),
            ("folder", self.folder),
        ]
        runs = [(each["case"], each["run"], each["by"], each["reason"], _time(each["at"])) for each in info["added"]]
        columns = ("case", "run", "by", "reason", "added")
        added = table("Added, newest first", columns, runs[: -SHOWN - 1 : -1], more=len(runs) - SHOWN) if runs else ""
        duty = note("A track is here because it raised a question in its case. A score is no answer to it.", say=True)
        return card(f"Archive {info['name']}", duty, head, table("About", ("", ""), rows), added)


def _time(text: str) -> str:
    return f"{text[:16].replace('T', ' ')} UTC"


def chosen_of(cases: Names = (), cameras: Names = (), start: Time = None, end: Time = None) -> Chosen:
    """Which tracks are meant, from what people write."""
    return Chosen(_names(cases), _names(cameras), _moment(start), _moment(end))


def _names(some: Names) -> tuple[str, ...]:
    return (some,) if isinstance(some, str) else tuple(some)


def _moment(when: Time) -> datetime | None:
    return moment(when) if isinstance(when, str) else when.astimezone() if when is not None else None


def open_archive(
    folder: Path | str,
    *,
    purpose: str | None = None,
    authority: str | None = None,
    until: Time = None,
    days: int = MOST_DAYS,
    search_hours: int = HOURS,
    by: str = "",
) -> Archive:
    """Open the archive in `folder`; make it if it does not exist and `purpose`, `authority` and `until` are given.

    An existing one keeps what it was made with; `archive.extend` says who prolonged it and why.

    `CaseError` after its authority ended: `Archive(folder)` still shows what was done with it. `CaseSealed` without its key.
    """
    if is_case(path_of(folder, "the folder of the archive")):
        found = Archive(folder)
        found.require_authority()
        return found
    if purpose is None or authority is None or until is None:
        raise CaseError(
            f'{folder} is no archive yet; to make one, give purpose="...", authority="..." and until="2026-12-31T18:00"'
        )
    return Archive.create(
        folder,
        purpose=purpose,
        authority=authority,
        until=_moment(until) or utc_now(),
        days=days,
        search_hours=search_hours,
        by=by,
    )
