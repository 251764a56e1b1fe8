"""Two systems asked about the same passes: who found what the other missed, how surely, and by how much.

The unit is the person: the passes of one person, and the repeats of one draw, are not independent votes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import InputError
from workbench.intervals import interval_by_subject, people_of
from workbench.missing import truths_of

__all__ = ["Paired", "paired", "sign_flip_p"]

F64 = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Paired:
    """What two systems, the old and the new, said of the same n passes by `people` people.

    both, only_old, only_new, neither : passes; their sum is n
    p : two-sided exact probability of a difference as large if each person's answers might as well have been swapped
    difference, low, high : rate of the new less rate of the old, -1..1, with 95 % limits by person; NaN if nothing can be said
    """

    both: int
    only_old: int
    only_new: int
    neither: int
    people: int
    p: float
    difference: float
    low: float
    high: float

    @property
    def passes(self) -> int:
        """N."""
        return self.both + self.only_old + self.only_new + self.neither


def paired(old: ArrayLike, new: ArrayLike, subject: ArrayLike | None = None) -> Paired:
    """Compare outcomes (n,) of bool of the old and the new system for the same passes of `subject`, as for `people_of`.

    With one pass a person `p` is McNemar's exact test. One person, or none, gives NaN.

    >>> result = paired([True] * 90 + [False] * 10, [True] * 88 + [False] * 4 + [True] * 8)
    >>> result.both, result.only_old, result.only_new, result.neither, round(result.p, 3)
    (88, 2, 8, 2, 0.109)
    """
    before, after = truths_of(old, "an answer"), truths_of(new, "an answer")
    if before.shape != after.shape:
        raise InputError(
            f"{before.size:,} answers of one system and {after.size:,} of the other are not of the same passes"
        )
    who, size = people_of(subject, before.size)
    counts = [int(np.count_nonzero(one & other)) for one in (before, ~before) for other in (after, ~after)]
    both, only_old, only_new, neither = counts
    lead = np.bincount(who, after.astype(np.float64) - before, size.size).round().astype(np.int64)
    known = size.size > 1
    low, high = _difference(before, after, who) if known else (float("nan"), float("nan"))
    gain = (only_new - only_old) / before.size if before.size else float("nan")
    p = sign_flip_p(lead) if known else float("nan")
    return Paired(both, only_old, only_new, neither, size.size, p, gain, low, high)


def sign_flip_p(lead: ArrayLike) -> float:
    """Two-sided exact p of the sum of `lead` (k,) of whole numbers, one a person, if each sign were a coin's.

    With leads of -1, 0 and 1 only this is McNemar's exact test (McNemar, Psychometrika 12 (1947) 153); with several passes a
    person it is Fisher's randomisation test over people, by convolution and not by drawing.

    >>> sign_flip_p([1] * 8 + [-1] * 2), sign_flip_p([]), sign_flip_p([3, 3])
    (0.109375, 1.0, 0.5)
    """
    leads = np.asarray(lead, np.int64)
    steps = np.abs(leads[leads != 0])
    chance = np.ones(1)  # of each sum from -total to total, in steps of 1
    for step in steps.tolist():
        wider = np.zeros(chance.size + 2 * step)
        wider[: chance.size] += chance / 2
        wider[2 * step :] += chance / 2
        chance = wider
    total = int(steps.sum())
    sums = np.arange(-total, total + 1)
    return float(min(1.0, chance[np.abs(sums) >= abs(int(leads.sum()))].sum()))


def _difference(old: NDArray[np.bool_], new: NDArray[np.bool_], who: Ints) -> tuple[float, float]:
    """Limits of the new rate less the old one, from the limits of both and how their errors go together.

    Source: the method of variance estimates recovery, Newcombe, Statistics in Medicine 17 (1998) 2635, method 10, with limits
    by person in place of Wilson's.
    """
    before, after = interval_by_subject(old, who), interval_by_subject(new, who)
    p, q, together = float(old.mean()), float(new.mean()), _together(old, new, who)

    def reach(one: float, other: float) -> float:
        return float(np.sqrt(max(one * one - 2 * together * one * other + other * other, 0.0)))

    low = q - p - reach(q - float(after.low), float(before.high) - p)
    high = q - p + reach(float(after.high) - q, p - float(before.low))
    return max(low, -1.0), min(high, 1.0)


def _together(old: NDArray[np.bool_], new: NDArray[np.bool_], who: Ints) -> float:
    """Correlation of the two counts of a person, lowered as Newcombe does: agreement on few people proves little."""
    people = int(who.max()) + 1
    counts = [np.bincount(who, each, people) - each.mean() * np.bincount(who, minlength=people) for each in (old, new)]
    scale = float(np.sqrt((counts[0] @ counts[0]) * (counts[1] @ counts[1])))
    if scale == 0:
        return 0.0
    both, neither = np.mean(old & new), np.mean(~old & ~new)
    agree = float(both * neither - np.mean(old & ~new) * np.mean(~old & new))
    less = max(1 - 1 / (2 * people * agree), 0.0) if agree > 0 else 1.0
    return float(counts[0] @ counts[1]) / scale * less
