"""Every row of a case checked against the log: none altered, added, taken away, or put back to an older state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from workbench.casefile.audit_tables import BoundRow
from workbench.casefile.binding import content_of, read, tables
from workbench.casefile.signing import Signing

__all__ = ["check_database", "check_rows"]

Found = Iterator[tuple[str, str]]

STRANGE = "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view')"
STRANGE_IN_POSTGRES = """
    WITH own AS (SELECT current_schema()::regnamespace::oid AS id)
    SELECT 'trigger', tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid, own
        WHERE NOT tgisinternal AND c.relnamespace = own.id
    UNION ALL SELECT 'view', relname FROM pg_class, own WHERE relkind IN ('v', 'm', 'f') AND relnamespace = own.id
    UNION ALL SELECT 'function', proname FROM pg_proc, own WHERE pronamespace = own.id
    UNION ALL SELECT 'rule', rulename FROM pg_rules WHERE schemaname = current_schema()
    UNION ALL SELECT 'policy', policyname FROM pg_policies WHERE schemaname = current_schema()"""


def check_rows(session: Session, signing: Signing, expected: Mapping[str, Mapping[int, int]]) -> Found:
    """Rows that are not as the log says; `expected` as `verify_log.replay` returns it."""
    connection = session.connection()
    present = tables(connection)
    for name in sorted({*present, *expected}):
        if name in present:
            yield from _check_table(session, signing, name, expected.get(name, {}))
        elif expected[name]:
            yield f"table {name}", "is missing"


def _check_table(session: Session, signing: Signing, name: str, expected: Mapping[int, int]) -> Found:
    codes = {row.row: row for row in session.scalars(select(BoundRow).where(BoundRow.name == name))}
    left = dict(expected)
    for row, values in read(session.connection(), name):
        entry, code = left.pop(row, None), codes.get(row)
        if entry is None:
            wrote = f"entry {code.entry}, which the log does not have" if code else "the log does not know"
            yield (
                f"{name} {row}",
                f"was added by what the log does not know ({wrote})" if code else f"was added: {wrote} it",
            )
        elif code is None or code.mac != signing.row_code(content_of(name, row, entry, values)):
            older = code is not None and code.mac == signing.row_code(content_of(name, row, code.entry, values))
            yield f"{name} {row}", _altered(entry, code.entry if code and older else None)
    for row, entry in left.items():
        yield f"{name} {row}", f"is missing; entry {entry} wrote it"


def _altered(entry: int, older: int | None) -> str:
    if older is None:
        return f"was altered after entry {entry} wrote it"
    return f"was put back to what entry {older} wrote; entry {entry} wrote it last"


def check_database(session: Session) -> Found:
    """What the database itself complains of, and what has no business in a case."""
    connection = session.connection()
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        yield from _check_pages(connection)
    for kind, name in connection.execute(text(STRANGE if sqlite else STRANGE_IN_POSTGRES)).all():
        yield f"the {kind} {name!r}", "was added to the database"


def _check_pages(connection: Connection) -> Found:
    """Only of SQLite: PostgreSQL checks the links of rows when they are written, and its pages itself (`data_checksums`)."""
    for (complaint,) in connection.execute(text("PRAGMA integrity_check")).all():
        if complaint != "ok":
            yield "the database", f"is damaged: {complaint}"
    for name, row, parent, _ in connection.execute(text("PRAGMA foreign_key_check")).all():
        yield f"{name} {row}", f"refers to a row of {parent} that is not there"
