"""The InsightFace pack finds what FaceAnalysis finds, sooner, and never opens a model that guesses age or gender."""

import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.conftest import MINIFIX, here
from workbench.errors import PackError
from workbench.geometry import iou
from workbench.models.insightface import InsightFacePack
from workbench.models.manifest import Normalisation
from workbench.models.measuring import CANDIDATES, Measurement, measure, separation
from workbench.models.scrfd import candidates

U8 = NDArray[np.uint8]


def pictures() -> list[U8]:
    from insightface.data import get_image
    from skimage.data import astronaut

    return [astronaut(), np.ascontiguousarray(get_image("t1")[..., ::-1])]


@pytest.fixture(scope="module")
def pack() -> InsightFacePack:
    return InsightFacePack.load(MINIFIX)


@pytest.fixture(scope="module")
def reference() -> Any:
    """FaceAnalysis itself, at one detection size as it was until its version 1."""
    from insightface.app import FaceAnalysis

    analysis = FaceAnalysis(str(MINIFIX), providers=["CPUExecutionProvider"])
    analysis.prepare(-1, det_size=(640, 640))
    return analysis


@here
@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.filterwarnings("ignore:.*`estimate` is deprecated.*:FutureWarning")  # scikit-image's, inside norm_crop
def test_boxes_points_and_templates_agree_with_face_analysis(pack: InsightFacePack, reference: Any, which: int) -> None:
    image = pictures()[which]
    theirs = reference.get(np.ascontiguousarray(image[..., ::-1]))
    ours = pack.detect(image)
    assert len(ours) == len(theirs) == (1, 6)[which]
    overlap = iou(ours.box, np.array([face.bbox for face in theirs]))
    same = overlap.argmax(axis=1)
    assert sorted(same) == list(range(len(theirs))) and overlap.max(axis=1).min() > 0.98
    points = np.array([face.kps for face in theirs])[same]
    assert np.abs(ours.points - points).max() < 1.5
    cosine = (pack.embed(pack.chips(image, ours)) * np.array([f.normed_embedding for f in theirs])[same]).sum(axis=1)
    assert cosine.min() > 0.99


@here
@pytest.mark.parametrize("longer", [320, 640, 960])
def test_the_sure_cells_are_read_as_scrfd_reads_them_bit_by_bit(pack: InsightFacePack, longer: int) -> None:
    for image in pictures():
        canvas, _ = pack._letterbox(image, longer)
        theirs = pack._detector.forward(np.ascontiguousarray(canvas[..., ::-1]), 0.3)
        scores, boxes, points = (np.concatenate(part) for part in theirs)
        ours = candidates(pack._detector, canvas, 0.3)
        assert len(ours[0]) > 0
        assert [part.tobytes() for part in ours] == [scores[:, 0].tobytes(), boxes.tobytes(), points.tobytes()]


@here
def test_nothing_sure_gives_no_candidates(pack: InsightFacePack) -> None:
    scores, boxes, points = candidates(pack._detector, np.zeros((64, 96, 3), np.uint8), 0.5)
    assert scores.shape == (0,) and boxes.shape == (0, 4) and points.shape == (0, 5, 2)


@here
def test_a_wide_frame_is_not_padded_to_a_square(pack: InsightFacePack) -> None:
    assert pack._canvas(1080, 1920, 640) == (640, 384)
    assert pack._canvas(1920, 1080, 640) == (384, 640)
    assert pack._canvas(512, 512, 640) == (640, 640)
    assert pack._canvas(8, 4000, 640) == (640, 32)


@here
def test_a_closer_look_is_as_large_as_the_smallest_face_needs_and_never_without_bound(pack: InsightFacePack) -> None:
    assert pack.finds(1080, 1920) == 48 and pack.finds(1080, 1920, smallest=32) == 32
    assert pack._longer(1920, None) == 640
    assert pack._longer(1920, 32) == 960
    assert pack._longer(1920, 4) == 1920
    assert pack._longer(480, 32) == 640


