"""How rare a score is among strangers, where somebody measured it; everywhere else it is "not measured"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workbench.outcomes import scale_fpir
from workbench.sentences import one_in_words

__all__ = ["Rarity", "rarity_words", "reached_by"]


@dataclass(frozen=True)
class Rarity:
    """A score of which somebody measured how many strangers reach it.

    score : cosine; fpir : 0..1, share of strangers whose best candidate reached it; listed : people on the list there
    source : what was measured, in words; at_most : True where `fpir` is an upper limit, because nobody reached the score
    """

    score: float
    fpir: float
    listed: int
    source: str
    at_most: bool = False

    def false_candidates(self, listed: int) -> float:
        """Of `listed` people, how many are expected to reach the score for a stranger; comparisons taken for independent.

        >>> round(Rarity(0.4, 0.01, 20, "").false_candidates(2_000), 2)
        1.0
        """
        return listed * float(scale_fpir(self.fpir, self.listed, 1))

    def strangers(self, listed: int) -> float:
        """Share of strangers whose best candidate reaches the score with `listed` people on the list, 0..1."""
        return float(scale_fpir(self.fpir, self.listed, listed))


def reached_by(score: float, known: Iterable[Rarity]) -> Rarity | None:
    """The highest measured score that `score` reaches; None below all of them, because nothing is known there."""
    return max((each for each in known if each.score <= score), key=lambda each: each.score, default=None)


def rarity_words(score: float, known: Iterable[Rarity], listed: int) -> str:
    """How rare a candidate's score is among strangers, for people.

    >>> rarity_words(0.5, [Rarity(0.4, 0.01, 20, "ORL")], 20)
    'reaches 0.400, as does the best candidate of 1 in 100 strangers with 20 listed'
    >>> rarity_words(0.3, [Rarity(0.4, 0.01, 20, "ORL")], 20)
    'how many strangers score this high was not measured'
    >>> rarity_words(0.5, [Rarity(0.4, 0.0, 20, "ORL")], 20)
    'reaches 0.400, as no stranger did who was measured'
    """
    found = reached_by(score, known)
    if found is None or not found.listed:
        return "how many strangers score this high was not measured"
    if not listed:
        return "nobody is listed, whom a stranger could resemble"
    if not found.fpir:
        return f"reaches {found.score:.3f}, as no stranger did who was measured"
    most = "at most " if found.at_most else ""
    rate = one_in_words(found.strangers(listed))
    return f"reaches {found.score:.3f}, as does the best candidate of {most}{rate} strangers with {listed:,} listed"
