"""The threshold explorer: what it sends, what it records, what it saves; its arithmetic against ours, number by number."""

import base64
import hashlib
import math
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import traitlets

import widgets
from tests.browser.explorers import EVIL, alerts, explorer, trials
from tests.javascript import call
from widgets.bundle import STATIC, bundle, style
from widgets.explorer_data import pack_alerts, pack_trials
from widgets.scenarios import SCENARIOS
from workbench.alerts import Alerts
from workbench.errors import InputError
from workbench.evaluation import OperatingPoint, Trials
from workbench.faces import Faces
from workbench.groups import group_rates
from workbench.intervals import clopper_pearson, interval_of_tally, tally_by_subject
from workbench.metrics import threshold_at_fpir
from workbench.outcomes import expect, precision, rule_of_three, scale_fpir
from workbench.runs import Run, SourceReport
from workbench.sentences import _expected, _number, _of_hundred, one_in_words, per_cent, times_words
from workbench.tracks import Tracks

UNPACK = """
  const about = data.about, bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
  const samples = module.unpackSamples(about, new Float32Array(bytes(data.scores)), new Uint32Array(bytes(data.visits)));
"""


def packed(given, within=None):
    made = pack_trials(given, within)
    text = {name: base64.b64encode(getattr(made, name)).decode() for name in ("scores", "visits")}
    return {"about": made.about, **text}


def run_of(scores, near_misses=(), found=()):
    rows = [
        {
            "id": k,
            "source": "a",
            "start": k,
            "end": k + 1,
            "seen": 3,
            "face_px": 50,
            "box": (0, 0, 9, 9),
            "score": score,
        }
        for k, score in enumerate(scores)
    ]
    report = SourceReport("lobby.mp4", "0" * 64, 1800.0, False, 0, len(rows), len(rows), 0)
    tracks = Tracks.of(rows, Faces.none())
    return Run(
        3,
        0.5,
        0.4,
        "chosen by the user",
        (report,),
        Alerts(tuple(found)),
        Alerts(tuple(near_misses)),
        tracks,
        {},
        None,
        None,
        listed=20,
    )


