"""A case that is open: what reads it, what changes it, and who works on it, wherever its rows lie."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from workbench.casefile import address
from workbench.casefile.audit import close_log, open_log
from workbench.casefile.binding import refuse_changes
from workbench.casefile.blobs import Blobs
from workbench.casefile.database import Database
from workbench.casefile.faults import DATABASE, advice, faults
from workbench.casefile.folder import refuse_links
from workbench.casefile.sealing import Sealing, SealRow, opened
from workbench.casefile.seen import Seen, recall, remember
from workbench.casefile.sqlite import SQLite
from workbench.casefile.whole import folder_within, mark
from workbench.errors import CaseError
from workbench.interruption import uninterrupted

if TYPE_CHECKING:
    from workbench.casefile.postgres import Postgres

__all__ = ["DATABASE", "Store", "is_case", "making", "postgres"]

DELETING = ".deleting"  # is in the folder while something is deleted, and stays there if that is cut off


class Store:
    """A case folder that is open; `making` makes one. On opening nothing is written, unless the tables are of an older version."""

    def __init__(self, folder: Path, database: Database | None = None, *, partly: bool = False) -> None:
        """`database`: one that the folder does not point at yet, of who moves its rows there.

        partly : also where tables are missing that a case is opened by, to be checked and nothing else
        """
        folder = folder.absolute()  # a notebook may change its folder while the case is open
        self.folder, self._changes = folder, 0
        self.blobs = Blobs(folder / "blobs")
        with faults(folder):
            self.database = database or _database(folder, partly)
        with self.session() as session:
            gone = partly and not inspect(session.connection()).has_table(SealRow.__tablename__)
            self.sealing = opened(None if gone else session.scalars(select(SealRow)).first(), str(folder))

    @property
    def engine(self) -> Engine:
        """The database itself, past the log: for who checks it."""
        return self.database.engine

    @property
    def writable(self) -> bool:
        """Whether the place where the case lies can be written to."""
        return not self.database.obstacle

    @property
    def sealing(self) -> Sealing:
        """What pictures, templates and the log of this case go through."""
        return self.blobs.sealing

    @sealing.setter
    def sealing(self, sealing: Sealing) -> None:
        self.blobs.sealing = sealing

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction that reads: it never waits, and sees the case as it was when it began."""
        with faults(self.folder), Session(self.database.reading) as session, session.begin():
            refuse_changes(session)
            yield session

    @contextmanager
    def change(self) -> Iterator[Session]:
        """One transaction that changes the case: it waits for its turn, is committed as a whole or not at all, and ends in
        the log (`audit.note`; rows that were written without a note are logged as well). Ctrl-C waits for its end.
        """
        self._refuse_obstacle()
        self._refuse_links()
        _ = self.sealing.signing  # without the key nothing is changed
        known, head = recall(self.sealing.case, self.folder), None
        with uninterrupted():
            with faults(self.folder), Session(self.database.changing) as session, session.begin():
                self.database.still_held()
                open_log(session, known)
                yield session
                if row := close_log(session, self.sealing.signing):
                    head = Seen(row.count, row.hash)
                    self._changes += 1  # before it is committed: a server may fail to say that it was
            if head is not None:
                remember(self.sealing.case, self.folder, head)

    def _refuse_obstacle(self) -> None:
        if self.database.obstacle:
            raise CaseError(f"{self.folder}: {advice(self.database.obstacle)}")

    def _refuse_links(self, *, all_of_it: bool = False) -> None:
        with faults(self.folder):
            refuse_links(self.folder, all_of_it=all_of_it)

    @contextmanager
    def writing(self, what: str, part: str = "") -> Iterator[None]:
        """Hold the case for one long piece of work; `CaseBusy` if somebody else does. The hold dies with its process.

        part : what of it is worked on, such as a scan; in an office's database others work on other parts meanwhile
        """
        self._refuse_obstacle()
        self._refuse_links()
        with self.database.hold(what, part):
            yield

    @contextmanager
    def deleting(self) -> Iterator[None]:
        """Around a change that deletes, the sweep and the compacting after it, by who holds the case (`writing`).

        The change says in the log that something is gone before its last byte is. A mark, on disk before the change and taken
        away after all of it, tells whoever opens the case next if this was cut off: see `Guarded.finish_deletion`. Where the
        change is refused nothing was deleted, and the mark goes as well.
        """
        before, cut_off = self._changes, self.half_deleted
        self._refuse_links(all_of_it=True)
        self._refuse_foreign()
        with faults(self.folder):
            mark(self.folder / DELETING)
            _sync(self.folder)
        try:
            yield
        except BaseException:
            if self._changes == before and not cut_off:
                (self.folder / DELETING).unlink(missing_ok=True)
            raise
        with faults(self.folder):
            (self.folder / DELETING).unlink(missing_ok=True)

    def _refuse_foreign(self) -> None:
        """Refuse to delete rows whose files would stay, because this account may not take them away."""
        for place in (self.folder, *(each for each in self.folder.iterdir() if each.is_dir())):
            if not os.access(place, os.W_OK | os.X_OK):
                raise CaseError(
                    f"{place} cannot be written by this account, and so nothing in it be deleted; check its group and mode"
                )

    @property
    def half_deleted(self) -> bool:
        """Whether a deletion was cut off, or goes on at this moment: files and bytes of deleted rows may still be there."""
        return (self.folder / DELETING).exists()

    def now(self) -> datetime:
        """The time by which things are deleted, UTC, see `Database`."""
        return self.database.now()

    def kept_open(self) -> AbstractContextManager[None]:
        """For who makes many small changes and whose changes are waited for: each takes a fifth of the time meanwhile."""
        return self.database.kept_open()

    @property
    def at_work(self) -> str:
        """Who holds the case for a long piece of work, "" if nobody does."""
        return self.database.at_work

    def compact(self) -> None:
        """Leave nothing of deleted rows in the database."""
        self.database.compact()

    def close(self) -> None:
        """Close every connection."""
        self.database.close()


