"""Which places of a picture are still to be seen in its copy, told from the pixels alone: no detector is asked, no painter believed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.covers import tight
from workbench.geometry import clip

__all__ = ["left_over"]

U8 = NDArray[np.uint8]

FINER = 4  # averages across a face, about twice as fine as any that it is hidden by
KEPT = 0.6  # of what these averages take away; hidden faces lie at 0.9 and more of it, bare ones that are lit at 0.4 and less
DETAIL = 1.0  # of 255: a place of less detail shows nobody, however it is lit


def left_over(before: U8, after: U8, box: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which of the faces `box` (N, 4) a copy `after` (H, W, 3) of a picture shows about as they are in it, (N,).

    Few averages, whichever they are, lie further from the picture than the best ones on a finer grid: their distance (root of
    the mean square) is what hiding takes away at the least. A copy that lies well within that was not hidden.
    """
    found = np.zeros(len(box), np.bool_)
    for row, (x1, y1, x2, y2) in enumerate(clip(tight(box), *before.shape[:2]).round().astype(int).tolist()):
        if min(x2 - x1, y2 - y1) > FINER:
            was = before[y1:y2, x1:x2].astype(np.float32)
            detail = _distance(was, _averaged(was))
            found[row] = detail >= DETAIL and _distance(was, after[y1:y2, x1:x2].astype(np.float32)) < KEPT * detail
    return found


def _averaged(area: NDArray[np.float32]) -> NDArray[np.float32]:
    few = cv2.resize(area, (FINER, FINER), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(few, area.shape[1::-1], interpolation=cv2.INTER_NEAREST), np.float32)


def _distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean((one - other) ** 2)))
