"""One step of the tracker, in face widths and seconds; every doubt is settled by splitting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from workbench.association import Motion, associate, distance, plan, predict, reach, seam, shot_cut, update

F64 = NDArray[np.float64]
NAN = float("nan")
BOX = np.array([0.0, 0, 10, 10])


def motion(*, x: float = 0, speed: float = 0, t: float = 0, seen: int = 5) -> Motion:
    return Motion(BOX[None] + (x, 0, x, 0), np.array([[speed, 0.0]]), np.array([t]), np.array([seen]))


def pairs(apart: object, like: object = NAN, *, fresh: object = True, within: float = 3.0) -> list[tuple[int, int]]:
    cells = np.array(apart, float)
    likeness = np.broadcast_to(np.array(like, float), cells.shape)
    rested = np.broadcast_to(np.array(fresh), len(cells))
    return sorted(associate(cells, np.full(len(cells), within), likeness, rested, same=0.5, contradict=0.25))


def sure(apart: object, *, fresh: bool = True, within: float = 3.0) -> list[tuple[int, int]]:
    cells = np.array(apart, float)
    return plan(cells, np.full(len(cells), within), np.full(len(cells), fresh)).sure


def test_no_track_and_no_face_need_no_special_case() -> None:
    none, face = Motion.none(), BOX[None]
    assert predict(none, 1.0).shape == (0, 4) and reach(none, 1.0).shape == (0,)
    assert distance(predict(none, 1.0), face).shape == (0, 1) and distance(face, np.zeros((0, 4))).shape == (1, 0)
    for shape in ((0, 0), (0, 3), (3, 0)):
        empty = np.zeros(shape)
        todo = plan(empty, np.ones(shape[0]), np.ones(shape[0], bool))
        assert (todo.sure, todo.tracks, todo.faces) == ([], [], [])
        assert associate(empty, np.ones(shape[0]), empty, np.ones(shape[0], bool), same=0.5, contradict=0.2) == []


def test_a_walk_goes_straight_on_for_one_second_and_then_waits() -> None:
    assert predict(motion(speed=20), 0.5)[0].tolist() == [10, 0, 20, 10]
    assert predict(motion(speed=20), 9.0)[0].tolist() == [20, 0, 30, 10]
    assert predict(motion(speed=20, t=5), 4.0)[0].tolist() == [0, 0, 10, 10]  # never back in time


def test_the_second_sight_gives_the_speed_and_later_ones_smooth_it() -> None:
    box, speed = update(BOX, np.zeros(2), 0.0, 1, BOX + np.array([4, 0, 4, 0]), 0.2)
    assert box[0] == 4 and speed.tolist() == [20, 0]
    assert update(box, speed, 0.2, 2, box, 0.4)[1].tolist() == [10, 0]


def test_two_sights_at_one_time_give_a_finite_speed() -> None:
    assert np.isfinite(update(BOX, np.zeros(2), 1.0, 1, BOX + 1, 1.0)[1]).all()


def test_a_face_that_doubles_its_size_is_farther_away() -> None:
    same, twice = BOX[None], np.array([[-5.0, -5, 15, 15]])
    assert distance(same, same).tolist() == [[0]]
    assert distance(same, twice)[0, 0] == pytest.approx(2 * (np.log(2) - 0.25))


@given(arrays(np.float64, (3, 2), elements=st.floats(-500, 500)), st.floats(0.1, 50))
def test_distance_does_not_depend_on_the_size_of_the_picture(corner: F64, scale: float) -> None:
    boxes = np.concatenate([corner, corner + 10], axis=1)
    assert np.allclose(distance(boxes * scale, boxes * scale), distance(boxes, boxes))


def test_reach_grows_with_time_up_to_three_seconds_and_is_wider_for_the_unknown() -> None:
    assert reach(motion(t=1), 1.0).tolist() == [0.6]
    assert reach(motion(), 1.0) < reach(motion(), 2.0) and reach(motion(), 3.0) == reach(motion(), 60.0)
    assert reach(motion(seen=1), 1.0) > reach(motion(seen=2), 1.0)


def test_a_face_where_it_was_expected_is_sure() -> None:
    assert sure([[0.2]]) == [(0, 0)] and sure([[0.2, 2.5], [2.5, 0.2]]) == [(0, 0), (1, 1)]


def test_a_rival_face_or_a_rival_track_puts_both_in_doubt() -> None:
    todo = plan(np.array([[0.2, 0.9]]), np.array([3.0]), np.array([True]))
    assert (todo.sure, todo.tracks, todo.faces) == ([], [0], [0, 1])
    todo = plan(np.array([[0.2], [0.9]]), np.array([3.0, 3.0]), np.array([True, True]))
    assert (todo.sure, todo.tracks, todo.faces) == ([], [0, 1], [0])


def test_after_a_gap_nothing_is_sure() -> None:
    todo = plan(np.array([[0.0]]), np.array([3.0]), np.array([False]))
    assert (todo.sure, todo.tracks, todo.faces) == ([], [0], [0])


def test_beyond_reach_is_not_even_doubtful() -> None:
    todo = plan(np.array([[3.1]]), np.array([3.0]), np.array([True]))
    assert (todo.sure, todo.tracks, todo.faces) == ([], [], [])


tables = st.tuples(st.integers(0, 5), st.integers(0, 5)).flatmap(
    lambda shape: st.tuples(
        arrays(np.float64, shape, elements=st.floats(0, 4)),
        arrays(np.float64, shape, elements=st.one_of(st.just(NAN), st.floats(-1, 1))),
        arrays(np.bool_, shape[:1]),
    )
)


@given(tables)
def test_whatever_comes_each_is_used_once_and_nothing_contradicts(table: tuple[F64, F64, NDArray[np.bool_]]) -> None:
    apart, like, fresh = table
    within = np.full(len(apart), 3.0)
    todo = plan(apart, within, fresh)
    found = associate(apart, within, like, fresh, same=0.5, contradict=0.25)
    for some in (todo.sure, found):
        assert len({i for i, _ in some}) == len({j for _, j in some}) == len(some)
    assert {i for i, _ in todo.sure}.isdisjoint(todo.tracks) and {j for _, j in todo.sure}.isdisjoint(todo.faces)
    for i, j in found:
        assert apart[i, j] <= 3 and not like[i, j] < 0.25
        assert like[i, j] >= 0.5 or apart[i, j] <= 1.0


@given(tables)
def test_the_order_of_tracks_and_faces_does_not_matter(table: tuple[F64, F64, NDArray[np.bool_]]) -> None:
    apart, _, fresh = table
    within = np.full(len(apart), 3.0)
    forth, back = plan(apart, within, fresh), plan(apart[::-1, ::-1], within, fresh[::-1])
    assert {(len(apart) - 1 - i, apart.shape[1] - 1 - j) for i, j in back.sure} == set(forth.sure)


def test_likeness_decides_where_places_do_not() -> None:
    crossed = [[0.1, 0.9], [0.9, 0.9]]
    assert pairs(crossed, [[0.1, 0.9], [0.9, 0.1]]) == [(0, 1), (1, 0)]


def test_a_face_that_contradicts_is_not_the_same_person_however_near() -> None:
    assert pairs([[0.0]], 0.24) == [] and pairs([[0.0]], 0.25) == [(0, 0)]


def test_a_face_that_is_the_same_may_be_anywhere_within_reach() -> None:
    assert pairs([[3.0]], 0.5, fresh=False) == [(0, 0)] and pairs([[3.1]], 0.9) == []


def test_without_likeness_only_what_is_near_continues() -> None:
    assert pairs([[0.8]]) == [(0, 0)] and pairs([[0.81]]) == []
    assert pairs([[0.5]], fresh=False) == [(0, 0)] and pairs([[0.51]], fresh=False) == []


def test_after_a_gap_being_a_little_alike_is_not_enough() -> None:
    assert pairs([[0.1]], 0.4, fresh=False) == [] and pairs([[0.1]], 0.4, fresh=True) == [(0, 0)]


def test_a_good_pair_is_not_given_up_for_two_poor_ones() -> None:
    apart = [[0.1, 0.9], [0.9, 2.9]]
    like = [[0.9, 0.26], [0.26, 0.0]]
    assert pairs(apart, like) == [(0, 0)]


def test_two_pairs_are_better_than_one_of_the_same_worth() -> None:
    assert pairs([[0.3, 0.3], [0.3, 2.9]], [[0.9, 0.9], [0.9, 0.0]]) == [(0, 1), (1, 0)]


A, B = np.array([1.0, 0.0]), np.array([0.0, 1.0])


def test_a_track_of_none_or_one_face_has_no_seam() -> None:
    assert seam(np.zeros((0, 2)), contradict=0.3) is None and seam(A[None], contradict=0.3) is None


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_the_seam_is_where_one_person_follows_another(cut: int) -> None:
    assert seam(np.array([A] * cut + [B] * (4 - cut)), contradict=0.3) == cut


def test_one_person_has_no_seam_even_at_the_line_itself() -> None:
    assert seam(np.array([A, A, A]), contradict=0.99) is None
    half = np.array([A, [0.5, np.sqrt(0.75)]])
    assert seam(half, contradict=0.5) is None and seam(half, contradict=0.51) == 1


def solid(*colour: int) -> NDArray[np.uint8]:
    return np.full((18, 32, 3), colour, np.uint8)


def test_the_same_picture_is_no_cut_and_another_one_is() -> None:
    assert not shot_cut(solid(10, 10, 10), solid(10, 10, 10))
    assert shot_cut(solid(10, 10, 10), solid(200, 180, 20))


def test_a_person_walking_by_is_no_cut() -> None:
    passed = solid(90, 90, 90)
    passed[:, 5:15] = (200, 30, 30)  # a third of the picture
    assert not shot_cut(solid(90, 90, 90), passed)


def test_a_lamp_that_flickers_is_no_cut() -> None:
    scene = np.random.default_rng(0).integers(60, 160, (18, 32, 3), np.uint8)
    assert not shot_cut(scene, (scene * 0.8).astype(np.uint8))


def test_the_same_colours_in_other_places_are_no_cut() -> None:
    left = solid(0, 0, 0)
    left[:, :16] = 255
    assert not shot_cut(left, left[:, ::-1])
