"""dlib itself, for comparison, and its way to cut a face out of a picture, written down from its sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from workbench.models.dlib import CHIP_PADDING, CHIP_POINTS, SIDE
from workbench.models.dlib_weights import DETECTOR, LANDMARKS, RECOGNISER, source_folder

F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]


class Oracle:
    """dlib-bin's detector, landmarks, chips and templates as arrays in our conventions."""

    def __init__(self) -> None:
        self.dlib: Any = pytest.importorskip("dlib", reason="dlib-bin, the oracle of these tests, is not installed")
        folder: Path = source_folder()
        self._detector = self.dlib.cnn_face_detection_model_v1(str(folder / DETECTOR))
        self._predictor = self.dlib.shape_predictor(str(folder / LANDMARKS))
        self._recogniser = self.dlib.face_recognition_model_v1(str(folder / RECOGNISER))

    def detect(self, image: U8) -> tuple[F64, F64]:
        """Boxes (N, 4), right and bottom exclusive, and confidences (N,)."""
        found = self._detector(image)
        rows = [(f.rect.left(), f.rect.top(), f.rect.right() + 1, f.rect.bottom() + 1) for f in found]
        return np.array(rows, float).reshape(-1, 4), np.array([f.confidence for f in found], float)

    def landmarks(self, image: U8, box: F64) -> F64:
        """Five points, (5, 2), of one box in whole pixels."""
        shape = self._predictor(image, self._rectangle(box))
        return np.array([(part.x, part.y) for part in shape.parts()], float)

    def chip(self, image: U8, box: F64, points: F64) -> U8:
        """The 150 x 150 chip of five points in whole pixels."""
        parts = [self.dlib.point(int(x), int(y)) for x, y in points]
        shape = self.dlib.full_object_detection(self._rectangle(box), parts)
        found: U8 = self.dlib.get_face_chip(image, shape, SIDE, CHIP_PADDING)
        return found

    def embed(self, chip: U8) -> F64:
        """The template, (128,), not of unit length."""
        return np.array(self._recogniser.compute_face_descriptor(chip), float)

    def _rectangle(self, box: F64) -> Any:
        left, top, right, bottom = (int(value) for value in box)
        return self.dlib.rectangle(left, top, right - 1, bottom - 1)


def exact_chip(image: U8, points: F64) -> U8:
    """The chip to the last bit, for faces that need no halving: bilinear, truncated, black where a neighbour is missing."""
    here = (CHIP_POINTS + CHIP_PADDING) / (1 + 2 * CHIP_PADDING) * SIDE @ [1, 1j]
    there = points @ [1, 1j]
    scale = np.vdot(here - here.mean(), there - there.mean()) / (np.abs(here - here.mean()) ** 2).sum()
    centre = scale * (SIDE / 2 * (1 + 1j) - here.mean()) + there.mean()
    turn = scale / abs(scale) * (SIDE * abs(scale) - 1) / (SIDE - 1)
    across, down = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    place = centre + turn * (across + 1j * down - (SIDE - 1) / 2 * (1 + 1j))
    return _bilinear(image, place.real, place.imag)


def _bilinear(image: U8, x: F64, y: F64) -> U8:
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    inside = (left >= 0) & (top >= 0) & (left + 1 < image.shape[1]) & (top + 1 < image.shape[0])
    beside, below = (x - left)[..., None], (y - top)[..., None]
    left, top = np.where(inside, left, 0), np.where(inside, top, 0)
    upper = (1 - beside) * image[top, left] + beside * image[top, left + 1]
    lower = (1 - beside) * image[top + 1, left] + beside * image[top + 1, left + 1]
    return (((1 - below) * upper + below * lower) * inside[..., None]).astype(np.uint8)


def pictures() -> list[U8]:
    """Small real pictures of many shapes, from those that come with scikit-image and InsightFace."""
    from insightface.data import get_image
    from skimage.data import astronaut

    group = np.ascontiguousarray(get_image("t1")[..., ::-1])
    portrait = np.ascontiguousarray(astronaut()[20:260, 100:340])
    return [
        portrait,
        cv2.resize(portrait, (331, 287)),
        np.ascontiguousarray(portrait[:, ::-1][:, :201]),
        np.clip(portrait * 0.4, 0, 255).astype(np.uint8),
        np.ascontiguousarray(group[40:400, 520:860]),
        np.ascontiguousarray(group[300:620, 130:460]),
        cv2.resize(group, (400, 277), interpolation=cv2.INTER_AREA),
        np.random.default_rng(7).integers(0, 256, (90, 240, 3), dtype=np.uint8),
    ]
