"""What a scan writes: each segment once, and one track where a border between segments cut one in two."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.fakes import template
from workbench.casefile import ledger, lists
from workbench.casefile.case import CaseFile
from workbench.casefile.schema import AlertRow, CandidateRow, PictureRow, RunSourceRow, SegmentRow, TrackRow
from workbench.casefile.templates import open_template
from workbench.errors import CaseError
from workbench.faces import Space
from workbench.runs import Passage, Picture, Segment
from workbench.watchlist import Entry, Reference, Watchlist

Box = tuple[float, ...]
HERE, THERE, BEYOND = (0.0, 0.0, 40.0, 40.0), (60.1, 0.2, 99.9, 40.3), (120.0, 0.0, 160.0, 40.0)


def passage(
    start: float, end: float, first: Box = HERE, last: Box = HERE, *, score: float | None = None, seen: int = 5
) -> Passage:
    return Passage(start, end, seen, last[2] - last[0], last, first, last, score)


def asking(plain: Passage, *, near_miss: bool = False, faces: int = 2, shade: int = 0) -> Passage:
    """The same passage as an alert with candidates, and with faces of a shade of their own."""
    score = plain.score or 0.0
    image = np.full((20, 20, 3), shade, np.uint8)
    pictures = tuple(Picture(plain.start + i, i, plain.box, 0.9 - i / 10, image + i) for i in range(faces))
    return replace(
        plain,
        near_miss=near_miss,
        candidates=((0, score), (1, score / 2)),
        template=template(1) if faces else None,
        best=Picture(plain.start, 1, plain.box, 0.9, image[:0]),
        pictures=pictures,
    )


@dataclass
class Desk:
    """A case with a list of two people and a run over one piece of footage."""

    case: CaseFile
    session: Session
    source: int
    references: list[int]

    def record(self, *segments: tuple[Passage, ...], first: int = 0) -> None:
        for i, passages in enumerate(segments, first):
            segment = Segment(i, i * 10.0, i * 10.0 + 10, passages, {"frames": 50, "detect_s": 0.5})
            ledger.record(self.session, self.case.store.blobs, self.source, segment, self.references)

    def join(self) -> int:
        return ledger.join(self.session, self.source)

    def tracks(self) -> list[TrackRow]:
        return list(self.session.scalars(select(TrackRow).order_by(TrackRow.start, TrackRow.id)))

    def alerts(self) -> list[AlertRow]:
        return list(self.session.scalars(select(AlertRow).order_by(AlertRow.id)))

    def count(self, table: type) -> int:
        return self.session.scalar(select(func.count()).select_from(table)) or 0


def watchlist() -> Watchlist:
    names = ("Ada", "Bob")
    return Watchlist(
        entries=tuple(Entry(name) for name in names),
        references=tuple(Reference(name, f"{name}/1.jpg", "0" * 64, 90, 0.9, name.encode()) for name in names),
        templates=np.stack([template(1), template(0, 1)]),
        space=Space("f" * 64, 8, "fake"),
    )


SETTINGS = {"near": 0.4, "threshold_from": "by hand", "smallest_face": 24}


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with a list, made once: copies are quicker than new ones."""
    case = CaseFile.create(tmp_path_factory.mktemp("ledger") / "case", purpose="testing", authority="the tests")
    case.add_watchlist(watchlist(), "fake")
    case.store.close()
    return case.folder


@pytest.fixture
def desk(listed: Path, tmp_path: Path) -> Iterator[Desk]:
    case = CaseFile(copytree(listed, tmp_path / "case"))
    watch = case.watchlist
    assert watch is not None
    footage = [("a.mp4", "1" * 64, {"seconds": 30.0, "short": False})]
    with Session(case.store.engine) as session:
        begun = ledger.begin(session, "key", version=1, threshold=0.5, settings=SETTINGS, footage=footage)
        session.commit()
        yield Desk(case, session, begun.sources[0], lists.reference_ids(session, watch))
    case.store.close()


def test_a_segment_without_anybody_is_still_done(desk: Desk) -> None:
    desk.record(())
    assert ledger.done_segments(desk.session, desk.source) == {0} and desk.tracks() == [] and desk.join() == 0


def test_a_segment_is_written_once_or_not_at_all(desk: Desk) -> None:
    desk.record((passage(0, 5),))
    desk.session.commit()
    with pytest.raises(CaseError, match="UNIQUE constraint failed"), desk.case.store.change() as session:
        again = Segment(0, 0, 10, (passage(0, 5), passage(1, 2)), {})
        ledger.record(session, desk.case.store.blobs, desk.source, again, desk.references)
    assert len(desk.tracks()) == 1 and ledger.done_segments(desk.session, desk.source) == {0}


def test_a_track_that_was_never_compared_has_no_score_and_no_alert(desk: Desk) -> None:
    desk.record((passage(0, 5), passage(0, 5, THERE, THERE, score=0.1)))
    assert [track.score for track in desk.tracks()] == [None, 0.1] and desk.alerts() == []


