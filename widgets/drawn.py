"""A plotly figure as HTML that draws itself, for Voila: there JupyterLab's extension for plotly fails once it has drawn.

After drawing, the extension keeps a picture in the model of the output (`setData`), which is a plain object in Voila. Plotly's own
script is in the package; the first figure of a page brings it along (5 MB), and nothing is fetched.
"""

from __future__ import annotations

import os
from uuid import uuid4

import plotly.graph_objects as go

__all__ = ["drawn", "in_voila"]

_DRAW = """(() => {
  const el = document.getElementById(%(name)s), figure = %(figure)s;
  let begun = false;
  const draw = () => {
    if (!window.Plotly) return setTimeout(draw, 100);
    if (!el.clientWidth) return;
    if (begun) return window.Plotly.Plots.resize(el);
    begun = true;
    window.Plotly.newPlot(el, figure.data, figure.layout, { displaylogo: false });
  };
  new ResizeObserver(draw).observe(el);
})();"""

_pages: set[str] = set()  # what the page of this kernel has already: in Voila every page has a kernel of its own


def in_voila() -> bool:
    """Whether this kernel runs for a page of Voila."""
    asked = os.environ.get("SERVER_SOFTWARE", "")
    return asked.startswith("voila/") or os.environ.get("VOILA_PREHEAT") == "True"


def drawn(figure: go.Figure) -> str:
    """The figure as HTML, as wide as its page."""
    name = f"sl-plot-{uuid4().hex}"
    script = _DRAW % {"name": f'"{name}"', "figure": str(figure.to_json()).replace("<", "\\u003c")}
    return f'<div id="{name}" style="height:{figure.layout.height}px"></div>\n{_plotly()}<script>{script}</script>'


def _plotly() -> str:
    """Plotly's own script, once a page."""
    from plotly.offline import get_plotlyjs

    if "plotly" in _pages:
        return ""
    _pages.add("plotly")
    return f"<script>{get_plotlyjs()}</script>\n"
