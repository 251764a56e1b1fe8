"""The case's database and folder: opened, brought up to date, locked, and its faults said in one line."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from json import JSONDecodeError
from pathlib import Path
from sqlite3 import Connection
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event, select, text
from sqlalchemy import Connection as SQLConnection
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from workbench.casefile.audit import close_log, open_log
from workbench.casefile.binding import refuse_changes
from workbench.casefile.blobs import Blobs
from workbench.casefile.sealing import Sealing, SealRow, opened
from workbench.casefile.seen import Seen, recall, remember
from workbench.errors import CaseBusy, CaseError
from workbench.interruption import uninterrupted

__all__ = ["DATABASE", "Store", "faults", "making"]

DATABASE = "case.sqlite"
HEAD = "0016"
_MIGRATIONS = Path(__file__).with_name("migrations")


class Store:
    """A case folder that is open; `making` makes one. On opening nothing is written, unless the tables are of an older version."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blobs = Blobs(folder / "blobs")
        with faults(folder):
            if folder.is_file():
                raise CaseError(f"{folder} is a file; a case is a folder")
            if not (folder / DATABASE).is_file():
                raise CaseError(
                    f"{folder} is no case: it has no {DATABASE}; make one with `workbench case new {folder}`"
                )
            self.engine, self._obstacle = _open(folder / DATABASE)
        with self.session() as session:
            self.sealing = opened(session.scalars(select(SealRow)).first(), str(folder))

    @property
    def writable(self) -> bool:
        """Whether the place where the case lies can be written to."""
        return not self._obstacle

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
        with faults(self.folder), Session(self.engine) as session, session.begin():
            refuse_changes(session)
            yield session

    @contextmanager
    def change(self) -> Iterator[Session]:
        """One transaction that changes the case: it waits for its turn, is committed as a whole or not at all, and ends in
        the log (`audit.note`; rows that were written without a note are logged as well). Ctrl-C waits for its end.
        """
        if self._obstacle:
            raise CaseError(f"{self.folder}: {_advice(self._obstacle)}")
        _ = self.sealing.signing  # without the key nothing is changed
        at_once, known, head = self.engine.execution_options(at_once=True), recall(self.sealing.case, self.folder), None
        with uninterrupted():
            with faults(self.folder), Session(at_once) as session, session.begin():
                open_log(session, known)
                yield session
                if row := close_log(session, self.sealing.signing):
                    head = Seen(row.count, row.hash)
            if head is not None:
                remember(self.sealing.case, self.folder, head)

    @contextmanager
    def writing(self, what: str) -> Iterator[None]:
        """Hold the case for one long piece of work; `CaseBusy` if somebody else does. The lock dies with its process."""
        if self._obstacle:
            raise CaseError(f"{self.folder}: {_advice(self._obstacle)}")
        with faults(self.folder):
            handle = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(handle, self.folder)
            with faults(self.folder):
                os.truncate(handle, 0)
                os.write(handle, f"{what} (process {os.getpid()})".encode())
            yield
        finally:
            os.close(handle)

    @property
    def at_work(self) -> str:
        """Who holds the case for a long piece of work, "" if nobody does."""
        with suppress(OSError), (self.folder / ".lock").open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read(200).decode(errors="replace") or "another process"
        return ""

    def compact(self) -> None:
        """Leave nothing of deleted rows in the folder: the log of the database is emptied, its file written anew."""
        with faults(self.folder), self.engine.connect() as connection:
            raw = connection.connection.cursor()  # SQLite vacuums outside of transactions only
            for order in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                raw.execute(order)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def making(folder: Path) -> Iterator[Store]:
    """A new case folder with empty tables; if anything fails, now or in the block, it is as if it never was."""
    existed = folder.is_dir()
    with faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / DATABASE).touch(exist_ok=False)  # of two who make one case at once, one fails here
    try:
        with faults(folder):
            _migrate(_engine(folder / DATABASE, mode="rw"))
        store = Store(folder)
        yield store
        store.close()
    except BaseException:
        for file in folder.glob(f"{DATABASE}*"):
            file.unlink()
        if not existed:
            folder.rmdir()
        raise