class TestArithmetic:
    def test_exact_limits_are_scipys_from_one_pass_to_ten_million(self, tmp_path):
        rng = np.random.default_rng(7)
        pairs = [(0, 1), (1, 1), (8, 42), (8, 10), (0, 3_000), (10, 3_147_436), (10, 2_077), (7, 7)]
        for of in (1, 2, 5, 100, 5_000, 10**5, 10**6, 10**7):
            pairs += [(int(count), of) for count in {0, 1, of - 1, of, *rng.integers(0, of + 1, 12)}]
        parts = rng.uniform(0.7, 300, 300)  # effective passes need not be whole
        pairs += [(float(of * share), float(of)) for of, share in zip(parts, rng.uniform(0, 1, 300), strict=True)]
        js = "(module, pairs) => pairs.map(([count, of]) => Object.values(module.clopperPearson(count, of)))"
        got = np.array(call(tmp_path, "numbers.js", js, pairs))
        want = np.transpose(clopper_pearson(*np.transpose(pairs)))
        assert np.abs(got - want).max() < 1e-9
        seen = want > 1e-200
        assert (np.abs(got[seen] / want[seen] - 1) < 1e-6).all()

    def test_no_passes_have_no_limits(self, tmp_path):
        assert np.isnan(call(tmp_path, "numbers.js", "(m) => Object.values(m.clopperPearson(0, 0))", 0)).all()

    @pytest.mark.parametrize("people", [None, 150, 40, 10, 2, 1])
    def test_rates_and_limits_by_person_are_ours_at_every_threshold(self, tmp_path, people):
        given = trials(400, 3_000, people=people, groups=False)
        cuts = np.round(np.linspace(-0.3, 1.1, 150), 3)
        js = f"(module, data) => {{ {UNPACK} return samples.map((s) => data.cuts.map((t) => {{ const r = module.rateAt(s, t); return [r.rate, r.low, r.high, r.count]; }})); }}"
        nonmated, mated = np.array(call(tmp_path, "rates.js", js, packed(given) | {"cuts": cuts.tolist()}))
        for got, scores, side in ((nonmated, given.nonmated, ~given.is_mated), (mated, given.mated, given.is_mated)):
            tally = tally_by_subject(scores.astype(np.float32), given.person[side], cuts.astype(np.float32))
            want = np.column_stack([tally.count / tally.passes, *interval_of_tally(tally), tally.count])
            np.testing.assert_allclose(got, want, atol=1e-9)

    def test_the_edges_of_the_det_band_never_turn_back_and_leave_no_limit_out(self, tmp_path):
        limits = [
            (0.5, 0.9, 0.0, 0.6),
            (0.3, 0.95, 0.2, 0.5),
            (0.35, 0.4, 0.1, 0.8),
        ]  # of FPIR, of FNIR; thresholds rising
        js = """(module, limits) => module.bandOf(limits.map(([low, high, least, most]) => (
            { strangers: { low, high }, found: { low: 1 - most, high: 1 - least } })))"""
        edges = call(tmp_path, "det.js", js, limits)
        np.testing.assert_allclose(edges["worst"], [(0.95, 0.0), (0.95, 0.6), (0.95, 0.6), (0.4, 0.8), (0.3, 0.8)])
        np.testing.assert_allclose(edges["best"], [(0.5, 0.0), (0.3, 0.1), (0.3, 0.1)])

    def test_a_score_equal_to_the_threshold_alerts(self, tmp_path):
        given = Trials.of([0.7], [0.7, 0.3, 0.1], watchlist=5)
        js = f"(module, data) => {{ {UNPACK} return samples.map((s) => [0.7, 0.3, 0.1, 0.71].map((t) => module.rateAt(s, t).count)); }}"
        assert call(tmp_path, "rates.js", js, packed(given)) == [[1, 2, 3, 0], [1, 1, 1, 0]]

    def test_group_rates_and_their_ratios_are_ours(self, tmp_path):
        given = trials(300, 4_000, people=120)
        js = f"(module, data) => {{ {UNPACK} return module.groupRates(samples.filter((s) => s.side === 'nonmated' && s.group !== null), 0.4, data.about.tooFew).map((r) => [r.rate, r.low, r.high, r.ratio, r.isBase ? NaN : r.ratioLow, r.isBase ? NaN : r.ratioHigh, r.count, r.people]); }}"
        got = np.array(call(tmp_path, "rates.js", js, packed(given)))
        side = ~given.is_mated
        rates = group_rates(given.nonmated >= 0.4, given.group[side], given.person[side])
        want = [
            rates.rate,
            rates.low,
            rates.high,
            rates.ratio,
            rates.ratio_low,
            rates.ratio_high,
            rates.count,
            rates.people,
        ]
        np.testing.assert_allclose(got, np.transpose(want), atol=1e-9)

    def test_a_deployment_is_ours_and_so_is_a_longer_list(self, tmp_path):
        inputs = {"passers_per_hour": 8_000, "base_rate": 5e-4, "hours": 6, "seconds_each": 40, "reviewers": 2}
        js = "(m, i) => { const e = m.expect(0.7, m.scaleFpir(0.001, 1000, 2500), i); return [e.seen, e.listed, e.alerts, e.right, e.wrong, e.missed, e.perFace, e.perAlert, e.minutes]; }"
        fpir = scale_fpir(0.001, 1_000, 2_500)
        np.testing.assert_allclose(call(tmp_path, "rates.js", js, inputs), expect(0.7, fpir, **inputs), rtol=1e-12)

    def test_the_base_rate_that_makes_81_of_100_alerts_wrong(self, tmp_path):
        base = call(tmp_path, "rates.js", "(m) => m.impliedBaseRate(34 / 42, 0.7, 0.001)", 0)
        assert round(1 / base) == 2_976
        assert precision(base, 0.7, 0.001) == pytest.approx(8 / 42)

    @pytest.mark.parametrize("target", [0.5, 0.1, 0.01, 0.002, 0.0])
    def test_a_target_puts_the_line_at_the_lowest_step_that_keeps_it(self, tmp_path, target):
        given = trials(50, 2_000)
        js = f"(module, data) => {{ {UNPACK} return module.positionFor(samples.find((s) => s.side === 'nonmated'), data.target, 0.001); }}"
        line = call(tmp_path, "rates.js", js, packed(given) | {"target": target})
        assert (given.nonmated >= line).mean() <= target
        assert (given.nonmated >= line - 0.001).mean() > target
        assert line <= threshold_at_fpir(given.nonmated, target) + 0.001

    @pytest.mark.parametrize("people", [1, 3, 4, 10, 1_000, None])
    def test_what_can_be_claimed_is_ours_and_counts_people(self, tmp_path, people):
        who = None if people is None else (np.arange(3_000) % people).astype(str)
        given = Trials.of([0.9], np.linspace(0, 0.4, 3_000), watchlist=5, nonmated_subject=who)
        js = (
            f"(module, data) => {{ {UNPACK} const s = samples[0]; return [module.floorOf(s), module.rateAt(s, 0.5)]; }}"
        )
        floor, none = call(tmp_path, "rates.js", js, packed(given))
        words = "(m, [sample, rate]) => [m.floorSentence(sample, rate).text, m.strangerWords(rate).tail]"
        sample = {"passes": 3_000, "people": people or 3_000}
        said, tail = call(tmp_path, "sentences.js", words, [sample, {**none, "low": 0, "high": 1}])
        ours = given.curve().at(threshold=0.5).sentences()[0].partition("; ")[2]
        assert floor == rule_of_three(people or 3_000)
        assert ours.removeprefix("too few to say, ") in said
        assert ("too few to say" in ours) == ("too few to say" in said)
        assert ("passes of" in tail) == (people is not None)

    @pytest.mark.parametrize(
        ("found", "said"),
        [
            (
                {"count": 7, "of": 7, "low": 0.59},
                "None of 7 passes of listed people was missed; of others up to 41.0 % may be.",
            ),
            ({"count": 7, "of": 7, "low": math.nan}, "was missed; how many of others may be is too few to say."),
            ({"count": 6, "of": 7, "low": 0.42}, "can be claimed."),
            ({"count": 0, "of": 0, "low": math.nan}, "can be claimed."),
        ],
    )
    def test_where_nobody_was_missed_it_is_said_how_many_may_be(self, tmp_path, found, said):
        strangers = {"rate": 0.01, "count": 30, "of": 3_000, "people": 3_000}
        words = "(m, [view, sample]) => { view.found.low ??= NaN; return m.claimSentence(view, sample).text; }"
        found = {**found, "low": None if math.isnan(found["low"]) else found["low"]}
        sample = {"passes": 3_000, "people": 3_000}
        view = {"found": found, "strangers": strangers, "known": {"found": True, "strangers": True}}
        assert call(tmp_path, "sentences.js", words, [view, sample]).endswith(said)

    def test_the_passes_of_one_person_say_nothing_of_others(self, tmp_path):
        given = Trials.of(
            [0.9] * 20, np.linspace(0, 0.6, 30), watchlist=5, mated_subject=["a"] * 20, nonmated_subject=["b"] * 30
        )
        js = """(m, about) => {
          const four = [4, 1, 0];
          const sums = { squares: four, passes: [4, 2, 0], pulledSquares: four, pulledPasses: [4, 2, 0] };
          const one = { scores: Float32Array.from([0.1, 0.5]), count: 2, passes: 2, people: 1, squares: 4, pulled: 4, student: 1, sums };
          const inputs = { watchlist: 5, hours: 6, passers_per_hour: 100, base_rate: 0.01, reviewers: 1, seconds_each: 30 };
          const { found, strangers, day } = m.viewAt({ mated: one, nonmated: one, about, slider: { step: 0.001 }, alerts: [] }, 0.4, inputs);
          return [found.count, found.rate, strangers.rate, day.right, day.wrong].map((value) => (Number.isNaN(value) ? "nobody knows" : value));
        }"""
        assert call(tmp_path, "view.js", js, {"watchlist": 5}) == [1, *["nobody knows"] * 4]
        rates = f"(module, data) => {{ {UNPACK} return module.rateAt(samples[0], 0.4); }}"
        found = call(tmp_path, "rates.js", rates, packed(given))
        assert found["count"] == 10 and math.isnan(found["low"]) and found["errors"] == 1
        words = "(m, s) => { const w = m.strangerWords({ ...s, rate: NaN, low: NaN }); return [w.number, w.tail]; }"
        assert call(tmp_path, "sentences.js", words, {"count": 10, "of": 30, "people": 1}) == [
            "too few to say",
            "10 of 30 passes of 1 person",
        ]

    def test_the_rule_of_30_counts_people_and_a_part_is_told_from_the_whole(self, tmp_path):
        sample, words = {"passes": 1_000, "people": 20}, "(m, [sample, rate]) => m.floorSentence(sample, rate).text"
        rate = {"rate": 0.2, "count": 200, "of": 1_000, "people": 20, "errors": 4.0, "low": 0.04, "high": 0.5}
        said = call(tmp_path, "sentences.js", words, [sample, rate])
        assert said.endswith(
            "200 stranger passes reached this line; about 30 strangers are needed to know the rate to within 30 %."
        )
        assert not call(tmp_path, "sentences.js", words, [sample, {**rate, "errors": 30}]).count("needed")
        day = {"right": 19.6, "listed": 20.0, "missed": 0.4, "wrong": 3.0, "perAlert": 0.1}
        said = call(
            tmp_path,
            "sentences.js",
            "(m, v) => m.daySentence(v).map((w) => w.b ?? w).join('')",
            {
                "day": day,
                "inputs": {"hours": 6, "passers_per_hour": 100},
                "unknown": None,
                "known": {"found": True, "strangers": True},
            },
        )
        assert "19.6 of 20.0 listed passers-by would be found and 0.4 would walk past" in said

    def test_most_strangers_are_no_one_in_so_many(self, tmp_path):
        words = "(m, rates) => rates.map((rate) => { const w = m.strangerWords({ rate, count: 5, of: 6, people: 6 }); return [w.lead, w.number, w.tail]; })"
        many, half = call(tmp_path, "sentences.js", words, [5 / 6, 0.5])
        assert many == ["of strangers", "83 in 100", "score this high (5 of 6 measured)"]
        assert half[:2] == ["one stranger in", "2"]

    def test_numbers_read_as_ours_do(self, tmp_path):
        rates = [
            0,
            1,
            8 / 42,
            10 / 3_147_436,
            0.001,
            0.4,
            0.0123,
            1 / 6_000,
            0.5,
            2 / 3,
            0.995,
            0.9994,
            0.9999,
            0.99987,
            0.999999,
        ]
        said = call(tmp_path, "words.js", "(m, rates) => rates.map((r) => [m.perCent(r), m.oneIn(r)])", rates)
        assert said == [[per_cent(rate), one_in_words(rate)] for rate in rates]

    def test_a_number_exactly_half_way_goes_to_the_side_to_which_python_rounds_it(self, tmp_path):
        rates = [k / of for of in (8, 16, 80, 199, 200, 400) for k in range(1, of)]
        numbers = [k / 20 for k in range(1, 400)] + [1_000.5, 12_345_678.0, 1e22]
        js = "(m, [rates, numbers]) => [rates.map((r) => [m.perCent(r), m.oneIn(r), m.ofHundred(r)]), numbers.map((n) => [m.amount(n), m.expected(n)])]"
        shares, amounts = call(tmp_path, "words.js", js, [rates, numbers])
        assert shares == [[per_cent(rate), one_in_words(rate), _of_hundred(100 * rate)] for rate in rates]
        assert amounts[:-1] == [[_number(n), _expected(n)] for n in numbers[:-1]]

    def test_ratios_are_the_words_of_python_however_far_their_limits_are(self, tmp_path):
        ratios = [0.0, 3.6e-42, 0.000625, 0.125, 1.0, 1.125, 99.5, 2_027.01, 999_999.0, 2e42]
        said = call(tmp_path, "groups.js", "(m, ratios) => ratios.map(m.times)", ratios)
        assert said == [times_words(ratio) for ratio in ratios] and max(map(len, said)) < 15
        assert (
            call(tmp_path, "words.js", "(m) => [m.perCent(NaN), m.oneIn(NaN), m.span(NaN, NaN)]", 0)[:2]
            == ["too few to say"] * 2
        )


