"""Every verb that takes an alert takes its number or the alert itself, and says in one line what to pass instead of anything else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.review_cases import AGREE, alerting, new_case, scan
from workbench.case import Case
from workbench.casefile.asked import number_of, numbers_of
from workbench.comparison_settings import Settings
from workbench.errors import InputError

JUDGED = {"verdict": "same", "confidence": "moderate", "features": AGREE, "reason": "the ears"}
VERBS: dict[str, Callable[[Case, Any], object]] = {
    "export": lambda case, alert: case.export(case.folder.parent / "bag", alert),
    "clip": lambda case, alert: case.clip(alert),
    "decide": lambda case, alert: case.decide(alert, reviewer="A. Ng", **JUDGED),  # type: ignore[arg-type]
    "decisions": lambda case, alert: case.decisions(alert),
    "standing": lambda case, alert: case.standing(alert),
    "hold": lambda case, alert: case.hold(alert, reason="for the court"),
    "release": lambda case, alert: case.release(alert, reason="it is over"),
    "report_outcome": lambda case, alert: case.report_outcome(alert, result="no further action", by="A. Ng"),
    "compare": lambda case, alert: case.compare(alert, by="A. Ng"),
    "comparison_sheet": lambda case, alert: case.comparison_sheet(alert, Settings(), by="A. Ng"),
    "keep_comparison": lambda case, alert: case.keep_comparison(alert, Settings(), by="A. Ng"),
    "comparisons": lambda case, alert: case.comparisons(alert),
}


class Alert:
    """One of somebody else's."""

    id = 1


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    made = new_case(tmp_path_factory.mktemp("here") / "case")
    scan(made, alerting(0))
    return made


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The alert of another case, which has the number of one of this case."""
    other = new_case(tmp_path_factory.mktemp("there") / "case")
    scan(other, alerting(8), source="b")
    return other.run().alerts[0]


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
@pytest.mark.parametrize("thing", [Alert(), 1.5, "1", True, b"1"], ids=["class", "fraction", "text", "bool", "bytes"])
def test_a_thing_that_is_no_alert_is_refused_in_one_line(case: Case, verb: Callable[..., object], thing: Any) -> None:
    with pytest.raises(InputError) as refused:
        verb(case, thing)
    said = str(refused.value)
    assert said.startswith("an alert is given by its number, as in 3, or as one of `case.run().alerts`; this is ")
    assert said.endswith(f"({type(thing).__name__})") and "\n" not in said


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_an_alert_of_another_case_is_not_taken_for_the_one_with_its_number(
    case: Case, foreign: Any, verb: Callable[..., object]
) -> None:
    with pytest.raises(
        InputError, match=r"the alert of 'b\.mp4' at .* is of another case, whose alert 1 it is; take one"
    ):
        verb(case, foreign)


def test_nothing_is_written_for_an_alert_that_is_refused(case: Case) -> None:
    assert not (case.folder.parent / "bag").exists() and case.decisions() == () and case.outcomes() == ()
    assert not {"alert held", "alert released"} & {entry.action for entry in case.log}


def test_an_alert_is_the_same_by_itself_and_by_its_number_of_any_kind(case: Case) -> None:
    alert = case.run().alerts[0]
    with case.store.session() as session:
        assert [number_of(session, each) for each in (alert, alert.id, np.int64(alert.id))] == [1, 1, 1]
        assert numbers_of(session, [alert, 7, 1, 7]) == (1, 7) and numbers_of(session, alert) == (1,)
        assert numbers_of(session, case.run().alerts) == (1,) and numbers_of(session, ()) == ()


def test_the_alerts_of_a_run_are_named_as_they_are_to_be_shown(case: Case, foreign: Any, lobby: Path) -> None:
    with pytest.raises(InputError, match="an alert is given by its number"):
        case.redact(lobby, keep="1")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="is of another case"):
        case.redact(lobby, keep=foreign)
