"""The explorer in JupyterLab and in Voila: with a kernel, and after the kernel was killed."""

import os
import re
import signal
import time

import pytest
from playwright.sync_api import expect

from tests.browser.driving import drag

CELL = """import os
from tests.browser.explorers import recording
explorer = recording({file!r})
explorer"""


@pytest.fixture
def book(tmp_path):
    return tmp_path / "recorded.txt"


def write_and_open(jupyter, watched, book, host):
    jupyter.notebook("explore", CELL.format(file=str(book)), "print('pid', os.getpid(), round(explorer.threshold, 3))")
    page = watched().page
    (jupyter.open_lab if host == "lab" else jupyter.open_voila)(page, "explore")
    return page


def fill_record(page, reason):
    if page.get_by_label("reason").is_hidden():
        page.get_by_role("button", name="Record operating point").click()
    page.get_by_label("name of the point").fill("Lobby, evening")
    page.get_by_label("reason").fill(reason)
    page.get_by_role("button", name="Record", exact=True).click()


def test_lab_records_keeps_its_cells_and_goes_on_after_the_kernel_was_killed(jupyter, watched, book):
    page = write_and_open(jupyter, watched, book, "lab")
    cells = "() => window.jupyterapp.shell.currentWidget.content.model.cells.length"
    assert page.evaluate(cells) == 2

    page.locator(".jp-OutputArea-output pre", has_text="pid").wait_for()  # Lab takes the focus after the last cell
    page.locator(".sl-slider input").focus()
    page.wait_for_timeout(500)
    assert page.evaluate("() => document.activeElement.type") == "range"
    for key in ("d", "d", "x", "a", "ArrowRight"):  # JupyterLab's own shortcuts would delete and add cells
        page.keyboard.press(key)
    expect(page.locator(".sl-te")).to_have_attribute("data-threshold", "0.451")
    assert page.evaluate(cells) == 2

    fill_record(page, "agreed on Monday")
    outcome = page.locator(".sl-outcome")
    expect(outcome).to_contain_text("✓ recorded: Lobby, evening, threshold 0.451", timeout=15_000)
    assert book.read_text("utf-8") == "0.451|Lobby, evening|agreed on Monday\n"
    fill_record(page, "fail")
    expect(outcome).to_contain_text("NOT SAVED: the disk is full", timeout=15_000)

    said = page.locator(".jp-OutputArea-output pre", has_text="pid").text_content()
    os.kill(int(re.search(r"pid (\d+)", said)[1]), signal.SIGKILL)
    time.sleep(2)
    fill_record(page, "after the end")
    expect(outcome).to_contain_text("NOT SAVED")
    expect(outcome).to_contain_text("Python does not answer; if the kernel was restarted, run the cell", timeout=15_000)
    before = page.locator(".sl-day").inner_text()
    assert len(drag(page, steps=20)) > 10
    expect(page.locator(".sl-day")).not_to_have_text(before)
    assert "after the end" not in book.read_text("utf-8")


def test_voila_shows_it_and_records(jupyter, watched, book):
    page = write_and_open(jupyter, watched, book, "voila")
    assert len(drag(page, steps=20)) > 10
    fill_record(page, "agreed on Tuesday")
    expect(page.locator(".sl-outcome")).to_contain_text("✓ recorded", timeout=15_000)
    assert "agreed on Tuesday" in book.read_text("utf-8")


def test_python_and_the_page_agree_on_threshold_and_pin(jupyter, watched, book):
    jupyter.notebook(
        "agree", "from tests.browser.explorers import explorer\nw = explorer(threshold=0.4)\nw.pinned = 0.3\nw"
    )
    page = watched().page
    jupyter.open_lab(page, "agree")
    expect(page.locator(".sl-compare")).to_contain_text("A · 0.300")
    page.locator(".sl-slider input").fill("0.42")
    time.sleep(0.6)
    ask = """async () => {
      const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
      const future = kernel.requestExecute({ code: "print(w.threshold, w.pinned)" });
      let said = "";
      future.onIOPub = (message) => (said += message.content.text ?? "");
      await future.done;
      return said.trim();
    }"""
    assert page.evaluate(ask) == "0.42 0.3"
    page.evaluate(ask.replace("print(w.threshold, w.pinned)", "w.threshold = 0.5; w.pinned = None"))
    expect(page.locator(".sl-te")).to_have_attribute("data-threshold", "0.500")
    expect(page.locator(".sl-compare")).to_be_hidden()
