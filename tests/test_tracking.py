"""The tracker on scripted people: whoever is followed, nobody is ever mixed up with somebody else."""

from collections.abc import Collection, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import SCALE, SMALLEST, FakePack, Seen, faces_of, frame
from workbench.models.pack import Pack
from workbench.tracking import Tracker, Trail

Script = Sequence[Sequence[Seen]]


class Followed:
    """A script played to the tracker, one row a sample."""

    def __init__(
        self,
        script: Script,
        *,
        every: float = 0.2,
        times: Sequence[float] | None = None,
        corrupt: Collection[int] = (),
        scenes: Sequence[int] | None = None,
        **options: float,
    ) -> None:
        self.pack = FakePack()
        tracker = Tracker(self.pack, SCALE, every=every, **options)
        self.times = [i * every for i in range(len(script))] if times is None else list(times)
        self.trails: list[Trail] = []
        self._who = {}
        for i, (t, people) in enumerate(zip(self.times, script, strict=True)):
            faces = faces_of(people, t)
            picture = frame(i, t, corrupt=i in corrupt, scene=scenes[i] if scenes else 90)
            self.trails += tracker.step(picture, faces)
            self._who |= {(t, *box): p.person for box, p in zip(faces.box.astype(float).tolist(), people, strict=True)}
        self.trails += tracker.finish()
        self.counted = tracker.embedded

    def people(self) -> list[set[int]]:
        """Who is in each trail."""
        return [{self._who[(s.t, *s.box.tolist())] for s in trail.sights} for trail in self.trails]

    def lengths(self) -> list[int]:
        return sorted(len(trail.sights) for trail in self.trails)


def standing(*people: Seen, samples: int = 10) -> Script:
    return [people] * samples


def test_the_fake_is_a_pack() -> None:
    assert isinstance(FakePack(), Pack)


def test_nobody_gives_no_trail() -> None:
    assert Followed([]).trails == [] and Followed([[]] * 5).trails == []


def test_somebody_seen_once_is_one_trail() -> None:
    (trail,) = Followed([[Seen(0, 50)]]).trails
    assert trail.last is trail.sights[0] is trail.widest and len(trail.kept) == 1


def test_a_quiet_scene_costs_no_embedding() -> None:
    seen = Followed(standing(Seen(0, 50), Seen(1, 200)))
    assert seen.people() == [{0}, {1}] and seen.lengths() == [10, 10] and seen.counted == 0


@pytest.mark.parametrize("every", [0.04, 0.2, 1.0])
def test_somebody_who_walks_is_one_trail_at_any_sampling(every: float) -> None:
    seen = Followed([[Seen(0, 40 + 60 * every * i)] for i in range(6)], every=every)
    assert seen.people() == [{0}] and seen.lengths() == [6]


def test_frames_farther_apart_than_was_asked_still_cost_nothing() -> None:
    # 1 frame a second, sampled every 0.2 s: each frame answers five instants, once
    seen = Followed(standing(Seen(0, 50)), every=0.2, times=np.arange(10.0))
    assert seen.lengths() == [10] and seen.counted == 0


def test_samples_five_seconds_apart_are_joined_by_likeness_alone() -> None:
    assert Followed(standing(Seen(0, 50), samples=4), every=5.0).people() == [{0}]
    stayed = Followed([[Seen(0, 50)], [Seen(1, 50)], [Seen(0, 50)]], every=5.0)
    assert stayed.people() == [{0}, {1}, {0}]


@pytest.mark.parametrize("step", [5, 13, 30])
def test_two_people_who_cross_are_not_exchanged(step: int) -> None:
    n = 240 // step + 1
    seen = Followed([[Seen(0, 40 + step * i), Seen(1, 280 - step * i, y=104)] for i in range(n)])
    assert sorted(map(sorted, seen.people())) == [[0], [1]] and seen.lengths() == [n, n]


def test_two_people_who_meet_and_turn_back_are_not_exchanged() -> None:
    path = [40, 60, 80, 100, 120, 120, 100, 80, 60, 40]
    seen = Followed([[Seen(0, x), Seen(1, 280 - x, y=104)] for x in path])
    assert sorted(map(sorted, seen.people())) == [[0], [1]] and seen.lengths() == [10, 10]


