"""What is hidden is gone, and who is shown stays."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from workbench.footage.redact import CELLS, LEVELS, encode_jpeg, encode_png, face_picture, hide

U8 = NDArray[np.uint8]


def noise(high: int = 120, wide: int = 160, seed: int = 0) -> U8:
    return np.random.default_rng(seed).integers(0, 256, (high, wide, 3), np.uint8)


def test_no_face_leaves_the_picture_as_it_is_and_gives_a_copy() -> None:
    image = noise()
    copy = hide(image, np.zeros((0, 4)))
    assert (copy == image).all() and not np.shares_memory(copy, image)


def test_a_hidden_face_holds_nothing_but_the_averages_of_a_grid() -> None:
    image = noise()
    hidden = hide(image, np.array([[40.0, 30, 100, 90]]), margin=0)
    cells = hidden[30:90, 40:100].reshape(CELLS, 10, CELLS, 10, 3)
    assert (cells == cells[:, :1, :, :1]).all()
    means = image[30:90, 40:100].reshape(CELLS, 10, CELLS, 10, 3).mean(axis=(1, 3))
    step = 256 // LEVELS
    assert np.abs(cells[:, 0, :, 0] - means).max() <= step / 2 + 0.51
    assert set(np.unique(cells)) <= set(range(step // 2, 256, step))


def test_two_faces_with_the_same_averages_are_hidden_alike() -> None:
    image, other = noise(), noise()
    area = other[30:90, 40:100].reshape(CELLS, 10, CELLS, 10, 3)
    area[:] = area[:, ::-1, :, ::-1].copy()  # every cell turned round: another face, the same averages
    assert (image != other).any()
    box = np.array([[40.0, 30, 100, 90]])
    assert (hide(image, box, margin=0) == hide(other, box, margin=0)).all()


def test_the_margin_hides_hair_and_ears_and_nothing_beyond() -> None:
    image = noise()
    hidden = hide(image, np.array([[60.0, 40, 100, 80]]), margin=0.25)
    changed = (hidden != image).any(axis=2)
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (30, 89, 50, 109)


@pytest.mark.parametrize("box", [[-50, -50, -10, -10], [500, 500, 600, 600], [50, 50, 50, 90], [90, 90, 50, 50]])
def test_a_box_beside_the_picture_or_without_area_hides_nothing(box: list[float]) -> None:
    assert (hide(noise(), np.array([box], float), margin=0) == noise()).all()


def test_a_box_that_hangs_over_the_edge_is_hidden_up_to_it() -> None:
    hidden = hide(noise(), np.array([[-30.0, -30, 30, 30]]), margin=0)
    assert (hidden[:5, :5] == hidden[0, 0]).all() and (hidden[30:] == noise()[30:]).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[st.floats(-200, 300)] * 4), max_size=6), st.integers(0, 5))
def test_any_boxes_at_all_are_taken_and_the_original_stays(rows: list[tuple[float, ...]], row: int) -> None:
    image = noise()
    boxes = np.array(rows, float).reshape(-1, 4)
    assert hide(image, boxes).shape == image.shape and (image == noise()).all()
    if row < len(rows):
        cut = face_picture(image, boxes, row)
        assert cut.dtype == np.uint8 and cut.shape[0] <= 120 and cut.shape[1] <= 160


SHOWN, BESIDE = [50.0, 40, 90, 80], [95.0, 40, 135, 80]


def test_the_shown_face_stays_and_the_one_beside_it_goes() -> None:
    image = noise()
    cut = face_picture(image, np.array([SHOWN, BESIDE]), 0, margin=0.6)
    assert cut.shape == (88, 88, 3)  # 40 px and 24 px on each side
    assert (cut[24:64, 24:64] == image[40:80, 50:90]).all()
    neighbour = cut[24:64, 76:]
    assert np.abs(neighbour.astype(int) - image[40:80, 102:114]).mean() > 30


def test_somebody_whom_no_detector_found_is_hidden_as_well() -> None:
    image = noise()
    cut = face_picture(image, np.array([SHOWN]), 0, margin=0.6)
    assert (cut[24:64, 24:64] == image[40:80, 50:90]).all()
    beside = cut[:, :12].astype(int)  # 12 px and more beside the box: made of averages of some 7 px, nothing finer
    assert (
        np.abs(np.diff(beside, axis=0)).mean() < 0.2 * np.abs(np.diff(image[16:104, 26:38].astype(int), axis=0)).mean()
    )


def test_hair_and_chin_of_the_shown_face_stay_sharp() -> None:
    image = noise()
    cut = face_picture(image, np.array([SHOWN]), 0, margin=0.6)
    assert (cut[8:72, 44] == image[24:88, 70]).all()  # from 16 px above the box to 8 px below it, of 40 px


def test_where_a_hidden_face_overlaps_the_shown_one_the_shown_one_is_whole() -> None:
    image = noise()
    cut = face_picture(image, np.array([SHOWN, [70.0, 40, 110, 80]]), 0, margin=0.6)
    assert (cut[24:64, 24:64] == image[40:80, 50:90]).all()


def test_a_cut_does_not_hold_on_to_its_frame() -> None:
    image = noise()
    for boxes in ([SHOWN], [SHOWN, BESIDE]):
        assert not np.shares_memory(face_picture(image, np.array(boxes), 0), image)


def test_png_loses_nothing_and_jpeg_is_made_as_small_as_asked() -> None:
    image = noise()
    back = cv2.imdecode(np.frombuffer(encode_png(image), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert (back == image).all()
    small = cv2.imdecode(np.frombuffer(encode_jpeg(image, side=80), np.uint8), cv2.IMREAD_COLOR)
    assert small.shape == (60, 80, 3)
    tiny = cv2.imdecode(np.frombuffer(encode_jpeg(image[:2], side=8), np.uint8), cv2.IMREAD_COLOR)
    assert tiny.shape == (1, 8, 3)


def test_colours_keep_their_order_in_a_file() -> None:
    red = np.zeros((16, 16, 3), np.uint8)
    red[..., 0] = 255
    back = cv2.imdecode(np.frombuffer(encode_jpeg(red), np.uint8), cv2.IMREAD_COLOR)
    assert back[..., 2].min() > 240 and back[..., 0].max() < 15
