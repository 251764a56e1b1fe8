"""Whether anything moved between two pictures, told from small copies of them: a still picture need not be looked at anew."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["LEVELS", "blocks", "still"]

I16 = NDArray[np.int16]
U8 = NDArray[np.uint8]

BLOCK = 32  # px, about the smallest face that is compared
STEP = 4  # of each block 8 x 8 pixels are read
LEVELS = 3  # of 255, by which the mean of a block may differ: the noise of a quiet camera, and less than a turning head


def blocks(image: U8, size: int = BLOCK) -> I16:
    """The mean colour of each block of a picture (H, W, 3): (H / size, W / size, 3), at least one."""
    high, wide = (max(1, side // size) for side in image.shape[:2])
    few_wide, few_high = (-(-side // STEP) for side in image.shape[1::-1])
    few = cv2.resize(np.ascontiguousarray(image), (few_wide, few_high), interpolation=cv2.INTER_NEAREST)
    return np.atleast_3d(cv2.resize(few, (wide, high), interpolation=cv2.INTER_AREA)).astype(np.int16)


def still(before: I16 | None, after: I16) -> bool:
    """Whether no block changed noticeably; False where there was no picture before, or one of another size.

    >>> still(np.zeros((2, 2, 3), np.int16), np.full((2, 2, 3), 3, np.int16))
    True
    """
    return before is not None and before.shape == after.shape and int(np.abs(before - after).max()) <= LEVELS
