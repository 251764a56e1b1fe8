"""A clip is the footage around a track, exact to the frame, with nobody in it but whom it is about; it is kept and forgotten."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.test_retention import left
from workbench import clipping
from workbench.case import Case
from workbench.casefile.clip_tables import ClipRow
from workbench.casefile.clips import forget_clip
from workbench.casefile.policy import Policy
from workbench.casefile.retention import _forget_alert
from workbench.clipping import clip_of
from workbench.clips import Clip, stretch
from workbench.errors import CaseError, FootageError, InputError
from workbench.footage import open_footage
from workbench.models.pack import Pack
from workbench.progress import Silent
from workbench.redacting import FailedCheck

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def scanned(photos: Path, lobby: Path, pack: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eve is an alert from 0 to 6 s, ben a track from 2 to 8 s; of both there is a clip."""
    folder = tmp_path_factory.mktemp("clips") / "case"
    case = Case.create(folder, purpose="p", authority="a", pack=pack, policy=Policy(clip_hours=48))
    case.enroll(photos, progress=Silent())
    run = case.scan(lobby, every=0.5, progress=Silent())
    assert [alert.subject for alert in run.alerts] == ["eve"] and len(run.tracks) == 2
    case.clip(1, by="A. Ng", progress=Silent())
    case.clip(track=2, by="A. Ng", progress=Silent())
    case.store.close()
    return folder


@pytest.fixture
def case(scanned: Path, tmp_path: Path) -> Case:
    return Case(shutil.copytree(scanned, tmp_path / "case"))


def clip(case: Case, alert: int | None = 1, **more: object) -> Clip:
    return clip_of(case, alert, **more)  # type: ignore[arg-type]


def frames(video: bytes) -> list[np.ndarray]:
    with av.open(io.BytesIO(video)) as file:
        return [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]


def rows(case: Case) -> list[Any]:
    with case.store.session() as session:
        return list(session.query(ClipRow.id, ClipRow.blob, ClipRow.made, ClipRow.shown))


@pytest.mark.parametrize(
    ("track", "at", "found"),
    [
        ((10, 12), 11, (8.5, 13.5)),
        ((0, 12), 6, (-1.5, 13.5)),
        ((0, 100), 50, (42.5, 57.5)),
        ((0, 100), 1, (-1.5, 13.5)),
        ((0, 100), 100, (86.5, 101.5)),
    ],
)
def test_a_clip_holds_the_best_face_and_is_bounded(
    track: tuple[float, float], at: float, found: tuple[float, float]
) -> None:
    assert stretch(*track, at) == pytest.approx(found)


def test_a_clip_has_the_frames_of_the_footage_and_their_times(case: Case, lobby: Path) -> None:
    made = clip(case)
    times = open_footage(lobby).timeline.times
    first, last = open_footage(lobby).timeline.within(made.start, made.end)
    assert made.times.tolist() == pytest.approx(times[first : last + 1].tolist(), abs=1e-6)
    with av.open(io.BytesIO(made.video)) as file:
        stream = file.streams.video[0]
        assert [each.type for each in file.streams] == ["video"] and stream.pix_fmt == "yuv420p"
        shown = [float(frame.pts * stream.time_base) for frame in file.decode(stream)]
        assert not {"encoder", "title", "comment"} & set(file.metadata)
    assert shown == pytest.approx((made.times - made.start).tolist(), abs=1e-3)
    assert made.video.index(b"moov") < made.video.index(b"mdat")  # a browser plays it before it has all of it


def test_only_the_person_of_the_alert_is_seen_and_the_box_says_where(
    case: Case, request: pytest.FixtureRequest
) -> None:
    from workbench.models.packs import load_pack

    made, pack = clip(case), load_pack(str(case.about.pack))
    assert made.shown and "everyone else is hidden" in made.said() and made.checks["verdict"] == "passed"
    together = int(np.searchsorted(made.times, 4.0))
    seen = pack.detect(frames(made.video)[together], smallest=None)
    assert len(seen) == 1 and np.abs(seen.box[0] - made.box[together]).max() < 12
    later = made.times > 6.3
    assert np.isnan(made.box[later]).all() and not np.isnan(made.box[(made.times > 0.6) & (made.times < 5.4)]).any()


