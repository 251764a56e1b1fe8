"""Lesson 4: one thing about a picture made worse step by step, and what becomes of the scores of the right person and a stranger."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from widgets.lessons.drawing import ASSETS, LADDERS
from widgets.lessons.pairs import line
from widgets.lessons.stages import Likenesses, likenesses
from workbench.errors import InputError
from workbench.html import Card, card, note, pictures

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Ladder", "ladder"]

TITLES = {
    "distance": "Further away: the face becomes smaller",
    "blur": "Out of focus, or moving",
    "light": "The lamp goes round the head",
    "pose": "The face turns away",
}


@dataclass(frozen=True, eq=False)
class Ladder:
    """Steps from good to bad; `same` are pictures of the person on the reference, `other` of a stranger, in like conditions."""

    name: str
    steps: tuple[str, ...]
    same: Likenesses
    other: Likenesses

    def __repr__(self) -> str:
        return f"Ladder({self.name}: {', '.join(self.steps)})"

    def to_frame(self) -> pd.DataFrame:
        """One row a step: the score of the same person and of the stranger; NaN where they are not compared."""
        import pandas as pd

        return pd.DataFrame({self.name: self.steps, "same person": self.same.scores, "stranger": self.other.scores})

    def _repr_html_(self) -> str:
        rows = zip(
            self.steps, self.same.pictures, self.other.pictures, self.same.scores, self.other.scores, strict=True
        )
        cards = [
            Card(
                mine,
                step,
                (f"same person: {_said(score)}", f"stranger: {_said(other)}"),
                theirs,
                ("same person", "stranger"),
            )
            for step, mine, theirs, score, other in rows
        ]
        words = f"Generated people. ▲ at or above the line of {line():.3f}, ▽ below it. “Not compared”: no face found, or fewer than 32 px."
        return card(TITLES[self.name], pictures(cards, room=40_000), note(words))


@lru_cache(maxsize=4)
def ladder(name: str) -> Ladder:
    """One of the four ladders: distance, blur, light, pose."""
    if name not in LADDERS:
        raise InputError(f"there is no ladder {name!r}; there are {', '.join(LADDERS)}")
    labels = tuple(label for label, _ in LADDERS[name])
    reference = ASSETS / "quality" / "reference.jpg"
    sides = (
        likenesses(reference, {label: ASSETS / "quality" / f"{name}-{k}-{who}.jpg" for k, label in enumerate(labels)})
        for who in ("same", "other")
    )
    return Ladder(name, labels, *sides)


def _said(score: float) -> str:
    if math.isnan(score):
        return "not compared"
    return f"{score:.3f} {'▲' if score >= line() else '▽'}"
