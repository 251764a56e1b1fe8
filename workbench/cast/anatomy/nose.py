"""The nose: bridge, tip, wings and nostrils as relief over the middle of the face."""

from __future__ import annotations

import numpy as np

from workbench.cast.people import Person
from workbench.cast.shapes import Floats, bell, rise

__all__ = ["nose", "nostrils", "wing"]


def wing(p: Person) -> tuple[float, float]:
    """Centre of a nostril wing, cm: distance from the middle, and y."""
    return p.nose_width / 2 - 0.42, -p.nose_length + 0.12


def nose(p: Person, x: Floats, y: Floats) -> Floats:
    """Height of the nose over the face, cm."""
    away, length = np.abs(x), p.nose_length
    t = np.clip((0.4 - y) / (length + 0.2), 0, 1.25)
    ridge = _profile(p, t) * _underside(p, away, y)
    width = p.bridge_width / 2 * (1 - t) + (0.46 + 0.11 * p.nose_width) * t
    height = ridge * (0.56 * bell(away, 1.05 * width) + 0.44 * bell(away, 1.9 * width))
    return (height + _tip(p, x, y) + _wings(p, away, y)).astype(np.float32)


def _profile(p: Person, t: Floats) -> Floats:
    straight = p.bridge_height * (1 - t) + p.nose_forward * t**1.3
    return np.asarray((straight + p.nose_hump * bell(t - 0.42, 0.2)) * rise(t, -0.02, 0.22), np.float32)


def _underside(p: Person, away: Floats, y: Floats) -> Floats:
    edge = -p.nose_length - 0.06 - 0.25 * p.tip_up + 0.42 * np.clip(away / 0.95, 0, 1.25) ** 2
    return rise(y, edge - 0.32, edge + 0.50)


def _tip(p: Person, x: Floats, y: Floats) -> Floats:
    centre = -p.nose_length + 0.30 + 0.3 * p.tip_up
    return (0.16 + p.tip_round) * bell(x, 0.36 + 0.11 * p.nose_width, y - centre, 0.54)


def _wings(p: Person, away: Floats, y: Floats) -> Floats:
    out, level = wing(p)
    round_part = np.exp(-((((away - out) / 0.46) ** 2 + ((y - level) / 0.46) ** 2) ** 1.25))
    crease = 0.22 * bell(away - out - 0.55, 0.18, y - level - 0.12, 0.5)
    groove = 0.13 * bell(away - out + 0.44, 0.22, y - level - 0.22, 0.36)
    hole = 0.30 * bell(away - 0.62 * out, 0.26, y + p.nose_length + 0.16, 0.13)
    return np.asarray((0.50 + 0.8 * p.ala_full) * round_part - crease - groove - hole, np.float32)


def nostrils(p: Person, x: Floats, y: Floats) -> Floats:
    """How dark the nostrils are, 0..1."""
    out, _ = wing(p)
    away = np.abs(x)
    slant = y + p.nose_length + 0.13 - 0.30 * (away - 0.66 * out)
    return np.clip(1.15 * np.exp(-(((away - 0.66 * out) / 0.33) ** 2) - (slant / 0.14) ** 2), 0, 1).astype(np.float32)
