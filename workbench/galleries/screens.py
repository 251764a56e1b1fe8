"""A first look at all references: cosines that are off by no more than is said, as quickly as this machine can have them.

Long lists are looked at in whole numbers. Every reference r is a scale times integers of 8 bits, s w, and an error e whose
length is known; so is every probe p = t x + f. Then p r = t s (x w) + t x e + f r, and by Cauchy and Schwarz the first term,
which processors work out several times faster than a product of floats, is off by at most |t x| |e| + |f| |r|.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.galleries.ranking import ROUNDING
from workbench.models.session import open_session

__all__ = ["LONG", "Screen", "in_floats", "screen_of"]

F32 = NDArray[np.float32]
I8 = NDArray[np.int8]
Screen = Callable[[F32], tuple[F32, float]]  # probes (Q, D) -> cosines (Q, R), and what each may be off by

LONG = 1 << 21  # numbers in all references, from which whole numbers are worth their while
_ON_THE_SPOT, _FEWEST = 1 << 18, 64  # multiplications that OpenBLAS does without calling another thread; rows a part
_MOST = 1 << 30  # numbers in all references that one model may hold
_TOP, _ZERO = 127, 128  # the greatest integer, and what is added to make it positive: processors want one side unsigned


def screen_of(references: F32) -> Screen:
    """The quickest screen that is right on this machine for references (R, D)."""
    if LONG <= references.size <= _MOST and np.isfinite(references).all() and whole_numbers_are_right():
        return _WholeNumbers(references)
    return in_floats(references)


def in_floats(references: F32) -> Screen:
    """Products as they are, from the references themselves: nothing else holds a copy of them."""
    return lambda probes: (_products(probes, references), ROUNDING)


def _products(probes: F32, references: F32) -> F32:
    """Every probe (Q, D) with every reference (R, D), (Q, R); of few probes in parts that BLAS does on the spot.

    It calls its other threads for more than that, and where a core is busy with something else, as it is while a camera is
    watched, waits for them: 7.6 ms instead of 1.2 for four probes and 10,000 references.
    """
    rows = _ON_THE_SPOT // max(1, probes.size)
    if rows < _FEWEST:
        return np.asarray(probes @ references.T)
    parts = [probes @ references[at : at + rows].T for at in range(0, max(1, len(references)), rows)]
    return np.concatenate(parts, axis=1)


class _WholeNumbers:
    """References as integers of 8 bits, each with its own scale."""

    def __init__(self, references: F32) -> None:
        scale = np.maximum(np.abs(references).max(axis=1), np.finfo(np.float32).tiny) / _TOP
        integers = np.rint(references / scale[:, None]).astype(np.int8)
        lengths = [_lengths(*each) for each in zip(_blocks(references), _blocks(integers), _blocks(scale), strict=True)]
        self._error, self._longest = np.max(lengths, axis=0)
        self._session = open_session(_model(integers, scale.astype(np.float32)), providers=["cpu"])

    def __call__(self, probes: F32) -> tuple[F32, float]:
        """See `Screen`."""
        unit = max(float(np.abs(probes).max()), 1e-30) / _TOP
        integers = np.rint(probes / unit)
        near = integers.astype(np.float64) * unit
        off = np.linalg.norm(near, axis=1) * self._error + np.linalg.norm(probes - near, axis=1) * self._longest
        fed = {"probes": (integers + _ZERO).astype(np.uint8), "unit": np.array(unit, np.float32)}
        return self._session.run(None, fed)[0], float(off.max()) + ROUNDING


def _blocks(rows: NDArray[Any]) -> list[NDArray[Any]]:
    """The same rows, some thousand at a time."""
    return np.array_split(rows, max(1, len(rows) // 4096))


def _lengths(references: F32, integers: I8, scale: F32) -> tuple[float, float]:
    """Length of the longest error and of the longest reference."""
    exact = references.astype(np.float64)
    errors = exact - integers * scale.astype(np.float64)[:, None]
    return tuple(float(np.linalg.norm(each, axis=1).max()) for each in (errors, exact))  # type: ignore[return-value]


def _model(integers: I8, scale: F32) -> bytes:
    """A network of one layer: probes (Q, D) times integers (R, D), times `unit`, times the scales (R,)."""
    from onnx import TensorProto, helper, numpy_helper

    fixed = {"references": integers.T, "scale": scale, "zero": np.uint8(_ZERO)}
    rows, width = integers.shape
    graph = helper.make_graph(
        [
            helper.make_node(
                "MatMulIntegerToFloat", ["probes", "references", "unit", "scale", "zero"], ["y"], domain="com.microsoft"
            )
        ],
        "screen",
        [
            helper.make_tensor_value_info("probes", TensorProto.UINT8, [None, width]),
            helper.make_tensor_value_info("unit", TensorProto.FLOAT, []),
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, rows])],
        [numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in fixed.items()],
    )
    versions = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return bytes(helper.make_model(graph, opset_imports=versions, ir_version=8).SerializeToString())


@cache
def whole_numbers_are_right() -> bool:
    """Whether this processor adds up the largest integers without losing any: some of before 2019 have sums that saturate."""
    signs = np.random.default_rng(0).choice(np.array([-_TOP, _TOP], np.int8), (64, 256))
    session = open_session(_model(signs, np.ones(len(signs), np.float32)), providers=["cpu"], threads=1)
    fed = {"probes": (signs.astype(np.int16) + _ZERO).astype(np.uint8), "unit": np.array(1, np.float32)}
    wanted = signs.astype(np.int64) @ signs.astype(np.int64).T
    return bool(np.array_equal(session.run(None, fed)[0], wanted))
