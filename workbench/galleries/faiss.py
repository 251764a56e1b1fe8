"""The same search by FAISS, flat and exact, for long lists."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError
from workbench.galleries.ranking import ROUNDING, best_of, probes_of

__all__ = ["FaissGallery"]

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]

_DEEPER = 32  # references beyond the last that is wanted, so that those which tie with it are seen


class FaissGallery:
    """References (R, D) in a flat inner-product index."""

    name = "faiss"

    def __init__(self, references: F32) -> None:
        try:
            import faiss
        except ImportError:
            raise InputError("the faiss gallery needs FAISS: pip install faiss-cpu, or use the gallery exact") from None
        # batched flat search leaves BLAS unused below this many probes, and is then several times slower than numpy
        faiss.cvar.distance_compute_blas_threshold = 1
        self._references = references
        self._index = faiss.IndexFlatIP(references.shape[1])
        self._index.add(references)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, probes: F32, k: int) -> tuple[F32, I64]:
        """The `k` best references of each probe, see `Gallery.search`."""
        probes, k = probes_of(probes), max(0, min(k, len(self)))
        scores, rows = np.zeros((len(probes), k), np.float32), np.zeros((len(probes), k), np.int64)
        todo, deep = np.arange(len(probes) if k else 0), k + _DEEPER
        while len(todo):
            deep = min(deep, len(self))
            rough, found = self._index.search(np.ascontiguousarray(probes[todo], np.float32), deep)
            for i, row in zip(todo, found, strict=True):
                scores[i], rows[i] = best_of(probes[i], self._references, row, k)
            tied = (rough[:, k - 1] - rough[:, -1] <= 2 * ROUNDING) & (deep < len(self))
            todo, deep = todo[tied], deep * 4
        return scores, rows
