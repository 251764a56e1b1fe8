"""Kernel time to open a case whose run has a million scores and to make its threshold explorer.

python tests/benchmarks/open_million.py --scores 1000000
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.command import call
from tests.conftest import MINIFIX
from tests.scenes import Walk, write_photo, write_scene
from widgets import ThresholdExplorer
from workbench.case import Case
from workbench.casefile.scores import write_scores
from workbench.tracks import Tracks


def made(folder: Path) -> Path:
    """A case with one finished run."""
    write_photo(folder / "photos" / "eve" / "1.png", "eve")
    street = write_scene(folder / "street.mp4", (Walk("eve", 0, 6, 5),), 8, rate=4)
    case = folder / "case"
    pack = str(MINIFIX) if MINIFIX.is_dir() else "dlib"
    call("case", "new", case, "--purpose", "a benchmark", "--authority", "nobody", "--pack", pack)
    call("enroll", case, folder / "photos")
    call("scan", case, street)
    return case


def many(one: Tracks, count: int) -> Tracks:
    """The first track of a run so many times over, with scores of strangers."""
    tracks = one[np.zeros(count, np.int64)]
    tracks.score[:] = np.random.default_rng(7).normal(0.1, 0.1, count)
    return tracks


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scores", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["SECOND_LOOK_KEYS"] = f"{scratch}/keys"
        case = made(Path(scratch))
        write_scores(case / "scores" / "run-000001.arrow", many(Case(case).run().tracks, options.scores))
        for _ in range(3):
            began, busy = time.perf_counter(), time.process_time()
            run = Case(case).run()
            opened = time.process_time() - busy
            explorer = ThresholdExplorer(run)
            print(
                f"{len(run.tracks):,} scores: opened in {opened:.2f} s, opened and drawn in {time.process_time() - busy:.2f} s "
                f"of processor time, {time.perf_counter() - began:.2f} s by the clock; {type(explorer).__name__}"
            )
        shutil.rmtree(case)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
