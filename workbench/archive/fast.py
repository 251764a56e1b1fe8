"""The fast search: inverted lists, 4-bit product codes compared in registers, and the best ones scored again in 8 bit.

It misses some; how many is measured on the archive itself (`workbench.archive.recall`) and stands on every answer.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.archive.exact import ExactIndex
from workbench.errors import InputError

__all__ = ["FEWEST", "FastIndex"]

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]

FEWEST = 20_000  # templates below which the exact search is as fast, and is used
TRAINED = 200_000  # templates from which lists and codes are learned
PROBED = 0.02  # share of the lists that a search opens, at least 32
DEEP = 20  # candidates scored again for each one that is wanted


class FastIndex:
    """FAISS `IVF,PQ(D/2)x4fs` with `SQ8` refinement; the cosines that it gives are then those of the exact search."""

    name = "fast"

    def __init__(self, templates: F32, seed: int = 7) -> None:
        try:
            import faiss
        except ImportError:
            raise InputError("the fast search needs FAISS: pip install faiss-cpu, or use exact") from None
        self._templates = np.ascontiguousarray(templates, np.float32)
        self._exact = ExactIndex(self._templates) if len(templates) < FEWEST else None
        if self._exact is None:
            self._index, self._parameters = _trained(faiss, self._templates, seed)

    def __len__(self) -> int:
        return len(self._templates)

    def search(self, probes: F32, k: int) -> tuple[F32, I64]:
        """See `Index.search`."""
        if self._exact is not None:
            return self._exact.search(probes, k)
        if not k:  # FAISS would fail
            return np.empty((len(probes), 0), np.float32), np.empty((len(probes), 0), np.int64)
        probes = np.ascontiguousarray(probes, np.float32)
        _, found = self._index.search(probes, k, params=self._parameters)
        best = np.full((len(probes), k), np.nan, np.float32)
        rows = np.full((len(probes), k), -1, np.int64)
        for i, own in enumerate(found):
            kept = np.sort(own[own >= 0])
            score = np.einsum(
                "kd,d->k", self._templates[kept], probes[i]
            )  # BLAS would leave a thread spinning in FAISS's way
            order = np.argsort(-score, kind="stable")
            best[i, : len(order)], rows[i, : len(order)] = score[order], kept[order]
        return best, rows


def _trained(faiss: Any, templates: F32, seed: int) -> tuple[Any, Any]:
    """The index, and how it is searched."""
    count, dim = templates.shape
    lists = int(2 ** np.round(np.log2(4 * np.sqrt(count))))
    index = faiss.index_factory(dim, f"IVF{lists},PQ{dim // 2}x4fs,Refine(SQ8)", faiss.METRIC_INNER_PRODUCT)
    chosen = np.random.default_rng(seed).permutation(count)[:TRAINED]
    index.train(templates[np.sort(chosen)])
    index.add(templates)
    inner = faiss.SearchParametersIVF(nprobe=max(32, round(PROBED * lists)))
    return index, faiss.IndexRefineSearchParameters(k_factor=DEEP, base_index_params=inner)
