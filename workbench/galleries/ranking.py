"""The order of the best references of one probe: the same bits in every gallery, however the search was batched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError

__all__ = ["ROUNDING", "best_of", "probes_of"]

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]

ROUNDING = 1e-5  # what a product in float32 can be off by; nearer than this, matrix products cannot rank


def probes_of(probes: F32) -> F32:
    """Probes (Q, D), after refusing those that are like nothing and unlike nothing."""
    if not np.isfinite(probes).all():
        raise InputError(
            "a probe holds what is no number, so that nobody resembles it; leave out faces without a template"
        )
    return probes


def best_of(probe: F32, references: F32, rows: I64, k: int) -> tuple[F32, I64]:
    """Cosines (k,) descending and rows (k,) of the best `k` of some `rows` of the references (R, D).

    A matrix product adds up in an order that depends on its shape, so that one photograph enrolled twice gets two
    scores. Here every row is added up alike, in float64; equal scores keep the order of enrolment.
    """
    rows = np.sort(rows)
    score = (references[rows].astype(np.float64) * probe).sum(axis=1).astype(np.float32)
    order = np.argsort(-score, kind="stable")[:k]
    return score[order], rows[order]
