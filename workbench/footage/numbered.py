"""A picture in which one can point at a face without showing anybody: all of it made of averages, every face numbered."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.footage.redact import CELLS, hide

__all__ = ["numbered"]

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

SIDE = 900  # px of the longer side
YELLOW, BLACK = (255, 214, 10), (0, 0, 0)


def numbered(image: U8, box: F32) -> U8:
    """A copy of an RGB picture in which nobody can be recognised, with a numbered frame around each of the N faces, from 1.

    box : (N, 4) px. An average covers a sixth of the widest face, as in `hide`, so that faces no detector found are hidden too
    """
    height, width = image.shape[:2]
    cell = max(4.0, float((box[:, 2] - box[:, 0]).max(initial=0)) / CELLS)
    few = cv2.resize(image, (max(1, round(width / cell)), max(1, round(height / cell))), interpolation=cv2.INTER_AREA)
    coarse = hide(cv2.resize(few, (width, height), interpolation=cv2.INTER_NEAREST), box)
    scale = min(1.0, SIDE / max(height, width))
    small = cv2.resize(
        coarse, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA
    )
    for number, (x1, y1, x2, y2) in enumerate((box * scale).round().astype(int).tolist(), start=1):
        _frame(small, (x1, y1), (x2, y2), str(number))
    return np.asarray(small, np.uint8)


def _frame(image: U8, corner: tuple[int, int], opposite: tuple[int, int], text: str) -> None:
    """A frame with its number beside the upper left corner, within the picture; the picture is written on."""
    cv2.rectangle(image, corner, opposite, BLACK, 4)
    cv2.rectangle(image, corner, opposite, YELLOW, 2)
    (wide, high), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.7, 2)
    x, y = max(0, corner[0]), max(high + 8, corner[1])
    cv2.rectangle(image, (x, y - high - 8), (x + wide + 8, y), BLACK, -1)
    cv2.putText(image, text, (x + 4, y - 5), cv2.FONT_HERSHEY_SIMPLEX, 0.7, YELLOW, 2, cv2.LINE_AA)
