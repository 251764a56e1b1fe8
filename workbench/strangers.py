"""How many false candidates a score is worth: scores of people who were not on a list, kept as counts, times what is searched.

A case keeps the best score of every pass that raised no question. Compared with a list of L people, a share p of strangers
reached a score; one comparison then reaches it with f = 1 - (1 - p)^(1/L), if comparisons are independent, and a search in N
tracks shows N x f tracks of other people at that score, by chance. Counts on a grid are kept, not scores: a million passes are 401
numbers.

The tracks of an archive are no chance selection: each is there because it resembled somebody on a case's list. For that person, or
somebody alike, the K passes of which they were taken count, up to K x f (`selected_words`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from workbench.counts import count
from workbench.errors import InputError
from workbench.intervals import clopper_pearson
from workbench.metrics import scores_of
from workbench.outcomes import scale_fpir
from workbench.rarity import Rarity
from workbench.sameness import same_fields

__all__ = ["Basis", "Expected", "Known", "Strangers", "Unknown", "assumption", "expected_line", "selected_words"]

I64 = NDArray[np.int64]

GRID = np.linspace(-1.0, 1.0, 401)  # scores, 0.005 apart


class Expected(NamedTuple):
    """False candidates to be expected at or above a score, with 95 % limits; NaN where nothing is known.

    `mean` is NaN and `high` is not where no stranger reached the score: then at most `high` can be claimed.
    """

    mean: float
    low: float
    high: float


UNKNOWN = Expected(float("nan"), float("nan"), float("nan"))


class Basis(Protocol):
    """What an expectation rests on."""

    @property
    def words(self) -> str:
        """In a sentence, for whoever reads the answer."""

    def expected(self, score: float, searched: int) -> Expected:
        """Tracks of other people that reach `score` among `searched`."""


@dataclass(frozen=True, eq=False)
class Strangers:
    """Passes of people taken for strangers, and how many reached each score.

    passes : how many were compared, with lists of `listed` people on average; `lists` says how many with which, if they differ
    reached : (401,) passes that reached each score of the grid from -1 to 1 in steps of 0.005
    assumption : what had to be taken for true
    """

    passes: int
    listed: float
    reached: I64
    assumption: str = ""
    lists: tuple[tuple[int, float], ...] = ()

    def __eq__(self, other: object) -> bool:
        return same_fields(self, other)

    @classmethod
    def of(cls, scores: ArrayLike, listed: int, assumption: str = "") -> Strangers:
        """Counts of the best scores (K,) of strangers beside a list of `listed` people; -inf reaches none."""
        ordered = np.sort(scores_of(scores, "a stranger's score").astype(np.float64))
        return cls(len(ordered), float(listed), len(ordered) - np.searchsorted(ordered, GRID - 1e-9), assumption)

    @classmethod
    def together(cls, some: Iterable[Strangers]) -> Strangers:
        """All passes; the length of the list is the mean over them."""
        parts = [each for each in some if each.passes]
        passes = sum(each.passes for each in parts)
        listed = sum(each.passes * each.listed for each in parts) / passes if passes else float("nan")
        said = "; ".join(dict.fromkeys(each.assumption for each in parts if each.assumption))
        reached = sum((each.reached for each in parts), np.zeros(len(GRID), np.int64))
        return cls(passes, listed, reached, said, tuple((each.passes, each.listed) for each in parts))

    @classmethod
    def kept(cls, values: Mapping[str, Any]) -> Strangers:
        """As an archive keeps them."""
        lists = tuple((passes, listed) for passes, listed in values.get("lists", ()))
        return cls(
            values["passes"], values["listed"], np.array(values["reached"], np.int64), values["assumption"], lists
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        about = {"passes": self.passes, "listed": self.listed, "assumption": self.assumption}
        return (
            about
            | {"reached": self.reached.tolist()}
            | ({"lists": [list(each) for each in self.lists]} if self.lists else {})
        )

    @property
    def words(self) -> str:
        """See `Basis.words`."""
        said = f"; {self.assumption}" if self.assumption else ""
        return (
            f"measured on {self.passes:,} passes of strangers beside lists of {self.listed:,.0f} people in the cases added"
            f"{said}; the limits take passes and comparisons for independent"
        )

    def expected(self, score: float, searched: int) -> Expected:
        """See `Basis.expected`; a score between two of the grid is taken for the lower one, which errs to more.

        >>> Strangers.of([0.1, 0.2, 0.3, 0.4], listed=1).expected(0.3, 10).mean
        5.0
        """
        if not self.passes or np.isnan(score):
            return UNKNOWN
        count = int(self.reached[int((min(max(score, -1.0), 1.0) + 1) / 0.005 + 1e-6)])
        low, high = clopper_pearson(count, self.passes)
        if not count:  # nobody reached it: one limit, at 95 % (rule of three), not one of two
            high = clopper_pearson(0, self.passes, 0.90).high
        many = [searched * self._one_comparison(rate) for rate in (count / self.passes, float(low), float(high))]
        return Expected(many[0] if count else float("nan"), many[1], many[2])

    def _one_comparison(self, rate: float) -> float:
        """f, where a share `rate` of passes reached a score beside lists of these lengths: the mean over them of 1 - (1 - f)^L."""
        lengths = {length for _, length in self.lists}
        if len(lengths) < 2 or not 0 < rate < 1:
            return float(scale_fpir(rate, self.listed, 1))
        share, length = (np.array(column, np.float64) for column in zip(*self.lists, strict=True))
        share /= share.sum()
        ends = [float(scale_fpir(rate, each, 1)) for each in (max(lengths), min(lengths))]
        return float(brentq(lambda f: share @ scale_fpir(f, 1, length) - rate, *ends, xtol=1e-16, rtol=1e-9))


@dataclass(frozen=True)
class Known:
    """One score of which the rate is known or assumed; nothing is said below it, and for higher scores it is an upper limit."""

    rarity: Rarity

    @property
    def words(self) -> str:
        """See `Basis.words`."""
        rate = float(scale_fpir(self.rarity.fpir, self.rarity.listed, 1))
        return f"{self.rarity.source}: one comparison in {1 / rate:,.0f} of two people reaches {self.rarity.score:.3f}"

    def expected(self, score: float, searched: int) -> Expected:
        """See `Basis.expected`."""
        if score < self.rarity.score:
            return UNKNOWN
        count = self.rarity.false_candidates(searched)
        if score == self.rarity.score and not self.rarity.at_most:
            return Expected(count, count, count)  # a rate that somebody states has no limits
        return Expected(float("nan"), 0.0, count)


class Unknown:
    """Nobody measured strangers' scores, and nobody assumed anything."""

    words = (
        "how many strangers score this high was not measured; add a case with scanned strangers, or state an assumption"
    )

    def expected(self, score: float, searched: int) -> Expected:
        """See `Basis.expected`."""
        return UNKNOWN


