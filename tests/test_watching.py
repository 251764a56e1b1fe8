"""A deployment from begin to end: what it refuses, what it writes, what it does not keep, and how it ends."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.command import call
from tests.fakes import FakePack, Seen
from tests.live_cases import begin, clip_of, point_for, ready_case, soon, use
from tests.review_cases import new_case, say
from workbench.case import Case
from workbench.casefile.deployment_tables import DeploymentRow
from workbench.deployments import Outcome
from workbench.errors import CaseBusy, CaseError, InputError
from workbench.live import recorder
from workbench.progress import Silent


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clip_of(tmp_path_factory.mktemp("clip"))


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return ready_case(tmp_path / "case")


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch) -> FakePack:
    return use(monkeypatch)


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
    assert record["Incorrect alert rate"] == "not recorded: 1 of 1 alerts are not settled"
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
    assert record["Incorrect alerts"].startswith("1 (1 of 1 alerts settled") and record["Positive alerts"].startswith(
        "0 "
    )
    assert record["Incorrect interventions"] == "1 (1 engaged, outcomes of 1 of 1 alerts reported)"
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


def _no_list(folder: Path) -> Case:
    case = Case.create(folder, purpose="p", authority="a")
    case.record_operating_point(point_for(FakePack.space.mark), name="street", reason="r", by="b")
    return case


def _unapproved(folder: Path) -> Case:
    case = ready_case(folder)
    case.reject(1, by="B", reason="a name is wrong")
    return case


def _expiring(folder: Path) -> Case:
    case = ready_case(folder)
    yesterday = (date.today() - timedelta(days=1)).isoformat()
    case.revise_list({"Ada": {"expires": yesterday}}, by="b", reason="r")
    case.approve(2, by="b", reason="r")
    return case


def _no_point(folder: Path) -> Case:
    case = new_case(folder)
    case.approve(1, by="b", reason="r")
    return case


def _other_pack(folder: Path) -> Case:
    case = _no_point(folder)
    case.record_operating_point(point_for("buffalo_l 512-d (abc)"), name="old", reason="r", by="b")
    return case


@pytest.mark.parametrize(
    ("make", "options", "said"),
    [
        (_no_list, {}, "has no watchlist; enroll one first"),
        (_unapproved, {}, "rejected by B.*workbench list approve"),
        (_expiring, {}, r"1 of 3 entries of list version 2 expire before the deployment ends \(Ada\)"),
        (_no_point, {}, "needs an operating point.*workbench evaluate"),
        (_other_pack, {}, "measured with buffalo_l.*means nothing here"),
        (ready_case, {"point": "night"}, "no operating point 'night'.*there are 'street'"),
        (ready_case, {"authorised_until": soon(-60)}, "authority for this deployment ended"),
        (ready_case, {"authorised_until": None}, "say until when this deployment is authorised"),
        (ready_case, {"until": soon(7200)}, "the authority ends on .* stop by then"),
        (ready_case, {"until": soon(-5)}, "is over; give a time in the future"),
        (ready_case, {"zone": "0,0 1,1"}, "three corners"),
        (ready_case, {"record": "all"}, "one of none, alerts"),
        (ready_case, {"faces": 0}, "1 to 5 faces"),
        (ready_case, {"cooldown": -1}, "0 to 3600 seconds"),
    ],
)
def test_it_refuses_to_begin_in_one_line_and_writes_nothing(
    tmp_path: Path, pack: FakePack, clip: Path, make: Any, options: dict[str, Any], said: str
) -> None:
    case = make(tmp_path / "case")
    before = len(case.log)
    with pytest.raises((CaseError, InputError), match=said):
        begin(case, clip, **options)
    assert len(case.log) == before and case.deployments == ()


@pytest.mark.parametrize(
    ("addresses", "said"),
    [
        ((), "no camera was given"),
        (("nowhere.mp4",), "is no file, and no address"),
        (("@nowhere.txt",), "cannot be read"),
        (("gate=udp://127.0.0.1:1", "gate=udp://127.0.0.1:2"), "two cameras are called 'gate'"),
    ],
)
def test_cameras_that_make_no_sense_are_refused(case: Case, pack: FakePack, addresses: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        case.watch(*addresses, authorised_until=soon(), progress=Silent())


def test_it_stops_by_itself_when_it_is_time(case: Case, pack: FakePack, tmp_path: Path) -> None:
    long = clip_of(tmp_path, 400)
    ended = begin(case, long, until=soon(1.5)).wait(20)
    assert ended.stopped == "its time was over" and ended.seconds < 5
    over = begin(case, long, authorised_until=soon(1.5)).wait(20)
    assert over.stopped == "its authority ended"


def test_a_case_has_one_deployment_at_a_time_and_a_stopped_one_makes_room(
    case: Case, pack: FakePack, tmp_path: Path
) -> None:
    going = begin(case, clip_of(tmp_path, 400))
    with pytest.raises(CaseBusy, match="a deployment is going on"):
        begin(Case(case.folder), tmp_path / "street.mp4")
    assert going.stop().stopped == "stopped by a person" and not going.running
    with begin(case, tmp_path / "street.mp4") as second:
        assert second.number == 2 and "going on" in repr(second)
    assert case.deployments[1].ended is not None


def test_a_zone_keeps_others_from_being_looked_at_at_all(case: Case, pack: FakePack, clip: Path) -> None:
    ended = begin(case, clip, zone="0.5,0 1,0 1,1 0.5,1").wait(20)  # person 0 stands left, the stranger right
    assert (ended.faces, ended.alerts) == (1, 0) and set(pack.embedded) == {5}


def test_faces_that_are_too_small_are_counted_and_never_compared(
    case: Case, monkeypatch: pytest.MonkeyPatch, clip: Path
) -> None:
    small = use(monkeypatch, lambda index: [Seen(0, 60, 50, size=20)])
    ended = begin(case, clip).wait(20)
    assert (ended.faces, ended.compared, ended.too_small, ended.alerts) == (1, 0, 1, 0) and small.embedded == []


def test_a_deployment_whose_process_died_is_ended_by_the_next_one(case: Case, pack: FakePack, clip: Path) -> None:
    begin(case, clip).wait(20)
    with case.store.change() as session:
        row = session.get_one(DeploymentRow, 1)
        row.ended, row.stopped = None, ""
        case_run = row.run_id
    begin(case, clip).wait(20)
    assert "ended without a word; last heard of at" in case.deployments[0].stopped
    assert case.run(case_run).finished


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


def test_what_cannot_be_written_is_said_and_ends_it_loudly(
    case: Case, pack: FakePack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "PATIENCE", 1.0)
    going = begin(case, clip_of(tmp_path, 400))
    full = CaseError("the disk is full")
    change = case.store.change
    monkeypatch.setattr(case.store, "change", lambda: (_ for _ in ()).throw(full))
    seen = []
    while going.running:
        seen.append(going.news(wait=0.1).status["trouble"])
    with pytest.raises(CaseError, match="the disk is full"):
        going.wait(20)
    assert any("NOT WRITTEN: the disk is full; it is tried again" in words for words in seen)
    assert "nothing could be written any more" in going.why
    monkeypatch.setattr(case.store, "change", change)
    assert case.deployments[0].ended is None  # the next one, or nobody, says what is known of its end


def test_what_could_not_be_written_for_a_while_is_written_then(
    case: Case, pack: FakePack, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, fail = case.store.change, threading.Event()
    fail.set()

    def sometimes() -> Any:
        if fail.is_set() and threading.current_thread().name.startswith("deployment"):
            raise CaseError("the database is locked by another program")
        return change()

    monkeypatch.setattr(case.store, "change", sometimes)
    going = begin(case, clip)
    time.sleep(1.5)
    assert "locked" in going.status()["trouble"] and going.status()["alerts"] == 0
    fail.clear()
    ended = going.wait(20)
    assert (ended.alerts, ended.faces) == (1, 2) and going.status()["trouble"] == ""


def test_an_error_in_the_recognition_ends_it_loudly(case: Case, pack: FakePack, clip: Path) -> None:
    pack.detect = lambda image, smallest=None: 1 / 0  # type: ignore[method-assign, return-value]
    going = begin(case, clip)
    with pytest.raises(CaseError, match="recognition at gate failed: ZeroDivisionError"):
        going.wait(20)
    assert "recognition at gate failed" in case.deployments[0].stopped


def test_the_command_line_watches_and_prints_the_record(case: Case, pack: FakePack, clip: Path) -> None:
    until = soon().isoformat()
    done = call("watch", case.folder, f"gate={clip}", "--authorised-until", until, "--by", "A. Ng", "--json")
    assert done.code == 0 and done.json["alerts"] == 1 and done.json["cameras"][0]["name"] == "gate"
    assert "deployment 1 goes on until" in done.err and "1 alerts" in done.err
    refused = call("watch", case.folder, f"gate={clip}", "--authorised-until", "2020-01-01")
    assert refused.code == 1 and refused.err.count("\n") == 1 and "ended on" in refused.err
