"""Plotly's figures in Voila and as saved pages: drawn at the width of the page and in its colours, and nothing complains."""

import numpy as np

import workbench as wb
from widgets import analytics
from widgets.figures import save_figure
from widgets.serving import pages

CELLS = (
    """import numpy as np, workbench as wb
from widgets import analytics
rng, who = np.random.default_rng(1), np.arange(200).astype(str)
trials = wb.Trials.of(rng.normal(0.6, 0.1, 200), rng.normal(0.2, 0.1, 200), watchlist=50, pack="p", mated_subject=who, nonmated_subject=who, mated_rank=np.ones(200))
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


GROUND_AND_STRANGERS = """() => [document.body, document.querySelector(".scatterlayer .trace:first-child .point")].map((each, k) =>
  getComputedStyle(each)[k ? "fill" : "backgroundColor"])"""


def test_a_saved_figure_on_a_dark_system_has_a_lighter_blue_and_on_paper_its_own(watched, tmp_path):
    size = np.arange(60, dtype=np.float32)
    trials = wb.Trials.of(np.linspace(0.5, 0.9, 30), np.linspace(0.1, 0.4, 30), watchlist=5, pack="p", face_px=size)
    page = watched(color_scheme="dark").page
    page.goto(save_figure(analytics.scores(trials, by="face size"), tmp_path / "scores.html").as_uri())
    page.wait_for_selector(".scatterlayer .point")
    assert page.evaluate(GROUND_AND_STRANGERS) == ["rgb(18, 24, 31)", "rgb(86, 180, 233)"]
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(GROUND_AND_STRANGERS) == ["rgb(255, 255, 255)", "rgb(0, 114, 178)"]


def test_the_list_of_results_is_no_wider_than_a_telephone_whatever_they_are_called(watched):
    page = watched(viewport={"width": 390, "height": 800}).page
    page.set_content(pages.contents("/", "Results", [("result.ipynb?bundle=w", "W" * 90)]))
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
