"""Where something moved: a dear look goes there alone, and what it saw elsewhere is there still.

A picture is cut into cells of about 16 px. A cell is due when its mean changed since a look went there, and once a second
in any case; a face of 6 px that moves changes the cell it is in, because its head and shoulders move with it. Looks go to
rectangles around what is due, and see some way beyond, so that no face that is meant is cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.models.pack import Part
from workbench.spotting import Look, Spots, inside
from workbench.stillness import LEVELS, blocks

__all__ = ["Elsewhere", "Moved", "Place"]

I16 = NDArray[np.int16]
U8 = NDArray[np.uint8]

CELL = 16  # px, two or three of the smallest faces that are looked for
AGAIN = 1.0  # seconds after which a place is looked at though nothing moved: less than a path is followed unseen
ROOM = 24  # px beyond a rectangle that are seen with it; twice the smallest face of the look where that is more
MOST = 0.7  # share of the picture from which all of it is looked at: one large look costs less than several


class Place(NamedTuple):
    """Where a look goes: `part` is what it is asked about, `seen` the room around that it sees with it; whole px."""

    part: Part
    seen: Part


class Moved:
    """Feed it the frames at which one look is due, in order."""

    def __init__(self, smallest: float) -> None:
        """Get ready; `smallest` : px, width of the faces that the look is for."""
        self._room = max(ROOM, round(2 * smallest))
        self._seen: I16 | None = None

    def places(self, image: U8, t: float) -> tuple[Place, ...] | None:
        """Where something moved since the look went there; None is everywhere."""
        now = blocks(image, CELL)
        if self._seen is None or self._seen.shape != now.shape:
            self._seen, self._at = now, np.full(now.shape[:2], t)
            return None
        due = (np.abs(now - self._seen).max(axis=2) > LEVELS) | (t - self._at >= AGAIN)
        around = np.asarray(cv2.dilate(due.astype(np.uint8), np.ones((3, 3), np.uint8)), np.uint8)
        places = tuple(self._around(part, *image.shape[:2]) for part in _rectangles(around, image.shape[:2]))
        if sum(_area(place.seen) for place in places) > MOST * image[..., 0].size:
            around = np.ones_like(around)
        self._seen[around > 0], self._at[around > 0] = now[around > 0], t
        return None if around.all() else places

    def _around(self, part: Part, height: int, width: int) -> Place:
        x1, y1, x2, y2 = part
        room = self._room
        return Place(part, (max(0, x1 - room), max(0, y1 - room), min(width, x2 + room), min(height, y2 + room)))


class Elsewhere:
    """What looks saw in the places where they did not go this time. Feed it their finds in the order of the frames."""

    def __init__(self) -> None:
        self._last: dict[Look, Spots] = {}

    def anew(self) -> None:
        """Nothing that was seen is there still: the picture is another one."""
        self._last.clear()

    def completed(self, look: Look, places: Sequence[Place] | None, found: Spots) -> Spots:
        """All that a look saw: what it found in `places`, and outside of these what it found before."""
        if places is not None and (before := self._last.get(look)) is not None:
            parts = np.array([place.part for place in places], np.float32).reshape(-1, 4)
            found = found.joined(before[~inside(before.faces, parts)])
        self._last[look] = found
        return found


def _rectangles(due: U8, shape: tuple[int, int]) -> Iterator[Part]:
    """One around each group of cells that touch each other, in pixels."""
    down, across = shape[0] / due.shape[0], shape[1] / due.shape[1]
    for left, top, wide, high, _ in cv2.connectedComponentsWithStats(due, connectivity=8)[2][1:].tolist():
        x1, y1 = int(left * across), int(top * down)
        yield x1, y1, ceil((left + wide) * across), ceil((top + high) * down)


def _area(part: Part) -> int:
    return (part[2] - part[0]) * (part[3] - part[1])
