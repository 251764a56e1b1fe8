"""A CSV as rows of text with the line that each came from; columns that nobody knows are refused, not overlooked."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from pathlib import Path
from typing import Any

from workbench.errors import InputError

__all__ = ["Row", "columns_of", "named", "read_rows"]

Row = tuple[int, dict[str, str]]

LARGEST = 100_000_000  # characters; /dev/zero has no end


def columns_of(file: Path) -> list[str]:
    """Names of the columns, in lower case, without blanks around them."""
    return _open(file)[1]


def read_rows(file: Path, *, needed: Collection[str], known: Collection[str], comments: bool = True) -> list[Row]:
    """(line, cells by column) of every row; empty lines are no rows, and where there are `comments`, nor are lines that start with #.

    needed : columns that must be there; known : all columns that may be
    """
    rows, columns = _open(file, "#" if comments else "\0")
    _check(file.name, columns, needed, known)
    found: list[Row] = []
    try:
        for cells in rows:
            if any(cell.strip() for cell in cells):
                found.append((rows.line_num, _cells(file.name, rows.line_num, columns, cells)))
    except csv.Error as error:
        raise InputError(f"{file.name} line {rows.line_num} is no CSV ({error}); check its quotes") from None
    return found


def named(things: Collection[str], most: int = 3) -> str:
    """The first few of some names, and how many more there are.

    >>> named(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    more = len(things) - most
    return ", ".join(list(things)[:most]) + (f" and {more:,} more" if more > 0 else "")


def _open(file: Path, mark: str = "#") -> tuple[Any, list[str]]:
    """A reader behind the first line, and the columns that this line names; lines that start with `mark` are left out."""
    try:
        with file.open(encoding="utf-8-sig") as stream:
            text = stream.read(LARGEST + 1)
    except FileNotFoundError:
        raise InputError(f"{file} does not exist") from None
    except IsADirectoryError:
        raise InputError(f"{file} is a folder; give the CSV file itself") from None
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror}); check its permissions") from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file} is no UTF-8 text ({error.reason} at byte {error.start:,}); save it as CSV with UTF-8"
        ) from None
    if len(text) > LARGEST:
        raise InputError(f"{file} is no table of people or passes: it has more than {LARGEST:,} characters")
    lines = (line if not line.startswith(mark) else "\n" for line in io.StringIO(text, newline=""))
    head = next((line for line in text.splitlines() if line.strip() and not line.startswith(mark)), "")
    rows = csv.reader(lines, delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
    try:
        first = next((cells for cells in rows if any(cell.strip() for cell in cells)), [])
    except csv.Error as error:
        raise InputError(f"{file.name} line {rows.line_num} is no CSV ({error}); check its quotes") from None
    return rows, [name.strip().lower() for name in first]


def _check(name: str, columns: list[str], needed: Collection[str], known: Collection[str]) -> None:
    if missing := [column for column in needed if column not in columns]:
        raise InputError(f"{name} has no column {', '.join(map(repr, missing))}; its first line must name the columns")
    if unknown := sorted(set(columns) - set(known)):
        raise InputError(f"{name} has unknown columns {', '.join(map(repr, unknown))}; known are {', '.join(known)}")
    if len(set(columns)) < len(columns):
        raise InputError(f"{name} names a column twice; keep one of each")


def _cells(name: str, line: int, columns: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) > len(columns):
        raise InputError(f"{name} line {line} has more cells than columns; put text with commas in quotes")
    return dict.fromkeys(columns, "") | {key: cell.strip() for key, cell in zip(columns, cells, strict=False)}
