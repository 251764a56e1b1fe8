"""How alike two pictures are to a pack: the widest face of each, found, aligned, embedded, compared."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.models.pack import Pack
from workbench.models.packs import load_pack

__all__ = ["Face", "face_in", "likeness", "pack"]


@dataclass(frozen=True)
class Face:
    """The widest face of a picture.

    image : (H, W, 3) uint8 RGB; box : x1 y1 x2 y2, px; points : (5, 2) px
    chip : (S, S, 3) uint8, as the recogniser sees it; template : (D,), a unit vector
    """

    image: NDArray[np.uint8]
    box: NDArray[np.float32]
    points: NDArray[np.float32]
    chip: NDArray[np.uint8]
    template: NDArray[np.float32]

    @property
    def width(self) -> float:
        """Of the box, px."""
        return float(self.box[2] - self.box[0])


@lru_cache(maxsize=1)
def pack() -> Pack:
    """The pack of the lessons: dlib, which comes with the software."""
    return load_pack("dlib")


def face_in(picture: bytes) -> Face | None:
    """The widest face of a JPEG or PNG, or None."""
    with Image.open(io.BytesIO(picture)) as opened:
        image = np.asarray(opened.convert("RGB"))
    faces = pack().detect(image)
    if not len(faces):  # once more, closer
        faces = pack().detect(image, smallest=pack().card.smallest_face)
    if not len(faces):
        return None
    row = int(np.argmax(faces.width))
    chips = pack().chips(image, faces[[row]])
    return Face(image, faces.box[row], faces.points[row], chips[0], pack().embed(chips)[0])


def likeness(one: bytes, other: bytes) -> float:
    """The score of two pictures; NaN where no face is found in one of them."""
    first, second = face_in(one), face_in(other)
    return math.nan if first is None or second is None else float(first.template @ second.template)
