"""A PostgreSQL server of the tests' own: from Debian's packages, in a temporary folder, on 127.0.0.1, ended by its own process."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from pwd import getpwnam
from typing import Any, NamedTuple
from uuid import uuid4

from workbench.casefile.address import FILE

USER, PASSWORD = "officer", "a password of the tests"
QUICK = "max_connections=60 fsync=off shared_buffers=16MB autovacuum=off max_wal_size=128MB log_statement=all"


class Server(NamedTuple):
    """A server that runs. Its log holds every statement that it was sent."""

    port: int
    folder: Path

    @property
    def log(self) -> str:
        """All that it has written so far."""
        return (self.folder / "log").read_text("utf-8", errors="replace")

    def url(self, database: str = "cases", *, user: str = USER, port: int | None = None) -> str:
        """An address without a password."""
        return f"postgresql://{user}@127.0.0.1:{port or self.port}/{database}"

    def order(self, *orders: str, database: str = "cases") -> list[Any]:
        """Send orders as who may do everything; returns the rows of the last."""
        import psycopg

        place = {"host": "127.0.0.1", "port": self.port, "user": USER, "password": PASSWORD, "dbname": database}
        with psycopg.connect(**place, autocommit=True) as connection:
            for order in orders:
                cursor = connection.execute(order)
            return cursor.fetchall() if cursor.description else []


@dataclass(frozen=True)
class Home:
    """Where the rows of a test's cases lie: in the folder, or in a database of their own on the server."""

    server: Server | None

    def database(self) -> str | None:
        """The address for a new case, None for its folder."""
        return self.server and self.server.url(self._new("template0"))

    def copy(self, folder: Path, target: Path) -> Path:
        """A copy of a case that nobody has open, rows and all."""
        shutil.copytree(folder, target)
        if self.server:
            file = target / FILE
            text = file.read_text()
            old = text.split("/")[-1].split('"')[0]
            file.write_text(text.replace(f'/{old}"', f'/{self._new(old)}"'))
        return target

    def _new(self, template: str) -> str:
        assert self.server is not None
        name = f"cases_{uuid4().hex[:8]}"
        idle = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'"
        self.server.order(idle, database="postgres")  # connections that cases keep; they open others
        self.server.order(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy", database="postgres")
        return name


def binaries() -> Path | None:
    """Where the server's programs lie: on the path, or where Debian puts them; None if they are not installed."""
    found = shutil.which("postgres")
    places = (
        [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    )
    return next((place for place in places if (place / "initdb").is_file()), None)


def other_user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody`."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise OSError("there is no user that the server could run as")


@contextmanager
def serving() -> Iterator[Server]:
    """Make a server, start it, and end it."""
    place = binaries()
    if place is None:
        raise FileNotFoundError("PostgreSQL is not installed")
    who = other_user()
    folder = Path(tempfile.mkdtemp(prefix="second-look-postgres-"))
    try:
        secret = folder / "password"
        secret.write_text(PASSWORD)
        for path in (folder, secret) if who else ():
            os.chown(path, who["user"], who["group"])
        data = folder / "data"
        run = {"cwd": folder, "env": {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}, **who}
        make = [str(place / "initdb"), "-D", str(data), "-U", USER, f"--pwfile={secret}", "-A", "scram-sha-256"]
        subprocess.run([*make, "-E", "UTF8", "--no-locale", "-N"], check=True, capture_output=True, **run)
        with (folder / "log").open("wb") as log:
            yield from _run(place, data, folder, log, run)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(place: Path, data: Path, folder: Path, log: Any, run: dict[str, Any]) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = [part for each in QUICK.split() for part in ("-c", each)]
    command = [str(place / "postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(port), "-k", ""]
    process = subprocess.Popen([*command, *settings], stdout=log, stderr=log, **run)
    try:
        _await(port, process)
        yield Server(port, folder)
    finally:
        process.send_signal(signal.SIGINT)  # at once, whatever connections are kept
        process.wait(20)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until it has made the database for cases."""
    import psycopg

    for _ in range(300):
        try:
            Server(port, Path()).order("CREATE DATABASE cases", database="postgres")
            return
        except psycopg.OperationalError:
            if process.poll() is not None:
                raise
            time.sleep(0.05)
    raise TimeoutError("the server did not come up")