def test_around_another_track_everyone_is_hidden(case: Case) -> None:
    made = clip(case, None, track=2)
    assert not made.shown and np.isnan(made.box).all() and made.alert is None
    assert made.said() == "Everyone is hidden: no alert was raised from this track."
    assert (repr(made), made._repr_html_()) and "track 2" in repr(made)


def test_a_clip_is_made_once_and_every_look_stands_in_the_log(case: Case) -> None:
    first, second = clip(case, by="B. Roe"), clip(case)
    assert first.video == second.video and len(rows(case)) == 2
    looks = [
        (entry.who, entry.about["alert"], entry.about["shown"]) for entry in case.log if entry.action == "clip read"
    ]
    assert looks[:3] == [("A. Ng", 1, True), ("A. Ng", None, False), ("B. Roe", 1, True)] and len(looks) == 4
    assert [entry.action for entry in case.log].count("clip made") == 2 and case.verify().clean


def test_a_clip_of_nothing_but_the_persons_head_is_another_one_and_both_are_kept(case: Case) -> None:
    scene, heads = clip(case), clip(case, everything=True)
    assert heads.id != scene.id and (clip(case).id, clip(case, everything=True).id) == (scene.id, heads.id)
    assert heads.shown and "all else is hidden" in heads.said() and heads.checks["everything"] is True
    still, moving = (np.stack(frames(each.video)).astype(np.int16) for each in (heads, scene))
    away = np.ones(still.shape[1:3], bool)
    seen = heads.box[~np.isnan(heads.box).any(axis=1)]
    x1, y1, x2, y2 = np.concatenate([seen[:, :2].min(axis=0) - 40, seen[:, 2:].max(axis=0) + 40]).clip(0).astype(int)
    away[y1:y2, x1:x2] = False
    assert np.abs(still - still[0])[:, away].max() < 40 < np.abs(moving - moving[0])[:, away].max()
    with pytest.raises(InputError, match="keeps no face of its person"):
        clip(case, None, track=2, everything=True)


def test_a_clip_that_dlib_hid_alone_says_what_that_pack_misses(case: Case) -> None:
    made = clip(case)
    alone, both, heads = (
        replace(made, checks=made.checks | more)
        for more in ({"packs": ["dlib"]}, {"packs": ["dlib", "other"]}, {"packs": ["dlib"], "everything": True})
    )
    unseen = replace(alone, shown=False, why="no alert was raised from this track")
    assert all("turned aside" in each.said() and "turned aside" in each._repr_html_() for each in (alone, unseen))
    assert not any("turned aside" in each.said() for each in (made, both, heads))


def test_in_a_sealed_case_the_video_is_nowhere_in_the_clear(case: Case) -> None:
    video = clip(case).video
    assert len(video) > 10_000 and left(case, [video]) == 0


def test_a_clip_that_shows_a_face_goes_with_the_faces_of_its_alert(case: Case) -> None:
    kept = rows(case)[0].blob
    on_disk = (case.folder / "blobs" / kept[:2] / kept).read_bytes()
    due = {(each.kind, each.row): each for each in case.clocks}
    assert due["clip of footage", 1].due == due["faces of an alert", 1].due
    assert due["clip of footage", 1].why == "goes with the faces of its alert: kept for 24 h"
    assert left(case, [on_disk]) == 1
    gone = case.purge(rows(case)[0].made + 25 * HOUR)
    assert {each.kind for each in gone} == {"clip of footage", "faces of an alert"}
    assert rows(case)[0].blob == "" and left(case, [on_disk]) == 0
    proof = [entry.about for entry in case.log if entry.action == "purged" and entry.about["kind"] == "clip of footage"]
    assert proof[0]["pictures"] == 1 and len(proof[0]["hashes"]) == 1 and case.verify().clean


