"""The rows of a case moved from its folder into an office's database, or back: whole or not at all, checked before and after.

Where the rows are is what the folder says: in the database if `case.database` is there, otherwise in `case.sqlite`. A move holds
the case and the turn to write, checks the case, copies every row to where nobody looks yet, adds its own entry to the log there,
and checks the copy like any case. Only then does the folder say the new place, in one step, and the old rows go.

Who waited meanwhile to write in the old place finds that it is none any more:

- into the database: `case.database` appears while the turn is held, and whoever gets SQLite's turn next looks for it;
- into the folder: the same transaction that held the turn renames the schema, so that its tables are not found.

A process that is killed leaves the case where it was, or where it was to go. What else it leaves, the next move takes away
(`tidy`): the copy of a move that did not come about (`.moving`), and the old rows of one that did (`case.sqlite` beside
`case.database`; a schema with another name, of which `case.database.left` tells).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from workbench.casefile import address
from workbench.casefile.address import FILE, LEFT, VARIABLE, Address
from workbench.casefile.archive_tables import ArchiveRow
from workbench.casefile.audit import close_log, note, open_log
from workbench.casefile.copying import copy_rows
from workbench.casefile.database import Database
from workbench.casefile.faults import DATABASE, faults
from workbench.casefile.seen import Seen, remember
from workbench.casefile.sqlite import SQLite
from workbench.casefile.store import Store, is_case, postgres
from workbench.casefile.verify import verify
from workbench.casefile.whole import open_shared
from workbench.errors import CaseBusy, CaseError, InputError
from workbench.interruption import uninterrupted

__all__ = ["Moved", "destination", "move"]

MOVING, LEAVING, DRAFT = f"{FILE}.moving", f"{FILE}.left", f"{DATABASE}.moving"
WHY = "the case is being moved"


class Moved(NamedTuple):
    """How many rows were moved, and where they are now, in words."""

    rows: int
    place: str


def destination(database: str | None, into_folder: bool) -> Address | None:
    """Where to: the folder (None), or a new schema in a database, by default that of the environment."""
    if into_folder and database is not None:
        raise InputError("say one of them: a database, or back into the folder")
    to, always = None if into_folder else address.chosen(database), address.chosen(None)
    if to and always and str(to) != str(always):
        raise InputError(f"{VARIABLE} stands for the address of every case, and says {always}; unset it, or move there")
    if to is None and not into_folder:
        raise InputError(f"say where to: a database like {address.EXAMPLE}, or back into the folder")
    return to


def move(folder: Path, to: Address | None, *, by: str = "") -> Moved:
    """Move the rows of a case into a database, or (None) into its folder. Whoever has the case open must open it again."""
    with _alone(folder):
        _tidy(folder)
        store = Store(folder)
        _refuse(store, to)
        with store.writing(WHY), _turn(store) as source:
            _must_be_sound(store, "nothing was moved")
            with _copy(store, to) as target:
                with target.engine.begin() as connection:
                    count = copy_rows(source, connection)
                seen, place = _said(store, target, by), _place(target)
                _must_be_sound(Store(folder, target), "the copy was thrown away, nothing was moved")
                target.close()
                with uninterrupted():
                    _switch(store, source, to)
                    remember(store.sealing.case, folder, seen)
        store.close()
        _tidy(folder)
    return Moved(count, place)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One move of a case at a time, wherever its rows are at the moment."""
    if not is_case(folder):
        Store(folder)  # says what is wrong
    with faults(folder), os.fdopen(open_shared(folder / ".moving"), "r+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CaseBusy(f"{folder} is in use: {WHY}; wait until it is done, or stop it") from None
        yield


def _refuse(store: Store, to: Address | None) -> None:
    folder, at = store.folder, store.database.place
    if at and to is not None:
        raise InputError(f"{folder}: its rows are in {at} already; to another database they go by way of the folder")
    if not at and to is None:
        raise InputError(f"{folder}: its rows are in its folder already")
    with store.session() as session:
        if session.get(ArchiveRow, 1) is not None:
            raise CaseError(f"{folder} is an archive, which lies in its folder; see docs/office.md")
    _ = store.sealing.signing  # without the key nobody can tell whether it is sound
    if to is not None and not store.sealing.place:
        raise InputError(f"a case in a shared database is always sealed; do that first: workbench case seal {folder}")


@contextmanager
def _turn(store: Store) -> Iterator[Connection]:
    """Nobody else changes the case within the block."""
    with faults(store.folder), store.database.changing.connect() as connection:
        connection.begin()
        yield connection


def _must_be_sound(store: Store, otherwise: str) -> None:
    found = verify(store, footage=False)
    if not found.clean:
        first, many = found.findings[0], len(found.findings)
        raise CaseError(f"{store.folder}: {first} ({many:,} found by `workbench case verify`); {otherwise}")


@contextmanager
def _copy(store: Store, to: Address | None) -> Iterator[Database]:
    """Empty tables where nobody looks for them; if anything goes wrong in the block, they go again."""
    folder = store.folder
    try:
        with faults(folder):
            yield _in_folder(folder) if to is None else _in_database(folder, to)
    except BaseException:
        with suppress(SQLAlchemyError, CaseError):
            _tidy(folder)
        raise


def _in_folder(folder: Path) -> Database:
    SQLite.make(folder, DRAFT)
    return SQLite(folder, DRAFT)


def _in_database(folder: Path, to: Address) -> Database:
    office = postgres()
    office.has(to)  # that it answers: what cannot be reached need not be tidied later
    office.make(folder, to, MOVING)
    return office(folder, to)


def _said(store: Store, target: Database, by: str) -> Seen:
    """The move's own entry, at the end of the copy's log; this machine has seen it once the copy counts."""
    with faults(store.folder), Session(target.changing) as session, session.begin():
        open_log(session)
        note(session, "case moved", by=by, about={"from": _place(store.database), "to": _place(target)})
        row = close_log(session, store.sealing.signing)
        assert row is not None
        return Seen(row.count, row.hash)


def _place(database: Database) -> str:
    return database.place or "its folder"


def _switch(store: Store, source: Connection, to: Address | None) -> None:
    """From here on the folder says the new place."""
    folder = store.folder
    if to is not None:
        (folder / MOVING).rename(folder / FILE)
        return
    (folder / DRAFT).rename(folder / DATABASE)
    postgres().leave(source, address.read(folder))
    source.commit()
    (folder / FILE).rename(folder / LEAVING)


def _tidy(folder: Path) -> None:
    """Take away what earlier moves left, and give one back into the folder the last step that it may lack."""
    with faults(folder):
        if (folder / FILE).exists() and (folder / DATABASE).exists():
            _settle(folder, address.read(folder))
        for file, end in ((MOVING, ""), (LEAVING, LEFT)):
            if (folder / file).exists():
                postgres().drop(address.read(folder, file), end)
                (folder / file).unlink()
        SQLite.unmake(folder, DRAFT)


def _settle(folder: Path, place: Address) -> None:
    """Both places are there: the database's rows count, unless they were left. If they are neither, nothing is touched."""
    if postgres().has(place):
        SQLite.unmake(folder)
    elif postgres().has(place, LEFT):
        (folder / FILE).rename(folder / LEAVING)
