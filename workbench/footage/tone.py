"""PQ, the steepest of the curves that HDR footage is stored with, as the SDR picture that detectors and recognisers were made for.

ITU-R BT.2100 says how much light a value stands for, BT.2408 that white paper shines with 203 cd/m2 of it, and BT.1886 which
value of SDR shines as brightly beside white. What is brighter than paper becomes white; colours keep the primaries they
have. HLG stays as it is: it was made to be shown so.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["HLG", "PQ", "sdr", "transfer"]

PQ, HLG = 16, 18  # AVCOL_TRC_SMPTE2084, AVCOL_TRC_ARIB_STD_B67, as ITU-T H.273 numbers them
WHITE = 203.0  # cd/m2, BT.2408
GAMMA = 2.4  # BT.1886


def transfer(color_trc: int) -> str:
    """The name of a curve of HDR; "" for any other.

    >>> transfer(16), transfer(18), transfer(1)
    ('PQ', 'HLG', '')
    """
    return {PQ: "PQ", HLG: "HLG"}.get(color_trc, "")


def sdr(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An RGB picture (H, W, 3) that is stored with PQ, in SDR.

    >>> sdr(np.array([[[0, 96, 148]]], np.uint8)).tolist()  # nothing, an eighth of white, white
    [[[0, 107, 255]]]
    """
    return np.asarray(cv2.LUT(image, _TABLE), np.uint8)


def _light(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """cd/m2 of PQ values in 0..1, table 4 of BT.2100."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = value ** (1 / m2)
    return 10_000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)


_SHARE = np.minimum(_light(np.arange(256) / 255) / WHITE, 1)
_TABLE = np.rint(255 * _SHARE ** (1 / GAMMA)).astype(np.uint8)
