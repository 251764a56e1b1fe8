"""What a deployment leaves: its record, its alerts with what was decided and came of them, the log, and when all of it goes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import live_cases
from tests.fakes import FakePack
from tests.live_cases import begin, ready_case, soon, use
from tests.review_cases import say
from workbench.case import Case
from workbench.casefile.deployment_tables import DeploymentRow
from workbench.casefile.schema import utc_now
from workbench.deployments import Outcome
from workbench.errors import InputError

case, clip, pack = live_cases.case, live_cases.clip, live_cases.pack  # the fixtures of deployments


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Iterator[Case]:
    """A deployment that is over: person 0 passed, and a stranger."""
    case = ready_case(tmp_path_factory.mktemp("watched") / "case")
    with pytest.MonkeyPatch.context() as patch:
        use(patch)
        begin(case, clip, purpose="Market day", zone="0,0 1,0 1,1 0,1", by="A. Ng").wait(30)
    yield case


def test_the_deployment_record_fills_itself(watched: Case) -> None:
    (made,) = watched.deployments
    assert (made.plan.purpose, made.plan.authority, made.plan.by) == ("Market day", "the tests", "A. Ng")
    assert (made.faces, made.compared, made.too_small, made.alerts, made.reviewed) == (2, 2, 0, 1, 0)
    assert made.stopped == "the footage ended" and made.ended is not None and 1 < made.seconds < 10
    (camera,) = made.cameras
    assert camera.name == "gate" and camera.frames == 50 == camera.taken + camera.dropped and camera.late < 500
    assert made.breaks == () and "faces seen (tracks) 2" in made.text() and "Deployment 1" in made._repr_html_()
    assert json.loads(json.dumps(made.to_dict()))["faces_seen"] == 2


def test_an_alert_names_its_candidate_and_what_led_to_it(watched: Case) -> None:
    run = watched.run()
    (alert,) = run.alerts
    assert (alert.subject, alert.source) == ("Ada", "gate") and alert.score > 0.99
    assert (
        run.finished and alert.why["live"]["faces"] == 2 and "operating point 'street'" in alert.why["threshold_from"]
    )
    assert alert.start <= alert.t < 1.2 and 1.2 < alert.end < 2.2  # raised early, and the track goes to its end


def test_the_published_record_and_the_log_of_uses_fill_themselves(watched: Case) -> None:
    record, today = watched.record(), watched.deployments[0].started
    assert (record["Date"], record["Deployment type"], record["Number of cameras"]) == (
        f"{today:%Y-%m-%d}",
        "live",
        "1",
    )
    assert record["Duration"].endswith(" live") and record["Faces seen"] == "2" and record["Total alerts"] == "1"
    assert record["Incorrect alert rate"] == "not recorded: 1 of 1 alert is not settled"
    assert record["Arrests or disposals"] == "not recorded"
    (use,) = record.uses
    assert (
        "live deployment 1" in use[0]
        and "Market day" in use[0]
        and "by A. Ng" in use[0]
        and "zone 0,0 1,0 1,1 0,1" in use[0]
    )
    assert (
        use[4].startswith("camera gate: 50 frames")
        and use[5].startswith("alert 1: gate, frame")
        and use[6] == "nobody yet"
    )


def test_a_clock_that_is_set_back_moves_neither_the_end_of_a_use_nor_the_last_sign_of_life(
    case: Case, pack: FakePack, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = timedelta(0)
    for module in ("live.recorder", "live.watching", "casefile.deployments", "casefile.ledger"):
        monkeypatch.setattr(f"workbench.{module}.utc_now", lambda: utc_now() + back)
    going = begin(case, clip)
    time.sleep(0.5)
    back = -timedelta(hours=2)
    made, run = going.wait(20), case.run()
    assert made.ended is not None and run.finished == made.ended > run.started == made.started
    assert case.record().uses[0][2] == f"{made.ended:%Y-%m-%d %H:%M:%S}"
    with case.store.session() as session:
        assert made.started < session.get_one(DeploymentRow, 1).alive <= made.ended


def test_the_scores_of_everybody_stay_for_the_slider(watched: Case) -> None:
    run = watched.run()
    assert sorted(np.round(run.scores, 3)) == [0.0, 1.0]
    trials = watched.trials(verdicts={run.alerts[0].id: "same"})
    assert (len(trials.mated), len(trials.nonmated)) == (1, 1)


def test_nothing_was_altered_and_no_footage_is_missed(watched: Case) -> None:
    assert watched.verify().findings == () and not [n for n in watched.verify().notes if "gate" in n]


def test_the_log_says_who_did_what(watched: Case) -> None:
    actions = [entry.action for entry in watched.log]
    assert [a for a in actions if "deployment" in a or a == "alert raised"] == [
        "deployment begun",
        "alert raised",
        "deployment ended",
    ]
    assert not any("template" in json.dumps(dict(entry.about)) for entry in watched.log)


def test_the_list_is_deleted_a_day_after_the_deployment(watched: Case) -> None:
    ended = watched.deployments[0].ended
    assert ended is not None
    due = {each.due for each in watched.clocks if each.kind == "faces of the list"}
    assert due == {ended + timedelta(hours=24)}
    assert watched.purge(ended + timedelta(hours=23), dry_run=True) == ()


def test_people_decide_while_it_goes_on_and_outcomes_are_recorded(case: Case, pack: FakePack, clip: Path) -> None:
    going = begin(case, clip)
    until = time.monotonic() + 10
    while not going.status()["alerts"] and time.monotonic() < until:
        time.sleep(0.02)
    assert going.running
    ((alert),) = [question.id for question in case.queue("A. Ng")]
    say(case, alert, "A. Ng", "same")
    say(case, alert, "B. Ott", "same")
    case.report_outcome(alert, result="spoken to", identity="another person", by="C. Poe", key="k")
    case.report_outcome(alert, result="spoken to", identity="another person", by="C. Poe", key="k")
    ended = going.wait(30)
    assert ended.standings == {"confirmed same": 1} and ended.reviewed == 1
    assert [each.result for each in ended.outcomes] == ["spoken to"] and len(case.outcomes()) == 1
    with pytest.raises(InputError, match="same key"):
        case.report_outcome(alert, result="no action", by="C. Poe", key="k")
    record = case.record()  # judged the same person on the screen, and another one in the street: the street is right
    assert record["Incorrect alerts"].startswith("1 (1 of 1 alert settled") and record["Positive alerts"].startswith(
        "0 "
    )
    assert record["Incorrect interventions"] == "1 (1 engaged, outcomes of 1 of 1 alert reported)"
    assert record["Arrests or disposals"].startswith("0 (1 spoken to;")
    assert (
        record["Incorrect alerts per face seen"].startswith("1 of 2")
        and "1 of 1" in record["Incorrect alerts per alert judged"]
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"result": "hugged"}, "is no outcome"),
        ({"identity": "confirmed"}, "establishes nobody"),
        ({"by": " "}, "needs a name"),
    ],
)
def test_an_outcome_that_makes_no_sense_is_refused(values: dict[str, Any], said: str) -> None:
    whole: dict[str, Any] = {
        "result": "no action",
        "identity": "not established",
        "by": "A",
        "recorded": soon(),
    } | values
    with pytest.raises(InputError, match=said):
        Outcome(1, **whole)


def test_with_record_alerts_the_scene_is_kept_without_the_others_until_its_time(
    case: Case, pack: FakePack, clip: Path
) -> None:
    from sqlalchemy import select

    from workbench.casefile.deployment_tables import SceneRow

    begin(case, clip, record="alerts").wait(20)
    with case.store.session() as session:
        (scene,) = session.scalars(select(SceneRow)).all()
        assert case.store.blobs.get(scene.blob or "")[:2] == b"\xff\xd8"
    case.purge(soon(25 * 3600))
    with case.store.session() as session:
        assert session.scalars(select(SceneRow)).one().blob is None
    assert case.verify().findings == ()
