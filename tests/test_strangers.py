"""Expected false candidates: counts of strangers' scores, divided by list length, times the tracks searched."""

import math

import numpy as np
import pytest

from workbench.errors import InputError
from workbench.rarity import Rarity, rarity_words
from workbench.strangers import Expected, Known, Strangers, Unknown, assumption, expected_line, selected_words


def test_one_of_four_strangers_at_a_list_of_one_gives_a_quarter_of_what_is_searched() -> None:
    found = Strangers.of([0.1, 0.2, 0.3, 0.4], listed=1).expected(0.4, 100)
    assert found.mean == pytest.approx(25.0) and found.low < 25 < found.high


def test_a_score_equal_to_a_stranger_s_is_reached_by_it_and_one_between_two_errs_to_more() -> None:
    strangers = Strangers.of([0.3], listed=1)
    assert strangers.expected(0.3, 1).mean == 1 and strangers.expected(0.302, 1).mean == 1
    assert math.isnan(strangers.expected(0.305, 1).mean)


def test_with_a_hundred_listed_each_comparison_gets_its_share() -> None:
    strangers = Strangers.of([0.9] + [0.1] * 999, listed=100)
    assert strangers.expected(0.9, 1_000_000).mean == pytest.approx(1e6 * (1 - (1 - 0.001) ** 0.01))


def test_where_no_stranger_reached_the_score_the_rule_of_three_is_what_can_be_claimed() -> None:
    mean, low, high = Strangers.of([0.1] * 3_000, listed=1).expected(0.8, 1_000)
    assert math.isnan(mean) and low == 0 and high == pytest.approx(1.0, rel=0.01)


def test_nothing_measured_is_not_known_and_never_nought() -> None:
    for basis in (Strangers.of([], listed=5), Strangers.together([]), Unknown()):
        assert all(math.isnan(value) for value in basis.expected(0.9, 10))
    assert expected_line(Unknown().expected(0.9, 10), 10) == "how many others score this high is not known"


@pytest.mark.parametrize("score", [-1.0, 1.0])
def test_the_ends_of_the_scale_are_scores_too(score: float) -> None:
    assert Strangers.of([score], listed=1).expected(score, 7).mean == 7


def test_cases_add_up_and_are_kept_as_they_are() -> None:
    both = Strangers.together(
        [Strangers.of([0.5], 10, "a"), Strangers.of([0.1, 0.5, 0.2], 30, "a"), Strangers.of([], 9)]
    )
    assert (both.passes, both.listed, both.assumption) == (4, 25.0, "a")
    again = Strangers.kept(both.to_dict())
    assert np.array_equal(again.reached, both.reached) and again.expected(0.5, 9) == both.expected(0.5, 9)


def test_of_the_pack_s_one_measured_score_nothing_is_said_below_and_at_most_above() -> None:
    basis = Known(Rarity(0.4, 0.01, 1, "the pack"))
    assert math.isnan(basis.expected(0.39, 100).high)
    assert basis.expected(0.4, 100).mean == pytest.approx(1.0)
    mean, low, high = basis.expected(0.5, 100)
    assert math.isnan(mean) and (low, high) == (0.0, pytest.approx(1.0))


def test_an_assumption_is_said_to_be_one() -> None:
    basis = assumption("0.6=1e-6", "A. Ng")
    assert basis.expected(0.6, 2_000_000_000).mean == pytest.approx(2_000)
    assert basis.words == "assumed by A. Ng, not measured: one comparison in 1,000,000 of two people reaches 0.600"


@pytest.mark.parametrize("text", ["", "0.6", "0.6=", "2=1e-6", "0.6=0", "0.6=1", "nan=0.1", "0.6=1e-6=2", "a=b"])
def test_no_assumption_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match=r"SCORE=RATE, such as 0.60=1e-6"):
        assumption(text, "A. Ng")


def test_an_expectation_reads_as_a_sentence() -> None:
    said = expected_line(Expected(12.4, 8.0, 1_900.0), 10_000)
    assert said == "12 tracks of others among 10,000 are expected this high by chance (95 %: 8 to 1,900)"


