"""The live board in JupyterLab: an answer by keyboard is on disk, and a kernel that died is not taken for a quiet street."""

from playwright.sync_api import expect

import workbench as wb

OPEN = "from tests.browser.boards import board\nfrom tests.killing import kill\nview = board({folder!r})\nview"
NEW = ".sl-lb-alerts button[data-state='new']"


def answer(page):
    page.wait_for_selector(NEW, timeout=60_000)
    page.wait_for_selector(".sl-lb-work:not([hidden])")
    page.locator(".sl-lb").focus()
    for key in ("d", "d", "2", "a", "5", "Enter"):  # `d d` would delete the cell if JupyterLab got it
        page.keyboard.press(key)
    expect(page.locator(".sl-ar-good")).to_contain_text("✓ saved", timeout=20_000)


def test_lab_an_answer_by_keyboard_is_on_disk_and_a_dead_kernel_is_loud(jupyter, watched, tmp_path):
    jupyter.notebook("live", OPEN.format(folder=str(tmp_path)), "print('done')")
    page = watched().page
    jupyter.open_lab(page, "live", wait=".sl-lb[data-ready]")
    page.locator(".jp-OutputArea-output pre", has_text="done").wait_for()
    page.wait_for_selector(".sl-lb-frame img:not([hidden])", timeout=30_000)
    answer(page)
    assert page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.cells.length") == 2
    (decision,) = wb.open_case(tmp_path / "case").decisions()
    assert (decision.verdict, decision.features) == ("different", {"ears": "differ"})
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:enter-edit-mode')")
    page.evaluate(
        "() => { const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;"
        " kernel.requestExecute({ code: 'kill()' }); }"
    )
    expect(page.locator(".sl-ar-banner")).to_contain_text("NOT LIVE: nothing was heard", timeout=30_000)
    expect(page.locator(".sl-lb-over")).to_contain_text("NOT LIVE: picture of")
