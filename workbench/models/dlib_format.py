"""dlib's serialised values, read strictly: an unexpected byte or a count beyond the bytes left is a `PackError`.

An integer is one byte (its length in the low nibble, 0x80 for minus) and a little-endian magnitude; a float is two
integers, mantissa and exponent of two; a tensor is a version, four sizes and raw little-endian float32.
Source: dlib's own headers serialize.h and tensor.h.
"""

from __future__ import annotations

import math
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from workbench.errors import PackError

__all__ = ["REINSTALL", "DlibReader"]

F32 = NDArray[np.float32]

REINSTALL = "pip install --force-reinstall --no-deps face_recognition_models==0.3.0"
LARGEST = float(np.finfo(np.float32).max)


class DlibReader:
    """A cursor over one .dat file.

    data : the whole file
    file : its name, for errors
    """

    def __init__(self, data: bytes, file: str) -> None:
        self._data, self._file, self._at = data, file, 0

    def fail(self, what: str) -> NoReturn:
        """Give up, saying what, where, and what to do."""
        raise PackError(f"{self._file}: {what} at byte {self._at:,} of {len(self._data):,}; run {REINSTALL}")

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        piece = self._data[self._at : self._at + size] if size >= 0 else b""
        if len(piece) != size:
            self.fail(f"{size:,} bytes were expected and the file ends")
        self._at += size
        return piece

    def integer(self) -> int:
        """One integer of at most 64 bits.

        >>> DlibReader(bytes([0x82, 0x34, 0x12]), "example").integer() == -0x1234
        True
        """
        head = self.take(1)[0]
        size = head & 0x0F
        if head & 0x70 or not 1 <= size <= 8:
            self.fail(f"no integer begins with {head:#04x}")
        magnitude = int.from_bytes(self.take(size), "little")
        return -magnitude if head & 0x80 else magnitude

    def count(self, each: int, most: int | None = None) -> int:
        """A number of things of at least `each` bytes, which therefore cannot be more than the bytes left hold."""
        number = self.integer()
        if number < 0 or number * each > len(self._data) - self._at or (most is not None and number > most):
            self.fail(f"a count of {number:,} is impossible")
        return number

    def real(self) -> float:
        """One finite float or double, which must fit a float32."""
        mantissa, exponent = self.integer(), self.integer()
        value = math.ldexp(mantissa, exponent) if -2000 < exponent < 900 else math.inf
        if not -LARGEST <= value <= LARGEST:
            self.fail("a number is not finite")
        return value

    def reals(self, number: int) -> F32:
        """`number` floats, as a vector."""
        return np.array([self.real() for _ in range(number)], np.float32)

    def flag(self) -> None:
        """One bool, written as ASCII 0 or 1, whose value nothing here depends on."""
        if self.take(1) not in (b"0", b"1"):
            self.fail("a flag is neither 0 nor 1")

    def word(self) -> str:
        """One short ASCII string."""
        return self.take(self.count(1, most=64)).decode("ascii", "replace")

    def expect(self, *allowed: int) -> int:
        """The next integer, which must be one of `allowed`: a version or a mode."""
        got = self.integer()
        if got not in allowed:
            self.fail(f"{got} stands where {' or '.join(map(str, allowed))} belongs")
        return got

    def expect_word(self, *allowed: str) -> str:
        """The next string, which must be one of `allowed`: a layer's tag."""
        got = self.word()
        if got not in allowed:
            self.fail(f"{got!r} stands where {' or '.join(map(repr, allowed))} belongs")
        return got

    def shape(self, version: int = 1) -> tuple[int, ...]:
        """Four sizes after their version; with version 1 this is a whole alias tensor, which has no values."""
        self.expect(version)
        sizes = tuple(self.integer() for _ in range(4))
        if not all(0 <= size <= 1 << 24 for size in sizes):
            self.fail(f"the tensor sizes {sizes} are impossible")
        return sizes

    def tensor(self) -> F32:
        """Four-dimensional float32 values."""
        sizes = self.shape(version=2)
        values = np.frombuffer(self.take(4 * math.prod(sizes)), "<f4").reshape(sizes)
        if not np.isfinite(values).all():
            self.fail("a weight is not finite")
        return values.astype(np.float32, copy=False)

    def column(self) -> F32:
        """A column vector: minus its rows, minus one column, its values."""
        rows, columns = -self.integer(), -self.integer()
        if columns != 1 or not 0 < rows <= (len(self._data) - self._at) // 4:
            self.fail(f"{rows} x {columns} is no column vector")
        return self.reals(rows)

    def end(self) -> None:
        """Nothing may follow."""
        if self._at != len(self._data):
            self.fail(f"{len(self._data) - self._at:,} bytes are left over")
