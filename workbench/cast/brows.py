"""Short hair of the face: brows, lashes, beard and moustache."""

from __future__ import annotations

import cv2
import numpy as np

from workbench.cast.anatomy.eyes import Eye, eye_surface, lids
from workbench.cast.anatomy.head import Head
from workbench.cast.hairline import beard_field, brow_half_thickness, brow_path, moustache_field
from workbench.cast.people import Person
from workbench.cast.shapes import Floats, bell, cell_areas, sample, unit, vector
from workbench.cast.skin import hair_colour, skin_colour
from workbench.cast.strands import Strands

__all__ = ["beard", "brows", "lashes"]

_MIDDLE = vector([0, -2.0, -1.0])


class _Front:
    """The height of a face at any x and y."""

    def __init__(self, face: Head) -> None:
        s = face.bare.skull
        ahead = (s.front > 0.2) & (s.y > 0.3) & (s.y < 5)
        x, y, z = face.place[ahead].T
        grid = np.full((140, 110), -50, np.float32)
        at = ((y + 15) * 5).astype(np.int64).clip(0, 139) * 110 + ((x + 11) * 5).astype(np.int64).clip(0, 109)
        np.maximum.at(grid.ravel(), at, z)
        grid = cv2.dilate(grid, np.ones((3, 3), np.uint8))
        self.grid = cv2.blur(np.where(grid < -40, 0, grid).astype(np.float32), (3, 3))

    def height(self, x: Floats, y: Floats) -> Floats:
        return sample(self.grid, (x + 11) * 5 - 0.5, (y + 15) * 5 - 0.5)[:, 0]


def _strands(
    root: Floats,
    heading: Floats,
    length: Floats,
    bend: Floats,
    colour: Floats,
    rng: np.random.Generator,
    width: float,
) -> Strands:
    t = np.linspace(0, 1, 4, dtype=np.float32)[None, :, None]
    path = root[:, None] + (unit(heading)[:, None] * t + bend[:, None] * t * t) * length[:, None, None]
    shade = 1 + 0.18 * rng.standard_normal((len(root), 1), dtype=np.float32)
    deep = np.zeros(len(root), np.float32)
    return Strands(
        path.astype(np.float32),
        np.asarray(colour * shade, np.float32),
        deep,
        width,
        _MIDDLE,
        casts=False,
        root_shade=0.0,
    )


def brows(p: Person, face: Head) -> list[Strands]:
    """Both brows, hair by hair."""
    rng, front = np.random.default_rng([p.grain[0][0], 31]), _Front(face)
    n = int(170 + 330 * p.brow_density)
    groups = []
    for side in (-1, 1):
        t = rng.uniform(0, 1, n).astype(np.float32)
        thick = brow_half_thickness(p, t)
        y = brow_path(p, t, face.face) + thick * rng.normal(-0.1, 0.55, n).clip(-1.1, 1.0) + side * 0.6 * p.skew_eyes
        x = side * (p.brow_gap + t * p.brow_length)
        slope = 0.65 * (1 - np.clip(2.6 * t, 0, 1)) + 0.30 - 0.66 * t + 0.12 * rng.standard_normal(n)
        heading = np.stack([side * np.cos(slope), np.sin(slope), 0.18 - 0.10 * np.abs(x)], 1)
        root = np.stack([x, y, front.height(x.astype(np.float32), y.astype(np.float32)) + 0.02], 1)
        length = rng.uniform(0.35, 0.70, n) * (0.65 + 0.6 * p.brow_thick)
        bend = np.tile(vector([0, -0.12, -0.05]), (n, 1))
        colour = np.minimum(hair_colour(p, 0.45 * p.grey) * 0.8, skin_colour(p) * 0.55)
        groups.append(_strands(root, heading, length, bend, colour, rng, 0.045))
    return groups


def lashes(p: Person, face: Head) -> list[Strands]:
    """Lashes of the upper lids."""
    rng = np.random.default_rng([p.grain[0][0], 32])
    return [_lash_row(p, face, eye, rng) for eye in face.bare.eyes]


def _lash_row(p: Person, face: Head, eye: Eye, rng: np.random.Generator) -> Strands:
    n, half = 80, p.eye_width / 2
    out = rng.uniform(-0.55 * half, half * 0.98, n).astype(np.float32)
    edge = lids(p, out, eye.side, face.face)[0] + 0.03
    root = np.stack([eye.x + out * eye.side, edge, eye.z + eye_surface(out, edge) + 0.14], 1)
    fan = 0.7 * out / half
    heading = np.stack([fan * eye.side, np.full(n, 0.35), np.full(n, 1.0)], 1)
    length = rng.uniform(0.17, 0.30, n) * (0.75 + 0.35 * out / half)
    bend = np.tile(vector([0, 0.35, -0.3]), (n, 1))
    return _strands(root, heading, length, bend, vector([0.03, 0.022, 0.018]), rng, 0.02)


def beard(p: Person, face: Head) -> list[Strands]:
    """Moustache, beard and goatee, each if it grows."""
    rng, grown = np.random.default_rng([p.grain[0][0], 33]), beard_field(p, face)
    lip, groups = moustache_field(p, face), []
    if p.beard["moustache"] > 0.2:
        groups.append(_grow(p, face, lip, 0.35 + 0.6 * p.beard["moustache"], 1500, rng))
    if p.beard["full"] > 0.2:
        groups.append(_grow(p, face, grown**1.5 * (grown > 0.1) * (lip < 0.2), 0.35 + p.beard["full"], 4200, rng))
    if p.beard["goatee"] > 0.2:
        chin = bell(np.maximum(np.abs(face.bare.u[face.bare.jaw]) - 1.6, 0), 0.6)
        groups.append(_grow(p, face, grown * (grown > 0.3) * chin * (lip < 0.2), 0.3 + p.beard["goatee"], 1500, rng))
    return groups


def _grow(p: Person, face: Head, field: Floats, length: float, n: int, rng: np.random.Generator) -> Strands:
    place, facing = face.place[face.bare.jaw], face.facing[face.bare.jaw]
    weight = (field * cell_areas(place)).ravel()
    if weight.sum() <= 0:
        weight = np.ones_like(weight)
    at = rng.choice(len(weight), n, p=weight / weight.sum())
    root, out = place.reshape(-1, 3)[at], facing.reshape(-1, 3)[at]
    aside = np.clip(0.32 * root[:, 0], -0.6, 0.6)
    heading = (
        0.45 * out + np.stack([aside, np.full(n, -0.85), np.full(n, 0.05)], 1) + 0.22 * rng.standard_normal((n, 3))
    )
    bend = -0.35 * out + np.stack([-0.25 * aside, np.full(n, -0.25), np.zeros(n)], 1)
    long = length * rng.uniform(0.5, 1.1, n) * np.clip(field.ravel()[at], 0.3, 1)
    group = _strands(root, heading, long, bend, hair_colour(p, min(1.0, 1.2 * p.grey)), rng, 0.055)
    return group
