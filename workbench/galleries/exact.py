"""Every probe against every reference: the default, and the oracle for the others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from workbench.galleries.ranking import ROUNDING, best_of, probes_of
from workbench.galleries.screens import Screen, screen_of

__all__ = ["ExactGallery"]

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]

HANDFUL = 64  # references of which the best one stands for all when a floor is sought
_BLOCK = 256  # probes a screening: 256 x 10^6 references is 1 GB of scores, 10^4 references 10 MB


class ExactGallery:
    """References (R, D) as one matrix: screened all, and those that may be among the best are scored exactly.

    screen : by default the quickest, which may hold a copy of the references
    """

    name = "exact"

    def __init__(self, references: F32, screen: Screen | None = None) -> None:
        self._references = references
        self._screen = screen or screen_of(references)

    def __len__(self) -> int:
        return len(self._references)

    def search(self, probes: F32, k: int) -> tuple[F32, I64]:
        """The `k` best references of each probe, see `Gallery.search`."""
        probes, k = probes_of(probes), max(0, min(k, len(self)))
        scores, rows = np.zeros((len(probes), k), np.float32), np.zeros((len(probes), k), np.int64)
        for start in range(0, len(probes) if k else 0, _BLOCK):
            some = np.asarray(probes[start : start + _BLOCK], np.float32)
            for i, worth in enumerate(self._worth(some, k), start):
                scores[i], rows[i] = best_of(probes[i], self._references, worth, k)
        return scores, rows

    def _worth(self, probes: F32, k: int) -> Iterator[I64]:
        """The rows that may be among the best `k` of each probe."""
        rough, off = self._screen(probes)
        for probe, row in zip(probes, rough, strict=True):
            floor = _floor(row, k)
            rows = np.flatnonzero(row >= floor - 2 * off)
            yield rows if off <= ROUNDING else self._nearer(probe, rows, row[rows], floor, off, k)

    def _nearer(self, probe: F32, rows: I64, rough: F32, floor: np.float32, off: float, k: int) -> I64:
        """Those of `rows` that stay after a second look: what leads is scored first, which raises the bar for the rest."""
        bar = _kth(self._references[rows[rough >= floor]] @ probe, k) - ROUNDING
        rows = rows[rough >= bar - off]
        score = self._references[rows] @ probe
        return rows[score >= _kth(score, k) - 2 * ROUNDING]


def _kth(scores: F32, k: int) -> np.float32:
    """The k-th best."""
    return np.partition(scores, -k)[-k]


def _floor(scores: F32, k: int) -> np.float32:
    """A score that at least `k` of (R,) reach, nearly the k-th best: the k-th best of the best of each handful.

    Where a list is long that takes a fifth of the time of looking for the k-th best itself.
    """
    handfuls = len(scores) // HANDFUL
    if handfuls < 4 * k:
        return _kth(scores, k)
    return _kth(scores[: handfuls * HANDFUL].reshape(HANDFUL, handfuls).max(axis=0), k)  # across rows: many at a time
