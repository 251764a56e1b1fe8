"""The tables of a case checked against those that this program makes: what else lies in the database, or differs, is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, CreateTable

from workbench.casefile.tables import TABLES, VERSION

__all__ = ["check_schema"]

Found = Iterator[tuple[str, str]]
Thing = tuple[str, str]  # table or index or whatever, and its name
Form = tuple[str, ...]

SQLITE = sqlite.dialect()
ADDED = "was added to the database"
SHOWN = 3  # definitions in one finding
OWN = ("sqlite_sequence", "sqlite_stat1", "sqlite_stat4")  # what SQLite keeps for itself
OWN_INDEX = "sqlite_autoindex_"  # of a constraint, which stands in its table
IN_SQLITE = "SELECT type, name, sql FROM sqlite_master"
IN_POSTGRES = """
    WITH own AS (SELECT current_schema()::regnamespace::oid AS id)
    SELECT 'table', relname FROM pg_class, own WHERE relkind IN ('r', 'p') AND relnamespace = own.id
    UNION ALL SELECT 'column', relname || '.' || attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid, own
        WHERE relkind = 'r' AND relnamespace = own.id AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT 'constraint', conname FROM pg_constraint, own WHERE connamespace = own.id AND contype IN ('c', 'x')
    UNION ALL SELECT 'trigger', tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid, own
        WHERE NOT tgisinternal AND c.relnamespace = own.id
    UNION ALL SELECT 'view', relname FROM pg_class, own WHERE relkind IN ('v', 'm', 'f') AND relnamespace = own.id
    UNION ALL SELECT 'function', proname FROM pg_proc, own WHERE pronamespace = own.id
    UNION ALL SELECT 'rule', rulename FROM pg_rules WHERE schemaname = current_schema()
    UNION ALL SELECT 'policy', policyname FROM pg_policies WHERE schemaname = current_schema()"""


def check_schema(session: Session) -> Found:
    """Tables, indexes, triggers, views that this program does not make, makes otherwise, or misses."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        return _check_sqlite(connection)
    return _check_postgres(connection)


def _check_postgres(connection: Connection) -> Found:
    """Tables and columns by name, and no rule of any kind of its own: the server words definitions as it likes."""
    known = {("table", name) for name in (*TABLES.tables, VERSION.name)}
    known |= {("column", f"{table}.{column.name}") for table in _tables() for column in table.columns}
    there = {(kind, name) for kind, name in connection.execute(text(IN_POSTGRES)).all()}
    tables = {name for kind, name in there - known if kind == "table"}
    for kind, name in sorted(there - known):
        if kind != "column" or name.partition(".")[0] not in tables:
            yield f"the {kind} {name!r}", ADDED
    for kind, name in sorted(known - there):
        yield (f"table {name}" if kind == "table" else f"the {kind} {name!r}"), "is missing"


def _check_sqlite(connection: Connection) -> Found:
    """All that SQLite itself has on record of the schema, down to each column and constraint."""
    left = dict(_expected())
    for kind, name, sql in connection.execute(text(IN_SQLITE)).all():
        if name in OWN or (kind == "index" and name.startswith(OWN_INDEX)):
            continue
        made = left.pop((kind, name), None)
        if made is None:
            yield f"the {kind} {name!r}", ADDED
        elif made != sql and (form := _form(made)) != (now := _form(str(sql))):
            yield f"the {kind} {name!r}", _differs(form, now)
    for kind, name in left:
        yield (f"table {name}" if kind == "table" else f"the {kind} {name!r}"), "is missing"


def _differs(form: Form, now: Form) -> str:
    added, lacking = ([each for each in one if each not in other] for one, other in ((now, form), (form, now)))
    words = [("has", added), ("lacks", lacking)]
    said = [f"{verb} {', '.join(some[:SHOWN])}" for verb, some in words if some]
    return f"is not as this program makes it: it {' and '.join(said) or 'says something twice'}"


@cache
def _expected() -> Mapping[Thing, str]:
    """Every table and index as this version makes it. One that came here step by step (`migrate`) has the same columns and
    constraints in another order.
    """
    known: dict[Thing, str] = {}
    for table in _tables():
        known["table", table.name] = _made(CreateTable(table))
        known |= {("index", str(index.name)): _made(CreateIndex(index)) for index in table.indexes}
    return known


def _tables() -> Iterator[Any]:
    yield from (*TABLES.tables.values(), VERSION)


def _made(order: CreateTable | CreateIndex) -> str:
    return str(order.compile(dialect=SQLITE)).strip()


def _form(sql: str) -> Form:
    """What stands in brackets, definition by definition in one order, with what stands before and after.

    >>> _form('CREATE TABLE "a" (id INTEGER,  b VARCHAR, PRIMARY KEY (id))')
    ('', 'CREATE TABLE a', 'PRIMARY KEY (id)', 'b VARCHAR', 'id INTEGER')
    """
    head, _, rest = sql.partition("(")
    body, _, tail = rest.rpartition(")")
    return tuple(sorted((_plain(head.replace('"', "")), _plain(tail), *map(_plain, _parts(body)))))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _parts(body: str) -> Iterator[str]:
    """Cut at the commas that stand in no brackets of their own."""
    depth, start = 0, 0
    for i, letter in enumerate(body):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            yield body[start:i]
            start = i + 1
    yield body[start:]
