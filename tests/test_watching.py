"""A deployment while it goes on: whom it looks at, what it says when something breaks, and how it ends."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import live_cases
from tests.command import call
from tests.fakes import FakePack, Seen
from tests.live_cases import begin, clip_of, soon, use
from tests.review_cases import say
from workbench.case import Case
from workbench.casefile import deployments
from workbench.casefile.deployment_tables import DeploymentRow
from workbench.casefile.schema import utc_now
from workbench.errors import CaseBusy, CaseError
from workbench.footage.live import Camera, Gap, Health
from workbench.live import recorder
from workbench.live.station import Station
from workbench.live.view import View

case, clip, pack = live_cases.case, live_cases.clip, live_cases.pack  # the fixtures of deployments


def test_an_alert_does_not_wait_for_the_picture_that_people_watch(
    case: Case, pack: FakePack, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    def note(owner: type, name: str, words: str) -> None:
        real = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *args: (order.append(words), real(*args))[1])

    note(Station, "look", "looked"), note(View, "show", "shown"), note(recorder.Recorder, "put", "handed over")
    with begin(case, clip, closer=0.0) as going:  # every look is a closer one, which is shown
        while going.running and not {"shown", "handed over"} <= set(order):
            going.news(wait=0.05)
    assert order[order.index("handed over") - 1] == "looked"


def test_it_stops_by_itself_when_it_is_time(case: Case, pack: FakePack, tmp_path: Path) -> None:
    long = clip_of(tmp_path, 400)
    ended = begin(case, long, until=soon(1.5)).wait(20)
    assert ended.stopped == "its time was over" and ended.seconds < 5
    over = begin(case, long, authorised_until=soon(1.5)).wait(20)
    assert over.stopped == "its authority ended"


@pytest.mark.parametrize("how", ["list", "case"])
def test_it_stops_when_another_desk_takes_back_what_it_was_begun_upon(
    case: Case, pack: FakePack, tmp_path: Path, how: str
) -> None:
    with begin(case, clip_of(tmp_path, 400)) as going:
        other = Case(case.folder)
        time.sleep(1.5)
        assert going.running
        if how == "list":
            other.reject(1, by="Insp. Lee", reason="the warrant was lifted")
        else:
            other.end(by="Insp. Lee")
        ended = going.wait(10)
    assert ended.stopped == ("the approval of its list was taken back" if how == "list" else "its case was ended")
    assert ended.seconds < 6


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


def test_a_gap_that_could_not_be_written_at_first_is_written_with_its_end(
    case: Case, pack: FakePack, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_up, health, began = deployments.keep_up, Camera.health.fget, utc_now()
    failed: list[bool] = []

    def once(*given: Any) -> None:
        if not failed:
            failed.append(True)
            raise CaseError("the disk is full")
        keep_up(*given)

    def torn(camera: Camera) -> Health:
        end = began + timedelta(seconds=1) if failed and utc_now() > began + timedelta(seconds=3) else None
        return replace(health(camera), gaps=(Gap(began, end, "no packet came in time"),))

    monkeypatch.setattr(deployments, "keep_up", once)
    monkeypatch.setattr(Camera, "health", property(torn))
    ended = begin(case, clip).wait(20)
    assert failed and ended.ended is not None
    (gap,) = ended.breaks
    assert (gap.reason, gap.end) == ("no packet came in time", began + timedelta(seconds=1))


def test_frames_and_damaged_ones_are_counted_once_however_often_they_are_written(
    case: Case, pack: FakePack, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_up, failed = deployments.keep_up, []

    def once(*given: Any) -> None:
        keep_up(*given)
        if len(failed) < 2:
            failed.append(True)
            raise CaseError("the disk is full")  # what was written is taken back

    monkeypatch.setattr(recorder, "EVERY", 0.2)
    monkeypatch.setattr(deployments, "keep_up", once)
    going = begin(case, clip)
    going._stations[0].camera._counts["corrupt"] += 7
    ended, run = going.wait(20), case.run()
    assert len(failed) == 2 and run.profile["frames"] == ended.cameras[0].taken > 5
    assert run.sources[0].corrupt_frames == run.profile["corrupt_frames"] == ended.cameras[0].corrupt == 7


def test_a_changed_mind_counts_however_the_name_is_spelled(
    case: Case, pack: FakePack, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = begin(case, clip)
    going.wait(20)
    heard: list[set[int]] = []
    monkeypatch.setattr(going._recorder._memory, "hear", heard.append)
    say(case, 1, "A. Ng", "same")
    going._recorder._hear()
    say(case, 1, "a.  ng", "different")
    going._recorder._hear()
    going._recorder._hear()  # nobody said anything new
    assert heard == [set(), {1}]


def test_an_error_in_the_recognition_ends_it_loudly(case: Case, pack: FakePack, clip: Path) -> None:
    pack.detect = lambda image, smallest=None: 1 / 0  # type: ignore[method-assign, return-value]
    going = begin(case, clip)
    with pytest.raises(CaseError, match="recognition at gate failed: ZeroDivisionError"):
        going.wait(20)
    assert "recognition at gate failed" in case.deployments[0].stopped


def test_the_command_line_watches_and_prints_the_record(case: Case, pack: FakePack, clip: Path) -> None:
    until = soon().isoformat()
    named = ("--authorised-until", until, "--by", "A. Ng", "--everything", "--json")
    done = call("watch", case.folder, f"gate={clip}", *named)
    assert done.code == 0 and done.json["alerts"] == 1 and done.json["cameras"][0]["name"] == "gate"
    assert case.deployments[0].plan.everything
    assert "deployment 1 goes on until" in done.err and "1 alert;" in done.err
    refused = call("watch", case.folder, f"gate={clip}", "--authorised-until", "2020-01-01")
    assert refused.code == 1 and refused.err.count("\n") == 1 and "ended on" in refused.err


def test_who_presses_ctrl_c_again_while_a_deployment_ends_loses_nothing_of_its_end(
    case: Case, pack: FakePack, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = recorder.Recorder.finish

    def finish(self: recorder.Recorder, why: str) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.3)
        real(self, why)

    monkeypatch.setattr(recorder.Recorder, "finish", finish)
    monkeypatch.setattr("workbench.interruption.AGAIN", 0.0)
    monkeypatch.setattr("workbench.cli_watch._line", lambda _: os.kill(os.getpid(), signal.SIGTERM))
    ended = call("watch", case.folder, f"gate={clip}", "--authorised-until", soon().isoformat())
    assert ended.code == 0
    (found,) = case.deployments
    assert found.stopped == "stopped by a person (Ctrl-C, or the system asked)" and found.ended is not None
