"""Every probe against every reference, in numpy: the default, and the oracle for the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.galleries.ranking import ROUNDING, best_of

__all__ = ["ExactGallery"]

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]

HANDFUL = 64  # references of which the best one stands for all when a floor is sought
_BLOCK = 256  # probes a matrix product: 256 x 10^6 references is 1 GB of scores, 10^4 references 10 MB


class ExactGallery:
    """References (R, D) as one matrix."""

    name = "exact"

    def __init__(self, references: F32) -> None:
        self._references = references

    def __len__(self) -> int:
        return len(self._references)

    def search(self, probes: F32, k: int) -> tuple[F32, I64]:
        """The `k` best references of each probe, see `Gallery.search`."""
        k = max(0, min(k, len(self)))
        scores, rows = np.zeros((len(probes), k), np.float32), np.zeros((len(probes), k), np.int64)
        for start in range(0, len(probes) if k else 0, _BLOCK):
            some = np.asarray(probes[start : start + _BLOCK], np.float32)
            for i, rough in enumerate(some @ self._references.T, start):
                worth = rough >= _floor(rough, k) - ROUNDING
                scores[i], rows[i] = best_of(probes[i], self._references, np.flatnonzero(worth), k)
        return scores, rows


def _floor(scores: F32, k: int) -> np.float32:
    """A score that at least `k` of (R,) reach, nearly the k-th best: the k-th best of the best of each handful.

    Where a list is long that takes a fifth of the time of looking for the k-th best itself.
    """
    handfuls = len(scores) // HANDFUL
    if handfuls < 4 * k:
        return np.partition(scores, -k)[-k]
    tops = scores[: handfuls * HANDFUL].reshape(HANDFUL, handfuls).max(axis=0)  # across rows: many at a time
    return np.partition(tops, -k)[-k]
