"""What rates come to in use, checked against the published figures and by hand."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import groups, metrics, outcomes
from workbench.errors import InputError
from workbench.evaluation import Trials
from workbench.groups import group_rates
from workbench.intervals import clopper_pearson
from workbench.outcomes import (
    alerts_per_hour,
    best_claim,
    enough_errors,
    expect,
    false_alert_rate_per_alert,
    false_alert_rate_per_face_seen,
    false_alerts_per_hour,
    one_in,
    one_stranger_in,
    passes_needed,
    precision,
    reviewers_minutes,
    rule_of_three,
    scale_fpir,
)
from workbench.sentences import (
    copies_words,
    false_alert_words,
    floor_words,
    found_words,
    group_words,
    needed_words,
    no_class_words,
    one_in_words,
    one_person_words,
    per_cent,
    share_words,
    stranger_words,
    workload_words,
    wrong_alert_words,
)

share = st.integers(0, 1_000).map(lambda thousandths: thousandths / 1_000)
NAN = float("nan")


# precision and the two false alert rates


def test_the_same_system_is_6_or_41_or_88_per_cent_right_as_the_base_rate_decides() -> None:
    right = 100 * precision([1e-4, 1e-3, 1e-2], 0.70, 0.001)
    assert right.round(1).tolist() == [6.5, 41.2, 87.6]


def test_precision_without_any_alert_is_nan() -> None:
    assert np.isnan(precision(0.01, 0.0, 0.0))
    assert np.isnan(precision(0.0, 0.7, 0.0))


def test_precision_is_0_if_nobody_is_listed_and_1_if_everybody_is() -> None:
    assert precision(0.0, 0.7, 0.001) == 0
    assert precision(1.0, 0.7, 0.001) == 1


def test_the_met_2025_false_alert_rates_are_far_apart_though_they_are_of_one_system() -> None:
    assert 100 * false_alert_rate_per_face_seen(10, 3_147_436) == pytest.approx(0.0003, abs=5e-5)
    assert 100 * false_alert_rate_per_alert(10, 2_077) == pytest.approx(0.48, abs=5e-3)


def test_the_met_2018_and_essex_shares_of_wrong_alerts() -> None:
    assert false_alert_rate_per_alert(102, 104) == pytest.approx(0.981, abs=5e-4)
    assert 1 - false_alert_rate_per_alert(42 - 8, 42) == pytest.approx(0.190, abs=5e-4)


def test_more_false_alerts_than_there_are_alerts_or_faces_are_refused() -> None:
    with pytest.raises(InputError, match="more false alerts than alerts; give both of the same days"):
        false_alert_rate_per_alert([1, 20], 10)
    with pytest.raises(InputError, match="more false alerts than faces seen"):
        false_alert_rate_per_face_seen(11, 10)
    assert false_alert_rate_per_alert(10, 10) == 1 and np.isnan(false_alert_rate_per_alert(np.nan, 10))


def test_false_alert_rates_of_nothing_are_nan() -> None:
    assert np.isnan(false_alert_rate_per_face_seen(0, 0))
    assert np.isnan(false_alert_rate_per_alert(0, 0))


# list size


def test_fpir_at_the_same_list_size_is_unchanged() -> None:
    assert scale_fpir(0.003, 500, 500) == pytest.approx(0.003)


def test_a_list_ten_times_as_long_alerts_nearly_ten_times_as_often_while_rare() -> None:
    assert scale_fpir(1e-6, 1_000, 10_000) == pytest.approx(1e-5, rel=1e-5)
    assert scale_fpir(1 / 60_000, 1_000, 10_000) == pytest.approx(1 / 6_000, rel=1e-3)  # NPL 2023, threshold 0.60


def test_list_scaling_worked_by_hand() -> None:
    assert scale_fpir(0.5, 1, 2) == pytest.approx(0.75)
    assert scale_fpir(0.75, 2, 1) == pytest.approx(0.5)


def test_list_scaling_at_the_ends() -> None:
    assert scale_fpir(0.0, 10, 1_000) == 0
    assert scale_fpir(1.0, 10, 1_000) == 1
    assert scale_fpir(0.5, 10, 0) == 0
    assert scale_fpir(1.0, 10, 0) == 0
    assert np.isnan(scale_fpir(NAN, 10, 20))


def test_list_scaling_from_nobody_is_refused() -> None:
    with pytest.raises(InputError, match="nobody on the list"):
        scale_fpir(0.1, 0, 10)


@given(st.floats(1e-9, 0.999), st.integers(1, 10**6), st.integers(1, 10**6))
def test_list_scaling_there_and_back_changes_nothing(rate: float, n1: int, n2: int) -> None:
    there = scale_fpir(rate, n1, n2)
    if 0 < there < 1 - 1e-6:
        assert scale_fpir(there, n2, n1) == pytest.approx(rate, rel=1e-6)


# workload


def test_a_deployment_worked_by_hand() -> None:
    day = expect(0.5, 0.01, passers_per_hour=1_000, base_rate=0.1, hours=2, seconds_each=60, reviewers=2)
    assert (day.faces_seen, day.listed) == (2_000, 200)
    assert (day.true_alerts, day.missed) == (100, 100)
    assert day.false_alerts == pytest.approx(18)
    assert day.alerts == pytest.approx(118)
    assert day.per_face_seen == pytest.approx(0.009)
    assert day.per_alert == pytest.approx(18 / 118)
    assert day.minutes == pytest.approx(236)


def test_a_deployment_without_passers_has_no_rates() -> None:
    day = expect(0.7, 0.001, passers_per_hour=0, base_rate=0.01)
    assert day.alerts == 0
    assert np.isnan(day.per_face_seen)
    assert np.isnan(day.per_alert)


def test_a_deployment_with_an_unknown_rate_is_unknown_and_not_zero() -> None:
    day = expect(NAN, 0.001, passers_per_hour=1_000, base_rate=0.01)
    assert np.isnan(day.alerts)
    assert np.isnan(day.minutes)
    assert day.false_alerts == pytest.approx(0.99)


def test_alerts_of_an_hour() -> None:
    assert false_alerts_per_hour(1_000, 0.0, 0.001) == 1
    assert alerts_per_hour(1_000, 1.0, 0.7, 0.001) == 700


def test_two_reviewers_take_twice_the_minutes_of_one() -> None:
    assert reviewers_minutes(10, 30, 1) == 5
    assert reviewers_minutes(10, 30, 2) == 10


def test_outcomes_take_arrays_that_broadcast() -> None:
    day = expect(0.7, [0.001, 0.01], passers_per_hour=[[1_000], [2_000]], base_rate=0.01)
    assert day.alerts.shape == (2, 2)


@given(share, share, share)
def test_right_and_wrong_alerts_make_all_alerts(base: float, t: float, f: float) -> None:
    day = expect(t, f, passers_per_hour=1_000, base_rate=base)
    assert day.true_alerts + day.false_alerts == pytest.approx(float(day.alerts))
    if day.alerts > 0:
        assert 1 - day.per_alert == pytest.approx(float(precision(base, t, f)))


def test_rates_and_amounts_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError, match="the base rate is outside 0 to 1"):
        precision(6.5, 0.7, 0.001)
    with pytest.raises(InputError, match="hours is below 0"):
        expect(0.7, 0.001, passers_per_hour=10, base_rate=0.1, hours=-1)


# what can be claimed


def test_the_floor_is_three_over_the_number_of_passes() -> None:
    assert rule_of_three(3_000) == pytest.approx(1 / 1_000)
    assert rule_of_three(2) == 1
    assert np.isnan(rule_of_three(0))


def test_the_floor_is_close_to_the_exact_limit() -> None:
    passes = np.array([100, 1_000, 100_000])
    np.testing.assert_allclose(best_claim(0, passes), rule_of_three(passes), rtol=0.02)


def test_passes_needed_for_the_published_claims() -> None:
    assert passes_needed([1 / 1_000, 1 / 6_000, 1 / 60_000]).tolist() == [3_000, 18_000, 180_000]


def test_a_rate_of_zero_can_never_be_claimed() -> None:
    assert np.isnan(passes_needed(0.0))


def test_thirty_errors_are_enough_for_thirty_per_cent() -> None:
    assert enough_errors([0, 29, 30]).tolist() == [False, False, True]
    assert best_claim(30, 100_000) == pytest.approx(1.3 * 30 / 100_000, rel=0.05)


def test_one_in_a_rate_of_zero_is_unknown() -> None:
    assert one_in([0.001, 0]).tolist()[0] == 1_000
    assert np.isnan(one_in(0.0))


def test_one_stranger_in_four_reaches_the_top_score_of_four() -> None:
    rarity = one_stranger_in(0.9, [0.1, 0.2, 0.3, 0.9])
    assert (rarity.n, rarity.count, rarity.of) == (4, 1, 4)
    assert rarity.n_low < 4 < rarity.n_high


def test_a_score_that_no_stranger_reached_has_no_number_but_a_limit() -> None:
    rarity = one_stranger_in(0.95, np.linspace(0, 0.9, 2_000))
    assert np.isnan(rarity.n)
    assert rarity.n_high == np.inf
    assert rarity.n_low == pytest.approx(2_000 / 3.69, rel=0.01)


def test_without_strangers_nothing_is_said_of_a_score() -> None:
    rarity = one_stranger_in(0.5, [])
    assert np.isnan(rarity.n)
    assert np.isnan(rarity.n_low)
    assert "too few to say" in stranger_words(rarity)


# sentences


def test_a_manager_reads_both_false_alert_rates_with_their_denominators() -> None:
    assert false_alert_words(3, 3_000) == "1 false alert in 1,000 faces seen (3 of 3,000)"
    assert wrong_alert_words(1e-4, 0.70, 0.001).startswith("93 of 100 alerts wrong at this base rate")


def test_no_false_alert_is_told_with_what_can_be_claimed() -> None:
    assert false_alert_words(0, 2_000).endswith("nothing better than 1 in 667 can be claimed")


def test_what_can_be_claimed_counts_people_where_people_return() -> None:
    assert false_alert_words(0, 2_000, people=10) == (
        "no false alert in 2,000 faces seen, of 10 people; nothing better than 1 in 3.3 can be claimed"
    )
    assert false_alert_words(0, 3_000, people=1) == (
        "no false alert in 3,000 faces seen, of 1 person; too few to say, nothing can be claimed"
    )
    rarity = one_stranger_in(0.9, np.zeros(2_000), np.arange(2_000) // 200)
    assert rarity.n_low == pytest.approx(1 / clopper_pearson(0, 10).high)
    assert stranger_words(rarity) == (
        "none of 2,000 passes of 10 people reached this score; nothing better than 1 in 3.3 can be claimed"
    )


def test_one_strangers_many_passes_say_nothing_of_other_people() -> None:
    rarity = one_stranger_in([0.9, 0.0], np.zeros(3_000), ["s"] * 3_000)
    assert np.isnan(rarity.n_low).all() and np.isnan(rarity.n_high).all()
    assert (rarity.of, rarity.people) == (3_000, 1)


@pytest.mark.parametrize("people", [1, 3, 4, 10, 500])
def test_a_point_claims_no_more_than_its_own_interval_allows(people: int) -> None:
    scores, who = np.linspace(0, 0.4, 3_000), np.arange(3_000) % people
    point = Trials.of([0.9], scores, watchlist=20, nonmated_subject=who.astype(str)).curve().at(threshold=0.5)
    said = point.sentences()[0]
    if people < 4:
        assert said.endswith("nothing can be claimed") and "better than" not in said
    else:
        assert said.endswith(f"nothing better than {one_in_words(3 / people)} can be claimed")
        assert 3 / people >= 0.8 * point.fpir_high  # one limit at 95 % and one of two


def test_a_target_that_one_person_cannot_prove_is_said_not_to_be_proven() -> None:
    trials = Trials.of([0.9], np.linspace(0, 0.4, 3_000), watchlist=20, nonmated_subject=["s"] * 3_000)
    said = " ".join(trials.curve().at(fpir=1e-3).concerns())
    assert "1 in 1,000 was asked for and is not proven: nothing can be claimed after 3,000 passes by 1 person" in said
    assert "to claim 1 in 1,000 takes 3,000 passes of as many people" in said


def test_undefined_numbers_are_too_few_to_say() -> None:
    said = [
        per_cent(NAN),
        one_in_words(NAN),
        share_words(0, 0, NAN, NAN),
        share_words(5, 5, NAN, NAN),
        false_alert_words(0, 0),
        found_words(0, 0),
        floor_words(0),
        wrong_alert_words(0.1, NAN, 0.001),
        workload_words(expect(NAN, 0.1, passers_per_hour=1, base_rate=0.1), 1),
        no_class_words(0, 0),
    ]
    assert all("too few to say" in sentence for sentence in said)
    assert not any("nan" in sentence for sentence in said)


def test_shares_are_written_with_their_counts_and_limits() -> None:
    assert share_words(8, 42, 0.0860, 0.3412) == "8 of 42 (19.0 %; 95 %: 8.6 to 34.1 %)"


def test_small_rates_keep_two_figures() -> None:
    assert per_cent(10 / 3_147_436) == "0.00032 %"
    assert per_cent(0.0048) == "0.48 %"
    assert per_cent(0.0) == "0.0 %"
    assert per_cent(1.0) == "100.0 %"


def test_nearly_all_wrong_is_not_called_all() -> None:
    assert wrong_alert_words(1e-6, 0.7, 0.001).startswith("more than 99 of 100")
    assert wrong_alert_words(0.9, 0.99, 1e-5).startswith("fewer than 1 of 100")
    assert wrong_alert_words(0.0, 0.7, 0.001) == (
        "100 of 100 alerts wrong at this base rate (nobody of the passers-by on the list)"
    )


def test_missed_people_are_told_with_the_passes_in_which_no_face_was_found() -> None:
    assert found_words(5, 7) == "5 of 7 passes of people on the list recognised, 2 missed"
    assert found_words(5, 7, 1).endswith("2 missed (in 1 of them no face was found)")


def test_what_a_claim_takes() -> None:
    assert "1 in 1,000 takes 3,000 passes" in needed_words(0.001)


def test_a_rare_score_is_told_with_its_count() -> None:
    assert stranger_words(one_stranger_in(0.9, [0.1, 0.2, 0.3, 0.9])) == (
        "1 stranger in 4 reaches this score (1 of 4 measured)"
    )
    assert stranger_words(one_stranger_in(1.0, np.zeros(3_000))) == (
        "none of 3,000 strangers measured reached this score; nothing better than 1 in 1,000 can be claimed"
    )


def test_groups_are_told_with_counts_people_and_ratio() -> None:
    rates = group_rates(np.arange(60) % 5 == 0, ["x"] * 20 + ["y"] * 39 + ["z"])
    x, y, z = group_words(rates)
    assert x.startswith("x: 4 of 20 (20.0 %;")
    assert "0.98 times y" in x
    assert "times" not in y
    assert z == "z: too few to say (0 of 1; 1 person, 10 are needed)"


def test_a_ratio_to_a_group_without_errors_has_a_lower_limit_alone() -> None:
    rates = group_rates([False] * 3_000 + [True] * 200 + [False] * 1_800, ["r"] * 3_000 + ["x"] * 2_000)
    x = rates.to_frame().set_index("group").loc["x"]
    assert np.isnan(x.ratio) and x.ratio_low == pytest.approx(80.71, abs=0.01) and x.ratio_high == np.inf
    assert group_words(rates)[1].endswith("at least 80.71 times r (95 %): r has none in 3,000 passes")
    assert "<td>at least 80.71</td>" in re.sub(r"<td[^>]*>", "<td>", rates._repr_html_())
    assert "80.71 to no upper limit" in rates._repr_html_()


def test_two_groups_without_errors_are_too_few_to_compare() -> None:
    rates = group_rates([False] * 30, ["a"] * 20 + ["b"] * 10)
    assert group_words(rates)[1].endswith("too few to say against a")
    assert "at least" not in rates._repr_html_()


@pytest.mark.parametrize("reference", [1, 1.0, "1", np.int64(1)])
def test_a_group_is_asked_for_by_its_number(reference: object) -> None:
    assert group_rates([True, False] * 10, [1, 2] * 10, reference=reference).reference == "1"
    with pytest.raises(InputError, match="there is no group '3' to compare with; the groups are 1, 2"):
        group_rates([True, False] * 10, [1, 2] * 10, reference=3)


def test_sentences_that_have_nothing_to_say_are_empty() -> None:
    assert no_class_words(3, 3) == ""
    assert one_person_words(1, 1, "on the list") == ""
    assert copies_words(0) == ""
    assert copies_words(1).startswith("1 pass equals")


def test_the_page_about_numbers_explains_every_number() -> None:
    page = (Path(__file__).parents[1] / "docs" / "numbers.md").read_text(encoding="utf-8")
    internal = {"alert_share", "alerting", "rank_within", "returned_scores", "scores_of", "Det", "Expected", "Stranger"}
    names = {*metrics.__all__, *outcomes.__all__, *groups.__all__} - internal - {"GroupRates", "TOO_FEW"}
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []


def test_rates_are_the_same_by_their_fields() -> None:
    def rates(last: bool) -> groups.GroupRates:
        return group_rates([True, False] * 10 + [last], ["x"] * 10 + ["y"] * 10 + ["z"])

    assert rates(True) == rates(True) != rates(False)
    assert one_stranger_in([0.5, 0.95], [0.1, 0.9]) == one_stranger_in([0.5, 0.95], [0.1, 0.9])
    assert one_stranger_in(0.95, [0.1, 0.9]) == one_stranger_in(0.95, [0.1, 0.9]) != one_stranger_in(0.5, [0.1, 0.9])
    assert one_stranger_in(0.5, [0.1]) != 3


def test_a_score_that_is_none_is_not_rare() -> None:
    with pytest.raises(InputError, match="the score is NaN; ask for a score"):
        one_stranger_in([0.5, np.nan], [0.1, 0.9])
