"""The eyes: lids around an eyeball, their fold, bag and corners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.cast.expression import Expression
from workbench.cast.people import Person
from workbench.cast.shapes import Floats, bell, rise, smooth_max

__all__ = ["Eye", "eye_surface", "lid_relief", "lids", "raise_lids"]

_SIDE_CURVE, _UP_CURVE = 2.1, 1.75  # cm, radii of the visible part of the eyeball


@dataclass(frozen=True)
class Eye:
    """Where one eye sits.

    side : -1 on the picture's left, +1 on its right
    x, z : its centre and its foremost point, cm
    """

    side: int
    x: float
    z: float


def lids(p: Person, outward: Floats, side: int, face: Expression) -> tuple[Floats, Floats]:
    """Edges of the upper and lower lid, cm, at `outward` cm from the eye's centre towards the ear."""
    half = p.eye_width / 2
    t = np.clip(outward / half, -1, 1)
    height = p.eye_height * (1 + side * p.skew_eyes * 0.5)
    room = np.maximum(1 - np.abs(t) ** 2.1, 0)
    upper = 0.51 * height * room**0.70 * (1 - p.eye_skew * t * 0.8) * (1 - face.blink) - 0.16 * face.blink * room
    upper = upper * (1 + 0.14 * max(face.brows_up, 0.0)) * (1 - 0.10 * face.smile)
    lower = -0.43 * height * room**0.80 * (1 + 0.22 * t) * (1 - 0.32 * face.smile)
    tilt = np.tan(np.radians(p.eye_tilt)) * outward
    return (upper + tilt).astype(np.float32), (lower + tilt).astype(np.float32)


def eye_surface(outward: Floats, y: Floats) -> Floats:
    """How far the eyeball lies behind its foremost point, cm (negative)."""
    return (-(outward**2) / (2 * _SIDE_CURVE) - y**2 / (2 * _UP_CURVE)).astype(np.float32)


def raise_lids(p: Person, x: Floats, y: Floats, z: Floats, eye: Eye, face: Expression) -> Floats:
    """The skin `z` pushed out by the eyeball, with the fold of the upper lid."""
    outward = (x - eye.x) * eye.side
    inside = rise(2.6 - np.hypot(outward / 1.05, y * 1.15), 0, 0.7)
    ball = eye.z + 0.10 + eye_surface(outward, y)
    out = z + (smooth_max(z, ball, 0.10) - z) * inside
    upper, lower = lids(p, outward, eye.side, face)
    return out + lid_relief(p, outward, y, upper, lower, face)


def lid_relief(p: Person, outward: Floats, y: Floats, upper: Floats, lower: Floats, face: Expression) -> Floats:
    """Fold and fullness above the eye, rim and bag below it, cm."""
    half = p.eye_width / 2
    along = rise(1.08 - np.abs(outward) / (half + 0.25), 0, 0.3)
    crease = upper + p.lid_fold + 0.06
    fold = -0.11 * bell(y - crease, 0.09) * (1 - 0.6 * p.lid_hood)
    full = (0.08 + 0.26 * p.lid_hood) * bell(y - crease - 0.36, 0.28)
    rim = 0.035 * bell(y - lower + 0.08, 0.09)
    bag = (0.05 + 0.20 * p.eye_bag + 0.09 * face.smile) * bell(y - lower + 0.42, 0.24)
    under = -(0.03 + 0.15 * p.eye_bag) * bell(y - lower + 0.85, 0.17)
    return np.asarray((fold + full + rim + bag + under) * along, np.float32)
