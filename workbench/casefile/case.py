"""A case folder as an object: its purpose and policy, its lists, its runs. It keeps; the verbs are elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import select

from workbench import __version__
from workbench.casefile import ledger, lists, points, results
from workbench.casefile.audit import Log, load_log, note
from workbench.casefile.blobs import DRAFT
from workbench.casefile.points import RecordedPoint
from workbench.casefile.reviews import Reviews
from workbench.casefile.schema import (
    AlertRow,
    CaseRow,
    PictureRow,
    ReferenceRow,
    RunRow,
    SourceRow,
    WatchlistRow,
    utc_now,
)
from workbench.casefile.scores import write_scores
from workbench.casefile.store import DATABASE, Store, faults, making
from workbench.errors import CaseError, InputError
from workbench.footage.hashing import sha256_of
from workbench.operating_point import OperatingPoint
from workbench.runs import Run, StoredPicture
from workbench.watchlist import Watchlist

__all__ = ["About", "CaseFile", "Policy"]


@dataclass(frozen=True)
class Policy:
    """What the case keeps, and for how long.

    near_miss_faces : keep the faces of near misses until they are reviewed; off: their scores only
    alert_hours : hours after which an alert's faces are due for deletion, 1 to 744 (31 days)
    reviewers : people who must come to the same verdict before it counts, 2 or 1
    one_reviewer : why one is enough here; needed for 1, and recorded with the case
    """

    near_miss_faces: bool = False
    alert_hours: int = 24
    reviewers: int = 2
    one_reviewer: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.alert_hours <= 31 * 24:
            raise InputError(f"alerts may be kept for 1 to 744 hours, not {self.alert_hours}")
        if self.reviewers not in (1, 2):
            raise InputError(f"an alert is judged by 2 people, or by 1 for a reason; not by {self.reviewers}")
        if self.reviewers == 1 and not self.one_reviewer.strip():
            raise InputError('two people judge an alert; for one, say why: Policy(reviewers=1, one_reviewer="...")')


@dataclass(frozen=True)
class About:
    """What the case is for.

    pack : the pack chosen for it, or None: then the watchlist's
    """

    name: str
    purpose: str
    authority: str
    pack: str | None
    created: datetime
    policy: Policy = field(default_factory=Policy)


class CaseFile(Reviews):
    """A case folder: `CaseFile(folder)` opens it, `CaseFile.create(...)` makes it."""

    def __init__(self, folder: Path | str) -> None:
        self.store = Store(Path(folder))
        with self.store.session() as session:
            row = session.scalars(select(CaseRow)).first()
            if row is None:
                raise CaseError(f"{folder} was never finished; delete it and make the case again")
            self.about = About(row.name, row.purpose, row.authority, row.pack, row.created, Policy(**row.policy))

    @classmethod
    def create(
        cls,
        folder: Path | str,
        *,
        purpose: str,
        authority: str,
        pack: str | None = None,
        policy: Policy | None = None,
    ) -> Self:
        """Make a case. A case without a purpose or an authority is refused: both stand on everything that leaves it."""
        folder = Path(folder)
        for name, text in (("purpose", purpose), ("authority", authority)):
            if not text.strip():
                raise InputError(f"a case needs {name}: say in a sentence why, and under whose authority, it is made")
        if (folder / DATABASE).exists():
            raise CaseError(f"{folder} is a case already; open it, or choose another name")
        with faults(folder):
            if folder.is_dir() and any(folder.iterdir()):
                raise CaseError(f"{folder} is not empty; a case gets a folder of its own")
        row = CaseRow(
            name=folder.resolve().name,
            purpose=purpose.strip(),
            authority=authority.strip(),
            pack=pack,
            policy=asdict(policy or Policy()),
            created=utc_now(),
        )
        with making(folder) as store, store.change() as session:
            session.add(row)
            about = {"name": row.name, "purpose": row.purpose, "authority": row.authority, "policy": row.policy}
            note(session, "case made", about=about | {"software": f"second-look {__version__}"})
        return cls(folder)

    @property
    def folder(self) -> Path:
        """Where the case lies."""
        return self.store.folder

    def add_watchlist(self, watch: Watchlist, locator: str) -> Watchlist:
        """Keep the list as a new version; returns it with its number. `locator` is the name or path of its pack."""
        with self.store.change() as session:
            version = lists.save_watchlist(session, self.store.blobs, watch, locator)
            counts = {"people": len(watch), "references": len(watch.references), "rejected": len(watch.rejected)}
            about = {"version": version, "digest": lists.digest_of(watch), "pack": watch.space.pack}
            note(session, "list enrolled", about=about | counts)
        return self.watchlist_version(version)

    @property
    def watchlist(self) -> Watchlist | None:
        """The newest version of the list, or None before the first enrolment."""
        with self.store.session() as session:
            version = lists.latest_version(session)
        return self.watchlist_version(version) if version else None

    def watchlist_version(self, version: int) -> Watchlist:
        """One version of the list."""
        with self.store.session() as session:
            if not 1 <= version <= lists.latest_version(session):
                raise CaseError(f"the case has no list version {version}")
            return lists.load_watchlist(session, self.store.blobs, version)

    def pack_of(self, version: int) -> str:
        """Name or path of the pack that drew up a version of the list."""
        with self.store.session() as session:
            return session.get_one(WatchlistRow, version).locator

    @property
    def runs(self) -> tuple[int, ...]:
        """Numbers of all runs, oldest first."""
        with self.store.session() as session:
            return tuple(session.scalars(select(RunRow.id).order_by(RunRow.id)))

    def run(self, run: int | None = None) -> Run:
        """One run, by default the latest."""
        if run is None:
            if not self.runs:
                raise CaseError(f"{self.folder.name} has no run yet; scan footage first")
            run = self.runs[-1]
        with self.store.session() as session:
            return results.load_run(session, self.store.blobs, self._scores(run), run)

    def pictures(self, alert: int) -> tuple[StoredPicture, ...]:
        """The kept faces of an alert as PNG, best first."""
        with self.store.session() as session:
            return results.load_pictures(session, self.store.blobs, alert)

    def record_operating_point(self, point: OperatingPoint, *, name: str, reason: str, by: str) -> RecordedPoint:
        """Keep a chosen threshold with all that was measured at it; it is never edited, and its name is never used again."""
        with self.store.change() as session:
            points.save_point(session, point, name=name, reason=reason, by=by)
            about = {"name": name.strip(), "threshold": point.threshold, "reason": reason.strip()}
            note(session, "operating point recorded", by=by, about=about)
        return self.operating_points[-1]

    def can_record(self, *, name: str, reason: str, by: str) -> None:
        """Refuse a record that lacks a text or whose name is taken; to be asked before a long measurement."""
        with self.store.session() as session:
            points.check(session, name=name, reason=reason, by=by)

    @property
    def operating_points(self) -> tuple[RecordedPoint, ...]:
        """Every operating point that was recorded, oldest first."""
        with self.store.session() as session:
            return points.load_points(session)

    def operating_point(self, name: str) -> OperatingPoint:
        """The operating point that was recorded under `name`."""
        recorded = {kept.name: kept.point for kept in self.operating_points}
        if name.strip() not in recorded:
            known = f"there are {', '.join(map(repr, recorded))}" if recorded else "none was recorded yet"
            raise InputError(f"the case has no operating point {name!r}; {known}")
        return recorded[name.strip()]

    def finish_run(self, run: int) -> None:
        """Mark a run as complete and write its scores."""
        with self.store.change() as session:
            tracks = results.load_tracks(session, run)
            write_scores(self._scores(run), tracks)
            ledger.finish(session, run)
            counts = {"tracks": len(tracks), "compared": int(tracks.compared.sum())}
            scores = {"file": self._scores(run).name, "sha256": sha256_of(self._scores(run))}
            note(session, "scan finished", about={"run": run, **counts, "scores": scores})

    @property
    def log(self) -> Log:
        """Who did what, when and on what."""
        with self.store.session() as session:
            return load_log(session)

    def _scores(self, run: int) -> Path:
        return self.folder / "scores" / f"run-{run:06d}.arrow"

    def sweep(self) -> int:
        """Delete pictures that no row refers to, left by a process that was killed; call it while writing."""
        with self.store.session() as session:
            used = [*session.scalars(select(ReferenceRow.blob)), *session.scalars(select(PictureRow.blob))]
            for column in (AlertRow.thumbnail, PictureRow.chip, ReferenceRow.chip):
                used += [name for name in session.scalars(select(column)) if name]
        with faults(self.folder):
            for draft in self._scores(0).parent.glob(f"{DRAFT}*"):
                draft.unlink()
            return self.store.blobs.sweep(used)

    def info(self) -> dict[str, Any]:
        """What `workbench case info --json` prints."""
        watch = self.watchlist
        runs = [self.run(run) for run in self.runs]
        about = asdict(self.about) | {"created": self.about.created.isoformat()}
        listed = None
        if watch is not None:
            listed = watch.to_dict() | {"version": watch.version, "pack": watch.space.pack, "space": watch.space.sha}
        return about | {
            "watchlist": listed,
            "runs": [run_line(run) for run in runs],
            "review": self.reviewed(),
            "operating_points": [point.to_dict() for point in self.operating_points],
            "footage": self._footage(),
        }

    def _footage(self) -> list[Mapping[str, Any]]:
        with self.store.session() as session:
            rows = session.scalars(select(SourceRow).order_by(SourceRow.id))
            return [{"path": row.path, "sha256": row.sha256, **row.facts} for row in rows]

    def __repr__(self) -> str:
        watch = self.watchlist
        people = f"{len(watch)} people listed" if watch else "no watchlist yet"
        return f"Case({self.about.name!r}: {people}, {len(self.runs)} runs)"


def run_line(run: Run) -> dict[str, Any]:
    """One run in a line of the case's table of contents."""
    return {
        "run": run.id,
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat() if run.finished else None,
        "list_version": run.list_version,
        "threshold": run.threshold,
        "sources": [source.path for source in run.sources],
        "tracks": len(run.tracks),
        "alerts": len(run.alerts),
        "near_misses": len(run.near_misses),
    }
