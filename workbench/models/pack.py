"""What every model pack offers: `detect`, `chips`, `embed`, and what people must know before they trust it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from workbench.faces import Faces, Space

__all__ = ["Card", "Pack", "Part", "StartingThreshold", "cut_out", "unit"]

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
Part = tuple[int, int, int, int]


@dataclass(frozen=True)
class StartingThreshold:
    """A place for the slider to start, with where it was measured. Never an operating point.

    score : cosine at which `fpir` was measured
    fpir : 0..1, share of strangers whose best candidate reached it
    listed : number of subjects on the list it was measured with
    measured_on : the data, in words
    stranger : mean cosine between two strangers there, or None where it was not measured
    """

    score: float
    fpir: float
    listed: int
    measured_on: str
    stranger: float | None = None


@dataclass(frozen=True)
class Card:
    """What a pack says of itself; `workbench models show` prints it.

    name : short name, as `--pack` takes it
    origin : who made the weights and where they come from
    licence : the licence of the weights, in words that decide whether one may use them
    files : file name -> SHA-256 of each weight file
    smallest_face : px, width below which a face is tracked but never compared
    start : where a slider starts, or None where nobody measured it
    notes : what was measured or assumed on this machine, one sentence each
    """

    name: str
    origin: str
    licence: str
    files: Mapping[str, str]
    smallest_face: int
    start: StartingThreshold | None = None
    notes: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """The card as plain JSON values."""
        start = None if self.start is None else vars(self.start)
        return {**vars(self), "files": dict(self.files), "start": start, "notes": list(self.notes)}


@runtime_checkable
class Pack(Protocol):
    """A detector and a recogniser that were measured together.

    Images are RGB uint8 (H, W, 3). Nothing here keeps state between calls, so several threads may use one pack at once.
    """

    @property
    def card(self) -> Card:
        """What the pack says of itself."""

    @property
    def space(self) -> Space:
        """Where its templates may be compared."""

    @property
    def providers(self) -> tuple[str, ...]:
        """The ONNX Runtime providers that really run, first choice first."""

    @property
    def sure(self) -> float:
        """`Faces.detection` from which a find is listed unless the doubtful ones are asked for."""

    @property
    def mirrored(self) -> tuple[int, ...]:
        """Which of the five points of a face becomes which where its picture is mirrored."""

    def detect(
        self, image: U8, *, smallest: int | None = None, doubtful: bool = False, part: Part | None = None
    ) -> Faces:
        """All faces of one picture, boxes x1 y1 x2 y2 in its pixels, in a stable order, without templates.

        smallest : px, width of the smallest face to look for, at a cost that grows with its inverse square; None is the
            pack's usual look, which in large pictures misses small faces
        doubtful : with finds that are not sure enough for a scan, for those who hide faces
        part : x1, y1, x2, y2 in whole px: only there, at the scale of a look at the whole, and at its share of the cost
        """

    def finds(self, height: int, width: int, *, smallest: int | None = None) -> float:
        """Width in px from which `detect` finds faces in a picture of this size; two looks that say the same are the same."""

    def chips(self, image: U8, faces: Faces) -> U8:
        """The aligned face crops that `embed` takes, (N, S, S, 3) uint8 RGB."""

    def embed(self, chips: U8) -> F32:
        """Templates of N chips, (N, D) float32 unit vectors, in batches; the same chip gives the same template in any batch to 1e-5."""

    def eyes_and_nose(self, points: F32) -> F32:
        """Eye on the picture's left, eye on its right, tip or base of the nose, (N, 3, 2) px, from `Faces.points` (N, 5, 2)."""


def cut_out(image: U8, part: Part | None) -> tuple[U8, NDArray[np.float32]]:
    """A part of a picture, or all of it, and the x, y of its corner, (2,)."""
    x, y, right, bottom = part or (0, 0, *image.shape[1::-1])
    return image[y:bottom, x:right], np.array([x, y], np.float32)


def unit(vectors: NDArray[np.floating]) -> F32:
    """Each row divided by its length, (N, D) float32; a row of zeros stays zero and so is like nothing.

    >>> unit(np.array([[3.0, 4.0]])).tolist()
    [[0.6000000238418579, 0.800000011920929]]
    """
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(length > 0, length, 1)).astype(np.float32)
