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
LOSS = 3.0  # of 255: compression takes no more from a face in the dark; hiding may take as little there
ALIKE = 0.75  # correlation of what lies between the averages; hidden faces reach 0.67, bare ones in the dark 0.9


def left_over(before: U8, after: U8, box: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which of the faces `box` (N, 4) a copy `after` (H, W, 3) of a picture shows about as they are in it, (N,).

    Few averages, whichever they are, lie further from the picture than the best ones on a finer grid: their distance (root of
    the mean square) is what hiding takes away at the least. A copy that lies well within that was not hidden. In the dark
    compression alone takes as much: there it counts, too, whether what is finer than the averages is drawn alike.
    """
    found = np.zeros(len(box), np.bool_)
    for row, (x1, y1, x2, y2) in enumerate(clip(tight(box), *before.shape[:2]).round().astype(int).tolist()):
        if min(x2 - x1, y2 - y1) > FINER:
            was, now = (image[y1:y2, x1:x2].astype(np.float32) for image in (before, after))
            found[row] = _left(was, now)
    return found


def _left(was: NDArray[np.float32], now: NDArray[np.float32]) -> bool:
    detail, lost = _distance(was, _averaged(was)), _distance(was, now)
    return detail >= DETAIL and (lost < KEPT * detail or (lost < LOSS and _likeness(was, now) >= ALIKE))


def _likeness(was: NDArray[np.float32], now: NDArray[np.float32]) -> float:
    """Correlation of two places in grey without their averages, 0 where one of them has nothing else."""
    one, other = ((place - _averaged(place)).mean(axis=2) for place in (was, now))
    size = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / size if size else 0.0


def _averaged(area: NDArray[np.float32]) -> NDArray[np.float32]:
    few = cv2.resize(area, (FINER, FINER), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(few, area.shape[1::-1], interpolation=cv2.INTER_NEAREST), np.float32)


def _distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean((one - other) ** 2)))
