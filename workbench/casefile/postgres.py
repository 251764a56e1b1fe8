"""The rows of a case in an office's PostgreSQL: a schema of its own, one change at a time, scans side by side."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool

from workbench.casefile.address import FILE, LEFT, Address, write
from workbench.casefile.database import up_to_date
from workbench.casefile.faults import DATABASE, faults
from workbench.casefile.postgres_faults import words
from workbench.casefile.tables import make_tables
from workbench.errors import CaseBusy, CaseError, HoldLost

__all__ = ["Postgres", "Server"]

# Asked before each use whether it still answers, so a server that was restarted is simply found again.
KEPT: dict[str, Any] = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": -1, "pool_pre_ping": True}
_open_engines: weakref.WeakSet[Engine] = weakref.WeakSet()
SCRAM = 160_000  # libpq from which a client can refuse to hand out its password
PATIENCE = 30_000  # ms that a change waits for its turn
# A change takes its turn, and is on the server's disk when it is acknowledged, whatever the server does by default.
TURN = """SELECT pg_advisory_xact_lock({}),
    CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', true) END"""
FORBIDDEN = """SELECT pg_get_userbyid(nspowner) FROM pg_namespace
    WHERE nspname = :schema AND NOT has_schema_privilege(oid, 'USAGE')"""
HOLDERS = """SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND (l.classid::bigint << 32) + l.objid::bigint = {} ORDER BY a.backend_start"""


SERVER = """SELECT current_setting('server_version'), current_setting('server_encoding'), clock_timestamp(),
    has_database_privilege(current_database(), 'CREATE')"""


class Server(NamedTuple):
    """A server as this account finds it: version, encoding, s that its clock is ahead of this machine's, whether cases can be made."""

    version: str
    encoding: str
    ahead: float
    may_create: bool


class Postgres:
    """The schema of one case in a database."""

    def __init__(self, folder: Path, address: Address, *, partly: bool = False) -> None:
        self.folder, self.address, self.place = folder, address, f"{address}, schema {address.schema}"
        engine = _engine(address, keep=True)
        weakref.finalize(self, engine.dispose)
        self.obstacle = "" if os.access(folder, os.W_OK) else "read-only"
        with engine.connect() as connection:
            if address.schema not in inspect(connection).get_schema_names():
                raise CaseError(f"{folder}: {_absent(folder, address)}")
            if owner := connection.execute(text(FORBIDDEN), {"schema": address.schema}).scalar():
                raise CaseError(f"{folder}: {_forbidden(owner, address)}")
        self.engine = up_to_date(engine, folder, partly=partly)
        self._holds: list[Connection] = []
        self._asking = threading.Lock()

    @property
    def reading(self) -> Engine:
        """For one look: one state, whatever others write meanwhile, and the server itself refuses to change anything."""
        return self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @property
    def changing(self) -> Engine:
        """For one change."""
        return self.engine.execution_options(at_once=True)

    def now(self) -> datetime:
        """By the server's clock: a desk whose own is days ahead must not delete what others keep."""
        with faults(self.folder), self.engine.connect() as connection:
            told: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return told.astimezone(UTC)

    @staticmethod
    def make(folder: Path, address: Address, name: str = FILE) -> None:
        """A schema with all tables, and the address in the folder; `FileExistsError` if a case is there already."""
        write(folder, address, name)
        engine = _engine(address)
        with engine.begin() as connection:
            if connection.execute(text("SHOW server_encoding")).scalar() != "UTF8":
                raise CaseError(f"the database {address} does not hold all letters; make one with ENCODING 'UTF8'")
            connection.execute(text(f'CREATE SCHEMA "{address.schema}"'))
        make_tables(engine)

    @staticmethod
    def unmake(folder: Path, address: Address) -> None:
        """Take both away again."""
        (folder / FILE).unlink(missing_ok=True)
        Postgres.drop(address)

    @staticmethod
    def drop(address: Address, end: str = "") -> None:
        """Take the schema away, or the one with a name that ends so (`LEFT`)."""
        with _engine(address).begin() as connection:
            connection.execute(text(f'DROP SCHEMA IF EXISTS "{address.schema}{end}" CASCADE'))

    @staticmethod
    def has(address: Address, end: str = "") -> bool:
        """Whether the schema is there, or the one with a name that ends so."""
        with _engine(address).connect() as connection:
            return f"{address.schema}{end}" in inspect(connection).get_schema_names()

    @staticmethod
    def met(address: Address) -> Server:
        """The server at an address, whether or not a case lies there; `CaseError` where none answers."""
        try:
            with _engine(address).connect() as connection:
                version, encoding, clock, may_create = connection.execute(text(SERVER)).one()
        except DBAPIError as error:
            raise CaseError(f"{address}: {words(error.orig)}") from error
        return Server(version, encoding, (clock - datetime.now(UTC)).total_seconds(), may_create)

    @staticmethod
    def leave(connection: Connection, address: Address) -> None:
        """Within a change: from its commit on nobody finds the rows any more, whoever waited to write; see `moving`."""
        connection.execute(text(f'ALTER SCHEMA "{address.schema}" RENAME TO "{address.schema}{LEFT}"'))

    @contextmanager
    def hold(self, what: str, part: str = "") -> Iterator[None]:
        """The whole case; or a part of it, beside others who hold other parts. It ends with the connection."""
        who = f"{what} ({socket.gethostname()[:20]}, process {os.getpid()})"
        with faults(self.folder):
            connection = _engine(self.address, who).connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            self._take(connection, part)
            self._holds.append(connection)
            try:
                yield
            finally:
                self._holds.remove(connection)
        finally:
            with suppress(
                SQLAlchemyError
            ):  # a server may notice that a connection was closed when the next one asks already
                connection.execute(text("SELECT pg_advisory_unlock_all()"))
            connection.close()

    def _take(self, connection: Connection, part: str) -> None:
        keys = [("_shared" if part else "", self._key("work"))] + [("", self._key(part))] * bool(part)
        for kind, key in keys:
            with faults(self.folder):
                if connection.execute(text(f"SELECT pg_try_advisory_lock{kind}({key})")).scalar():
                    continue
                who = connection.execute(text(HOLDERS.format(key))).scalar() or "another process"
            raise CaseBusy(f"{self.folder} is in use: {who}; wait until it is done, or stop it")

    def still_held(self) -> None:
        """Ask over each connection that holds something; if the server dropped one, somebody else may hold it now."""
        with self._asking:
            for connection in self._holds:
                if connection.invalidated:
                    raise HoldLost(
                        f"{self.folder} is not held any more, for the connection to its database was lost; begin again"
                    )
                connection.execute(text("SELECT 1"))

    @property
    def at_work(self) -> str:
        """Who holds the case, or parts of it."""
        with faults(self.folder), self.engine.connect() as connection:
            found = connection.execute(text(HOLDERS.format(self._key("work")))).scalars()
            return ", ".join(found)

    def _key(self, of: str) -> int:
        return _key(self.address.schema, of)

    def kept_open(self) -> AbstractContextManager[None]:
        """A server keeps its files open by itself."""
        return nullcontext()

    def compact(self) -> None:
        """Every table of the case is written anew, without what was deleted; the server's old files of it are removed.

        What the server keeps beside its tables (its log for recovery, replicas, backups) is beyond this program.
        """
        with faults(self.folder), self.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            for name in inspect(alone).get_table_names():
                alone.execute(text(f'VACUUM (FULL) "{name}"'))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _forbidden(owner: str, address: Address) -> str:
    return (
        f"the schema {address.schema} is {owner}'s, and your account may not read it; have the administrator run, as postgres: "
        f"GRANT {owner} TO your account (docs/office.md)"
    )


