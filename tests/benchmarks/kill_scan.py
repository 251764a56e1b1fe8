"""Kill a scan at random moments, many times over, and compare what is left with an undisturbed run.

    python tests/benchmarks/kill_scan.py ROUNDS [SEED]

A round starts the scan of a five-minute clip in a fresh case and kills it (SIGKILL) at a random moment, again and again
until it finishes; then every table, picture and score must be that of the undisturbed case.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests.command import call
from tests.conftest import MINIFIX
from tests.scenes import write_photo, write_scene
from tests.test_resume import WALKS, contents, kill_at


def main(rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        street, fresh, calm = write_scene(folder / "street.mp4", WALKS, 300), folder / "fresh", folder / "calm"
        prepare(fresh, folder / "photos")
        shutil.copytree(fresh, calm)
        must("scan", calm, street, "--every", "2")
        expected, kills, equal = contents(calm), 0, 0
        for turn in range(1, rounds + 1):
            case = Path(shutil.copytree(fresh, folder / "case"))
            while kill_at(chance.uniform(0, 3), case, street):
                kills += 1
            must("scan", case, street, "--every", "2")
            equal += contents(case) == expected
            shutil.rmtree(case)
            print(
                f"round {turn}: {kills} kills so far, {equal} of {turn} cases equal to the undisturbed one", flush=True
            )
    raise SystemExit(equal != rounds)


def prepare(case: Path, photos: Path) -> None:
    for name in ("eve", "ann"):
        write_photo(photos / name / "1.png", name)
    pack = str(MINIFIX) if MINIFIX.is_dir() else "dlib"
    must("case", "new", case, "--purpose", "a test", "--authority", "its author", "--pack", pack)
    must("enroll", case, photos)


def must(*command: object) -> None:
    said = call(*command)
    if said.code:
        raise SystemExit(said.err)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
