"""The table that says on what grounds each person is listed: one line a person, checked before anything is enrolled."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from unicodedata import normalize

from workbench.entry_fields import date_of, yes_or_no
from workbench.errors import InputError
from workbench.watchlist import Entry

__all__ = ["read_details"]


def read_details(file: Path) -> dict[str, Entry]:
    """Entries by subject from a CSV with the columns of `Entry`; unknown columns and bad values name their line."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{file} does not exist") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as UTF-8 text ({error}); save it as CSV with UTF-8") from None
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows.fieldnames = _columns(file.name, rows.fieldnames or ())
        return _entries(file.name, rows)
    except csv.Error as error:
        raise InputError(f"{file.name} line {rows.line_num} is no CSV ({error}); check its quotes") from None


def _columns(name: str, columns: Iterable[str]) -> list[str]:
    known = Entry.__dataclass_fields__
    columns = [column.strip().lower() for column in columns]
    if "subject" not in columns:
        raise InputError(f"{name} has no column 'subject'; its first line must name the columns")
    if unknown := sorted(set(columns) - set(known)):
        raise InputError(f"{name} has unknown columns {', '.join(map(repr, unknown))}; known are {', '.join(known)}")
    if len(set(columns)) < len(columns):
        raise InputError(f"{name} names a column twice; keep one of each")
    return columns


def _entries(name: str, rows: csv.DictReader[str]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for row in rows:
        line = rows.line_num
        if None in row:
            raise InputError(f"{name} line {line} has more cells than columns; put text with commas in quotes")
        cells = {key: (value or "").strip() for key, value in row.items()}
        cells["subject"] = normalize("NFC", cells["subject"])  # as in `draw_up`: "é" is one letter, however it is typed
        if not cells["subject"]:
            raise InputError(f"{name} line {line} has no subject")
        if cells["subject"] in entries:
            raise InputError(f"{name} line {line} names {cells['subject']!r} a second time; keep one line a person")
        entries[cells["subject"]] = _entry(name, line, cells)
    return entries


def _entry(name: str, line: int, cells: dict[str, str]) -> Entry:
    values: dict[str, object] = dict(cells)
    where = f"{name} line {line}: "
    for key in ("image_date", "expires"):
        if key in cells:
            values[key] = date_of(cells[key], where + key)
    if "under_18" in cells:
        values["under_18"] = yes_or_no(cells["under_18"], f"{where}under_18")
    return Entry(**values)  # type: ignore[arg-type]
