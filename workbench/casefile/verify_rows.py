"""Every row of a case checked against the log: none altered, added, taken away, or put back to an older state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from workbench.casefile.audit_tables import BoundRow
from workbench.casefile.binding import content_of, read, tables
from workbench.casefile.signing import Signing
from workbench.casefile.verify_log import replay

__all__ = ["check_pages", "check_rows"]

Found = Iterator[tuple[str, str]]


def check_rows(session: Session, signing: Signing) -> Found:
    """Rows that are not as the log says."""
    present, expected = tables(session.connection()), replay(session)
    for name in sorted({*present, *expected}):
        if name in present:
            try:
                yield from _check_table(session, signing, name, expected.get(name, {}))
            except LookupError as error:
                yield f"table {name}", f"cannot be read: it has no column {error}"
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
        elif code.entry != entry:
            yield f"{name} {row}", f"is said to be of entry {code.entry}; the log says that entry {entry} wrote it"
    for row, entry in left.items():
        yield f"{name} {row}", f"is missing; entry {entry} wrote it"


def _altered(entry: int, older: int | None) -> str:
    if older is None:
        return f"was altered after entry {entry} wrote it"
    return f"was put back to what entry {older} wrote; entry {entry} wrote it last"


def check_pages(session: Session) -> Found:
    """What the database itself complains of. Only of SQLite: PostgreSQL checks the links of rows when they are written, and its
    pages itself (`data_checksums`).
    """
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return
    for (complaint,) in connection.execute(text("PRAGMA integrity_check")).all():
        if complaint != "ok":
            yield "the database", f"is damaged: {complaint}"
    for name, row, parent, _ in connection.execute(text("PRAGMA foreign_key_check")).all():
        yield f"{name} {row}", f"refers to a row of {parent} that is not there"
