"""The picture of both rates: every threshold has its place, and who cannot see it is told the same."""

import re

import numpy as np
import pytest

from tests.test_evaluation import many, small
from workbench.evaluation import Trials
from workbench.trade_off import trade_off


def places(page: str, kind: str) -> np.ndarray:
    """The corners of a path, per cent of the width and of the height from above."""
    path = re.search(rf'class="{kind}" d="M([^"Z]+)', page).group(1)
    return np.array([[float(number) for number in pair.split()] for pair in path.split("L")])


def test_a_tenth_of_the_strangers_is_as_far_from_all_of_them_as_a_hundredth_from_a_tenth() -> None:
    rates = np.array([1.0, 0.1, 0.01, 0.0])
    drawn = trade_off(rates, np.array([1.0, 0.9, 0.5, 0.25]), np.zeros(4), np.ones(4))
    across, down = places(drawn, "rates").T
    assert across[0] == 100 and across[3] == 0 < across[2]
    assert across[0] - across[1] == pytest.approx(across[1] - across[2], abs=0.02)
    assert down.tolist() == [0, 10, 50, 75]
    band = places(drawn, "band")
    assert band[:4, 1].tolist() == [100] * 4 and band[4:, 1].tolist() == [0] * 4
    assert band[4:, 0].tolist() == across[::-1].tolist()


def test_who_cannot_see_it_hears_what_one_in_ten_and_fewer_cost() -> None:
    drawn = trade_off(np.array([1.0, 0.1, 0.002, 0.0]), np.array([1.0, 0.9, 0.5, 0.25]), np.zeros(4), np.ones(4))
    assert "raise an alert: 90.0 % at 1 in 10, 50.0 % at 1 in 500, 25.0 % at none seen" in drawn


def test_the_scale_begins_below_the_smallest_share_and_names_what_it_has_no_place_for() -> None:
    page = many().curve()._repr_html_()
    labels = re.findall(r'class="under[^>]*>([^<]+)<', page)
    assert labels == ["none", "1 in 10,000", "1 in 1,000", "1 in 100", "1 in 10", "all"]


def test_a_curve_shows_its_thresholds_with_counts_and_limits_and_what_has_to_be_known() -> None:
    trials = many()
    page, point = trials.curve()._repr_html_(), trials.curve().at(fpir=0.01)
    assert page.count("<tr>") == 6 and all(words in page for words in point.shares())
    assert "<p>These thresholds are chosen on the passes that they are reported on" in page
    assert len(page) < 20_000


def test_thresholds_that_differ_are_told_apart() -> None:
    strangers = [0.9 - 1e-5 * k for k in range(1_000)]
    page = Trials.of([0.95, 0.8], strangers, watchlist=2).curve()._repr_html_()
    lines = re.findall(r"<td>1 in [\d,]+</td><td>([\d.]+)</td>", page)
    assert len(lines) == len(set(lines)) == 5


@pytest.mark.parametrize(
    "trials, words",
    [
        (Trials.of([0.9], [], watchlist=2), "how often strangers raise an alert is too few to say"),
        (Trials.of([], [0.1, 0.2], watchlist=2), "whether listed people are recognised is too few to say"),
        (Trials.of([0.9, 0.8], [0.1, 0.2], watchlist=2, by_alert=True), "not known"),
        (Trials.of([], [], watchlist=2), "There is no pass at all"),
    ],
)
def test_what_is_not_known_is_not_drawn(trials: Trials, words: str) -> None:
    page = trials.curve()._repr_html_()
    assert "<svg" not in page and words in page


def test_a_rate_of_one_person_is_not_drawn() -> None:
    assert "<svg" in small().curve()._repr_html_()
    one = Trials.of(
        [0.9, 0.8], [0.1, 0.2, 0.3], watchlist=2, nonmated_subject=["a", "a", "a"], mated_subject=["b", "c"]
    )
    assert "<svg" not in one.curve()._repr_html_()
