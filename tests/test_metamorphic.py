"""What must not change: rates, limits and probabilities under renaming, shuffling, doubling, another scale, a longer list or a higher threshold."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.evaluation import OperatingPoint, Trials
from workbench.groups import group_rates
from workbench.intervals import clopper_pearson, interval_by_subject
from workbench.metrics import det_curve, fpir, threshold_at_fpir
from workbench.paired import paired, sign_flip_p

scipy_stats = pytest.importorskip("scipy.stats")

SCORES = st.lists(st.one_of(st.just(-np.inf), st.integers(-100, 100).map(lambda n: n / 100)), min_size=1, max_size=25)
SEEDS = st.integers(0, 2**32 - 1)
FIGURES = ("fpir", "fpir_low", "fpir_high", "tpir", "tpir_low", "tpir_high", "false_alerts", "returned", "mated_people")


def figures(mated: np.ndarray, strangers: np.ndarray, who: list[str], whose: list[str], line: float) -> np.ndarray:
    """The numbers of an operating point."""
    trials = Trials.of(mated, strangers, watchlist=5, mated_subject=who, nonmated_subject=whose)
    point: OperatingPoint = trials.curve().at(threshold=line)
    return np.array([getattr(point, name) for name in FIGURES])


def rescaled(scores: list[float]) -> np.ndarray:
    """The scores on another scale, in the same order; a pass without a face stays one."""
    return np.array([score if np.isinf(score) else np.exp(3 * score) for score in scores])


@settings(deadline=None)
@given(SCORES, SCORES, SEEDS)
def test_passes_in_another_order_and_people_under_other_names_have_the_same_rates_and_limits(
    mated: list[float], strangers: list[float], seed: int
) -> None:
    rng, m, n = np.random.default_rng(seed), np.array(mated), np.array(strangers)
    who, whose = ([f"{kind}{i}" for i in rng.integers(0, 5, size)] for kind, size in (("a", m.size), ("b", n.size)))
    p, q = rng.permutation(m.size), rng.permutation(n.size)
    moved = figures(m[p], n[q], [f"z{9 - int(who[i][1:])}" for i in p], [f"y{whose[i]}" for i in q], 0.2)
    np.testing.assert_allclose(moved, figures(m, n, who, whose, 0.2), atol=1e-9)


@settings(deadline=None)
@given(SCORES, SCORES)
def test_on_another_scale_of_the_same_order_a_curve_has_the_same_points(
    mated: list[float], strangers: list[float]
) -> None:
    one, other = det_curve(mated, strangers), det_curve(rescaled(mated), rescaled(strangers))
    np.testing.assert_array_equal(one.fpir, other.fpir)
    np.testing.assert_array_equal(one.fnir, other.fnir)


@given(SCORES, st.lists(st.integers(-100, 100).map(lambda n: n / 100), min_size=25, max_size=25), st.floats(-1, 1))
def test_a_person_more_on_the_list_never_lowers_fpir(
    strangers: list[float], newcomer: list[float], line: float
) -> None:
    before = np.array(strangers)
    after = np.where(np.isinf(before), before, np.maximum(before, newcomer[: before.size]))
    assert fpir(after, line) >= fpir(before, line)


@given(SCORES, st.floats(-1, 1), st.floats(0, 1))
def test_a_higher_threshold_alerts_on_a_part_of_the_same_passes_and_the_chosen_one_is_the_lowest(
    strangers: list[float], line: float, target: float
) -> None:
    scores = np.array(strangers)
    assert fpir(scores, line + 0.1) <= fpir(scores, line)
    chosen = threshold_at_fpir(scores, target)
    lower = scores[(scores > -np.inf) & (scores < chosen)]
    assert np.isnan(chosen) or fpir(scores, chosen) <= target
    assert not lower.size or fpir(scores, lower.max()) > target


@given(st.integers(0, 80), st.integers(1, 80))
def test_limits_of_a_share_are_those_of_scipy(count: int, of: int) -> None:
    exact = scipy_stats.binomtest(min(count, of), of).proportion_ci(method="exact")
    np.testing.assert_allclose(clopper_pearson(min(count, of), of), [exact.low, exact.high], atol=1e-9)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=2, max_size=40))
def test_limits_by_person_hold_the_rate_and_are_never_nearer_than_those_of_independent_passes(
    passes: list[tuple[bool, int]],
) -> None:
    seen, who = np.array([each for each, _ in passes]), np.array([f"s{i}" for _, i in passes])
    low, high = interval_by_subject(seen, who)
    alone = clopper_pearson(seen.sum(), seen.size)
    if np.unique(who).size == 1:
        assert np.isnan(low) and np.isnan(high)
    else:
        assert 0 <= low <= alone.low + 1e-9 and alone.high - 1e-9 <= high <= 1


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("xyz")), min_size=1, max_size=60))
def test_groups_under_other_labels_have_the_same_rates(passes: list[tuple[bool, str]]) -> None:
    seen, group = [each for each, _ in passes], [name for _, name in passes]
    names = dict(zip("xyz", ("north", "a", "<b>"), strict=True))
    rates, other = group_rates(seen, group, least=1), group_rates(seen, [names[each] for each in group], least=1)
    told = {
        names[str(g)]: (c, n, lo, hi)
        for g, c, n, lo, hi in zip(rates.group, rates.count, rates.passes, rates.low, rates.high, strict=True)
    }
    assert told == {
        str(g): (c, n, lo, hi)
        for g, c, n, lo, hi in zip(other.group, other.count, other.passes, other.low, other.high, strict=True)
    }


@given(st.lists(st.integers(-4, 4), max_size=8))
def test_the_chance_of_a_lead_is_that_of_trying_every_sign(leads: list[int]) -> None:
    sums = [abs(sum(a * b for a, b in zip(leads, signs, strict=True))) for signs in product((1, -1), repeat=len(leads))]
    assert sign_flip_p(leads) == pytest.approx(np.mean([each >= abs(sum(leads)) for each in sums]))


@given(st.integers(0, 30), st.integers(1, 30))
def test_with_one_pass_a_person_it_is_mcnemars(only_old: int, only_new: int) -> None:
    old, new = [True] * only_old + [False] * only_new + [True], [False] * only_old + [True] * only_new + [True]
    assert paired(old, new).p == pytest.approx(scipy_stats.binomtest(only_old, only_old + only_new).pvalue)
