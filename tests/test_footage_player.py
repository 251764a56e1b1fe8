"""The player's Python side: what the page is told of a run, how a clip reaches it, and what it gives back."""

import re
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import widgets
from tests.browser.players import FRAMES, START, make
from tests.javascript import call
from workbench.casefile.clip_tables import ClipRow
from workbench.casefile.clips import forget_clip
from workbench.casefile.retention import _forget_alert as forget_faces
from workbench.errors import InputError


class Page:
    """What the page does, without a page."""

    def __init__(self, case, **more):
        self.widget = widgets.FootagePlayer(case, **more)
        self.sent = []
        self.widget.send = lambda message, buffers=(): self.sent.append((message, [bytes(each) for each in buffers]))

    def ask(self, kind, **content):
        self.widget._heard(self.widget, {"kind": kind, "key": "k", **content}, [])
        for thread in self.widget._clips.threads.values():
            thread.join(20)
        return [each for each in self.sent if each[0]["kind"] != "asked"][-1]  # which may come after what was asked for


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return make(tmp_path_factory.mktemp("player"), says="=cmd <script>")


def test_a_page_knows_every_track_and_no_name_and_no_score(case):
    page = Page(case)
    what = np.frombuffer(page.widget.tracks["what"], "<i4").reshape(-1, 4).tolist()
    times = np.frombuffer(page.widget.tracks["times"], "<f8").reshape(-1, 2).tolist()
    assert {row[0]: (row[2], row[3]) for row in what} == {1: (2, 1), 2: (2, 2), 3: (1, 3), 4: (0, 0)}
    assert [2.0, 5.0] in times and len(times) == 4
    page.ask("clip", track=1)
    told = repr([page.widget.about, *(message for message, _ in page.sent)])
    assert not any(secret in told for secret in ("Ada Quail", "Bob Wren", "0.8", "0.45", "wanted"))


def test_a_clip_comes_with_its_times_and_boxes_and_then_in_ranges(case):
    page = Page(case, alert=1, by="A. Ng")
    (message, (times, boxes)) = page.ask("clip", track=1)
    assert message["kind"] == "clip" and message["key"] == "k" and message["alert"] == 1
    assert np.frombuffer(times, "<f8").tolist() == pytest.approx((START + np.arange(FRAMES) / 10).tolist())
    assert np.frombuffer(boxes, "<f4").reshape(-1, 4)[3].tolist() == [12, 60, 52, 120]
    got = b""
    while len(got) < message["bytes"]:
        answer, (part,) = page.ask("range", clip=message["clip"], **{"from": len(got), "to": len(got) + 700})
        assert answer["from"] == len(got) and 0 < len(part) <= 700
        got += part
    assert got == case.clip(1).video
    assert any(entry.action == "clip read" and entry.who == "A. Ng" for entry in case.log)


def test_what_fails_is_one_line_on_the_page(case):
    page = Page(case)
    message, _ = page.ask("clip", track=4)
    assert message["kind"] == "no clip" and message["words"].startswith(
        "no clip without the footage: 'a.mp4' is missing"
    )
    assert page.ask("range", clip=99)[0]["words"] == "this clip is not at hand any more: choose its track again"
    assert "no track 77" in page.ask("clip", track=77)[0]["words"]


def test_a_clip_that_the_case_deleted_is_neither_held_nor_handed_out(tmp_path):
    case = make(tmp_path)
    page = Page(case)
    shown, nobody = (page.ask("clip", track=track)[0]["clip"] for track in (1, 2))
    assert page.ask("range", clip=shown, **{"from": 0, "to": 9})[0]["kind"] == "range"
    with case.store.change() as session:
        session.get_one(ClipRow, nobody).shown = False
        forget_faces(session, 1)
    said = page.ask("range", clip=shown, **{"from": 0, "to": 9})[0]
    assert said["kind"] == "refused" and said["words"].startswith("this clip is not at hand any more")
    assert list(page.widget._clips._held) == [nobody]
    with case.store.change() as session:
        forget_clip(session, nobody)
    assert page.ask("stills", clip=nobody)[0]["kind"] == "refused" and not page.widget._clips._held


def test_stills_stand_in_where_a_browser_plays_no_h264(case):
    page = Page(case)
    clip = page.ask("clip", track=1)[0]["clip"]
    message, pictures = page.ask("stills", clip=clip)
    assert (
        message["frames"][0] == 0
        and message["frames"][-1] == FRAMES - 1
        and len(pictures) == len(message["frames"]) == 16
    )
    assert all(picture.startswith(b"\xff\xd8") for picture in pictures)


def test_the_state_is_a_small_value_to_read_back(case):
    page = Page(case, alert=2)
    assert page.widget.track == 2 and repr(page.widget) == "FootagePlayer(run 1: 4 tracks, track 2 at 0.000 s)"
    page.widget.at = 2.5
    assert page.widget.at == 2.5 and widgets.FootagePlayer(case).track is None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"alert": 9}, "no alert 9"),
        ({"track": 9}, "run 1 has no track 9"),
        ({"run": 1, "alert": 9}, "run 1 has no alert 9"),
    ],
)
def test_what_is_not_there_is_said(case, more, words):
    with pytest.raises(InputError, match=words):
        widgets.FootagePlayer(case, **more)
    with pytest.raises(InputError, match="kept in a case"):
        widgets.FootagePlayer(case.run())


