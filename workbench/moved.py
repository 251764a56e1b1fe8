"""Where something moved: a dear look goes there alone, and what it saw elsewhere is there still.

A picture is cut into cells of about 16 px. A cell is due when its mean changed since a look went there, and once a second
in any case; a face of 6 px that moves changes the cell it is in, because its head and shoulders move with it. Looks go to
rectangles around what is due, and see some way beyond, so that no face that is meant is cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.models.pack import Part
from workbench.spotting import Look, Spots, inside

__all__ = ["Elsewhere", "Moved", "room_around"]

I16 = NDArray[np.int16]
U8 = NDArray[np.uint8]

CELL = 16  # px, two or three of the smallest faces that are looked for
LEVELS = 3  # of 255, by which the mean of a cell may differ: the noise of a quiet camera
AGAIN = 1.0  # seconds after which a place is looked at though nothing moved: less than a path is followed unseen
ROOM = 24  # px beyond a rectangle that are seen with it
MOST = 0.7  # share of the picture from which all of it is looked at: one large look costs less than several


class Moved:
    """Feed it the frames at which one look is due, in order."""

    def __init__(self) -> None:
        self._seen: I16 | None = None

    def parts(self, image: U8, t: float) -> tuple[Part, ...] | None:
        """Rectangles x1, y1, x2, y2 in whole px in which something moved since they were looked at; None is all of it."""
        now = _cells(image)
        if self._seen is None or self._seen.shape != now.shape:
            self._seen, self._at = now, np.full(now.shape[:2], t)
            return None
        due = (np.abs(now - self._seen).max(axis=2) > LEVELS) | (t - self._at >= AGAIN)
        around = np.asarray(cv2.dilate(due.astype(np.uint8), np.ones((3, 3), np.uint8)), np.uint8)
        parts = tuple(_rectangles(around, image.shape[:2]))
        if sum(_area(room_around(part, *image.shape[:2])) for part in parts) > MOST * image[..., 0].size:
            around = np.ones_like(around)
        self._seen[around > 0], self._at[around > 0] = now[around > 0], t
        return None if around.all() else parts


class Elsewhere:
    """What looks saw in the places where they did not go this time. Feed it their finds in the order of the frames."""

    def __init__(self) -> None:
        self._last: dict[Look, Spots] = {}

    def anew(self) -> None:
        """Nothing that was seen is there still: the picture is another one."""
        self._last.clear()

    def completed(self, look: Look, parts: Sequence[Part] | None, found: Spots) -> Spots:
        """All that a look saw: what it found in `parts`, and outside of these what it found before."""
        if parts is not None and (before := self._last.get(look)) is not None:
            found = found.joined(before[~inside(before.faces, np.array(parts, np.float32).reshape(-1, 4))])
        self._last[look] = found
        return found


def room_around(part: Part, height: int, width: int) -> Part:
    """A rectangle with the room that is seen with it, in a picture of this size.

    >>> room_around((0, 40, 100, 90), 100, 480)
    (0, 16, 124, 100)
    """
    x1, y1, x2, y2 = part
    return max(0, x1 - ROOM), max(0, y1 - ROOM), min(width, x2 + ROOM), min(height, y2 + ROOM)


def _cells(image: U8) -> I16:
    """The mean colour of each cell, (H / 16, W / 16, 3), at least one."""
    high, wide = (max(1, side // CELL) for side in image.shape[:2])
    few = cv2.resize(np.ascontiguousarray(image), (wide, high), interpolation=cv2.INTER_AREA)
    return np.asarray(few, np.int16)


def _rectangles(due: U8, shape: tuple[int, int]) -> Iterator[Part]:
    """One around each group of cells that touch each other, in pixels."""
    down, across = shape[0] / due.shape[0], shape[1] / due.shape[1]
    for left, top, wide, high, _ in cv2.connectedComponentsWithStats(due, connectivity=8)[2][1:].tolist():
        x1, y1 = int(left * across), int(top * down)
        yield x1, y1, ceil((left + wide) * across), ceil((top + high) * down)


def _area(part: Part) -> int:
    return (part[2] - part[0]) * (part[3] - part[1])
