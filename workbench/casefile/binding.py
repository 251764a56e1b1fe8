"""Rows bound to the log: every change of a transaction is noticed, and each row gets a code over what is in it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, delete, event, insert, inspect, select, text
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from workbench.casefile.audit_tables import UNBOUND, BoundRow
from workbench.casefile.signing import Signing
from workbench.casefile.tables import TABLES

__all__ = [
    "bind",
    "bind_all",
    "canonical",
    "content_of",
    "key_of",
    "refuse_changes",
    "spans",
    "stored",
    "tables",
    "watch",
]

Touched = dict[str, set[int]]  # table -> keys of rows


def watch(session: Session) -> None:
    """From now on remember which rows the session writes, until `bind`."""
    session.info["touched"] = defaultdict(set)
    event.listen(session, "after_flush", _remember)
    event.listen(session, "do_orm_execute", _one_by_one)


def refuse_changes(session: Session) -> None:
    """Let the session read only: what it would write is logged nowhere."""
    event.listen(session, "before_flush", _refuse)
    event.listen(session, "do_orm_execute", _one_by_one)


def _remember(session: Session, _: UOWTransaction) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        state = inspect(row)
        name = state.mapper.local_table.name
        if name not in UNBOUND:
            session.info["touched"][name].add(state.mapper.primary_key_from_instance(row)[0])


def _one_by_one(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise RuntimeError("rows of a case are added, changed and deleted one by one (session.add, session.delete)")


def _refuse(session: Session, *_: object) -> None:
    if session.new or session.deleted or any(session.is_modified(row) for row in session.dirty):
        raise RuntimeError("rows are written in `store.change()`, which logs them; `store.session()` reads")


def bind(session: Session, entry: int, signing: Signing) -> str:
    """Bind all rows that the session wrote to `entry`; returns which they are, as the log keeps it."""
    touched: Touched = session.info["touched"]
    return _bind(session.connection(), touched, entry, signing)


def bind_all(session: Session, entry: int, signing: Signing) -> str:
    """Bind every row of every table, for a case that had no log or gets another key."""
    connection = session.connection()
    every: Touched = {}
    for name in tables(connection):
        key = key_of(name)
        every[name] = set(connection.execute(text(f'SELECT "{key}" FROM "{name}"')).scalars())
    return _bind(connection, every, entry, signing)


def _bind(connection: Connection, touched: Touched, entry: int, signing: Signing) -> str:
    wrote: dict[str, dict[str, list[list[int]]]] = {}
    for name, rows in sorted(touched.items()):
        present = {row: content_of(name, row, entry, values) for row, values in read(connection, name, rows)}
        before = _forget(connection, name, rows)
        codes = [
            {"name": name, "row": row, "entry": entry, "mac": signing.row_code(content)}
            for row, content in present.items()
        ]
        if codes:
            connection.execute(insert(BoundRow), codes)
        gone = before - set(present)
        if present or gone:
            wrote[name] = {"rows": spans(present)} | ({"gone": spans(gone)} if gone else {})
    return canonical(wrote)


def _forget(connection: Connection, name: str, rows: Iterable[int]) -> set[int]:
    """Take away the codes that these rows had; returns those which had one."""
    before: set[int] = set()
    for some in _some(rows):
        here = (BoundRow.name == name) & BoundRow.row.in_(some)
        before |= set(connection.execute(select(BoundRow.row).where(here)).scalars())
        connection.execute(delete(BoundRow).where(here))
    return before


def tables(connection: Connection) -> list[str]:
    """Names of all tables whose rows are bound; others that somebody put there are none of ours (`verify_schema` names them)."""
    return sorted((TABLES.tables.keys() - UNBOUND).intersection(inspect(connection).get_table_names()))


def key_of(name: str) -> str:
    """The one column that is a table's primary key, a whole number."""
    (column,) = TABLES.tables[name].primary_key.columns
    return column.name


def read(
    connection: Connection, name: str, rows: Iterable[int] | None = None
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Rows as the database stores them, whatever type their columns claim to have; all of them by default."""
    key = key_of(name)
    if rows is None:
        for row in connection.execute(text(f'SELECT * FROM "{name}" ORDER BY "{key}"')).mappings():
            yield row[key], dict(row)
        return
    for some in _some(rows):
        these = ", ".join(str(int(row)) for row in some)
        for row in connection.execute(text(f'SELECT * FROM "{name}" WHERE "{key}" IN ({these})')).mappings():
            yield row[key], dict(row)


def _some(rows: Iterable[int], most: int = 500) -> Iterator[list[int]]:
    """The same keys in order, so many at a time: a statement has room for a thousand or so."""
    every = sorted(rows)
    yield from (every[i : i + most] for i in range(0, len(every), most))


def content_of(name: str, row: int, entry: int, values: Mapping[str, Any]) -> str:
    """The text over which a row's code is taken. Columns without a value are left out, so that a later version of the
    tables may add some.
    """
    kept = {column: _plain(value) for column, value in values.items() if value is not None}
    return canonical([name, row, entry, kept])


def _plain(value: Any) -> Any:
    return f"x'{value.hex()}'" if isinstance(value, bytes) else stored(value)


def stored(value: Any) -> Any:
    """A value as SQLite stores it, so that a row has one code wherever it lies."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def canonical(value: Any) -> str:
    """JSON in one form only: keys sorted, no spaces, letters as they are; what is no JSON value as its text.

    >>> canonical({"b": float("inf"), "a": (1, None)})
    '{"a":[1,null],"b":Infinity}'
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return text.encode("utf-8", "backslashreplace").decode()


def spans(rows: Iterable[int]) -> list[list[int]]:
    """Whole numbers as first and last of each stretch.

    >>> spans([3, 1, 2, 7])
    [[1, 3], [7, 7]]
    """
    runs = groupby(enumerate(sorted(rows)), key=lambda pair: pair[1] - pair[0])
    stretches = [[row for _, row in group] for _, group in runs]
    return [[stretch[0], stretch[-1]] for stretch in stretches]
