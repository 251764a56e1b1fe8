"""Kill Dask workers, their scheduler and the scan itself at random moments, and compare what is left with a calm scan.

    python tests/benchmarks/kill_jobs.py --hours 1 --kills 20 --every 1 --seed 1 [--pause SECONDS] [--clip NAME] [--folder FOLDER]

A short real clip is repeated to so many hours of footage and scanned once by one process, undisturbed. Then two Dask workers
scan it into a fresh case while one of the three is killed (SIGKILL) again and again and started anew. If the scan is done
before all kills are, another round begins (`--pause` is the mean time between two kills, by default a twentieth of the calm scan's). After each round every table, picture and score must be that of the calm case,
the ledger and the log must have every segment once, and `workbench case verify` must find nothing. In `--folder` the footage
and the calm case stay, and are found again by the next call.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from kill_scan import must
from scan_speed import DATA, PACK, asked

from tests.command import call, start
from tests.dask_cluster import Cluster
from tests.footage_factory import repeat
from tests.test_resume import contents
from workbench.case import Case
from workbench.footage import open_footage

CLIP = "face-demographics-walking-and-pause"


def main() -> int:
    options = asked(__doc__, hours=1.0, kills=20.0, seed=1.0, every=1.0, pause=0.0, folder="", clip=CLIP)
    with nullcontext(options.folder) if options.folder else tempfile.TemporaryDirectory() as scratch:
        return measure(Path(scratch), options)


def measure(folder: Path, options: argparse.Namespace) -> int:
    os.environ["SECOND_LOOK_KEYS"] = str(folder / "keys")
    footage, fresh, took = calmly(folder, options.clip, options.hours, options.every)
    expected, pause = contents(folder / "calm"), options.pause or took / 20
    segments, tracks = len(expected["segment"]), len(expected["track"])
    print(f"{options.hours:g} h of footage, {segments} segments, {tracks} tracks: {took:.0f} s undisturbed", flush=True)
    chance, kills, rounds, equal = random.Random(int(options.seed)), Counter[str](), 0, 0
    cluster = Cluster(folder)
    try:
        while sum(kills.values()) < options.kills:
            case = Path(shutil.copytree(fresh, folder / f"case{rounds}"))
            left, began = int(options.kills) - sum(kills.values()), time.perf_counter()
            kills += disturbed(case, footage, cluster, chance, left, pause, options.every)
            rounds, equal = rounds + 1, equal + sound(case, expected)
            print(
                f"round {rounds}, {time.perf_counter() - began:.0f} s: kills so far {dict(kills)}, "
                f"{equal} of {rounds} cases equal",
                flush=True,
            )
    finally:
        cluster.close()
    return int(equal != rounds)


def calmly(folder: Path, clip: str, hours: float, every: float) -> tuple[Path, Path, float]:
    """The footage, a case with a list, and how many seconds an undisturbed scan took into a copy of it, `calm`."""
    footage, fresh, done = folder / "street.mp4", folder / "fresh", folder / "seconds"
    if not done.exists():
        long_footage(DATA / "footage" / f"{clip}.mp4", footage, hours * 3600)
        calm = Path(shutil.copytree(prepare(fresh), folder / "calm"))
        began = time.perf_counter()
        must("scan", calm, footage, "--every", every)
        done.write_text(str(time.perf_counter() - began))
    return footage, fresh, float(done.read_text())


def sound(case: Path, expected: dict[str, Any]) -> bool:
    """Whether the case is the calm one to the bit, with every segment once in the ledger and once in the log, and verifies."""
    found, verdict = contents(case), call("case", "verify", case)
    ledger = [row["ordinal"] for row in found["segment"]]
    logged = [entry.about["segment"] for entry in Case(case).log if entry.action == "segment recorded"]
    once = sorted(ledger) == sorted(logged) == list(range(len(expected["segment"])))
    print(
        f"{len(ledger)} segments in the ledger, {len(logged)} in the log; {(verdict.out + verdict.err).strip()}",
        flush=True,
    )
    return found == expected and once and verdict.code == 0


def disturbed(
    case: Path, footage: Path, cluster: Cluster, chance: random.Random, most: int, pause: float, every: float
) -> Counter[str]:
    """Scan to the end, with up to `most` kills on the way; who was killed how often."""
    kills, scan = Counter[str](), begin(case, footage, cluster, every)
    while True:
        try:
            scan.wait(timeout=chance.uniform(0.02, 2 * pause) if sum(kills.values()) < most else None)
        except subprocess.TimeoutExpired:
            who = chance.choice(("worker", "scheduler", "scan"))
            kill(who, scan, cluster, chance)
            kills[who] += 1
            cluster.mend()
        if scan.poll() is not None:
            if scan.returncode == 0:
                return kills
            if scan.returncode != -signal.SIGKILL:
                raise SystemExit(f"the scan ended with {scan.returncode}: {scan.communicate()[1]}")
            scan.communicate()
            scan = begin(case, footage, cluster, every)


def begin(case: Path, footage: Path, cluster: Cluster, every: float) -> subprocess.Popen[str]:
    return start("scan", case, footage, "--every", every, "--scheduler", cluster.address)


def kill(who: str, scan: subprocess.Popen[str], cluster: Cluster, chance: random.Random) -> None:
    if who == "worker":
        cluster.kill_worker(chance.randrange(len(cluster.workers)))
    elif who == "scheduler":
        cluster.kill_scheduler()
    else:
        scan.send_signal(signal.SIGKILL)
        scan.wait()


def long_footage(clip: Path, file: Path, seconds: float) -> None:
    """The clip, over and over, without encoding it again."""
    length = open_footage(clip).seconds
    repeat(clip, file, max(1, round(seconds / length)), length)


def prepare(case: Path) -> Path:
    must("case", "new", case, "--purpose", "a benchmark", "--authority", "nobody", "--pack", PACK)
    must("enroll", case, DATA / "watchlist")
    return case


if __name__ == "__main__":
    raise SystemExit(main())