def test_an_alert_is_written_with_its_ranked_candidates_and_faces(desk: Desk) -> None:
    desk.record((asking(passage(0, 5, score=0.8)),))
    (alert,) = desk.alerts()
    candidates = desk.session.scalars(select(CandidateRow).order_by(CandidateRow.rank)).all()
    assert [(c.rank, c.reference_id, c.score) for c in candidates] == [
        (1, desk.references[0], 0.8),
        (2, desk.references[1], 0.4),
    ]
    kept = open_template(alert, desk.case.store.sealing)
    assert kept is not None and kept.tolist() == template(1).tolist()
    assert desk.count(PictureRow) == 2 and alert.thumbnail and not alert.near_miss


def test_a_near_miss_without_faces_leaves_no_face(desk: Desk) -> None:
    desk.record((asking(passage(0, 5, score=0.45), near_miss=True, faces=0),))
    (miss,) = desk.alerts()
    assert miss.near_miss and miss.template is None and miss.thumbnail is None and desk.count(PictureRow) == 0


def test_two_pieces_with_the_same_box_at_the_border_are_one_track(desk: Desk) -> None:
    desk.record(
        (passage(2, 10, HERE, THERE, score=0.2, seen=40),), (passage(10, 14, THERE, BEYOND, score=0.3, seen=21),)
    )
    assert desk.join() == 1
    (track,) = desk.tracks()
    assert (track.start, track.end, track.seen, track.score) == (2, 14, 60, 0.3)
    assert (track.first_box, track.last_box) == (list(HERE), list(BEYOND))


def test_a_person_who_stays_over_several_borders_is_one_track(desk: Desk) -> None:
    desk.record(*[(passage(10.0 * i, 10.0 * i + 10, seen=51),) for i in range(5)])
    assert desk.join() == 4
    (track,) = desk.tracks()
    assert (track.start, track.end, track.seen) == (0, 50, 251)


def test_several_people_at_one_border_are_told_apart_by_their_boxes(desk: Desk) -> None:
    desk.record(
        (passage(0, 10, HERE, HERE), passage(0, 10, BEYOND, THERE), passage(0, 9.8, BEYOND, BEYOND)),
        (passage(10, 20, THERE, HERE), passage(10, 20, BEYOND, BEYOND), passage(10.2, 20, HERE, THERE)),
    )
    assert desk.join() == 1
    joined = [track for track in desk.tracks() if track.end - track.start == 20]
    assert [(track.first_box, track.last_box) for track in joined] == [(list(BEYOND), list(HERE))]
    assert len(desk.tracks()) == 5


def test_the_same_box_at_another_time_or_two_segments_on_is_another_track(desk: Desk) -> None:
    desk.record((passage(0, 10),), (), (passage(10, 30),))
    assert desk.join() == 0 and len(desk.tracks()) == 2


def test_a_person_of_a_single_frame_at_the_border_belongs_to_both_sides(desk: Desk) -> None:
    desk.record((passage(10, 10, seen=1),), (passage(10, 10, seen=1),))
    assert desk.join() == 1 and [track.seen for track in desk.tracks()] == [1]


def test_joining_twice_does_nothing_more(desk: Desk) -> None:
    desk.record((passage(0, 10, seen=6),), (passage(10, 20, seen=6),))
    assert (desk.join(), desk.join()) == (1, 0) and [track.seen for track in desk.tracks()] == [11]


def test_a_join_that_is_not_committed_never_happened(desk: Desk) -> None:
    desk.record((passage(0, 10),), (passage(10, 20),))
    desk.session.commit()
    desk.join()
    desk.session.rollback()
    assert len(desk.tracks()) == 2 and not desk.session.get_one(RunSourceRow, desk.source).joined
    assert desk.join() == 1


def test_the_widest_face_is_remembered_wherever_it_was(desk: Desk) -> None:
    wide = (0.0, 0.0, 80.0, 80.0)
    before, after = passage(0, 10, HERE, HERE), passage(10, 20, HERE, HERE)
    desk.record((replace(before, face_px=80.0, box=wide),), (after,))
    desk.join()
    assert [(track.face_px, track.box) for track in desk.tracks()] == [(80, list(wide))]


@pytest.mark.parametrize(("first", "second"), [(0.2, None), (None, 0.2), (0.2, -0.4), (-0.4, 0.2)])
def test_a_joined_track_has_the_better_score(desk: Desk, first: float | None, second: float | None) -> None:
    desk.record((passage(0, 10, score=first),), (passage(10, 20, score=second),))
    desk.join()
    assert [track.score for track in desk.tracks()] == [0.2]


@pytest.mark.parametrize("better", [0, 1])
def test_of_two_alerts_about_one_track_the_better_one_is_kept(desk: Desk, better: int) -> None:
    scores = (0.9, 0.6) if better == 0 else (0.6, 0.9)
    before, after = passage(0, 10, score=scores[0]), passage(10, 20, score=scores[1])
    desk.record((asking(before, shade=10),), (asking(after, shade=90),))
    desk.join()
    (alert,), (track,) = desk.alerts(), desk.tracks()
    assert alert.track_id == track.id and track.score == 0.9 and alert.t == (0, 10)[better]
    assert (desk.count(CandidateRow), desk.count(PictureRow)) == (2, 2)


