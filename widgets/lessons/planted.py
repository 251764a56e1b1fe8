"""The planted truth of the lessons, for whoever teaches them: the ten pairs as they are, and the groups' true rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from widgets.lessons.groups import true_rates
from widgets.lessons.pairs import PAIRS, Pair, line, scores
from workbench.html import OUTPUT, Card, card, note, pictures, table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PlantedTruth", "planted_truth"]

TABLES = 6_000  # bytes of an output that are left for what is not a picture


@dataclass(frozen=True)
class PlantedTruth:
    """What is known of the lessons' people, and what the pack says of them.

    scores : the pack's score of each pair, by its id; NaN where it finds no face
    line : the threshold of lesson 3
    rates : the share of each invented group's strangers at or above the line of lesson 5
    """

    scores: dict[str, float]
    line: float
    rates: dict[str, float]

    @property
    def erring(self) -> int:
        """On how many pairs the score is on the wrong side of the line."""
        return sum(self._errs(pair) for pair in PAIRS)

    def __repr__(self) -> str:
        return f"PlantedTruth({len(PAIRS)} pairs, the line errs on {self.erring}, {len(self.rates)} groups)"

    def _repr_html_(self) -> str:
        words = f"The line of lesson 3 is {self.line:.3f}. On {self.erring} of {len(PAIRS)} pairs the score is on its wrong side: whoever follows the score is wrong there."
        shown = pictures([self._card(pair) for pair in PAIRS], room=OUTPUT - TABLES)
        rates = [(group, f"1 in {1 / rate:,.0f}") for group, rate in self.rates.items()]
        groups = table("Lesson 5: strangers of each invented group at or above its line", ("group", "truth"), rates)
        return card(
            "The ten pairs, as they are", note(words, say=True), shown, groups, under="Generated people: nobody exists."
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a pair: pair, truth, kin or alike, score, line errs, what to look at."""
        import pandas as pd

        return pd.DataFrame(
            {
                "pair": [pair.id for pair in PAIRS],
                "truth": [_truth(pair) for pair in PAIRS],
                "kin or alike": [pair.kin for pair in PAIRS],
                "score": [self.scores[pair.id] for pair in PAIRS],
                "line errs": [self._errs(pair) for pair in PAIRS],
                "what to look at": [pair.what for pair in PAIRS],
            }
        )

    def _errs(self, pair: Pair) -> bool:
        return (self.scores[pair.id] >= self.line) != pair.same

    def _card(self, pair: Pair) -> Card:
        one, other = pair.pictures()
        score = f"score {self.scores[pair.id]:.3f}{': the line errs' if self._errs(pair) else ''}"
        return Card(one, f"{pair.id} · {_truth(pair)}", (score, pair.what), other, ("reference", "later"))


def planted_truth() -> PlantedTruth:
    """The ten pairs as they really are, with the pack's scores, and the true rates of the invented groups."""
    return PlantedTruth(scores(), line(), true_rates())


def _truth(pair: Pair) -> str:
    return "one person" if pair.same else "two people"
