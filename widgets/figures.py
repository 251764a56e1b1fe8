"""How our plotly figures look, and how one is kept as a file: readable on light and dark, nothing fetched, a caption under each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from html import escape
from pathlib import Path

import plotly.graph_objects as go

__all__ = ["LISTED", "NEW", "OLD", "STRANGER", "blank", "save_figure", "shaped"]

STRANGER, LISTED, OLD, NEW = "#0072B2", "#E69F00", "#CC79A7", "#009E73"  # Okabe and Ito; shapes differ as well

INKS = {"light": "#14202b", "dark": "#e8edf2"}
GROUNDS = {"light": "#ffffff", "dark": "#12181f"}  # its own: no one grey reads well on a ground it does not know
LINE = "rgba(128,138,148,0.28)"
HEAD, FOOT = 36, 46  # characters of a line of the title and of the caption: what a phone has room for


def shaped(
    figure: go.Figure,
    question: str,
    caption: Iterable[str],
    theme: str = "light",
    height: int = 380,
    names: Iterable[str] = (),
) -> go.Figure:
    """The figure with its question above and its caption below; `theme` is light or dark, and brings its own ground, readable in either notebook.

    names : the labels left of the plot, under which the caption begins too
    """
    if theme not in INKS:
        raise ValueError(f"there is no theme {theme!r}; choose light or dark")
    head, foot = _lines([question], HEAD), _lines(caption, FOOT)
    top, under = 34 + 21 * len(head), 92 + 16 * len(foot)
    figure.update_layout(
        title={"text": "<br>".join(head), "x": 0, "xref": "container", "pad": {"l": 12}, "yref": "container", "y": 1 - 12 / (height + top + under), "yanchor": "top",
               "font": {"size": 16}},
        font={"color": INKS[theme], "size": 13, "family": "system-ui, sans-serif"},
        paper_bgcolor=GROUNDS[theme],
        plot_bgcolor="rgba(0,0,0,0)",
        height=height + top + under,
        margin={"l": 56, "r": 14, "t": top + 26, "b": under},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        hoverlabel={"bgcolor": "#ffffff", "font": {"color": "#14202b"}},
    )  # fmt: skip
    figure.update_xaxes(gridcolor=LINE, linecolor=LINE, zerolinecolor=LINE, automargin=True)
    figure.update_yaxes(gridcolor=LINE, linecolor=LINE, zerolinecolor=LINE, automargin=True)
    figure.add_annotation(
        text="<br>".join(foot), xref="paper", yref="paper", x=0, y=0, yshift=-76, xshift=-_left(names), xanchor="left", yanchor="top",
        align="left", showarrow=False, font={"size": 12},
    )  # fmt: skip
    return figure


def blank(question: str, reason: str, theme: str = "light") -> go.Figure:
    """In place of a misleading picture: that there is too little to say, and why."""
    figure = go.Figure()
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    text = "<br>".join(_lines([f"too few to say: {reason}"], FOOT))
    figure.add_annotation(
        text=text, xref="paper", yref="paper", x=0, y=0.5, xanchor="left", showarrow=False, align="left"
    )
    return shaped(figure, question, (), theme, height=90)


def save_figure(figure: go.Figure, path: Path | str) -> Path:
    """The figure as one HTML file that fetches nothing: plotly's script is inside (about 5 MB)."""
    target, words = Path(path), figure.layout.title.text or "figure"
    body = figure.to_html(full_html=False, include_plotlyjs=True, config={"displaylogo": False, "responsive": True})
    dark = figure.layout.font.color == INKS["dark"]
    ground = GROUNDS["dark"] if dark else GROUNDS["light"]
    target.write_text(
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(words.replace('<br>', ' '))}</title>\n"
        f"<style>body{{margin:0;padding:12px;background:{ground}}}</style>\n{body}\n</html>\n",
        "utf-8",
    )
    return target


def _lines(sentences: Iterable[str], wide: int) -> list[str]:
    """Wrapped and escaped: plotly reads some tags in text, and subjects choose their names."""
    return [escape(line, quote=False) for sentence in sentences for line in textwrap.wrap(sentence, wide)]


def _left(names: Iterable[str]) -> int:
    """About how many pixels labels take beyond the usual margin."""
    return max(6 * max(map(len, names), default=0), 40)
