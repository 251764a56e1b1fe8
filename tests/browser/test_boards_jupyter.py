"""The comparison in JupyterLab and the list's editor in Voila: command mode leaves the cells alone, what is saved is on disk."""

from playwright.sync_api import expect

import workbench as wb
from tests.browser.driving import cells
from tests.browser.reviews import make
from tests.review_cases import new_case

BOARD = """import widgets, workbench as wb
board = widgets.ComparisonBoard(wb.open_case({folder!r}), 1, reviewer="A. Ng")
board"""
EDITOR = """import widgets, workbench as wb
widgets.WatchlistEditor(wb.open_case({folder!r}), reviewer="A. Ng")"""


def test_lab_a_comparison_by_keyboard_leaves_the_cells_alone(jupyter, watched, tmp_path):
    make(tmp_path / "case")
    jupyter.notebook("board", BOARD.format(folder=str(tmp_path / "case")), "print('done')")
    page = watched().page
    jupyter.open_lab(page, "board", wait=".sl-cb[data-ready]")
    page.locator(".jp-OutputArea-output pre", has_text="done").wait_for()  # Lab takes the focus after the last cell
    page.locator(".sl-cb").focus()
    page.wait_for_timeout(500)
    keys = (
        "d",
        "d",
        "x",
        "b",
        "f",
        "r",
        "+",
        "g",
        "m",
        "Enter",
        "Shift+ArrowDown",
        "Enter",
        "2",
        "d",
        "d",
        "3",
        "Space",
        "1",
        "Escape",
        "d",
        "d",
    )
    for key in keys:
        page.keyboard.press(key)
    assert cells(page) == 2 and page.evaluate("() => document.querySelector('.sl-cb').contains(document.activeElement)")
    page.keyboard.press("k")
    expect(page.locator(".sl-cb-good")).to_contain_text("kept as comparison 1", timeout=30_000)
    (kept,) = wb.open_case(tmp_path / "case").comparisons()
    assert kept.settings.grid and len(kept.settings.measures) == 1 and kept.by == "A. Ng"


def test_voila_a_list_is_edited_and_saved(jupyter, watched, tmp_path):
    new_case(tmp_path / "case", "Ada Quail", "Bob Wren")
    jupyter.notebook("editor", EDITOR.format(folder=str(tmp_path / "case")))
    page = watched().page
    jupyter.open_voila(page, "editor", wait=".sl-we[data-ready]")
    page.locator(".sl-we-images img").first.wait_for(timeout=30_000)
    page.get_by_label("category: why listed").fill("witness")
    page.get_by_label("Reason for the new version").fill("renewed")
    page.get_by_role("button", name="Save as a new version").click()
    page.wait_for_selector('.sl-we[data-version="2"]', timeout=30_000)
    assert wb.open_case(tmp_path / "case").watchlist.entries[0].category == "witness"