def _sync(folder: Path) -> None:
    """Have the names in a folder on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_case(folder: Path) -> bool:
    """Whether a case lies there, readable or not."""
    return (folder / DATABASE).is_file() or (folder / address.FILE).is_file()


def _database(folder: Path, partly: bool) -> Database:
    if folder.is_file():
        raise CaseError(f"{folder} is a file; a case is a folder")
    if not is_case(folder):
        raise CaseError(f"{folder} is no case: it has no {DATABASE}; make one with `workbench case new {folder}`")
    if (folder / address.FILE).is_file():  # the one that counts where both are there: see `moving`
        return postgres()(folder, address.read(folder), partly=partly)
    return SQLite(folder, partly=partly)


def postgres() -> type[Postgres]:
    """The one kind of database that needs a package of its own."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise CaseError("a case in PostgreSQL needs psycopg; install it: pip install 'psycopg[binary]'") from None
    from workbench.casefile.postgres import Postgres

    return Postgres


@contextmanager
def making(folder: Path, place: address.Address | None = None) -> Iterator[Store]:
    """A new case folder with empty tables; if anything fails, now or in the block, it is as if it never was.

    place : where its rows lie, if not in the folder
    """
    existed = folder.is_dir()
    make, unmake = _maker(folder, place)
    with faults(folder):
        folder_within(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
    try:
        with faults(folder):
            make()
        with closing(Store(folder)) as store:  # also where the block fails, and before its tables are taken away
            yield store
    except BaseException as error:
        if not isinstance(error.__cause__, FileExistsError):  # what somebody else is making at this moment stays
            with suppress(SQLAlchemyError):
                unmake()
            if not existed:
                folder.rmdir()
        raise


def _maker(folder: Path, place: address.Address | None) -> tuple[Callable[[], None], Callable[[], None]]:
    if place is None:
        return lambda: SQLite.make(folder), lambda: SQLite.unmake(folder)
    office = postgres()
    return lambda: office.make(folder, place), lambda: office.unmake(folder, place)
