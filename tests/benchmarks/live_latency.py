"""How late an alert is, how much memory a deployment takes, and whether what is dropped is counted: against a real RTSP server.

    python tests/benchmarks/live_latency.py --pack PACK --seconds 60            alerts in JupyterLab's page, then a file in real time
    python tests/benchmarks/live_latency.py --pack PACK --minutes 30            memory, without a page

The street (`live_street.py`) has six faces at once at 1280x720 and 12.5 frames a second; half of its people are on a list of
10,000 subjects, the rest of which are noise. Every frame carries its number, the server says when it sent it, and the page
says when the alert was painted. Two latencies: from the frame that decided, and from the first one in which the person stands there.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import live_street as street
import numpy as np

import workbench as wb
from workbench.cast import shipped
from workbench.live.passes import Raised
from workbench.live.station import Station
from workbench.models.packs import load_pack
from workbench.progress import Silent
from workbench.watchlist import Entry, Reference

ROOT = Path(__file__).parents[2]
LISTED, SUBJECTS, LENGTH = 10, 10_000, 70  # people of the cast on the list, people on the list, seconds of the street
OBSERVER = """() => {
  window.seen = [];
  const note = () => { const n = document.querySelectorAll('.sl-lb-alerts li').length;
    while (window.seen.length < n) window.seen.push(Date.now()); };
  const list = document.querySelector('.sl-lb-alerts');
  new MutationObserver(() => requestAnimationFrame(() => setTimeout(note))).observe(list, { childList: true, subtree: true });
  note();
}"""


def make_case(folder: Path, pack: str, threshold: float) -> Path:
    """A case with ten of the cast and noise on its approved list, and an operating point."""
    from tests.live_cases import point_for

    photos, people = folder / "photos", dict(sorted(shipped().portraits.items())[:LISTED])
    for name, files in people.items():
        (photos / name).mkdir(parents=True)
        for file in files[:2]:
            (photos / name / file.name).write_bytes(file.read_bytes())
    case = wb.open_case(folder / "case", purpose="measuring", authority="nobody", pack=pack)
    watch = case.enroll(photos, progress=Silent())
    noise = np.random.default_rng(7).standard_normal((SUBJECTS - LISTED, watch.space.dim)).astype(np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    names = [f"noise {number:05d}" for number in range(len(noise))]
    picture = watch.references[0].thumbnail
    large = replace(
        watch,
        entries=(*watch.entries, *(Entry(name) for name in names)),
        references=(
            *watch.references,
            *(Reference(name, name, f"{k:064x}", 90.0, 0.9, picture) for k, name in enumerate(names)),
        ),
        templates=np.concatenate([watch.templates, noise]),
        version=0,
    )
    version = case.add_watchlist(large, case.pack_of(watch.version)).version
    case.approve(version, by="nobody", reason="for a measurement")
    point = point_for(load_pack(pack).space.mark, threshold)
    case.record_operating_point(point, name="street", reason="for a measurement", by="nobody")
    return case.folder


class Server:
    """GStreamer's RTSP server over the street; `sent` is when it sent each frame, by number of the picture, s (monotonic)."""

    def __init__(self, file: Path, frames: int, port: int) -> None:
        script = Path(__file__).with_name("rtsp_server.py")
        self._process = subprocess.Popen(
            ["/usr/bin/python3", str(script), str(file), str(port)], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None and self._process.stdout.readline() == "ready\n"
        self.address, self.sent, self.total = f"rtsp://127.0.0.1:{port}/street", {}, 0
        self._frames = frames
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            count, at = map(int, line.split())
            self.sent[count] = at / 1e9
            self.total = count + 1

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


def watched(case: Path, address: str, out: Path, **options: Any) -> Any:
    """A deployment in this process whose alerts note which picture decided; used by the notebook in JupyterLab's kernel."""
    notes: list[dict[str, float]] = []
    look = Station.look

    def noting(self: Station, frame: Any) -> Any:
        number = street.stamped(frame.image)
        events = look(self, frame)
        for event in events:
            if isinstance(event, Raised):
                first = event.passage.start - frame.t
                notes.append({"number": number, "at": time.monotonic(), "clock": time.time(), "first": first})
        return events

    Station.look = noting  # type: ignore[method-assign]
    until = datetime.now(UTC) + timedelta(hours=2)
    live = wb.open_case(case).watch(
        f"street={address}", authorised_until=until, cooldown=0, progress=Silent(), **options
    )

    def write() -> None:
        """Every second: what is known, as one whole file."""
        while live.running:
            time.sleep(1)
            draft = out.with_suffix(".part")
            draft.write_text(json.dumps({"notes": notes, "status": live.status(), "rss": rss()}))
            draft.replace(out)

    threading.Thread(target=write, daemon=True).start()
    return live


def rss() -> float:
    """MiB of this process that are in memory."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def in_lab(case: Path, address: str, seconds: float, folder: Path) -> dict[str, Any]:
    """The deployment in a kernel of JupyterLab, its board in Chromium; what the kernel noted, and when the page painted."""
    from tests.browser import driving

    server, out = driving.Jupyter(folder / "jupyter"), folder / "notes.json"
    try:
        server.notebook(
            "live",
            f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests' / 'benchmarks')!r}]\nimport live_latency, widgets, pathlib",
            f"live = live_latency.watched(pathlib.Path({str(case)!r}), {address!r}, pathlib.Path({str(out)!r}))",
            "widgets.LiveBoard(live, officer='A. Ng')",
        )
        with driving.chromium() as browser:
            page = driving.Watched(browser).page
            server.open_lab(page, "live", wait=".sl-lb[data-ready]")
            page.evaluate(OBSERVER)
            page.wait_for_timeout(1000 * seconds)
            painted = page.evaluate("() => window.seen")
            page.screenshot(path=str(folder / "board.png"))
        return json.loads(out.read_text()) | {"painted": painted}
    finally:
        server.close()


def report(told: dict[str, Any], server: Server, name: str) -> None:
    """Latencies in ms, from the frame that decided and from the first one with the person in it."""
    offset = time.time() - time.monotonic()
    decided, first = [], []
    for note, painted in zip(told["notes"], told["painted"], strict=False):
        counts = [c for c in server.sent if c % server._frames == note["number"] and server.sent[c] <= note["at"]]
        if not counts:
            continue
        at = server.sent[max(counts)]
        decided.append(painted - 1000 * (at + offset))
        first.append(painted - 1000 * (at + offset + note["first"]))
    decided = decided[3:]  # what was raised before the page was there
    first = first[3:]
    camera = told["status"]["cameras"][0]
    print(
        f"{name}: {len(decided)} alerts; painted after the frame that decided was sent: p50 {np.percentile(decided, 50):.0f} ms, "
        f"p95 {np.percentile(decided, 95):.0f} ms, worst {max(decided):.0f} ms; after the person stood there: "
        f"p50 {np.percentile(first, 50):.0f} ms, p95 {np.percentile(first, 95):.0f} ms"
    )
    print(
        f"  sent {server.total}, arrived {camera['frames']}, looked at {camera['taken']}, dropped {camera['dropped']}, "
        f"a look is {camera['late']:.0f} ms late (p95 {camera['late_p95']:.0f}); RSS of the kernel {told['rss']:.0f} MiB"
    )


def memory(case: Path, address: str, minutes: float, every: float, folder: Path, server: Server) -> None:
    """RSS of a deployment over time, without a page."""
    live, found = watched(case, address, folder / "notes.json", every=every), []
    began = time.monotonic()
    while time.monotonic() - began < 60 * minutes and live.running:
        time.sleep(10)
        status = live.status()
        camera = status["cameras"][0]
        found.append(rss())
        if len(found) % 6 == 0:
            print(
                f"{(time.monotonic() - began) / 60:.1f} min: RSS {found[-1]:.0f} MiB, {status['faces']} faces, {status['alerts']} "
                f"alerts, {camera['frames']} frames, {camera['taken']} looked at, {camera['dropped']} dropped, late "
                f"{camera['late']:.0f} ms (p95 {camera['late_p95']:.0f})",
                flush=True,
            )
    live.stop()
    warm = found[len(found) // 6 :]
    quarters = [float(np.median(part)) for part in np.array_split(warm, 4)]
    print(
        f"RSS after the first sixth, medians of quarters: {', '.join(f'{q:.0f}' for q in quarters)} MiB; growth {quarters[-1] - quarters[0]:+.0f} MiB"
    )
    camera = live.status()["cameras"][0]
    counted = camera["taken"] + camera["dropped"]
    print(
        f"frames {camera['frames']} = looked at {camera['taken']} + dropped {camera['dropped']} (+ at most one that waits): {counted}"
    )
    print(f"sent {server.total} since the server began")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pack", default="dlib")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--every", type=float, default=0.0, help="seconds between looks, for --minutes")
    parser.add_argument(
        "--keep", type=Path, default=Path(tempfile.gettempdir()) / "live-latency", help="where the street stays"
    )
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    asked.keep.mkdir(parents=True, exist_ok=True)
    file = street.write(asked.keep / "street.h264", LENGTH)
    from tests.browser.driving import free_port

    with tempfile.TemporaryDirectory() as folder:
        made = asked.keep / f"{Path(asked.pack).name}-{asked.threshold}"
        if not (made / "case").exists():
            make_case(made, asked.pack, asked.threshold)
        case = Path(shutil.copytree(made / "case", Path(folder) / "case"))
        server = Server(file, round(LENGTH * street.RATE), free_port())
        try:
            if asked.minutes:
                memory(case, server.address, asked.minutes, asked.every, Path(folder), server)
            else:
                report(in_lab(case, server.address, asked.seconds, Path(folder)), server, "RTSP")
                (asked.keep / "board.png").write_bytes((Path(folder) / "board.png").read_bytes())
        finally:
            server.close()


if __name__ == "__main__":
    main()
