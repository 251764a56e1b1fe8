"""Tables for spreadsheet programs in which text stays text: no cell of ours is ever a formula, a link or a command."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from workbench.terminal import plain

__all__ = ["csv_bytes", "safe_text", "xlsx_bytes"]

Cell = str | int | float | None
Rows = Sequence[Sequence[Cell]]

STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
)  # what spreadsheets take for a formula's beginning
LONGEST = 32_000  # characters; a cell of XLSX holds 32,767


def safe_text(text: str) -> str:
    r"""Text as a cell of CSV: control and direction marks visible, an apostrophe in front of what would be a formula.

    >>> safe_text("=1+1"), safe_text(" =1+1"), safe_text("a\tb"), safe_text("a-b")
    ("'=1+1", "' =1+1", 'a\\tb', 'a-b')
    """
    risky = text.lstrip(" \u00a0").startswith(STARTS) or text.startswith(STARTS)
    return f"'{plain(text)}" if risky else plain(text)


def csv_bytes(head: Sequence[str], rows: Rows) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheet programs show every letter; all text in quotes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in (head, *rows):
        writer.writerow([safe_text(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(sheets: Mapping[str, tuple[Sequence[str], Rows]]) -> bytes:
    """A workbook of sheets, each a head and rows; every text is written as a string and marked as one."""
    from xlsxwriter import Workbook

    whole = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(whole, options) as book:
        book.set_properties({"created": datetime.now(UTC).replace(tzinfo=None)})
        text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@", "quote_prefix": True})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        for name, (head, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.set_column(0, len(head) - 1, 24)
            sheet.freeze_panes(1, 1)
            for column, title in enumerate(head):
                sheet.write_string(0, column, title, bold)
            for place, column, cell in _cells(rows):
                if isinstance(cell, str):
                    sheet.write_string(place, column, plain(cell)[:LONGEST], text)
                elif cell is not None:
                    sheet.write_number(place, column, cell)
    return whole.getvalue()


def _cells(rows: Rows) -> Iterable[tuple[int, int, Cell]]:
    """Every cell with its place below the head."""
    for place, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            yield place, column, cell
