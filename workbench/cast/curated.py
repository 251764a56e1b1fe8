"""The default cast: sixty strangers chosen to look as different as possible, four look-alikes and two families."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workbench.cast.kinship import kin
from workbench.cast.people import Person, person

__all__ = ["AGES", "SEEDS", "TONES", "Cast", "choose", "default_cast"]

Floats = NDArray[np.float32]

_CHOSEN = """
57 151 23 214 92 209 198 107 227 165 30 147 84 207 180
76 248 243 159 31 242 265 39 164 4 114 194 47 173 104
169 153 100 127 6 261 98 177 270 135 277 438 256 271 8
203 205 201 162 440 216 196 195 249 96 213 210 17 95 252
"""
SEEDS = tuple(int(seed) for seed in _CHOSEN.split())
_LOOKALIKES = ((0, 9), (5, 14), (11, 3), (17, 8))  # numbers in SEEDS: who is resembled, and towards whom they differ
_FAMILIES = ((2, 6), (12, 19))  # numbers in SEEDS: the parents
_CHILDREN = (0.35, 0.5, 0.65)
TONES = np.linspace(0, 1, 7)  # bands of skin melanin, ten of the sixty in each
AGES = np.linspace(20, 78, 5)  # bands of age, fifteen in each


@dataclass(frozen=True)
class Cast:
    """People who do not exist.

    people : the strangers
    lookalikes : (the one who is resembled, the look-alike)
    families : parents first, then their children
    """

    people: tuple[Person, ...]
    lookalikes: tuple[tuple[Person, Person], ...]
    families: tuple[tuple[Person, ...], ...]

    def __len__(self) -> int:
        return len(self.people)

    def __iter__(self) -> Iterator[Person]:
        return iter(self.people)

    def __getitem__(self, number: int) -> Person:
        return self.people[number]

    def __repr__(self) -> str:
        return f"Cast({len(self)} generated people, {len(self.lookalikes)} look-alikes, {len(self.families)} families)"


@lru_cache(maxsize=1)
def default_cast() -> Cast:
    """The project's own cast, the same on every machine."""
    people = tuple(person(seed) for seed in SEEDS)
    lookalikes = tuple((people[a], kin(people[a], people[b], 0.22)) for a, b in _LOOKALIKES)
    families = tuple(_family(people[a], people[b]) for a, b in _FAMILIES)
    return Cast(people, lookalikes, families)


def _family(a: Person, b: Person) -> tuple[Person, ...]:
    (one, bird), (two, other) = a.name.split(), b.name.split()
    names = [f"{one}-{two} {last}" for last in (bird, "Fledgling", other)]
    return (a, b, *(kin(a, b, t, name=name) for t, name in zip(_CHILDREN, names, strict=True)))


def choose(seeds: Sequence[int], embed: Callable[[Person], Floats | None], count: int = 60) -> list[int]:
    """Farthest-point choice: each next person is the one least like all chosen before, while their bands have room.

    embed : template of a person's portrait, or None if no face was found
    """
    people = [person(seed) for seed in seeds]
    found = [(p, t) for p, t in ((p, embed(p)) for p in people) if t is not None]
    likeness = np.stack([t for _, t in found]) @ np.stack([t for _, t in found]).T
    return [found[i][0].seed for i in farthest(likeness, [p for p, _ in found], count)]


def farthest(likeness: Floats, people: Sequence[Person], count: int) -> list[int]:
    """Numbers of the chosen, the most different first."""
    tone = np.digitize([p.melanin for p in people], TONES[1:-1])
    age = np.digitize([p.age for p in people], AGES[1:-1])
    room = {"tone": np.full(6, count / 6), "age": np.full(4, count / 4)}
    chosen: list[int] = []
    nearest = likeness.mean(1)
    while len(chosen) < count:
        open_band = (room["tone"][tone] > 0) & (room["age"][age] > 0)
        open_band[chosen] = False
        if not open_band.any():
            open_band = ~np.isin(np.arange(len(people)), chosen)
        pick = int(np.argmin(np.where(open_band, nearest, np.inf)))
        nearest = likeness[pick] if not chosen else np.maximum(nearest, likeness[pick])
        chosen.append(pick)
        room["tone"][tone[pick]] -= 1
        room["age"][age[pick]] -= 1
    return chosen
