"""A scan of clips whose frames carry their number, by a pack that knows who is in each: how footage is cut is of no matter."""

from collections.abc import Sequence
from dataclasses import fields
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes import SCALE, FakePack, Seen, template
from tests.footage_factory import damage, make_clip, number
from workbench.comparing import Comparer
from workbench.errors import FootageError
from workbench.footage import Footage, open_footage
from workbench.galleries import build_gallery
from workbench.runs import Passage, Segment
from workbench.scanning import Scanner, windows

EVERY = 0.2


def cast(index: int) -> Sequence[Seen]:
    """8 s at 25 fps: person 0 stays, 1 walks by, 2 (unlisted) comes and goes, 3 is too small."""
    people = [Seen(0, 30, 60, 30), Seen(3, 140, 20, 12)]
    if 20 <= index < 180:
        people.append(Seen(1, 60 + (index - 20) * 0.4, 70, 28))
    if 60 <= index < 90 or 150 <= index < 195:
        people.append(Seen(2, 90, 30, 26))
    return people


def scanner(script: Any = cast) -> Scanner:
    references = np.stack([template(1), template(0, 1)])
    gallery = build_gallery("exact", references)
    comparer = Comparer(FakePack(script), SCALE, gallery, references, np.array([0, 1]), threshold=0.7, near=0.5)
    return Scanner(comparer.pack, SCALE, comparer, every=EVERY)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("scan") / "clip.mp4", 200, container={"movflags": "faststart"})


@pytest.fixture(scope="module")
def footage(clip: Path) -> Footage:
    return open_footage(clip)