def _take(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        who = os.read(handle, 200).decode(errors="replace") or "another process"
        raise CaseBusy(f"{folder} is in use: {who}; wait until it is done, or stop it") from None


def _open(file: Path) -> tuple[Engine, str]:
    """The database, ready to write where that can be; on a write-protected place or a full disk to read, and why.

    Reading alone makes do without the lock files that SQLite keeps beside it (`immutable`), but would overlook changes
    that still wait in the log there: then SQLite has to say what is wrong.
    """
    log, obstacle = file.with_name(f"{file.name}-wal"), "read-only"
    if os.access(file.parent, os.W_OK) and os.access(file, os.W_OK):
        try:
            return _up_to_date(_engine(file, mode="rw"), file.parent), ""
        except OperationalError as error:
            obstacle = str(error.orig)
            if not _disk_is_full(obstacle) or _size(log):
                raise
    mode = {"mode": "ro"} if _size(log) else {"mode": "ro", "immutable": "1"}
    return _up_to_date(_engine(file, **mode), file.parent), obstacle


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _up_to_date(engine: Engine, folder: Path) -> Engine:
    """The engine, with the tables as this version has them."""
    with engine.connect() as connection:
        known = connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")).first()
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if known else None
    if version is None:
        raise CaseError(f"{folder} was never finished; delete it and make the case again")
    if version > HEAD:
        raise CaseError(f"{folder} was made by a newer Second Look (schema {version}); update to open it")
    if version < HEAD:
        _migrate(engine)
    return engine


def _engine(file: Path, **mode: str) -> Engine:
    path = f"file:{quote(os.fsencode(file.resolve()))}"  # as a URI, so that ?, # and % in a name mean nothing
    url = URL.create("sqlite", database=path, query={"uri": "true", **mode})
    # No pool: between two transactions nothing is open, and SQLite has moved its log into the file, which can be copied.
    engine = create_engine(url, connect_args={"timeout": 30}, poolclass=NullPool)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: SQLConnection) -> None:
    """A change takes the right to write at once: of two that have read, the second could not get it any more."""
    at_once = connection.get_execution_options().get("at_once", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if at_once else "BEGIN")


def _prepare(connection: Connection, _: ConnectionPoolEntry) -> None:
    """WAL so that readers never wait, FULL so that what was acknowledged survives a power cut."""
    connection.isolation_level = None  # SQLAlchemy's `begin` event says BEGIN; sqlite3 must not say it a second time
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "secure_delete=ON", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode=WAL")


def _migrate(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def faults(folder: Path) -> Iterator[None]:
    """What the database and the disk complain of, as one line that says what to do."""
    try:
        yield
    except OperationalError as error:
        if "not decode" in str(error.orig):
            raise _damaged(folder, "text that is none") from error
        raise CaseError(f"{folder}: {_advice(str(error.orig))}") from error
    except IntegrityError as error:
        raise CaseError(
            f"{folder} was changed by another process meanwhile ({error.orig}); run the command again"
        ) from error
    except DatabaseError as error:
        raise _damaged(folder, error.orig) from error
    except (UnicodeDecodeError, JSONDecodeError) as error:  # damage within a value, or within SQLite's own complaint
        raise _damaged(folder, "text that is none") from error
    except PermissionError as error:
        raise CaseError(f"{folder} cannot be written ({error.strerror}); check its owner and permissions") from error
    except OSError as error:
        if isinstance(error, FileExistsError | NotADirectoryError):
            raise CaseError(f"{folder} is a file; a case is a folder, choose another name") from error
        raise CaseError(f"{folder}: {_advice(error.strerror or str(error))}") from error


def _damaged(folder: Path, complaint: object) -> CaseError:
    return CaseError(f"{folder / DATABASE} is damaged ({complaint}); restore it from a backup")


def _advice(complaint: str) -> str:
    low = complaint.lower()
    if _disk_is_full(low):
        return f"the disk is full ({complaint}); make room and run the same command again, what was committed is kept"
    if "readonly" in low or "read-only" in low or "unable to open" in low:
        return f"the case cannot be written ({complaint}); check its permissions, or copy it to where you may write"
    if "locked" in low:
        return "the database is locked by another program; wait until it is done"
    return complaint


def _disk_is_full(complaint: str) -> bool:
    low = complaint.lower()
    return "full" in low or "no space" in low or "quota" in low or "disk i/o" in low
