"""How often a 95 % interval covers the truth, simulated: `python tests/benchmarks/coverage.py [--simulations 2000]`.

Each simulation is a whole evaluation: people with their own chance of an outcome (beta distributed, so that the passes of
one person resemble each other), several passes a person, the rate, its interval, and whether the true rate lies inside.
"Goats" (Doddington) are a few people who make most of the errors; people are then of two kinds.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from workbench.evaluation import Trials
from workbench.intervals import Interval, bootstrap_by_subject, clopper_pearson, interval_by_subject, ratio_interval

F64 = NDArray[np.float64]


class Regime(NamedTuple):
    """People, mean passes of each, true rate, and how alike the passes of one person are (intraclass correlation)."""

    people: int
    passes: float
    rate: float
    alike: float


class Uneven(NamedTuple):
    """Some make most of the passes: how many people make how many each, true rate, and how alike the passes of one person are."""

    made: tuple[tuple[int, int], ...]
    rate: float
    alike: float


class Goats(NamedTuple):
    """People, passes of each, the share of people who err often, and how often they and the others do."""

    people: int
    passes: int
    share: float
    often: float
    seldom: float

    @property
    def rate(self) -> float:
        """The true rate."""
        return self.share * self.often + (1 - self.share) * self.seldom


REGIMES = (
    Regime(7, 10, 0.76, 0.2),  # volunteers on a blue list, as in the SWP field test
    Regime(20, 5, 0.70, 0.3),
    Regime(40, 5, 0.90, 0.3),
    Regime(100, 5, 0.70, 0.5),
    Regime(100, 5, 0.95, 0.3),
    Regime(200, 5, 0.90, 0.2),
    Regime(200, 5, 0.02, 0.2),
    Regime(1_000, 4, 0.01, 0.1),
    Regime(2_000, 3, 0.003, 0.3),
    Regime(50, 20, 0.02, 0.2),  # the same people come often, and a few of them make all the errors
    Regime(40, 30, 0.02, 0.3),
    Regime(100, 10, 0.02, 0.5),
    Regime(1_000, 1.05, 0.01, 0.2),  # hardly anybody returns
    Regime(200, 4, 0.02, 0.05),
)
RARE = (
    Regime(20, 10, 0.95, 0.2),
    Regime(500, 10, 0.002, 0.2),
    Regime(200, 5, 0.005, 0.2),
    Regime(1_000, 4, 0.001, 0.1),
    Regime(1_000, 4, 0.001, 0.4),
)
UNEVEN = (
    Uneven(((1, 1_000), (20, 1)), 0.7, 0.3),
    Uneven(((1, 500), (100, 1)), 0.1, 0.2),
    Uneven(((2, 100), (20, 2)), 0.7, 0.3),
    Uneven(((1, 60), (30, 2)), 0.7, 0.3),
    Uneven(((1, 40), (1, 20), (40, 2)), 0.8, 0.2),
    Uneven(((3, 50), (30, 3)), 0.9, 0.3),
)
FACES = Uneven(((1, 530), (6, 130), (150, 35), (1_000, 5), (4_000, 1)), 0.02, 0.2)  # as collections of faces are
GOATS = (
    Goats(10, 100, 0.1, 0.8, 0.02),
    Goats(20, 30, 0.05, 0.8, 0.02),
    Goats(40, 30, 0.05, 0.5, 0.005),
    Goats(100, 10, 0.02, 0.5, 0.005),
    Goats(200, 20, 0.01, 0.5, 0.002),
)
EXACT = ((10, 0.2), (42, 0.19), (100, 0.05), (100, 0.9), (1_000, 0.001), (1_000, 0.01), (3_000, 0.01), (10_000, 0.02))


def people(regime: Regime, rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Outcome and person of every pass of one evaluation."""
    return outcomes(1 + rng.poisson(regime.passes - 1, regime.people), regime, rng)


