"""What every model pack must do, whatever is inside it."""

import json
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.conftest import MINIFIX
from workbench.faces import Faces
from workbench.geometry import iou
from workbench.models.pack import Pack

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
PACKS = ("dlib", "minifix")


def opened(name: str) -> Pack:
    from workbench.models.packs import load_pack

    if name != "dlib" and not MINIFIX.is_dir():
        pytest.skip("the minifix pack is not beside this checkout (shared/data/models/minifix)")
    return load_pack(name if name == "dlib" else MINIFIX)


@pytest.fixture(scope="module", params=PACKS)
def pack(request: pytest.FixtureRequest) -> Iterator[Pack]:
    yield opened(request.param)


@cache
def portrait() -> U8:
    """Eileen Collins, 512 x 512, one face of about 90 px."""
    from skimage.data import astronaut

    image: U8 = astronaut()
    image.setflags(write=False)  # nobody may write into a picture: every test here would notice
    return image


@cache
def group() -> U8:
    """Six actors, 1280 x 886, the picture that InsightFace brings along."""
    from insightface.data import get_image

    image = np.ascontiguousarray(get_image("t1")[..., ::-1])
    image.setflags(write=False)
    return image


@pytest.fixture(scope="module")
def one(pack: Pack) -> Faces:
    return pack.detect(portrait())


@pytest.fixture(scope="module")
def six(pack: Pack) -> Faces:
    return pack.detect(group())


@pytest.fixture(scope="module")
def herself(pack: Pack, one: Faces) -> F32:
    """The template of the portrait's one face, (D,)."""
    found: F32 = pack.embed(pack.chips(portrait(), one))[0]
    return found


def templates(pack: Pack, image: U8) -> F32:
    return pack.embed(pack.chips(image, pack.detect(image)))


def test_it_is_a_pack_and_says_what_it_is(pack: Pack) -> None:
    assert isinstance(pack, Pack)
    card = pack.card
    assert card.name and card.origin and card.licence
    assert 16 <= card.smallest_face <= 100
    assert card.files and all(len(sha) == 64 and int(sha, 16) for sha in card.files.values())
    assert json.loads(json.dumps(card.to_dict()))["name"] == card.name
    assert pack.providers[0] == "CPUExecutionProvider"


def test_shapes_and_types(pack: Pack, six: Faces) -> None:
    assert len(six) == 6
    assert six.box.dtype == six.points.dtype == six.detection.dtype == np.float32
    assert np.isfinite(six.box).all() and np.isfinite(six.points).all() and six.template is None
    assert np.isfinite(six.detection).all()
    chips = pack.chips(group(), six)
    assert chips.dtype == np.uint8 and chips.shape == (6, chips.shape[1], chips.shape[1], 3)
    found = pack.embed(chips)
    assert found.dtype == np.float32 and found.shape == (6, pack.space.dim)


@pytest.mark.parametrize("shape", [(480, 640), (8, 8), (1, 1), (16, 4000), (4000, 16), (1, 300)])
def test_a_picture_without_a_face_gives_none(pack: Pack, shape: tuple[int, int]) -> None:
    for value in (0, 200):
        image = np.full((*shape, 3), value, np.uint8)
        faces = pack.detect(image)
        assert len(faces) == 0 and faces.points.shape == (0, 5, 2)
    chips = pack.chips(image, faces)
    assert chips.shape[0] == 0 and chips.shape[1] == chips.shape[2] > 0 and chips.shape[3] == 3
    assert pack.embed(chips).shape == (0, pack.space.dim)
    assert pack.eyes_and_nose(faces.points).shape == (0, 3, 2)


def test_boxes_are_the_right_way_round_and_lie_on_the_picture(six: Faces) -> None:
    high, wide = group().shape[:2]
    assert (six.box[:, 2:] > six.box[:, :2]).all()
    middle = (six.box[:, :2] + six.box[:, 2:]) / 2
    assert (middle > 0).all() and (middle < [wide, high]).all()
    assert (np.abs(six.points.mean(axis=1) - middle) < six.width[:, None]).all()
    apart = iou(six.box, six.box)
    assert (apart[~np.eye(6, dtype=bool)] < 0.1).all()


def test_templates_are_unit_vectors(pack: Pack, six: Faces) -> None:
    assert np.linalg.norm(pack.embed(pack.chips(group(), six)), axis=1) == pytest.approx(1, abs=1e-5)


def test_a_chip_has_the_same_template_in_any_batch(pack: Pack, six: Faces) -> None:
    chips = pack.chips(group(), six)
    many = np.concatenate([chips] * 7)  # 42: more than one batch, and a rest
    alone = np.concatenate([pack.embed(chip[None]) for chip in chips])
    assert np.abs(pack.embed(many) - np.concatenate([alone] * 7)).max() <= 1e-5