def test_a_stated_rate_has_no_limits() -> None:
    said = expected_line(assumption("0.6=1e-6", "A. Ng").expected(0.6, 10**7), 10**7)
    assert said == "10 tracks of others among 10,000,000 are expected this high by chance"


def test_lists_of_different_lengths_do_not_make_strangers_look_rarer() -> None:
    each, rates = 200_000, {10: 1 - 0.999**10, 10_000: 1 - 0.999**10_000}
    parts = [Strangers.of(np.where(np.arange(each) < each * p, 0.5, 0.0), listed) for listed, p in rates.items()]
    together = Strangers.together(parts)
    assert together.expected(0.5, 100_000).mean == pytest.approx(100, rel=0.03)
    assert Strangers.kept(together.to_dict()).expected(0.5, 9) == together.expected(0.5, 9)


def test_whom_the_tracks_were_kept_for_meets_more_than_chance() -> None:
    """Strangers whose best of 20 listed people reaches 0.45 are kept; then one of the 20 is asked for."""
    rng = np.random.default_rng(3)
    listed, passers = (rng.standard_normal((n, 64)) for n in (20, 40_000))
    listed, passers = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in (listed, passers))
    best = (passers @ listed.T).max(axis=1)
    kept = passers[best >= 0.45]
    by_chance = Strangers.of(best, 20).expected(0.45, len(kept))
    there = (kept @ listed.T >= 0.45).sum(axis=0).mean()
    times = len(passers) / len(kept)
    assert there > 20 * by_chance.high and there <= 1.3 * times * by_chance.mean
    assert f"up to {times:,.0f} times as many; 40,000 passes were compared" in selected_words(40_000, len(kept))
    assert selected_words(0, 5).endswith("how many more is not known") and selected_words(5, 5) == ""


def test_a_score_that_is_no_score_is_refused_and_none_without_a_face_reaches_any() -> None:
    with pytest.raises(InputError, match="a stranger's score is NaN in 1 of 3 passes"):
        Strangers.of([0.1, 0.2, np.nan], listed=5)
    assert Strangers.of([-np.inf, 0.5], listed=5).reached[[0, -1]].tolist() == [1, 0]


def test_a_score_beyond_the_grid_is_taken_for_its_end_and_no_score_says_nothing() -> None:
    strangers = Strangers.of([1.0, 0.1], listed=1)
    assert strangers.expected(1.006, 4) == strangers.expected(np.inf, 4) == strangers.expected(1.0, 4)
    assert strangers.expected(-np.inf, 4) == strangers.expected(-1.0, 4)
    assert all(math.isnan(value) for value in strangers.expected(float("nan"), 4))


def test_strangers_are_the_same_by_their_counts() -> None:
    assert Strangers.of([0.1], 5) == Strangers.of([0.1], 5) != Strangers.of([0.2], 5)
    assert Strangers.together([]) == Strangers.together([])  # whose length of the list nobody knows


def test_one_track_is_one() -> None:
    assert expected_line(Expected(1.0, 0.5, 1.2), 1) == (
        "1 track of others among 1 is expected this high by chance (95 %: 0.5 to 1.2)"
    )
    assert (
        expected_line(Expected(math.nan, 0.0, 1.0), 9)
        == "at most 1 track of others among 9 is expected this high by chance"
    )
    assert "1 track searched" in selected_words(9, 1)


def test_a_score_that_no_stranger_reached_is_told_so_and_so_is_a_list_of_nobody() -> None:
    measured = Rarity(0.4, 0.0, 20, "ORL")
    assert rarity_words(0.5, [measured], 20) == "reaches 0.400, as no stranger did who was measured"
    assert rarity_words(0.5, [Rarity(0.4, 0.01, 20, "ORL")], 0) == "nobody is listed, whom a stranger could resemble"
    assert rarity_words(0.5, [Rarity(0.4, 0.01, 0, "ORL")], 20).endswith("was not measured")
