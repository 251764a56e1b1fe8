"""What a learner's verdicts come to: hits, false alarms, d' and c at both looks, and which way the score moved her."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from widgets.lessons.pairs import PAIRS
from workbench.signal_detection import criterion, d_prime, d_prime_interval

__all__ = ["LOOKS", "VERDICTS", "Look", "Moved", "look_of", "moved"]

LOOKS = ("blind", "with the score")
VERDICTS = ("same", "different", "cannot tell")


@dataclass(frozen=True)
class Look:
    """One look at all pairs. "Cannot tell" counts as not "same": on it nobody is stopped.

    hits, same : "same" said of so many pairs of one person; false_alarms, different : likewise of two people
    d, low, high : d' with approximate 95 % limits; c : below 0 leans towards "same"
    """

    hits: int
    same: int
    false_alarms: int
    different: int
    unsure: int
    d: float
    low: float
    high: float
    c: float

    @property
    def errors(self) -> int:
        """Pairs of one person not called the same, and pairs of two that were."""
        return self.same - self.hits + self.false_alarms


@dataclass(frozen=True)
class Moved:
    """Verdicts that the score changed: towards what the score says, away from it; and how many became right or wrong by it."""

    towards: int
    away: int
    mended: int
    spoilt: int


def look_of(verdicts: Mapping[str, str]) -> Look:
    """Hits, false alarms, d' and c of verdicts by pair; pairs without a verdict are left out."""
    judged = [(pair.same, verdicts[pair.id]) for pair in PAIRS if pair.id in verdicts]
    same = sum(truth for truth, _ in judged)
    hits = sum(truth and said == "same" for truth, said in judged)
    alarms = sum(not truth and said == "same" for truth, said in judged)
    counts = hits, same, alarms, len(judged) - same
    unsure = sum(said == "cannot tell" for _, said in judged)
    low, high = d_prime_interval(*counts)
    return Look(*counts, unsure, float(d_prime(*counts)), float(low), float(high), float(criterion(*counts)))


def moved(before: Mapping[str, str], after: Mapping[str, str], score: Mapping[str, float], line: float) -> Moved:
    """What the second look changed, by whether it says "same"."""
    towards = away = mended = spoilt = 0
    for pair in PAIRS:
        first, second = before.get(pair.id) == "same", after.get(pair.id) == "same"
        if pair.id not in before or pair.id not in after or first == second:
            continue
        alert = not math.isnan(score[pair.id]) and score[pair.id] >= line
        towards += second == alert
        away += second != alert
        mended += second == pair.same
        spoilt += second != pair.same
    return Moved(towards, away, mended, spoilt)