def test_a_clip_is_not_kept_of_a_face_that_was_deleted_while_it_was_made(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, (first, *_) = clipping._made, rows(case)

    def slowly(*given: Any) -> Any:
        done = made(*given)
        Case(case.folder).purge(first.made + 25 * HOUR)
        return done

    monkeypatch.setattr(clipping, "_made", slowly)
    with case.store.change() as session:
        forget_clip(session, 1)
    with pytest.raises(CaseError, match="the faces of its person were deleted while the clip was made"):
        case.clip(1)
    assert not any(row.shown and row.blob for row in rows(case))


def test_a_clip_that_outlived_its_faces_goes_when_the_case_is_opened(case: Case) -> None:
    with case.store.change() as session:
        _forget_alert(session, 1)
    assert [row.blob for row in rows(Case(case.folder)) if row.shown] == [""]


def test_after_that_a_new_clip_shows_nobody(case: Case) -> None:
    case.purge(rows(case)[0].made + 25 * HOUR)
    made = clip(case)
    assert not made.shown and "not kept any more" in made.why and np.isnan(made.box).all()


def test_a_clip_that_shows_nobody_has_the_clock_of_clips_and_what_is_held_stays(case: Case) -> None:
    case.hold(1, reason="exhibit")
    due = {each.row: each for each in case.clocks if each.kind == "clip of footage"}
    assert due[1].due is None and "exhibit" in due[1].why
    assert due[2].due == rows(case)[1].made + 48 * HOUR and due[2].why == "kept for 48 h"
    gone = case.purge(rows(case)[1].made + 49 * HOUR)
    assert [each.row for each in gone if each.kind == "clip of footage"] == [2]


def test_the_clock_is_bounded() -> None:
    assert Policy().clip_hours == 744 and Policy.of({}).clip_hours == 744
    with pytest.raises(InputError, match="1 to 744"):
        Policy(clip_hours=745)


def test_of_an_alert_or_of_a_track_that_is_there(case: Case) -> None:
    with pytest.raises(InputError, match="say which alert or which track"):
        clip(case, None)
    with pytest.raises(CaseError, match="no alert 77"):
        clip(case, 77)
    with pytest.raises(CaseError, match="no track 77"):
        clip(case, None, track=77)


def test_without_the_footage_that_was_scanned_there_is_no_clip_and_no_entry(
    case: Case, lobby: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench import clipping

    case.purge(rows(case)[1].made + 49 * HOUR)
    entries = len(case.log)
    found = clipping.place_of
    for path, words in (
        (str(lobby) + "x", "no clip without the footage"),
        (str(lobby), "is not the one that was scanned"),
    ):
        monkeypatch.setattr(
            clipping, "place_of", lambda *a, p=path, **k: replace(found(*a, **k), path=p, sha256="0" * 64)
        )
        with pytest.raises(FootageError, match=words):
            clip(case, None, track=2)
    assert len(case.log) == entries


def test_a_clip_in_which_somebody_can_be_told_is_not_kept_and_no_draft_is_left_not_even_of_one_that_was_killed(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.purge(rows(case)[1].made + 49 * HOUR)
    monkeypatch.setattr("workbench.hiding.ROUNDS", 1)
    monkeypatch.setattr("workbench.clipping.lines_of", lambda packs: [-1.0 for _ in packs])
    monkeypatch.setattr("workbench.drafts.MEMORY", tmp_path)
    left_behind = tmp_path / "second-look-draft-99999999-x"
    left_behind.mkdir()
    with pytest.raises(FailedCheck):
        clip(case, None, track=2)
    assert len(rows(case)) == 2 and case.log[-1].action == "clip failed its check"
    assert list(tmp_path.glob("second-look-draft-*")) == []


def test_the_footage_s_own_words_come_along(tmp_path: Path, minifix: Pack) -> None:
    from workbench.cast import shipped

    assert open_footage(shipped().clips["easy"]).details["says"] == "generated people: nobody in this clip exists"
