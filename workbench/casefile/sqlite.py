"""The rows of a case in its own folder: SQLite, set to survive a power cut and to forget what was deleted."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy import Connection as SQLConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from workbench.casefile.address import FILE
from workbench.casefile.database import up_to_date
from workbench.casefile.faults import DATABASE, MOVED, advice, disk_is_full, faults
from workbench.casefile.folder import refuse_database_links
from workbench.casefile.schema import utc_now
from workbench.casefile.tables import make_tables
from workbench.casefile.whole import new_file, open_own, open_shared
from workbench.errors import CaseBusy, CaseError

__all__ = ["SQLite"]

LOOKS, MOMENT = 20, 0.01  # how often a hold is tried before the case is in use, and seconds between
PATIENCE = 30  # s that are waited for who writes


class SQLite:
    """`case.sqlite` in a case's folder; under another `name` while it is being made of another database's rows."""

    place = ""

    def __init__(self, folder: Path, name: str = DATABASE, *, partly: bool = False) -> None:
        self.folder = folder
        self.engine, self.obstacle = _open(folder / name, partly)

    @property
    def reading(self) -> Engine:
        """For one look."""
        return self.engine

    @property
    def changing(self) -> Engine:
        """For one change."""
        return self.engine.execution_options(at_once=True)

    @staticmethod
    def now() -> datetime:
        """By this machine's clock."""
        return utc_now()

    @staticmethod
    def make(folder: Path, name: str = DATABASE) -> None:
        """An empty database with all tables; `FileExistsError` if there is one: of two who make one case at once, one fails."""
        os.close(new_file(folder / name))
        make_tables(_engine(folder / name, mode="rw"))

    @staticmethod
    def unmake(folder: Path, name: str = DATABASE) -> None:
        """Take it away again."""
        for end in ("", "-wal", "-shm", "-journal"):
            (folder / f"{name}{end}").unlink(missing_ok=True)

    @contextmanager
    def hold(self, what: str, part: str = "") -> Iterator[None]:
        """The whole case, whatever the part: two scans at once would only slow each other down on one machine."""
        with faults(self.folder):
            handle = open_shared(self.folder / ".lock")
        try:
            _take(handle, self.folder)
            with faults(self.folder):
                os.truncate(handle, 0)
                os.write(handle, f"{what} (process {os.getpid()})".encode())
            yield
        finally:
            os.close(handle)

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """One connection stays open. Without it every transaction is the last one to leave, and that moves SQLite's log into the
        file, has both put on the disk, and takes the log away, to make it anew the next time: four fifths of a small change.
        """
        with faults(self.folder):
            connection = self.engine.connect()
            connection.execute(text("SELECT count(*) FROM sqlite_master"))  # SQLite opens its log when first asked
            connection.rollback()
        try:
            yield
        finally:
            connection.close()

    def still_held(self) -> None:
        """A lock on a file is never lost while its process lives."""

    @property
    def at_work(self) -> str:
        """Who holds the case."""
        with suppress(OSError, CaseError), os.fdopen(open_own(self.folder / ".lock", os.O_RDONLY), "rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read(200).decode(errors="replace") or "another process"
        return ""

    def compact(self) -> None:
        """The log of the database is emptied, its file written anew."""
        with faults(self.folder), self.engine.connect() as connection:
            raw = connection.connection.cursor()  # SQLite vacuums outside of transactions only
            try:
                for order in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                    raw.execute(order)
            except sqlite3.OperationalError as error:
                # not SQLAlchemy's; a file that is written anew needs as much room again
                raise CaseError(f"{self.folder}: {advice(str(error))}") from error

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _take(handle: int, folder: Path) -> None:
    """Hold the case; who only looks whether somebody does (`at_work`) has it for a moment, and is waited for."""
    for _ in range(LOOKS):
        with suppress(BlockingIOError):
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        time.sleep(MOMENT)
    who = os.read(handle, 200).decode(errors="replace") or "another process"
    raise CaseBusy(f"{folder} is in use: {who}; wait until it is done, or stop it")


def _open(file: Path, partly: bool) -> tuple[Engine, str]:
    """The database, ready to write where that can be; on a write-protected place or a full disk to read, and why.

    Reading alone makes do without the lock files that SQLite keeps beside it (`immutable`), but would overlook changes
    that still wait in the log there: then SQLite has to say what is wrong.
    """
    refuse_database_links(file.parent)
    log, obstacle = file.with_name(f"{file.name}-wal"), "read-only"
    if os.access(file.parent, os.W_OK) and os.access(file, os.W_OK):
        try:
            return up_to_date(_engine(file, mode="rw"), file.parent, partly=partly), ""
        except OperationalError as error:
            obstacle = str(error.orig)
            if not disk_is_full(obstacle) or _size(log):
                raise
    mode = {"mode": "ro"} if _size(log) else {"mode": "ro", "immutable": "1"}
    return up_to_date(_engine(file, **mode), file.parent, partly=partly, fixed=True), obstacle


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _engine(file: Path, **mode: str) -> Engine:
    path = f"file:{quote(os.fsencode(file.resolve()))}"  # as a URI, so that ?, # and % in a name mean nothing
    url = URL.create("sqlite", database=path, query={"uri": "true", **mode})
    # No pool: between two transactions nothing is open, and SQLite has moved its log into the file, which can be copied
    # (but while a deployment goes on, see `kept_open`: then the log beside it belongs to it).
    engine = create_engine(url, connect_args={"timeout": PATIENCE}, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin(file))
    return engine


def _begin(file: Path) -> Callable[[SQLConnection], None]:
    """A change takes the right to write at once: of two that have read, the second could not get it any more.

    Who waited for it while the case was moved (`moving`) finds that its rows are elsewhere, and writes nothing.
    """

    def begin(connection: SQLConnection) -> None:
        at_once = connection.get_execution_options().get("at_once", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if at_once else "BEGIN")
        if file.name == DATABASE and file.with_name(FILE).exists():
            connection.exec_driver_sql("ROLLBACK")
            raise CaseError(f"{file.parent}: {MOVED}")

    return begin


def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    """WAL so that readers never wait, FULL so that what was acknowledged survives a power cut."""
    connection.isolation_level = None  # SQLAlchemy's `begin` event says BEGIN; sqlite3 must not say it a second time
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "secure_delete=ON", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        _keep_log(connection)


def _keep_log(connection: sqlite3.Connection) -> None:
    """Into WAL, when nobody writes any more: SQLite waits for that by itself, but not with this order."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(MOMENT)