def uneven(regime: Uneven, rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Outcome and person of every pass of one evaluation in which some make most of the passes."""
    return outcomes(
        np.repeat([passes for _, passes in regime.made], [people for people, _ in regime.made]), regime, rng
    )


def outcomes(
    size: NDArray[np.int64], regime: Regime | Uneven, rng: np.random.Generator
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Outcome and person of every pass of people who make `size` passes each."""
    strength = (1 - regime.alike) / regime.alike
    chance = rng.beta(regime.rate * strength, (1 - regime.rate) * strength, size.size)
    who = np.repeat(np.arange(size.size), size)
    return rng.random(who.size) < chance[who], who


def goats(regime: Goats, rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Errors and person of every pass of one evaluation with people of two kinds."""
    chance = np.where(rng.random(regime.people) < regime.share, regime.often, regime.seldom)
    who = np.repeat(np.arange(regime.people), regime.passes)
    return rng.random(who.size) < chance[who], who


def covered_with_goats(regime: Goats, simulations: int, rng: np.random.Generator) -> tuple[F64, F64, float]:
    """`shares` of the limits of the rate of errors, and of those of the rate without one; mean width."""
    limits = np.zeros((2, simulations, 2))
    for k in range(simulations):
        error, who = goats(regime, rng)
        limits[:, k] = interval_by_subject(error, who), interval_by_subject(~error, who)
    truth = np.full(simulations, regime.rate)
    return shares(limits[0], truth), shares(limits[1], 1 - truth), float(np.ptp(limits[0], axis=1).mean())


def covered(
    method: Callable[..., Interval], regime: Regime | Uneven, simulations: int, rng: np.random.Generator
) -> F64:
    """Share of simulations in which the interval covers, lies above, and lies below the truth."""
    draw = uneven if isinstance(regime, Uneven) else people
    limits = np.array([method(*draw(regime, rng)) for _ in range(simulations)])  # type: ignore[operator]
    return shares(limits, np.full(simulations, regime.rate))


def shares(limits: F64, truth: F64) -> F64:
    """Covering, too high, too low, of limits (S, 2) and truth (S,)."""
    high, low = truth < limits[:, 0], truth > limits[:, 1]
    return np.array([1 - np.mean(high | low), np.mean(high), np.mean(low)])


def as_if_independent(outcome: NDArray[np.bool_], who: NDArray[np.int64]) -> Interval:
    """What not to do: every pass taken for another person's."""
    return clopper_pearson(np.count_nonzero(outcome), outcome.size)


def methods(rng: np.random.Generator, resamples: int) -> dict[str, Callable[..., Interval]]:
    """By name, in the order of the table."""
    return {
        "by subject": interval_by_subject,
        "bootstrap": lambda outcome, who: bootstrap_by_subject(outcome, who, rng=rng, resamples=resamples),
        "as if independent": as_if_independent,
    }


def exact_coverage(n: int, rate: float) -> float:
    """Coverage of Clopper-Pearson without simulation: the probability of all counts whose interval holds the rate."""
    count = np.arange(n + 1)
    low, high = clopper_pearson(count, n)
    return float(binom.pmf(count, n, rate)[(low <= rate) & (rate <= high)].sum())


def chosen_apart(simulations: int, rng: np.random.Generator, people: int = 1_200) -> tuple[F64, F64]:
    """Coverage of FPIR and TPIR where the threshold for 1 in 50 is chosen on half of the people and reported on the rest.

    A person's passes share a normal offset that carries 3/10 of the variance, so that the truth at a threshold is known.
    """
    from scipy.special import ndtr

    spread, within = np.sqrt(0.3), np.sqrt(0.7)
    rows: list[tuple[float, ...]] = []
    for _ in range(simulations):
        who = np.repeat(np.arange(people), 4)
        noise = within * rng.normal(size=who.size) + spread * rng.normal(size=people)[who]
        mated = who < people // 3
        trials = Trials.of(noise[mated] + 3.5, noise[~mated], watchlist=100,
                           mated_subject=who[mated], nonmated_subject=who[~mated])  # fmt: skip
        point = trials.operating_point(fpir=0.02, rng=rng)
        truth = 1 - ndtr(point.threshold), 1 - ndtr(point.threshold - 3.5)
        rows.append((point.fpir_low, point.fpir_high, truth[0], point.tpir_low, point.tpir_high, truth[1]))
    table = np.array(rows)
    return shares(table[:, :2], table[:, 2]), shares(table[:, 3:5], table[:, 5])


def ratio_coverage(n: int, rate: float, times: float, simulations: int, rng: np.random.Generator) -> F64:
    """Coverage of the ratio of two groups of `n` independent passes, the truth being `times`."""
    one, other = rng.binomial(n, rate * times, simulations), rng.binomial(n, rate, simulations)
    limits = ratio_interval(one / n, clopper_pearson(one, n), other / n, clopper_pearson(other, n))
    return shares(np.column_stack(limits), np.full(simulations, times))


def lines(simulations: int, resamples: int, rng: np.random.Generator) -> Iterator[str]:
    """The table, a line at a time."""
    apart = rng.spawn(1)[0]
    yield f"{simulations:,} simulated evaluations a row; per cent covered (truth below / above the interval)"
    yield f"\n{'people':>7} {'passes':>6} {'rate':>6} {'alike':>5}   " + "".join(f"{n:>24}" for n in methods(rng, 1))
    for regime in (*REGIMES, *RARE):
        if regime == RARE[0]:
            yield "about ten errors expected or fewer: Clopper-Pearson, and so these, cover more"
        cells = [written(covered(method, regime, simulations, rng)) for method in methods(rng, resamples).values()]
        yield f"{regime.people:7,} {regime.passes:6g} {regime.rate:6g} {regime.alike:5g}   " + "".join(cells)
    yield "\nsome make most of the passes: people x passes"
    for crowd in (*UNEVEN, FACES):
        cells = [
            written(covered(method, crowd, simulations, apart)) for method in (interval_by_subject, as_if_independent)
        ]
        made = ", ".join(f"{people:,} x {passes:,}" for people, passes in crowd.made)
        yield f"{made:>52} {crowd.rate:6g} {crowd.alike:5g}   " + "".join(cells)
    yield "\ngoats: people, passes each, share of goats, their rate, the others' rate; errors, then found (not missed), width"
    for herd in GOATS:
        errors, found, width = covered_with_goats(herd, simulations, apart)
        about = f"{herd.people:7,} {herd.passes:6g} {herd.share:6g} {herd.often:5g} {herd.seldom:6g}"
        yield f"{about} {written(errors)}{written(found)} {width:8.3f}"
    yield "\nthreshold chosen on half of the people (4 passes each), reported on the others, target 1 in 50"
    for number in (600, 1_200):
        for name, cell in zip(("FPIR", "TPIR"), chosen_apart(simulations, rng, number), strict=True):
            yield f"{number:7,} people, {name:13}{written(cell)}"
    yield "\nClopper-Pearson, one pass a person, computed exactly (it covers at least 95 % everywhere)"
    for n, rate in EXACT:
        yield f"{n:7,} passes, rate {rate:<6g} {100 * exact_coverage(n, rate):14.1f}"
    yield "\nratio of two groups of n passes each"
    for n, rate, times in ((200, 0.1, 1.0), (200, 0.1, 2.0), (1_000, 0.01, 3.0), (5_000, 0.002, 5.0)):
        yield f"{n:7,} passes, {rate:5g} x {times:g} {written(ratio_coverage(n, rate, times, simulations, rng))}"


def written(cell: F64) -> str:
    """One cell of the table."""
    return f"{100 * cell[0]:12.1f} ({100 * cell[1]:4.1f} /{100 * cell[2]:4.1f})"


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--simulations", type=int, default=2_000)
    options.add_argument("--resamples", type=int, default=1_000)
    options.add_argument("--seed", type=int, default=7)
    given = options.parse_args()
    for line in lines(given.simulations, given.resamples, np.random.default_rng(given.seed)):
        print(line, flush=True)


if __name__ == "__main__":
    main()
