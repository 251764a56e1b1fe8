"""What a deployment refuses to begin with: each in one line, and nothing is written."""

from __future__ import annotations

import os
import signal
import threading
from datetime import date, timedelta
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from tests import live_cases
from tests.fakes import FakePack
from tests.footage_factory import make_clip
from tests.live_cases import begin, point_for, ready_case, soon
from tests.review_cases import new_case
from workbench.case import Case
from workbench.errors import CaseError, InputError
from workbench.live import watch
from workbench.live.preparing import cameras_of
from workbench.progress import Silent

case, clip, pack = live_cases.case, live_cases.clip, live_cases.pack  # the fixtures of deployments


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


def test_a_case_can_pass_on_all_that_a_deployment_takes() -> None:
    assert set(signature(Case.watch).parameters) - {"self"} == set(signature(watch).parameters) - {"case"}


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


def test_a_file_has_a_name_too_and_one_with_an_equals_sign_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("clip.mp4", "north=gate.mp4", "gate.mp4"):
        make_clip(tmp_path / name, 1)
    assert cameras_of(["street=clip.mp4"]) == (("street", "clip.mp4"),)
    assert cameras_of(["north=gate.mp4"]) == (("north=gate.mp4", "north=gate.mp4"),)


def test_a_list_of_cameras_may_have_comments_anywhere_and_the_mark_of_windows(tmp_path: Path) -> None:
    text = "gate=udp://127.0.0.1:1\n  # out of order\n\n\t#\n  door=udp://127.0.0.1:2  \n"
    (tmp_path / "cameras.txt").write_text(text, encoding="utf-8-sig")
    assert cameras_of([f"@{tmp_path / 'cameras.txt'}"]) == (
        ("gate", "udp://127.0.0.1:1"),
        ("door", "udp://127.0.0.1:2"),
    )


def test_a_deployment_that_cannot_begin_leaves_no_camera_open_and_is_over(
    case: Case, clip: Path, pack: FakePack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(_: object) -> None:
        raise CaseError("the door can be entered by others")

    monkeypatch.setattr("workbench.live.watching.Door", locked)
    with pytest.raises(CaseError, match="can be entered by others"):
        begin(case, clip)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("camera ")]
    (found,) = case.deployments
    assert found.ended is not None and found.stopped == "it could not be begun"
    with case.store.writing("the next one"):
        assert case.verify().clean


def test_ctrl_c_while_a_deployment_begins_ends_it_as_at_any_other_time(
    case: Case, clip: Path, pack: FakePack, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start

    def pressed(thread: threading.Thread) -> None:
        start(thread)
        if thread.name.startswith("look "):  # the next one would end what the deployment does
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("threading.Thread.start", pressed)
    with pytest.raises(KeyboardInterrupt):
        begin(case, clip)
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if name.startswith(("camera ", "look ", "deployment "))]
    assert [each.stopped for each in case.deployments] == ["stopped by a person"]
