"""The table that says on what grounds each person is listed: one line a person, checked before anything is enrolled."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

from workbench.entry_fields import date_of, yes_or_no
from workbench.errors import InputError
from workbench.sheets import read_rows
from workbench.watchlist import Entry

__all__ = ["read_details"]


def read_details(file: Path) -> dict[str, Entry]:
    """Entries by subject from a CSV with the columns of `Entry`; unknown columns and bad values name their line."""
    entries: dict[str, Entry] = {}
    for line, cells in read_rows(file, needed=("subject",), known=Entry.__dataclass_fields__, comments=False):
        cells["subject"] = normalize("NFC", cells["subject"])  # as in `draw_up`: "é" is one letter, however it is typed
        if not cells["subject"]:
            raise InputError(f"{file.name} line {line} has no subject")
        if cells["subject"] in entries:
            raise InputError(
                f"{file.name} line {line} names {cells['subject']!r} a second time; keep one line a person"
            )
        entries[cells["subject"]] = _entry(file.name, line, cells)
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
