"""The live board's Python side: what may be sent before an answer, and that nobody but who is under alert can be seen in it."""

from __future__ import annotations

import io
import json
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from PIL import Image

import widgets
from tests.live_cases import begin, clip_of, ready_case, use
from widgets.live_data import board_home
from widgets.live_listing import Listing
from workbench.casefile.schema import AlertRow, utc_now
from workbench.errors import CaseError, InputError
from workbench.footage.redact import encode_jpeg
from workbench.live import attach, health
from workbench.live.channel import _place
from workbench.live.health import Watchman
from workbench.live.view import View, redacted
from workbench.tracking import Sight, Trail


class Desk:
    """A board whose messages are caught."""

    def __init__(self, live: Any, monkeypatch: pytest.MonkeyPatch, officer: str = "A. Ng") -> None:
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []
        monkeypatch.setattr(
            widgets.LiveBoard, "send", lambda _, message, buffers=(): self.sent.append((message, list(buffers)))
        )
        self.board = widgets.LiveBoard(live, officer=officer)

    def ask(self, **content: Any) -> tuple[dict[str, Any], list[bytes]]:
        before = len(self.sent)
        self.board._heard(None, content, [])
        return [each for each in self.sent[before:] if each[0]["kind"] not in ("health", "picture")][-1]

    def until(self, kind: str, seconds: float = 10.0) -> tuple[dict[str, Any], list[bytes]]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for message, buffers in self.sent:
                if message["kind"] == kind and message.get("alerts") != []:
                    return message, buffers
            time.sleep(0.02)
        raise AssertionError(f"no {kind}")


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    use(monkeypatch)
    case = ready_case(tmp_path / "case")
    with begin(case, clip_of(tmp_path, 200)) as going:
        yield going


