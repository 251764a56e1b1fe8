"""Numbers that are missing in the names of a folder's images: pictures that were never written, or lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePath
from statistics import median_low
from typing import Any

__all__ = ["gaps_in"]

_NUMBERED = re.compile(r"(.*?)([0-9]+)([^0-9]*)", re.DOTALL)


def gaps_in(names: Sequence[str]) -> dict[str, Any]:
    """How many numbers are missing between names in order, and the name after which the first one is; nothing if none is.

    Only where all names differ by their last number alone, and most of them are equally far apart.

    >>> gaps_in(["a_0001.png", "a_0002.png", "a_0005.png", "a_0006.png"])
    {'numbers_missing': 2, 'first_gap': 'a_0002.png'}
    """
    found = [_NUMBERED.fullmatch(PurePath(name).stem) for name in names]
    parts = [match.groups() for match in found if match]
    if len(names) < 3 or len(parts) < len(names) or len({(before, after) for before, _, after in parts}) > 1:
        return {}
    numbers = [int(number) for _, number, _ in parts]
    steps = [after - before for before, after in pairwise(numbers)]
    usual = median_low(steps)
    wide = [at for at, step in enumerate(steps) if step >= 2 * usual and not _clock(numbers[at], numbers[at + 1])]
    if usual < 1 or not wide or steps.count(usual) * 2 <= len(steps):
        return {}
    return {"numbers_missing": sum(steps[at] // usual - 1 for at in wide), "first_gap": names[wide[0]]}


def _clock(before: int, after: int) -> bool:
    """Whether minutes or seconds of a clock begin anew, as from 120059 to 120100: nothing is missing there."""
    return (before % 100 >= 50 and after % 100 < 10 and after - before <= 50) or (
        before % 10_000 >= 5950 and after % 10_000 < 10 and after - before <= 4050
    )
