"""A case folder as an object: its purpose and policy, its lists, its runs. It keeps; the verbs are elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import select

from workbench import SOFTWARE
from workbench.advance import Advance
from workbench.alerts import Alert
from workbench.arguments import path_of, text_of
from workbench.casefile import contents, ledger, lists, points, results
from workbench.casefile.address import chosen
from workbench.casefile.advancing import load_advance
from workbench.casefile.archive_tables import ArchiveRow
from workbench.casefile.asked import number_of, run_of, version_of
from workbench.casefile.audit import SCANNED, note
from workbench.casefile.audit_tables import HeadRow
from workbench.casefile.blobs import DRAFT
from workbench.casefile.custody import Custody
from workbench.casefile.guarding import sealing_of_new, stated, vacant
from workbench.casefile.points import RecordedPoint
from workbench.casefile.policy import About, Policy
from workbench.casefile.resealing import named
from workbench.casefile.retention import grouped
from workbench.casefile.reviews import Reviews
from workbench.casefile.schema import CaseRow, RunRow, WatchlistRow, utc_now
from workbench.casefile.scores import write_scores
from workbench.casefile.stamps import Stamps
from workbench.casefile.store import Store, making
from workbench.counts import count
from workbench.errors import CaseError, InputError
from workbench.footage.hashing import sha256_of
from workbench.operating_point import OperatingPoint
from workbench.questions import Question
from workbench.runs import Run, StoredPicture
from workbench.sentences import people_words
from workbench.watchlist import Watchlist

__all__ = ["About", "CaseFile", "Policy"]


class CaseFile(Custody, Stamps, Reviews):
    """A case folder: `CaseFile(folder)` opens it, `CaseFile.create(...)` makes it."""

    def __init__(self, folder: Path | str, *, purge_due: bool = True) -> None:
        """Open a case. What is due for deletion goes at once, unless `purge_due` says to leave everything as it is."""
        self.store = Store(Path(folder))
        with self.store.session() as session:
            row = session.scalars(select(CaseRow)).first()
            if row is None:
                raise CaseError(_without_row(folder, begun=session.get(HeadRow, 1) is not None))
            if session.get(ArchiveRow, 1) is not None:
                raise CaseError(f"{folder} is an archive and no case; see `workbench archive info {folder}`")
        if purge_due:
            self._purge_on_opening()

    @property
    def about(self) -> About:
        """What the case is for, and what it keeps; as it stands now, for another desk may have moved the end of its deployment."""
        with self.store.session() as session:
            row = session.scalars(select(CaseRow)).one()
            return About(row.name, row.purpose, row.authority, row.pack, row.created, Policy.of(row.policy))

    @classmethod
    def create(
        cls,
        folder: Path | str,
        *,
        purpose: str,
        authority: str,
        pack: str | None = None,
        policy: Policy | None = None,
        sealed: bool = True,
        database: str | None = None,
    ) -> Self:
        """Make a case. A case without a purpose or an authority is refused: both stand on everything that leaves it.

        sealed : encrypt pictures and templates, and sign the log; see `sealing` for where the key is kept
        database : address of a PostgreSQL that its rows go to, without a password; see `address`
        """
        folder = path_of(folder, "the folder of the case")
        stated("a case", purpose=purpose, authority=authority)
        vacant(folder, "a case")
        policy = policy or Policy()
        policy.refuse_past_end(now := utc_now())
        row = CaseRow(
            name=folder.resolve().name,
            purpose=purpose.strip(),
            authority=authority.strip(),
            pack=None if pack is None else text_of(pack, "the pack"),
            policy=policy.to_dict(),
            created=now,
        )
        about = {"name": row.name, "purpose": row.purpose, "authority": row.authority, "policy": row.policy}
        place = chosen(database)
        if place is not None and not sealed:
            raise InputError(
                "a case in a shared database is always sealed: its server keeps copies of what was deleted"
            )
        with making(folder, place) as store, sealing_of_new(store, sealed) as seal, store.change() as session:
            session.add_all([row, *seal])
            note(session, "case made", about=about | {"sealed": sealed, "software": SOFTWARE})
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
        version = version_of(version)
        with self.store.session() as session:
            if not 1 <= version <= lists.latest_version(session):
                raise CaseError(f"the case has no list version {version}")
            return lists.load_watchlist(session, self.store.blobs, version)

    def pack_of(self, version: int) -> str:
        """Name or path of the pack that drew up a version of the list."""
        with self.store.session() as session:
            row = session.get(WatchlistRow, version_of(version))
            if row is None:
                raise CaseError(f"the case has no list version {version}")
            return row.locator

    @property
    def runs(self) -> tuple[int, ...]:
        """Numbers of all runs, oldest first."""
        with self.store.session() as session:
            return tuple(session.scalars(select(RunRow.id).order_by(RunRow.id)))

    def run(self, run: int | Run | None = None) -> Run:
        """One run, by default the latest."""
        if run is None:
            if not self.runs:
                raise CaseError(f"{self.folder.name} has no run yet; scan footage first")
            run = self.runs[-1]
        number = run_of(run)
        with self.store.session() as session:
            return results.load_run(session, self.store.blobs, self._scores(number), number, self._alerts_shown)

    def _alerts_shown(self, alerts: Sequence[int]) -> None:
        self.faces_read([Question("alert", alert) for alert in alerts])

    def advance(self, run: int | Run | None = None) -> Advance | None:
        """How much of a run's footage is written, by default of the latest; None where nothing was scanned yet."""
        number = max(self.runs, default=None) if run is None else run_of(run)
        if number is None:
            return None
        with self.store.session() as session:
            return load_advance(session, number, self.store.at_work)

    def pictures(self, alert: int | Alert, *, by: str = "") -> tuple[StoredPicture, ...]:
        """The kept faces of an alert as PNG, best first; that `by` got them stands in the log."""
        with self.store.session() as session:
            number = number_of(session, alert)
            found = results.load_pictures(session, self.store.blobs, number)
        if found:
            self.faces_read([Question("alert", number)], by=by)
        return found

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
        if text_of(name, "the name of an operating point") not in recorded:
            known = f"there are {', '.join(map(repr, recorded))}" if recorded else "none was recorded yet"
            raise InputError(f"the case has no operating point {name!r}; {known}")
        return recorded[name.strip()]

    def finish_run(self, run: int, ended: datetime | None = None) -> None:
        """Mark a run as complete, at `ended` or now, and write its scores."""
        with self.store.change() as session:
            tracks = results.load_tracks(session, run)
            write_scores(self._scores(run), tracks)
            ledger.finish(session, run, ended)
            counts = {"tracks": len(tracks), "compared": int(tracks.compared.sum())}
            scores = {"file": self._scores(run).name, "sha256": sha256_of(self._scores(run))}
            note(session, SCANNED, about={"run": run, **counts, "scores": scores})

    def _scores(self, run: int) -> Path:
        return self.folder / "scores" / f"run-{run:06d}.arrow"

    def sweep(self) -> int:
        """Delete pictures that no row refers to, left by a process that was killed; call it while writing.

        It takes its turn like a change: a picture is put there by the change that names it, so none is swept in between.
        """
        with self.store.change() as session:
            used = [name for _, _, name in named(session)]
            for draft in self._scores(0).parent.glob(f"{DRAFT}*"):
                draft.unlink()
            return self.store.blobs.sweep(used)

    def info(self) -> dict[str, Any]:
        """What `workbench case info --json` prints; no picture is opened for it."""
        with self.store.session() as session:
            parts = {
                "watchlist": contents.list_line(session),
                "runs": contents.run_lines(session),
                "footage": contents.footage(session),
            }
        about = asdict(self.about) | {"created": self.about.created.isoformat(), "sealed": self.sealed}
        about |= {"database": self.store.database.place or "in its folder"}
        points = [point.to_dict() for point in self.operating_points]
        return (
            about | parts | {"review": self.reviewed(), "operating_points": points, "retention": grouped(self.clocks)}
        )

    def __repr__(self) -> str:
        with self.store.session() as session:
            watch = contents.list_line(session)
        people = f"{people_words(watch['subjects'])} listed" if watch else "no watchlist yet"
        return f"Case({self.about.name!r}: {people}, {count(len(self.runs), 'run')})"


def _without_row(folder: Path | str, *, begun: bool) -> str:
    """What to do where the row is not there that says what the case is for; `begun`: its log has entries."""
    if not begun:
        return f"{folder} was never finished; delete it and make the case again"
    told = f"`workbench case verify {folder}` names all that is missing; restore it from a backup"
    return f"{folder} does not say any more what it is for; {told}"
