"""Hair grown from a scalp: a few hundred guides are combed, and thousands of strands follow the guides near them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from workbench.cast.anatomy.head import Head
from workbench.cast.combing import KNOTS, clear_face, comb, knot_at, over_face
from workbench.cast.hairline import scalp
from workbench.cast.people import Person
from workbench.cast.scalp import scalp_ball
from workbench.cast.shapes import Floats, bell, cell_areas, mix, rise, unit, vector
from workbench.cast.skin import hair_colour
from workbench.cast.strands import Strands

__all__ = ["hair"]

_GUIDES = 420


def hair(p: Person, face: Head) -> list[Strands]:
    """The hair of the head, ready to draw."""
    cover = scalp(p, face.bare)
    if p.hair.length_top < 0.4 or cover.max() < 0.3:
        return []
    rng = np.random.default_rng([p.grain[0][0], 21])
    ball = scalp_ball(face.place)
    n = _count(p)
    at = _roots(p, face, cover, n + _GUIDES, rng)
    root, out = face.place.reshape(-1, 3)[at], face.facing.reshape(-1, 3)[at]
    edge = cover.ravel()[at]
    guides = comb(p, root[:_GUIDES], out[:_GUIDES], ball, rng)
    path, deep = _follow(p, root[_GUIDES:], out[_GUIDES:], edge[_GUIDES:], root[:_GUIDES], guides, rng)
    path = clear_face(p, _curl(p, _cut_fringe(p, clear_face(p, path), rng), rng))
    tidy = ~_astray(p, path)
    path, deep = path[tidy], deep[tidy]
    colour = _colours(p, len(path), rng)
    width = 0.10 if p.hair.length_top > 1.5 else 0.06
    root_shade = 0.25 if p.hair.curl > 0.3 or p.hair.length_top > 10 else 0.4
    strands = [Strands(path, colour, deep, width, ball.middle, root_shade=root_shade)]
    return strands + ([_knot(p, colour, rng)] if p.hair.back > 1.4 else [])


def _count(p: Person) -> int:
    if p.hair.length_top < 1.5:
        return 9000
    return 6500 if p.hair.curl > 0.8 or p.hair.length_top < 5 else 4500


def _roots(p: Person, face: Head, cover: Floats, n: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Where strands grow: densest along the hairline and the parting, where the skin would shine through."""
    edge = (cover > 0.1) & (cover < 0.9) & (np.cos(face.bare.skull.turn) > 0.2)
    parting = 5.0 * _parted(p) * bell(face.place[..., 0] - p.hair.part, 0.9) * (face.place[..., 1] > 4)
    weight = (
        np.where(cover > 0.25, cover, 0) * cell_areas(face.place) * (1 + (1.2 + p.hair.fringe) * edge + parting)
    ).ravel()
    return rng.choice(len(weight), n, p=weight / weight.sum())


def _parted(p: Person) -> bool:
    return p.hair.length_top > 3 and p.hair.back < 0.8 and p.hair.curl < 0.5 and p.hair.fringe < 0.3


def _cut_fringe(p: Person, path: Floats, rng: np.random.Generator) -> Floats:
    """Strands over the forehead end above the eyes."""
    over = over_face(p, path[:, 0]) > 0.5
    if not over.any():
        return path
    level = p.brow_height + 0.1 + 0.25 * rng.standard_normal(len(path)).clip(-1.5, 1.5) + 0.035 * path[:, 0, 0] ** 2
    below = (path[:, :, 1] < level[:, None]) & (path[:, :, 2] > 0)
    first = np.where(below.any(1), below.argmax(1), path.shape[1] - 1)
    cut = np.where(over, np.maximum(first, 2) / (path.shape[1] - 1), 1.0)
    return _shorten(path, cut.astype(np.float32))


