"""A run held against what really happened, worked by hand on walks of three seconds."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from workbench.alerts import Alert, Alerts, Candidate
from workbench.errors import InputError
from workbench.runs import Run
from workbench.tracks import Tracks
from workbench.truth import Outcome, Walk, compare, read_walks

HEAD = "person,t,x1,y1,x2,y2,visible\n"


def walk(person: str, x: float = 0.0, size: float = 40.0, start: float = 0.0, visible: bool = True) -> Walk:
    t = start + np.arange(0, 3, 0.2)
    return Walk(person, t, np.tile([x, 0.0, x + size, size], (len(t), 1)), np.full(len(t), visible))


def alert(number: int, subject: str, x: float = 0.0, t: float = 1.0, score: float = 0.7, size: float = 40.0) -> Alert:
    best = (Candidate(1, subject, score, f"{subject}/1.jpg"),)
    return Alert(number, best, 0.5, "a.mp4", "0" * 64, t, t + 1, t, 5, (x, 0.0, x + size, size), size, {})


def track(x: float = 0.0, score: float = np.nan, start: float = 0.0, size: float = 40.0) -> dict[str, object]:
    row = {"id": 1, "source": "0" * 64, "start": start, "end": start + 2, "seen": 9, "face_px": size, "score": score}
    return row | {"box": [x, 0, x + size, size]}


def run(*alerts: Alert, tracks: list[dict[str, object]] | None = None) -> Run:
    return Run(
        id=1,
        threshold=0.5,
        near=0.4,
        threshold_from="by hand",
        sources=(),
        alerts=Alerts(alerts),
        near_misses=Alerts(),
        tracks=Tracks.of(tracks or []),
        settings={"smallest_face": 32},
        started=datetime(2026, 1, 1, tzinfo=UTC),
        finished=None,
    )


def outcome(walks: list[Walk], found: Run, listed: set[str]) -> Outcome:
    return compare(walks, found, listed)[0]


def test_nobody_walking_by_gives_no_outcome() -> None:
    assert compare([], run(alert(1, "Ada")), {"Ada"}) == ()


def test_a_listed_person_with_the_right_question_is_found() -> None:
    got = outcome([walk("Ada")], run(alert(1, "Ada", score=0.7), alert(2, "Ada", t=2.0, score=0.9)), {"Ada"})
    assert (got.outcome, got.score, got.alerts, got.face_px) == ("found", 0.9, (1, 2), 40)


def test_a_person_taken_for_somebody_else_is_a_false_alert_with_its_score() -> None:
    got = outcome([walk("Bob")], run(alert(1, "Ada", score=0.6)), {"Ada"})
    assert (got.outcome, got.reason, got.score, got.listed) == ("false alert", "taken for Ada", 0.6, False)


def test_one_wrong_question_beside_a_right_one_is_still_a_false_alert() -> None:
    got = outcome([walk("Ada")], run(alert(1, "Ada"), alert(2, "Eve")), {"Ada", "Eve"})
    assert got.outcome == "false alert" and got.alerts == (1, 2)


def test_a_stranger_without_a_question_is_rightly_not_alerted() -> None:
    got = outcome([walk("Bob")], run(tracks=[track(score=0.1)]), {"Ada"})
    assert (got.outcome, got.reason) == ("not alerted", "score 0.100 stayed below the threshold 0.500")


@pytest.mark.parametrize(
    ("walked", "tracks", "reason"),
    [
        (walk("Ada", visible=False), [], "the face was never to be seen"),
        (walk("Ada"), [], "the face was never detected"),
        (walk("Ada"), [track(x=400)], "the face was never detected"),
        (walk("Ada"), [track(start=60)], "the face was never detected"),
        (walk("Ada", size=20), [track(size=20)], "at most 20 px wide, 32 px are needed to compare"),
        (walk("Ada"), [track(score=0.2)], "score 0.200 stayed below the threshold 0.500"),
        (walk("Ada"), [track(score=0.49996)], "a near miss: score 0.49996 stayed below the threshold 0.50000"),
        (walk("Ada"), [track(), track(score=0.45)], "a near miss: score 0.450 stayed below the threshold 0.500"),
    ],
)
def test_a_miss_says_why(walked: Walk, tracks: list[dict[str, object]], reason: str) -> None:
    got = outcome([walked], run(tracks=tracks), {"Ada"})
    assert (got.outcome, got.reason) == ("missed", reason)


def test_of_two_people_in_one_picture_the_nearer_one_was_meant() -> None:
    left, right = compare([walk("Ada"), walk("Bob", x=30)], run(alert(1, "Ada", x=28)), {"Ada"})
    assert (left.outcome, right.outcome, right.reason) == ("missed", "false alert", "taken for Ada")


def test_an_alert_beside_everybody_or_at_another_time_is_nobodys() -> None:
    assert outcome([walk("Ada")], run(alert(1, "Ada", x=400)), {"Ada"}).outcome == "missed"
    assert outcome([walk("Ada")], run(alert(1, "Ada", t=3.5)), {"Ada"}).outcome == "missed"


def test_a_walk_knows_its_place_only_while_it_lasts() -> None:
    here = walk("Ada").at(0.29)
    assert here is not None and here.tolist() == [0, 0, 40, 40]
    assert walk("Ada").at(2.96) is None and walk("Ada").at(-0.16) is None
    assert Walk("Ada", np.zeros(0), np.zeros((0, 4)), np.zeros(0, bool)).at(0) is None


def test_a_face_that_is_never_visible_has_no_width() -> None:
    assert np.isnan(walk("Ada", visible=False).face_px)


def test_a_table_becomes_walks_in_order_of_first_sight(tmp_path: Path) -> None:
    file = tmp_path / "truth.csv"
    file.write_text(f"# planted\n{HEAD}Bob,2.0,0,0,9,9,1\nAda,1.2,0,0,5,5,0\nAda,1.0,0,0,4,4,True\n", encoding="utf-8")
    ada, bob = read_walks(file)
    assert (ada.person, ada.t.tolist(), ada.visible.tolist()) == ("Ada", [1.0, 1.2], [True, False])
    assert (bob.person, bob.face_px) == ("Bob", 9) and ada.box.shape == (2, 4)


def test_a_name_is_one_name_however_it_is_typed(tmp_path: Path) -> None:
    file = tmp_path / "truth.csv"
    file.write_text(f"{HEAD}Jose\u0301,1.0,0,0,4,4,1\nJos\u00e9 ,1.2,0,0,5,5,1\n", encoding="utf-8")
    (jose,) = read_walks(file)
    assert (jose.person, jose.t.tolist()) == ("Jos\u00e9", [1.0, 1.2])


def test_a_table_of_a_spreadsheet_is_read_as_other_tables_are(tmp_path: Path) -> None:
    file = tmp_path / "truth.csv"
    file.write_text(f"{HEAD}Ada,1.0,0,0,4,4,TRUE\n".replace(",", ";").replace("person", "Person"), encoding="utf-8-sig")
    (ada,) = read_walks(file)
    assert (ada.person, ada.face_px) == ("Ada", 4)


@pytest.mark.parametrize(
    ("word", "seen"),
    [("TRUE", True), ("1.0", True), ("yes", True), (" 1", True), ("FALSE", False), ("0.0", False), ("", False)],
)
def test_a_face_is_visible_in_whatever_words_a_program_writes(tmp_path: Path, word: str, seen: bool) -> None:
    file = tmp_path / "truth.csv"
    file.write_text(f"{HEAD}Ada,1.0,0,0,4,4,{word}\n", encoding="utf-8")
    assert read_walks(file)[0].visible.tolist() == [seen]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "has no column 'person', 't', 'x1', 'y1', 'x2', 'y2', 'visible'; its first line must name the columns"),
        ("person,t\nAda,1\n", "has no column 'x1', 'y1', 'x2', 'y2', 'visible'"),
        (f"{HEAD}Ada,soon,0,0,1,1,1\n", "line 2: t, x1, y1, x2 and y2 must be numbers"),
        (f"{HEAD}Ada,1,0,0,1,1,1\n,1,0,0,1,1,1\n", "line 3 names no person; write who walks there"),
        (f"{HEAD}Ada,1\n", "line 2: t, x1, y1, x2 and y2 must be numbers"),
        (f"# planted\n{HEAD}Ada,1,0,0,1,1,1\nAda,2,0,0,1,1,maybe\n", "line 4: visible is 'maybe'; write yes or no"),
    ],
)
def test_a_broken_table_is_refused_in_words(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "truth.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=f"truth.csv {complaint}"):
        read_walks(file)


def test_a_table_without_rows_is_nobody(tmp_path: Path) -> None:
    file = tmp_path / "truth.csv"
    file.write_text(HEAD, encoding="utf-8")
    assert read_walks(file) == ()
