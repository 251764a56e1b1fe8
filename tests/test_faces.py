"""Faces, frames and spaces as values."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from workbench.errors import SpaceMismatch
from workbench.faces import Faces, Frame, Space, clock, same_space

SPACE = Space("a" * 64, 2, "minifix")


def row(n: int = 3, *, t: float = 0.0, space: Space | None = None) -> Faces:
    box = np.array([[10 * i, 0, 10 * i + 8 + i, 10] for i in range(n)], float)
    return Faces.of(box, np.zeros((n, 5, 2)), np.linspace(0.9, 0.5, n), t=t, space=space)


def embedded(n: int = 3, space: Space = SPACE) -> Faces:
    return replace(row(n, space=space), template=np.eye(max(n, 2), space.dim, dtype=np.float32)[:n])


def test_no_face_is_a_value_like_any_other() -> None:
    none = Faces.none(SPACE)
    assert len(none) == 0 and none.width.shape == (0,) and none.points.shape == (0, 5, 2)
    assert len(none[none.width > 3]) == 0 and repr(none) == "Faces(0, minifix, no template)"


def test_selecting_faces_gives_faces() -> None:
    faces = embedded()
    assert len(faces[[True, False, True]]) == 2 and len(faces[np.array([0, 2])]) == 2 and len(faces[1:]) == 2
    assert faces[faces.width > 8].box[0, 0] == 10
    assert faces[1].template.tolist() == [[0, 1]] and faces[-1].box[0, 0] == 20 and faces[-2].box[0, 0] == 10


def test_a_loop_over_faces_ends() -> None:
    assert [float(face.box[0, 0]) for face in row()] == [0, 10, 20]


@pytest.mark.parametrize("which", [3, -4, np.int64(3)])
def test_a_face_that_does_not_exist_is_an_index_error(which: int) -> None:
    with pytest.raises(IndexError):
        row()[which]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("points", np.zeros((3, 4, 2), np.float32)),
        ("detection", np.zeros(2, np.float32)),
        ("quality", np.zeros((3, 1), np.float32)),
        ("t", np.zeros(4)),
        ("box", np.zeros((3, 5), np.float32)),
    ],
)
def test_an_array_of_the_wrong_shape_is_named(name: str, value: np.ndarray) -> None:
    with pytest.raises(ValueError, match=f"Faces.{name} has shape"):
        replace(row(), **{name: value})


def test_a_template_without_a_space_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a space"):
        replace(row(), template=np.ones((3, 2), np.float32))


def test_a_template_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected \(3, 2\)"):
        replace(embedded(), template=np.ones((3, 128), np.float32))


def test_quality_that_was_not_measured_is_nan() -> None:
    assert np.isnan(row().quality).all()


def test_values_are_replaced_not_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        row().box = np.zeros((3, 4), np.float32)  # type: ignore[misc]


def test_concat_keeps_order_and_leaves_empty_parts_out() -> None:
    joined = Faces.concat([row(1, t=2.0), Faces.none(), row(2, t=1.0)])
    assert joined.t.tolist() == [2, 1, 1] and len(Faces.concat([])) == 0


def test_concat_of_two_packs_says_so_even_after_faces_without_a_space() -> None:
    other = Space("b" * 64, 2, "dlib")
    with pytest.raises(SpaceMismatch, match="some faces are minifix 2-d, others dlib 2-d"):
        Faces.concat([row(1), row(1, space=SPACE), row(1, space=other)])


def test_empty_parts_have_a_space_as_well() -> None:
    other = Space("b" * 64, 2, "dlib")
    assert Faces.concat([Faces.none(SPACE)]).space == Faces.concat([Faces.none(SPACE), row(1)]).space == SPACE
    with pytest.raises(SpaceMismatch, match="some faces are dlib 2-d, others minifix 2-d"):
        Faces.concat([Faces.none(other), row(1, space=SPACE)])


def test_concat_of_embedded_and_bare_faces_is_refused() -> None:
    with pytest.raises(ValueError, match="embed them all first"):
        Faces.concat([embedded(), row(1, space=SPACE)])


def test_concat_keeps_the_templates_and_the_space() -> None:
    joined = Faces.concat([embedded(2), embedded(1)])
    assert joined.template.tolist() == [[1, 0], [0, 1], [1, 0]] and joined.space == SPACE


def test_two_names_of_one_pack_are_one_space() -> None:
    assert Space("a", 128, "minifix") == Space("a", 128, "copy of minifix")
    assert Space("a", 128) != Space("a", 512) and Space("a", 128) != Space("b", 128)


def test_a_space_without_a_name_shows_its_hash() -> None:
    assert str(Space("0123456789abcdef", 512)) == "01234567 512-d"


def test_two_spaces_are_never_compared_and_the_message_says_what_to_do() -> None:
    assert same_space(SPACE, SPACE) is SPACE
    with pytest.raises(SpaceMismatch, match="the watchlist is minifix 2-d, the footage is dlib 128-d; enroll") as error:
        same_space(SPACE, Space("b", 128, "dlib"))
    assert "enroll the list again with dlib, or use the pack minifix" in str(error.value)


@pytest.mark.parametrize(
    ("t", "shown"),
    [
        (0, "00:00:00"),
        (59.999, "00:00:59"),
        (3600, "01:00:00"),
        (360000, "100:00:00"),
        (-0.04, "00:00:00"),
        (-61, "-00:01:01"),
        (float("nan"), "--:--:--"),
        (float("inf"), "--:--:--"),
    ],
)
def test_the_clock(t: float, shown: str) -> None:
    assert clock(t) == shown


def test_faces_in_one_line() -> None:
    faces = replace(embedded(), t=np.array([3.0, 5, 9.9]))
    assert repr(faces) == "Faces(3, minifix 2-d, 00:00:03-00:00:09)"
    assert repr(row(1, t=3)) == "Faces(1, 00:00:03)"


def test_a_damaged_frame_says_so() -> None:
    frame = Frame(np.zeros((270, 480, 3), np.uint8), t=61.5, index=7, corrupt=True)
    assert repr(frame) == "Frame(7, 480x270, 00:01:01, corrupt)"
