"""Hiding faces in moving pictures: one mosaic a path, taken once and carried along; or all but those who are shown.

A mosaic that is taken anew in every frame gives more away than it seems: the grid shifts over the face, and from enough
frames a finer picture can be computed. Here a path has a single mosaic for all of its frames, so nothing adds up. Where
everything is hidden, one mosaic of the whole first picture stands for the scene in all frames: nobody has to be found.
"""

from __future__ import annotations

from collections.abc import Collection

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.covers import HEAD, Covers, tight
from workbench.footage.redact import cells
from workbench.geometry import clip, pad

__all__ = ["GREY", "MOSAIC", "Painter", "in_sight"]

GREY = 128
SCENE = 16  # averages along the longer side of a scene of which everything is hidden
MOSAIC = 4  # averages across a hidden head, two or three across its face: moving pictures give more away than stills

U8 = NDArray[np.uint8]
Ints = NDArray[np.int64]


class Painter:
    """Feed it frames in order, each with its covers."""

    def __init__(self, plain: Collection[int] = (), *, everything: bool = False) -> None:
        """Get ready; paths in `plain` are painted grey, so that nothing at all is left of them.

        everything : hide all but the heads of those who are shown, whether or not it was taken for a face
        """
        self._mosaics: dict[int, U8] = {}
        self._plain, self._everything = plain, everything
        self._scenes: dict[tuple[int, ...], U8] = {}  # pictures of a folder may be of several sizes
        self._shares: list[float] = [0.0, 0.0]

    def paint(self, image: U8, covers: Covers) -> U8:
        """A copy of an RGB picture (H, W, 3) without the faces that are hidden.

        A face that is shown stays where only the room around a hidden one reaches over it; the hidden face itself goes
        there, too.
        """
        hidden = np.flatnonzero(~covers.shown)
        copy = image.copy()
        free = self._free(image.shape[:2], covers)
        gone = np.zeros(image.shape[:2], bool)
        for row in hidden:
            self._cover(copy, image, int(covers.path[row]), _whole(covers.whole[row]), free, gone)
        if self._everything:
            copy, gone = self._but_heads(image, copy, free)
        self._shares = [self._shares[0] + float(gone.mean()), self._shares[1] + 1]
        active = set(covers.path.tolist())
        self._mosaics = {path: mosaic for path, mosaic in self._mosaics.items() if path in active}
        return copy

    @property
    def share(self) -> float:
        """How much of the pictures was painted over, 0..1."""
        return self._shares[0] / max(self._shares[1], 1)

    def _but_heads(self, image: U8, copy: U8, free: NDArray[np.bool_] | None) -> tuple[U8, NDArray[np.bool_]]:
        """The heads that are free in front of the scene, which is made of the first copy of its size, and what is gone: all else."""
        high, wide = image.shape[:2]
        if (high, wide) not in self._scenes:
            across, down = (max(1, round(side * SCENE / max(high, wide))) for side in (wide, high))
            self._scenes[high, wide] = cells(copy, across, down)
        scene = cv2.resize(self._scenes[high, wide], (wide, high), interpolation=cv2.INTER_NEAREST)
        gone = np.ones((high, wide), bool) if free is None else ~free
        return np.where(gone[..., None], scene, image).astype(np.uint8, copy=False), gone

    def _free(self, shape: tuple[int, ...], covers: Covers) -> NDArray[np.bool_] | None:
        """Where nothing is painted: faces that are shown, or their heads, but for the faces that are hidden; None if nobody is."""
        if not covers.shown.any():
            return None
        room = HEAD if self._everything else 0.0
        return in_sight(shape, pad(covers.box[covers.shown], room), covers.box[~covers.shown])

    def _cover(
        self, copy: U8, image: U8, path: int, box: Ints, free: NDArray[np.bool_] | None, gone: NDArray[np.bool_]
    ) -> None:
        height, width = image.shape[:2]
        x1, y1, x2, y2 = clip(box[None].astype(np.float64), height, width)[0].astype(int).tolist()
        if x2 <= x1 or y2 <= y1:
            return
        if path not in self._mosaics:
            plain = np.full((1, 1, 3), GREY, np.uint8)
            self._mosaics[path] = plain if path in self._plain else cells(image[y1:y2, x1:x2], MOSAIC)
        size = (int(box[2] - box[0]), int(box[3] - box[1]))
        patch = cv2.resize(self._mosaics[path], size, interpolation=cv2.INTER_NEAREST)
        patch = patch[y1 - box[1] : y2 - box[1], x1 - box[0] : x2 - box[0]]
        area = copy[y1:y2, x1:x2]
        area[:] = patch if free is None else np.where(free[y1:y2, x1:x2, None], area, patch)
        gone[y1:y2, x1:x2] |= True if free is None else ~free[y1:y2, x1:x2]


def in_sight(shape: tuple[int, ...], shown: NDArray[np.floating], hidden: NDArray[np.floating]) -> NDArray[np.bool_]:
    """What is to be seen of a picture of this shape, (H, W): the boxes `shown` (N, 4), but for the faces `hidden` (M, 4)."""
    seen = np.zeros(shape[:2], bool)
    for value, boxes in ((True, shown), (False, tight(hidden))):
        for x1, y1, x2, y2 in clip(boxes, *shape[:2]).round().astype(int):
            seen[y1:y2, x1:x2] = value
    return seen


def _whole(box: NDArray[np.floating]) -> Ints:
    """The whole pixels that a box touches, bounded so that no damaged number asks for an impossible picture."""
    low, high = np.floor(box[:2]), np.ceil(box[2:])
    return np.clip(np.concatenate([low, high]), -20_000, 40_000).astype(np.int64)
