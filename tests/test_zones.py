"""The zone of recognition: shares of the picture, the centre of a face decides."""

import numpy as np
import pytest

from workbench.errors import InputError
from workbench.zones import WHOLE, Zone

LEFT = Zone.of("0,0 0.5,0 0.5,1 0,1")


def test_a_face_counts_where_its_centre_lies() -> None:
    boxes = np.array([[40.0, 10, 58, 20], [42, 10, 60, 20]])  # centres at 49 and 51 of 100
    assert LEFT.holds(boxes, 50, 100).tolist() == [True, False]


def test_the_zone_stays_where_it_is_when_the_resolution_changes() -> None:
    assert LEFT.holds(np.array([[80.0, 20, 116, 40]]), 100, 200).tolist() == [True]


def test_a_zone_may_have_a_dent() -> None:
    notched = Zone.of("0,0 1,0 1,1 0.5,0.5 0,1")
    assert notched.holds(np.array([[45.0, 85, 55, 95], [5, 70, 15, 80]]), 100, 100).tolist() == [False, True]


def test_the_whole_picture_holds_everybody_and_nobody_is_no_face() -> None:
    assert WHOLE.holds(np.array([[-5.0, -5, 3, 3]]), 10, 10).all()
    assert LEFT.holds(np.zeros((0, 4)), 10, 10).shape == (0,)
    assert (WHOLE.area, LEFT.area) == (1.0, 0.5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0,0 1,0", "three corners"),
        ("0,0 1,0 2,1", "from 0 to 1"),
        ("0,0 1;0 1,1", "cannot be read"),
        ("0,0 0.5,0.5 1,1", "no area"),
        ("0,0 nan,0 1,1", "from 0 to 1"),
    ],
)
def test_what_is_no_zone_is_said(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Zone.of(text)


def test_a_zone_reads_as_it_is_written() -> None:
    assert str(LEFT) == "0,0 0.5,0 0.5,1 0,1" and Zone.of(str(LEFT)) == LEFT
    assert Zone.of("") == WHOLE