class TestSent:
    def test_scores_go_once_as_ascending_float32_without_the_undetected(self):
        made = pack_trials(Trials.of([0.9, -np.inf, 0.4], [0.3, 0.1], watchlist=5))
        assert np.frombuffer(made.scores, np.float32).tolist() == np.float32([0.1, 0.3, 0.4, 0.9]).tolist()
        assert [(s["side"], s["count"], s["passes"]) for s in made.about["samples"]] == [
            ("nonmated", 2, 2),
            ("mated", 2, 3),
        ]
        assert made.visits == b""

    def test_the_rank_asked_for_is_kept(self):
        given = Trials.of([0.9, 0.8], [0.1], watchlist=5)
        given = replace(given, true_rank=np.array([1.0, 3.0, np.nan]))
        sample = widgets.ThresholdExplorer(given.curve(within=1)).about["samples"][1]
        assert (sample["count"], sample["passes"]) == (1, 2)

    def test_the_same_picture_goes_once(self):
        one, other = alerts(2)
        blob, about = pack_alerts([one, replace(other, reference=one.reference, thumbnail=b"")])
        assert len(blob) == len(one.thumbnail) + len(one.reference)
        assert about[1] | {"probe": None, "reference": about[0]["reference"]} == about[1]

    def test_alerts_come_best_first_from_any_source(self):
        mixed = alerts(5)[::-1]
        for source in (mixed, Alerts(tuple(mixed)), run_of([0.6], near_misses=mixed[:2], found=mixed[2:])):
            shown = (
                explorer(20, 50, alerts=None) if source is None else widgets.ThresholdExplorer(trials(20, 50), source)
            )
            scores = [alert["score"] for alert in shown.about["alerts"]]
            assert scores == sorted(scores, reverse=True) and len(scores) == 5

    def test_a_run_starts_at_its_own_line_with_its_own_passers_by(self):
        shown = widgets.ThresholdExplorer(run_of([0.6, 0.3, np.nan, 0.55], found=alerts(2)))
        assert shown.threshold == 0.5
        assert shown.inputs["passers_per_hour"] == 8  # 4 passes in half an hour
        assert [(s["side"], s["passes"]) for s in shown.about["samples"]] == [("unknown", 3)]
        assert len(shown.about["alerts"]) == 2

    def test_the_line_starts_where_1_stranger_in_1000_alerts_or_at_what_can_be_claimed(self):
        many, few = trials(50, 20_000), trials(50, 300)
        assert (many.nonmated >= widgets.ThresholdExplorer(many).threshold).mean() <= 0.001
        assert (few.nonmated >= widgets.ThresholdExplorer(few).threshold).mean() <= 0.01

    def test_one_stranger_who_passes_often_does_not_put_the_line_where_everybody_alerts(self):
        scores = np.linspace(0, 0.4, 3_000)
        given = Trials.of([0.9], scores, watchlist=5, nonmated_subject=["s"] * 3_000)
        assert (scores >= widgets.ThresholdExplorer(given).threshold).mean() <= 0.001

    @pytest.mark.parametrize(
        "given",
        [Trials.of([], [0.1, 0.2], watchlist=3), Trials.of([0.9], [], watchlist=3), Trials.of([], [], watchlist=0)],
    )
    def test_an_empty_class_is_shown_as_such(self, given):
        shown = widgets.ThresholdExplorer(given)
        assert shown.about["concerns"]
        assert np.isnan(shown.point.tpir) or np.isnan(shown.point.fpir)

    def test_a_million_scores_take_under_ten_seconds_and_nine_megabytes(self):
        made = pack_trials(trials(100_000, 900_000, groups=False))
        assert len(made.scores) == 4 * (1_000_000 - 4)


