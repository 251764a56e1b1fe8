"""Where the rows of a case lie when they lie in PostgreSQL: an address without a password, kept in the case's folder.

The password never comes into the folder, nor onto a command line, where every user of the machine could read it. PostgreSQL's
own ways are used: `~/.pgpass`, PGPASSFILE, PGPASSWORD, a service file, a client certificate, or the account of the operating
system (peer). `SECOND_LOOK_DATABASE` stands for the address of every case, with a password if need be: so a case whose
database has moved is found again, and each person can sign in with an account of their own.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from workbench.errors import CaseError, InputError

__all__ = ["FILE", "LEFT", "VARIABLE", "Address", "chosen", "read", "write"]

FILE, VARIABLE = "case.database", "SECOND_LOOK_DATABASE"
LEFT = "_left"  # how the name of a schema ends whose rows were moved away
DRIVER = "postgresql+psycopg"
EXAMPLE = "postgresql://db.office/cases"
SECRET = {"password", "sslpassword"}
# What an address that stands in a folder may say of the connection: nothing that sends it, or a kept password, somewhere else.
PLAIN = frozenset(
    ("host", "port", "user", "dbname", "service", "application_name", "connect_timeout", "target_session_attrs")
) | frozenset(("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslsni", "channel_binding", "krbsrvname"))
HEAD = "# The rows of this case lie in PostgreSQL, in a schema of their own. No password stands here: see docs/office.md.\n"
_SCHEMA = re.compile(r"case_[0-9a-f]{16}")


@dataclass(frozen=True)
class Address:
    """A database, and the schema in it that belongs to one case. Shows itself without a password.

    named : the user named it; False where a folder did, to which others may have written
    """

    url: URL
    schema: str
    named: bool = True

    def __str__(self) -> str:
        return _open(self.url).render_as_string()


def _open(url: URL) -> URL:
    """The same without a password, and without what is not known here, which could be one."""
    query = {name: value for name, value in url.query.items() if name in PLAIN}
    return URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)


def chosen(given: str | None) -> Address | None:
    """The address for a new case: as given, or of the environment; None for a database in the folder."""
    if given is not None:
        url = _parsed(given, "--database")
        if url.password or SECRET & set(url.query):
            raise InputError(
                "leave the password out of the address, where others can read it; put it in ~/.pgpass (chmod 600), "
                f"in PGPASSWORD, or give the whole address as {VARIABLE}"
            )
        _refuse_more(url, "--database")
        return Address(url, f"case_{uuid4().hex[:16]}")
    text = os.environ.get(VARIABLE, "").strip()
    return Address(_parsed(text, VARIABLE), f"case_{uuid4().hex[:16]}") if text else None


def _parsed(text: str, where: str) -> URL:
    """The address; what is said of a wrong one does not repeat it, since it may hold a password."""
    try:
        url = make_url(re.sub(r"^postgres(ql)?(\+psycopg)?://", f"{DRIVER}://", text.strip()))
    except (ArgumentError, ValueError):
        url = URL.create("none")
    if url.drivername != DRIVER:
        raise InputError(f"{where} is no address of a PostgreSQL database; give one like {EXAMPLE}")
    if "@" in (url.host or ""):
        raise InputError(f"{where}: an @ in a password is written %40; correct the address")
    if "plugin" in url.query:
        raise InputError(f"{where}: an address loads no plugin; leave it out")
    if not url.database and "service" not in url.query:
        raise InputError(f"{where} names no database; give one like {EXAMPLE}")
    return url


def write(folder: Path, address: Address, name: str = FILE) -> None:
    """Keep the address in the folder, without a password; `FileExistsError` if there is one already."""
    kept = {"database": str(address), "schema": address.schema}
    with (folder / name).open("x", encoding="utf-8") as file:
        file.write(HEAD + "".join(f"{name} = {json.dumps(value)}\n" for name, value in kept.items()))


def read(folder: Path, name: str = FILE) -> Address:
    """The address of a case: its schema from the folder; its database from the environment, else from the folder."""
    try:
        kept = tomllib.loads((folder / name).read_text("utf-8"))
        text, schema = str(kept["database"]), str(kept["schema"])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError):
        text, schema = "", ""
    if not _SCHEMA.fullmatch(schema):
        raise CaseError(f"{folder / name} is damaged; restore it from a backup")
    if given := os.environ.get(VARIABLE, "").strip():
        return Address(_parsed(given, VARIABLE), schema)
    url = _parsed(text, str(folder / name))
    _refuse_more(url, str(folder / name))
    return Address(url, schema, named=False)


def _refuse_more(url: URL, where: str) -> None:
    if more := sorted(set(url.query) - PLAIN):
        raise InputError(
            f"{where} sets {', '.join(more)}, which an address in a case's folder may not; give the whole address as {VARIABLE}"
        )