def _absent(folder: Path, address: Address) -> str:
    """Why the rows are not there, and what to do."""
    if (folder / DATABASE).exists():
        return f"its rows are on their way into the folder; finish that: workbench case move {folder} --folder"
    return (
        f"its rows are not in {address}; give the right database as SECOND_LOOK_DATABASE, or restore its backup there"
    )


def _key(schema: str, of: str) -> int:
    """A number for the server's locks, 0 to 2^63 - 1."""
    return int.from_bytes(hashlib.sha256(f"{schema} {of}".encode()).digest()[:8]) >> 1


def _engine(address: Address, name: str = "second-look", *, keep: bool = False) -> Engine:
    """`keep` one connection between transactions: opening one takes ten times as long as a look (docs/office.md)."""
    settings = {
        "search_path": f"{address.schema},pg_temp",
        "TimeZone": "UTC",
        "lock_timeout": str(PATIENCE),
        "client_min_messages": "error",
    }
    given = address.url.query.get("options", "")
    options = " ".join([*([given] if isinstance(given, str) else given), *(f"-c {n}={v}" for n, v in settings.items())])
    wanted: dict[str, Any] = {"options": options, "application_name": name, "client_encoding": "utf8"}
    if not address.named and _libpq() >= SCRAM:
        wanted["require_auth"] = (
            "!password,!md5"  # whoever wrote to the folder may run that server, and reads what is sent so
        )
    wanted["prepare_threshold"] = None  # a statement that the server remembers would outlive a change of its tables
    arguments = {"connect_timeout": 10} if "connect_timeout" not in address.url.query else {}
    url = address.url.difference_update_query(["options"])
    pool = KEPT if keep else {"poolclass": NullPool}
    engine = create_engine(url, connect_args=arguments | wanted, hide_parameters=True, **pool)
    event.listen(engine, "begin", _begin(_key(address.schema, "change")))
    if keep:
        _open_engines.add(engine)
    return engine


def _libpq() -> int:
    """The version of PostgreSQL's library, 160004 for 16.4."""
    from psycopg import pq

    return pq.version()


def _forget_connections() -> None:
    """In a process that was forked: its parent's connections stay the parent's."""
    for engine in _open_engines:
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_forget_connections)


def _begin(key: int) -> Any:
    """A change takes its turn with its first statement: what it reads after that, nobody else changes."""

    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("at_once", False):
            connection.exec_driver_sql(TURN.format(key))

    return begin