def test_chips_do_not_depend_on_who_else_is_there(pack: Pack, six: Faces) -> None:
    together = pack.chips(group(), six)
    alone = np.concatenate([pack.chips(group(), six[i]) for i in range(6)])
    assert (together == alone).all()
    assert (pack.chips(group(), six[::-1]) == together[::-1]).all()


def test_the_order_is_stable(pack: Pack, six: Faces) -> None:
    again = pack.detect(group())
    assert (again.box == six.box).all() and (again.points == six.points).all()


def test_two_copies_live_in_one_space(pack: Pack) -> None:
    again = opened(pack.card.name)
    assert again.space == pack.space and again.space.dim == pack.space.dim
    assert again.space.pack == pack.card.name


def test_a_person_is_like_herself_and_unlike_the_others(pack: Pack, six: Faces, herself: F32) -> None:
    everyone = np.concatenate([herself[None], pack.embed(pack.chips(group(), six))])
    brighter = np.clip(portrait() * 1.2 + 10, 0, 255).astype(np.uint8)
    scores = templates(pack, brighter)[0] @ everyone.T
    assert scores.argmax() == 0 and scores[0] > 0.9
    assert scores[0] - scores[1:].max() > 0.05


def test_red_and_blue_are_not_interchangeable(pack: Pack, six: Faces) -> None:
    chips = pack.chips(group(), six)
    swapped = np.ascontiguousarray(chips[..., ::-1])
    likeness = (pack.embed(chips) * pack.embed(swapped)).sum(axis=1)
    assert (likeness < 0.9999).all()


def test_chips_keep_the_order_of_the_colours(pack: Pack, six: Faces) -> None:
    red = group().copy()
    red[..., 1:] = 0
    chips = pack.chips(red, six)
    assert chips[..., 0].mean() > 20 and chips[..., 1:].max() == 0


def test_a_grey_picture_is_searched_like_a_colour_one(pack: Pack, one: Faces, herself: F32) -> None:
    grey = np.repeat(portrait().mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    assert iou(pack.detect(grey).box, one.box).max() > 0.7
    assert float(templates(pack, grey)[0] @ herself) > 0.6


def test_a_mirrored_picture_gives_mirrored_faces(pack: Pack, one: Faces, herself: F32) -> None:
    wide = portrait().shape[1]
    mirrored = pack.detect(np.ascontiguousarray(portrait()[:, ::-1]))
    expected = one.box[:, [2, 1, 0, 3]] * [-1, 1, -1, 1] + [wide, 0, wide, 0]
    assert len(mirrored) == len(one) and iou(mirrored.box, expected).max() > 0.7
    assert float(templates(pack, portrait()[:, ::-1])[0] @ herself) > 0.6


@pytest.mark.parametrize("turn", ["as it is", "mirrored"])
def test_eyes_and_nose_are_named_as_the_picture_shows_them(pack: Pack, turn: str) -> None:
    image = np.ascontiguousarray(portrait()[:, ::-1]) if turn == "mirrored" else portrait()
    faces = pack.detect(image)
    named = pack.eyes_and_nose(faces.points)
    assert named.shape == (len(faces), 3, 2)
    (left, right, nose), box = named[0], faces.box[0]
    assert box[0] < left[0] < nose[0] < right[0] < box[2]
    assert max(left[1], right[1]) < nose[1] < box[3]
    assert np.abs(left - right).max() > faces.width[0] / 4


def test_views_that_are_not_contiguous_mean_the_same(pack: Pack) -> None:
    large = np.repeat(np.repeat(portrait(), 2, axis=0), 2, axis=1)
    for view in (large[::2, ::2], portrait()[:, ::-1]):
        straight = np.ascontiguousarray(view)
        faces = pack.detect(view)
        assert (faces.box == pack.detect(straight).box).all() and len(faces) == 1
        chips = pack.chips(view, faces)
        assert (chips == pack.chips(straight, faces)).all()
        assert np.allclose(pack.embed(chips[..., ::-1]), pack.embed(np.ascontiguousarray(chips[..., ::-1])), atol=1e-5)


def test_a_face_in_a_very_long_picture_is_still_a_face(pack: Pack, herself: F32) -> None:
    strip = np.zeros((256, 1900, 3), np.uint8)
    strip[:, 1300:1812] = portrait()[:256]
    faces = pack.detect(strip)
    assert len(faces) == 1 and 1300 < faces.box[0, 0] < 1812
    assert float(pack.embed(pack.chips(strip, faces))[0] @ herself) > 0.8


def test_a_face_cut_by_the_edge_still_gives_a_chip(pack: Pack, one: Faces) -> None:
    cut = np.ascontiguousarray(portrait()[int(one.box[0, 1] + 0.3 * one.width[0]) :])
    moved = Faces.of(one.box, one.points - [0, portrait().shape[0] - cut.shape[0]], one.detection)
    assert np.isfinite(pack.embed(pack.chips(cut, moved))).all()
