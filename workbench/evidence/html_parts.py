"""Tables, lists and paragraphs of a report: everything in them is text, whatever it looks like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from workbench.html import show

__all__ = ["bullets", "paragraph", "table"]

LONG = 4000  # bytes of one cell
WORD = 24  # letters of a word that has to fit into a column


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows of text under the names of their columns, or each beside its own name; nothing in them acts."""
    named = any(head)
    top = "".join(f'<th scope="col">{show(name)}</th>' for name in head)
    top = f"<thead><tr>{top}</tr></thead>" if named else ""
    body = "".join(f"<tr>{_row(row, named)}</tr>" for row in rows)
    if not body or len(head) < 3:
        return f"<table>{top}<tbody>{body}</tbody></table>" if body else ""
    scroll = f'<div class="scroll" tabindex="0" role="region" aria-label="table: {show(", ".join(head))}">'
    return f'{scroll}<table class="wide">{top}<tbody>{body}</tbody></table></div>'


def _row(row: Sequence[Any], named: bool) -> str:
    """The cells of a row; where no column is named, the first one names the row."""
    if named:
        return "".join(_cell(cell) for cell in row)
    return f'<th scope="row">{show(row[0], LONG)}</th>{"".join(_cell(cell) for cell in row[1:])}'


def _cell(value: Any) -> str:
    """A cell; only one that holds a long word, such as a hash, may be broken anywhere."""
    kind = ' class="long"' if any(len(word) > WORD for word in str(value).split()) else ""
    return f"<td{kind}>{show(value, LONG)}</td>"


def bullets(lines: Iterable[str]) -> str:
    """A list of sentences."""
    return f"<ul>{''.join(f'<li>{show(line, LONG)}</li>' for line in lines)}</ul>"


def paragraph(text: str, kind: str = "") -> str:
    """One paragraph of text."""
    return f'<p class="{kind}">{show(text, LONG)}</p>' if kind else f"<p>{show(text, LONG)}</p>"
