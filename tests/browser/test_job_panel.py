"""The job panel in JupyterLab: it fills while the kernel is free, and stops by keyboard without costing a cell."""

from playwright.sync_api import expect

from tests.scenes import Walk, write_scene

SCAN = """import workbench as wb, widgets
case = wb.open_case({case!r})
panel = widgets.JobPanel(case.start_scan({footage!r}, every=0.5))
panel"""


def test_lab_a_scan_is_followed_and_stopped_by_keyboard(jupyter, watched, case, tmp_path):
    footage = write_scene(tmp_path / "<b>street.mp4", (Walk("eve", 10, 1800, 5),), 1800)
    jupyter.notebook("job", SCAN.format(case=str(case), footage=str(footage)), "print('free')")
    page = watched().page
    jupyter.open_lab(page, "job", wait='.sl-jp[data-state="running"]')
    page.locator(
        ".jp-OutputArea-output pre", has_text="free"
    ).wait_for()  # the kernel answers while the scan is at work
    expect(page.locator(".sl-jp-words").first).not_to_contain_text("0:00 of", timeout=60_000)
    page.wait_for_timeout(500)  # Lab takes the focus after the last cell
    page.locator(".sl-jp").focus()
    for key in ("d", "d", "Tab", "d", "d", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector('.sl-jp[data-state="stopped"]', timeout=30_000)
    expect(page.locator(".sl-jp-state")).to_contain_text("the same scan goes on from there")
    assert page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.cells.length") == 2
    assert page.evaluate("() => document.querySelector('.sl-jp').contains(document.activeElement)")