def _follow(
    p: Person, root: Floats, out: Floats, edge: Floats, guide_root: Floats, guides: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Strands between their nearest guides, some deep and some on the surface; and how deep each lies, 0..1."""
    near, weight = _nearest(p, root, guide_root)
    shape = np.einsum("nk,nkij->nij", weight, guides[near] - guides[near][:, :, :1])
    deep = rng.uniform(0, 1, len(root)).astype(np.float32) ** 1.3
    cut = np.asarray(rng.uniform(0.80, 1.03, len(root)) * (0.6 + 0.4 * rise(edge, 0.25, 0.85)), np.float32)
    t = np.linspace(0, 1, KNOTS, dtype=np.float32)[None, :, None]
    sunk = 0.55 * min(p.hair.lift, 1.6) * deep[:, None, None] * np.sin(np.pi * np.minimum(t * 1.2, 0.5))
    path = root[:, None] + _shorten(shape, cut) + _wander(p, len(root), rng) * t**1.5 - sunk * out[:, None]
    return np.asarray(path, np.float32), deep


def _nearest(p: Person, root: Floats, guide_root: Floats) -> tuple[NDArray[np.intp], Floats]:
    """The three nearest guides on the same side of the parting, and their shares."""
    away = vector([4.0 * _parted(p), 0, 0])
    side, guide_side = (np.sign(r[:, :1] - p.hair.part) * away for r in (root, guide_root))
    apart, near = cKDTree(guide_root + guide_side).query(root + side, k=3)
    weight = 1 / (apart + 0.15) ** 2
    return near, (weight / weight.sum(1, keepdims=True)).astype(np.float32)


def _astray(p: Person, path: Floats) -> NDArray[np.bool_]:
    """Strands (N, K, 3) that cross the bare forehead or the face."""
    x, y, z = path[..., 0], path[..., 1], path[..., 2]
    over = (np.abs(x) < 0.22 * p.cheek_width) & (y < p.hairline - 1.0) & (z > 5.0)
    return np.asarray(over.any(1) & (over_face(p, path[:, 0]) < 0.5))


def _wander(p: Person, n: int, rng: np.random.Generator) -> Floats:
    """How far each tip strays from where its guides lead, cm; one in 25 goes its own way."""
    lifted = min(1.0, p.hair.lift)
    loose = rng.standard_normal((n, 1, 3)).astype(np.float32) * (0.10 + 0.5 * p.hair.mess * lifted)
    own_way = (rng.random(n) < 0.04)[:, None, None]
    return np.asarray(0.35 * loose + 0.9 * lifted * own_way * rng.standard_normal((n, 1, 3)), np.float32)


def _shorten(shape: Floats, cut: Floats) -> Floats:
    """Each path only as far as its `cut`, resampled to the same knots."""
    knots = shape.shape[1]
    at = cut[:, None] * np.linspace(0, knots - 1, knots, dtype=np.float32)[None]
    low = np.clip(at.astype(np.int64), 0, knots - 2)
    part = (at - low)[..., None]
    rows = np.arange(len(shape))[:, None]
    return np.asarray(shape[rows, low] * (1 - part) + shape[rows, low + 1] * part, np.float32)


def _curl(p: Person, path: Floats, rng: np.random.Generator) -> Floats:
    style, n = p.hair, len(path)
    reach = np.concatenate([np.zeros((n, 1)), np.cumsum(np.linalg.norm(np.diff(path, axis=1), axis=2), 1)], 1)
    lock = np.floor(path[:, 0] / 0.9) @ vector([12.9898, 78.233, 37.719])  # neighbours bend alike
    phase = (np.modf(np.sin(lock) * 43758.5)[0] * np.pi)[:, None] + 0.35 * rng.standard_normal((n, 1))
    slow = 0.55 * style.wave * np.minimum(1, reach / 6)
    bends = min(0.85, 1.25 * (KNOTS - 1) / style.length_top)  # radians a cm; knots further apart would make it zigzag
    wave = np.stack([np.sin(reach * bends + phase), 0 * reach, 0.8 * np.cos(reach * 0.94 * bends + phase)], 2)
    tight = (0.30 if style.curl > 0.8 else 0.55) * style.curl * np.minimum(1, reach / 0.8)
    rate = 2.2 + 4.0 * max(0.0, style.curl - 0.5)
    coil = np.stack([np.sin(rate * reach + phase), np.cos(rate * reach + 2 * phase), np.cos(rate * reach + phase)], 2)
    return np.asarray(path + slow[..., None] * wave + tight[..., None] * coil, np.float32)


def _colours(p: Person, n: int, rng: np.random.Generator) -> Floats:
    grey = np.clip(p.grey + 0.35 * rng.standard_normal(n) * (0.02 < p.grey < 0.98), 0, 1).astype(np.float32)
    dark, white = hair_colour(p, 0.0), hair_colour(p, 1.0)
    return mix(dark, white, grey) * (1 + 0.12 * rng.standard_normal((n, 1), dtype=np.float32))


def _knot(p: Person, colour: Floats, rng: np.random.Generator) -> Strands:
    """The knot of hair that is tied back."""
    n, k = 900, 8
    centre, axis = knot_at(p), rng.standard_normal((n, 3)).astype(np.float32)
    start = unit(axis)
    turn = unit(np.cross(start, vector([0.3, 0.2, 1.0])).astype(np.float32))
    angle = np.linspace(0, 1.5, k, dtype=np.float32)[None, :, None]
    path = centre + 2.3 * (start[:, None] * np.cos(angle) + turn[:, None] * np.sin(angle))
    return Strands(path.astype(np.float32), colour[:n], np.zeros(n, np.float32), 0.12, centre)