def plain(passage: Passage) -> list[Any]:
    """A passage as values that compare equal only bit by bit."""

    def bits(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return value.shape, value.tobytes()
        if isinstance(value, tuple):
            return [bits(each) for each in value]
        return [bits(getattr(value, f.name)) for f in fields(value)] if hasattr(value, "image") else value

    return [bits(getattr(passage, f.name)) for f in fields(passage)]


def scanned(footage: Footage, *, done: set[int] = frozenset(), length: float = 2.0) -> list[Segment]:  # type: ignore[assignment]
    return list(scanner().segments(footage, done, length=length))


def test_a_short_clip_is_one_window(footage: Footage) -> None:
    (window,) = windows(footage, EVERY)
    assert (window.ordinal, window.start, window.end, window.last) == (0, 0, 8, 195)


def test_windows_cover_the_footage_and_share_their_borders(footage: Footage) -> None:
    found = windows(footage, EVERY, 2.0)
    assert [w.ordinal for w in found] == [0, 1, 2, 3]
    assert [round(w.start, 9) for w in found] == [0, 2, 4, 6] and found[-1].end == 8
    assert all(a.end == b.start for a, b in pairwise(found))
    assert [w.last for w in found] == [50, 100, 150, 195]


@pytest.mark.parametrize("every", [0.04, 0.15, 0.2, 0.7, 3.0, 60.0])
def test_windows_of_any_length_sample_each_instant_once_but_for_the_borders(footage: Footage, every: float) -> None:
    whole = footage.timeline.samples(every).tolist()
    for length in (0.1, 1.0, 2.7, 8.0, 99.0):
        found = windows(footage, every, length)
        rows = [footage.timeline.samples(every, w.start, w.end).tolist() for w in found]
        assert sorted({index for some in rows for index in some}) == whole
        assert [some[-1] for some in rows] == [w.last for w in found]
        assert all(a[-1] == b[0] for a, b in pairwise(rows))


def test_where_no_picture_comes_there_is_no_segment(tmp_path: Path) -> None:
    for jump in (100, 86_400, 1_780_000_000):
        times = [index * 40 + jump * 1000 * (index >= 100) for index in range(200)]
        footage = open_footage(make_clip(tmp_path / f"{jump}.mkv", 200, times=times, tick=Fraction(1, 1000)))
        found = windows(footage, EVERY, 2.0)
        assert [w.ordinal for w in found] == [0, 1, 2, 3, 4] and found[-1].end == footage.start + footage.seconds
        assert all(a.end == b.start for a, b in pairwise(found))
        rows = [footage.samples(EVERY, w.start, w.end).tolist() for w in found]
        assert [some[-1] for some in rows] == [w.last for w in found] and rows[2][0] == rows[1][-1] == 99
        segments = scanned(footage)
        assert [s.ordinal for s in segments] == [0, 1, 2, 3, 4]
        (alone,) = scanned(footage, done={0, 1, 3, 4})
        assert [plain(p) for p in alone.passages] == [plain(p) for p in segments[2].passages]
        assert all(p.end - p.start < 10 for s in segments for p in s.passages)


def test_a_segment_gives_the_same_alone_again_and_among_the_others(footage: Footage) -> None:
    together = scanned(footage)
    assert [s.ordinal for s in together] == [0, 1, 2, 3]
    for segment in together:
        (alone,) = scanned(footage, done={0, 1, 2, 3} - {segment.ordinal})
        assert [plain(p) for p in alone.passages] == [plain(p) for p in segment.passages]
        assert (alone.start, alone.end, alone.ordinal) == (segment.start, segment.end, segment.ordinal)
        counts = {name: value for name, value in segment.profile.items() if not name.endswith("_s")}
        assert counts == {name: value for name, value in alone.profile.items() if not name.endswith("_s")}


def test_what_is_done_is_not_scanned_again(footage: Footage) -> None:
    work = scanner()
    assert [s.ordinal for s in work.segments(footage, {0, 2}, length=2.0)] == [1, 3]
    assert list(work.segments(footage, {0, 1, 2, 3}, length=2.0)) == []


def test_neighbours_saw_the_same_faces_in_the_frame_they_share(footage: Footage) -> None:
    segments = scanned(footage)
    for before, after in pairwise(segments):
        leaving = {p.last_box for p in before.passages if p.end == before.end}
        coming = {p.first_box for p in after.passages if p.start == after.start}
        assert leaving == coming and len(leaving) >= 2


def test_who_was_there_is_found_however_the_footage_is_cut(footage: Footage) -> None:
    for length in (60.0, 2.0):
        passages = [p for segment in scanned(footage, length=length) for p in segment.passages]
        asked = {p.candidates[0][0] for p in passages if p.near_miss is False}
        assert asked == {0, 1}
        strangers = [p for p in passages if p.near_miss is None and p.score is not None]
        assert strangers and all(p.template is None and p.pictures == () for p in strangers)
        small = [p for p in passages if p.score is None]
        assert small and all(p.face_px == 12 for p in small)


def test_one_person_who_stays_is_one_passage_a_segment(footage: Footage) -> None:
    (segment,) = scanned(footage, length=60)
    stayed = [p for p in segment.passages if p.first_box == p.last_box and p.face_px == 30]
    assert len(stayed) == 1 and stayed[0].seen == 40 and (stayed[0].start, stayed[0].end) == (0, 7.8)


def test_the_profile_counts_what_was_done(footage: Footage) -> None:
    (segment,) = scanned(footage, length=60)
    instants = range(0, 200, 5)
    profile = segment.profile
    assert profile["frames"] == 40 and profile["faces"] == sum(len(cast(i)) for i in instants)
    assert profile["tracks"] == len(segment.passages) and profile["corrupt_frames"] == 0
    assert {"wait_for_frames_s", "detect_s", "track_s", "compare_s"} <= set(profile)


def test_embeddings_are_counted_whoever_asked_for_them(footage: Footage) -> None:
    work = scanner()
    segments = list(work.segments(footage, set(), length=2.0))
    assert sum(s.profile["embeddings"] for s in segments) == len(work.pack.embedded) > 0  # type: ignore[attr-defined]


def test_progress_goes_from_the_start_to_the_end(footage: Footage) -> None:
    heard: list[float] = []
    list(scanner().segments(footage, set(), heard.append, length=2.0))
    assert heard == sorted(heard) and heard[0] == 0 and heard[-1] == 7.8


def test_passages_come_in_order_of_time(footage: Footage) -> None:
    for segment in scanned(footage):
        order = [(p.start, p.first_box) for p in segment.passages]
        assert order == sorted(order)


def test_a_scan_that_is_broken_off_leaves_no_thread_and_goes_on(footage: Footage) -> None:
    work = scanner().segments(footage, set(), length=2.0)
    first = next(work)
    work.close()  # type: ignore[attr-defined]
    rest = scanned(footage, done={first.ordinal})
    assert [s.ordinal for s in rest] == [1, 2, 3]


def test_footage_that_does_not_start_at_zero_is_scanned_on_its_own_clock(tmp_path: Path) -> None:
    late = open_footage(make_clip(tmp_path / "late.mkv", 60, times=range(250, 310)))
    segments = scanned(late, length=1.0)
    assert late.start == 10.0 and segments[0].start == 10 and segments[-1].end == late.start + late.seconds
    assert min(p.start for s in segments for p in s.passages) == 10.0


@pytest.mark.parametrize("at", [0.2, 0.6, 0.9, 0.985])  # at the last one, all damage lies behind the last sample
def test_every_damaged_frame_is_counted_once_however_the_footage_is_cut(tmp_path: Path, clip: Path, at: float) -> None:
    hurt = open_footage(damage(clip, at, tmp_path / "hurt.mp4", length=600))
    with hurt.frames(EVERY) as reading:
        for _ in reading:
            pass
    assert reading.corrupt_frames > 0
    for length in (60.0, 2.0):
        for _ in range(3):
            assert sum(s.profile["corrupt_frames"] for s in scanned(hurt, length=length)) == reading.corrupt_frames
    each = [scanned(hurt, done={0, 1, 2, 3} - {i}) for i in range(4)]
    assert sum(s.profile["corrupt_frames"] for (s,) in each) == reading.corrupt_frames


def test_footage_that_changes_during_the_scan_is_refused(tmp_path: Path, clip: Path) -> None:
    changing = tmp_path / "changing.mp4"
    changing.write_bytes(clip.read_bytes())
    opened = open_footage(changing)

    def script(index: int) -> Sequence[Seen]:
        if index == 150:
            with changing.open("ab") as file:
                file.write(b"more")
        return cast(index)

    with pytest.raises(FootageError):
        list(scanner(script).segments(opened, set()))


def test_the_fake_reads_its_script_from_the_picture(footage: Footage) -> None:
    with footage.frames(1.0) as reading:
        assert [number(frame.image) for frame in reading] == list(range(0, 200, 25))
