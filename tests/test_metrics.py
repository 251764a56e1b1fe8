"""Rates and their intervals, at the limits, by hand, and against independent implementations."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import det_curve as sklearn_det_curve

from tests.benchmarks.coverage import (
    GOATS,
    REGIMES,
    UNEVEN,
    Goats,
    Uneven,
    covered,
    covered_with_goats,
    exact_coverage,
    ratio_coverage,
)
from workbench.errors import InputError
from workbench.groups import group_rates
from workbench.intervals import (
    Interval,
    bootstrap_by_subject,
    clopper_pearson,
    degrees_of_freedom,
    effective_passes,
    interval_by_subject,
    interval_of_tally,
    people_of,
    ratio_interval,
    tally_by_subject,
)
from workbench.metrics import (
    alerting,
    cmc,
    det_curve,
    fnir,
    fpir,
    scores_of,
    split_by_subject,
    thin,
    threshold_at_fpir,
    tpir,
)

NOTHING = np.array([])
UNSEEN = -np.inf
scores = st.lists(st.sampled_from([UNSEEN, -1.0, -0.5, 0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0]), min_size=1, max_size=30)
people = st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=3, max_size=40)


# rates


def test_rates_of_no_passes_are_nan() -> None:
    assert np.isnan(fpir(NOTHING, 0.5))
    assert np.isnan(tpir(NOTHING, 0.5))
    assert np.isnan(fnir(NOTHING, 0.5))
    assert np.isnan(cmc(NOTHING, [1, 2])).all()
    assert np.isnan(fpir(NOTHING, [0.1, 0.5])).tolist() == [True, True]


def test_fpir_counts_a_score_equal_to_the_threshold() -> None:
    assert fpir(np.array([0.5]), 0.5) == 1


def test_tpir_counts_a_score_equal_to_the_threshold() -> None:
    assert tpir([0.5], 0.5) == 1
    assert fnir([0.5], 0.5) == 0


def test_a_rate_at_a_nan_threshold_is_nan() -> None:
    assert np.isnan(fpir([0.5], np.nan))
    assert np.isnan(fnir([0.5], [np.nan, 0.1])).tolist() == [True, False]


def test_a_mated_pass_without_a_face_is_a_miss_at_every_threshold() -> None:
    assert fnir([UNSEEN, 0.9], [-5.0, 0.5, 1.0]).tolist() == [0.5, 0.5, 1.0]
    assert tpir([UNSEEN], -np.inf) == 0


def test_a_nan_score_is_refused_with_its_number() -> None:
    with pytest.raises(InputError, match="NaN in 2 of 3 passes"):
        fpir([0.1, np.nan, np.nan], 0.5)


def test_an_infinite_score_is_refused() -> None:
    with pytest.raises(InputError, match="inf"):
        scores_of([np.inf])


@pytest.mark.parametrize("what", [[[1, 2], [3]], ["x"], None, [None, "y"]])
def test_what_are_no_scores_are_refused_in_a_line(what: Any) -> None:
    for ask in (fpir, det_curve, cmc):
        with pytest.raises(InputError):
            ask(what, what)
    with pytest.raises(InputError, match="the target FPIR is"):
        threshold_at_fpir([0.1, 0.2], what)
    with pytest.raises(InputError, match="are numbers"):
        clopper_pearson(what, "x")


def test_a_table_of_scores_is_refused() -> None:
    with pytest.raises(InputError, match="one score for each pass"):
        fpir(np.zeros((2, 2)), 0.5)


def test_whole_numbers_are_scores_too() -> None:
    assert fpir([1, 2, 3], 2) == pytest.approx(2 / 3)


def test_a_person_returned_beyond_the_rank_is_missed() -> None:
    mated, rank = [0.9, 0.8, 0.7], [1, 2, 3]
    assert tpir(mated, 0.5, rank, within=2) == pytest.approx(2 / 3)
    assert fnir(mated, 0.5, rank, within=1) == pytest.approx(2 / 3)


def test_a_rate_within_a_rank_needs_ranks() -> None:
    with pytest.raises(InputError, match="needs the rank"):
        tpir([0.9], 0.5, within=1)
    with pytest.raises(InputError, match="NaN or below 1"):
        cmc([np.nan, 1], 1)


def test_cmc_worked_by_hand() -> None:
    assert cmc([1, 2, 2, 4, np.inf], [1, 2, 3, 4, 10]).tolist() == [0.2, 0.6, 0.6, 0.8, 0.8]


@given(scores, st.floats(-1, 1))
def test_rates_agree_with_counting(values: list[float], threshold: float) -> None:
    alerts = sum(1 for value in values if value >= threshold)
    assert fpir(values, threshold) == alerts / len(values)
    assert fpir(values, [threshold])[0] == alerts / len(values)
    assert fnir(values, threshold) == (len(values) - alerts) / len(values)


# the curve


def test_the_curve_worked_by_hand() -> None:
    det = det_curve([0.4, 0.8, UNSEEN], [0.1, 0.4])
    assert det.threshold[:3].tolist() == [0.1, 0.4, 0.8]
    assert det.threshold[3] > 0.8
    assert det.fpir.tolist() == [1, 0.5, 0, 0]
    assert det.fnir.tolist() == pytest.approx([1 / 3, 1 / 3, 2 / 3, 1])


def test_the_curve_of_nothing_is_empty() -> None:
    assert det_curve(NOTHING, NOTHING).threshold.size == 0
    assert det_curve([UNSEEN], [UNSEEN]).threshold.size == 0


def test_the_curve_of_an_empty_class_is_nan_for_that_class_only() -> None:
    det = det_curve([0.5], NOTHING)
    assert np.isnan(det.fpir).all()
    assert det.fnir.tolist() == [0, 1]
    assert np.isnan(det_curve(NOTHING, [0.5]).fnir).all()


def test_the_curve_ends_above_the_top_score_in_the_scores_own_precision() -> None:
    top = np.float32(0.7)
    det = det_curve(np.array([top]), np.array([0.1], np.float32))
    assert np.float32(det.threshold[-1]) > top


@given(scores, scores)
def test_the_curve_agrees_with_the_rates(mated: list[float], nonmated: list[float]) -> None:
    det = det_curve(mated, nonmated)
    assert sorted({*mated, *nonmated} - {UNSEEN}) == det.threshold[:-1].tolist()
    np.testing.assert_array_equal(det.fpir, fpir(nonmated, det.threshold))
    np.testing.assert_array_equal(det.fnir, fnir(mated, det.threshold))


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_the_curve_agrees_with_scikit_learn(seed: int, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    mated, nonmated = rng.normal(1, 1, 40), rng.normal(0, 1, 60)
    if ties:
        mated, nonmated = mated.round(1), nonmated.round(1)
    truth = np.repeat([1, 0], [40, 60])
    false, missed, threshold = sklearn_det_curve(truth, np.concatenate([mated, nonmated]))
    finite = np.isfinite(threshold)
    det = det_curve(mated, nonmated)
    at = np.searchsorted(det.threshold, threshold[finite])
    np.testing.assert_allclose(det.fpir[at], false[finite])
    np.testing.assert_allclose(det.fnir[at], missed[finite])


def test_thinning_keeps_the_ends_and_the_low_false_alert_rates() -> None:
    rng = np.random.default_rng(1)
    det = det_curve(rng.normal(4, 1, 2_000), rng.normal(0, 1, 100_000))
    few = thin(det, 200)
    assert few.threshold.size <= 200
    assert (few.threshold[0], few.threshold[-1]) == (det.threshold[0], det.threshold[-1])
    assert np.count_nonzero((few.fpir > 0) & (few.fpir < 1e-3)) > 20
    np.testing.assert_array_equal(few.fpir, det.fpir[np.searchsorted(det.threshold, few.threshold)])


def test_thinning_works_with_an_empty_class() -> None:
    assert thin(det_curve(NOTHING, np.linspace(0, 1, 999)), 50).threshold.size <= 50
    assert thin(det_curve(np.linspace(0, 1, 999), NOTHING), 50).threshold.size <= 50


# the threshold for a target


def test_the_threshold_is_the_smallest_score_that_keeps_the_target() -> None:
    assert threshold_at_fpir([0.1, 0.2, 0.3, 0.9], 0.25) == 0.9
    assert threshold_at_fpir([0.1, 0.2, 0.3, 0.9], 0.5) == 0.3
    assert threshold_at_fpir([0.1, 0.2, 0.3, 0.9], 1) == 0.1


def test_the_threshold_is_just_above_the_top_score_if_no_score_keeps_the_target() -> None:
    for nonmated in (np.array([0.1, 0.9]), np.array([0.1, 0.9], np.float32)):
        threshold = threshold_at_fpir(nonmated, 0.0)
        assert threshold > nonmated.max()
        assert not (nonmated >= threshold).any()


def test_tied_scores_alert_together_or_not_at_all() -> None:
    assert threshold_at_fpir([0.5, 0.5, 0.9], 0.4) == 0.9
    assert threshold_at_fpir([0.5, 0.9, 0.9], 0.4) > 0.9


def test_the_threshold_without_scores_is_nan() -> None:
    assert np.isnan(threshold_at_fpir(NOTHING, 0.1))
    assert np.isnan(threshold_at_fpir([UNSEEN], 0.1))


def test_a_target_that_is_no_share_is_refused() -> None:
    for target in (-0.1, 1.5, float("nan")):
        with pytest.raises(InputError, match="0 to 1"):
            threshold_at_fpir([0.5], target)


@given(scores, st.floats(0, 1) | st.integers(0, 30).map(lambda k: k / 30))
def test_the_threshold_agrees_with_trying_every_score(nonmated: list[float], target: float) -> None:
    seen = sorted(set(nonmated) - {UNSEEN})
    good = [score for score in seen if fpir(nonmated, score) <= target]
    threshold = threshold_at_fpir(nonmated, target)
    if good:
        assert threshold == good[0]
    elif seen:
        assert threshold > seen[-1] and threshold == np.nextafter(np.float32(seen[-1]), np.float32(np.inf))
    else:
        assert np.isnan(threshold)


# splitting


def test_no_person_is_on_both_sides_of_a_split() -> None:
    subject = np.random.default_rng(3).integers(0, 30, 300).astype(str)
    chosen = split_by_subject(subject, np.random.default_rng(4))
    assert not set(subject[chosen]) & set(subject[~chosen])
    assert len(set(subject[chosen])) == 15


def test_people_on_the_list_and_others_are_divided_apart() -> None:
    subject, mated = np.arange(30), np.arange(30) < 10
    chosen = split_by_subject(subject, np.random.default_rng(4), apart=mated)
    assert chosen[mated].sum() == 5
    assert chosen[~mated].sum() == 10


def test_the_same_seed_splits_alike() -> None:
    parts = [split_by_subject(np.arange(20), np.random.default_rng(9)) for _ in range(2)]
    np.testing.assert_array_equal(*parts)


def test_one_person_cannot_be_split() -> None:
    with pytest.raises(InputError, match="all passes are of one person"):
        split_by_subject(["a", "a"], np.random.default_rng(0))


# Clopper-Pearson


@given(st.integers(0, 60), st.integers(1, 60), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_the_exact_interval_agrees_with_scipy(count: int, extra: int, confidence: float) -> None:
    n = count + extra - 1 or 1
    count = min(count, n)
    ours = clopper_pearson(count, n, confidence)
    theirs = binomtest(count, n).proportion_ci(confidence, method="exact")
    assert [float(ours.low), float(ours.high)] == pytest.approx([theirs.low, theirs.high], abs=1e-12)


def test_the_exact_interval_of_no_passes_is_nan() -> None:
    assert np.isnan(clopper_pearson(0, 0)).all()


def test_the_exact_interval_reaches_the_ends() -> None:
    assert clopper_pearson(0, 10).low == 0
    assert clopper_pearson(10, 10).high == 1
    assert clopper_pearson(0, 10).high == pytest.approx(1 - 0.025 ** (1 / 10))


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(8, 42, 0.086, 0.341), (8, 10, 0.44, 0.975)],
    ids=["Essex review", "Met 2025, Black among the false"],
)
def test_the_exact_interval_gives_the_published_figures(count: int, of: int, low: float, high: float) -> None:
    limits = clopper_pearson(count, of)
    assert [float(limits.low), float(limits.high)] == pytest.approx([low, high], abs=6e-4 if of == 42 else 6e-3)


def test_the_exact_interval_takes_arrays_of_any_shape() -> None:
    limits = clopper_pearson([[1], [2]], [10, 20, 30])
    assert limits.low.shape == (2, 3)
    assert limits.high[1, 2] == pytest.approx(float(clopper_pearson(2, 30).high))


def test_impossible_counts_and_confidences_are_refused() -> None:
    with pytest.raises(InputError, match="below 0 or above"):
        clopper_pearson(3, 2)
    with pytest.raises(InputError, match="confidence"):
        clopper_pearson(1, 2, confidence=95)


# people


def test_passes_of_unknown_people_are_of_people_of_their_own() -> None:
    who, size = people_of(["", "a", "", "a"], 4)
    assert size.tolist() == [2, 1, 1]
    assert len(set(who.tolist())) == 3
    assert people_of(None, 3)[1].tolist() == [1, 1, 1]


def test_subjects_of_the_wrong_length_are_refused() -> None:
    with pytest.raises(InputError, match="give each pass its subject"):
        interval_by_subject([True, False], ["a"])


def test_one_pass_a_person_gives_the_exact_interval() -> None:
    outcome = np.arange(50) < 7
    assert interval_by_subject(outcome, np.arange(50)) == clopper_pearson(7, 50)
    assert interval_by_subject(outcome, None) == clopper_pearson(7, 50)


def test_copying_every_pass_leaves_the_effective_number_of_passes_as_it_was() -> None:
    outcome = np.arange(50) < 7
    copied = tally_by_subject(np.tile(outcome, 10), np.tile(np.arange(50), 10), [0.5])
    assert 40 < effective_passes(copied)[0] < 50
    wide, narrow = interval_of_tally(copied), clopper_pearson(70, 500)
    assert wide.high[0] - wide.low[0] > 2.5 * (narrow.high - narrow.low)


def test_one_person_says_nothing_about_others() -> None:
    assert np.isnan(interval_by_subject([True, False, True], ["a"] * 3)).all()
    assert np.isnan(bootstrap_by_subject([True, False], ["a", "a"], rng=np.random.default_rng(0))).all()


def test_no_pass_at_all_gives_no_interval() -> None:
    assert np.isnan(interval_by_subject(NOTHING, NOTHING)).all()
    assert np.isnan(bootstrap_by_subject(NOTHING, NOTHING, rng=np.random.default_rng(0))).all()


def test_without_any_error_each_person_is_worth_one_pass() -> None:
    limits = interval_by_subject([False] * 40, np.arange(40) // 4)
    assert limits == clopper_pearson(0, 10)


@given(people)
def test_a_tally_agrees_with_counting_by_person(rows: list[tuple[bool, int]]) -> None:
    outcome, who = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    tally = tally_by_subject(outcome.astype(float), who, [0.5])
    hits = np.array([outcome[who == one].sum() for one in set(who.tolist())])
    size = np.array([(who == one).sum() for one in set(who.tolist())])
    assert (tally.passes, tally.people, tally.squares) == (len(rows), len(size), (size**2).sum())
    assert tally.count[0] == hits.sum()
    assert tally.count_squares[0] == (hits**2).sum()
    assert tally.count_passes[0] == (hits * size).sum()
    rate, k, n = hits.sum() / len(rows), len(size), len(rows)
    if k > 1:  # the variance of the jackknife: leave each person out, and see how the rate moves
        without = (hits.sum() - hits) / (n - size)
        spread = (
            tally.pulled_count_squares[0] - 2 * rate * tally.pulled_count_passes[0] + rate**2 * tally.pulled_squares
        )
        assert spread / n**2 * k / (k - 1) == pytest.approx((k - 1) / k * ((without - rate) ** 2).sum(), abs=1e-9)


@given(people, st.lists(st.floats(-1, 1), min_size=1, max_size=4))
def test_a_tally_at_many_thresholds_is_many_tallies(rows: list[tuple[bool, int]], cuts: list[float]) -> None:
    rng = np.random.default_rng(len(rows))
    values, who = rng.choice([UNSEEN, -0.5, 0.0, 0.5], len(rows)), np.array([row[1] for row in rows])
    together = tally_by_subject(values, who, cuts)
    for i, cut in enumerate(cuts):
        alone = tally_by_subject((values >= cut).astype(float), who, [0.5])
        assert together.count_squares[i] == alone.count_squares[0]
        assert together.count_passes[i] == alone.count_passes[0]
        for name in ("pulled_count_squares", "pulled_count_passes"):
            assert getattr(together, name)[i] == pytest.approx(getattr(alone, name)[0])


@given(people)
@settings(max_examples=50)
def test_an_interval_by_subject_holds_the_rate_and_stays_within_0_and_1(rows: list[tuple[bool, int]]) -> None:
    outcome, who = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    low, high = interval_by_subject(outcome, who)
    if len(set(who.tolist())) > 1:
        assert 0 <= low <= outcome.mean() <= high <= 1


def test_the_bootstrap_is_the_same_for_the_same_seed() -> None:
    outcome, who = np.arange(60) % 3 == 0, np.arange(60) // 4
    one, other = (bootstrap_by_subject(outcome, who, rng=np.random.default_rng(7)) for _ in range(2))
    assert one == other


def test_the_bootstrap_agrees_with_the_interval_that_needs_no_random_numbers() -> None:
    rng = np.random.default_rng(5)
    who = np.repeat(np.arange(80), 5)
    outcome = rng.random(400) < rng.beta(7, 3, 80)[who]
    resampled = bootstrap_by_subject(outcome, who, rng=rng, resamples=20_000)
    assert list(map(float, resampled)) == pytest.approx(list(map(float, interval_by_subject(outcome, who))), abs=0.004)


# coverage, in short; tests/benchmarks/coverage.py prints the whole table


@pytest.mark.parametrize("regime", REGIMES[:7], ids=str)
def test_the_interval_by_subject_covers_the_truth_in_93_to_97_of_100_evaluations(regime: tuple[float, ...]) -> None:
    share = covered(interval_by_subject, regime, 2_000, np.random.default_rng(7))[0]
    assert 0.93 <= share <= 0.97


@pytest.mark.parametrize("regime", REGIMES[9:12], ids=str)
def test_where_fewer_than_four_errors_come_in_as_many_passes_as_people_it_covers_more(
    regime: tuple[float, ...],
) -> None:
    assert covered(interval_by_subject, regime, 1_000, np.random.default_rng(7))[0] >= 0.95


@pytest.mark.parametrize("regime", UNEVEN, ids=str)
def test_the_interval_covers_the_truth_where_a_few_people_make_most_of_the_passes(regime: Uneven) -> None:
    assert covered(interval_by_subject, regime, 1_000, np.random.default_rng(7))[0] >= 0.93


@pytest.mark.parametrize("regime", GOATS, ids=str)
def test_the_interval_of_errors_covers_the_truth_where_a_few_people_make_most_of_them(regime: Goats) -> None:
    errors, _, width = covered_with_goats(regime, 500, np.random.default_rng(7))
    assert errors[0] >= 0.95
    assert width < 0.6


@pytest.mark.parametrize(
    ("people", "each"), [(10, 100), (7, 10), (20, 50), (40, 30), (5, 200), (30, 20), (100, 10), (2, 50)]
)
@pytest.mark.parametrize("spread", [True, False], ids=["each by another person", "all by one"])
def test_more_errors_never_give_a_lower_upper_limit(people: int, each: int, spread: bool) -> None:
    who = np.repeat(np.arange(people), each)
    first = np.flatnonzero(np.arange(who.size) % each == 0) if spread else np.arange(each)
    limits = [interval_by_subject(np.isin(np.arange(who.size), first[:n]), who) for n in range(min(first.size, 12) + 1)]
    upper = [float(limit.high) for limit in limits]
    assert upper == sorted(upper)
    assert upper[0] == pytest.approx(clopper_pearson(0, people).high)


def test_two_misses_do_not_make_a_recognition_rate_surer_than_none() -> None:
    who = np.repeat(np.arange(10), 100)
    limits = [interval_by_subject(~np.isin(np.arange(1000), [0, 100, 200][:n]), who) for n in range(4)]
    assert [float(limit.low) for limit in limits] == pytest.approx([0.691] * 4, abs=1e-3)
    everyone = interval_by_subject(np.arange(1000) % 100 > 1, who)  # two misses of each of the ten
    assert everyone.low > 0.96


def test_the_variance_rests_on_the_people_who_carry_the_errors() -> None:
    heaped = tally_by_subject(np.arange(200) < 10, np.arange(200) // 10, [0.5])  # all ten passes of one of 20 people
    assert degrees_of_freedom(heaped) == 1 / 0.9**2
    halves = tally_by_subject(np.arange(200) < 100, np.arange(200) // 10, [0.5])  # all passes of ten of 20 people
    assert degrees_of_freedom(halves) == 19


def test_the_bootstrap_by_subject_covers_the_truth_in_93_to_97_of_100_evaluations() -> None:
    rng = np.random.default_rng(7)

    def bootstrap(outcome: np.ndarray, who: np.ndarray) -> Interval:
        return bootstrap_by_subject(outcome, who, rng=rng, resamples=400)

    assert 0.93 <= covered(bootstrap, REGIMES[2], 2_000, rng)[0] <= 0.97


def test_quantiles_of_resampled_rates_cover_too_seldom_with_few_people() -> None:
    rng = np.random.default_rng(7)

    def quantiles(outcome: np.ndarray, who: np.ndarray) -> np.ndarray:
        hits, size = np.bincount(who, outcome), np.bincount(who)
        drawn = rng.integers(0, size.size, (400, size.size))
        return np.quantile(hits[drawn].sum(1) / size[drawn].sum(1), [0.025, 0.975])

    assert covered(quantiles, REGIMES[0], 1_000, rng)[0] < 0.88


def test_an_interval_over_passes_as_if_independent_covers_far_too_seldom() -> None:
    def naive(outcome: np.ndarray, who: np.ndarray) -> Interval:
        return clopper_pearson(outcome.sum(), outcome.size)

    assert covered(naive, REGIMES[3], 500, np.random.default_rng(7))[0] < 0.80


@pytest.mark.parametrize(("n", "rate"), [(10, 0.2), (42, 0.19), (100, 0.05), (1_000, 0.001), (1_000, 0.01)])
def test_clopper_pearson_covers_at_least_95_of_100(n: int, rate: float) -> None:
    assert exact_coverage(n, rate) >= 0.95


@pytest.mark.parametrize(("n", "rate"), [(300, 0.3), (3_000, 0.01), (10_000, 0.02)])
def test_clopper_pearson_covers_no_more_than_97_of_100_once_errors_are_many(n: int, rate: float) -> None:
    assert 0.95 <= exact_coverage(n, rate) <= 0.97


# ratios and groups


def test_a_ratio_to_a_rate_of_zero_has_no_upper_limit() -> None:
    limits = ratio_interval(0.1, clopper_pearson(20, 200), 0.0, clopper_pearson(0, 200))
    assert limits.low > 1
    assert limits.high == np.inf


def test_a_ratio_of_a_rate_of_zero_starts_at_zero() -> None:
    limits = ratio_interval(0.0, clopper_pearson(0, 200), 0.1, clopper_pearson(20, 200))
    assert limits.low == 0
    assert 0 < limits.high < 1


def test_a_ratio_of_unknown_rates_is_nan() -> None:
    assert np.isnan(ratio_interval(np.nan, clopper_pearson(0, 0), 0.1, clopper_pearson(20, 200))).all()


def test_turning_a_ratio_round_turns_its_limits_round() -> None:
    one, other = clopper_pearson(40, 200), clopper_pearson(15, 150)
    there, back = ratio_interval(0.2, one, 0.1, other), ratio_interval(0.1, other, 0.2, one)
    assert float(there.low * back.high) == pytest.approx(1)
    assert float(there.high * back.low) == pytest.approx(1)


def test_the_ratio_interval_covers_at_least_95_of_100() -> None:
    assert ratio_coverage(200, 0.1, 2.0, 2_000, np.random.default_rng(7))[0] >= 0.95


def test_a_group_of_too_few_people_has_no_rate() -> None:
    rates = group_rates([True] * 9 + [False] * 10, ["few"] * 9 + ["many"] * 10)
    assert rates.group.tolist() == ["few", "many"]
    assert np.isnan(rates.rate[0])
    assert np.isnan(rates.low[0])
    assert np.isnan(rates.ratio[0])
    assert rates.count.tolist() == [9, 0]


def test_a_group_with_one_member_has_no_rate_however_often_she_passes() -> None:
    rates = group_rates([True] * 30, ["x"] * 10 + ["y"] * 20, np.r_[np.arange(10), [99] * 20])
    assert rates.people.tolist() == [10, 1]
    assert np.isnan(rates.rate).tolist() == [False, True]


def test_one_member_has_no_interval_even_if_one_is_said_to_be_enough() -> None:
    rates = group_rates([True, False], ["x", "x"], ["a", "a"], least=1)
    assert rates.rate[0] == 0.5
    assert np.isnan(rates.high[0])


def test_the_reference_is_the_largest_group_or_the_one_asked_for() -> None:
    outcome, group = np.arange(60) % 5 == 0, ["x"] * 20 + ["y"] * 40
    assert group_rates(outcome, group).reference == "y"
    rates = group_rates(outcome, group, reference="x")
    assert rates.reference == "x"
    assert rates.ratio.tolist() == [1, 1]
    assert np.isnan(rates.ratio_low).tolist() == [True, False]
    assert rates.ratio_low[1] < 1 < rates.ratio_high[1]


def test_an_unknown_reference_group_is_refused() -> None:
    with pytest.raises(InputError, match="the groups are x"):
        group_rates([True], ["x"], reference="z")


def test_passes_without_a_recorded_group_are_left_out() -> None:
    rates = group_rates([True, True], ["", ""])
    assert rates.group.size == 0
    assert rates.reference == ""


def test_the_ratio_to_a_group_without_errors_is_nan() -> None:
    rates = group_rates([False] * 20 + [True] * 10, ["none"] * 20 + ["some"] * 10)
    assert np.isnan(rates.ratio[1])
    assert rates.ratio_high[1] == np.inf


# what is refused, and what is taken as it must be


@pytest.mark.parametrize("within", [0, -1, np.nan, 1.5, True, "1"])
def test_the_last_rank_that_counts_is_a_whole_number_from_one(within):
    for rate in (tpir, fnir):
        with pytest.raises(InputError, match="give a whole number from 1, or None for any rank"):
            rate([0.9, 0.8], 0.5, rank=[1, 2], within=within)


def test_each_mated_pass_has_a_rank_of_its_own():
    for rank in ([1], [1, 2, 3]):
        with pytest.raises(InputError, match="ranks were given for 2 mated passes; give one for each"):
            tpir([0.9, 0.8], 0.5, rank=rank, within=1)
    assert tpir([0.9, 0.8], 0.5, rank=[1, 2], within=np.int64(1)) == 0.5


def test_the_curve_of_scores_in_half_precision_ends_without_an_alert():
    det = det_curve(np.float16([0.5, 0.9]), np.float16([0.1, 0.9]))
    assert det.fpir[-1] == 0 and det.fnir[-1] == 1 and det.threshold.size == 4
    assert scores_of(np.float16([0.5])).dtype == np.float32 and scores_of(np.float32([0.5])).dtype == np.float32


def test_a_pass_without_a_score_never_alerts_not_even_at_no_threshold():
    scores = np.array([-np.inf, 0.1])
    assert alerting(scores, -np.inf).tolist() == [False, True]
    assert alerting(scores, -np.inf).mean() == fpir(scores, -np.inf)


@pytest.mark.parametrize("share", [-0.1, 1.1, np.nan])
def test_a_share_of_the_people_is_from_none_to_all(share):
    with pytest.raises(InputError, match="give one from 0 to 1, such as"):
        split_by_subject(["a", "b"], np.random.default_rng(1), share)


def test_nobody_is_not_one_person():
    with pytest.raises(InputError, match="there is no pass to divide"):
        split_by_subject([], np.random.default_rng(1))


@pytest.mark.parametrize("apart", [[True, np.nan], [True, None]])
def test_a_pass_is_on_one_side_or_the_other(apart):
    with pytest.raises(InputError, match="the side of a pass is missing in 1 of 2 passes"):
        split_by_subject(["a", "b"], np.random.default_rng(1), apart=np.array(apart, object))


@pytest.mark.parametrize("points", [-1, 0, 1, 2.5])
def test_a_curve_is_drawn_with_two_points_at_least(points):
    with pytest.raises(InputError, match="a curve is drawn with 2 points or more"):
        thin(det_curve([0.9, 0.8], [0.1]), points)
