"""How long a curve over ten million scores takes: `python tests/benchmarks/metrics_speed.py [--scores 10000000]`."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from workbench.evaluation import Trials
from workbench.metrics import det_curve, fpir, thin, threshold_at_fpir
from workbench.outcomes import one_stranger_in

LIMIT_S = 2.0


def seconds(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Median and worst time of `work`."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken), max(taken)


def main() -> int:
    """Print the table; exit 1 if a curve takes longer than the limit."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--scores", type=int, default=10_000_000)
    options.add_argument("--repeats", type=int, default=3)
    given = options.parse_args()
    rng = np.random.default_rng(7)
    mated = rng.normal(0.6, 0.15, given.scores // 10)
    nonmated = rng.normal(0.1, 0.10, given.scores - mated.size)
    det = det_curve(mated, nonmated)
    trials = Trials.of(mated, nonmated, watchlist=1_000)
    jobs: dict[str, Callable[[], object]] = {
        "det_curve": lambda: det_curve(mated, nonmated),
        "Trials.curve": trials.curve,
        "thin to 500 points": lambda: thin(det),
        "threshold_at_fpir": lambda: threshold_at_fpir(nonmated, 1e-3),
        "fpir at one threshold": lambda: fpir(nonmated, 0.4),
        "fpir at 1,000 thresholds": lambda: fpir(nonmated, np.linspace(0, 1, 1_000)),
        "one_stranger_in, 500 alerts": lambda: one_stranger_in(np.linspace(0.3, 0.9, 500), nonmated),
    }
    print(f"{given.scores:,} scores, of which {mated.size:,} mated; {given.repeats} repeats")
    worst = {}
    for name, work in jobs.items():
        median, worst[name] = seconds(work, given.repeats)
        print(f"{name:30s} median {median:6.3f} s   worst {worst[name]:6.3f} s")
    slow = [name for name in ("det_curve", "Trials.curve") if worst[name] > LIMIT_S]
    print(f"over {LIMIT_S} s: {', '.join(slow) or 'none'}")
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
