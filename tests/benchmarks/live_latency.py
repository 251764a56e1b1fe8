"""How late an alert is on the board: against a real RTSP server, and with a file played in real time.

    PYTHONPATH=. python tests/benchmarks/live_latency.py --pack PACK --seconds 60 --source rtsp
    PYTHONPATH=. python tests/benchmarks/live_latency.py --pack PACK --seconds 60 --source file

The deployment runs in a kernel of JupyterLab, its board in Chromium. Every frame of the street carries its number, its source
says when it was sent, and the page when the alert was painted. Two latencies: from the frame that decided, and from the first one in
which the person stands there; and of the first, how much had passed when that frame had arrived, was decided upon, and on disk.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import live_street as street
import numpy as np
from live_desk import LENGTH, Played, Server, make_case

ROOT = Path(__file__).parents[2]
BEGIN = 40  # seconds of a file that pass before the page is there, at most
OBSERVER = """() => {
  window.seen = [];
  const note = () => { const n = document.querySelectorAll('.sl-lb-alerts li').length;
    while (window.seen.length < n) window.seen.push(Date.now()); };
  const list = document.querySelector('.sl-lb-alerts');
  new MutationObserver(() => requestAnimationFrame(() => setTimeout(note))).observe(list, { childList: true, subtree: true });
  note();
}"""


def in_lab(case: Path, address: str, seconds: float, folder: Path) -> dict[str, Any]:
    """The deployment in a kernel of JupyterLab, its board in Chromium; what the kernel noted, and when the page painted."""
    from tests.browser import driving

    server, out = driving.Jupyter(folder / "jupyter"), folder / "notes.json"
    try:
        server.notebook(
            "live",
            f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests' / 'benchmarks')!r}]\nimport live_desk, widgets, pathlib",
            f"live = live_desk.watched(pathlib.Path({str(case)!r}), {address!r}, pathlib.Path({str(out)!r}))",
            "widgets.LiveBoard(live, officer='A. Ng')",
        )
        with driving.chromium() as browser:
            page = driving.Watched(browser).page
            server.open_lab(page, "live", wait=".sl-lb[data-ready]")
            page.evaluate(OBSERVER)
            early = page.evaluate("() => window.seen.length")
            page.wait_for_timeout(1000 * seconds)
            painted = page.evaluate("() => window.seen")
            page.screenshot(path=str(folder / "board.png"))
        return json.loads(out.read_text()) | {"painted": painted, "early": early}
    finally:
        server.close()


def report(told: dict[str, Any], source: Server | Played, name: str) -> None:
    """Latencies in ms, from the frame that decided and from the first one with the person in it."""
    if isinstance(source, Played):
        source.hear(told["looks"])
    offset = time.time() - time.monotonic()
    rows = []
    for note, painted in list(zip(told["notes"], told["painted"], strict=False))[told["early"] :]:
        sent = source.sent_at(int(note["number"]), note["arrived"])
        steps = [note["arrived"], note["decided"], note["on disk"], painted / 1000 - offset]
        rows.append([*(1000 * (step - sent) for step in steps), painted - 1000 * (sent + offset + note["first"])])
    arrived, decided, on_disk, shown, first = np.array([row for row in rows if not np.isnan(row[0])]).T
    middle = [
        f"{words} {np.median(ms):.0f}"
        for words, ms in (("arrived", arrived), ("decided", decided), ("on disk", on_disk))
    ]
    print(
        f"{name}: {len(shown)} alerts; painted after the frame that decided was sent: p50 {np.percentile(shown, 50):.0f} ms, "
        f"p95 {np.percentile(shown, 95):.0f} ms, worst {max(shown):.0f} ms (medians on the way: {', '.join(middle)}); after the person "
        f"stood there: p50 {np.percentile(first, 50):.0f} ms, p95 {np.percentile(first, 95):.0f} ms"
    )
    camera = told["status"]["cameras"][0]
    print(
        f"  sent {source.total}, arrived {camera['frames']}, looked at {camera['taken']}, dropped {camera['dropped']}, "
        f"a look is {camera['late']:.0f} ms late (p95 {camera['late_p95']:.0f}); RSS of the kernel {told['rss']:.0f} MiB"
    )


def source_of(kind: str, keep: Path, seconds: float) -> Server | Played:
    """The street from a server, or as a file."""
    from tests.browser.driving import free_port

    if kind == "file":
        long = seconds + BEGIN
        return Played(street.write(keep / f"street-{long:.0f}.mp4", long))
    return Server(street.write(keep / "street.h264", LENGTH), round(LENGTH * street.RATE), free_port())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pack", default="dlib")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--source", choices=["rtsp", "file"], default="rtsp")
    parser.add_argument(
        "--keep", type=Path, default=Path(tempfile.gettempdir()) / "live-latency", help="where the street stays"
    )
    asked = parser.parse_args()
    asked.keep.mkdir(parents=True, exist_ok=True)
    made = asked.keep / f"{Path(asked.pack).name}-{asked.threshold}"
    if not (made / "case").exists():
        make_case(made, asked.pack, asked.threshold)
    source = source_of(asked.source, asked.keep, asked.seconds)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        case = Path(shutil.copytree(made / "case", Path(folder) / "case"))
        try:
            report(in_lab(case, source.address, asked.seconds, Path(folder)), source, asked.source)
            shutil.copy(Path(folder) / "board.png", asked.keep / "board.png")
        finally:
            source.close()


if __name__ == "__main__":
    main()
