"""Every probe against every template, by the machine's BLAS, a block of templates at a time: the default and the oracle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "ExactIndex"]

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]

BLOCK = 16_384  # templates a matrix product: with 32 probes 2 MB of scores, which stay in the processor's cache


class ExactIndex:
    """Templates (N, D) as one matrix, which is neither copied nor changed."""

    name = "exact"

    def __init__(self, templates: F32) -> None:
        self._templates = np.ascontiguousarray(templates, np.float32)

    def __len__(self) -> int:
        return len(self._templates)

    def search(self, probes: F32, k: int) -> tuple[F32, I64]:
        """See `Index.search`; equal cosines keep the order of the rows."""
        probes = np.ascontiguousarray(probes, np.float32)
        best = np.full((len(probes), k), -np.inf, np.float32)
        rows = np.full((len(probes), k), -1, np.int64)
        for start in range(0, len(self._templates) if k else 0, BLOCK):
            scores = probes @ self._templates[start : start + BLOCK].T
            self._better(scores, start, best, rows)
        rows[np.isneginf(best)] = -1
        return np.where(rows < 0, np.float32(np.nan), best), rows

    @staticmethod
    def _better(scores: F32, start: int, best: F32, rows: I64) -> None:
        """Keep what beats the least of the best so far; after the first blocks that is next to nothing."""
        for i, own in enumerate(scores):
            worth = np.flatnonzero(own > best[i, -1])
            if not len(worth):
                continue
            if len(worth) > 4 * best.shape[1]:
                least = np.partition(own[worth], -best.shape[1])[-best.shape[1]]
                worth = worth[own[worth] >= least]
            pool = np.concatenate([best[i], own[worth]])
            names = np.concatenate([rows[i], worth + start])
            order = np.argsort(-pool, kind="stable")[: best.shape[1]]
            best[i], rows[i] = pool[order], names[order]
