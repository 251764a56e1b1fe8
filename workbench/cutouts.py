"""What following needs of one frame beside its boxes: each fit face cut out and measured, and a glance at the whole.

It depends on the frame alone, so it is made where the frame is looked at, several frames at once; the tracker, which
must take frames in turn, then finds everything at hand. All faces of a frame are cut and measured in one batch.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.faces import Faces, Frame
from workbench.models.pack import Pack
from workbench.quality import measure, quality

__all__ = ["Cutouts", "Unmoved", "glance"]

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]


class Cutouts:
    """The faces of one frame as the recogniser sees them, each embedded at most once, if at all.

    fit : (N,) bool, wide enough to be compared, in a frame without damage
    quality : (N,) how fit, 0..1; NaN where unfit
    glance : (18, 32, 3) RGB, the whole picture; None of a damaged frame
    known : templates of faces that were asked for, by row
    embedded : how many were asked for
    """

    def __init__(self, pack: Pack, frame: Frame, faces: Faces) -> None:
        self._pack = pack
        self.fit = (faces.width >= pack.card.smallest_face) & (not frame.corrupt)
        some = faces[self.fit]
        self._chips = pack.chips(frame.image, some) if len(some) else np.zeros((0, 0, 0, 3), np.uint8)
        self._place = np.cumsum(self.fit) - 1
        self.quality = np.full(len(faces), np.nan, np.float32)
        self.quality[self.fit] = quality(measure(self._chips, pack.eyes_and_nose(some.points), some.width))
        self.glance = None if frame.corrupt else glance(frame.image)
        self.known: dict[int, F32] = {}
        self.embedded = 0

    def chip(self, row: int) -> U8:
        """The aligned face (S, S, 3) of a fit one; a view."""
        return self._chips[self._place[row]]

    def templates(self, rows: list[int]) -> F32:
        """Templates of some faces, NaN for those that are unfit, (len(rows), D)."""
        ask = [row for row in rows if self.fit[row] and row not in self.known]
        if ask:
            found = self._pack.embed(self._chips[self._place[ask]])
            self.embedded += len(ask)
            self.known |= dict(zip(ask, found, strict=True))
        blank = np.full(self._pack.space.dim, np.nan, np.float32)
        return np.stack([self.known.get(row, blank) for row in rows])

    def wipe(self) -> None:
        """Overwrite every face and template of this frame with zeros; who keeps one has a copy."""
        held: list[NDArray[Any]] = [self._chips, *self.known.values()]
        for each in held:
            each.fill(0)
        self.known.clear()


class Unmoved(Cutouts):
    """The cutouts of a frame in which nothing moved since `before`: the same faces, of which none is worth keeping anew."""

    def __init__(self, before: Cutouts) -> None:
        self._before = before
        self.fit = np.zeros_like(before.fit)
        self.quality = np.full_like(before.quality, np.nan)
        self.glance = before.glance
        self.known = before.known
        self.embedded = 0

    def templates(self, rows: list[int]) -> F32:
        """Templates of some faces, as they were."""
        asked = self._before.embedded
        found = self._before.templates(rows)
        self.embedded += self._before.embedded - asked
        return found


def glance(image: U8) -> U8:
    """A picture of 32 x 18 pixels, from about 16 of the pixels behind each: enough to tell one scene from another."""
    rows, columns = max(1, image.shape[0] // 72), max(1, image.shape[1] // 128)
    return cv2.resize(np.ascontiguousarray(image[::rows, ::columns]), (32, 18), interpolation=cv2.INTER_AREA)
