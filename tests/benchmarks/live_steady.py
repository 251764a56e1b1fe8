"""How much memory a deployment takes over time, and whether what is dropped is counted: against a real RTSP server, without a page.

PYTHONPATH=. python tests/benchmarks/live_steady.py --pack PACK --minutes 30
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import live_street as street
import numpy as np
from live_desk import LENGTH, Server, make_case, rss, watched


def steady(case: Path, server: Server, minutes: float, every: float, folder: Path) -> None:
    """RSS of a deployment over time, without a page."""
    live, found = watched(case, server.address, folder / "notes.json", every=every), []
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
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--every", type=float, default=0.0, help="seconds between looks")
    parser.add_argument(
        "--keep", type=Path, default=Path(tempfile.gettempdir()) / "live-latency", help="where the street stays"
    )
    asked = parser.parse_args()
    asked.keep.mkdir(parents=True, exist_ok=True)
    file = street.write(asked.keep / "street.h264", LENGTH)
    from tests.browser.driving import free_port

    made = asked.keep / f"{Path(asked.pack).name}-{asked.threshold}"
    if not (made / "case").exists():
        make_case(made, asked.pack, asked.threshold)
    server = Server(file, round(LENGTH * street.RATE), free_port())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        case = Path(shutil.copytree(made / "case", Path(folder) / "case"))
        try:
            steady(case, server, asked.minutes, asked.every, Path(folder))
        finally:
            server.close()


if __name__ == "__main__":
    main()
