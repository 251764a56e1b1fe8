"""What a caller gives to a verb: taken as what it is to be, or refused in a line that says what was given and what to give."""

from __future__ import annotations

from numbers import Integral, Real
from os import PathLike
from pathlib import Path

from workbench.errors import InputError

__all__ = ["number_of", "path_of", "said", "text_of", "whole_of"]


def path_of(given: object, what: str) -> Path:
    """A path, given as one or as text.

    >>> path_of(3, "the case")
    Traceback (most recent call last):
    workbench.errors.InputError: the case is given by its path, as text; this is 3 (int)
    """
    if isinstance(given, str | PathLike):
        return Path(given)
    raise InputError(f"{what} is given by its path, as text; this is {said(given)}")


def text_of(given: object, what: str) -> str:
    r"""Text, without the space around it; what is no UTF-8 is kept as an escape such as `\udce9`."""
    if isinstance(given, str):
        return given.strip().encode("utf-8", "backslashreplace").decode()
    raise InputError(f"{what} is given as text; this is {said(given)}")


def whole_of(given: object, what: str) -> int:
    """A whole number; True is none."""
    if isinstance(given, Integral) and not isinstance(given, bool):
        return int(given)
    raise InputError(f"{what} is a whole number; this is {said(given)}")


def number_of(given: object, what: str) -> float:
    """A number; NaN is one."""
    if isinstance(given, Real) and not isinstance(given, bool):
        return float(given)
    raise InputError(f"{what} is a number; this is {said(given)}")


def said(given: object) -> str:
    """What was given, in a few characters of one line.

    >>> said([1, 2]), said("x" * 99)[-13:]
    ('[1, 2] (list)', 'xxxx... (str)')
    """
    text = " ".join(repr(given).split())
    return f"{text if len(text) <= 60 else text[:57] + '...'} ({type(given).__name__})"