def test_the_frame_at_a_time_and_the_time_in_the_middle_of_a_frame_belong_together(tmp_path):
    times = [10.0, 10.04, 10.2, 10.24]  # uneven
    found = call(
        tmp_path,
        "clip_link.js",
        "(m, times) => [...times.keys()].map((k) => m.frameAt(times, m.middleOf(times, k))).concat([m.frameAt(times, -1), m.frameAt(times, 99)])",
        times,
    )
    assert found == [0, 1, 2, 3, 0, 3]


def test_tracks_at_one_time_get_rows_of_their_own_while_there_is_room(tmp_path):
    tracks = [{"start": 0, "end": 5}, {"start": 1, "end": 2}, {"start": 3, "end": 4}, {"start": 6, "end": 7}]
    assert call(tmp_path, "player_timeline.js", "(m, tracks) => m.rowsOf(tracks)", tracks) == [0, 1, 1, 0]
    crowd = [{"start": 0, "end": 5}] * 9
    assert max(call(tmp_path, "player_timeline.js", "(m, tracks) => m.rowsOf(tracks)", crowd)) == 4


WINDOW = """(m) => {
  const whole = { first: 0, last: 18000 };
  const near = m.zoomed(whole, 1 / 300, 17990, whole);
  return [near, m.zoomed(near, 0.01, 17990, whole), m.shifted(near, -0.5, whole), m.shifted(near, 1, whole), m.showing(near, 100, whole),
    m.within({ first: -9, last: 90 }, { first: 0, last: 4 })].map(({ first, last }) => [first, last]);
}"""


def test_a_window_of_the_timeline_stays_within_the_footage_and_has_a_shortest(tmp_path):
    near, least, earlier, later, around, short = call(tmp_path, "player_window.js", WINDOW, None)
    assert near == [17940, 18000] and least == [17985, 17995] and earlier == [17910, 17970]
    assert later == near and around == [70, 130] and short == [0, 4]


def test_what_is_typed_is_an_alert_a_time_or_a_question(tmp_path):
    typed = ["12", " 1:02:05 ", "62:05.5", "0:07", "1:75", "now", "", "-3"]
    found = call(tmp_path, "player_window.js", "(m, typed) => typed.map(m.placeOf)", typed)
    assert found == [{"alert": 12}, {"seconds": 3725}, {"seconds": 3725.5}, {"seconds": 7}, None, None, None, None]


def test_the_next_of_the_tracks_that_are_stepped_through_may_be_asked_from_any_other(tmp_path):
    some = [{"id": 1, "start": 0}, {"id": 5, "start": 9}, {"id": 7, "start": 20}]
    step = "(m, [some, from, by]) => m.stepped(some, some.find((each) => each.id === from.id) ?? from, by)?.id ?? null"
    for chosen, by, then in ((5, 1, 7), (5, -10, 1), (7, 1, 7), (1, -1, 1)):
        assert call(tmp_path, "player_window.js", step, [some, {"id": chosen, "start": 0}, by]) == then
    other = {"id": 3, "start": 12}
    assert [call(tmp_path, "player_window.js", step, [some, other, by]) for by in (1, -1, 10)] == [7, 5, 7]
    assert call(tmp_path, "player_window.js", step, [[], other, 1]) is None
    assert call(tmp_path, "player_window.js", step, [some, {"id": 9, "start": 30}, 1]) == 7


def test_every_focusable_element_keeps_jupyterlabs_shortcuts_off():
    for name in ("clip_link", "clip_stage", "player_timeline", "player_tools", "footage_player"):
        text = (Path(widgets.__file__).parent / "static" / f"{name}.js").read_text("utf-8")
        assert "innerHTML" not in text and "createElement(" not in text, name
        assert len(re.findall(r'h\("select"', text)) == len(
            re.findall(r'h\("select", \{[^}]*data-lm-suppress', text)
        ), name


def test_a_clip_that_is_being_made_is_not_made_twice(case, monkeypatch):
    page, made = Page(case), []
    monkeypatch.setattr(type(case), "clip", lambda self, alert, **more: made.append(alert) or time.sleep(0.3))
    for _ in range(3):
        page.widget._heard(page.widget, {"kind": "clip", "key": "k", "track": 1}, [])
    for thread in page.widget._clips.threads.values():
        thread.join(20)
    assert made == [1]


def test_a_page_that_asks_again_while_a_clip_is_made_hears_how_far_it_is(case, monkeypatch):
    going, done = threading.Event(), threading.Event()

    def clip(*_, progress, **__):
        progress.start("a.mp4: drawing", 10, "s")
        progress.at(5)
        going.set()
        done.wait(10)
        raise InputError("enough")

    monkeypatch.setattr(type(case), "clip", clip)
    page = Page(case)
    page.widget._heard(page.widget, {"kind": "clip", "key": "k", "track": 1}, [])
    assert going.wait(10)
    before = len(page.sent)
    page.widget._heard(page.widget, {"kind": "clip", "key": "k", "track": 1}, [])
    again = [each for each, _ in page.sent[before:] if each["kind"] == "making"]
    assert [(each["per_cent"], each["words"]) for each in again] == [(50, "drawing")]
    done.set()
