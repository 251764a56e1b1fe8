"""Comparing by eye: where pictures lie, what is measured, what is printed, what is kept, and what is forgotten."""

import hashlib
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from tests.review_cases import alerting, end_before, new_case, say, scan
from tests.test_board import png
from workbench.case import Case
from workbench.casefile.comparisons import _eyes
from workbench.casefile.schema import PictureRow, ReferenceRow, utc_now
from workbench.comparison import EYES, Shown, placement
from workbench.comparison_settings import Measure, Settings, Tone
from workbench.comparison_sheet import comparison_sheet
from workbench.comparison_words import setting_words
from workbench.errors import InputError

PLAIN = {"mode": "side by side"}


def shown(grey: int = 90, **more: object) -> Shown:
    return Shown("a picture", png(grey=grey), 1, **more)  # type: ignore[arg-type]


@pytest.fixture
def case(tmp_path: Path) -> Case:
    made = new_case(tmp_path / "case", "Ada Quail", "Bob Wren")
    scan(made, alerting(0.0), alerting(10.0, 1), source="a")
    return made


def test_a_picture_lies_in_its_frame_as_a_whole_and_in_the_middle() -> None:
    turn, shift = placement((40, 80), (), Settings())
    assert (turn, shift) == (1 / 80, 0.25 + 0j)
    assert placement((40, 80), (), Settings(zoom=2))[1] == 0 - 0.5j  # about the middle


def test_aligned_eyes_lie_where_all_eyes_lie_however_the_head_is_tilted() -> None:
    for eyes in (((10.0, 20.0), (30.0, 20.0)), ((100.0, 90.0), (130.0, 50.0))):
        turn, shift = placement((200, 200), eyes, Settings())
        assert np.allclose([turn * complex(*eye) + shift for eye in eyes], EYES)


def test_eyes_come_out_of_both_orders_that_packs_give_their_points_in() -> None:
    insightface = [[30.0, 40.0], [70.0, 42.0], [50.0, 60.0], [35.0, 80.0], [65.0, 80.0]]
    dlib = [[78.0, 42.0], [62.0, 42.0], [22.0, 40.0], [38.0, 40.0], [50.0, 60.0]]
    assert _eyes(insightface, "buffalo_l") == _eyes(dlib, "dlib") == ((30.0, 40.0), (70.0, 42.0))
    assert _eyes([], "dlib") == ()


def test_a_distance_is_in_pixels_of_the_original() -> None:
    measure = {"side": "reference", "start": [0, 0], "end": [30, 40]}
    settings = Settings.of(PLAIN | {"measures": [measure]})
    said = list(setting_words(settings, shown(), shown(scale=0.5)))
    assert "100.0 px of the original photograph" in said[-1]
    unknown = list(setting_words(settings, shown(), shown(scale=float("nan"))))
    assert "50.0 px of the kept picture, which was made smaller by nobody knows how much" in unknown[-1]


def test_contrast_turns_about_the_middle_and_nothing_leaves_the_range() -> None:
    table = Tone(contrast=3.0).table()
    assert table[[0, 100, 127, 155, 255]].tolist() == [0, 45, 126, 210, 255]
    assert Tone(brightness=0.5).table()[[0, 128, 255]].tolist() == [128, 255, 255]


def test_only_the_side_that_was_set_changes_on_the_sheet() -> None:
    lighter = Settings.of(PLAIN | {"probe": {"tone": {"brightness": 0.2}}})
    before, after = (
        np.asarray(Image.open(io.BytesIO(comparison_sheet(each, shown(), shown(), ["x"], title="t"))))
        for each in (Settings(), lighter)
    )
    left, right = (400, 344), (400, 1000)
    assert before[left][0] == 90 and after[left][0] == 141 and before[right][0] == after[right][0] == 90


def test_an_overlay_stands_below_the_pictures_it_is_made_of() -> None:
    mixed = Settings.of({"mode": "overlay", "mix": 0.25})
    sheet = np.asarray(
        Image.open(io.BytesIO(comparison_sheet(mixed, shown(grey=100), shown(grey=200), ["x"], title="t")))
    )
    assert [int(sheet[at][0]) for at in ((400, 344), (400, 1000), (1080, 344))] == [100, 200, 125]


