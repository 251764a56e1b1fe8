"""Where the faces are: the boxes that the scores of dlib's detector for a tile mean in the picture.

Source: King 2015, Max-Margin Object Detection; dlib's loss.h.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.models.dlib_tile import STEP, Level, Pyramid

__all__ = ["boxes"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

FIRST = 14  # px from the tile's edge to the centre of the first cell of the scores
WINDOW = 80
FAINT = 1e-3  # weight of a window in a mean that is no face by itself
OVERLAP = 0.33828  # of the hull of two boxes; sharing more, they are one face


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
