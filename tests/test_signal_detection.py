"""d', c and the log-linear correction, against tables and by hand, and the interval against simulated people."""

import numpy as np
import pytest
from scipy.stats import norm

from workbench.errors import InputError
from workbench.signal_detection import criterion, d_prime, d_prime_interval, log_linear


def test_nothing_judged_is_nan_and_never_0() -> None:
    assert np.isnan(log_linear(0, 0)) and np.isnan(d_prime(0, 0, 1, 5)) and np.isnan(criterion(1, 5, 0, 0))
    assert np.isnan(d_prime_interval(0, 0, 1, 5)).all()


def test_perfect_answers_are_finite() -> None:
    z = norm.ppf(5.5 / 6)
    assert d_prime(5, 5, 0, 5) == pytest.approx(2 * z) and criterion(5, 5, 0, 5) == pytest.approx(0)


def test_by_hand_and_the_correction_is_applied_to_every_rate() -> None:
    assert log_linear(4, 5) == pytest.approx(4.5 / 6)
    assert d_prime(4, 5, 1, 5) == pytest.approx(norm.ppf(0.75) - norm.ppf(0.25))
    assert d_prime(8_413, 10_000, 1_587, 10_000) == pytest.approx(2.0, abs=1e-3)


def test_who_always_says_same_has_no_skill_and_leans_towards_same() -> None:
    assert d_prime(5, 5, 5, 5) == 0 and criterion(5, 5, 5, 5) < 0 < criterion(0, 5, 0, 5)


def test_swapping_the_answers_turns_both_signs() -> None:
    assert d_prime(1, 5, 4, 5) == pytest.approx(-d_prime(4, 5, 1, 5))
    assert criterion(5, 5, 2, 5) == pytest.approx(-criterion(3, 5, 0, 5))


def test_arrays_broadcast() -> None:
    assert d_prime([0, 5], 5, [[0], [5]], 5).shape == (2, 2)


@pytest.mark.parametrize(("count", "of"), [(6, 5), (-1, 5)])
def test_impossible_counts_are_refused(count: int, of: int) -> None:
    with pytest.raises(InputError, match="a count is below 0 or above"):
        d_prime(count, of, 0, 5)


@pytest.mark.parametrize(("truth", "pairs", "least"), [(1.0, 10, 0.94), (1.5, 20, 0.94), (2.0, 50, 0.93)])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(truth: float, pairs: int, least: float) -> None:
    rng = np.random.default_rng(7)
    hits = rng.binomial(pairs, norm.cdf(truth / 2), 4_000)
    alarms = rng.binomial(pairs, norm.cdf(-truth / 2), 4_000)
    low, high = d_prime_interval(hits, pairs, alarms, pairs)
    assert least <= np.mean((low <= truth) & (truth <= high)) <= 0.995
