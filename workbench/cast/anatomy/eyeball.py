"""The visible part of an eyeball: white, iris, pupil, and the shadow of the lids."""

from __future__ import annotations

import numpy as np

from workbench.cast.anatomy.eyes import Eye, eye_surface, lids
from workbench.cast.expression import Expression
from workbench.cast.people import Person
from workbench.cast.points import Sheet
from workbench.cast.shapes import Floats, linear, mix, rise, unit, vector

__all__ = ["eyeball"]

_BROWN, _HAZEL, _BLUE = linear(84, 50, 30), linear(126, 98, 56), linear(104, 138, 160)
_WHITE = linear(222, 214, 208) * 0.66
_RADIUS = 1.25


def eyeball(p: Person, eye: Eye, face: Expression) -> Sheet:
    """One eye of `p` as a sheet just behind the lids."""
    reach = p.eye_width / 2 + 0.5
    out, y = np.meshgrid(
        np.linspace(-reach, reach - 0.25, 100, dtype=np.float32), np.linspace(1.15, -1.15, 64, dtype=np.float32)
    )
    x = out * eye.side
    facing = unit(np.dstack([x / 1.7, y / 1.45, np.full_like(x, 1.0)]))
    upper, lower = lids(p, out, eye.side, face)
    hidden = np.maximum(np.maximum(y - upper, lower - y), np.abs(out) - p.eye_width / 2)
    outer = rise(out, -0.35 * p.eye_width, -0.1 * p.eye_width)  # there the face curves away from the eyeball
    back = 0.3 * rise(hidden, 0.06, 0.2) + 1.2 * rise(hidden, 0.16, 0.45) * outer
    place = np.dstack([eye.x + x, y, eye.z + eye_surface(np.maximum(out, -0.38 * p.eye_width), y) - back])
    openness = 0.42 + 0.58 * rise(upper - y, 0.0, 0.40)
    openness *= (0.75 + 0.25 * rise(y - lower, 0, 0.16)) * (0.62 + 0.38 * rise(p.eye_width / 2 - np.abs(out), 0, 0.55))
    colour, cornea = _paint(p, x, y, out, face)
    order = slice(None, None, eye.side)  # columns run to the person's left on both sides
    return Sheet(
        place=place[:, order].astype(np.float32),
        facing=facing[:, order],
        colour=colour[:, order],
        gloss=(cornea * (openness > 0.5))[:, order],
        openness=openness[:, order].astype(np.float32),
        material="eye",
    )


def _paint(p: Person, x: Floats, y: Floats, out: Floats, face: Expression) -> tuple[Floats, Floats]:
    look_x, look_y = (_RADIUS * np.sin(np.radians(a)) for a in face.look)
    dx, dy = x - np.float32(look_x), y - np.float32(look_y) - 0.05
    radius, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    iris = _iris(p, radius, angle)
    white: Floats = _WHITE * (
        1 - 0.20 * rise(np.abs(out), 0.6 * p.eye_width / 2, p.eye_width / 2)[..., None] * vector([0.2, 0.8, 0.8])
    )
    corner = rise(-out, p.eye_width / 2 - 0.42, p.eye_width / 2 - 0.12)
    white = mix(white, linear(190, 120, 112), 0.8 * corner)
    inside = 1 - rise(radius, p.iris_radius - 0.035, p.iris_radius + 0.04)
    return mix(white, iris, inside), (0.35 + 0.65 * inside).astype(np.float32)


def _iris(p: Person, radius: Floats, angle: Floats) -> Floats:
    hue = p.iris_hue
    base = mix(_BROWN, _HAZEL, min(2 * hue, 1.0)) if hue < 0.5 else mix(_HAZEL, _BLUE, 2 * hue - 1)
    base = base * (0.75 + 0.9 * p.iris_light)
    t = radius / p.iris_radius
    fibres = 0.9 + 0.22 * np.sin(angle * 21 + 3 * np.sin(angle * 8)) * rise(t, 0.3, 0.9)
    ring = 1 - 0.72 * rise(t, 0.74, 1.0)
    colour = base * (fibres * ring * (1.15 - 0.3 * rise(t, 0.35, 0.6)))[..., None]
    return np.asarray(colour * rise(radius, 0.17, 0.23)[..., None] + 0.003, np.float32)
