"""The embedded pack: dlib's detector, landmarks and recogniser on ONNX Runtime, from weights in the public domain."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.faces import Faces, Space
from workbench.models.dlib_detector import boxes
from workbench.models.dlib_landmarks import landmarks
from workbench.models.dlib_tile import EXACT, QUICK, Pyramid, Tile
from workbench.models.dlib_weights import FILES, RECOGNISER, Weights, load_weights
from workbench.models.pack import Card, Part, StartingThreshold, cut_out, unit
from workbench.models.session import open_session

__all__ = ["CARD", "DlibPack"]

F32 = NDArray[np.float32]
C128 = NDArray[np.complex128]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]

SEEN = 70  # px, width from which the detector finds every frontal face (60 % at 60 px, none at 40)
SIDE = 150  # px of a chip
BATCH = 8  # chips a run: 7.1 ms each, against 8.9 one by one; more gain nothing
DIM = 128
PREPROCESSING = "similarity to 150x150 by cv2.warpAffine, halved while over twice too large; 1"
LONG_SIDE = (1280, 1920)  # px to which a picture's long side is brought before detection: at least, at most
HUGE = 3840  # px, its bound where a smallest face was asked for
ENLARGED = 2.0  # at most: a face that needs more is too small to compare anyway
SURE, DOUBTFUL = 0.0, -0.4  # scores from which a find is a face by dlib, and from which it may be one
PIXELS = 4_000_000  # of the detector's tile that are looked at in one go: what memory a look takes
EMPTY = 40  # px of a picture's short side below which no face can be found in it

# Where a chip's five points lie, as shares of a box around the face; 0.25 of it is added on every side.
CHIP_POINTS = np.array(
    [
        [0.8595674595992, 0.2134981538014],
        [0.6460604764104, 0.2289674387677],
        [0.1205750620789, 0.2137274526848],
        [0.3340850613712, 0.2290642403242],
        [0.4901123135679, 0.6277975316475],
    ]
)
CHIP_PADDING = 0.25
HALF = 0.5 + 0.5j  # from a pixel's corner to its middle
WARP = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP

CARD = Card(
    name="dlib",
    origin="Davis King, dlib-models; the files come with the PyPI package face_recognition_models 0.3.0",
    licence="public domain (CC0 1.0): free for any use",
    files=FILES,
    smallest_face=32,
    start=StartingThreshold(
        score=0.936,
        fpir=0.01,
        listed=20,
        measured_on="ORL, 40 people x 10 portraits: 20 enrolled with one portrait, the other 20 as strangers; 500 random "
        "splits (FPIR of one split 0 to 0.05, TPIR 0.985)",
        stranger=0.855,
    ),
    notes=(
        "Its cosines lie close together: two strangers score 0.855 on average, so compare them with no other pack's.",
        "ORL portraits made smaller, at that threshold: TPIR 0.99 at 60 px face width, 0.98 at 40, 0.95 at 32, 0.92 at 28, "
        "0.87 at 24; strangers do not score higher.",
        "The detector finds faces from 70 px, which is 35 px in pictures up to 640 px wide (they are enlarged twice).",
    ),
)


class DlibPack:
    """Finds faces from 35 px in pictures up to 640 px wide, from 70 px in 720p and 1080p; templates of 128 numbers."""

    def __init__(
        self,
        weights: Weights,
        *,
        providers: Sequence[str] | None = None,
        threads: int | None = None,
        smallest: int | None = None,
    ) -> None:
        self._detector = open_session(weights.detector, providers=providers, threads=threads)
        self._recogniser = open_session(weights.recogniser, providers=providers, threads=threads)
        self._forest = weights.landmarks
        self._smallest = smallest
        sha = hashlib.sha256(f"{FILES[RECOGNISER]} {PREPROCESSING}".encode()).hexdigest()
        self._space = Space(sha, DIM, CARD.name)

    @classmethod
    def load(
        cls,
        *,
        providers: Sequence[str] | None = None,
        threads: int | None = None,
        cache: Path | None = None,
        smallest: int | None = None,
    ) -> DlibPack:
        """The pack, ready to run; the first time it converts the weights, which takes some seconds.

        providers, threads : see `open_session`
        cache : folder for the converted weights, instead of SECOND_LOOK_CACHE or the user's cache
        smallest : what `detect` looks for unless it is told
        """
        return cls(load_weights(cache), providers=providers, threads=threads, smallest=smallest)

    @property
    def card(self) -> Card:
        """What the pack says of itself."""
        return CARD

    @property
    def space(self) -> Space:
        """Where its templates may be compared."""
        return self._space

    @property
    def providers(self) -> tuple[str, ...]:
        """The ONNX Runtime providers that really run, first choice first."""
        return tuple(self._recogniser.get_providers())

    @property
    def sure(self) -> float:
        """`Faces.detection` from which a find is listed unless the doubtful ones are asked for."""
        return SURE

    @property
    def mirrored(self) -> tuple[int, ...]:
        """The corners of one eye change places with those of the other in a mirror."""
        return (2, 3, 0, 1, 4)

    def detect(
        self, image: U8, *, smallest: int | None = None, doubtful: bool = False, part: Part | None = None
    ) -> Faces:
        """All faces of one picture, surest first; the detector sees from 70 px, so a small picture is enlarged.

        smallest : px, width of the smallest face to look for; the cost grows with its inverse square, up to a long side of
            3840 px. None brings the long side to 1280..1920 px, enlarging at most twice
        doubtful : with those of a score from -0.4 on
        part : x1, y1, x2, y2 in whole px, which alone is looked at, enlarged like the whole
        """
        height, width = image.shape[:2]
        scale = _scale(height, width, smallest or self._smallest)
        cut, corner = cut_out(image, part)
        if min(cut.shape[:2]) * scale < EMPTY:
            return Faces.none()
        found = self._faces(_resized(cut, scale), QUICK, scale, DOUBTFUL if doubtful else SURE)
        return replace(found, box=found.box + np.tile(corner, 2), points=found.points + corner)

    def finds(self, height: int, width: int, *, smallest: int | None = None) -> float:
        """Width in px from which faces are found in a picture of this size."""
        return SEEN / _scale(height, width, smallest or self._smallest)

    def detect_full(self, image: U8) -> Faces:
        """All faces as dlib itself finds them: no scaling, its own pyramid, the same boxes to the pixel; slow."""
        if min(image.shape[:2]) < EMPTY:
            return Faces.none()
        return self._faces(image, EXACT, 1.0, SURE)

    def _faces(self, image: U8, pyramid: Pyramid, scale: float, least: float) -> Faces:
        tile = Tile.of(image, pyramid)
        scores = tile.scores(lambda band: self._detector.run(["scores"], {"tile": band})[0], PIXELS)
        box, score = boxes(scores, tile.placed, pyramid, least)
        points = landmarks(self._forest, image, box)
        return Faces.of(box / scale, (points + 0.5) / scale - 0.5, score)

    def chips(self, image: U8, faces: Faces) -> U8:
        """The aligned face crops that `embed` takes, (N, 150, 150, 3) uint8 RGB; black where the picture ends."""
        chips = np.zeros((len(faces), SIDE, SIDE, 3), np.uint8)
        copies = [image]
        turn, shift = _placement(faces.points)
        for face, times in enumerate(_halvings(turn)):
            while len(copies) <= times:
                copies.append(_halved(copies[-1]))
            matrix = _matrix(turn[face] / 2**times, (shift[face] + HALF) / 2**times - HALF)
            chips[face] = cv2.warpAffine(copies[times], matrix, (SIDE, SIDE), flags=WARP)
        return chips

    def embed(self, chips: U8) -> F32:
        """Templates of N chips, (N, 128) float32 unit vectors."""
        parts = [np.ascontiguousarray(chips[start : start + BATCH]) for start in range(0, len(chips), BATCH)]
        rows = [self._recogniser.run(["templates"], {"chips": part})[0] for part in parts]
        return unit(np.concatenate(rows)) if rows else np.zeros((0, DIM), np.float32)

    def eyes_and_nose(self, points: F32) -> F32:
        """Eye on the picture's left and eye on its right, each the middle of its corners, and the base of the nose, (N, 3, 2) px."""
        left, right = points[:, 2:4].mean(axis=1), points[:, 0:2].mean(axis=1)
        return np.stack([left, right, points[:, 4]], axis=1).astype(np.float32)


