"""A person who does not exist: everything about them follows from one number, their seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.cast.hairstyles import Hairstyle, draw_style
from workbench.cast.names import name_of
from workbench.cast.shapes import Floats
from workbench.cast.traits import TRAITS

__all__ = ["BUMPS", "Person", "person"]

BUMPS = 40  # how many shapes and tints of a face nobody named
_MOLES = 6
_SPREAD = 1.6  # people differ a little more than a census says, so that machines can tell them apart
_SHAPE, _SKIN, _HAIR, _WEAR = 1, 2, 3, 4  # independent streams: skin tone cannot depend on the shape of a face


@dataclass(frozen=True, eq=False)
class Person:
    """One of the cast. Values are replaced, never changed.

    seed : the number that the person follows from
    name : a colour and a bird, so that nobody takes it for a real name
    age : years
    robust : -1 slender bones .. +1 heavy bones
    traits : measure -> value, see `traits.py` (cm, degrees, ratios)
    tone : colour measures, all 0..1: melanin, hair_melanin, hair_red, grey, iris_hue
    hair, beard : the haircut, and lengths in cm of `stubble` (ratio), `full`, `moustache`, `goatee`
    bumps, tints : (40,) and (40, 2) low-frequency shape and colour of this face alone, in sd
    moles : (6, 4) x cm, y cm, radius cm, darkness 0..1
    grain : (seed, weight) of the skin's fine pattern; two entries for kin
    frame, wardrobe : (6,) 0..1 each, spectacles and clothes; `glasses` says whether the spectacles are worn
    """

    seed: int
    name: str
    age: float
    robust: float
    traits: Mapping[str, float]
    tone: Mapping[str, float]
    hair: Hairstyle
    beard: Mapping[str, float]
    bumps: Floats
    tints: Floats
    moles: Floats
    grain: tuple[tuple[int, float], ...]
    glasses: bool
    frame: Floats
    wardrobe: Floats

    def __getattr__(self, name: str) -> float:
        for group in ("traits", "tone"):
            values = self.__dict__.get(group, {})
            if name in values:
                return float(values[name])
        raise AttributeError(name)

    def __repr__(self) -> str:
        return f"Person({self.seed} {self.name}, generated, {self.age:.0f} years)"

    def portrait(self, size: int = 256, **shot: Any) -> NDArray[np.uint8]:
        """A picture of this person, (size, size, 3) uint8 RGB; `cast.portrait.portrait` names every knob."""
        from workbench.cast.portrait import portrait

        return portrait(self, size, **shot)

    @property
    def wrinkled(self) -> float:
        """How much age shows in the skin, 0 (30 years) .. 1 (78)."""
        t = float(np.clip((self.age - 32) / 46, 0, 1))
        return t * t * (3 - 2 * t)

    def aged(self, years: float) -> Person:
        """The same person, so many years later (or earlier)."""
        step = {t.name: t.age * years / 25 for t in TRAITS}
        traits = {t.name: float(np.clip(self.traits[t.name] + step[t.name], t.low, t.high)) for t in TRAITS}
        tone = {**self.tone, "grey": float(np.clip(self.tone["grey"] + years / 40, 0, 1))}
        return replace(self, age=float(np.clip(self.age + years, 18, 90)), traits=traits, tone=tone)


def person(seed: int) -> Person:
    """The person that follows from `seed`; the same seed is the same person on every machine.

    >>> person(7).name == person(7).name and person(7).name != person(8).name
    True
    """
    shape = np.random.default_rng([seed, _SHAPE])
    robust = float(np.clip(shape.choice([-0.75, 0.75]) + shape.normal() * 0.35, -1.3, 1.3))
    age = float(shape.uniform(20, 78))
    tone = _tone(np.random.default_rng([seed, _SKIN]), age)
    hair_rng = np.random.default_rng([seed, _HAIR])
    wear = np.random.default_rng([seed, _WEAR])
    return Person(
        seed=seed,
        name=name_of(seed),
        age=age,
        robust=robust,
        traits=_measures(shape, robust, age),
        tone=tone,
        hair=draw_style(hair_rng, robust, age, tone["melanin"]),
        beard=_beard(hair_rng, robust),
        bumps=shape.normal(size=BUMPS).astype(np.float32),
        tints=shape.normal(size=(BUMPS, 2)).astype(np.float32),
        moles=_moles(shape),
        grain=((seed, 1.0),),
        glasses=bool(wear.random() < 0.2),
        frame=wear.random(6).astype(np.float32),
        wardrobe=wear.random(6).astype(np.float32),
    )


def _measures(rng: np.random.Generator, robust: float, age: float) -> dict[str, float]:
    values = {}
    for t in TRAITS:
        value = t.mean + _SPREAD * t.sd * rng.normal() + t.robust * robust + t.age * (age - 40) / 25
        values[t.name] = float(np.clip(value, t.low, t.high))
    return values


def _tone(rng: np.random.Generator, age: float) -> dict[str, float]:
    melanin = float(rng.uniform(0.03, 0.97))  # even over the whole range of human skin
    darkest = 0.86 if melanin > 0.6 else 0.55 if melanin > 0.35 else 0.0
    hair = float(np.clip(max(rng.normal(0.45 + 0.5 * melanin, 0.24), darkest), 0, 1))
    return {
        "melanin": melanin,
        "hair_melanin": hair,
        "hair_red": float(np.clip(rng.normal(0.22, 0.25), 0, 1)) if melanin < 0.4 else 0.1,
        "grey": float(np.clip((age - 44 + rng.normal() * 9) / 32, 0, 1)) * float(rng.random() > 0.25),
        "iris_hue": float(np.clip(rng.beta(1, 1.6) - 1.8 * max(0.0, melanin - 0.25), 0, 1)),
    }


def _beard(rng: np.random.Generator, robust: float) -> dict[str, float]:
    grows = robust > 0.15
    kind = rng.random() if grows else 1.0
    full = float(rng.uniform(0.5, 2.0)) if kind < 0.22 else 0.0
    goatee = float(rng.uniform(0.5, 1.2)) if 0.30 < kind < 0.37 else 0.0
    moustache = float(rng.uniform(0.5, 0.9)) if kind < 0.30 or goatee else 0.0
    stubble = float(np.clip(rng.normal(0.35, 0.25), 0, 1)) if grows else 0.0
    return {
        "stubble": max(stubble, 0.5 if full or goatee else 0.0),
        "full": full,
        "moustache": moustache,
        "goatee": goatee,
    }


def _moles(rng: np.random.Generator) -> Floats:
    x, y = rng.uniform(-5.6, 5.6, _MOLES), rng.uniform(-10.0, 6.0, _MOLES)
    radius = rng.uniform(0.06, 0.15, _MOLES)
    dark = rng.uniform(0.2, 0.7, _MOLES) * (rng.random(_MOLES) < 0.35)
    return np.stack([x, y, radius, dark], 1).astype(np.float32)
