"""The dlib pack gives what dlib gives, and finds and tells apart what dlib cannot at that speed."""

from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.dlib_oracle import Oracle, exact_chip, pictures
from workbench.faces import Faces
from workbench.models.dlib import CARD, SIDE, DlibPack
from workbench.models.dlib_landmarks import landmarks
from workbench.models.dlib_tile import QUICK, Tile, levels
from workbench.models.dlib_weights import load_weights
from workbench.models.session import open_session

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
FOOTAGE = Path(__file__).parents[2] / "shared" / "data" / "footage"
ACTORS = FOOTAGE.parent / "watchlist"
needs_footage = pytest.mark.skipif(not FOOTAGE.is_dir(), reason="no real footage beside this checkout (shared/data)")


@pytest.fixture(scope="module")
def pack() -> DlibPack:
    return DlibPack.load(threads=1)


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    return Oracle()


@pytest.fixture(scope="module")
def portrait() -> U8:
    from skimage.data import astronaut

    image: U8 = astronaut()
    return image


@pytest.mark.parametrize("number", range(len(pictures())))
def test_boxes_landmarks_and_templates_are_dlibs(pack: DlibPack, oracle: Oracle, number: int) -> None:
    image = pictures()[number]
    box, confidence = oracle.detect(image)
    ours = pack.detect_full(image)
    assert ours.box.tolist() == box.tolist()
    assert ours.detection == pytest.approx(confidence, abs=1e-4)
    for face, rectangle in enumerate(box):
        points = oracle.landmarks(image, rectangle)
        assert (np.floor(ours.points[face] + 0.5) == points).mean() >= 0.9
        chip = oracle.chip(image, rectangle, points)
        theirs = oracle.embed(chip)
        assert np.linalg.norm(pack.embed(chip[None])[0] - theirs / np.linalg.norm(theirs)) < 1e-4


def test_landmarks_are_dlibs_up_to_rare_rounding(oracle: Oracle, portrait: U8) -> None:
    rng = np.random.default_rng(7)
    box = np.array([166.0, 74.0, 262.0, 170.0]) + rng.integers(-15, 16, (200, 4))
    ours = np.floor(landmarks(load_weights().landmarks, portrait, box.astype(np.float32)) + 0.5)
    theirs = np.array([oracle.landmarks(portrait, one) for one in box])
    assert (ours == theirs).mean() > 0.999


@pytest.mark.parametrize("shift", [(0, 0), (-190, 0), (0, 90), (-260, -120)])
def test_landmarks_at_the_edge_are_dlibs(oracle: Oracle, portrait: U8, shift: tuple[int, int]) -> None:
    box = np.array([[166.0, 74.0, 262.0, 170.0]]) + np.array([*shift, *shift])
    ours = np.floor(landmarks(load_weights().landmarks, portrait, box.astype(np.float32)) + 0.5)
    assert np.abs(ours[0] - oracle.landmarks(portrait, box[0])).max() <= 1


def test_chips_mean_what_dlibs_chips_mean(pack: DlibPack, oracle: Oracle, portrait: U8) -> None:
    for size, halved in ((300, False), (512, False), (1500, True), (2300, True)):
        image = cv2.resize(portrait, (size, size), interpolation=cv2.INTER_AREA)
        faces = pack.detect(image)
        whole = replace(faces, points=np.floor(faces.points + 0.5))
        exact = oracle.chip(image, faces.box[0].astype(float), whole.points[0].astype(float))
        ours, theirs = pack.embed(np.stack([pack.chips(image, whole)[0], exact]))
        assert np.linalg.norm(ours - theirs) < (0.05 if halved else 0.03)
        if not halved:
            assert (exact_chip(image, whole.points[0].astype(float)) == exact).all()


def test_a_chip_does_not_depend_on_the_pictures_size(pack: DlibPack, portrait: U8) -> None:
    template = [_first(pack, cv2.resize(portrait, (size, size))) for size in (512, 1024, 2100)]
    assert (np.array(template) @ template[0] > 0.98).all()


def test_a_face_at_the_edge_gives_a_chip_with_black(pack: DlibPack, portrait: U8) -> None:
    faces = pack.detect(portrait)
    moved = Faces.of(faces.box, faces.points - [200, 60], faces.detection)
    chip = pack.chips(np.ascontiguousarray(portrait[60:, 200:]), moved)[0]
    assert chip[:, 0].max() == 0 and chip[75, 75].max() > 0


def test_small_pictures_are_enlarged_and_dlib_itself_finds_nothing_there(pack: DlibPack, portrait: U8) -> None:
    small = cv2.resize(portrait[:300], (213, 125), interpolation=cv2.INTER_AREA)  # a face of about 40 px
    assert len(pack.detect_full(small)) == 0
    faces = pack.detect(small)
    assert len(faces) == 1 and 30 < faces.width[0] < 50
    assert float(_first(pack, small) @ _first(pack, portrait)) > 0.95


def test_the_smallest_face_is_the_users_choice(portrait: U8) -> None:
    scene = np.zeros((720, 1280, 3), np.uint8)
    scene[100:356, 200:456] = cv2.resize(portrait, (256, 256), interpolation=cv2.INTER_AREA)  # about 45 px
    pack = DlibPack.load(threads=1, smallest=40)
    assert len(DlibPack.load(threads=1).detect(scene)) == 0
    assert len(pack.detect(scene)) == 1
    assert len(pack.detect(scene, smallest=90)) == 0


