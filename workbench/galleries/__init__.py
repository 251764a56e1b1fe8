"""Search in references: `exact` is the default and the oracle, the others must agree with it or state their recall."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError

__all__ = ["GALLERIES", "Gallery", "build_gallery", "check_gallery"]

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]


class Gallery(Protocol):
    """References that can be searched. Rows are numbered in the order in which they were given."""

    name: str

    def __len__(self) -> int:
        """Number of references."""

    def search(self, probes: F32, k: int) -> tuple[F32, I64]:
        """The `k` best references of each probe: cosines (Q, k) descending and rows (Q, k).

        Equal cosines keep the order of enrolment. Where fewer than `k` exist, columns are fewer.
        """


def _exact(references: F32) -> Gallery:
    from workbench.galleries.exact import ExactGallery

    return ExactGallery(references)


def _faiss(references: F32) -> Gallery:
    from workbench.galleries.faiss import FaissGallery

    return FaissGallery(references)


GALLERIES: dict[str, Callable[[F32], Gallery]] = {"exact": _exact, "faiss": _faiss}


def check_gallery(name: str) -> None:
    """`InputError` for a name that does not exist."""
    if name not in GALLERIES:
        raise InputError(f"there is no gallery {name!r}; choose one of {', '.join(GALLERIES)}")


def build_gallery(name: str, references: F32) -> Gallery:
    """The gallery `name` over unit vectors (R, D); `InputError` for a name that does not exist."""
    check_gallery(name)
    return GALLERIES[name](np.ascontiguousarray(references, np.float32))
