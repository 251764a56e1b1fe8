"""Trials, their curve, and the operating point: small cases by hand, bad input, and what they say of themselves."""

import json
import pickle
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.benchmarks.coverage import chosen_apart
from workbench.errors import InputError
from workbench.evaluation import Curve, OperatingPoint, Trials
from workbench.intervals import clopper_pearson

UNSEEN = -np.inf


def small(**about: Any) -> Trials:
    """Four mated passes, one of them undetected, and five others."""
    return Trials.of([0.9, 0.8, 0.4, UNSEEN], [0.1, 0.2, 0.3, 0.5, 0.7], watchlist=20, pack="dlib", **about)


def many(seed: int = 7, each: int = 4) -> Trials:
    """100 people on the list and 300 others, `each` passes a person, three groups."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(400), each)
    scores = rng.normal(size=400)[who] * 0.08 + rng.normal(size=who.size) * 0.08 + np.where(who < 100, 0.6, 0.2)
    trials = Trials.of(scores[: 100 * each], scores[100 * each :], watchlist=100, mated_subject=who[: 100 * each],
                       nonmated_subject=who[100 * each :], pack="dlib", space="dlib 128-d", data="a test")  # fmt: skip
    return replace(trials, group=np.array(["x", "y", "z"])[np.minimum(who % 20, 2)])


# trials


def test_trials_say_what_they_hold() -> None:
    assert repr(small()) == "Trials(4 mated passes, 1 of them undetected, 5 non-mated, N = 20, dlib)"


def test_trials_give_the_scores_of_both_classes() -> None:
    trials = small()
    assert trials.mated.tolist() == [0.9, 0.8, 0.4, UNSEEN]
    assert trials.nonmated.tolist() == [0.1, 0.2, 0.3, 0.5, 0.7]
    assert trials.missed_detections == 1


def test_a_part_of_trials_is_trials() -> None:
    part = small()[np.array([0, 3, 4])]
    assert isinstance(part, Trials)
    assert (len(part), part.missed_detections, part.watchlist) == (3, 1, 20)


def test_a_nan_score_is_refused() -> None:
    with pytest.raises(InputError, match="score is NaN in 1 of 2"):
        Trials.of([0.5], [0.5, np.nan], watchlist=1)
    with pytest.raises(InputError, match="the score of the true subject is NaN"):
        replace(small(), true_score=np.full(9, np.nan))


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(InputError, match=r"Trials.group has shape \(2,\), expected \(9,\)"):
        replace(small(), group=np.array(["x", "y"]))


def test_a_negative_list_is_refused() -> None:
    with pytest.raises(InputError, match="-1 people"):
        Trials.of([0.5], [0.5], watchlist=-1)


def test_the_same_source_twice_is_refused_but_not_in_another_repeat() -> None:
    source = np.array(["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg", "f.jpg", "g.jpg", "h.jpg", "a.jpg"])
    with pytest.raises(InputError, match=r"1 pass is listed more than once, such as 'a.jpg'"):
        replace(small(), source=source)
    assert len(replace(small(), source=source, repeat=np.arange(9))) == 9


def test_repeats_put_together_keep_people_together() -> None:
    one = many()
    both = Trials.concat([replace(one, repeat=np.full(len(one), seed)) for seed in (1, 2)])
    assert len(both) == 2 * len(one)
    assert np.unique(both.person).size == 400
    point, once = both.curve().at(threshold=0.4), one.curve().at(threshold=0.4)
    assert point.nonmated == 2 * once.nonmated
    assert point.fpir_high == pytest.approx(once.fpir_high, rel=0.02)  # seeing the same passes again proves nothing new


def test_trials_that_do_not_belong_together_are_not_put_together() -> None:
    with pytest.raises(InputError, match="pack 'dlib' and of pack 'buffalo_l'"):
        Trials.concat([small(), replace(small(), pack="buffalo_l")])
    with pytest.raises(InputError, match="some trials record the group"):
        Trials.concat([small(), replace(small(), group=np.full(9, "x"))])
    with pytest.raises(InputError, match="no trials"):
        Trials.concat([])


def test_cmc_counts_the_undetected_pass_as_not_returned() -> None:
    assert small(mated_rank=[1, 1, 2, 1]).cmc([1, 10]).tolist() == [0.5, 0.75]


def test_ranks_that_nobody_gave_are_not_taken_for_the_first() -> None:
    for ask in (lambda: small().cmc([1]), lambda: small().curve(within=1)):
        with pytest.raises(
            InputError, match="rank of the right person is not known in 3 of 4 mated passes; give mated_rank="
        ):
            ask()
    with pytest.raises(InputError, match="2 ranks were given for 4 mated passes"):
        small(mated_rank=[1, 2])


# concerns


def test_good_trials_raise_no_concern() -> None:
    assert many().concerns() == ()


def test_an_empty_class_is_told() -> None:
    assert "strangers raise an alert is too few to say" in Trials.of([0.5], [], watchlist=1).concerns()[0]
    assert "recognised is too few to say" in Trials.of([], [0.5], watchlist=1).concerns()[0]
    assert "no pass at all" in Trials.of([], [], watchlist=1).concerns()[0]


def test_one_person_is_told() -> None:
    trials = Trials.of([0.5, 0.6], [0.1, 0.2], watchlist=1, mated_subject=["a", "a"])
    assert trials.concerns() == (
        "all 2 passes of people on the list are of one person: they say nothing about other people, "
        "so no interval is given",
    )


def test_duplicate_rows_are_told() -> None:
    trials = Trials.of([0.5, 0.5, 0.6], [0.1, 0.1], watchlist=1, mated_subject=["a", "a", "b"])
    assert trials.concerns()[0].startswith("1 pass equals another one")


def test_undetected_passes_of_one_person_are_no_duplicates() -> None:
    assert Trials.of([UNSEEN, UNSEEN, 0.6], [0.1], watchlist=1, mated_subject=["a", "a", "b"]).concerns() == ()


def test_the_assumption_is_told() -> None:
    assumption = "tracks without an alert are taken for people who are not on the list"
    assert assumption in small(assumption=assumption).concerns()
    assert assumption in small(assumption=assumption).curve().at(threshold=0.5).concerns()


# the curve and its points


def test_an_operating_point_worked_by_hand() -> None:
    point = small().curve().at(threshold=0.5)
    assert (point.false_alerts, point.nonmated, point.fpir) == (2, 5, 0.4)
    assert (point.returned, point.mated, point.tpir, point.fnir) == (2, 4, 0.5, 0.5)
    assert point.missed_detections == 1
    assert (point.fpir_low, point.fpir_high) == tuple(map(float, clopper_pearson(2, 5)))
    assert (point.tpir_low, point.tpir_high) == tuple(map(float, clopper_pearson(2, 4)))


def test_a_target_gives_the_smallest_score_that_keeps_it() -> None:
    point = small().curve().at(fpir=0.2)
    assert (point.threshold, point.fpir, point.target) == (0.7, 0.2, 0.2)


def test_a_target_below_what_the_data_can_show_is_told() -> None:
    point = small().curve().at(fpir=1e-3)
    assert point.threshold > 0.7
    assert point.fpir == 0
    assert any(
        "1 in 1,000 was asked for and is not proven: up to 1 in 2.2 is possible after 5 passes" in sentence
        for sentence in point.concerns()
    )


@pytest.mark.parametrize(("people", "proven"), [(2_900, False), (3_000, True), (3_200, True)])
def test_what_is_proven_is_what_the_sentence_says_it_takes(people: int, proven: bool) -> None:
    trials = Trials.of([0.9], np.linspace(0.1, 0.4, people), watchlist=5)
    said = " ".join(replace(trials.curve().at(threshold=0.5), target=1e-3).concerns())
    assert ("not proven" in said and "takes 3,000 passes" in said) is not proven


def test_the_threshold_that_is_printed_keeps_the_promise() -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        trials = Trials.of(rng.normal(0.7, 0.1, 50), rng.normal(0.2, 0.1, 2_000), watchlist=20)
        point = trials.curve().at(fpir=2e-3)
        printed = float(re.search(r"OperatingPoint\(([\d.]+),", repr(point))[1])  # type: ignore[index]
        assert trials.curve().at(threshold=printed).fpir <= 2e-3


def test_a_threshold_chosen_on_the_data_it_is_reported_on_is_told() -> None:
    assert any(
        "chosen on the data that it is reported on" in sentence for sentence in small().curve().at(fpir=0.2).concerns()
    )
    assert small().curve().at(threshold=0.5).concerns() == ()


def test_a_target_without_strangers_is_an_error_and_not_a_threshold() -> None:
    for nonmated in ([], [UNSEEN]):
        with pytest.raises(InputError, match="people who are not on the list"):
            Trials.of([0.5], nonmated, watchlist=1).curve().at(fpir=0.01)


def test_a_point_without_mated_passes_has_no_tpir() -> None:
    point = Trials.of([], [0.1, 0.5], watchlist=1).curve().at(threshold=0.3)
    assert np.isnan([point.tpir, point.tpir_low, point.tpir_high, point.fnir]).all()
    assert point.fpir == 0.5
    assert "too few to say" in point.sentences(base_rate=0.01)[1]


def test_a_point_needs_one_finite_threshold() -> None:
    curve = small().curve()
    for threshold in (np.nan, np.inf, UNSEEN):
        with pytest.raises(InputError, match="expected a score"):
            curve.at(threshold=threshold)
    for wrong in ({}, {"fpir": 0.1, "threshold": 0.5}):
        with pytest.raises(InputError, match="either a target FPIR"):
            curve.at(**wrong)


def test_several_passes_of_one_person_make_the_interval_wider() -> None:
    trials = many()
    point, alone = trials.curve().at(threshold=0.35), replace(trials, subject=None).curve().at(threshold=0.35)
    assert point.fpir == alone.fpir
    assert point.fpir_high - point.fpir_low > 1.3 * (alone.fpir_high - alone.fpir_low)
    assert (point.nonmated_people, alone.nonmated_people) == (300, 1_200)


def test_the_bootstrap_agrees_with_the_operating_point() -> None:
    trials = many()
    point, limits = trials.curve().at(threshold=0.35), trials.bootstrap(0.35, rng=np.random.default_rng(7))
    assert float(limits["fpir"].high) == pytest.approx(point.fpir_high, rel=0.05)
    assert float(limits["tpir"].low) == pytest.approx(point.tpir_low, rel=0.02)


def test_the_frame_of_a_curve_agrees_with_its_points() -> None:
    curve = many().curve()
    frame = curve.to_frame(points=40)
    assert len(frame) <= 40
    for row in frame.iloc[[0, 10, 20, -1]].to_dict("records"):
        point = curve.at(threshold=row["threshold"])
        for name, value in row.items():
            assert getattr(point, str(name)) == pytest.approx(value)


def test_the_frame_of_an_empty_class_is_nan_and_not_zero() -> None:
    frame = Trials.of([0.5, 0.6], [], watchlist=1).curve().to_frame()
    assert frame[["fpir", "fpir_low", "fpir_high"]].isna().all(axis=None)
    assert frame["tpir"].tolist() == [1, 0.5, 0]


def test_a_curve_within_rank_1_counts_a_second_place_as_missed() -> None:
    trials = replace(small(), true_rank=np.array([1, 2, 1, np.inf, *[np.nan] * 5]))
    point = trials.curve(within=1).at(threshold=0.5)
    assert point.returned == 1
    assert "TPIR within rank 1 25.0 % of 4" in repr(point) and "<dt>TPIR within rank 1</dt>" in point._repr_html_()
    assert point.sentences()[1].startswith("1 of 4 passes of people on the list recognised within rank 1, 3 missed")
    assert trials.curve().at(threshold=0.5).returned == 2


def test_curve_and_point_say_what_they_are() -> None:
    curve = small().curve()
    assert isinstance(curve, Curve)
    assert repr(curve) == f"Curve(9 thresholds, {small()!r})"
    assert repr(curve.at(threshold=0.5)) == "OperatingPoint(0.5, FPIR 40.0 % of 5, TPIR 50.0 % of 4, N = 20, dlib)"


# chosen here, reported there


def test_a_split_keeps_every_pass_and_shares_no_person() -> None:
    choose, report = many().split(np.random.default_rng(1))
    assert len(choose) + len(report) == 1_600
    assert not set(choose.subject.tolist()) & set(report.subject.tolist())  # type: ignore[union-attr]
    assert choose.mated.size == report.mated.size == 200
    assert choose.data != report.data


def test_a_threshold_chosen_apart_is_reported_on_people_it_never_saw() -> None:
    point = many().operating_point(fpir=0.02, rng=np.random.default_rng(1))
    assert point.target == 0.02
    assert point.nonmated == 600
    assert point.chosen_on == "a test, the people set aside to choose the threshold"
    assert point.data == "a test, the people not used to choose the threshold"
    assert not any("flatters" in sentence for sentence in point.concerns())


def test_one_person_cannot_both_choose_and_report() -> None:
    with pytest.raises(InputError, match="all passes are of one person"):
        Trials.of([], [0.1, 0.2], watchlist=1, nonmated_subject=["a", "a"]).operating_point(
            fpir=0.1, rng=np.random.default_rng(1)
        )


def test_intervals_at_a_threshold_chosen_apart_cover_the_truth_in_93_to_97_of_100_evaluations() -> None:
    false, true = chosen_apart(2_000, np.random.default_rng(7))
    assert 0.93 <= false[0] <= 0.97
    assert 0.93 <= true[0] <= 0.97


# groups


def test_group_rates_of_trials_are_the_rates_of_each_group() -> None:
    trials = many()
    rates, parts = trials.group_fpir(0.35), trials.by_group()
    assert list(parts) == ["x", "y", "z"] == rates.group.tolist()
    assert rates.reference == "z"
    for name, rate, low in zip(rates.group, rates.rate, rates.low, strict=True):
        point = parts[str(name)].curve().at(threshold=0.35)
        assert (point.fpir, point.fpir_low) == pytest.approx((rate, low))


def test_a_group_of_few_people_on_the_list_is_too_few_to_say() -> None:
    rates = many().group_tpir(0.35)
    assert rates.people.tolist() == [5, 5, 90]
    assert np.isnan(rates.rate).tolist() == [True, True, False]


def test_trials_without_groups_have_no_group_rates() -> None:
    assert small().by_group() == {}
    with pytest.raises(InputError, match="labels that people gave themselves"):
        small().group_fpir(0.5)


# the point as a value


def test_a_point_survives_json() -> None:
    point = many().operating_point(fpir=0.02, rng=np.random.default_rng(1))
    assert OperatingPoint.from_json(point.to_json()) == point


def test_an_undefined_rate_survives_json_as_null() -> None:
    point = Trials.of([], [0.1], watchlist=1).curve().at(threshold=0.3)
    written = json.loads(point.to_json())
    assert written["tpir"] is None
    again = OperatingPoint.from_json(point.to_json())
    assert np.isnan(again.tpir)
    assert again.to_dict() == point.to_dict()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        (None, "not JSON"),
        (b"\xff\xfe\xff", "not JSON"),
        ('{"colour": 1}', "has no colour"),
        ("{}", "incomplete"),
    ],
)
def test_json_that_is_no_point_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        OperatingPoint.from_json(text)


@pytest.mark.parametrize("values", [None, [1], "{}"])
def test_what_holds_no_fields_is_no_point(values: object) -> None:
    with pytest.raises(InputError, match="is given by its fields, as to_dict gives them"):
        OperatingPoint.from_dict(values)  # type: ignore[arg-type]


def test_a_point_without_a_threshold_is_refused() -> None:
    point = small().curve().at(threshold=0.5)
    with pytest.raises(InputError, match="finite threshold"):
        replace(point, threshold=float("nan"))
    with pytest.raises(InputError, match="finite threshold"):
        OperatingPoint.from_dict({**point.to_dict(), "threshold": None})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"false_alerts": 2_000}, "false_alerts 2,000 of nonmated 1,200"),
        ({"mated_people": -1}, "mated_people -1 of mated 400"),
        ({"tpir": 0.2}, "tpir 0.2 for"),
        ({"tpir": None}, "tpir nan for"),
        ({"fpir_high": 1.5}, "fpir .* with limits .* and 1.5"),
        ({"fpir_low": 0.5, "fpir_high": 0.2}, "fpir .* with limits 0.5 and 0.2"),
        ({"missed_detections": 300}, "300 missed detections among"),
        ({"target": 20}, "target 20"),
        ({"within": 0}, "rank 0"),
        ({"watchlist": -5}, "-5 people listed"),
        ({"fpir_low": 0.2, "fpir_high": 0.3}, "fpir .* with limits 0.2 and 0.3"),
    ],
)
def test_a_point_that_nobody_can_have_measured_is_refused(wrong: dict[str, object], said: str) -> None:
    point = many().curve().at(threshold=0.4)
    with pytest.raises(InputError, match=f"cannot say {said}"):
        OperatingPoint.from_dict({**point.to_dict(), **wrong})


@pytest.mark.parametrize("wrong", [{"mated": "many"}, {"nonmated_people": 2.5}, {"watchlist": True}, {"within": 1.5}])
def test_what_is_counted_in_a_point_is_a_whole_number(wrong: dict[str, object]) -> None:
    point = many().curve().at(threshold=0.4)
    with pytest.raises(InputError, match="of an operating point is a whole number; this is"):
        OperatingPoint.from_dict({**point.to_dict(), **wrong})


@pytest.mark.parametrize("number", [np.float32, np.float64, np.int64, int])
def test_a_point_holds_plain_numbers(number: type) -> None:
    point = replace(small().curve().at(threshold=0.5), threshold=number(1), watchlist=np.int64(20))
    assert (type(point.threshold), type(point.watchlist)) == (float, int)
    assert OperatingPoint.from_json(point.to_json()) == point


def test_a_point_is_the_same_after_it_was_kept_also_where_a_rate_is_unknown() -> None:
    point = Trials.of([], [0.1], watchlist=1).curve().at(threshold=0.3)
    for again in (OperatingPoint.from_json(point.to_json()), pickle.loads(pickle.dumps(point))):
        assert again == point and hash(again) == hash(point) and len({again, point}) == 1
    assert replace(point, pack="other") != point and point != 3


def test_a_threshold_is_printed_with_four_decimals_rounded_up() -> None:
    point = small().curve().at(threshold=0.5)
    lines = {1234.5612: "1234.5612", 0.6: "0.6", 0.12341: "0.1235", 100.0: "100"}
    for threshold, said in lines.items():
        assert repr(replace(point, threshold=threshold)).startswith(f"OperatingPoint({said}, ")


def test_one_person_recognised_says_nothing_of_others() -> None:
    point = Trials.of([0.9] * 4, [0.1, 0.2], watchlist=1, mated_subject=["a"] * 4).curve().at(threshold=0.5)
    assert point.sentences()[-1].startswith("too few to say: 4 of 4 passes of 1 person on the list recognised")


def test_a_longer_list_or_another_pack_is_told() -> None:
    rare = {"fpir": 0.001, "fpir_low": 0.0, "fpir_high": 0.006}
    point = replace(many().curve().at(threshold=0.4), **rare, false_alerts=1, nonmated=1_000, nonmated_people=1_000)
    longer, other = point.concerns(watchlist=1_000)[0], point.concerns(space="buffalo_l 512-d")[0]
    assert longer.startswith("the list has 1,000 people, 100 when the threshold was measured")
    assert "from 1 in 1,000 to about 1 in 100 faces seen" in longer
    assert other == "measured in dlib 128-d, used in buffalo_l 512-d: the threshold means nothing there"
    assert point.concerns(watchlist=100, space="dlib 128-d") == ()


def test_a_point_says_both_false_alert_rates() -> None:
    measured = small().curve().at(threshold=0.5)
    limits = {"fpir_low": 0.0, "fpir_high": 0.003, "tpir_low": 0.3, "tpir_high": 0.9}
    point = replace(measured, **limits, fpir=0.001, false_alerts=3, nonmated=3_000, tpir=0.7, returned=7, mated=10)
    per_face, per_alert, found = point.sentences(base_rate=1e-4)
    assert per_face == "1 false alert in 1,000 passes of strangers (3 of 3,000)"
    assert per_alert.startswith("93 of 100 alerts wrong at this base rate")
    assert found.startswith("7 of 10 passes of people on the list recognised, 3 missed")
    assert point.precision(1e-4) == pytest.approx(0.0654, abs=1e-4)
    assert point.expect(passers_per_hour=1_000, base_rate=0.0, hours=2).false_alerts == pytest.approx(2)


def test_pages_about_trials_and_points_are_escaped() -> None:
    trials = small(data="<script>", assumption="<script>alert(1)</script>")
    trials = replace(trials, pack="<b>")
    for page in (trials._repr_html_(), trials.curve().at(threshold=0.5)._repr_html_()):
        assert "<script" not in page
        assert "<b>" not in page


def test_a_rate_stands_large_as_counts_and_its_limits_small_below_it() -> None:
    page = Trials.of([0.6, 0.7], [0.1, 0.2, 0.3, 0.6], watchlist=2).curve().at(threshold=0.5)._repr_html_()
    assert re.search(r'<dd>1 of 4</dd><dd class="of">25\.0 %; 95 %: [\d.]+ to [\d.]+ %</dd>', page)
    page = Trials.of([0.6, 0.7], [], watchlist=2).curve().at(threshold=0.5)._repr_html_()
    assert '<dd>too few to say</dd><dd class="of">0 of 0</dd>' in page


def test_what_has_to_be_known_of_a_point_stands_as_sentences() -> None:
    page = small().curve().at(fpir=0.2)._repr_html_()
    assert "<p>The threshold was chosen on the data that it is reported on" in page
    assert not re.search(r"<p>[a-z]", page) and not re.search(r"[^.]</p>", page)


def test_a_million_passes_of_known_people_take_a_moment() -> None:
    rng = np.random.default_rng(1)
    scores: NDArray[np.float64] = rng.normal(size=1_000_000)
    point = Trials.of(scores[:10_000] + 4, scores[10_000:], watchlist=100).curve().at(fpir=1e-3)
    assert point.fpir == pytest.approx(1e-3, rel=1e-2)
    assert point.tpir == pytest.approx(0.82, abs=0.02)


def test_a_target_of_nothing_is_told_in_words() -> None:
    said = " ".join(Trials.of([0.9] * 20, [0.1] * 50, watchlist=5).curve().at(fpir=0).concerns())
    assert "nan" not in said and "no number of passes proves that there will never be a false alert" in said


def test_a_score_in_single_precision_alerts_for_groups_as_it_does_for_all() -> None:
    scores = np.array([0.7, 0.1], np.float32)  # 0.7 in float32 is a little less than 0.7
    trials = Trials.of(scores, scores, watchlist=5, group=["x", "x", "x", "x"])
    point, groups = trials.curve().at(threshold=0.7), trials.group_fpir(0.7, least=1)
    assert point.false_alerts == groups.count[0] == 0
    assert point.returned == trials.group_tpir(0.7, least=1).count[0] == 0


# trials of several evaluations


def drawn(seed: int, repeats: int = 2) -> Trials:
    """An evaluation as `evaluate` gives it: the same pictures in each draw, told apart by the seed in `data`."""
    one = small(source=np.array(list("abcdefghi")), data=f"ORL, drawn twice (seed {seed})")
    return Trials.concat([replace(one, repeat=np.full(9, each)) for each in range(repeats)])


def test_evaluations_of_several_seeds_are_put_together_and_their_draws_stay_apart() -> None:
    both = Trials.concat(drawn(seed) for seed in (7, 8))
    assert len(both) == 36 and both.repeat is not None and np.unique(both.repeat).tolist() == [0, 1, 2, 3]
    assert both.repeat[:18].tolist() == drawn(7).repeat.tolist()  # type: ignore[union-attr]


def test_the_same_evaluation_twice_is_refused_and_its_parts_keep_their_numbers() -> None:
    with pytest.raises(InputError, match="listed more than once, such as 'a'"):
        Trials.concat([drawn(7), drawn(7)])
    whole = drawn(7, repeats=4)
    parts = Trials.concat([whole[18:], whole[:18]])
    assert parts.repeat.tolist() == [2] * 9 + [3] * 9 + [0] * 9 + [1] * 9  # type: ignore[union-attr]


@pytest.mark.parametrize("within", ["1", 0, 1.5, True])
def test_a_curve_within_what_is_no_rank_is_refused(within: object) -> None:
    with pytest.raises(InputError, match="give a whole number from 1, or None for any rank"):
        small(mated_rank=[1, 1, 2, 1]).curve(within)  # type: ignore[arg-type]


def test_a_rank_of_numpy_is_a_plain_number_in_the_point() -> None:
    point = small(mated_rank=[1, 1, 2, 1]).curve(np.int64(1)).at(threshold=0.4)  # type: ignore[arg-type]
    assert type(point.within) is int and OperatingPoint.from_json(point.to_json()) == point


def test_a_threshold_that_is_text_is_refused() -> None:
    trials = replace(small(), group=np.full(9, "x"))
    for ask in (
        trials.group_tpir,
        trials.group_fpir,
        lambda line: trials.bootstrap(line, rng=np.random.default_rng(1)),
    ):
        with pytest.raises(InputError, match=r"the threshold is a number; this is '0\.5'"):
            ask("0.5")
    with pytest.raises(InputError, match=r"the target FPIR is a number; this is '0\.5'"):
        trials.operating_point(fpir="0.5", rng=np.random.default_rng(1))  # type: ignore[arg-type]