def test_the_order_in_which_a_detector_names_faces_does_not_matter() -> None:
    script = [[Seen(0, 40 + 13 * i), Seen(1, 280 - 13 * i, y=104)] for i in range(19)]
    mixed = [row[:: 1 - 2 * (i % 2)] for i, row in enumerate(script)]
    assert sorted(map(sorted, Followed(mixed).people())) == [[0], [1]]


def test_somebody_hidden_for_a_second_comes_back_to_the_same_trail() -> None:
    seen = Followed([*standing(Seen(0, 50), samples=5), [], [], [], [], [], *standing(Seen(0, 60), samples=5)])
    assert seen.people() == [{0}] and seen.lengths() == [10]
    assert 1 <= seen.counted <= 2  # who it is was asked once, not on every frame


def test_another_person_at_the_same_place_after_a_second_is_another_trail() -> None:
    seen = Followed([*standing(Seen(0, 50), samples=5), [], [], [], [], [], *standing(Seen(1, 50), samples=5)])
    assert seen.people() == [{0}, {1}]


def test_somebody_away_for_longer_than_patience_is_a_new_trail() -> None:
    seen = Followed([*standing(Seen(0, 50), samples=5), *[[]] * 11, *standing(Seen(0, 50), samples=5)])
    assert seen.people() == [{0}, {0}]
    patient = Followed([*standing(Seen(0, 50), samples=5), *[[]] * 11, *standing(Seen(0, 50), samples=5)], patience=3.0)
    assert patient.people() == [{0}]


def test_a_trail_ends_as_soon_as_patience_does() -> None:
    tracker = Tracker(FakePack(), SCALE, every=0.2)
    assert tracker.step(frame(0, 0.0), faces_of([Seen(0, 50)])) == []
    assert tracker.step(frame(1, 2.0), faces_of([])) == []
    assert len(tracker.step(frame(2, 2.1), faces_of([]))) == 1 and tracker.finish() == []


def test_a_cut_ends_every_trail_though_the_boxes_stay() -> None:
    seen = Followed(standing(Seen(0, 50), Seen(1, 200), samples=6), scenes=[90, 90, 90, 250, 250, 250])
    assert seen.lengths() == [3, 3, 3, 3]


def test_a_damaged_frame_looks_like_a_cut_and_is_none() -> None:
    seen = Followed(standing(Seen(0, 50), samples=6), scenes=[90, 90, 250, 90, 90, 90], corrupt=[2])
    assert seen.lengths() == [6]


def test_a_face_in_a_damaged_frame_is_followed_but_never_kept_or_embedded() -> None:
    seen = Followed(standing(Seen(0, 50), samples=6), corrupt=range(6))
    assert seen.lengths() == [6] and seen.trails[0].kept == [] and seen.pack.embedded == []
    some = Followed(standing(Seen(0, 50), samples=6), corrupt=[0, 1, 2])
    assert {kept.frame for kept in some.trails[0].kept}.isdisjoint({0, 1, 2})


def test_a_face_that_is_too_small_is_followed_but_never_kept_or_embedded() -> None:
    small = SMALLEST - 0.5
    seen = Followed([[Seen(0, 40 + 8 * i, size=small), Seen(1, 280 - 8 * i, size=small)] for i in range(12)])
    assert seen.pack.embedded == [] and all(trail.kept == [] for trail in seen.trails)
    assert sum(seen.lengths()) == 24


def test_a_face_of_just_the_smallest_width_is_kept() -> None:
    assert len(Followed([[Seen(0, 50, size=SMALLEST)]]).trails[0].kept) == 1


def test_likeness_is_asked_of_each_face_once_a_frame() -> None:
    seen = Followed([[Seen(0, 100), Seen(1, 130), Seen(2, 160)]] * 5)
    assert seen.counted == len(seen.pack.embedded)
    assert seen.counted <= 3 * 5 + 3


def test_no_more_than_the_best_are_kept_and_they_are_spread_over_time() -> None:
    (trail,) = Followed(standing(Seen(0, 50), samples=60)).trails
    assert len(trail.kept) == 5
    gaps = np.diff(sorted(kept.t for kept in trail.kept))
    assert gaps.min() >= 0.4 - 1e-9


