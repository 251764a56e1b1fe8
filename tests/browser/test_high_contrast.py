"""What is typed into has an edge that can be seen, and in a system's high contrast what is chosen, and every line of a plot, still shows."""

import io

import numpy as np
import pytest
from PIL import Image

import widgets
import workbench as wb
from tests.browser import players, reviews
from tests.browser.explorers import explorer
from tests.review_cases import new_case
from workbench.html import card
from workbench.strip import strip

FAINT = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (c) => c.map((each) => each / 255).map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)).reduce((sum, each, k) => sum + each * [0.2126, 0.7152, 0.0722][k], 0);
  const ground = (node) => {
    for (let outer = node; outer; outer = outer.parentElement) {
      const colour = numbers(getComputedStyle(outer).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const fields = [...document.querySelectorAll('.sl-widget :is(textarea, select, input:not([type=range], [type=radio], [type=checkbox], [type=file]))')];
  const faint = fields.filter((field) => field.clientWidth && !numbers(getComputedStyle(field).borderColor + ' 1').slice(3).includes(0)).filter((field) => {
    const [edge, around] = [light(numbers(getComputedStyle(field).borderColor).slice(0, 3)), light(ground(field.parentElement))];
    return (Math.max(edge, around) + 0.05) / (Math.min(edge, around) + 0.05) < 3;
  });
  return [fields.length, faint.map((field) => field.outerHTML.slice(0, 120))];
}"""  # fields there are, and those whose edge is less than 3 to 1 against what is around them
WHITE = """(canvas) => {
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let k = 0; k < pixels.length; k += 4) count += pixels[k + 3] > 200 && Math.min(pixels[k], pixels[k + 1], pixels[k + 2]) > 250;
  return count;
}"""  # how many pixels of a plot are drawn in white


@pytest.fixture
def shown(watched, tmp_path):
    """Opens one of the widgets; gives its page."""

    def go(name, **options):
        page = watched(**options).page
        if name == "explorer":
            page.goto(explorer(threshold=0.45).save(tmp_path / "page.html").as_uri())
            page.wait_for_selector(".sl-te[data-threshold]")
        elif name == "player":
            players.Bridge(page, players.player(players.make(tmp_path), alert=1), tmp_path).until(".sl-fp-tools")
        elif name == "review":
            reviews.Bridge(page, reviews.review(tmp_path / "case"), tmp_path).until('.sl-ar[data-state="blind"]')
        else:
            case = new_case(tmp_path / "case", "Ada Quail", "Bob Wren")
            editor = widgets.WatchlistEditor(wb.open_case(case.folder), reviewer="A. Ng")
            reviews.Bridge(page, editor, tmp_path).until('.sl-we[data-version="1"]')
        return page

    return go


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["explorer", "player", "review", "editor"])
def test_the_edge_of_every_field_can_be_seen(shown, name, scheme):
    fields, faint = shown(name, color_scheme=scheme).evaluate(FAINT)
    assert fields and faint == []


def mean(locator):
    """The mean colour of what an element shows, 0..255."""
    return np.asarray(Image.open(io.BytesIO(locator.screenshot())).convert("RGB")).mean((0, 1))


def test_in_high_contrast_what_was_noted_and_which_pair_is_open_can_be_seen(shown):
    page = shown("review", color_scheme="dark", forced_colors="active")
    page.locator(".sl-ar").focus()
    page.keyboard.press("a")  # ears: agree
    ears = page.locator(".sl-ar-features tr", has_text="ears").locator(".sl-ar-o")
    assert np.abs(mean(ears.nth(0)) - mean(ears.nth(1))).max() > 60
    pairs = page.locator(".sl-ar-queue button")
    corner = {"x": 60, "y": 4, "width": 60, "height": 6}
    first, second = (page.screenshot(clip=at(pairs.nth(k), corner)) for k in range(2))
    assert first != second


def at(locator, part):
    """A part of an element, as a part of the page."""
    box = locator.bounding_box()
    return part | {"x": box["x"] + part["x"], "y": box["y"] + part["y"]}


@pytest.mark.parametrize("jupyter", ["", "#ffffff"], ids=["page", "light JupyterLab"])
def test_in_high_contrast_the_plots_are_drawn_in_the_systems_colours(shown, jupyter):
    page = shown("explorer", color_scheme="dark", forced_colors="active")
    page.evaluate("(colour) => document.documentElement.style.setProperty('--jp-layout-color1', colour)", jupyter)
    page.set_viewport_size({"width": 1100, "height": 900})  # laid out anew
    page.wait_for_timeout(300)
    assert page.locator(".sl-te").get_attribute("data-theme") == "dark"
    assert all(page.locator("canvas").nth(k).evaluate(WHITE) > 100 for k in range(2))


def test_in_high_contrast_the_bars_of_a_runs_scores_are_there_and_those_above_the_line_differ(watched):
    page = watched(color_scheme="dark", forced_colors="active").page
    page.set_content(card("Run 1", strip(np.array([0.1, 0.1, 0.9, 0.9]), 0.5, 0.4)))
    below, above = (mean(page.locator(f".strip i{kind}").first) for kind in (":not(.on)", ".on"))
    assert below.max() > 30 and np.abs(below - above).max() > 30
