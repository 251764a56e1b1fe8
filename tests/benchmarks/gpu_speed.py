"""How fast a pack runs on an accelerator, and with which batches: frames looked at, and faces embedded, a second.

    python tests/benchmarks/gpu_speed.py --provider cuda --pack buffalo_l
    python tests/benchmarks/gpu_speed.py --provider cpu --pack dlib --seconds 1

The provider that was asked for is the one that runs, or the command ends with the reason. Frames are noise of
1920x1080, chips noise of the pack's size: the arithmetic is the same. Every figure is the median of five stretches of `seconds`.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import repeat

import numpy as np

from workbench.abreast import abreast
from workbench.errors import WorkbenchError
from workbench.models.cores import physical_cores
from workbench.models.packs import load_pack
from workbench.models.session import probe

BATCHES = (1, 8, 32, 128)
ABREAST = (1, 2, 4, 8)


def rate(work: Callable[[], int], seconds: float) -> float:
    """Items a second; the first call, in which a runtime sets itself up, is not counted."""
    work()
    rates = []
    for _ in range(5):
        began, done = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            done += work()
        rates.append(done / (time.perf_counter() - began))
    return statistics.median(rates)


def frames() -> Iterator[np.ndarray]:
    return repeat(np.random.default_rng(7).integers(0, 256, (1080, 1920, 3), np.uint8))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--provider", default="cuda")
    parser.add_argument("--pack", default="dlib")
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    try:
        print(f"runs on {probe(options.provider)}; {physical_cores()} cores")
        pack = load_pack(options.pack, providers=[options.provider], threads=1)
    except WorkbenchError as error:
        raise SystemExit(f"error: {error}") from None
    size = pack.chips(next(frames()), pack.detect(next(frames()))[:0]).shape[1:]
    for many in ABREAST:
        with closing(abreast(pack.detect, frames(), many)) as found:
            print(
                f"{many:4} frames at once: {rate(lambda f=found: next(f) is not None, options.seconds):8.1f} frames/s"
            )
    for many in BATCHES:
        chips = np.random.default_rng(1).integers(0, 256, (many, *size), np.uint8)
        print(f"{many:4} faces a batch:  {rate(lambda c=chips: len(pack.embed(c)), options.seconds):8.1f} faces/s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
