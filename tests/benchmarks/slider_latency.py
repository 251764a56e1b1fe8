"""How long a step of the slider takes, from the input event to the painted update, with the mouse in a real Chromium.

    python tests/benchmarks/slider_latency.py [file] [lab] [voila]

Each line: where, scores, alerts, then milliseconds: median, 95th percentile, worst, over the steps of a drag to and fro. The
time is taken from the event's own stamp to the first task after the frame in which the page shows that threshold; it holds
the wait for the screen's next frame (up to 16.7 ms at 60 Hz), as a person's eye would. A short drag before is not counted. The figures are in docs/widgets.md.
"""

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.browser import driving
from tests.browser.explorers import explorer

SIZES = {10_000: (1_000, 9_000), 1_000_000: (100_000, 900_000)}
ALERTS = 500
CELL = "from tests.browser.explorers import explorer\nexplorer({mated}, {strangers}, {alerts})"


def opened(where, browser, jupyter, folder, scores):
    """A watched page that shows an explorer of `scores`."""
    mated, strangers = SIZES[scores]
    watched = driving.Watched(browser)
    if where == "file":
        page = explorer(mated, strangers, ALERTS).save(folder / "page.html")
        watched.page.goto(page.as_uri())
        watched.page.wait_for_selector(".sl-te[data-threshold]")
        return watched
    name = f"latency{scores}"
    jupyter.notebook(name, CELL.format(mated=mated, strangers=strangers, alerts=ALERTS))
    (jupyter.open_lab if where == "lab" else jupyter.open_voila)(watched.page, name)
    return watched


def measure(where, browser, jupyter, folder, scores):
    watched = opened(where, browser, jupyter, folder, scores)
    watched.page.wait_for_timeout(3_000)
    driving.drag(watched.page, steps=40)  # the browser compiles what runs often: the first second is not the second
    steps = driving.drag(watched.page, steps=120)
    middle, late = steps[len(steps) // 2], steps[int(len(steps) * 0.95)]
    load = os.getloadavg()[0]
    print(
        f"{where:6} {scores:>9,} {ALERTS} {middle:7.1f} {late:7.1f} {steps[-1]:7.1f}   {len(steps)} steps, load {load:.1f}",
        flush=True,
    )
    watched.close()


def main(places):
    print("where     scores alerts median     p95   worst", flush=True)
    with tempfile.TemporaryDirectory() as name, driving.chromium() as browser:
        folder = Path(name)
        jupyter = driving.Jupyter(folder / "jupyter") if set(places) - {"file"} else None
        try:
            for where in places:
                for scores in SIZES:
                    measure(where, browser, jupyter, folder, scores)
        finally:
            if jupyter:
                jupyter.close()


if __name__ == "__main__":
    main(sys.argv[1:] or ["file", "lab", "voila"])
