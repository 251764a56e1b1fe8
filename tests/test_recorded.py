"""When and by which camera: what somebody states goes before what a file says, and the unknown stays unknown."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tests import old_cases
from tests.review_cases import alerting, new_case, scan
from widgets import analytics
from workbench.casefile.schema import TrackRow
from workbench.conditions import values_of
from workbench.errors import InputError
from workbench.recorded import FROM_FILE, STATED, Recorded, created, recorded_of, stated

SAID = {"camera": "north gate", "recorded": "2026-05-03T23:30:00+01:00"}


def test_the_hour_goes_past_midnight_on_the_clock_that_was_stated() -> None:
    night = recorded_of(SAID, {"created": "2026-05-03T10:00:00+00:00"}, "a.mp4")
    assert night.said_by == STATED and night.hours(np.array([0, 1800, 5400])).tolist() == [23.5, 0.0, 1.0]


def test_what_the_file_says_of_itself_is_used_and_said_to_be_so() -> None:
    own = recorded_of({}, {"created": "2026-05-03T10:15:00+00:00"}, "a.mp4")
    assert (own.camera, own.said_by, own.hours(np.zeros(1)).tolist()) == ("a.mp4", FROM_FILE, [10.25])


def test_without_either_there_is_no_hour() -> None:
    assert np.isnan(recorded_of({}, {}, "a.mp4").hours(np.zeros(2))).all()


def test_a_clock_of_the_footage_that_does_not_begin_at_0_moves_no_time() -> None:
    late = recorded_of(
        SAID, {"start": 93600.0}, "a.ts"
    )  # a transport stream, 26 hours after its recorder was switched on
    assert late.hours(np.array([93600.0, 97200.0])).tolist() == [23.5, 0.5]
    assert late.began is not None and late.at(93660.0) == late.began.timestamp() + 60
    assert np.isnan(recorded_of({}, {"start": 5.0}, "a.ts").at(7.0))


@pytest.mark.parametrize("text", ["1970-01-01T00:00:00.000000Z", "1904-01-01T00:00:00Z", "yesterday", ""])
def test_a_clock_that_was_never_set_says_nothing(text: str) -> None:
    assert created({"creation_time": text}) == ""


def test_a_container_that_states_its_time_is_read() -> None:
    assert created({"creation_time": "2026-05-03T10:15:00.000000Z"}) == "2026-05-03T10:15:00+00:00"


def test_what_is_no_time_and_one_time_for_two_files_are_refused() -> None:
    with pytest.raises(InputError, match="'noon' is no time; write it as 2026-05-03T21:30"):
        stated(recorded="noon")
    with pytest.raises(InputError, match="one piece of footage, and 2 were given"):
        stated(recorded=datetime(2026, 5, 3), pieces=2)
    assert stated() == {} and stated(" north  gate ") == {"camera": "north gate"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A case of four dozen strangers, of better and better quality, ten seconds apart."""
    case = new_case(tmp_path / "case")
    plain = replace(alerting(0.0, score=0.2), near_miss=None, candidates=(), template=None, best=None, pictures=())
    passes = [replace(plain, start=10.0 * k, end=10.0 * k + 4, quality=0.4 + k / 160) for k in range(48)]
    scan(case, *passes, settings=SAID)
    return tmp_path / "case"


def test_trials_of_a_case_know_quality_camera_and_hour_of_strangers(folder: Path) -> None:
    trials = new_case_opened(folder).trials()
    assert values_of(trials, "quality")[[0, -1]].tolist() == pytest.approx([0.4, 0.4 + 47 / 160])
    assert set(values_of(trials, "camera")) == {"north gate"}
    assert values_of(trials, "hour")[[0, -1]].tolist() == pytest.approx([23.5, 23.5 + 470 / 3600])
    for by in ("quality", "camera", "hour"):
        figure = analytics.conditions(trials, by, 0.5)
        assert figure.data and "48 passes" in figure.caption[0]
        assert analytics.scores(trials, by).data


def test_a_case_of_an_earlier_version_opens_and_says_what_it_did_not_keep(folder: Path) -> None:
    for file in (folder / "scores").glob("*.arrow"):
        file.unlink()  # as the database has it
    trials = new_case_opened(old_cases.as_of(folder, "0010")).trials()
    assert len(trials) == 48 and trials.quality is None
    with pytest.raises(InputError, match="runs of earlier versions kept none: scan again"):
        values_of(trials, "quality")


def new_case_opened(folder: Path):  # type: ignore[no-untyped-def]
    import workbench as wb

    return wb.open_case(folder)


def test_tracks_joined_at_a_border_keep_the_better_quality(tmp_path: Path) -> None:
    from workbench.casefile.ledger import join

    case = new_case(tmp_path / "case")
    scan(case, alerting(0.0), finish=False)
    with case.store.change() as session:
        (first,) = session.query(TrackRow).all()
        first.quality, same = 0.3, ("run_source_id", "seen", "face_px", "box", "first_box", "last_box", "score")
        later = {name: getattr(first, name) for name in same}
        session.add(TrackRow(segment=1, start=first.end, end=9.0, quality=0.8, **later))
        join(session, first.run_source_id)
    with case.store.session() as session:
        assert [row.quality for row in session.query(TrackRow)] == [0.8]


def test_an_unknown_camera_is_the_name_of_the_file() -> None:
    assert recorded_of({}, {}, "lobby.mp4") == Recorded("lobby.mp4")
