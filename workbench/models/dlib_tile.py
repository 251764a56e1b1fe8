"""A picture's pyramid in one tile, as dlib's detector wants it, and its scores for it, worked out a part at a time.

A face is found where an 80 x 80 window looks like one, so smaller copies of the picture find larger faces. All copies lie in
one tile. Source: King 2015, Max-Margin Object Detection; dlib's input.h.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["EXACT", "QUICK", "STEP", "Level", "Pyramid", "Tile", "levels"]

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

AVERAGE = (122.782, 117.001, 104.298)  # of R, G, B, which the network takes off: the tile where it holds no picture
GAP, MARGIN = 10, 11
SHORTEST = 5
STEP = 8  # px between two cells of the scores
SEEN = 128  # px that a score sees of the tile on every side, at most: the layers reach 101, up to whole blocks of 4 x 4 scores


@dataclass(frozen=True)
class Pyramid:
    """How a picture is made smaller: each copy has (steps - 1) / steps the size of the one before.

    resize : (picture, height, width) -> picture
    merged : whether a face's box is the mean of all windows that found it, weighed by their scores, or the best one alone.
        Windows lie a tenth of their width apart; the mean moves a quarter to a twentieth as much from frame to frame
    """

    steps: int
    resize: Callable[[NDArray[np.number], int, int], NDArray[np.number]]
    merged: bool


@dataclass(frozen=True)
class Level:
    """Where one copy of the picture lies in the tile, px."""

    top: int
    left: int
    height: int
    width: int


def aligned(picture: NDArray[np.number], height: int, width: int) -> NDArray[np.number]:
    """Bilinear in float32 with corner pixels on corner pixels: dlib's way, and slow."""
    rows, row_shares = _neighbours(picture.shape[0], height)
    columns, column_shares = _neighbours(picture.shape[1], width)
    picture = picture.astype(np.float32)
    tall = picture[rows[0]] * (1 - row_shares[:, None, None]) + picture[rows[1]] * row_shares[:, None, None]
    return tall[:, columns[0]] * (1 - column_shares[:, None]) + tall[:, columns[1]] * column_shares[:, None]


def _neighbours(size: int, new: int) -> tuple[NDArray[np.int64], F32]:
    """For each of `new` pixels, the two old ones that it lies between (2, new), and the share of the second (new,)."""
    place = np.arange(new) * ((size - 1) / max(new - 1, 1))
    first = np.minimum(place.astype(np.int64), size - 1)
    return np.stack([first, np.minimum(first + 1, size - 1)]), (place - first).astype(np.float32)


def _quick(picture: NDArray[np.number], height: int, width: int) -> NDArray[np.number]:
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR))


# Of 1,016 faces found with six steps none was missed with four, for two thirds of the work.
QUICK = Pyramid(4, _quick, merged=True)
EXACT = Pyramid(6, aligned, merged=False)


def levels(height: int, width: int, steps: int) -> tuple[tuple[int, int], list[Level]]:
    """Height and width of the tile, and each copy of the picture in it, largest first.

    The first ones stand below each other; when half is placed and the next fits beside the last, the rest goes back up
    along the right edge.

    >>> levels(50, 40, 4)[1][:2]
    [Level(top=11, left=11, height=50, width=40), Level(top=71, left=11, height=37, width=30)]
    """
    sizes = _sizes(height, width, steps)
    first = _first_column(sizes)
    placed, bottom = [], MARGIN
    for tall, wide in sizes[:first]:
        placed.append(Level(bottom, MARGIN, tall, wide))
        bottom += tall + GAP
    end = bottom - GAP
    bottom = end
    for tall, wide in sizes[first:]:
        placed.append(Level(bottom - tall, MARGIN + width - wide, tall, wide))
        bottom -= tall + GAP
    return (end + MARGIN, width + 2 * MARGIN), [level for level in placed if _fits(level, placed[0])]


def _sizes(height: int, width: int, steps: int) -> list[tuple[int, int]]:
    sizes, smaller = [(height, width)], (steps - 1) / steps
    while True:
        height, width = int(smaller * height), int(smaller * width)
        if height < SHORTEST or width < 1:
            return sizes
        sizes.append((height, width))


def _first_column(sizes: list[tuple[int, int]]) -> int:
    """How many copies stand in the first column."""
    height, width = sizes[0]
    rest = sum(tall + GAP for tall, _ in sizes) - 2 * GAP - height
    used = height + GAP
    for place, ((_, before), (tall, wide)) in enumerate(pairwise(sizes), start=1):
        if wide <= width - before - GAP and 2 * (used - height) >= rest:
            return place
        used += tall + GAP
    return len(sizes)


def _fits(level: Level, whole: Level) -> bool:
    """A copy that would reach up beside the whole picture is left out, as dlib leaves it out."""
    return level is whole or level.top >= MARGIN + whole.height or level.left >= MARGIN + whole.width


@dataclass(frozen=True)
class Tile:
    """All copies of a picture in one.

    height, width : px of it; placed : where the copies lie, and pictures : what they show
    """

    height: int
    width: int
    placed: list[Level]
    pictures: list[NDArray[np.number]]

    @classmethod
    def of(cls, image: U8, pyramid: Pyramid) -> Tile:
        """Make the copies of a picture."""
        (height, width), placed = levels(image.shape[0], image.shape[1], pyramid.steps)
        pictures: list[NDArray[np.number]] = [image]
        for level in placed[1:]:
            pictures.append(pyramid.resize(pictures[-1], level.height, level.width))
        return cls(height, width, placed, pictures)

    def rows(self, top: int, bottom: int) -> F32:
        """The rows from `top` to before `bottom`, (1, bottom - top, width, 3) float32 RGB in 0..255."""
        line = np.tile(np.array(AVERAGE, np.float32), self.width).reshape(-1, 3)
        band = np.empty((1, bottom - top, self.width, 3), np.float32)
        band[:] = line  # whole lines are filled five times as fast as pixels
        for level, picture in zip(self.placed, self.pictures, strict=True):
            first, last = max(top, level.top), min(bottom, level.top + level.height)
            if first < last:
                part = picture[first - level.top : last - level.top]
                band[0, first - top : last - top, level.left : level.left + level.width] = part
        return band

    def scores(self, network: Callable[[F32], F32], most: int) -> F32:
        """What the network (1, H, W, 3) -> (1, 1, h, w) says of the tile, the same to the bit, of at most `most` px at a time.

        A score sees `SEEN` px to every side, so that bands that overlap by twice as much leave nothing out.
        """
        tall = max(2 * SEEN, (most // self.width - 2 * SEEN) // SEEN * SEEN)
        parts = []
        for top in range(0, self.height, tall):
            above = min(top, SEEN)
            part = network(self.rows(top - above, min(top + tall + SEEN, self.height)))
            parts.append(part[:, :, above // STEP : (above + tall) // STEP])
        return np.concatenate(parts, axis=2)
