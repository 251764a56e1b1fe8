"""One size for copies of footage whose pictures change theirs: others are fitted into it, in its upper left corner, black beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.faces import Frame

__all__ = ["Canvas", "fitted", "fitted_box"]

Canvas = tuple[int, int]  # height, width


def fitted(frames: Iterable[Frame], canvas: Canvas | None) -> Iterator[Frame]:
    """Frames whose pictures all have the size of the canvas; those that have it stay as they are, and all if it is None."""
    for frame in frames:
        shape = frame.image.shape[:2]
        yield frame if canvas is None or shape == canvas else replace(frame, image=_laid(frame.image, canvas))


def fitted_box(box: Sequence[float], shape: Sequence[int], canvas: Canvas | None) -> tuple[float, ...]:
    """Where a box (4,) of a picture (H, W) lies on the canvas.

    >>> fitted_box((10, 20, 30, 40), (100, 200), (50, 200))
    (5.0, 10.0, 15.0, 20.0)
    """
    if canvas is None:
        return tuple(box)
    high, wide = _size(shape, canvas)
    across, down = wide / shape[1], high / shape[0]
    return box[0] * across, box[1] * down, box[2] * across, box[3] * down


def _size(shape: Sequence[int], canvas: Canvas) -> Canvas:
    """Height and width that a picture has on the canvas: as large as fits, its sides in proportion."""
    scale = min(canvas[0] / shape[0], canvas[1] / shape[1])
    return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))


def _laid(image: NDArray[np.uint8], canvas: Canvas) -> NDArray[np.uint8]:
    high, wide = _size(image.shape, canvas)
    smaller = high < image.shape[0]
    scaled = cv2.resize(image, (wide, high), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    laid = np.zeros((*canvas, 3), np.uint8)
    laid[:high, :wide] = scaled
    return laid
