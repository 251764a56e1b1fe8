"""Boxes and points: small numbers by hand, and what must hold for every box."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from workbench.geometry import area, centre, clip, iou, pad, similarity, width, within

F64 = NDArray[np.float64]
coordinate = st.integers(-200, 200).map(float)


@st.composite
def some_boxes(draw: st.DrawFn, least: int = 0) -> F64:
    rows = draw(st.lists(st.tuples(coordinate, coordinate, st.integers(1, 150), st.integers(1, 150)), min_size=least))
    return np.array([[x, y, x + w, y + h] for x, y, w, h in rows], np.float64).reshape(-1, 4)


NO_BOX = np.zeros((0, 4))


def test_no_box_gives_nothing_and_no_error() -> None:
    assert width(NO_BOX).shape == area(NO_BOX).shape == within(NO_BOX, 9, 9).shape == (0,)
    assert centre(NO_BOX).shape == (0, 2) and pad(NO_BOX, 0.5).shape == clip(NO_BOX, 9, 9).shape == (0, 4)
    assert iou(NO_BOX, np.ones((3, 4))).shape == (0, 3) and iou(np.ones((3, 4)), NO_BOX).shape == (3, 0)


def test_a_box_turned_inside_out_has_no_area() -> None:
    assert area(np.array([[10.0, 10, 5, 20], [10, 10, 5, 5]])).tolist() == [0, 0]


def test_two_empty_boxes_overlap_by_nothing_rather_than_nan() -> None:
    point = np.array([[5.0, 5, 5, 5]])
    assert iou(point, point).tolist() == [[0]] and within(point, 9, 9).tolist() == [0]


def test_boxes_that_touch_do_not_overlap() -> None:
    assert iou(np.array([[0.0, 0, 2, 2]]), np.array([[2.0, 0, 4, 2], [0, 2, 2, 4]])).tolist() == [[0, 0]]


def test_overlap_of_a_quarter_worked_by_hand() -> None:
    # 4 of 16 + 4 - 4 px
    assert iou(np.array([[0.0, 0, 4, 4]]), np.array([[1.0, 1, 3, 3]])).tolist() == [[0.25]]


def test_middle_and_share_inside_worked_by_hand() -> None:
    box = np.array([[-10.0, 0, 10, 40]])
    assert centre(box).tolist() == [[0, 20]]
    assert within(box, 20, 100).tolist() == [0.25]  # half its width and half its height
    assert clip(box, 20, 100).tolist() == [[0, 0, 10, 20]]


@given(some_boxes(), some_boxes())
def test_overlap_is_symmetric_and_between_0_and_1(a: F64, b: F64) -> None:
    shared = iou(a, b)
    assert ((shared >= 0) & (shared <= 1)).all() and (shared == iou(b, a).T).all()


@given(some_boxes())
def test_a_box_overlaps_itself_wholly(box: F64) -> None:
    assert np.allclose(np.diag(iou(box, box)), 1)


@given(some_boxes(), st.floats(0, 3))
def test_padding_grows_both_sides_alike_and_comes_back(box: F64, share: float) -> None:
    grown = pad(box, share)
    assert np.allclose(centre(grown), centre(box)) and np.allclose(width(grown), width(box) * (1 + 2 * share))
    assert np.allclose(pad(grown, -share / (1 + 2 * share)), box)


@given(some_boxes(), st.integers(1, 100), st.integers(1, 100))
def test_clipping_stays_inside_and_twice_changes_nothing(box: F64, high: int, wide: int) -> None:
    cut = clip(box, high, wide)
    assert (cut >= 0).all() and (cut <= [wide, high, wide, high]).all()
    assert (clip(cut, high, wide) == cut).all() and (area(cut) <= area(box)).all()
    assert ((within(box, high, wide) >= 0) & (within(box, high, wide) <= 1)).all()


FIVE = np.array([[38.0, 52], [73, 52], [56, 72], [42, 92], [71, 92]])
few_points = arrays(np.float64, (3, 5, 2), elements=st.integers(-300, 300).map(float))


@given(few_points.filter(lambda p: (np.ptp(p, axis=1).max(axis=1) > 1).all()), st.floats(-3, 3), st.floats(0.2, 4))
def test_the_transform_undoes_any_turn_scale_and_shift(points: F64, angle: float, scale: float) -> None:
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    moved = FIVE @ np.array([[c, -s], [s, c]]).T + [13, -7]
    matrix = similarity(moved[None], FIVE)[0]
    assert np.allclose(moved @ matrix[:, :2].T + matrix[:, 2], FIVE, atol=1e-8)
    together, alone = similarity(points, FIVE), np.concatenate([similarity(p[None], FIVE) for p in points])
    assert np.allclose(together, alone)
    assert np.allclose(together[:, 0, 0], together[:, 1, 1]) and np.allclose(together[:, 0, 1], -together[:, 1, 0])


@given(few_points.filter(lambda p: (np.ptp(p, axis=1).max(axis=1) > 1).all()))
def test_no_nearby_transform_fits_better(points: F64) -> None:
    def miss(matrix: F64) -> F64:
        placed = points @ np.swapaxes(matrix[:, :, :2], 1, 2) + matrix[:, None, :, 2]
        return ((placed - FIVE) ** 2).sum(axis=(1, 2))

    best = similarity(points, FIVE)
    for nudge in ([[1, 0, 0], [0, 1, 0]], [[0, -1, 0], [1, 0, 0]], [[0, 0, 1], [0, 0, 0]], [[0, 0, 0], [0, 0, 1]]):
        for size in (1e-3, -1e-3):
            assert (miss(best + size * np.array(nudge)) >= miss(best) - 1e-9).all()


def test_points_that_coincide_have_no_transform() -> None:
    assert np.isnan(similarity(np.full((1, 5, 2), 7.0), FIVE)).all()


def test_no_face_has_no_matrix() -> None:
    assert similarity(np.zeros((0, 5, 2)), FIVE).shape == (0, 2, 3)


def test_a_mirrored_face_is_turned_but_never_mirrored() -> None:
    matrix = similarity((FIVE * [-1, 1])[None], FIVE)[0]
    assert np.linalg.det(matrix[:, :2]) == pytest.approx(matrix[0, 0] ** 2 + matrix[1, 0] ** 2)
