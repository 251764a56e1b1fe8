"""How our plotly figures look, and how one is shown and kept: its question above, its caption below, readable on light and dark, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import plotly.graph_objects as go

from widgets.drawn import drawn, in_voila
from widgets.figure_words import points_in_words
from workbench.html import show

__all__ = ["LISTED", "NEW", "OLD", "STRANGER", "Drawing", "blank", "save_figure", "shaped"]

STRANGER, LISTED, OLD, NEW = "#0072B2", "#E69F00", "#CC79A7", "#009E73"  # Okabe and Ito; shapes differ as well

# A figure has a ground of its own, since no one grey reads well on a ground it does not know. "page" is light by colours that nothing else
# has, by which `FOLLOW` finds them and puts those of the page in their place: where it cannot, the figure stays light, and readable.
INKS = {"page": "#14202c", "light": "#14202b", "dark": "#e8edf2"}
GROUNDS = {"page": "#fefefe", "light": "#ffffff", "dark": "#12181f"}
_FOLLOWS = '.js-plotly-plot:has(.main-svg[style*="rgb(254, 254, 254)"])'
_STRANGERS = "".join(
    f'{{page}} {_FOLLOWS} [style*="{kind}: rgb(0, 114, 178)"] {{{{ {kind}: #56b4e9 !important; }}}}\n'
    for kind in ("fill", "stroke")
)  # a lighter blue on dark
FOLLOW = f"""<style>
.js-plotly-plot [style*="fill: rgb(20, 32, 44)"] {{ fill: var(--jp-content-font-color1, #14202c) !important; }}
.js-plotly-plot [style*="fill: rgb(254, 254, 254)"] {{ fill: var(--jp-layout-color1, #fefefe) !important; }}
.js-plotly-plot .main-svg[style*="background: rgb(254, 254, 254)"] {{ background: var(--jp-layout-color1, #fefefe) !important; }}
@media screen {{
{_STRANGERS.format(page='[data-jp-theme-light="false"]')}}}
</style>"""
ALONE = f"""<style>
:root {{ color-scheme: light; --jp-layout-color1: #ffffff; --jp-content-font-color1: #14202b; }}
@media screen and (prefers-color-scheme: dark) {{
:root {{ color-scheme: dark; --jp-layout-color1: #12181f; --jp-content-font-color1: #e8edf2; }}
{_STRANGERS.format(page="body")}}}
body {{ margin: 0; padding: 12px; background: var(--jp-layout-color1); color: var(--jp-content-font-color1); }}
</style>"""  # a page of its own has no theme but the viewer's
ON_DARK = {STRANGER: "#56B4E9"}  # where Okabe and Ito have a lighter one of the same hue
LINE, RULE = "rgba(128,138,148,0.28)", "#808a94"
LONGEST = 2_000  # bytes of one sentence of a caption

_TEXT = "font-family:var(--jp-ui-font-family,system-ui,sans-serif);color:var(--jp-ui-font-color1,inherit);overflow-wrap:anywhere;"


class Drawing(go.Figure):  # type: ignore[misc]  # plotly has no types
    """A `go.Figure` that a notebook shows between its `question` and its `caption`.

    Both are text of the page, because text inside a plotly figure cannot wrap with the width.
    """

    @property
    def question(self) -> str:
        """What the figure answers."""
        return str(self.layout.meta["question"])

    @property
    def caption(self) -> tuple[str, ...]:
        """What the answer rests on, a sentence each."""
        return tuple(self.layout.meta["caption"])

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display({"text/html": _above(self), "text/plain": self.question}, raw=True)
        if in_voila():
            display({"text/html": drawn(self), "text/plain": self.question}, raw=True)
        else:
            super()._ipython_display_()
        display({"text/html": _below(self), "text/plain": "\n".join(self.caption)}, raw=True)


def shaped(figure: go.Figure, question: str, caption: Iterable[str], theme: str = "page", height: int = 380) -> Drawing:
    """The figure with its question and its caption; `theme` is page (as the page around it, also when that changes), light or dark."""
    if theme not in INKS:
        raise ValueError(f"there is no theme {theme!r}; choose page, light or dark")
    drawing = Drawing(figure)
    drawing.update_layout(
        meta={"question": question, "caption": list(caption)},
        font={"color": INKS[theme], "size": 13, "family": "system-ui, sans-serif"},
        paper_bgcolor=GROUNDS[theme],
        plot_bgcolor="rgba(0,0,0,0)",
        height=height + 94,
        margin={"l": 56, "r": 14, "t": 34, "b": 60},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        hoverlabel={"bgcolor": "#ffffff", "font": {"color": "#14202b"}},
        modebar={"color": "rgba(128,138,148,0.7)", "activecolor": "#808a94", "bgcolor": "rgba(0,0,0,0)"},
    )
    drawing.for_each_shape(_seen)
    if theme == "dark":
        for colour, lighter in ON_DARK.items():
            drawing.update_traces(marker_color=lighter, selector=lambda trace, old=colour: trace.marker.color == old)
    drawing.update_xaxes(gridcolor=LINE, linecolor=LINE, zerolinecolor=LINE, automargin=True)
    drawing.update_yaxes(gridcolor=LINE, linecolor=LINE, zerolinecolor=LINE, automargin=True)
    return drawing


def _seen(shape: go.layout.Shape) -> None:
    """A line that somebody added without a colour: plotly's own is dark."""
    shape.line.color = shape.line.color or RULE


def blank(question: str, reason: str, theme: str = "page") -> Drawing:
    """In place of a misleading picture: that there is too little to say, and why."""
    figure = go.Figure()
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.add_annotation(text="too few to say", xref="paper", yref="paper", x=0.5, y=0.5, showarrow=False)
    return shaped(figure, question, (f"Too few to say: {reason}.",), theme, height=30)


def save_figure(figure: Drawing, path: Path | str) -> Path:
    """The figure as one HTML file that fetches nothing: plotly's script is inside (about 5 MB)."""
    target = Path(path)
    body = figure.to_html(full_html=False, include_plotlyjs=True, config={"displaylogo": False, "responsive": True})
    theme = next((name for name, ink in INKS.items() if ink == figure.layout.font.color), "light")
    style = f"<style>body{{margin:0;padding:12px;background:{GROUNDS[theme]};color:{INKS[theme]}}}</style>"
    target.write_text(
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<title>{show(figure.question)}</title>\n"
        f"{ALONE if theme == 'page' else style}\n"
        f"<main>{_above(figure, 'h1')}\n{body}\n{_below(figure)}</main>\n</html>\n",
        "utf-8",
    )
    return target


def _above(figure: Drawing, tag: str = "p") -> str:
    style = f"{_TEXT}font-size:16px;line-height:1.45;font-weight:650;margin:10px 0 2px"
    return f'{FOLLOW}<{tag} style="{style}">{show(figure.question)}</{tag}>'


def _below(figure: Drawing) -> str:
    """One paragraph, as wide as reads well, and as narrow as the page; and the points, for who does not see them."""
    sentences = " ".join(show(sentence, LONGEST) for sentence in figure.caption)
    style = f"{_TEXT}font-size:13px;line-height:1.45;max-width:100ch"
    points = points_in_words(figure)
    return f'<p style="{style};margin:2px 0 14px">{sentences}</p>' + (
        f'<div style="{style};margin:0 0 14px">{points}</div>' if points else ""
    )
