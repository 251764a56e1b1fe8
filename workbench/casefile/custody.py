"""What a case can do to guard what it holds: its seal, its clocks, and what must be kept beyond them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from workbench.alerts import Alert
from workbench.arguments import text_of
from workbench.casefile import keys, moving, resealing
from workbench.casefile.asked import number_of
from workbench.casefile.audit import actor, bind_everything, note
from workbench.casefile.guarding import Guarded
from workbench.casefile.policy import moment
from workbench.casefile.retention import Due, anything_due, clocks, delete, ended_before, grouped, say_deleted, unasked
from workbench.casefile.retention_tables import HoldRow
from workbench.casefile.schema import AlertRow, CaseRow, utc_now
from workbench.casefile.sealing import Locked, Sealed, SealRow, seal_row
from workbench.casefile.store import Store
from workbench.errors import CaseError, CaseSealed, InputError, WorkbenchError
from workbench.interruption import uninterrupted

__all__ = ["Custody"]


class Custody(Guarded):
    """The part of a case that guards it."""

    def seal(self) -> None:
        """Seal a case that is not: every picture and template is encrypted, and the log is signed from now on."""
        if isinstance(self.store.sealing, Locked):
            raise CaseSealed(self.sealed)
        if self.store.sealing.place:
            raise CaseError(f"{self.about.name} is sealed already: {self.sealed}")
        with self.store.writing("the case is being sealed"):
            case = uuid4().hex
            row, sealed = seal_row(case, utc_now())
            with uninterrupted(), self.store.deleting():
                self._seal(case, row, sealed)
                self.sweep()
                self.store.compact()

    def _seal(self, case: str, row: SealRow, sealed: Sealed) -> None:
        before = self.store.sealing
        try:
            with self.store.change() as session:
                counts = resealing.reseal(session, self.store.blobs, sealed)
                session.add(row)
                self.store.sealing = sealed
                note(session, "case sealed", about={**counts, "public": row.public})
                bind_everything(session)
        except BaseException:
            if not self._may_be_sealed(case):
                self.store.sealing = before
                keys.destroy(case)
            raise

    def _may_be_sealed(self, case: str) -> bool:
        """Whether the case lies there under this seal, or that cannot be read: then the key is all that opens it."""
        try:
            with self.store.session() as session:
                return session.scalars(select(SealRow).where(SealRow.case == case)).first() is not None
        except WorkbenchError:
            return True

    def hold(self, alert: int | Alert, *, reason: str, by: str = "") -> None:
        """Keep the faces of an alert as evidence, beyond its time, until it is released."""
        self._hold(alert, True, reason, by)

    def release(self, alert: int | Alert, *, reason: str, by: str = "") -> None:
        """Let the clock of an alert go on; if its time is over, its faces go with the next purge."""
        self._hold(alert, False, reason, by)

    def _hold(self, alert: int | Alert, held: bool, reason: str, by: str) -> None:
        if not text_of(reason, "the reason"):
            raise InputError("say why an alert is held or released: it stands in the log")
        with self.store.change() as session:
            number = number_of(session, alert)
            if session.get(AlertRow, number) is None:
                raise CaseError(f"the case has no alert {number}; `case.run().alerts` lists those of the latest run")
            who = by.strip() or actor()
            row = HoldRow(alert_id=number, held=held, reason=reason.strip(), by=who, recorded=utc_now())
            session.add(row)
            action = "alert held" if held else "alert released"
            note(session, action, by=who, about={"alert": number, "reason": row.reason})

    def end(self, at: datetime | str | None = None, *, by: str = "") -> None:
        """Say when the deployment ends, by default now: from then on the clock of the list runs.

        at : a time without a zone is of this machine's; one so long ago that the list would go at once is refused
        """
        now = utc_now()
        ends = now if at is None else (moment(at) if isinstance(at, str) else at).astimezone(UTC)
        policy = self.about.policy
        if ends < now - timedelta(hours=policy.list_hours):
            raise InputError(
                f"{ends:%Y-%m-%d %H:%M} UTC is so long ago that the list would be deleted at once; check the year, or give "
                "no time for now"
            )
        with self.store.change() as session:
            session.scalars(select(CaseRow)).one().policy = replace(policy, ends=ends.isoformat()).to_dict()
            note(session, "deployment ended", by=by, about={"ends": ends.isoformat()})

    def refuse_list_after_end(self) -> None:
        """Refuse a list that the clock of a deployment which is over would delete; to be asked before one is drawn up."""
        with self.store.session() as session:
            over = ended_before(session, self.about.policy, utc_now())
        if over is not None:
            raise CaseError(
                f"the deployment ended on {over:%Y-%m-%d %H:%M} UTC, and a list made now would be deleted with it; "
                f"say first when the next one ends (workbench case end {self.store.folder} --at TIME), or make a new case"
            )

    @property
    def clocks(self) -> tuple[Due, ...]:
        """Everything with a face or a template, and when it is deleted; soonest first."""
        with self.store.session() as session:
            return clocks(session, self.about.policy)

    def purge(self, now: datetime | None = None, *, dry_run: bool = False, by: str = "") -> tuple[Due, ...]:
        """Delete what is due; returns what that was. Its bytes are gone from the folder, the proof stands in the log.

        What a deletion left that was cut off goes too, whether or not anything is due.

        now : by default the present
        dry_run : only say what would go
        """
        now = now or self.store.now()
        due = self._due(now)
        if dry_run:
            return due
        if not due:
            self.clear_up()
            return due
        with self.store.writing("what is due is being deleted"):
            due = self._due(now)  # an end may have been moved, and evidence held, until now
            self.forget(due, by=by)
        return due

    def _due(self, now: datetime) -> tuple[Due, ...]:
        return tuple(each for each in self.clocks if each.due is not None and each.due <= now)

    def forget(self, due: tuple[Due, ...], *, by: str = "") -> None:
        """Delete what is due; for who holds the case already (`purge` takes it first)."""
        _ = self.store.sealing.signing  # without the key nothing is deleted, and nothing is begun
        with self.store.deleting():
            with self.store.change() as session:
                delete(session, due, by=by, keyed=bool(self.store.sealing.place))
            self.sweep()
            self.store.compact()

    def _purge_on_opening(self) -> None:
        """Nobody has to think of it. Where nothing can be written, or somebody else is writing, it waits; what refuses it is said."""
        if isinstance(self.store.sealing, Locked) or not self.store.writable:
            return
        now = self.store.now()
        with self.store.session() as session:
            due = anything_due(session, self.about.policy, now)
        if due:
            with unasked(self.store.folder):
                say_deleted(self.store.folder, _counted(self.purge(now)))
        elif self.store.half_deleted:
            with unasked(self.store.folder):  # on a full disk too: the case is there to be read
                self.finish_deletion()

    def move(self, database: str | None = None, *, into_folder: bool = False, by: str = "") -> moving.Moved:
        """Move the rows of the case into an office's database, or back; pictures and scores stay in the folder.

        Whole or not at all: the case is verified, copied, and the copy verified, before the old rows go. Whoever else has
        the case open must open it again.

        database : address of a PostgreSQL without a password, by default $SECOND_LOOK_DATABASE
        """
        to = moving.destination(database, into_folder)
        self.store.close()
        moved = moving.move(self.store.folder, to, by=by)
        self.store = Store(self.store.folder)
        return moved


def _counted(due: tuple[Due, ...]) -> dict[str, int]:
    """How many of which kind."""
    return {f"{group['kind']} ({group['why']})": group["count"] for group in grouped(due)}