class TestState:
    def test_what_comes_back_is_small(self):
        shown = explorer(threshold=0.5)
        shown.set_trait("pinned", 0.4)
        assert (shown.threshold, shown.pinned, shown.inputs["base_rate"]) == (0.5, 0.4, 5e-4)
        assert shown.point.threshold == 0.5
        assert repr(shown).startswith("ThresholdExplorer(0.5, A at 0.4, 40 alerts shown, Trials(400 mated")

    def test_a_point_chosen_by_looking_says_that_it_is_flattered(self):
        shown = explorer()
        assert any("flatters" in concern for concern in shown.point.concerns())

    def test_a_point_that_was_chosen_elsewhere_stays_what_it_was(self):
        given = trials()
        point = given.operating_point(fpir=0.01, rng=np.random.default_rng(7))
        shown = widgets.ThresholdExplorer(given, threshold=point)
        assert shown.point == point
        shown.threshold = 0.3
        assert shown.point.threshold == 0.3

    @pytest.mark.parametrize(
        "inputs", [{"hours": -1}, {"passers": 3}, {"base_rate": 2}, {"hours": float("nan")}, {"hours": "6"}]
    )
    def test_impossible_inputs_are_refused(self, inputs):
        with pytest.raises(InputError):
            explorer(inputs=inputs)

    def test_an_infinite_threshold_is_refused(self):
        with pytest.raises(traitlets.TraitError, match="expected a score"):
            explorer().threshold = float("inf")

    def test_anything_else_is_refused_with_its_name(self):
        with pytest.raises(InputError, match="not dict"):
            widgets.ThresholdExplorer({})


