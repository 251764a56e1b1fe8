"""The rows of one database written into another, as they are: a row's code is the same wherever it lies (`binding`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Boolean, Connection, inspect, text

from workbench.casefile.binding import stored

__all__ = ["copy_rows"]

MANY = 1000  # rows a statement
VERSION = "alembic_version"  # written where the tables were made


def copy_rows(source: Connection, target: Connection) -> int:
    """All rows of all tables into the same tables, which are there and empty; returns how many."""
    return sum(_copy_table(source, target, name) for name in _tables(source))


def _tables(connection: Connection) -> Iterator[str]:
    """Those that are referred to before those that refer to them."""
    for name, _ in inspect(connection).get_sorted_table_and_fkc_names():
        if name is not None and name != VERSION:
            yield name


def _copy_table(source: Connection, target: Connection, name: str) -> int:
    key = inspect(source).get_pk_constraint(name)["constrained_columns"]
    order = ", ".join(f'"{column}"' for column in key)
    flags = {column["name"] for column in inspect(target).get_columns(name) if isinstance(column["type"], Boolean)}
    found = source.execute(text(f'SELECT * FROM "{name}" ORDER BY {order}'), execution_options={"yield_per": MANY})
    columns, count = list(found.keys()), 0
    names, values = ", ".join(f'"{c}"' for c in columns), ", ".join(f":{c}" for c in columns)
    for some in found.mappings().partitions():
        target.execute(text(f'INSERT INTO "{name}" ({names}) VALUES ({values})'), [_row(row, flags) for row in some])
        count += len(some)
    if target.dialect.name == "postgresql" and len(key) == 1:
        _go_on_counting(target, name, key[0])
    return count


def _row(row: Mapping[Any, Any], flags: set[str]) -> dict[str, Any]:
    """Values as SQLite has them, which PostgreSQL reads as well; only what is true or false it wants said."""
    return {
        column: bool(value) if column in flags and value is not None else stored(value) for column, value in row.items()
    }


def _go_on_counting(target: Connection, name: str, key: str) -> None:
    """The next row gets the number after the last."""
    sequence = target.execute(text("SELECT pg_get_serial_sequence(:name, :key)"), {"name": f'"{name}"', "key": key})
    if (counter := sequence.scalar()) is not None:
        last = text(f'SELECT setval(:counter, max("{key}")) FROM "{name}" HAVING max("{key}") IS NOT NULL')
        target.execute(last, {"counter": counter})
