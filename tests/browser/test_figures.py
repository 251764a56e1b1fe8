"""Plotly's figures in Voila: all are drawn, at the width of the page and in its colours, and nothing complains."""

CELLS = (
    """import numpy as np, workbench as wb
from widgets import analytics
rng, who = np.random.default_rng(1), np.arange(200).astype(str)
trials = wb.Trials.of(rng.normal(0.6, 0.1, 200), rng.normal(0.2, 0.1, 200), watchlist=50, pack="p", mated_subject=who, nonmated_subject=who)
analytics.cmc(trials, theme="light")""",
    "analytics.cmc(trials, ranks=5)",
    "analytics.cmc(trials, ranks=3)",
)

# Ground and ink of the first figure, whose theme was chosen, and of the second, which has the page's.
COLOURS = """() => Object.fromEntries(["light", "page"].map((name, k) => {
  const plot = document.querySelectorAll(".js-plotly-plot")[k];
  return [name, [getComputedStyle(plot.querySelector(".main-svg")).backgroundColor, getComputedStyle(plot.querySelector(".xtick text")).fill]];
}))"""


def test_voila_figures_are_drawn_as_wide_as_a_telephone(jupyter, watched):
    jupyter.notebook("figures", *CELLS)
    page = watched(viewport={"width": 390, "height": 844}).page
    jupyter.open_voila(page, "figures", wait=".js-plotly-plot .main-svg", theme="dark")
    page.wait_for_function("() => document.querySelectorAll('.js-plotly-plot').length === 3")
    page.wait_for_timeout(1000)  # Plotly's extension of JupyterLab complained after it had drawn
    widths = page.evaluate(
        "() => [...document.querySelectorAll('.js-plotly-plot .main-svg')].map((s) => s.clientWidth)"
    )
    assert max(widths) <= 390 and min(widths) > 250
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    shown = page.evaluate(COLOURS)
    assert shown["page"] == ["rgb(33, 33, 33)", "rgb(255, 255, 255)"] and shown["light"] == [
        "rgb(255, 255, 255)",
        "rgb(20, 32, 43)",
    ]
    page.emulate_media(media="print")
    assert page.evaluate(COLOURS)["page"][0] == "rgb(255, 255, 255)"
