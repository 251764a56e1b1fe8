"""NumPy's arrays as Arrow's columns and back, as they lie in memory.

`pyarrow.array` and `to_numpy` ask whether something is of pandas, and import it to find out: half a second of a short command.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

__all__ = ["column", "named", "names_of", "values_of"]


def column(values: ArrayLike) -> pa.Array:
    """Numbers or truth values (N,) without gaps; NaN stays NaN."""
    plain = np.ascontiguousarray(values)
    held = np.packbits(plain, bitorder="little") if plain.dtype == bool else plain
    return pa.Array.from_buffers(pa.from_numpy_dtype(plain.dtype), len(plain), [None, pa.py_buffer(held)])


def named(texts: ArrayLike) -> pa.DictionaryArray:
    """Texts (N,), each different one kept once."""
    different, rows = np.unique(np.asarray(texts, np.str_), return_inverse=True)
    encoded = [str(text).encode() for text in different]
    ends = np.cumsum([0, *map(len, encoded)]).astype(np.int32)
    once = pa.StringArray.from_buffers(len(encoded), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded)))
    return pa.DictionaryArray.from_arrays(column(rows.astype(np.int32)), once)


def values_of(values: pa.ChunkedArray | pa.Array) -> NDArray[Any]:
    """The numbers or truth values of a column without gaps, (N,), to be read only."""
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if not pa.types.is_boolean(whole.type):
        return np.from_dlpack(whole)
    bits = np.frombuffer(whole.buffers()[1] or b"", np.uint8)
    return np.unpackbits(bits, bitorder="little").astype(bool)[whole.offset : whole.offset + len(whole)]


def names_of(texts: pa.ChunkedArray) -> NDArray[np.str_]:
    """The texts of a column of names, (N,)."""
    whole = texts.combine_chunks()
    return np.array(whole.dictionary.to_pylist(), np.str_)[values_of(whole.indices)]  # a million names, made of a few