@here
def test_a_closer_look_finds_faces_that_the_usual_one_misses(pack: InsightFacePack) -> None:
    six = pictures()[1]
    small = cv2.resize(six, None, fx=0.35, fy=0.35, interpolation=cv2.INTER_AREA)
    scene = np.full((1080, 1920, 3), 128, np.uint8)
    scene[400 : 400 + small.shape[0], 700 : 700 + small.shape[1]] = small
    usual, closer = pack.detect(scene), pack.detect(scene, smallest=12)
    assert len(closer) == 6 > len(usual)
    assert (closer.box[:, 0] > 700).all()


@here
def test_the_detection_size_is_rounded_up_to_the_grid() -> None:
    small = InsightFacePack.load(MINIFIX, detect_size=300)
    assert small.detect_size == 320
    assert len(small.detect(pictures()[1])) == 6


@here
def test_chips_are_those_of_norm_crop(pack: InsightFacePack) -> None:
    import warnings

    from insightface.utils.face_align import norm_crop

    image = pictures()[1]
    faces = pack.detect(image)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        theirs = np.stack([norm_crop(image, points) for points in faces.points])
    assert np.abs(pack.chips(image, faces).astype(int) - theirs).mean() < 0.1


@here
def test_points_that_coincide_give_a_black_chip(pack: InsightFacePack) -> None:
    from dataclasses import replace

    faces = pack.detect(pictures()[0])
    broken = replace(faces, points=np.full_like(faces.points, 100))
    assert not pack.chips(pictures()[0], broken).any()


@here
def test_the_card_knows_the_files(pack: InsightFacePack) -> None:
    assert pack.card.name == "minifix" and pack.card.smallest_face == 32
    assert "non-commercial research only" in pack.card.licence and "Apache-2.0" in pack.card.licence
    assert pack.card.start is not None and 0.4 <= pack.card.start.score <= 0.45 and "ORL" in pack.card.start.measured_on
    assert pack.normalisation == Normalisation(0, 1)
    assert repr(pack) == "InsightFacePack(minifix 128-d, CPUExecutionProvider)"


@here
def test_another_normalisation_is_another_space(pack: InsightFacePack) -> None:
    other = pack.with_normalisation(Normalisation(127.5, 127.5))
    assert other.space != pack.space and other.with_normalisation(Normalisation(0, 1)).space == pack.space
    assert pack.normalisation == Normalisation(0, 1)


@here
def test_measuring_finds_that_minifix_is_fed_rightly(pack: InsightFacePack) -> None:
    found = measure(pack)
    assert found.people == 7 and found.best == pack.normalisation
    assert len(found.notes) == 1 and "7 built-in people" in found.notes[0]


@here
def test_measuring_warns_of_a_wrong_guess(pack: InsightFacePack) -> None:
    found = measure(pack.with_normalisation(Normalisation(127.5, 127.5)))
    assert found.best == Normalisation(0, 1)
    assert found.notes[-1].startswith("WARNING: mean 0, std 1 separates clearly better than mean 127.5, std 127.5")


def test_a_difference_within_noise_is_no_reason_to_warn() -> None:
    near = Measurement(7, CANDIDATES[0], {CANDIDATES[0]: 5.0, CANDIDATES[1]: 5.4, CANDIDATES[2]: float("nan")})
    assert near.best == CANDIDATES[0] and not near.notes[-1].startswith("WARNING")


def test_without_faces_nothing_is_claimed() -> None:
    none = Measurement(0, CANDIDATES[0], dict.fromkeys(CANDIDATES, float("nan")))
    assert none.best == CANDIDATES[0] and "could not be checked" in none.notes[0]


def test_separation_of_nothing_is_undefined() -> None:
    assert np.isnan(separation(np.array([]), np.array([0.1])))


@here
def test_half_a_pack_is_refused_with_what_was_found(tmp_path: Path) -> None:
    shutil.copy(MINIFIX / "det_500m.onnx", tmp_path)
    with pytest.raises(PackError, match=r"it needs .* has det_500m\.onnx \(detection\)"):
        InsightFacePack.load(tmp_path)
