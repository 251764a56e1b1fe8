"""A rate in each group of people, with its interval, its count, and its ratio to a reference group.

Groups come from recorded, self-declared labels; nothing here, and nothing in this software, guesses one from a face. Few
people of a group say nothing about the group: below a stated number of people the rate is NaN, shown as "too few to say".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import InputError
from workbench.html import card, note, table
from workbench.intervals import Interval, interval_by_subject, people_of, ratio_interval
from workbench.missing import labels_of, truths_of
from workbench.sameness import same_fields
from workbench.sentences import TOO_FEW_WORDS, per_cent, span_words, times_words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TOO_FEW", "GroupRates", "group_rates"]

TOO_FEW = 10
"""People below which a rate of a group is not stated; 10 people without an error leave up to 31 % possible."""

ROWS = 40  # groups in one output
_PER_GROUP = ("group", "count", "passes", "people", "rate", "low", "high", "ratio", "ratio_low", "ratio_high")

F64 = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class GroupRates:
    """A rate in each of G groups; rates and limits are NaN where the group has fewer people than stated.

    group : (G,) names in alphabetical order
    count, passes, people : (G,) passes with the outcome, all passes, people who made them
    rate, low, high : (G,) 0..1, limits at 95 % by person
    ratio, ratio_low, ratio_high : (G,) rate / rate of the reference group; 1 with NaN limits for that group itself. Where the
        reference group has none the ratio is NaN and has no upper limit (inf), but a lower one: at least so many times
    reference : name of the reference group
    least : people a group needs
    """

    group: NDArray[np.str_]
    count: Ints
    passes: Ints
    people: Ints
    rate: F64
    low: F64
    high: F64
    ratio: F64
    ratio_low: F64
    ratio_high: F64
    reference: str
    least: int

    def __eq__(self, other: object) -> bool:
        return same_fields(self, other)

    def to_frame(self) -> pd.DataFrame:
        """One row a group, as a pandas table."""
        import pandas as pd

        return pd.DataFrame({name: getattr(self, name) for name in _PER_GROUP})

    def __repr__(self) -> str:
        rates = ", ".join(f"{name} {per_cent(rate)}" for name, rate in zip(self.group, self.rate.tolist(), strict=True))
        return f"GroupRates({self.group.size} groups, {self.passes.sum():,} passes: {rates or 'no group is recorded'})"

    def _repr_html_(self) -> str:
        head = (
            "group",
            "passes",
            "people",
            "rate",
            "95 % limits, by person",
            f"times that of {self.reference}",
            "95 %",
        )
        rows = [self._row(i) for i in range(self.group.size)]
        few = f"Below {self.least:,} people a group is {TOO_FEW_WORDS}. Groups are recorded labels; nothing is guessed from a face."
        return card(
            "Rates by group",
            table(
                "Passes with the outcome, of all passes of each recorded group",
                head,
                rows[:ROWS],
                more=len(rows) - ROWS,
            ),
            note(few),
        )

    def _row(self, i: int) -> tuple[object, ...]:
        counts = str(self.group[i]), f"{self.count[i]:,} of {self.passes[i]:,}", int(self.people[i])
        limits = span_words(float(self.low[i]), float(self.high[i]))
        shown = *counts, per_cent(float(self.rate[i])), limits
        ratio, low, high = (float(each[i]) for each in (self.ratio, self.ratio_low, self.ratio_high))
        if self.group[i] == self.reference or (math.isnan(ratio) and not low > 0):
            return *shown, "–", "–"
        times = f"at least {times_words(low)}" if math.isnan(ratio) else times_words(ratio)
        return *shown, times, f"{times_words(low)} to {times_words(high)}"


def group_rates(
    outcome: ArrayLike,
    group: ArrayLike,
    subject: ArrayLike | None = None,
    *,
    reference: object | None = None,
    least: int = TOO_FEW,
) -> GroupRates:
    """Share of passes with `outcome` in each group.

    outcome, group, subject : (n,) bool; names, "" or missing where not recorded (left out); as for `intervals.people_of`
    reference : name or number of the group that the others are compared with; the one with most people if not given
    least : people below which a group's rate is NaN

    >>> rates = group_rates([True, False] * 10 + [True], ["x"] * 10 + ["y"] * 10 + ["z"])
    >>> rates.group.tolist(), rates.rate.tolist(), rates.ratio.tolist()
    (['x', 'y', 'z'], [0.5, 0.5, nan], [1.0, 1.0, nan])
    """
    happened, names = truths_of(outcome), labels_of(group).astype(np.str_)
    if names.shape != happened.shape:
        raise InputError(
            f"there are {happened.size:,} passes but groups of shape {names.shape}; give each pass its group"
        )
    who = people_of(subject, happened.size)[0]
    groups = np.unique(names[names != ""])
    parts = [names == name for name in groups]
    people = np.array([np.unique(who[part]).size for part in parts], np.int64)
    count = np.array([np.count_nonzero(happened[part]) for part in parts], np.int64)
    passes = np.array([np.count_nonzero(part) for part in parts], np.int64)
    said = people >= max(least, 1)
    rate = np.where(said, count / passes, np.nan)
    span = _spans([interval_by_subject(happened[part], who[part]) for part in parts], said)
    base = _reference(groups, people, reference)
    ratio, ratios = _ratios(rate, span, base)
    name = str(groups[base]) if groups.size else ""
    return GroupRates(groups, count, passes, people, rate, *span, ratio, *ratios, name, least)


def _spans(each: list[Interval], said: NDArray[np.bool_]) -> Interval:
    limits = np.array(each, np.float64).reshape(-1, 2)
    return Interval(*np.where(said, limits.T, np.nan))


def _reference(groups: NDArray[np.str_], people: Ints, wanted: object | None) -> int:
    if wanted is None:
        return int(np.argmax(people)) if groups.size else 0
    name = str(labels_of(np.array([wanted], object))[0])  # a number is named as the groups are
    if name not in groups:
        raise InputError(f"there is no group {name!r} to compare with; the groups are {', '.join(groups) or 'none'}")
    return int(np.flatnonzero(groups == name)[0])


def _ratios(rate: F64, span: Interval, base: int) -> tuple[F64, Interval]:
    """Ratio to group `base` with limits; NaN where either rate is. Where the reference rate is 0 it is NaN from a lower limit to inf."""
    if not rate.size:
        return rate, span
    of, itself = rate[base], np.arange(rate.size) == base
    ratio = np.divide(rate, of, out=np.full(rate.shape, np.nan), where=of > 0)
    limits = ratio_interval(rate, span, of, Interval(span.low[base], span.high[base]))
    return ratio, Interval(*np.where(itself, np.nan, np.array(limits)))
