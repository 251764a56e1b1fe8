"""A lesson in Voila and in JupyterLab: answered by keyboard, kept by this browser, nothing leaves the machine, axe finds nothing serious."""

import shutil

import pytest
from playwright.sync_api import expect

from tests.browser import driving
from tests.browser.reviews import Bridge
from tests.test_lessons import OWN, by_truth
from widgets.lessons import Exercise, JudgePairs
from widgets.lessons.answer_book import books_in
from widgets.lessons.pairs import PAIRS, order

READY = ".sl-ls[data-ready]"
LESSONS = driving.ROOT / "notebooks" / "lessons"


@pytest.fixture(scope="module")
def shelf(jupyter):
    """The server, with the lessons in its folder."""
    for book in LESSONS.glob("*.ipynb"):
        shutil.copy(book, jupyter.notebooks)
    yield jupyter
    shutil.rmtree(jupyter.notebooks / "answers", ignore_errors=True)


def exercise(page):
    return page.locator(".sl-ls", has=page.locator(".sl-ls-title", has_text="Exercise"))


def test_voila_a_lesson_is_answered_by_keyboard_explained_and_kept(shelf, watched, axe):
    page = watched().page
    shelf.open_voila(page, "1_seventy_per_cent", wait=READY)
    here = exercise(page)
    expect(here).to_have_attribute("data-answered", "0", timeout=60_000)
    first, second = here.locator("form.sl-ls-card").nth(0), here.locator("form.sl-ls-card").nth(1)
    first.locator("input").focus()
    page.keyboard.type("0.1 %")
    page.keyboard.press("Enter")
    expect(first).to_have_attribute("data-right", "false", timeout=15_000)
    expect(first.locator(".sl-ls-feedback")).to_contain_text("That is the rate of faces seen")
    expect(first.locator(".sl-ls-solution")).to_have_text("The answer: 58.8 of 100 alerts.")
    second.locator("input").first.focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(second).to_have_attribute("data-right", "true", timeout=15_000)
    expect(here.locator(".sl-ls-score")).to_have_text("2 of 6 answered · 1 of 2 right")
    (book,) = books_in(shelf.notebooks / "answers")
    assert [(each.question, each.right) for each in book.answers()] == [("wrong-of-100", False), ("both-true", True)]
    page.evaluate(axe)
    assert driving.serious(page, ".sl-ls") == []
    page.reload()
    page.wait_for_selector(READY, timeout=60_000)
    expect(exercise(page)).to_have_attribute("data-answered", "2", timeout=60_000)
    page.get_by_role("link", name="all lessons", exact=True).click()
    expect(page.locator(".sl-ls-rows")).to_contain_text("2 of 6 answered, 1 right", timeout=60_000)


def test_voila_ten_pairs_are_judged_twice_by_keyboard_and_then_explained(shelf, watched, axe):
    page = watched(viewport={"width": 390, "height": 844}).page
    shelf.open_voila(page, "3_ten_pairs", wait=".sl-ls[data-judged]")
    here = page.locator(".sl-ls[data-judged]")
    for look in range(2):
        page.get_by_role("button", name="Begin the").click()
        for place in range(10):
            page.locator(".sl-ls-pair").wait_for(timeout=60_000)
            assert page.locator(".sl-ls-pair-score").is_visible() == bool(look)
            page.keyboard.press("1")
            expect(here).to_have_attribute("data-judged", str(10 * look + place + 1), timeout=15_000)
    results = page.locator(".sl-ls-results")
    expect(results).to_contain_text("5 of 5", timeout=15_000)
    expect(results).to_contain_text("The score changed none of your verdicts")
    expect(results.locator(".sl-ls-truths > li")).to_have_count(10)
    page.wait_for_function("() => [...document.querySelectorAll('.sl-ls-truths img')].every((i) => i.naturalWidth > 0)")
    page.evaluate(axe)
    assert driving.serious(page, ".sl-ls") == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390