def test_three_alerts_along_a_chain_become_the_best_of_them(desk: Desk) -> None:
    desk.record(*[(asking(passage(10.0 * i, 10.0 * i + 10, score=s)),) for i, s in enumerate((0.6, 0.9, 0.7))])
    assert desk.join() == 2
    assert [alert.t for alert in desk.alerts()] == [10] and desk.tracks()[0].score == 0.9


@pytest.mark.parametrize("order", [1, -1])
def test_an_alert_replaces_a_near_miss_of_the_same_track(desk: Desk, order: int) -> None:
    pieces = [asking(passage(0, 10, score=0.45), near_miss=True, faces=0), asking(passage(10, 20, score=0.9))]
    if order < 0:
        pieces = [asking(passage(0, 10, score=0.9)), asking(passage(10, 20, score=0.45), near_miss=True, faces=0)]
    desk.record(*[(piece,) for piece in pieces])
    desk.join()
    assert [alert.near_miss for alert in desk.alerts()] == [False] and len(desk.tracks()) == 1


def test_an_alert_on_one_side_only_stays_with_the_joined_track(desk: Desk) -> None:
    desk.record((passage(0, 10, score=0.1),), (asking(passage(10, 20, score=0.9)),), (passage(20, 25, score=None),))
    desk.join()
    (alert,), (track,) = desk.alerts(), desk.tracks()
    assert alert.track_id == track.id and (track.start, track.end, track.score) == (0, 25, 0.9)


def test_an_alert_with_a_score_of_zero_beats_a_negative_one(desk: Desk) -> None:
    desk.record((asking(passage(0, 10, score=-0.5)),), (asking(passage(10, 20, score=0.0)),))
    desk.join()
    assert [alert.t for alert in desk.alerts()] == [10]


def test_two_alerts_at_one_border_stay_two_when_they_are_two_people(desk: Desk) -> None:
    left, right = passage(0, 10, HERE, HERE, score=0.8), passage(0, 10, BEYOND, BEYOND, score=0.7)
    desk.record((asking(left), asking(right)), (asking(replace(right, start=10.0, end=20.0)),))
    assert desk.join() == 1
    assert sorted((track.score, track.end) for track in desk.tracks()) == [(0.7, 20), (0.8, 10)]
    assert len(desk.alerts()) == 2


def test_the_pictures_of_an_alert_that_lost_are_swept(desk: Desk) -> None:
    desk.record((asking(passage(0, 10, score=0.9), shade=10),), (asking(passage(10, 20, score=0.6), shade=90),))
    desk.join()
    desk.session.commit()
    assert desk.case.sweep() == 3  # its two faces and its thumbnail
    assert len(desk.case.pictures(desk.alerts()[0].id)) == 2 and desk.case.sweep() == 0


def test_the_same_call_finds_its_run_and_another_one_begins_anew(desk: Desk) -> None:
    def begin(key: str, **options: bool) -> ledger.Begun:
        footage = [("moved/a.mp4", "1" * 64, {}), ("b.mp4", "2" * 64, {})]
        return ledger.begin(desk.session, key, version=1, threshold=0.5, settings=SETTINGS, footage=footage, **options)

    assert begin("key").run == 1 and begin("key", again=True).run == 1  # not finished: there is nothing to do again
    other = begin("other")
    assert other.run == 2 and len(other.sources) == 2 and not other.finished
    ledger.finish(desk.session, 1)
    assert begin("key").finished and begin("key", again=True).run == 3


def test_footage_is_known_by_its_hash_and_described_once(desk: Desk) -> None:
    begun = ledger.begin(
        desk.session, "k2", version=1, threshold=0.5, settings=SETTINGS, footage=[("copy.mp4", "1" * 64, {})]
    )
    row = desk.session.get_one(RunSourceRow, begun.sources[0])
    assert row.path == "copy.mp4" and row.source_id == desk.session.get_one(RunSourceRow, desk.source).source_id


def test_a_finished_run_has_the_sum_of_its_segments(desk: Desk) -> None:
    desk.record((), (), ())
    desk.session.commit()
    desk.case.finish_run(1)
    run = desk.case.run(1)
    assert run.profile == {"frames": 150, "detect_s": 1.5} and run.finished is not None
    first = run.finished
    desk.case.finish_run(1)
    assert desk.case.run(1).finished == first


def test_segments_may_come_in_any_order(desk: Desk) -> None:
    desk.record((passage(10, 20, THERE, HERE),), first=1)
    desk.record((passage(0, 10, HERE, THERE),), first=0)
    assert desk.join() == 1 and desk.count(SegmentRow) == 2


def test_blobs_of_a_segment_that_was_not_committed_are_swept(desk: Desk) -> None:
    desk.record((asking(passage(0, 5, score=0.8)),))
    desk.session.rollback()
    assert desk.alerts() == [] and desk.case.sweep() == 3
    assert desk.case.watchlist is not None and desk.case.watchlist.references[0].thumbnail == b"Ada"
