"""Tracks: rows of people passing, with the best faces of those still in memory."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.faces import Faces
from workbench.tracks import Tracks


def line(number: int, score: float = np.nan, start: float = 0.0) -> dict[str, object]:
    return {
        "id": number,
        "source": "a" * 64,
        "start": start,
        "end": start + 2,
        "seen": 11,
        "face_px": 40.0,
        "box": [0, 0, 40, 50],
        "score": score,
    }


def with_faces() -> Tracks:
    """Track 7 with qualities .2 .9 .5, track 3 with .4 and one that was not measured."""
    faces = Faces.of(np.zeros((5, 4)), np.zeros((5, 5, 2)), np.zeros(5))
    faces = replace(faces, quality=np.array([0.2, 0.9, np.nan, 0.5, 0.4], np.float32), t=np.arange(5.0))
    return Tracks.of([line(7, 0.5), line(3, start=60)], faces, np.array([7, 7, 3, 7, 3]))


def test_no_track_is_a_value_like_any_other() -> None:
    none = Tracks.of([])
    assert len(none) == 0 and none.box.shape == (0, 4) and none.compared.shape == (0,)
    assert repr(none) == "Tracks(0)" and len(none.best(3)) == 0 and len(none.to_frame()) == 0


def test_faces_without_their_tracks_and_columns_of_another_length_are_refused() -> None:
    whole = with_faces()
    with pytest.raises(ValueError, match=r"Tracks.track has shape \(0,\), expected \(5,\)"):
        Tracks.of([line(7), line(3)], whole.faces)
    with pytest.raises(ValueError, match=r"Tracks.box has shape \(1, 4\), expected \(2, 4\)"):
        replace(whole, box=whole.box[:1])


def test_a_track_that_was_never_compared_has_no_score() -> None:
    tracks = with_faces()
    assert tracks.compared.tolist() == [True, False] and np.isnan(tracks.score[1])


def test_the_best_faces_of_each_track_come_best_first_and_unmeasured_last() -> None:
    tracks = with_faces()
    assert tracks.best(1).t.tolist() == [4, 1]  # track 3, then track 7
    assert tracks.best(2).t.tolist() == [4, 2, 1, 3]
    assert tracks.best(99).t.tolist() == [4, 2, 1, 3, 0] and len(tracks.best(0)) == 0


def test_selecting_tracks_takes_their_faces_along() -> None:
    tracks = with_faces()
    assert tracks[tracks.compared].faces.t.tolist() == [0, 1, 3]
    assert tracks[1].id.tolist() == [3] and tracks[1].faces.t.tolist() == [2, 4]
    assert tracks[-1].id.tolist() == [3] and len(tracks[tracks.id > 99].faces) == 0


def test_a_loop_over_tracks_ends() -> None:
    assert [int(track.id[0]) for track in with_faces()] == [7, 3]


def test_a_track_that_does_not_exist_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        with_faces()[2]


def test_the_table_has_a_row_a_track_and_no_face() -> None:
    table = with_faces().to_frame()
    assert list(table.columns) == [
        "id",
        "source",
        "start",
        "end",
        "seen",
        "face_px",
        "score",
        "quality",
        "x1",
        "y1",
        "x2",
        "y2",
    ]
    assert table["id"].tolist() == [7, 3] and table["y2"].tolist() == [50, 50]


def test_tracks_in_one_line() -> None:
    assert repr(with_faces()) == "Tracks(2, 1 compared, 00:00:00-00:01:02)"