class Page:
    """What the page would send, and what it would hear."""

    def __init__(self, shown):
        self.shown, self.heard = shown, []
        shown.send = lambda content, buffers=None: self.heard.append(content)

    def record(self, number=1, **more):
        message = {
            "kind": "record",
            "page": "p",
            "number": number,
            "threshold": 0.5,
            "name": "Lobby",
            "reason": "agreed",
        }
        self.shown._handle_custom_msg(message | more, [])
        return self.heard[-1]


class FakeCase:
    def __init__(self):
        self.points = []

    def record_operating_point(self, point, *, name, reason, by):
        self.points.append((point, name, reason, by))


class TestRecord:
    def test_python_confirms_after_it_has_written(self):
        written = []
        page = Page(explorer(on_record=lambda point, name, reason: written.append((point, name, reason))))
        answer = page.record()
        assert answer == {
            "kind": "recorded",
            "page": "p",
            "number": 1,
            "saved": True,
            "words": "recorded: Lobby, threshold 0.5",
        }
        assert (
            isinstance(written[0][0], OperatingPoint)
            and written[0][0].threshold == 0.5
            and written[0][1:] == ("Lobby", "agreed")
        )

    def test_a_message_that_comes_twice_is_written_once(self):
        written = []
        page = Page(explorer(on_record=lambda *record: written.append(record)))
        assert page.record()["saved"] and page.record()["saved"]
        assert len(written) == 1
        page.record(number=2)
        assert len(written) == 2

    def test_a_failure_is_not_saved_and_may_be_tried_again(self):
        tries = []

        def write(*record):
            tries.append(record)
            if len(tries) == 1:
                raise OSError("the disk is full")

        page = Page(explorer(on_record=write))
        assert page.record() == {
            "kind": "recorded",
            "page": "p",
            "number": 1,
            "saved": False,
            "words": "the disk is full",
        }
        assert page.record()["saved"]

    @pytest.mark.parametrize("gap", ["name", "reason"])
    def test_a_record_without_name_or_reason_is_refused(self, gap):
        assert not Page(explorer(on_record=print)).record(**{gap: "  "})["saved"]

    def test_a_case_gets_the_point_with_who_and_why(self):
        case = FakeCase()
        Page(explorer(case=case, by="A. Ng")).record()
        Page(explorer(case=case)).record(by="B. Ode")
        assert [record[1:] for record in case.points] == [("Lobby", "agreed", "A. Ng"), ("Lobby", "agreed", "B. Ode")]

    def test_without_a_place_to_write_nothing_is_offered(self):
        shown = explorer()
        assert not shown.about["recordable"]
        with pytest.raises(InputError, match="nowhere"):
            shown.record("Lobby", "agreed")

    def test_a_point_on_a_run_says_that_nothing_was_measured(self):
        case = FakeCase()
        widgets.ThresholdExplorer(run_of([0.6, 0.3]), case=case, by="A. Ng").record("Lobby", "by eye")
        point = case.points[0][0]
        assert np.isnan(point.fpir) and "no rate was measured" in point.assumption


