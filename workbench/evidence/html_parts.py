"""Tables, lists and paragraphs of a report: everything in them is text, whatever it looks like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from workbench.html import show

__all__ = ["bullets", "paragraph", "table"]

LONG = 4000  # bytes of one cell
WORD = 24  # letters of a word that has to fit into a column


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows of text under the names of their columns; nothing in them acts."""
    top = "".join(f"<th>{show(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in rows)
    kind = ' class="wide"' if len(head) > 2 else ""
    return f"<table{kind}><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>" if body else ""


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
