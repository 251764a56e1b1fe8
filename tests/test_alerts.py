"""Alerts: questions, never answers."""

import json
from dataclasses import replace

import pytest

from workbench.alerts import Alert, Alerts, Candidate
from workbench.errors import CaseError

ONE = Alert(
    id=3,
    candidates=(Candidate(1, "Ada", 0.7123456789, "Ada/1.jpg"), Candidate(2, "Bob", 0.31, "Bob/2.jpg")),
    threshold=0.42,
    source="lobby.mp4",
    sha256="0" * 64,
    start=3661.0,
    end=3665.04,
    t=3662.5,
    frame=91550,
    box=(10, 20, 58.5, 80),
    face_px=48.5,
    why={"pack": "minifix"},
)
TWO = replace(ONE, id=4, candidates=(Candidate(1, "Bob", 0.42, "Bob/2.jpg"),))
BOTH = Alerts((ONE, TWO))


def test_the_first_candidate_is_whom_it_asks_about() -> None:
    assert (ONE.subject, ONE.score) == ("Ada", 0.7123456789)


def test_an_alert_in_one_line() -> None:
    assert repr(ONE) == "Alert(3: is this 'Ada'? score 0.712 >= 0.420, lobby.mp4 01:01:01-01:01:05)"


def test_a_score_equal_to_the_threshold_is_an_alert_and_a_near_miss_is_below() -> None:
    assert "score 0.420 >= 0.420" in repr(TWO)
    assert "score 0.420 < 0.500" in repr(replace(TWO, threshold=0.5))
    assert "score 0.42000 < 0.42004" in repr(replace(TWO, threshold=0.42004))


def test_what_a_program_reads_is_json_without_pictures() -> None:
    row = replace(ONE, thumbnail=b"secret").to_dict()
    assert json.loads(json.dumps(row)) == {
        "id": 3,
        "subject": "Ada",
        "score": 0.7123456789,
        "source": "lobby.mp4",
        "start": 3661.0,
        "end": 3665.04,
        "face_px": 48.5,
    }


def test_no_alert_is_a_table_with_its_columns() -> None:
    none = Alerts()
    assert len(none) == 0 and list(none) == [] and repr(none) == "Alerts(0)"
    assert list(none.to_frame().columns) == ["id", "subject", "score", "source", "start", "end", "face_px"]


def test_the_table_of_no_alerts_has_the_kinds_of_columns_of_one_with_alerts() -> None:
    assert Alerts().to_frame().dtypes.equals(BOTH.to_frame().dtypes)


def test_alerts_are_a_sequence() -> None:
    assert BOTH[0] is ONE and BOTH[-1] is TWO and list(BOTH) == [ONE, TWO]
    with pytest.raises(IndexError):
        BOTH[2]


def test_a_slice_of_near_misses_is_still_near_misses() -> None:
    assert repr(Alerts((ONE, TWO), title="Near misses")[1:]) == "Near misses(1)"


def test_alerts_are_equal_when_each_is_pictures_included() -> None:
    assert Alerts((ONE, TWO)) == BOTH and Alerts((TWO, ONE)) != BOTH and BOTH != [ONE, TWO]
    assert Alerts((replace(ONE, thumbnail=b"x"), TWO)) != BOTH


def test_the_table_has_a_row_an_alert() -> None:
    table = BOTH.to_frame()
    assert table["subject"].tolist() == ["Ada", "Bob"] and table["id"].tolist() == [3, 4]


def test_who_shows_faces_says_so_first_and_of_those_that_are_shown_alone() -> None:
    kept = tuple(replace(ONE, id=i, thumbnail=b"face" if i % 2 else b"") for i in range(30))
    told: list[list[int]] = []
    alerts = Alerts(kept, shown=lambda numbers: told.append(list(numbers)))
    assert len(alerts) == 30 and alerts.to_frame().shape[0] == 30 and "30" in repr(alerts) and told == []
    alerts._repr_html_()  # ten of them, five with a face
    assert alerts[20:].before_eyes() == alerts[20:]
    Alerts((kept[0],), shown=lambda numbers: told.append([0]))._repr_html_()  # no face at all
    assert told == [[1, 3, 5, 7, 9], [21, 23, 25, 27, 29]]


def test_no_face_is_shown_where_that_cannot_be_told() -> None:
    def refuse(numbers: object) -> None:
        raise CaseError("the case <b>014</b> cannot be written to")

    here, there = replace(ONE, thumbnail=b"a face", reference=b"a listed face"), "data:image/"
    shown = Alerts((here,), shown=refuse)._repr_html_()
    assert shown.count(there) == 1 and "no face is shown: the case &lt;b&gt;014&lt;/b&gt; cannot be written to" in shown
    assert Alerts((here,))._repr_html_().count(there) == 2
