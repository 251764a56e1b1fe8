"""Kill Dask workers, their scheduler and the scan itself at random moments, and compare what is left with a calm scan.

    python tests/benchmarks/kill_jobs.py --hours 1 --kills 20 --every 1 --seed 1

A short real clip is repeated to so many hours of footage and scanned once by one process, undisturbed. Then two Dask workers
scan it into a fresh case while one of the three is killed (SIGKILL) again and again and started anew. If the scan is done
before all kills are, another round begins. After each round every table, picture and score must be that of the calm case,
and the log must have recorded every segment once.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from scan_memory import repeat
from scan_speed import DATA, PACK, asked

from tests.command import call, start
from tests.dask_cluster import Cluster
from tests.test_resume import contents
from workbench.case import Case
from workbench.footage import open_footage

CLIP = DATA / "footage" / "face-demographics-walking-and-pause.mp4"


def main() -> int:
    options = asked(__doc__, hours=1.0, kills=20.0, seed=1.0, every=1.0)
    chance, kills = random.Random(int(options.seed)), Counter[str]()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        os.environ["SECOND_LOOK_KEYS"] = str(folder / "keys")
        footage = long_footage(folder / "street.mp4", options.hours * 3600)
        fresh = prepare(folder / "fresh")
        calm = Path(shutil.copytree(fresh, folder / "calm"))
        began = time.perf_counter()
        must("scan", calm, footage, "--every", options.every)
        took, expected = time.perf_counter() - began, contents(calm)
        segments, tracks = len(expected["segment"]), len(expected["track"])
        print(
            f"{options.hours:g} h of footage, {segments} segments, {tracks} tracks: {took:.0f} s undisturbed",
            flush=True,
        )
        cluster, rounds, equal = Cluster(folder), 0, 0
        try:
            while sum(kills.values()) < options.kills:
                case = Path(shutil.copytree(fresh, folder / f"case{rounds}"))
                left = int(options.kills) - sum(kills.values())
                kills += disturbed(case, footage, cluster, chance, left, took, options.every)
                recorded = sum(entry.action == "segment recorded" for entry in Case(case).log)
                rounds, equal = rounds + 1, equal + (contents(case) == expected and recorded == segments)
                print(f"round {rounds}: kills so far {dict(kills)}, {equal} of {rounds} cases equal", flush=True)
        finally:
            cluster.close()
    return int(equal != rounds)


def disturbed(
    case: Path, footage: Path, cluster: Cluster, chance: random.Random, most: int, took: float, every: float
) -> Counter[str]:
    """Scan to the end, with up to `most` kills on the way; who was killed how often."""
    kills, scan = Counter[str](), begin(case, footage, cluster, every)
    while True:
        try:
            scan.wait(timeout=chance.uniform(0.02, 2 * took / 20) if sum(kills.values()) < most else None)
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


def long_footage(file: Path, seconds: float) -> Path:
    """The clip, over and over, without encoding it again."""
    length = open_footage(CLIP).seconds
    repeat(CLIP, file, max(1, round(seconds / length)), length)
    return file


def prepare(case: Path) -> Path:
    must("case", "new", case, "--purpose", "a benchmark", "--authority", "nobody", "--pack", PACK)
    must("enroll", case, DATA / "watchlist")
    return case


def must(*command: object) -> None:
    said = call(*command)
    if said.code:
        raise SystemExit(said.err)


if __name__ == "__main__":
    raise SystemExit(main())
