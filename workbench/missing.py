"""What a table leaves empty: None, NaN and NA are one thing, and never a name, a group or an answer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import InputError

__all__ = ["labels_of", "missing", "truths_of"]

Bools = NDArray[np.bool_]


def missing(values: NDArray[Any]) -> Bools:
    """Where (n,) values are None, NaN, NaT, NA of pandas, or masked.

    >>> missing(np.array(["a", None, np.nan], object)).tolist()
    [False, True, True]
    """
    if np.ma.isMaskedArray(values):
        return np.ma.getmaskarray(values) | missing(np.asarray(values))
    if values.dtype.kind == "O":
        return np.array([not _known(value) for value in values], np.bool_)
    return np.asarray(values != values) if values.dtype.kind in "fcmM" else np.zeros(values.shape, np.bool_)


def labels_of(values: ArrayLike) -> NDArray[Any]:
    """Names or codes (n,), "" where nothing was recorded; whole numbers stay numbers, everything else becomes text.

    A number reads alike whatever it is kept in: pandas makes floats of a column of whole numbers in which one is missing.

    >>> labels_of(["a", None, float("nan"), 3]).tolist(), labels_of([1, 1, 2]).tolist(), labels_of([1.0, None]).tolist()
    (['a', '', '', '3'], [1, 1, 2], ['1', ''])
    """
    if isinstance(values, np.ndarray) and values.dtype.kind == "U" and not np.ma.isMaskedArray(values):
        return values
    array = values if isinstance(values, np.ndarray) else np.asarray(values, object)  # numpy would make "nan" of a NaN
    if array.ndim != 1:
        raise InputError(f"names have the shape {array.shape}; give one for each pass, in one row")
    empty = missing(array)
    if not empty.any() and (plain := np.asarray(values)).dtype.kind in "iuU":
        return plain
    return np.array(
        ["" if none else _label(value) for value, none in zip(np.asarray(array), empty, strict=True)], np.str_
    )


def truths_of(outcome: ArrayLike, what: str = "an outcome") -> Bools:
    """Yes or no of each pass, (n,) bool; `InputError` where one is missing: it would count as yes, or as no.

    >>> truths_of([True, 0]).tolist()
    [True, False]
    """
    array = outcome if np.ma.isMaskedArray(outcome) else np.asarray(outcome)
    if array.ndim != 1:
        raise InputError(f"{what} of each pass is asked for, in one row; these have the shape {array.shape}")
    if array.dtype.kind == "b" and not np.ma.isMaskedArray(array):
        return array
    if some := int(np.count_nonzero(missing(array))):
        raise InputError(f"{what} is missing in {some:,} of {array.size:,} passes; leave those passes out")
    plain = np.asarray(array).tolist() if array.dtype.kind == "O" else np.asarray(array)
    given = np.asarray(plain)
    if given.dtype.kind not in "biuf" or not np.isin(given, (0, 1)).all():
        raise InputError(f"{what} is neither yes nor no in some passes; give True and False, or 1 and 0")
    return given.astype(np.bool_)


def _label(value: Any) -> str:
    """A name as text; a float that is whole as the whole number."""
    return str(int(value)) if isinstance(value, float | np.floating) and value.is_integer() else str(value)


def _known(value: Any) -> bool:
    try:
        return value is not None and bool(value == value)
    except (TypeError, ValueError):  # NA of pandas is neither equal to itself nor not
        return False
