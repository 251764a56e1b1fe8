"""The ten pairs of lesson 3: what is known of each, its pictures, and what the pack says of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from widgets.lessons.cast_scores import cast_trials
from widgets.lessons.likeness import likeness

__all__ = ["FPIR", "PAIRS", "Pair", "line", "order", "scores"]

ASSETS = Path(__file__).with_name("assets") / "pairs"
FPIR = 0.05  # at which the line of the lesson is chosen: the cast can say no more


@dataclass(frozen=True)
class Pair:
    """Two pictures; `same` is the planted truth, `kin` says that the two are look-alikes or relatives."""

    id: str
    same: bool
    what: str
    kin: bool = False

    def pictures(self) -> tuple[bytes, bytes]:
        """The reference and the later picture, JPEG."""
        one, other = ((ASSETS / f"{self.id}{side}.jpg").read_bytes() for side in "ab")
        return one, other


PAIRS = (
    Pair("01", True, "One person, a little turned. The moles and the brows carry over; the background does not count."),
    Pair(
        "02",
        True,
        "One person, twenty years apart. Lines and hair change, the distances around eyes and nose hardly do.",
    ),
    Pair("03", True, "One person, dim and out of focus. Little can be seen; “cannot tell” would have been honest."),
    Pair("04", True, "One person, turned away, lit from the side. Compare what both pictures show, not the shadow."),
    Pair("05", True, "One person, behind sunglasses: the pack loses the eyes. Nose, moustache and mouth remain."),
    Pair(
        "06", False, "Two people who look alike, by chance: a look-alike is a fifth of the way to somebody else.", True
    ),
    Pair("07", False, "Two people who look alike. The pack's score is above the line: to it they are one.", True),
    Pair(
        "08", False, "Siblings. Relatives share what recognisers measure; no threshold tells all of them apart.", True
    ),
    Pair("09", False, "Two strangers of the same age. The outline of the face differs, and the hair misleads."),
    Pair("10", False, "Two people who look alike. The pack's score is above the line: to it they are one.", True),
)


@lru_cache(maxsize=1)
def scores() -> dict[str, float]:
    """What the pack dlib says of each pair, by its id; NaN where it finds no face."""
    return {pair.id: likeness(*pair.pictures()) for pair in PAIRS}


@lru_cache(maxsize=1)
def line() -> float:
    """The threshold at which 1 in 20 strangers of the cast raises an alert, rounded up to three digits."""
    return math.ceil(1000 * float(cast_trials().curve().at(fpir=FPIR).threshold)) / 1000


def order(letters: str, look: int) -> list[int]:
    """In which order a learner sees the pairs at the first and the second look: her own, and another each time."""
    return np.random.default_rng([int(letters, 16), look]).permutation(len(PAIRS)).tolist()