class TestSaved:
    def test_the_page_may_run_its_own_script_and_nothing_else(self, tmp_path):
        text = explorer().save(tmp_path / "page.html").read_text("utf-8")
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
        script = re.search(r'<script type="module">(.*?)</script>', text, re.DOTALL)[1]
        assert policy.startswith("default-src 'none'")
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy
        assert "unsafe" not in policy and "http" not in policy

    def test_a_subject_called_script_is_a_name(self, tmp_path):
        text = explorer(title=EVIL).save(tmp_path / "page.html").read_text("utf-8")
        assert EVIL not in text
        assert "\\u003cscript>alert(1)" in text

    def test_without_alerts_no_face_and_no_name_is_in_the_file(self, tmp_path):
        shown = explorer()
        text = shown.save(tmp_path / "page.html", alerts=False).read_text("utf-8")
        assert "Mara Lind" not in text
        assert base64.b64encode(shown.pictures).decode()[:200] not in text

    def test_the_page_cannot_record(self, tmp_path):
        text = explorer(on_record=print).save(tmp_path / "page.html").read_text("utf-8")
        assert '"recordable": false' in text


class TestFiles:
    @pytest.mark.parametrize(
        "entry",
        [
            'import { a } from "./a.js";\nfunction b() {}\n',
            'import { a } from "./a.js";\nimport { c } from "./c.js";\n',
        ],
    )
    def test_two_files_that_declare_one_name_are_refused_before_a_browser_refuses_them(self, tmp_path, entry):
        (tmp_path / "a.js").write_text("export function a() {}\nexport async function b() {}\n")
        (tmp_path / "c.js").write_text("export const c = 1;\nexport const b = 2;\n")
        (tmp_path / "entry.js").write_text(entry)
        with pytest.raises(ImportError, match=r"a\.js and (entry|c)\.js both declare 'b': rename one of them"):
            bundle("entry.js", tmp_path)

    def test_one_script_without_imports_comes_out(self):
        script = bundle("threshold_explorer.js")
        assert not re.search(r"^import ", script, re.MULTILINE)
        assert script.count("export ") == 1 and "export default { render };" in script

    @pytest.mark.parametrize("own", [file.name for file in STATIC.glob("*.css") if file.name != "theme.css"])
    def test_the_palette_that_all_widgets_share_is_written_in_one_place(self, own):
        shared = set(re.findall(r"--sl-[\w-]+(?=:)", (STATIC / "theme.css").read_text("utf-8")))
        assert not shared & set(re.findall(r"--sl-[\w-]+(?=:)", (STATIC / own).read_text("utf-8")))
        assert style(own).startswith((STATIC / "theme.css").read_text("utf-8"))

    def test_modules_that_import_each_other_are_refused(self, tmp_path):
        (tmp_path / "a.js").write_text('import { b } from "./b.js";\n')
        (tmp_path / "b.js").write_text('import { a } from "./a.js";\n')
        with pytest.raises(ImportError, match=r"a\.js -> b\.js -> a\.js"):
            bundle("a.js", tmp_path)

    def test_nothing_is_fetched_and_no_markup_is_written(self):
        script = bundle("threshold_explorer.js")
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "fetch(",
            "http:",
            "https:",
            "XMLHttpRequest",
        ):
            assert word not in script, word

    def test_importing_widgets_alone_is_cheap(self):
        code = "import sys, widgets; assert 'anywidget' not in sys.modules and 'numpy' not in sys.modules"
        subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])