def test_a_measurement_is_drawn_where_the_point_lies() -> None:
    line = {"side": "probe", "start": [10, 25], "end": [30, 25]}
    settings = Settings.of(PLAIN | {"measures": [line]})
    sheet = np.asarray(Image.open(io.BytesIO(comparison_sheet(settings, shown(), shown(), ["x"], title="t"))))
    colours = {tuple(pixel) for pixel in sheet[59 + 22 - 2 + 320, 24 + 150 : 24 + 500]}
    assert (230, 159, 0) in colours


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "no way to compare"),
        (PLAIN | {"zoom": 1e9}, "zoom is"),
        (PLAIN | {"zoom": float("nan")}, "zoom is nan"),
        (PLAIN | {"mix": "half"}, "mix is 'half'"),
        (PLAIN | {"probe": {"tone": {"gamma": 0}}}, "gamma is 0"),
        (PLAIN | {"probe": {"eyes": [[1, 1]]}}, "two eyes"),
        (PLAIN | {"probe": {"eyes": [[1, 1], [1, 1]]}}, "do not lie on each other"),
        (PLAIN | {"probe": {"picture": -1}}, "picture is -1"),
        (PLAIN | {"measures": [{"side": "left", "start": [0, 0], "end": [1, 1]}]}, "no side"),
        (PLAIN | {"measures": [{"side": "probe", "start": [0], "end": [1, 1]}]}, "no point"),
        (PLAIN | {"measures": [{}] * 13}, "room for 12"),
    ],
)
def test_what_is_no_setting_is_refused_with_a_word(told: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Settings.of(told)


def test_settings_survive_being_written_down() -> None:
    settings = Settings.of(
        {"mode": "flicker", "align": True, "probe": {"eyes": [[1, 2], [3, 4]], "tone": {"gamma": 2}}}
        | {"measures": [{"side": "probe", "start": [0, 0], "end": [3, 4]}]}
    )
    assert Settings.of(json.loads(json.dumps(settings.to_dict()))) == settings
    assert settings.measures[0] == Measure("probe", (0.0, 0.0), (3.0, 4.0))


def test_before_the_first_decision_no_name_and_no_file_is_told_and_afterwards_they_are(case: Case) -> None:
    words = repr(case.compare(1, by="A. Ng"))
    assert "Ada" not in words and "a.mp4" not in words and "0.8" not in words
    say(case, 1, "A. Ng", "same")
    told = case.compare(1, by="a.  ng")
    assert not told.blind and "Ada Quail" in told.title and "a.mp4" in told.faces[0].lines[0]
    assert "Ada" not in repr(case.compare(1, by="B. Ott"))


def test_each_look_at_the_faces_is_in_the_log(case: Case) -> None:
    case.compare(2, by="A. Ng")
    entry = case.log[-1]
    assert (entry.action, entry.who, entry.about) == ("faces compared", "A. Ng", {"alert": 2, "blind": True})
    with pytest.raises(InputError, match="who compares"):
        case.compare(2, by=" ")


def test_a_kept_comparison_is_written_once_logged_and_read_back(case: Case) -> None:
    kept = case.keep_comparison(1, PLAIN, by="A. Ng", key="k")
    again = case.keep_comparison(1, PLAIN, by="A. Ng", key="k")
    (read,) = case.comparisons(1)
    assert again == kept == read and hashlib.sha256(read.png).hexdigest() == read.sha256
    assert case.log[-1].action == "comparison kept" and case.log[-1].about["sha256"] == kept.sha256
    assert any("Compared by A. Ng" in line and "before the first decision" in line for line in kept.provenance)
    with pytest.raises(InputError, match="other settings"):
        case.keep_comparison(1, PLAIN | {"grid": True}, by="A. Ng", key="k")
    assert case.verify().clean


def test_an_export_is_logged_with_the_hash_of_the_sheet(case: Case) -> None:
    content, digest = case.comparison_sheet(1, PLAIN, by="A. Ng")
    assert digest == hashlib.sha256(content).hexdigest() == case.log[-1].about["sha256"]


def test_a_picture_that_is_not_there_is_refused(case: Case) -> None:
    with pytest.raises(InputError, match="there is no face 9; 3 are kept"):
        case.keep_comparison(1, PLAIN | {"probe": {"picture": 8}}, by="A. Ng")


def test_a_kept_comparison_goes_with_the_faces_that_it_shows(case: Case) -> None:
    kept = case.keep_comparison(1, PLAIN, by="A. Ng")
    assert len(kept.png) > 1000
    case.purge(utc_now() + timedelta(hours=25))
    (left,) = case.comparisons()
    assert left.png == b"" and left.settings == kept.settings and "deleted in time" in repr(left)
    assert case.verify().clean
    with pytest.raises(InputError, match="nothing to compare"):
        case.compare(1, by="A. Ng")


def test_a_kept_comparison_goes_with_its_reference_too(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case", "Ada", "Bob", "Cid")
    scan(case, alerting(0.0), alerting(10.0, 2), source="a")
    case.hold(2, reason="evidence")  # of Cid, with Bob as the second candidate: their references stay with it
    case.keep_comparison(1, PLAIN, by="A. Ng")
    case.keep_comparison(2, PLAIN, by="A. Ng")
    end_before(case, timedelta(hours=30))
    case.purge()
    assert [bool(each.png) for each in case.comparisons()] == [False, True]


def test_a_comparison_is_not_kept_of_a_face_that_was_deleted_while_it_was_drawn(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = Case._drawn

    def slowly(self: Case, *given: Any) -> Any:
        made = drawn(self, *given)
        Case(case.folder).purge(utc_now() + timedelta(hours=25))
        return made

    monkeypatch.setattr(Case, "_drawn", slowly)
    with pytest.raises(InputError, match="a face of alert 1 was deleted while the comparison was drawn"):
        case.keep_comparison(1, PLAIN, by="A. Ng")
    assert case.comparisons() == () and case.verify().clean


def test_a_picture_that_an_earlier_version_kept_too_long_goes_when_the_case_is_opened(case: Case) -> None:
    case.keep_comparison(1, PLAIN, by="A. Ng")
    with case.store.change() as session:
        for row in session.scalars(select(PictureRow).where(PictureRow.alert_id == 1)).all():
            session.delete(row)
    assert [each.why for each in case.clocks if each.kind == "picture of a comparison"] == ["a face on it is gone"]
    assert [bool(each.png) for each in Case(case.folder).comparisons()] == [False]


def test_the_eyes_of_a_face_lie_in_its_picture_as_they_did_in_the_frame(case: Case) -> None:
    with case.store.change() as session:
        row = session.scalars(select(PictureRow).where(PictureRow.alert_id == 1, PictureRow.position == 0)).one()
        row.box = [100.0, 50.0, 140.0, 100.0]
        row.points = [[112.0, 70.0], [128.0, 71.0], [120.0, 80.0], [113.0, 90.0], [127.0, 90.0]]
    assert case.compare(1, by="A").faces[0].eyes == ((36.0, 50.0), (52.0, 51.0))  # the cut begins at 76, 20


def test_a_portrait_is_kept_beside_the_small_picture_and_survives_an_edit_of_the_list(tmp_path: Path) -> None:
    from dataclasses import replace

    from tests.review_cases import listed

    watch = listed("Ada Quail", "Bob Wren")
    portrait = {"portrait": b"portrait", "eyes": ((1.0, 2.0), (3.0, 4.0)), "scale": 0.5, "chip": b"chip"}
    made = Case.create(tmp_path / "case", purpose="testing", authority="the tests")
    made.add_watchlist(replace(watch, references=tuple(replace(r, **portrait) for r in watch.references)), "fake")
    made.revise_list({"Ada Quail": {"category": "found"}}, by="A", reason="b")
    with made.store.session() as session:
        rows = session.scalars(select(ReferenceRow)).all()
        kept = [(made.store.blobs.get(row.portrait or ""), row.eyes, row.scale) for row in rows]
    assert kept == [(b"portrait", [[1.0, 2.0], [3.0, 4.0]], 0.5)] * 8
