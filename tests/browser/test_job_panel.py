"""The job panel in JupyterLab: it fills while the kernel is free, and stops by keyboard without costing a cell."""

from playwright.sync_api import expect

from tests.scenes import Walk, write_scene
from widgets.job_panel import JobPanel

TWO_RUNS = """async ([script, first, second]) => {
  const { default: widget } = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  const panel = { shown: first, heard: () => {} };
  const model = { get: () => panel.shown, on: (_, heard) => (panel.heard = heard), off() {}, send() {} };
  const el = document.body.appendChild(document.createElement("div"));
  widget.render({ model, el });
  panel.shown = second;
  panel.heard();
  return {
    names: [...el.querySelectorAll("li .sl-jp-name")].map((each) => [each.textContent, each.title]),
    bars: [...el.querySelectorAll("li progress")].map((each) => each.getAttribute("aria-label")),
    whole: el.querySelector(".sl-jp-words").textContent,
  };
}"""

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


def shown(run, names, written):
    """What Python tells of a run whose pieces of footage have a minute each."""
    parts = [{"name": name, "written": written, "seconds": 60, "segments": 1, "failed": []} for name in names]
    told = {
        "title": "Scanning",
        "state": "running",
        "why": "",
        "said": [],
        "can_stop": False,
        "share": 0.5,
        "at_work": "",
    }
    return told | {"run": run, "parts": parts, "written": written * len(parts), "seconds": 60 * len(parts)}


def test_the_bars_of_the_next_run_have_its_footage_s_names_and_its_own_pace(watched):
    first, second = shown(1, ["lobby.mp4", "yard.mp4"], 1), shown(2, ["<b>gate.mp4", "hall.mp4", "roof.mp4"], 30)
    there = watched().page.evaluate(TWO_RUNS, [JobPanel._esm, first, second])
    names = ["<b>gate.mp4", "hall.mp4", "roof.mp4"]
    assert there["names"] == [[name, name] for name in names] and there["bars"] == names
    assert "to go" not in there["whole"]  # nothing of this run was seen being written yet
