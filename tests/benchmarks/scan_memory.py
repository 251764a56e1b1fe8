"""Watch the memory of a scan of a long clip: its peak, and whether it grows.

    python tests/benchmarks/scan_memory.py [--minutes 60] [--every 0.2]

The clip is the one of `scan_speed.py`, 1920x1080, repeated without encoding it again. The scan runs as its user runs it,
`workbench scan`, in a process of its own, whose resident memory is read once a second.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scan_speed import make_clip
from table import DATA, PACK, asked

from tests.footage_factory import repeat

PIECE = 20.0  # seconds that are encoded


def resident(process: int) -> float:
    """MiB of resident memory of a process, anonymous and mapped."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def workbench(*arguments: object) -> list[str]:
    """A command line."""
    return [str(Path(sys.executable).with_name("workbench")), *map(str, arguments)]


def watch(command: list[str]) -> np.ndarray:
    """Resident memory, once a second, until the command ends."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    seen = []
    while process.poll() is None:
        seen.append(resident(process.pid))
        time.sleep(1)
    if process.returncode:
        raise SystemExit(f"the scan failed with {process.returncode}")
    return np.array(seen)


def report(seen: np.ndarray) -> None:
    """Peak, and whether it grows: the first quarter holds the start, so growth is told from the second to the last."""
    quarters = [float(np.nanmedian(part)) for part in np.array_split(seen, 4)]
    print(
        f"resident memory, MiB: peak {np.nanmax(seen):.0f}, medians of the quarters {', '.join(f'{q:.0f}' for q in quarters)}"
    )
    print(f"growth from the second quarter to the last: {quarters[3] - quarters[1]:+.0f} MiB ({len(seen)} readings)")


def main() -> int:
    """Make the clip, scan it, print what was seen."""
    options = asked(__doc__, minutes=60.0, every=0.2)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_clip(folder / "piece.mp4", PIECE)
        repeat(folder / "piece.mp4", folder / "long.mp4", round(options.minutes * 60 / PIECE), PIECE)
        case = folder / "case"
        subprocess.run(
            workbench("case", "new", case, "--purpose", "benchmark", "--authority", "nobody", "--pack", PACK),
            check=True,
        )
        subprocess.run(workbench("enroll", case, DATA / "watchlist"), check=True)
        began = time.perf_counter()
        seen = watch(workbench("scan", case, folder / "long.mp4", "--every", options.every))
        took = time.perf_counter() - began
    print(f"{options.minutes:.0f} minutes of 1920x1080 in {took:.0f} s ({options.minutes * 60 / took:.1f} x real time)")
    report(seen)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