def assumption(text: str, by: str) -> Known:
    """A stated assumption, `SCORE=RATE`: one comparison of two people reaches the score with that rate.

    >>> assumption("0.6=1e-6", "A. Ng").expected(0.6, 10_000_000).mean
    10.0
    """
    try:
        score, rate = (float(part) for part in text.split("="))
    except ValueError:
        score = rate = float("nan")
    if not (-1 <= score <= 1 and 0 < rate < 1):
        raise InputError(f"{text!r} is no assumption; write SCORE=RATE, such as 0.60=1e-6")
    return Known(Rarity(score, rate, 1, f"assumed by {by}, not measured"))


def expected_line(expected: Expected, searched: int) -> str:
    """An expectation for people.

    >>> expected_line(Expected(0.42, 0.1, 1.2), 5_000)
    '0.42 tracks of others among 5,000 are expected this high by chance (95 %: 0.1 to 1.2)'
    >>> expected_line(Expected(float("nan"), 0.0, 3.0), 5_000)
    'at most 3 tracks of others among 5,000 are expected this high by chance'
    """
    mean, low, high = expected
    if np.isnan(high):
        return "how many others score this high is not known"
    at_most, number = np.isnan(mean), _number(high if np.isnan(mean) else mean)
    what = "1 track of others" if number == "1" else f"{number} tracks of others"
    chance = f"{what} among {searched:,} {'is' if number == '1' else 'are'} expected this high by chance"
    if at_most:
        return f"at most {chance}"
    return chance + ("" if low == high else f" (95 %: {_number(low)} to {_number(high)})")


def selected_words(passes: int, searched: int) -> str:
    """What chance leaves out: tracks are in an archive because they resembled somebody; `passes` were compared for that, 0: unknown.

    "" where nobody was left out.

    >>> selected_words(200_000, 1_675).partition("; ")[0]
    'Every track is here because it resembled somebody on a list: for that person, or somebody alike, up to 119 times as many'
    """
    why = "Every track is here because it resembled somebody on a list: for that person, or somebody alike,"
    if not passes or not searched:
        return f"{why} more are to be expected; how many more is not known"
    if passes <= searched:  # all that passed were kept
        return ""
    return f"{why} up to {_number(passes / searched)} times as many; {passes:,} passes were compared, {count(searched, 'track')} searched"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
