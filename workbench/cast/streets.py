"""Streets to film: one with anybody on it, and the two of the demo, an easy one by day and a hard one at dusk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from workbench.cast.backdrop import DAY, DUSK, Lens
from workbench.cast.curated import default_cast
from workbench.cast.expression import Expression, draw_expression
from workbench.cast.model import Outfit
from workbench.cast.people import Person
from workbench.cast.scene import Street
from workbench.cast.walkers import Walker, approaching, crossing, leaving

__all__ = ["SECONDS", "easy_street", "hard_street", "listed", "shown_people", "street"]

SECONDS = 10.0
_HIGH = Lens(high=272.0, horizon=15.0)  # a camera on a wall: faces stay small and are seen from above
_SMILE = Expression(smile=0.25)


def street(
    people: Sequence[Person],
    *,
    listed: Collection[Person] = (),
    seconds: float = SECONDS,
    dusk: bool = False,
    seed: int = 0,
) -> Street:
    """A street on which `people` pass within `seconds`, most towards the camera, some across or away.

    listed : those of `people` whose role in the truth is "listed"; they all come towards the camera
    """
    rng = np.random.default_rng([seed, 81])
    when = np.linspace(0.25, 1.05, len(people)) * seconds if len(people) > 1 else np.array([0.5 * seconds])
    lanes = np.linspace(-56, 56, len(people) + 1)[rng.permutation(len(people))]
    walkers = [
        _somebody(p, float(t), float(lane), p in listed, rng) for p, t, lane in zip(people, when, lanes, strict=True)
    ]
    return Street(walkers, DUSK if dusk else DAY, seed=seed)


def _somebody(p: Person, when: float, lane: float, listed: bool, rng: np.random.Generator) -> Walker:
    phase, face = float(rng.uniform(0, 6)), draw_expression(rng)
    more: dict[str, Any] = {"phase": phase, "expression": face, "role": "listed" if listed else "passer-by"}
    kind = 0.0 if listed else rng.random()
    if kind < 0.7:
        return approaching(p, float(lane + np.sign(lane) * 6), when, speed=float(rng.uniform(65, 85)), **more)
    if kind < 0.9:
        return crossing(p, float(rng.uniform(300, 460)), when, side=int(rng.choice([-1, 1])), look=40, **more)
    return leaving(p, 2 * lane, 300 - 21 * when, **more)


def shown_people() -> tuple[Person, ...]:
    """The twenty whose portraits are shipped: the first twenty of the default cast."""
    return default_cast().people[:20]


def listed() -> tuple[Person, ...]:
    """The eight on the demo's watchlist."""
    return shown_people()[:8]


def easy_street() -> Street:
    """Six walkers in daylight, three of them listed, each near enough to be seen well."""
    who, strangers = listed(), shown_people()[8:]
    walkers = (
        approaching(who[0], -50, 2.6, role="listed", phase=0.4, expression=_SMILE),
        approaching(strangers[0], 52, 3.9, phase=1.7),
        approaching(who[1], -46, 5.6, role="listed", phase=2.9),
        approaching(strangers[1], 58, 7.0, phase=4.1, expression=_SMILE),
        approaching(who[2], -56, 8.2, role="listed", phase=5.2),
        approaching(strangers[2], 44, 9.6, phase=0.9),
    )
    return Street(walkers, DAY, seed=4)


def hard_street() -> Street:
    """Ten walkers at dusk who cross and hide each other; a look-alike, sunglasses, a face turned away."""
    who, strangers = listed(), shown_people()[10:]
    double = default_cast().lookalikes[0][1]
    walkers: tuple[Walker, ...] = (
        approaching(who[3], -40, 4.2, near=290, role="listed", phase=0.2),
        approaching(who[4], 52, 6.4, near=280, role="listed, sunglasses", phase=1.1, outfit=Outfit(sunglasses=True)),
        crossing(who[5], 420, 5.0, side=1, look=10, role="listed, turned away", phase=2.0),
        approaching(double, 8, 8.4, near=285, role="look-alike", phase=3.3),
        approaching(strangers[0], -95, 7.6, near=300, phase=4.2),
        approaching(strangers[1], 110, 9.4, near=300, phase=5.4, outfit=Outfit(hat=True)),
        crossing(strangers[2], 360, 3.2, side=-1, look=42, phase=0.8),
        crossing(strangers[3], 500, 7.2, side=1, look=48, phase=1.9),
        leaving(strangers[4], -130, 330, phase=2.7),
        approaching(strangers[5], -12, 11.5, near=300, phase=3.8),
    )
    return Street(walkers, DUSK, _HIGH, seed=6)
