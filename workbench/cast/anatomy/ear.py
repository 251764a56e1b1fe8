"""An ear: a bent disc with a rim, an inner ridge and a hollow."""

from __future__ import annotations

import numpy as np

from workbench.cast.people import Person
from workbench.cast.points import Sheet
from workbench.cast.shapes import Floats, bell, rise, surface_normals, vector
from workbench.cast.skin import skin_colour

__all__ = ["ear"]


def ear(p: Person, side: int) -> Sheet:
    """The ear on one side (-1 on the picture's left)."""
    out, angle = np.meshgrid(np.linspace(0.02, 1, 22), np.linspace(-np.pi, np.pi, 60), indexing="ij")
    back, up = np.cos(angle), np.sin(angle)
    low = np.clip(-up, 0, 1)
    wide = 0.29 * p.ear_height * (1 + 0.16 * up) * (1 - 0.30 * low**2)
    s, t = out * back * wide + 0.75 * wide * (1 - 0.4 * low), out * up * p.ear_height / 2
    relief = _relief(out, back, up, s / wide, t / p.ear_height)
    place = _stand(p, side, s, t, relief)
    facing = surface_normals(place)
    if np.mean(facing[..., 0] * side) < 0:
        facing = -facing
    shade = np.clip(0.60 + 0.34 * out + 0.9 * relief, 0.35, 1.0)
    colour = skin_colour(p) * vector([1.0, 0.86, 0.84]) * np.ones((*out.shape, 1), np.float32)
    maps = (colour.astype(np.float32), np.full(out.shape, 0.25, np.float32), shade.astype(np.float32))
    return Sheet(place, facing, *maps, material="skin")


def _relief(out: Floats, back: Floats, up: Floats, s: Floats, t: Floats) -> Floats:
    rim = 0.26 * bell(out - 0.90, 0.11) * rise(up, -0.75, -0.2)
    ridge = 0.20 * bell(out - 0.58 - 0.06 * up, 0.13) * rise(back, -0.6, 0.2) * rise(up, -0.9, -0.3)
    hollow = 0.45 * bell(s - 0.55, 0.42, t + 0.04, 0.16)
    return np.asarray(rim + ridge - hollow - 0.22 * rise(out, 0.93, 1.0), np.float32)


def _stand(p: Person, side: int, s: Floats, t: Floats, relief: Floats) -> Floats:
    angle = np.radians(p.ear_out)
    behind = np.array([side * np.sin(angle), 0, -np.cos(angle)])
    above = np.array([side * 0.08, 1.0, -0.20])
    outward = np.array([side * np.cos(angle), 0, np.sin(angle)])
    root = np.array([side * (0.5 * p.cheek_width - 0.12), -2.1 * p.face_length / 11.4, -0.6])
    place = root + s[..., None] * behind + t[..., None] * above + (relief + 0.15)[..., None] * outward
    return np.asarray(place, np.float32)
