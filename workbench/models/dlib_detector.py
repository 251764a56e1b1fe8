"""Where the faces are: a picture's pyramid in one tile, the detector's scores for it, and the boxes that they mean.

A face is found where an 80 x 80 window looks like one, so smaller copies of the picture find larger faces. All copies lie in
one tile that the network sees once. Source: King 2015, Max-Margin Object Detection; dlib's input.h and loss.h.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["EXACT", "QUICK", "Level", "Pyramid", "boxes", "levels", "tile"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]

AVERAGE = (
    122.782,
    117.001,
    104.298,
)  # the network takes this off R, G, B: where the tile holds no picture it holds this
GAP, MARGIN = 10, 11
SHORTEST = 5
STEP, FIRST = 8, 14  # px between two cells of the scores, and the centre of the first
WINDOW = 80
FAINT = 1e-3  # weight of a window in a mean that is no face by itself
OVERLAP = 0.33828  # of the hull of two boxes; sharing more, they are one face


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


QUICK = Pyramid(
    4, _quick, merged=True
)  # of 1,016 faces found with six steps none was missed with four, for two thirds of the work
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


def tile(image: U8, pyramid: Pyramid) -> tuple[F32, list[Level]]:
    """All copies of a picture in one, (1, H, W, 3) float32 RGB in 0..255, and where they lie."""
    height, width = image.shape[:2]
    size, placed = levels(height, width, pyramid.steps)
    row = np.tile(np.array(AVERAGE, np.float32), size[1]).reshape(
        -1, 3
    )  # whole rows are filled five times as fast as pixels
    whole = np.empty((1, *size, 3), np.float32)
    whole[:] = row
    picture: NDArray[np.number] = image
    for level in placed:
        if level is not placed[0]:
            picture = pyramid.resize(picture, level.height, level.width)
        whole[0, level.top : level.top + level.height, level.left : level.left + level.width] = picture
    return whole, placed


def boxes(scores: F32, placed: list[Level], pyramid: Pyramid, least: float = 0.0) -> tuple[F32, F32]:
    """Faces in pixels of the picture, (N, 4), and how sure the detector is, (N,), surest first; 0 is its own limit.

    scores : (1, 1, h, w) from the network; cells beyond the tile do no harm
    placed, pyramid : as the tile was made
    least : score above which a window is looked at; below 0 with windows that dlib itself would not call a face
    """
    row, column = np.nonzero(scores[0, 0] > least)
    score = scores[0, 0, row, column]
    order = np.argsort(-score, kind="stable")  # equal scores keep reading order, so a rerun finds the same boxes
    score = score[order]
    centre = np.stack([column, row], axis=1)[order].astype(np.float64) * STEP + FIRST
    window = _unplaced(centre, placed, pyramid.steps)
    whole = _round(window)
    kept = _apart(whole)
    found = np.array([_mean(window, score, whole, best) for best in kept]) if pyramid.merged else whole[kept]
    return (found.reshape(-1, 4) + np.array([0, 0, 1, 1])).astype(np.float32), score[kept]


def _mean(window: F64, score: F32, whole: F64, best: int) -> F64:
    """The mean of the windows that are the same face as `best`, weighed by their scores."""
    same = _shared(whole[best], whole) > OVERLAP
    return np.asarray(np.average(window[same], axis=0, weights=np.maximum(score[same], FAINT)))


def _unplaced(centre: F64, placed: list[Level], steps: int) -> F64:
    """Windows of the tile as rectangles of the picture, right and bottom inclusive, (N, 4)."""
    at = _nearest(centre, placed)
    corner = np.array([(level.left, level.top) for level in placed], float)[at]
    half = (WINDOW - 1) / 2
    box = np.hstack([centre - half, centre + half]) - np.tile(corner, 2)
    for level in range(len(placed) - 1):
        box[at > level] = box[at > level] * (steps / (steps - 1)) + 0.3  # dlib's shift of half a pixel, nearly
    return box


def _nearest(centre: F64, placed: list[Level]) -> NDArray[np.intp]:
    """Which copy each window belongs to: the one whose rectangle its centre is nearest to."""
    low = np.array([(level.left, level.top) for level in placed])
    high = low + [(level.width - 1, level.height - 1) for level in placed]
    beyond = np.maximum(np.maximum(low - centre[:, None], centre[:, None] - high), 0)
    return np.asarray(np.hypot(beyond[..., 0], beyond[..., 1]).argmin(axis=1))


def _round(values: F64) -> F64:
    """To the nearest whole number, halves away from 0."""
    return np.floor(np.abs(values) + 0.5) * np.sign(values)


def _apart(box: F64) -> list[int]:
    """Boxes that are not the same face as an earlier one."""
    kept: list[int] = []
    for index, one in enumerate(box):
        if not (_shared(one, box[kept]) > OVERLAP).any():
            kept.append(index)
    return kept


def _shared(one: F64, others: F64) -> F64:
    """The part that two inclusive rectangles share, over the area of their hull, 0..1."""
    overlap = np.minimum(one[2:], others[:, 2:]) - np.maximum(one[:2], others[:, :2]) + 1
    hull = np.maximum(one[2:], others[:, 2:]) - np.minimum(one[:2], others[:, :2]) + 1
    return np.clip(overlap, 0, None).prod(axis=1) / hull.prod(axis=1)
