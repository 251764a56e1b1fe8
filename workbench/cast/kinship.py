"""Kin and look-alikes: people between two people."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from workbench.cast.hairstyles import blend
from workbench.cast.people import Person
from workbench.cast.shapes import Floats

__all__ = ["kin"]


def kin(a: Person, b: Person, t: float, *, name: str = "") -> Person:
    """The person a share `t` of the way from `a` (0) to `b` (1): a look-alike of `a` near 0.2, a child of both near 0.5.

    >>> from workbench.cast.people import person
    >>> round(kin(person(1), person(2), 0.5).age) == round((person(1).age + person(2).age) / 2)
    True
    """
    near = a if t < 0.5 else b
    return Person(
        seed=near.seed,
        name=name or f"{a.name.split()[0]}-{b.name}",
        age=_between(a.age, b.age, t),
        robust=_between(a.robust, b.robust, t),
        traits=_blend(a.traits, b.traits, t),
        tone=_blend(a.tone, b.tone, t),
        hair=blend(a.hair, b.hair, t),
        beard=_blend(a.beard, b.beard, t),
        bumps=_mixed(a.bumps, b.bumps, t),
        tints=_mixed(a.tints, b.tints, t),
        moles=np.concatenate([a.moles * [1, 1, 1, 1 - t], b.moles * [1, 1, 1, t]]).astype(np.float32),
        grain=tuple((seed, w * (1 - t)) for seed, w in a.grain) + tuple((seed, w * t) for seed, w in b.grain),
        glasses=near.glasses,
        frame=near.frame,
        wardrobe=_mixed(a.wardrobe, b.wardrobe, t),
    )


def _between(a: float, b: float, t: float) -> float:
    return float(a * (1 - t) + b * t)


def _blend(a: Mapping[str, float], b: Mapping[str, float], t: float) -> dict[str, float]:
    return {key: _between(a[key], b[key], t) for key in a}


def _mixed(a: Floats, b: Floats, t: float) -> Floats:
    return np.asarray(a * (1 - t) + b * t, np.float32)
