"""A lesson in Voila and in JupyterLab: answered by keyboard, kept by this browser, nothing leaves the machine, axe finds nothing serious."""

import shutil

import pytest
from playwright.sync_api import expect

from tests.browser import driving
from widgets.lessons.answer_book import books_in

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
