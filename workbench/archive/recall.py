"""How much a fast search misses, measured on the archive itself: the exact search is the truth."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.archive import Index
from workbench.archive.exact import ExactIndex
from workbench.intervals import clopper_pearson

__all__ = ["Recall", "measure_recall"]

F32 = NDArray[np.float32]

PROBES = 256  # templates of the archive that are searched for


@dataclass(frozen=True)
class Recall:
    """Of the templates most alike to a probe, which share the fast search found.

    found, asked : counts; low, high : 95 % limits of found/asked, which is the recall at 1
    """

    found: int
    asked: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """0..1, NaN where nothing was asked."""
        return self.found / self.asked if self.asked else float("nan")

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        if not self.asked:
            return "recall not measured"
        return (
            f"recall {self.share:.3f} (95 % limits {self.low:.3f} to {self.high:.3f}): of {self.asked} templates of this "
            f"archive the most alike other one was found for {self.found}"
        )


def measure_recall(index: Index, templates: F32, rng: np.random.Generator) -> Recall:
    """Search for templates of the archive themselves, and compare the most alike *other* one with the exact search's.

    A tie, to the last digit of float32, counts as found: either answer is right.
    """
    if len(templates) < 2:
        return Recall(0, 0, float("nan"), float("nan"))
    rows = rng.choice(len(templates), min(PROBES, len(templates)), replace=False)
    asked = templates[rows]
    truth = _most_alike(*ExactIndex(templates).search(asked, 2), rows)
    given = _most_alike(*index.search(asked, 2), rows)
    found = int((given >= truth - 1e-6).sum())
    low, high = clopper_pearson(found, len(rows))
    return Recall(found, len(rows), float(low), float(high))


def _most_alike(scores: F32, found: NDArray[np.int64], own: NDArray[np.int64]) -> F32:
    """Cosine of the best row that is not the probe's own, (Q,); -inf where there is none."""
    others = np.where((found == own[:, None]) | (found < 0), -np.inf, scores)
    best: F32 = others.max(axis=1)
    return best
