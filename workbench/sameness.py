"""When two values made of numbers, arrays and text are the same: field by field, what is unknown in both included."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

__all__ = ["same_fields"]


def same_fields(one: Any, other: Any) -> bool:
    """Whether two dataclasses are of one type and have the same fields; NaN is the same as NaN, and arrays are compared whole.

    >>> from workbench.paired import paired
    >>> same_fields(paired([True], [True]), paired([True], [True])), same_fields(paired([True], [True]), 3)
    (True, False)
    """
    if type(one) is not type(other):
        return False
    return all(_same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(one, other, equal_nan=all(np.asarray(each).dtype.kind == "f" for each in (one, other)))
    return bool(one == other or (one != one and other != other))
