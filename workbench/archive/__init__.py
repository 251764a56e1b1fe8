"""Search in many templates of passers-by: exact by default, fast with its recall measured, or in a Milvus cluster.

An index answers with rows and cosines. What a row is, who may ask, and in which `Space`, is the business of whoever builds it.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError

__all__ = ["MODES", "Index", "build_index", "check_mode"]

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]

MODES = ("exact", "fast")


class Index(Protocol):
    """Templates that can be searched; rows are numbered as they were given."""

    name: str

    def __len__(self) -> int:
        """Number of templates."""

    def search(self, probes: F32, k: int) -> tuple[F32, I64]:
        """The `k` most alike templates of each probe: cosines (Q, k) descending, and rows (Q, k), -1 where there are fewer."""


def check_mode(mode: str) -> None:
    """`InputError` for a search that does not exist."""
    if mode not in MODES and not mode.startswith("milvus://"):
        raise InputError(f"there is no search {mode!r}; choose {', '.join(MODES)} or milvus://host:port/collection")


def build_index(mode: str, templates: F32) -> Index:
    """An index over unit vectors (N, D): `exact`, `fast`, or an address `milvus://host:port/collection`."""
    check_mode(mode)
    if mode == "exact":
        from workbench.archive.exact import ExactIndex

        return ExactIndex(templates)
    if mode == "fast":
        from workbench.archive.fast import FastIndex

        return FastIndex(templates)
    from workbench.archive.milvus import MilvusIndex

    return MilvusIndex(mode, templates)