def test_the_published_figures_say_what_the_list_of_figures_says():
    by_id = {scenario.id: scenario for scenario in SCENARIOS}
    assert (by_id["met-2020"].tpir.rate, by_id["met-2020"].fpir.rate) == (0.70, 0.001)
    assert (by_id["essex"].wrong.count, by_id["essex"].wrong.of) == (34, 42)
    assert (by_id["met-2018"].wrong.count, by_id["met-2018"].wrong.of) == (102, 104)
    assert {key for key, scenario in by_id.items() if scenario.second_hand} == {"npl-2023", "met-2025"}
    low, high = clopper_pearson(8, 42)
    assert (round(float(low), 3), round(float(high), 3)) == (0.086, 0.341)


def interval_words(folder, **given):
    made = packed(Trials.of([0.9, 0.8], [0.1, 0.2, 0.3], watchlist=3, **given))
    js = "(m, data) => m.intervalWords(...['mated', 'nonmated'].map((side) => data.about.samples.find((s) => s.side === side && s.group === null)))"
    return call(folder, "notes.js", js, made)


def test_the_notes_say_which_interval_stands_beside_each_rate_and_how_often_it_holds(tmp_path):
    found, strangers = interval_words(tmp_path)
    assert "people on the list who are found: exact (Clopper-Pearson), 2 passes, each taken for another person" in found
    assert "strangers who cause an alert: exact (Clopper-Pearson), 3 passes" in strangers
    assert "at least 95 of 100" in found


