"""One quantity is one number on every surface, and a score is on its own side of the threshold wherever the two are printed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import widgets
import workbench as wb
from tests.javascript import call
from tests.review_cases import AGREE, alerting, listed, new_case, scan
from workbench import report
from workbench.case import Case
from workbench.casefile.verify import Finding
from workbench.evidence.exporting import Exported
from workbench.evidence.report import _candidates, _digits
from workbench.report import _candidate
from workbench.sentences import apart_words, threshold_words
from workbench.summaries import run_text

LINE, ABOVE, BELOW = 0.9361, 0.9364, 0.9360  # with three digits the alert lies below the line, which is rounded up


@pytest.fixture
def case(tmp_path: Path) -> wb.Case:
    made = new_case(tmp_path / "case")
    scan(made, alerting(0.0, score=ABOVE), alerting(9.0, 1, score=BELOW, near_miss=True), threshold=LINE)
    return made


def printed(text: str) -> tuple[list[float], float]:
    """The scores in a text, and its threshold."""
    (line,) = set(re.findall(r"threshold (?:of )?([0-9.]+)", text))
    return [float(score) for score in re.findall(r"score ([0-9.]+)", text)], float(line)


def test_on_the_command_line_every_score_is_on_its_side_of_the_threshold_as_printed(case: wb.Case) -> None:
    (above, below), line = printed(run_text(case.run()))
    assert below < line <= above


def test_so_it_is_on_a_card_of_an_alert_and_after_the_second_look(case: wb.Case) -> None:
    (above,), line = printed(repr(case.run().alerts[0]).replace(" >= ", " threshold "))
    assert (above, line) == (ABOVE, LINE)
    told: list[dict[str, object]] = []
    review = widgets.AlertReview(case, reviewer="A. Ng")
    review.send = lambda message, buffers=(): told.append(message)
    review._heard(review, {"kind": "look"}, [])
    said = {"verdict": "same", "features": AGREE, "confidence": "moderate", "reason": "ears", "key": "k"}
    review._heard(review, {"kind": "decide", "token": told[-1]["todo"][0], **said}, [])  # type: ignore[index]
    after = told[-1]["after"]
    assert (after["score"], after["line"].split(";")[0]) == ("0.9364", "at or above the threshold of 0.9361")  # type: ignore[index]


def test_so_it_is_in_a_report_and_in_evidence(case: wb.Case) -> None:
    alert = next(iter(case.run().alerts))
    close = SimpleNamespace(
        threshold=0.93648, candidates=[SimpleNamespace(rank=1, subject="A", score=0.936482, reference="")]
    )
    exhibit = SimpleNamespace(held=SimpleNamespace(alert=close))
    ((_, _, score, _),) = _candidates(exhibit)  # type: ignore[arg-type]
    assert float(score) >= float(threshold_words(close.threshold, _digits(close)))  # type: ignore[arg-type]
    assert "<td>0.9364</td>" in _candidate(alert.candidates[0], _digits(alert))


def test_what_a_program_reads_is_on_its_side_of_a_threshold_that_was_chosen_from_the_scores(tmp_path: Path) -> None:
    case, score = new_case(tmp_path / "case"), 0.983921229839325  # with six decimals it would be below itself
    scan(case, alerting(0.0, score=score), threshold=score)
    run = case.run()
    assert run.to_dict()["alerts"][0]["score"] >= run.to_dict()["threshold"]
    assert run.alerts.to_frame().score.tolist() == run.tracks.to_frame().score.tolist() == [score]


STEPS = st.integers(-(10**9), 10**9)


@given(STEPS, st.one_of(st.just(0), STEPS, st.integers(-1000, 1000)))
def test_a_score_and_a_threshold_in_words_keep_their_order(threshold: int, apart: int) -> None:
    at, line = (threshold + apart) / 1e9, threshold / 1e9
    score, said = map(float, apart_words(at, line))
    assert (score > said, score < said) == (at > line, at < line)


def test_who_is_listed_and_who_was_looked_for_are_two_numbers_with_two_names(tmp_path: Path) -> None:
    case, watch = Case.create(tmp_path / "case", purpose="testing", authority="the tests"), listed("Ada", "Bob", "Cid")
    gone = replace(watch.entries[2], expires=date(2020, 1, 1))
    case.add_watchlist(replace(watch, entries=(*watch.entries[:2], gone)), "fake")
    scan(case, alerting(0.0))
    said = [told(each) for each in (case, case.watchlist, case.run())]
    assert "people listed 3" in said[0] and "people listed 3" in said[1] and "people looked for 2" in said[2]
    with patch("workbench.report._alerts", return_value=[]):
        page = report.page(case, case.run(), None, title="a title", note="a note")  # type: ignore[arg-type]
    assert "<small>People looked for</small><b>2</b>" in page and "looked for" not in said[0] + said[1]


def told(shown: object) -> str:
    """What a notebook shows, as plain text."""
    return re.sub(r"\s+", " ", re.sub(r"<style.*?</style>|<[^>]+>", " ", shown._repr_html_()))  # type: ignore[attr-defined]


def test_the_explorer_of_a_scan_without_alerts_names_its_pack_and_the_threshold_as_it_is_printed_elsewhere(
    tmp_path: Path,
) -> None:
    case = new_case(tmp_path / "case")
    scan(case, threshold=0.936948835849762)
    shown = widgets.ThresholdExplorer(case.run())
    assert shown.about["pack"] == case.run().settings["pack"]
    assert shown.about["concerns"][0].startswith("threshold of the scan: 0.937, ") and "(0.937, " in repr(shown)
    assert "threshold 0.937 " in told(case.run())


def test_a_figure_of_conditions_prints_its_threshold_rounded_up_as_every_page_does() -> None:
    trials = wb.Trials.of([0.9] * 40, [0.1] * 40, watchlist=5)
    trials = replace(trials, face_px=np.full(80, 50.0))
    assert widgets.analytics.conditions(trials, "face size", LINE).question.startswith("At 0.937, who is missed")


def test_a_threshold_between_two_positions_of_the_slider_is_rounded_up(tmp_path: Path) -> None:
    js = "(m, every) => every.map((t) => m.position(t, 0.001))"
    assert call(tmp_path, "words.js", js, [0.936948835849762, 0.9, 0.45012]) == ["0.93695", "0.900", "0.45012"]
    assert call(tmp_path, "words.js", js, [0.936941, -0.936948, 0.0]) == ["0.93695", "-0.93694", "0.000"]


def test_a_time_in_the_player_is_the_one_that_python_tells(tmp_path: Path) -> None:
    times = [k / 10 for k in range(700)] + [3.36, 8.8, 59.96, 3725.9]
    said = call(tmp_path, "player_paint.js", "(m, every) => every.map((t) => m.clockWords(t, true))", times)
    assert said[:700] == [f"{k // 600}:{k // 10 % 60:02d}.{k % 10}" for k in range(700)]
    assert said[700:] == ["0:03.3", "0:08.8", "0:59.9", "1:02:05.9"]


def test_one_is_not_many_in_what_python_prints(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case")
    scan(case, alerting(0.0))
    assert repr(case.run()).startswith("Run 1(1 alert, 0 near misses, 1 track, ")
    assert repr(case) == "Case('case': 3 people listed, 1 run)"
    assert repr(Exported(Path("bag"), (1,), "0" * 64, 1, 9, ())).startswith("Exported(1 alert, 1 file, ")
    found = replace(case.verify(), findings=(Finding("picture", "was altered"),))
    assert repr(found).startswith("Verification(1 finding, ") and "1 thing is not as it was written." in told(found)
    assert ": 1 track, " in repr(widgets.FootagePlayer(case, case.run()))


def test_a_frame_is_damaged_on_the_command_line_too(case: wb.Case) -> None:
    run = case.run()
    hurt = replace(run, sources=tuple(replace(source, corrupt_frames=1) for source in run.sources))
    assert "has 1 damaged frame; not compared" in run_text(hurt)