def test_before_the_answer_the_page_gets_pictures_when_and_where_and_nothing_else(
    live: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(live, monkeypatch)
    queue, _ = desk.until("fresh")
    (alert,) = queue["alerts"]
    assert set(alert) == {"token", "raised", "camera", "kept", "settled", "verdict"} and alert["camera"] == "gate"
    pair, pictures = desk.ask(kind="open", token=alert["token"])
    assert pair["after"] is None and len(pictures) == len(pair["faces"]) + pair["references"]
    assert "Ada" not in json.dumps([queue, pair])


def test_an_answer_is_on_disk_when_it_is_acknowledged_and_an_outcome_follows(
    live: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(live, monkeypatch)
    token = desk.until("fresh")[0]["alerts"][0]["token"]
    said = {
        "verdict": "same",
        "features": {"ears": "agree"},
        "confidence": "moderate",
        "reason": "on the spot: ears agree",
    }
    saved, _ = desk.ask(kind="decide", key="k1", token=token, **said)
    assert saved["kind"] == "saved" and saved["after"]["subject"] == "Ada" and saved["after"]["outcome"] is None
    again, _ = desk.ask(kind="decide", key="k1", token=token, **said)
    assert again["kind"] == "saved" and len(live.case.decisions()) == 1
    reported, _ = desk.ask(kind="decide", key="k2", token=token, result="spoken to", identity="confirmed", note="")
    assert reported["after"]["outcome"]["result"] == "spoken to"
    assert live.case.outcomes()[0].by == "A. Ng" and live.case.decisions()[0].look == "blind"
    refused, _ = desk.ask(kind="decide", key="k3", token=token, result="hugged", identity="confirmed")
    assert (refused["kind"], refused["of"]) == ("refused", "decide") and "no outcome" in refused["words"]
    assert desk.ask(kind="open", token="none")[0]["kind"] == "refused"


def test_what_waits_on_a_board_is_not_handed_to_a_review_nor_to_the_board_of_another_deployment(
    live: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, again = (Desk(live, monkeypatch, officer).board.about["home"] for officer in ("A. Ng", " a. ng"))
    assert home == again == board_home(live.case, "A. Ng", live.number)
    others = board_home(live.case, "A. Ng", live.number + 1), board_home(live.case, "B. Ott", live.number)
    assert home not in (*others, widgets.AlertReview(live.case, reviewer="A. Ng").about["home"])


def test_health_is_told_and_the_board_can_end_the_deployment(live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(live, monkeypatch)
    health, _ = desk.until("health")
    assert health["status"]["running"] and health["status"]["cameras"][0]["name"] == "gate"
    picture, (jpeg,) = desk.until("picture")
    assert picture["camera"] == "gate" and jpeg[:2] == b"\xff\xd8"
    desk.ask(kind="end")
    assert live.wait(10).stopped == "stopped by A. Ng, on the board"


def test_a_page_that_shows_nothing_gets_no_more_than_a_picture_every_other_second(
    live: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(live, monkeypatch)
    time.sleep(1.5)
    assert len([1 for message, _ in desk.sent if message["kind"] == "picture"]) <= 3


def test_another_process_sees_the_same_deployment(live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    other = attach(live.case)
    assert other.number == live.number and other.running and other.status()["cameras"][0]["name"] == "gate"
    desk = Desk(other, monkeypatch)
    assert desk.until("picture")[1][0][:2] == b"\xff\xd8" and desk.until("fresh")[0]["alerts"]
    with pytest.raises(InputError, match="no camera of this deployment is called 'yard'"):
        other.learn_again("yard")
    other.end("stopped from outside")
    assert live.wait(10).stopped == "stopped from outside"
    time.sleep(0.3)
    assert not other.running
    with pytest.raises(CaseError, match="no deployment of case answers"):
        attach(live.case)


@pytest.mark.parametrize("look", [lambda live: live, lambda live: attach(live.case)])
def test_a_camera_of_no_such_name_is_not_said_to_be_learnt(
    live: Any, monkeypatch: pytest.MonkeyPatch, look: Callable[[Any], Any]
) -> None:
    desk = Desk(look(live), monkeypatch)
    for camera in ("gatee", None):
        said = desk.ask(kind="learn", camera=camera)[0]
        assert said["kind"] == "refused" and said["words"].endswith("there are 'gate'")
    assert desk.ask(kind="learn", camera="gate")[0]["kind"] == "learnt"
    with pytest.raises(InputError, match="no camera of this deployment is called 'gatee'"):
        live.learn_again("gatee")


def test_a_viewer_that_goes_away_or_talks_nonsense_is_no_word_in_the_operator_s_terminal(
    live: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    for question in (b'{"ask": "news", "wait": 0.3}\n', b"\xff\n", b'{"after": "x"}\n', b""):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(_place(live.case)))
            line.sendall(question)
    time.sleep(1)
    assert capfd.readouterr().err == "" and attach(live.case).running


def test_a_board_of_a_deployment_that_is_over_has_no_say_in_the_next_one(live: Any, tmp_path: Path) -> None:
    old = attach(live.case)
    live.stop()
    with begin(live.case, tmp_path / "street.mp4") as after:
        with pytest.raises(CaseError, match=f"deployment {old.number} is over, and {after.number} goes on"):
            old.end("stopped on an old board")
        assert not old.running and after.running and attach(live.case).number == after.number


def test_faces_are_deleted_by_the_clock_of_the_case_while_a_deployment_goes_on(live: Any) -> None:
    later = utc_now() + timedelta(days=40)
    with patch("workbench.live.recorder.utc_now", return_value=later):
        live._recorder._clean()
    assert live.case.log[-1].action != "purged"
    with patch("workbench.casefile.sqlite.utc_now", return_value=later):
        live._recorder._clean()
    assert live.case.log[-1].action == "purged"


def test_who_answers_must_be_said(live: Any) -> None:
    with pytest.raises(InputError, match="say who answers"):
        widgets.LiveBoard(live)


def trail_at(x: float, t: float = 1.0) -> Trail:
    return Trail([Sight(t, np.array([x, 40.0, x + 40, 80]))])


def test_every_face_is_hidden_in_the_bytes_but_that_under_alert() -> None:
    image = np.random.default_rng(0).integers(0, 255, (180, 320, 3), dtype=np.uint8)
    one, other = trail_at(40), trail_at(200)
    found = np.array([[40.0, 40, 80, 80], [200, 40, 240, 80], [280, 100, 300, 120]])
    seen = redacted(image, found, [one, other], [one], 1.0)
    assert np.array_equal(seen[40:80, 40:80], image[40:80, 40:80])
    for x, y, side in ((200, 40, 40), (280, 100, 20)):
        assert len(np.unique(seen[y : y + side, x : x + side].reshape(-1, 3), axis=0)) <= 36
    assert np.array_equal(redacted(image, found[:0], [], [], 1.0), image)


def test_a_face_that_is_lost_for_a_moment_stays_hidden_where_it_was() -> None:
    image = np.random.default_rng(0).integers(0, 255, (180, 320, 3), dtype=np.uint8)
    lost = trail_at(40)
    assert not np.array_equal(redacted(image, np.zeros((0, 4)), [lost], [], 1.5)[40:80, 40:80], image[40:80, 40:80])
    shown = redacted(image, np.zeros((0, 4)), [lost], [lost], 1.5)  # under alert, and not seen just now: hidden
    assert not np.array_equal(shown[40:80, 40:80], image[40:80, 40:80])


def test_where_everything_is_hidden_heads_under_alert_are_all_that_is_seen_and_others_are_outlines() -> None:
    image = np.random.default_rng(0).integers(0, 127, (180, 320, 3), dtype=np.uint8)
    one, other = trail_at(40), trail_at(85)  # the second one's face reaches into the first one's head
    found = np.array([[40.0, 40, 80, 80], [85, 40, 125, 80]])
    seen = redacted(image, found, [one, other], [one], 1.0, everything=True)
    assert np.array_equal(seen[27:93, 27:80], image[27:93, 27:80])  # a face of 40 px and 0.35 of that around it
    away = np.ones((180, 320), bool)
    away[26:94, 26:94] = away[34:86, 79:131] = False
    assert (seen[away] == 128).all() and (seen[45:75, 90:120] == 128).all()
    assert (seen[36, 81:129] == 40).all()  # where the other one is
    nobody = redacted(image, found[:0], [], [], 1.0, everything=True)
    assert (nobody == 128).all()


def test_pictures_are_made_only_while_somebody_looks() -> None:
    view = View()
    assert not view.wanted and view.newest() == (0, b"") and view.wanted
    view.show(np.full((9, 16, 3), 7, np.uint8))
    number, jpeg = view.newest()
    assert number == 1 and Image.open(io.BytesIO(jpeg)).size == (16, 9)
    assert jpeg == encode_jpeg(np.full((9, 16, 3), 7, np.uint8), quality=75)


def street(shift: int = 0, light: float = 1.0) -> Any:
    rng = np.random.default_rng(4)
    picture = np.kron(rng.integers(0, 200, (18, 40)), np.ones((20, 20)))
    return np.repeat((light * np.roll(picture, shift, axis=1))[:, :640, None], 3, axis=2).astype(np.uint8)


def test_a_camera_that_was_moved_is_noticed_and_light_that_changes_is_not() -> None:
    watchman = Watchman()
    for t in range(5):
        assert not watchman.look(street(), t).moved
    assert not watchman.look(street(light=0.5), 6).moved
    assert not watchman.look(street(90), 7).moved  # a bus
    assert not watchman.look(street(), 8).moved
    assert [watchman.look(street(90), t).moved for t in (9, 10, 12, 13)] == [False, False, True, True]
    watchman.learn_again()
    assert [watchman.look(street(90), t).moved for t in (14, 16, 18, 22)] == [False] * 4
    dark = watchman.look(street(light=0.05), 23)
    assert dark.light < 20 and 0 <= dark.sharpness < 1


def test_a_scene_that_is_to_be_learnt_again_while_it_is_compared_is_learnt_with_the_next_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watchman = Watchman()
    for t in range(5):
        watchman.look(street(), t)
    monkeypatch.setattr(health, "_alike", lambda scene, small: (watchman.learn_again(), 1.0)[1])
    assert not watchman.look(street(), 5).moved
    monkeypatch.undo()
    assert [watchman.look(street(90), t).moved for t in (6, 8, 10, 14)] == [False] * 4


def test_an_alert_is_told_once_and_the_whole_list_only_when_something_was_said_or_went(live: Any) -> None:
    listing = Listing(live.case, live.number, "A. Ng")
    end = time.monotonic() + 10
    while not (told := listing.fresh())["alerts"] and time.monotonic() < end:
        time.sleep(0.02)
    (alert,) = told["alerts"]
    assert told["before"] == 0 and listing.fresh() == {"before": 1, "alerts": [], "mark": told["mark"]}
    assert listing.whole(None)["alerts"] == told["alerts"]
    assert listing.whole(told["mark"]) == {"mark": told["mark"]}
    number = listing.alert(alert["token"])
    assert number is not None and Listing(live.case, live.number, "A. Ng").alert(alert["token"]) == number
    assert listing.alert("none") is None
    live.case.decide(
        number, verdict="same", reviewer="B. Ott", features={"nose": "agree"}, confidence="limited", reason="nose"
    )
    after = listing.whole(told["mark"])
    assert after["mark"].split("/")[0] == "1" and after["mark"] != told["mark"]
    assert after["alerts"][0]["verdict"] == ""  # what another officer said stays with her
    assert Listing(live.case, live.number, "B. Ott").whole(None)["alerts"][0]["verdict"] == "same"
    with live.case.store.change() as session:
        session.get_one(AlertRow, number).thumbnail = ""
    assert listing.whole(after["mark"])["alerts"][0]["kept"] is False