def test_of_one_stretch_the_best_face_is_kept() -> None:
    sizes = [40, 60, 50, 40]  # two stretches of 0.4 s
    (trail,) = Followed([[Seen(0, 100, size=size)] for size in sizes]).trails
    assert sorted(float(kept.box[2] - kept.box[0]) for kept in trail.kept) == [50, 60]


def test_somebody_who_comes_nearer_and_nearer_is_kept_more_than_once() -> None:
    (trail,) = Followed([[Seen(0, 150, size=30 + i)] for i in range(30)]).trails
    assert len(trail.kept) == 5 and trail.widest.box[2] - trail.widest.box[0] == 59
    assert {kept.frame for kept in trail.kept} >= {29}


def test_of_many_stretches_the_best_faces_are_kept() -> None:
    script = [[Seen(0, 100, blurred=not 10 <= i < 16)] for i in range(40)]
    (trail,) = Followed(script, best=3).trails
    assert sorted(kept.frame // 2 for kept in trail.kept) == [5, 6, 7]


def test_a_kept_face_brings_the_picture_around_it_with_the_others_hidden() -> None:
    tracker = Tracker(FakePack(), SCALE, every=0.2)
    tracker.step(frame(4, 0.8), faces_of([Seen(0, 100), Seen(1, 200)]))
    left, right = tracker.finish()
    assert left.kept[0].picture.shape == (88, 88, 3) and (left.kept[0].t, left.kept[0].frame) == (0.8, 4)
    assert left.kept[0].chip[0, 0, 0] == 0 and right.kept[0].chip[0, 0, 0] == 1


def test_a_trail_is_cut_into_two_that_share_nothing() -> None:
    (trail,) = Followed(standing(Seen(0, 50), samples=20)).trails
    early, late = trail.split(2.0)
    assert [s.t for s in early.sights + late.sights] == [s.t for s in trail.sights]
    assert early.last.t < 2.0 <= late.sights[0].t
    assert {k.t for k in early.kept} | {k.t for k in late.kept} == {k.t for k in trail.kept}
    assert all(k.t < 2.0 for k in early.kept) and all(k.t >= 2.0 for k in late.kept)


def test_a_trail_that_is_cut_loses_none_of_the_sights_that_were_forgotten() -> None:
    (trail,) = Followed(standing(Seen(0, 50), samples=20)).trails
    seen, cut = trail.seen, trail.last.t
    trail.thin(6)
    early, late = trail.split(cut)
    assert trail.thinned > 0 and (early.seen, late.seen) == (seen - 1, 1)


def test_the_same_footage_twice_gives_the_same_trails() -> None:
    script = [[Seen(0, 40 + 13 * i), Seen(1, 280 - 13 * i), Seen(2, 150, 30)] for i in range(19)]
    once, twice = Followed(script), Followed(script)
    assert once.people() == twice.people() and once.counted == twice.counted
    assert [[k.frame for k in t.kept] for t in once.trails] == [[k.frame for k in t.kept] for t in twice.trails]


people = st.lists(
    st.builds(Seen, st.integers(0, 3), st.integers(20, 300), st.integers(20, 160), st.sampled_from([16, 30, 50, 80])),
    max_size=5,
)


@settings(max_examples=30, deadline=None)
@given(st.lists(people, max_size=12), st.sampled_from([0.04, 0.2, 1.0]))
def test_whatever_is_detected_each_face_is_in_one_trail_and_no_trail_has_two_at_a_time(
    script: list[list[Seen]], every: float
) -> None:
    seen = Followed(script, every=every)
    assert sum(seen.lengths()) == sum(map(len, script)) and seen.counted == len(seen.pack.embedded)
    for trail in seen.trails:
        times = [sight.t for sight in trail.sights]
        assert times == sorted(set(times))
        assert len(trail.kept) <= 5 and {kept.t for kept in trail.kept} <= set(times)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=20))
def test_people_with_faces_large_enough_are_never_mixed_after_a_gap(row: list[tuple[int, bool]]) -> None:
    # one place where somebody, perhaps somebody else, appears between empty samples
    script: list[list[Seen]] = []
    for person, longer in row:
        script += [[Seen(person, 100)], *[[]] * (4 if longer else 1)]
    assert all(len(who) == 1 for who in Followed(script).people())