def _scale(height: int, width: int, smallest: int | None) -> float:
    """By how much to enlarge a picture before detection.

    >>> _scale(270, 480, None), _scale(1080, 1920, None), _scale(1080, 1920, 140)
    (2.0, 1.0, 0.5)
    """
    longest = max(height, width, 1)
    if smallest is not None:
        return min(SEEN / smallest, HUGE / longest)
    return min(max(1.0, LONG_SIDE[0] / longest), LONG_SIDE[1] / longest, ENLARGED)


def _resized(image: U8, scale: float) -> U8:
    if scale == 1:
        return image
    method = cv2.INTER_LINEAR if scale > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=method), np.uint8)


def _placement(points: F32) -> tuple[C128, C128]:
    """Of each face, `turn` and `shift` (N,): the chip's pixel p, as x + iy, is the picture's turn * p + shift.

    It is the similarity of the chip's points to the face's, least squares, except that dlib makes a rectangle of SIDE * scale
    pixels of it and then puts the chip's corner pixels on the rectangle's: SIDE * scale - 1 pixels over SIDE - 1.
    """
    here = (CHIP_POINTS + CHIP_PADDING) / (1 + 2 * CHIP_PADDING) * SIDE @ [1, 1j]
    there = points.astype(np.float64) @ [1, 1j]
    middle = there.mean(axis=1)
    centred = here - here.mean()
    turn = (there - middle[:, None]) @ centred.conj() / (np.abs(centred) ** 2).sum()
    centre = turn * (SIDE * HALF - here.mean()) + middle
    turn = turn * (SIDE - 1 / np.abs(turn)) / (SIDE - 1)
    return turn, centre - turn * (SIDE - 1) * HALF


def _halvings(turn: C128) -> list[int]:
    """How often to halve the picture for each face, so that a chip's pixel is at most two of the picture's."""
    return np.floor(np.log2(np.maximum(np.abs(turn), 1))).astype(int).tolist()


def _halved(image: U8) -> U8:
    height, width = image.shape[0] // 2, image.shape[1] // 2
    return np.asarray(
        cv2.resize(image[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA), np.uint8
    )


def _matrix(turn: complex, shift: complex) -> F64:
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])
