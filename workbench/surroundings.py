"""A face with what is around it, cut out of its frame: enough to show it, or keep its chip, with everyone else hidden.

Of the faces that a tracker keeps for a while few will be seen by anybody. So a small copy is taken at once, which needs
no more of the frame, and is redacted only when the face is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.faces import Faces
from workbench.footage.redact import HEAD, alone, face_picture, neighbours
from workbench.geometry import clip, pad
from workbench.models.pack import Pack

__all__ = ["Surroundings"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]

REACH = 1.5  # widths and heights of a face, on each side: more than an aligned crop of it shows


@dataclass(frozen=True)
class Surroundings:
    """Part of a frame around one face, not redacted yet.

    image : (h, w, 3) RGB
    box : (N, 4) px of `image`, all faces of the frame; with none near, `image` holds the head and no more
    row : which of them is this face
    corner : (2,) px, where `image` begins in the frame
    """

    image: U8
    box: F64
    row: int
    corner: F64

    @classmethod
    def of(cls, image: U8, box: NDArray[np.floating], row: int) -> Surroundings:
        """Around face `row` of a picture with the faces `box` (N, 4)."""
        boxes = np.asarray(box, np.float64)
        near = neighbours(boxes, row)
        own = pad(boxes[row : row + 1], REACH if near.any() else HEAD)
        x1, y1, x2, y2 = clip(own, *image.shape[:2])[0].round()
        cut = image[int(y1) : int(y2), int(x1) : int(x2)].copy()
        return cls(cut, boxes - [x1, y1, x1, y1], row, np.array([x1, y1]))

    def picture(self) -> U8:
        """The face with its head, everyone else hidden: what `face_picture` makes of the whole frame."""
        return face_picture(self.image, self.box, self.row)

    def chip(self, pack: Pack, points: F32, whole: U8) -> U8:
        """The aligned face (S, S, 3) with the neighbours in it hidden; `whole` itself where none is near.

        points : (5, 2) px, of the face in the frame
        whole : the chip as it was embedded; every pixel that shows no neighbour stays as it is, to the bit
        """
        hidden = alone(self.image, self.box, self.row)
        if hidden is None or not self.image.size:
            return whole
        moved = Faces.of(self.box[self.row], points - self.corner, [1.0])
        before, after = pack.chips(self.image, moved)[0], pack.chips(hidden, moved)[0]
        return np.where((before != after).any(axis=2, keepdims=True), after, whole)
