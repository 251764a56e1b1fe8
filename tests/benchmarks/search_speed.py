"""Time a search of a list: `python tests/benchmarks/search_speed.py [--references 50000] [--width 512] [--rounds 5]`.

A batch of 32 probes against unit vectors at random, the 16 best of each: our exact gallery, the way everybody writes it in
numpy (a product and a full sort a probe), and FAISS as it comes (a flat index, defaults). Once in turns with a pause before each,
as when somebody asks now and then, and once batch after batch, as while footage is scanned: a core that slept wakes late.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import faiss
import numpy as np
from numpy.typing import NDArray
from scan_speed import timed
from table import Ratio, asked, table

from workbench.galleries import build_gallery

F32 = NDArray[np.float32]
Work = Callable[[], NDArray[np.int64]]
PROBES, BEST = 32, 16
REST = 0.3  # seconds after each: the threads of FAISS and of BLAS go on spinning for a while, on the time of whoever comes next


def unit(rng: np.random.Generator, rows: int, width: int) -> F32:
    """Random directions."""
    found = rng.standard_normal((rows, width), np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def by_hand(references: F32, probes: F32) -> list[NDArray[np.int64]]:
    """What is written when it is written in a minute."""
    return [np.argsort(-(references @ probe))[:BEST] for probe in probes]


def measure(references: int, width: int, rounds: int) -> list[Ratio]:
    """All three, each way; they must name the same best reference."""
    rng = np.random.default_rng(7)
    listed, probes = unit(rng, references, width), unit(rng, PROBES, width)
    ours, index = build_gallery("exact", listed), faiss.IndexFlatIP(width)
    index.add(listed)
    works: tuple[Work, ...] = (
        lambda: ours.search(probes, BEST)[1][:, 0],
        lambda: np.array([rows[0] for rows in by_hand(listed, probes)]),
        lambda: index.search(probes, BEST)[1][:, 0],
    )
    answers = [work() for work in works]
    assert all(np.array_equal(answers[0], answer) for answer in answers)
    what, rows = f"32 probes in {references:,} x {width}", []
    for how, took in (("now and then", in_turns(works, rounds)), ("batch after batch", one_by_one(works, rounds))):
        for rival, theirs in zip(("numpy by hand", "faiss defaults"), took[1:], strict=True):
            rows.append(Ratio(what, f"{rival}, {how}", took[0], theirs, 1.0))
    return rows


def in_turns(works: Sequence[Work], rounds: int) -> list[list[float]]:
    """Seconds of each, one after the other, with a pause before each."""
    took: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for spent, work in zip(took, works, strict=True):
            time.sleep(REST)
            spent.append(timed(work)[0])
    return took


def one_by_one(works: Sequence[Work], rounds: int) -> list[list[float]]:
    """Seconds of each, all rounds of one before the next, whose first one does not count."""
    took = []
    for work in works:
        time.sleep(REST)
        took.append([timed(work)[0] for _ in range(1 + rounds)][1:])
    return took


def main() -> int:
    """Print the table."""
    options = asked(__doc__, clips=False, references=50_000, width=512, rounds=5)
    print(table(measure(options.references, options.width, options.rounds)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