def test_lab_typing_an_answer_leaves_the_cells_alone(shelf, watched):
    page = watched(viewport={"width": 1280, "height": 1600}).page
    shelf.open_lab(page, "2_threshold_and_list", wait=READY)
    cells = "() => window.jupyterapp.shell.currentWidget.content.model.cells.length"
    before = page.evaluate(cells)
    card = page.locator("form.sl-ls-card").first
    card.scroll_into_view_if_needed()
    card.locator("input").first.focus()
    page.wait_for_timeout(500)
    for key in ("d", "d", "x", "Space", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(card.locator(".sl-ls-feedback")).to_contain_text("Yes, while it is small", timeout=15_000)
    assert page.evaluate(cells) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_has_room_for_it(shelf, watched, scheme):
    page = watched(color_scheme=scheme, viewport={"width": 390, "height": 844}).page
    shelf.open_voila(page, "index", wait=READY, theme=scheme)
    assert page.locator(".sl-ls").first.get_attribute("data-theme") == scheme
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390


CONTRAST = """(node) => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = (colour) => numbers(colour).map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
  const [one, other] = [light(getComputedStyle(node).borderColor), light(getComputedStyle(node.closest('.sl-ls-end')).backgroundColor)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}"""  # of a button's border to the panel around it


@pytest.fixture
def ours(watched, tmp_path):
    """A page with two questions and no Jupyter."""

    def go(**options):
        (tmp_path / "own.toml").write_text(OWN, "utf-8")
        bridge = Bridge(watched(**options).page, Exercise(tmp_path / "own.toml", folder=tmp_path / "answers"), tmp_path)
        bridge.until(READY)
        return bridge

    return go


def answer_both(bridge):
    page = bridge.page
    page.get_by_label("red").focus()
    for key in ("Space", "Enter"):
        page.keyboard.press(key)
    bridge.until(".sl-ls-card[data-right='false']")
    where = "() => document.activeElement.className"
    assert page.evaluate(where) == "sl-ls-feedback"
    page.keyboard.press("Tab")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    assert page.evaluate(where) == "sl-ls-card"  # until Python has answered
    bridge.until(".sl-ls-card[data-right='true']")
    assert page.evaluate(where) == "sl-ls-feedback"


def test_the_focus_stays_in_the_exercise_after_every_answer(ours):
    bridge = ours()
    answer_both(bridge)
    bridge.page.get_by_role("button", name="Begin again").press("Enter")
    bridge.until(".sl-ls[data-answered='0']")
    assert bridge.page.evaluate("() => document.activeElement.className") == "sl-ls-card"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_buttons_at_the_end_of_an_exercise_look_like_buttons(ours, scheme):
    bridge = ours(color_scheme=scheme)
    answer_both(bridge)
    for name in ("Keep", "Begin again"):
        assert bridge.page.get_by_role("button", name=name).evaluate(CONTRAST) >= 3


@pytest.fixture
def ten(watched, tmp_path):
    """Ten pairs on a page without Jupyter."""
    bridge = Bridge(watched().page, JudgePairs(folder=tmp_path), tmp_path)
    bridge.until(READY)
    return bridge


def test_a_look_that_begins_says_that_its_pair_comes(ten):
    ten.page.get_by_role("button", name="Begin the first look").click()
    expect(ten.page.get_by_text("One moment")).to_be_visible()
    ten.until(".sl-ls-pair:not([hidden])")
    expect(ten.page.get_by_text("One moment")).to_be_hidden()


def test_who_cannot_tell_is_neither_right_nor_wrong(ten):
    learner = ten.got[0]["learner"]
    for look in range(2):
        for place, number in enumerate(order(learner, look)):
            verdict = "cannot tell" if PAIRS[number].id == "03" and not look else by_truth(PAIRS[number])
            told = {"look": look, "place": place, "verdict": verdict, "key": f"{look}{place}"}
            ten.widget._heard(ten.widget, {"kind": "decide", "learner": learner, **told}, [])
    ten.until(".sl-ls-results:not([hidden])")
    truths = ten.page.locator(".sl-ls-truths > li")
    expect(truths.get_by_text("blind: cannot tell")).to_have_text("blind: cannot tell –")
    expect(truths.get_by_text("with the score: same").first).to_contain_text("✓")
