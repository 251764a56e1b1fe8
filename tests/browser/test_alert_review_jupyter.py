"""The review in JupyterLab and in Voila: by keyboard, in command mode, and with a kernel that dies before it answers."""

import re

import pytest
from playwright.sync_api import expect

import workbench as wb
from tests.browser.driving import cells
from tests.browser.reviews import make

READY = '.sl-ar[data-state="blind"]'
OPEN = """from tests.browser.reviews import review
view = review({folder!r}, {reviewer!r})
view"""
DIES = """import os, signal
from pathlib import Path
if not Path({mark!r}).exists():
    Path({mark!r}).touch()
    kept = view._case.decide
    def decide(*asked, **said):
        kept(*asked, **said)
        os.kill(os.getpid(), signal.SIGKILL)  # on disk, and before a word of it
    view._case.decide = decide
print('armed')"""


@pytest.fixture
def folder(tmp_path):
    make(tmp_path / "case")
    return tmp_path / "case"


def judge(page, reason):
    page.locator(".sl-ar").focus()
    for key in ("a", "1", "5", "r"):
        page.keyboard.press(key)
    page.keyboard.type(reason)
    page.keyboard.press("Control+Enter")


def run_all(page):
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")


def test_lab_a_review_by_keyboard_leaves_the_cells_alone(jupyter, watched, folder):
    jupyter.notebook("review", OPEN.format(folder=str(folder), reviewer="A. Ng"), "print('done')")
    page = watched().page
    jupyter.open_lab(page, "review", wait=READY)
    page.locator(".jp-OutputArea-output pre", has_text="done").wait_for()  # Lab takes the focus after the last cell
    page.locator(".sl-ar").focus()
    page.wait_for_timeout(500)
    for key in ("d", "d", "x", "b", "b", "b", "b", "a", "a", "a", "a", "m", "m", "m", "m", "Shift+m"):
        page.keyboard.press(key)
    assert cells(page) == 2
    for number in range(4):
        judge(page, f"reason {number} d d")
        page.wait_for_selector('.sl-ar[data-state="after"]', timeout=20_000)
        if number < 3:
            page.keyboard.press("Enter")
            page.wait_for_selector(READY, timeout=20_000)
    assert cells(page) == 2 and page.evaluate("() => document.querySelector('.sl-ar').contains(document.activeElement)")
    assert sorted(each.reason for each in wb.open_case(folder).decisions()) == [f"reason {n} d d" for n in range(4)]


def test_lab_a_kernel_that_dies_before_it_answers_leaves_not_saved_and_the_next_one_doubles_nothing(
    jupyter, watched, folder, tmp_path
):
    jupyter.notebook(
        "dies", OPEN.format(folder=str(folder), reviewer="A. Ng"), DIES.format(mark=str(tmp_path / "died"))
    )
    watch = watched()
    page = watch.page
    jupyter.open_lab(page, "dies", wait=READY)
    page.locator(".jp-OutputArea-output pre", has_text="armed").wait_for()
    judge(page, "before the end")
    banner = page.locator(".sl-ar-banner")
    expect(banner).to_contain_text("NOT SAVED")
    expect(banner).to_contain_text("Python does not answer", timeout=20_000)
    assert page.locator(READY).count() == 1 and len(wb.open_case(folder).decisions()) == 1
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    run_all(page)
    expect(page.locator(".sl-ar-count").first).to_have_text("3 to judge", timeout=40_000)
    expect(page.locator(".sl-ar-banner")).to_be_hidden(timeout=20_000)
    (kept,) = wb.open_case(folder).decisions()
    assert kept.reason == "before the end"
    watch.errors[:] = [each for each in watch.errors if not re.search("WebSocket|Canceled|kernel|404", each)]


def test_voila_a_review_by_keyboard_and_two_at_once(jupyter, watched, folder):
    for reviewer in ("A", "B"):
        jupyter.notebook(f"desk{reviewer}", OPEN.format(folder=str(folder), reviewer=reviewer))
    first, second = watched().page, watched().page
    jupyter.open_voila(first, "deskA", wait=READY)
    jupyter.open_voila(second, "deskB", wait=READY)
    for page in (first, second):
        judge(page, "the ears")
        page.wait_for_selector('.sl-ar[data-state="after"]', timeout=20_000)
    expect(first.locator(".sl-ar-state")).to_contain_text(
        "Settled after 2 people looked: the same person.", timeout=20_000
    )
    assert wb.open_case(folder).standing(1).state == "confirmed same"
