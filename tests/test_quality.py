"""What makes a face fit: limits first, then which of two faces is the better one."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from workbench.quality import ceiling, grey, measure, quality, roll, sharpness, turn

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
FRONTAL = np.array([[[40.0, 50], [70, 50], [55, 70]]])


def chip(seed: int = 0) -> U8:
    """A soft random picture of 112 x 112, as rich in detail as a face."""
    noise = np.random.default_rng(seed).integers(0, 255, (28, 28, 3), np.uint8)
    return cv2.resize(noise, (112, 112), interpolation=cv2.INTER_CUBIC)


def of(picture: U8, width: float = 80.0, places: NDArray[np.float64] = FRONTAL) -> float:
    return float(quality(measure(picture[None], places, np.array([width])))[0])


def test_no_face_gives_no_number() -> None:
    m = measure(np.zeros((0, 112, 112, 3), np.uint8), np.zeros((0, 3, 2)), np.zeros(0))
    assert quality(m).shape == m.width.shape == m.turn.shape == (0,)


def test_luma_of_pure_colours_worked_by_hand() -> None:
    pure = np.array([[[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]]], np.uint8)
    assert grey(pure)[0] == pytest.approx(np.array([[76.245, 149.685], [29.07, 255]]), abs=1e-3)


def test_a_flat_picture_is_not_sharp_and_not_nan() -> None:
    assert sharpness(np.full((2, 112, 112), 99, np.float32)).tolist() == [0, 0]


def test_a_checkerboard_is_as_sharp_as_can_be() -> None:
    board = (np.indices((112, 112)).sum(axis=0) % 2 * 255).astype(np.float32)
    # every neighbour differs by 255 and the spread is 127.5
    assert sharpness(board[None])[0] == pytest.approx(2, abs=0.01)


def test_blur_lowers_sharpness_and_light_does_not_change_it() -> None:
    luma = grey(chip()[None])
    blurred = cv2.GaussianBlur(luma[0], (0, 0), 3)[None]
    assert sharpness(blurred)[0] < sharpness(luma)[0] / 2
    assert sharpness(luma * np.float32(0.5) + 20)[0] == pytest.approx(sharpness(luma)[0], rel=0.02)


def test_turn_worked_by_hand() -> None:
    nose_under_an_eye = np.array([[[40.0, 50], [70, 50], [70, 70]]])
    assert turn(FRONTAL).tolist() == [0] and turn(nose_under_an_eye).tolist() == [0.5]


def test_eyes_at_one_place_are_turned_away_for_ever() -> None:
    hidden = np.array([[[40.0, 50], [40, 50], [55, 70]]])
    assert turn(hidden).tolist() == [np.inf]
    assert 0 < of(chip(), places=hidden) <= of(chip()) / 5


@pytest.mark.parametrize(("dx", "dy", "degrees"), [(10, 0, 0), (10, 10, 45), (0, 10, 90), (-10, 0, 180), (10, -10, 45)])
def test_roll_is_the_tilt_of_the_eyes_either_way(dx: float, dy: float, degrees: float) -> None:
    assert roll(np.array([[[0.0, 0], [dx, dy], [0, 0]]])).tolist() == pytest.approx([degrees])


@given(st.floats(0, 6.28), st.floats(0.1, 9))
def test_turn_does_not_depend_on_tilt_or_size(angle: float, scale: float) -> None:
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    places = np.array([[[40.0, 50], [70, 50], [62, 70]]])
    assert turn(places @ np.array([[c, -s], [s, c]])) == pytest.approx(turn(places), abs=1e-9)


@given(st.floats(1, 2000), st.floats(-2, 2), st.integers(0, 255), st.integers(0, 5))
def test_quality_lies_between_0_and_its_ceiling(width: float, aside: float, light: int, seed: int) -> None:
    places = FRONTAL + np.array([[[0, 0], [0, 0], [30 * aside, 0]]])
    for picture in (chip(seed), np.full((112, 112, 3), light, np.uint8)):
        worth = of(picture, width, places)
        assert 0 <= worth <= float(ceiling(np.array([width]), places)[0]) <= 1


def test_a_face_of_8_px_is_worth_nothing_and_96_px_are_enough() -> None:
    assert of(chip(), width=8) == 0
    assert of(chip(), width=96) == of(chip(), width=960)


def test_each_fault_makes_the_same_face_worse() -> None:
    good = chip()
    profile = np.array([[[40.0, 50], [70, 50], [70, 70]]])
    tilted = np.array([[[40.0, 50], [70, 90], [55, 80]]])
    worse = {
        "small": of(good, width=30),
        "turned": of(good, places=profile),
        "tilted": of(good, places=tilted),
        "blurred": of(cv2.GaussianBlur(good, (0, 0), 6)),
        "dark": of((good // 12).astype(np.uint8)),
        "bright": of((255 - (255 - good) // 12).astype(np.uint8)),
    }
    assert {name: worth for name, worth in worse.items() if not worth < 0.8 * of(good)} == {}


def test_what_surrounds_the_face_does_not_count() -> None:
    framed = np.zeros_like(chip())
    framed[22:-22, 22:-22] = chip()[22:-22, 22:-22]
    assert of(framed) == of(chip())
