"""The same search by FAISS, flat and exact, for long lists."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError

__all__ = ["FaissGallery"]

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]


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
        self._index = faiss.IndexFlatIP(references.shape[1])
        self._index.add(references)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, probes: F32, k: int) -> tuple[F32, I64]:
        """The `k` best references of each probe, see `Gallery.search`."""
        k = min(k, len(self))
        if not len(probes) or not k:
            return np.zeros((len(probes), k), np.float32), np.zeros((len(probes), k), np.int64)
        deep = min(k + 32, len(self))  # ties at the border: look a little deeper, then order them by enrolment
        score, row = self._index.search(np.ascontiguousarray(probes, np.float32), deep)
        order = np.lexsort((row, -score), axis=1)[:, :k]
        return np.take_along_axis(score, order, axis=1), np.take_along_axis(row, order, axis=1).astype(np.int64)
