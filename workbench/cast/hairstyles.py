"""Haircuts as numbers: lengths, lift, curl, parting, and how far the hairline has gone back."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

__all__ = ["STYLES", "Hairstyle", "draw_style"]


@dataclass(frozen=True)
class Hairstyle:
    """A haircut.

    name : what a barber would call it
    length_top, length_side : cm
    lift : cm that the hair stands off the head
    curl : 0 straight .. 1 tight coils
    wave : 0..1, slow bends
    part : cm from the middle where the hair divides
    back : -1 combed to the front .. +1 swept back
    fringe : 0..1, hair over the forehead
    recede, bald : 0..1, hairline gone back, crown bare
    mess : 0..1, strands that go their own way
    """

    name: str
    length_top: float
    length_side: float
    lift: float
    curl: float = 0.0
    wave: float = 0.1
    part: float = 0.0
    back: float = 0.0
    fringe: float = 0.0
    recede: float = 0.1
    bald: float = 0.0
    mess: float = 0.2


STYLES = {
    style.name: style
    for style in (
        Hairstyle("shaved", 0.2, 0.2, 0.02, recede=0.25),
        Hairstyle("cropped", 0.9, 0.5, 0.15, recede=0.2, mess=0.5),
        Hairstyle("side parting", 6.5, 2.2, 0.8, part=3.0, back=0.3, recede=0.2),
        Hairstyle("short fringe", 4.0, 1.6, 0.7, back=-0.5, fringe=0.6, mess=0.5),
        Hairstyle("swept back", 8.0, 3.0, 0.9, back=1.0, recede=0.35),
        Hairstyle("quiff", 5.5, 1.2, 1.6, part=1.5, back=0.6, recede=0.25, mess=0.3),
        Hairstyle("short curls", 4.5, 2.5, 1.2, curl=0.55, recede=0.1, mess=0.6),
        Hairstyle("short coils", 2.2, 1.4, 0.6, curl=1.0, recede=0.15, mess=0.6),
        Hairstyle("round coils", 5.2, 4.2, 2.6, curl=1.0, recede=0.05, mess=0.5),
        Hairstyle("bob", 17.0, 14.0, 0.8, part=1.5, wave=0.15, recede=0.0),
        Hairstyle("bob with fringe", 17.0, 14.0, 0.7, back=-0.1, fringe=1.0, recede=0.0),
        Hairstyle("long", 34.0, 30.0, 0.7, part=0.3, wave=0.15, recede=0.05),
        Hairstyle("long waves", 32.0, 28.0, 1.0, part=2.0, wave=0.8, recede=0.05, mess=0.35),
        Hairstyle("long with fringe", 32.0, 28.0, 0.7, fringe=1.0, wave=0.15, recede=0.0),
        Hairstyle("long curls", 22.0, 19.0, 1.6, curl=0.5, part=0.8, recede=0.05, mess=0.5),
        Hairstyle("tied back", 15.0, 15.0, 0.25, back=1.6, recede=0.1, mess=0.1),
        Hairstyle("thin crown", 2.4, 2.0, 0.3, back=0.4, recede=0.8, bald=0.8, mess=0.4),
        Hairstyle("receding", 3.4, 2.2, 0.4, part=1.2, back=0.5, recede=0.9, bald=0.2, mess=0.4),
    )
}
_LONG = {"bob", "bob with fringe", "long", "long waves", "long with fringe", "long curls", "tied back"}
_COILED = {"short coils": 2.2, "round coils": 2.0, "short curls": 1.0, "long curls": 1.0}


def draw_style(rng: np.random.Generator, robust: float, age: float, melanin: float) -> Hairstyle:
    """A haircut with small differences of its own. Every cut can go with every head; the odds differ."""
    weights = np.array([_odds(style, robust, age, melanin) for style in STYLES.values()])
    style = list(STYLES.values())[int(rng.choice(len(weights), p=weights / weights.sum()))]
    scale = np.exp(0.16 * rng.normal(size=3))
    side = float(rng.choice([-1, 1]))
    return replace(
        style,
        length_top=style.length_top * float(scale[0]),
        length_side=style.length_side * float(scale[1]),
        lift=style.lift * float(scale[2]),
        part=side * style.part + 0.3 * float(rng.normal()),
        wave=float(np.clip(style.wave * (1 + 0.4 * rng.normal()), 0, 1)),
        recede=float(np.clip(style.recede + 0.2 * rng.normal() + max(0.0, (age - 45) / 100) * (robust > 0), 0, 1)),
    )


def _odds(style: Hairstyle, robust: float, age: float, melanin: float) -> float:
    odds = 1.0
    if style.name in _LONG:
        odds = 1.2 if robust < 0 else 0.06
    elif style.name in {"shaved", "quiff", "side parting", "receding", "thin crown", "cropped"}:
        odds = 0.9 if robust > 0 else 0.07
    if style.name in _COILED:
        odds *= _COILED[style.name] if melanin > 0.62 else 0.25 if "coils" in style.name else 0.8
    elif melanin > 0.75 and style.curl == 0 and style.length_top > 1:
        odds *= 0.5
    if style.name in {"receding", "thin crown"}:
        odds *= 0.1 + 1.5 * max(0.0, (age - 35) / 40)
    return odds


def blend(a: Hairstyle, b: Hairstyle, t: float) -> Hairstyle:
    """A haircut between two, named after the nearer one."""
    values = {f.name: getattr(a, f.name) * (1 - t) + getattr(b, f.name) * t for f in fields(a) if f.name != "name"}
    return Hairstyle(name=a.name if t < 0.5 else b.name, **values)
