"""What PostgreSQL complains of, as one line that says what to do and shows no password."""

from __future__ import annotations

import re

from workbench.casefile.faults import TOO_LARGE

__all__ = ["OUT_OF_RANGE", "UNREACHED", "words"]

UNREACHED = "nothing was changed; once it answers, run the same command again"
OUT_OF_RANGE = "22003"
PLACES = "~/.pgpass (chmod 600), PGPASSFILE or PGPASSWORD"

# What a server says by its code (SQLSTATE), wherever in the work it says it.
_BY_CODE = {
    OUT_OF_RANGE: TOO_LARGE,
    "25006": "the database takes no changes ({}): it is a standby or set to read only; give the address of the main server",
    "42501": "your account of the database may not do this ({}); see docs/office.md for what to grant",
    "53100": "the disk of the database's server is full ({}); make room and run the same command again, what was committed is kept",
    "53300": "the database has no connection left ({}); wait, or let its administrator raise max_connections",
    "55P03": "another program has been changing this case for half a minute ({}); run the same command again",
    "42P01": "its rows, or some, are not in this database ({}); `workbench case verify` names what is missing: give the right "
    "database as SECOND_LOOK_DATABASE, or restore its backup",
    "3D000": "there is no such database on the server ({}); create it, or correct the address",
}
_TLS = "the connection could not be secured as asked ({}); see sslmode and sslrootcert in docs/office.md"
# What libpq says when no connection comes about: then there is no code.
_BY_WORDS = (
    (
        "method requirement",
        "a server that the case's folder names asks for the password itself ({}); it is not given: have it use SCRAM, or, if it is "
        "your office's, give its address as SECOND_LOOK_DATABASE",
    ),
    ("password authentication failed", "the database refused the password ({}); correct it in " + PLACES),
    ("no password supplied", "the database asks for a password ({}); put it in " + PLACES),
    ("certificate", _TLS),
    ("SSL", _TLS),
    ("does not exist", "the database does not know that name ({}); create it there, or correct the address"),
    ("pg_hba.conf", "the database does not let you in from here ({}); its administrator allows it in pg_hba.conf"),
    ("authentication failed", "the database did not take your account ({}); name the right one in the address"),
    ("too many", "the database has no connection left ({}); wait, or let its administrator raise max_connections"),
)
_LOST = ("08", "57P")  # classes of codes: the connection, or the server, went away


def words(complaint: BaseException | None) -> str:
    """One line for an error of psycopg."""
    said, code = _line(str(complaint)), getattr(complaint, "sqlstate", None) or ""
    if code in _BY_CODE:
        return _BY_CODE[code].format(said)
    if code and not code.startswith(_LOST):
        return f"the database says: {said} ({code}); run `workbench case verify`, and tell its administrator"
    for sign, advice in _BY_WORDS:
        if sign in said:
            return advice.format(said)
    return f"the database cannot be reached ({said}); {UNREACHED}"


def _line(text: str) -> str:
    """The complaint without line breaks, without what repeats, and without anything that looks like a password."""
    flat = " ".join(text.split())
    flat = flat.removeprefix("connection failed: ").replace(
        "Is the server running on that host and accepting TCP/IP connections?", ""
    )
    flat = re.sub(r"(?i)(password)=\S+", r"\1=***", flat)
    flat = re.sub(r"://([^/@:\s]*):[^@\s]*@", r"://\1:***@", flat)
    return flat.strip()[:300]