def test_the_notes_count_people_where_someone_passes_twice_and_give_no_limits_for_one_person(tmp_path):
    found, strangers = interval_words(tmp_path, mated_subject=["a", "a"], nonmated_subject=["b", "b", "c"])
    assert found.endswith("none, because all 2 passes are by one person.")
    assert "95 % by person (Korn and Graubard), 3 passes by 2 people" in strangers
    assert (
        "93 to 97 of 100 evaluations, in about 99 where ten errors or fewer are expected, and in 92 or more where a few people make most"
        in strangers
    )


def test_a_limit_that_nobody_can_measure_is_said_as_0_here_and_on_the_page(tmp_path):
    js = "(m) => [m.span(4.4e-59, 0.114), m.rareSpan(4.4e-59, 0.1)]"
    assert call(tmp_path, "words.js", js, 0) == ["0.0 to 11.4 %", "0 to 1 in 10"]
    assert (per_cent(4.4e-59), per_cent(3e-8)) == ("0.0 %", "0.0000030 %")


def test_the_axis_of_misses_names_small_shares_whole(tmp_path):
    names = call(tmp_path, "det.js", "(m, shares) => shares.map(m.missed)", [1, 0.1, 0.01, 1e-3, 1e-4, 1e-5])
    assert names == ["100 %", "10 %", "1 %", "0.10 %", "0.010 %", "0.0010 %"]


@pytest.mark.parametrize(
    ("settled", "words", "said"),
    [
        (True, "1 in 9", "1 in 9"),
        (False, "1 in 9", "at most 1 in 9"),
        (False, "none seen", "none seen"),
        (False, "too few to say", "too few to say"),
        (False, "fewer than 0.1", "fewer than 0.1"),
        (False, "1 in 1", "up to all"),
    ],
)
def test_a_number_that_is_the_most_there_may_be_reads_as_one(
    tmp_path: Path, settled: bool, words: str, said: str
) -> None:
    assert (
        call(tmp_path, "words.js", "(module, [settled, words]) => module.atMost(settled, words)", [settled, words])
        == said
    )


def test_where_no_stranger_alerts_that_is_a_sentence(tmp_path: Path) -> None:
    said = "(module, rate) => module.alertedWords(rate, false)"
    assert call(tmp_path, "sentences.js", said, 0) == "no stranger alerted"
    assert call(tmp_path, "sentences.js", said, 0.25) == "at most 1 in 4 strangers alerted"


def test_less_than_something_is_not_about_it(tmp_path: Path) -> None:
    said = """(module, wrong) => module.daySentence({
      day: { right: NaN, wrong, listed: 2 }, inputs: { hours: 6 }, known: { strangers: true, found: true },
    }).map((part) => part.b ?? part).join("")"""
    assert call(tmp_path, "sentences.js", said, 0.01).startswith("In 6 hours fewer than 0.1 strangers would be alerted")
    assert call(tmp_path, "sentences.js", said, 7).startswith("In 6 hours about 7 strangers would be alerted")
