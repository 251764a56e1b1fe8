"""What the mouse finds at each point of a figure, as lines of text, for who uses none or cannot see it."""

from __future__ import annotations

import math
import re
from html import unescape
from typing import Any

import plotly.graph_objects as go

from workbench.html import show

__all__ = ["points_in_words"]

MOST = 60  # points; a cloud of dots is told by its caption
_PLACE = re.compile(r"%\{(\w+)(?::([^}]*))?\}")


def points_in_words(figure: go.Figure) -> str:
    """A list that opens, a line a point; "" for a figure without points, or with too many to be read one by one."""
    said = [line for trace in figure.data for line in _lines(trace)]
    if not 0 < len(said) <= MOST:
        return ""
    items = "".join(f'<li style="margin:2px 0">{show(line)}</li>' for line in said)
    summary = '<summary data-lm-suppress-shortcuts="true" style="cursor:pointer">Each point in words</summary>'
    return f'<details>{summary}<ul style="margin:4px 0 0;padding-left:20px">{items}</ul></details>'


def _lines(trace: Any) -> list[str]:
    """The trace's own words at each of its points; none where a number is not known."""
    template, x = trace.hovertemplate, trace.x
    if not template or x is None:
        return []
    columns = {name: getattr(trace, name, None) for name in ("x", "y", "customdata", "text")}
    rows = [
        {name: column[k] for name, column in columns.items() if column is not None and len(column) == len(x)}
        for k in range(len(x))
    ]
    return [_filled(template, row) for row in rows if not any(_unknown(value) for value in row.values())]


def _unknown(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _filled(template: str, row: dict[str, Any]) -> str:
    """Plotly's template as text: what follows in <extra> names the trace, and stands first."""
    words, _, extra = template.partition("<extra>")
    line = _PLACE.sub(lambda found: _shown(row.get(found[1], ""), found[2]), words).replace("<br>", " ")
    name = extra.removesuffix("</extra>")
    return unescape(f"{name}: {line}" if name else line)


def _shown(value: Any, form: str | None) -> str:
    return format(value, form.replace("~", "")) if form and not isinstance(value, str) else str(value)