def test_a_box_does_not_jump_with_the_windows(pack: DlibPack, portrait: U8) -> None:
    moved = [pack.detect(np.roll(portrait, by, axis=1)).box[0] - [by, 0, by, 0] for by in range(0, 16, 3)]
    assert np.std(moved, axis=0).max() < 0.025 * 96


def test_points_follow_the_picture(pack: DlibPack, portrait: U8) -> None:
    plain = pack.detect(portrait)
    larger = pack.detect(cv2.resize(portrait, (900, 900)))
    assert np.abs(larger.points * 512 / 900 - plain.points).max() < 3
    assert np.abs(larger.box * 512 / 900 - plain.box).max() < 8


@pytest.mark.parametrize("size", [(720, 1280), (480, 640), (112, 92), (300, 900), (900, 300), (40, 40), (41, 2000)])
@pytest.mark.parametrize("steps", [4, 6])
def test_no_two_copies_that_could_hold_a_face_overlap_in_the_tile(size: tuple[int, int], steps: int) -> None:
    (height, width), placed = levels(*size, steps)
    taken = np.zeros((height, width), int)
    for level in placed:
        assert level.top >= 11 and level.left >= 11
        assert level.top + level.height <= height - 11 and level.left + level.width <= width - 11
        holds = min(level.height, level.width) >= 40
        taken[level.top : level.top + level.height, level.left : level.left + level.width] += holds
    assert taken.max() == 1


def test_the_tile_holds_the_picture_and_where_it_does_not_the_average(portrait: U8) -> None:
    tile = Tile.of(portrait, QUICK)
    whole = tile.rows(0, tile.height)
    assert whole.shape == (1, tile.height, tile.width, 3)
    assert (whole[0, 11:523, 11:523] == portrait).all() and len(tile.placed) > 10
    assert whole[0, 0, 0] == pytest.approx([122.782, 117.001, 104.298])
    assert all((tile.rows(top, top + 100) == whole[:, top : top + 100]).all() for top in (0, 7, 480, 600))


@pytest.mark.parametrize("most", [1, 200_000, 500_000])
@pytest.mark.parametrize("size", [(720, 300), (333, 512), (90, 700)])
def test_a_look_in_parts_finds_the_same_to_the_bit_with_less_in_memory(
    portrait: U8, size: tuple[int, int], most: int
) -> None:
    network = load_weights().detector
    run = open_session(network, threads=1).run
    looked: list[int] = []

    def scores(band: NDArray[np.float32]) -> NDArray[np.float32]:
        looked.append(band.shape[1] * band.shape[2])
        return np.asarray(run(["scores"], {"tile": band})[0])

    tile = Tile.of(cv2.resize(portrait, size[::-1]), QUICK)
    whole, parts = tile.scores(scores, tile.height * tile.width * 2), tile.scores(scores, most)
    assert whole.shape == parts.shape and np.array_equal(whole, parts)
    assert len(looked) > 2 and max(looked[1:]) <= max(most, 4 * 128 * tile.width)


def test_the_card_says_what_decides() -> None:
    assert "CC0" in CARD.licence and "public domain" in CARD.licence and "Davis King" in CARD.origin
    assert CARD.start is not None and CARD.start.listed == 20 and "ORL" in CARD.start.measured_on
    assert len(CARD.files) == 3 and CARD.smallest_face == 32


def test_the_space_is_the_recognisers(pack: DlibPack) -> None:
    assert pack.space.dim == 128 and pack.space.pack == "dlib" and len(pack.space.sha) == 64
    assert pack.chips(np.zeros((50, 50, 3), np.uint8), Faces.none()).shape == (0, SIDE, SIDE, 3)


@needs_footage
@pytest.mark.parametrize("clip", ["people-detection", "store-aisle-detection", "classroom"])
def test_no_face_is_found_where_none_is_usable(pack: DlibPack, clip: str) -> None:
    assert sum(len(pack.detect(image)) for image in _frames(clip, step=12)) == 0


@needs_footage
def test_two_actors_are_found_and_known_again_in_other_footage(pack: DlibPack) -> None:
    known = {actor.name: _enrolled(pack, actor) for actor in sorted(ACTORS.iterdir())}
    assert CARD.start is not None
    for image in _frames("head-pose-face-detection-female-and-male", step=14):
        faces = pack.detect(image)
        faces = faces[np.argsort(faces.box[:, 0])]
        assert len(faces) == 2
        template = pack.embed(pack.chips(image, faces))
        scores = np.array([(template @ reference.T).max(axis=1) for reference in known.values()]).T
        assert scores.argmax(axis=1).tolist() == [0, 1]
        assert scores.diagonal().min() > CARD.start.score - 0.03


@needs_footage
def test_three_walking_actors_are_found_in_most_frames(pack: DlibPack) -> None:
    faces = Faces.concat([pack.detect(image) for image in _frames("face-demographics-walking-and-pause", step=5)])
    middle = (faces.box[:, 0] + faces.box[:, 2]) / 2
    seen = np.histogram(middle, [0, 180, 310, 480])[0] / 9
    assert seen[0] == 1 and (seen[1:] > 0.5).all()


def _first(pack: DlibPack, image: U8) -> F32:
    template: F32 = pack.embed(pack.chips(image, pack.detect(image)))[0]
    return template


def _enrolled(pack: DlibPack, folder: Path) -> F32:
    return np.array([_first(pack, np.asarray(Image.open(path).convert("RGB"))) for path in sorted(folder.iterdir())])


def _frames(clip: str, step: int) -> list[U8]:
    with av.open(str(FOOTAGE / f"{clip}.mp4")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return frames[::step]
