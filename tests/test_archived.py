"""Tracks of an archive as arrays, which of them are meant, and the picture of where and when."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from workbench.archived import ArchivedTracks, Chosen, Origin
from workbench.errors import InputError
from workbench.where_when import CAMERAS, Mark, where_when

NINE = datetime(2026, 5, 3, 21, tzinfo=UTC)
ORIGINS = {
    1: Origin(1, "014", "014 a", 1, "gate", "gate.mp4", "a" * 64, "stated"),
    2: Origin(2, "014", "014 a", 1, "hall", "hall.mp4", "b" * 64),
    3: Origin(3, "015", "015 b", 2, "gate", "gate2.mp4", "c" * 64, "stated"),
}


def tracks(*rows: tuple[int, float]) -> ArchivedTracks:
    """One track of 10 s a row: its footage, and minutes after nine at which it began (NaN: nobody knows)."""
    n = len(rows)
    at = np.array([NINE.timestamp() + 60 * minutes for _, minutes in rows], np.float64)
    return ArchivedTracks(
        id=np.arange(1, n + 1, dtype=np.int64),
        origin=np.array([origin for origin, _ in rows], np.int64),
        alert=np.arange(n, dtype=np.int64),
        start=np.zeros(n),
        end=np.full(n, 10.0),
        at=at,
        due=at + 1e6,
        face_px=np.full(n, 90, np.float32),
        template=np.eye(8, dtype=np.float32)[np.arange(n) % 8],
    )


SOME = tracks((1, 0), (1, 30), (2, 0), (3, 0), (2, np.nan))


def meant(**chosen: object) -> list[int]:
    return SOME.id[Chosen(**chosen).of(SOME, ORIGINS)].tolist()  # type: ignore[arg-type]


def test_what_is_named_narrows_and_nothing_named_means_all() -> None:
    assert meant() == [1, 2, 3, 4, 5]
    assert meant(cameras=("gate",)) == [1, 2, 4]
    assert meant(cases=("014",), cameras=("gate",)) == [1, 2]
    assert meant(tracks=(2, 3)) == [2, 3]


def test_a_track_is_meant_that_was_there_at_any_moment_of_the_time_asked_for() -> None:
    assert meant(start=NINE + timedelta(seconds=10)) == [1, 2, 3, 4]  # they were there until then
    assert meant(start=NINE + timedelta(seconds=11)) == [2]
    assert meant(end=NINE) == [] and meant(end=NINE + timedelta(seconds=1)) == [1, 3, 4]


def test_a_track_whose_time_nobody_knows_is_left_out_of_a_search_by_time_and_counted() -> None:
    assert Chosen(start=NINE).undated(SOME, ORIGINS) == 1
    assert Chosen(start=NINE, cameras=("gate",)).undated(SOME, ORIGINS) == 0  # it is not this camera's
    assert Chosen().undated(SOME, ORIGINS) == 0


def test_a_name_that_the_archive_does_not_know_is_a_slip_and_no_empty_answer() -> None:
    with pytest.raises(InputError, match=r"no camera 'gaet'; there are 'gate', 'hall'"):
        meant(cameras=("gaet",))
    with pytest.raises(InputError, match=r"no case '16'; it is empty"):
        Chosen(cases=("16",)).of(SOME, {})
    with pytest.raises(InputError, match="no track 98"):
        meant(tracks=(2, 99, 98))
    with pytest.raises(InputError, match="is empty; swap them"):
        Chosen(start=NINE, end=NINE)


def test_what_narrows_reads_and_is_kept() -> None:
    chosen = Chosen(cases=("014",), start=NINE)
    assert str(chosen) == "cases 014, from 2026-05-03 21:00 UTC"
    assert chosen.to_dict() == {"cases": ["014"], "start": NINE.isoformat()}
    assert Chosen().to_dict() == {} and not Chosen().narrows and chosen.narrows


def test_tracks_are_arrays_of_one_length_and_type() -> None:
    assert repr(SOME) == "ArchivedTracks(5, 8-d, 3 pieces of footage)"
    assert SOME[np.array([True, False, False, False, True])].id.tolist() == [1, 5]
    assert len(ArchivedTracks.none(128)) == 0 and ArchivedTracks.none(128).template.shape == (0, 128)
    with pytest.raises(ValueError, match=r"ArchivedTracks\.at is"):
        tracks().__class__(**{**vars(SOME), "at": SOME.at[:2]})


class TestWhereAndWhen:
    def test_one_time_is_no_picture(self) -> None:
        assert where_when([Mark(1, 0.9, "gate", NINE), Mark(2, 0.8, "gate", None)]) == ""

    def test_the_first_and_the_last_are_at_the_ends_and_the_best_of_a_camera_is_filled(self) -> None:
        later = NINE + timedelta(hours=2)
        shown = where_when([Mark(1, 0.9, "gate", later), Mark(2, 0.8, "gate", NINE), Mark(3, 0.7, "hall", NINE)])
        assert '<i style="left:3.00%" title="2. score 0.800' in shown
        assert '<i class="top" style="left:97.00%" title="1. score 0.900' in shown
        assert '<i class="top" style="left:3.00%" title="3. score 0.700' in shown
        assert "3 ranked passes began, 2 cameras, 2026-05-03 21:00 to 2026-05-03 23:00 UTC" in shown
        soon = NINE + timedelta(seconds=25)
        shown = where_when([Mark(1, 0.9, "gate", soon), Mark(2, 0.8, "gate", NINE), Mark(3, 0.7, "hall", None)])
        assert "2026-05-03 21:00:00 to 2026-05-03 21:00:25 UTC" in shown and "1 more at a time nobody knows" in shown

    def test_text_is_text_and_the_many_are_counted(self) -> None:
        marks = [Mark(n, 0.5, f"<script>{n}", NINE) for n in range(1, CAMERAS + 4)] + [Mark(99, 0.1, "x", None)]
        shown = where_when(marks)
        assert "<script" not in shown and "&lt;script&gt;1<" in shown
        assert "3 more cameras, 1 more at a time nobody knows" in shown
