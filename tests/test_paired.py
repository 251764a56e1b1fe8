"""Two systems on the same passes: exact tests against scipy and by hand, people as the units."""

import numpy as np
import pytest
from scipy.stats import binomtest

from workbench.errors import InputError
from workbench.paired import paired, sign_flip_p


@pytest.mark.parametrize(("only_old", "only_new"), [(0, 1), (2, 8), (5, 5), (0, 12), (31, 14)])
def test_with_one_pass_a_person_it_is_mcnemars_exact_test(only_old: int, only_new: int) -> None:
    old = np.array([True] * 20 + [True] * only_old + [False] * only_new)
    new = np.array([True] * 20 + [False] * only_old + [True] * only_new)
    result = paired(old, new)
    assert (result.both, result.only_old, result.only_new, result.neither) == (20, only_old, only_new, 0)
    assert result.p == pytest.approx(binomtest(only_new, only_old + only_new).pvalue)


def test_ten_repeats_of_one_person_are_one_vote() -> None:
    old, new = np.array([False] * 10 + [True] * 10), np.ones(20, bool)
    assert paired(old, new, ["a"] * 10 + ["b"] * 10).p == 1.0  # one person differs, and a coin has two sides
    assert paired(old, new).p == pytest.approx(2 / 2**10)


def test_leads_of_several_are_flipped_as_a_whole() -> None:
    assert sign_flip_p([2, 1]) == 0.5  # of +-2 +-1: 3, 1, -1, -3; as far from 0 as 3 are two of four
    assert sign_flip_p([2, -1]) == 1.0


def test_the_difference_holds_the_measured_one_and_agreement_is_no_proof_of_equality() -> None:
    same = np.arange(100) < 90
    result = paired(same, same)
    assert result.difference == 0 and result.low < -0.01 and result.high > 0.01
    better = paired(np.arange(200) < 120, np.arange(200) < 160)
    assert better.difference == 0.2 and 0.1 < better.low < 0.2 < better.high < 0.3


def test_one_person_and_nobody_are_too_few_to_say() -> None:
    for result in (paired([True, False], [True, True], ["a", "a"]), paired([], [])):
        assert np.isnan(result.p) and np.isnan(result.low) and np.isnan(result.high)


def test_answers_to_different_numbers_of_passes_are_refused() -> None:
    with pytest.raises(InputError, match="not of the same passes"):
        paired([True], [True, False])
