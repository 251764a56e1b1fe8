"""An archive's folder: what it is for, the sealed tracks that it holds and where they come from, and when they go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench import SOFTWARE
from workbench.archived import ArchivedTracks, Origin, time_of
from workbench.arguments import path_of
from workbench.casefile.archive_authority import Authorised, authority_row, load_authorities, to_come
from workbench.casefile.archive_tables import AddedRow, ArchiveRow, ArchiveSearchRow, OriginRow, ShardRow
from workbench.casefile.audit import note
from workbench.casefile.guarding import sealing_of_new, stated, vacant
from workbench.casefile.policy import About
from workbench.casefile.resealing import named
from workbench.casefile.retention import say_deleted, unasked
from workbench.casefile.schema import CaseRow, utc_now
from workbench.casefile.sealing import Locked
from workbench.casefile.shards import SHARDS, Shards, spread
from workbench.casefile.store import Store, is_case, making
from workbench.errors import CaseError, InputError, SpaceMismatch
from workbench.faces import Space
from workbench.strangers import Strangers

__all__ = ["HOURS", "MOST_DAYS", "ArchiveFile"]

MOST_DAYS = 31
HOURS = 24  # for which the face of a search is kept


class ArchiveFile(Authorised):
    """An archive's folder: `ArchiveFile(folder)` opens it, `ArchiveFile.create(...)` makes it."""

    def __init__(self, folder: Path | str, *, purge_due: bool = True) -> None:
        """Open it. What is due for deletion goes at once, unless `purge_due` says to leave everything as it is."""
        if not is_case(path_of(folder, "the folder of the archive")):
            raise CaseError(_none(folder))
        self.store = Store(Path(folder))
        with self.store.session() as session:
            head, row = session.scalars(select(CaseRow)).first(), session.get(ArchiveRow, 1)
            if head is None or row is None:
                raise CaseError(_none(folder))
            self.days, self.search_hours = row.days, row.search_hours
        if purge_due:
            self.purge_if_due()

    @property
    def about(self) -> About:
        """What the archive is for, and who allows searches in it now."""
        with self.store.session() as session:
            head = session.scalars(select(CaseRow)).one()
            return About(head.name, head.purpose, load_authorities(session)[-1].authority, None, head.created)

    @classmethod
    def create(
        cls,
        folder: Path | str,
        *,
        purpose: str,
        authority: str,
        until: datetime,
        days: int = MOST_DAYS,
        search_hours: int = HOURS,
        by: str = "",
    ) -> Self:
        """Make an archive, always sealed.

        purpose, authority : why, and who allows searches in it; until : when that ends, and all its tracks go
        days : for which a track is kept at most, 1 to 31, and never longer than its case keeps it
        search_hours : for which the face of a search is kept, 0 to 744
        """
        folder = path_of(folder, "the folder of the archive")
        stated("an archive", purpose=purpose, authority=authority)
        if not 1 <= days <= MOST_DAYS:
            raise InputError(f"tracks may be kept for 1 to {MOST_DAYS} days, not {days}")
        if not 0 <= search_hours <= MOST_DAYS * 24:
            raise InputError(f"the face of a search may be kept for 0 to {MOST_DAYS * 24} hours, not {search_hours}")
        to_come(until)
        vacant(folder, "an archive")
        head = CaseRow(
            name=folder.resolve().name,
            purpose=purpose.strip(),
            authority=authority.strip(),
            pack=None,
            policy={},
            created=utc_now(),
        )
        about = {"name": head.name, "purpose": head.purpose, "authority": head.authority, "until": until.isoformat()}
        with making(folder) as store, sealing_of_new(store, True) as seal, store.change() as session:
            session.add_all([head, ArchiveRow(id=1, days=days, search_hours=search_hours), *seal])
            session.add(authority_row(authority, until, "the archive was made", by))
            settings = {"days": days, "search_hours": search_hours, "software": SOFTWARE}
            note(session, "archive made", by=by, about=about | settings)
        return cls(folder)

    @property
    def folder(self) -> Path:
        """Where the archive lies."""
        return self.store.folder

    @property
    def shards(self) -> Shards:
        """Its sealed shards."""
        return Shards(self.folder / SHARDS, self.store.sealing)

    @property
    def space(self) -> Space | None:
        """Where its templates may be compared; None while it is empty and never held any."""
        with self.store.session() as session:
            row = session.get_one(ArchiveRow, 1)
            known = row.space_sha is not None
            return Space(row.space_sha or "", row.dim or 0, row.space_name or "") if known else None

    @property
    def pack(self) -> str | None:
        """Name or path of the pack of its tracks."""
        with self.store.session() as session:
            return session.get_one(ArchiveRow, 1).pack

    @property
    def origins(self) -> Mapping[int, Origin]:
        """All footage from which tracks came, by number."""
        names = ("id", "case", "case_key", "run", "camera", "footage", "sha256", "said_by")
        with self.store.session() as session:
            rows = session.scalars(select(OriginRow).order_by(OriginRow.id)).all()
            return {row.id: Origin(*(getattr(row, name) for name in names)) for row in rows}

    @property
    def strangers(self) -> Strangers:
        """Scores of strangers in the runs that were added; footage that several of them scanned counts once: the newest scan,
        and a triage only where no whole scan was added.
        """
        seen: set[str] = set()
        parts = []
        with self.store.session() as session:
            rows = session.scalars(select(AddedRow)).all()
            for added in sorted(rows, key=lambda row: (row.strangers.get("triage", False), -row.id)):
                for footage, counts in _by_footage(session, added).items():
                    if not footage & seen:
                        parts.append(Strangers.kept(counts))
                    seen |= footage
                seen.add(f"{added.case_key} {added.run}")
        return Strangers.together(parts)

    def require_space(self, space: Space) -> None:
        """`SpaceMismatch` unless templates of this space can be kept here."""
        if self.space is not None and self.space != space:
            raise SpaceMismatch(
                f"the archive holds {self.space}, the run is {space}; make another archive for that pack"
            )

    def set_space(self, session: Session, space: Space, locator: str) -> None:
        """Fix the space with the first tracks, within the caller's change."""
        row = session.get_one(ArchiveRow, 1)
        if row.space_sha is None:
            row.pack, row.space_sha, row.space_name, row.dim = locator, space.sha, space.pack, space.dim

    @property
    def state(self) -> tuple[str, ...]:
        """Names of all shards: what was read from the archive is true as long as they are the same."""
        with self.store.session() as session:
            return tuple(session.scalars(select(ShardRow.name).order_by(ShardRow.id)))

    def tracks(self, watch: Callable[[int], None] = lambda done: None) -> ArchivedTracks:
        """Every track, decrypted into memory: 4 D + 60 bytes each; `watch` hears how many shards are open."""
        with self.store.session() as session:
            names = session.scalars(select(ShardRow.name).order_by(ShardRow.id)).all()
            dim = session.get_one(ArchiveRow, 1).dim or 0
        parts = []
        try:
            for done, name in enumerate(names, 1):
                parts.append(self.shards.tracks(name))
                watch(done)
        except CaseError:
            if tuple(names) == self.state:
                raise
            return self.tracks(watch)  # somebody deleted meanwhile, and wrote shards anew
        return ArchivedTracks.concat(parts) if parts else ArchivedTracks.none(dim)

    def faces(self, tracks: Sequence[int]) -> Mapping[int, bytes]:
        """The faces of a few tracks as JPEG bytes; those that are gone are left out."""
        with self.store.session() as session:
            shards = session.execute(select(ShardRow.first, ShardRow.last, ShardRow.faces)).all()
        found: dict[int, bytes] = {}
        for first, last, name in shards:
            if any(first <= track <= last for track in set(tracks) - set(found)):
                found |= {track: face for track, face in self.shards.faces(name).items() if track in tracks}
        return found

    def append(self, session: Session, tracks: ArchivedTracks, faces: Sequence[bytes]) -> None:
        """Write new shards, within the caller's change."""
        start = 0
        for part in spread(tracks):
            own = faces[start : start + len(part)]
            name, digest = self.shards.write(part)
            shown, shown_digest = self.shards.write_faces(part.id.tolist(), own)
            row = ShardRow(name=name, sha256=digest, faces=shown, faces_sha256=shown_digest, tracks=len(part))
            row.first, row.last, row.due = int(part.id.min()), int(part.id.max()), _due(part)
            session.add(row)
            start += len(part)

    def sweep(self) -> int:
        """Remove shards and pictures that no row names, in its turn, as a change; returns how many files went."""
        with self.store.change() as session:
            shards = [name for row in session.scalars(select(ShardRow)) for name in (row.name, row.faces)]
            pictures = [name for _, _, name in named(session)]
            return self.shards.sweep(shards) + self.store.blobs.sweep(pictures)

    def strays(self) -> int:
        """How many shards and pictures no row names, though somebody may be about to."""
        with self.store.session() as session:
            used = {name for row in session.scalars(select(ShardRow)) for name in (row.name, row.faces)}
        return len(self.shards.names() - used) + super().strays()

    def info(self) -> dict[str, Any]:
        """What `workbench archive info --json` prints; no shard is opened for it, so that it needs no key."""
        with self.store.session() as session:
            held, due = session.execute(
                select(func.coalesce(func.sum(ShardRow.tracks), 0), func.min(ShardRow.due))
            ).one()
            shards = session.scalar(select(func.count()).select_from(ShardRow))
            searches = session.scalar(select(func.count()).select_from(ArchiveSearchRow))
            added = session.scalars(select(AddedRow).order_by(AddedRow.id)).all()
            lines = [
                {"case": row.case, "run": row.run, "by": row.by, "reason": row.reason, "at": row.recorded.isoformat()}
                for row in added
            ]
        end = self.until
        about = asdict(self.about) | {"created": self.about.created.isoformat()}
        return {name: about[name] for name in ("name", "purpose", "authority", "created")} | {
            "until": end.isoformat(),
            "lasts": end > utc_now(),
            "sealed": self.sealed,
            "days": self.days,
            "search_hours": self.search_hours,
            "tracks": held,
            "shards": shards,
            "next_deletion": min(due, end).isoformat() if held else None,
            "space": str(self.space) if self.space else None,
            "cases": sorted({each.case for each in self.origins.values()}),
            "cameras": sorted({each.camera for each in self.origins.values()}),
            "strangers": self.strangers.passes,
            "searches": searches,
            "added": lines,
            "authorities": [each.to_dict() for each in self.authorities],
        }

    def remove_worthless(self) -> None:
        """Once the key is destroyed: every shard and face, which nobody could open any more."""
        self.shards.sweep(())
        self.store.blobs.sweep(())

    def purge(self, now: datetime | None = None, *, dry_run: bool = False, by: str = "") -> Mapping[str, int]:
        """Delete what is due, see `archive_deletion`."""
        from workbench.casefile.archive_deletion import purge

        return purge(self, now or self.store.now(), dry_run=dry_run, by=by)

    def purge_if_due(self) -> None:
        """On opening and before every search, so that nobody has to think of it. Where nothing can be written, or somebody else is writing, it waits; what refuses it is said."""
        if isinstance(self.store.sealing, Locked) or not self.store.writable:
            return
        with unasked(self.store.folder):
            say_deleted(self.store.folder, self.purge())


def _due(tracks: ArchivedTracks) -> datetime:
    first = time_of(float(tracks.due.min()))
    assert first is not None, "every track has a time at which it goes"
    return first


def _none(folder: Path | str) -> str:
    return f"{folder} is no archive; make one: workbench archive new {folder}"


def _by_footage(session: Session, added: AddedRow) -> dict[frozenset[str], Mapping[str, Any]]:
    """Counts of one run by the footage that they are of; an earlier version kept those of all its footage together."""
    if "footage" in added.strangers:
        return {frozenset([sha256]): counts for sha256, counts in added.strangers["footage"].items()}
    own = select(OriginRow.sha256).where(OriginRow.case_key == added.case_key, OriginRow.run == added.run)
    return {frozenset([*session.scalars(own), f"{added.case_key} {added.run}"]): added.strangers}
