"""The page of a run: its counts are words, and what has to be known of the footage stands under them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from tests.review_cases import alerting, new_case, scan
from workbench.report import page
from workbench.truth import Outcome


@pytest.mark.parametrize(("passes", "said"), [(1, "Alerts: 1 question to a person"), (2, "Alerts: 2 questions to a")])
def test_one_alert_is_one_question(tmp_path: Path, passes: int, said: str) -> None:
    case = new_case(tmp_path / "case", "Ada", "Bob")
    scan(case, *(alerting(9.0 * k) for k in range(passes)))
    assert said in drawn(case)


def test_what_has_to_be_known_of_the_footage_stands_under_the_counts(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case", "Ada", "Bob")
    scan(case, facts={"short": True, "holes": 2, "hole_seconds": 9.0}, settings={"fast": True})
    html = drawn(case)
    assert "Something has to be known of 1 of 1 piece of footage" in html and "TRIAGE: only key frames" in html
    assert "<li>a.mp4: ends early; 51.0 s of pictures; 9.0 s without any, in 2 holes</li>" in html
    scan(case, source="b")
    assert "has to be known" not in drawn(case) and "TRIAGE" not in drawn(case)


def test_whoever_walks_by_twice_is_two_passes_and_a_run_without_alerts_asked_no_question(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case", "Ada", "Bob")
    scan(case)
    walks = [Outcome("Ada", True, "missed", "never seen", 80.0, float("nan"))] + 2 * [
        Outcome("Eve", False, "not alerted", "never seen", 80.0, float("nan"))
    ]
    html = drawn(case, truth={"a.mp4": walks})
    assert "<p><b>0 of 1</b> pass of a listed person was found, and no alert was raised.</p>" in html
    assert "<small>Passes of strangers with an alert</small><b>0 of 2</b>" in html and "0 of 0</b> alert" not in html


def drawn(case: Any, **more: Any) -> str:
    """The page of the newest run, without its stills, for which there is no footage."""
    with patch("workbench.report._alerts", return_value=[]):
        return page(case, case.run(), None, title="a title", note="a note", **more)  # type: ignore[arg-type]
