"""Hair grown from a scalp: a few hundred guides are combed, and thousands of strands follow the guides near them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from workbench.cast.anatomy.head import Head
from workbench.cast.hairline import scalp
from workbench.cast.people import Person
from workbench.cast.scalp import Ball, scalp_ball
from workbench.cast.shapes import Floats, mix, rise, unit, vector
from workbench.cast.skin import hair_colour
from workbench.cast.strands import Strands

__all__ = ["hair"]

_GUIDES, _KNOTS = 420, 14
_SHORT = 1.5  # cm; shorter hair stands, longer hair is combed


def hair(p: Person, face: Head) -> list[Strands]:
    """The hair of the head, ready to draw."""
    cover = scalp(p, face.bare)
    if p.hair.length_top < 0.4 or cover.max() < 0.3:
        return []
    rng = np.random.default_rng([p.grain[0][0], 21])
    ball = scalp_ball(face.place, cover)
    n = _count(p)
    at = _roots(face, cover, n + _GUIDES, rng, p.hair.fringe)
    root, out = face.place.reshape(-1, 3)[at], face.facing.reshape(-1, 3)[at]
    edge = cover.ravel()[at]
    guides = _comb(p, root[:_GUIDES], out[:_GUIDES], ball, rng)
    path, deep = _follow(p, root[_GUIDES:], out[_GUIDES:], edge[_GUIDES:], root[:_GUIDES], guides, rng)
    path = _clear_all(p, _curl(p, _cut_fringe(p, _clear_all(p, path), rng), rng))
    colour = _colours(p, len(path), rng)
    width = 0.10 if p.hair.length_top > 1.5 else 0.06
    root_shade = 0.25 if p.hair.curl > 0.3 else 0.4
    strands = [Strands(path, colour, deep, width, ball.middle, root_shade=root_shade)]
    return strands + ([_knot(p, ball, colour, rng)] if p.hair.back > 1.4 else [])


def _count(p: Person) -> int:
    if p.hair.length_top < 1.5:
        return 9000
    return 6500 if p.hair.curl > 0.8 else 4500


def _roots(face: Head, cover: Floats, n: int, rng: np.random.Generator, fringe: float) -> NDArray[np.intp]:
    across, down = np.gradient(face.place, axis=1), np.gradient(face.place, axis=0)
    area = np.linalg.norm(np.cross(across, down), axis=-1)
    edge = (cover > 0.1) & (cover < 0.9) & (np.cos(face.bare.skull.turn) > 0.2)
    weight = (np.where(cover > 0.25, cover, 0) * area * (1 + (1.2 + fringe) * edge)).ravel()
    return rng.choice(len(weight), n, p=weight / weight.sum())


def _top(root: Floats) -> Floats:
    return rise(root[:, 1], 3.0, 7.0)


def _lengths(p: Person, root: Floats) -> Floats:
    top, style = _top(root), p.hair
    length = style.length_side + (style.length_top - style.length_side) * top
    if style.length_side < 8:
        length = length * (1 - 0.45 * rise(-root[:, 1], 0.5, 6.0))
    if style.fringe > 0.3:
        over = _over_face(p, root) > 0.5
        length = np.where(over, np.minimum(length, 3.0 + 1.5 * np.maximum(root[:, 1] - 2.0, 0)), length)
    return np.asarray(length, np.float32)


def _over_face(p: Person, root: Floats) -> Floats:
    ahead = rise(root[:, 2], 1.5, 3.5) * (np.abs(root[:, 0]) < 5.6) * (root[:, 1] > 4.6)
    return np.asarray(ahead * (p.hair.fringe > 0.3), np.float32)


def _flow(p: Person, root: Floats, out: Floats, rng: np.random.Generator) -> Floats:
    style, top, fringe = p.hair, _top(root), _over_face(p, root)
    aside = np.tanh((root[:, 0] - style.part) / 0.9) * (0.25 + 0.75 * top) * (1 - 0.75 * min(1.0, max(style.back, 0.0)))
    aside = aside * (1 - 0.8 * fringe) * (p.hair.curl < 0.5)
    down = -(1 - top) * (1 - 0.6 * min(1.0, max(style.back - 0.6, 0.0))) - 0.15 - 0.3 * fringe
    behind = -style.back * (0.4 + 0.6 * top) - 0.25 * (1 - top) + 1.2 * fringe
    flow = np.stack([aside, down, behind], 1) + 0.18 * style.mess * rng.standard_normal((len(root), 3))
    return unit((flow - (flow * out).sum(1, keepdims=True) * out).astype(np.float32))


def _comb(p: Person, root: Floats, out: Floats, ball: Ball, rng: np.random.Generator) -> Floats:
    """Paths of the guides, (guides, knots, 3): along the head while they lie on it, down once they leave it."""
    style, flow = p.hair, _flow(p, root, out, rng)
    length = _lengths(p, root) * rng.uniform(0.92, 1.04, len(root))
    step = (length / (_KNOTS - 1))[:, None]
    lift = _lift(p, root, length, rng)
    stiff = 1.0 if style.length_top < _SHORT or style.curl > 0.5 else min(0.9, 0.30 * style.lift)
    heading = unit(np.asarray(flow * (1.3 - min(stiff, 1.0)) + out * stiff, np.float32))
    heavy = 0.11 if style.length_side < 9 else 0.13
    heavy *= 0.15 if style.curl > 0.5 or style.back > 1.2 else 1.0
    path, at = [root], root
    for _ in range(_KNOTS - 1):
        heading = _toward_knot(p, at, heading)
        hug = (
            (0.24 if style.length_side < 9 else 0.16) * (at[:, 1:2] > -2) * unit(at - ball.middle) * (style.curl < 0.5)
        )
        heading = unit(np.asarray(heading - hug * step + vector([0, -heavy, 0]) * step, np.float32))
        then = ball.keep_out(at + heading * step, lift * min(1.0, 0.35 + len(path) / 4))
        then = _clear_face(p, then, root)
        heading, at = unit(then - at), then
        path.append(at)
    return np.stack(path, 1).astype(np.float32)


def _toward_knot(p: Person, at: Floats, heading: Floats) -> Floats:
    if p.hair.back < 1.4:
        return heading
    return unit(np.asarray(heading + 0.9 * unit(_knot_at(p) - at), np.float32))


def _knot_at(p: Person) -> Floats:
    return vector([0, 4.6, -p.head_length / 2 - 2.4])


def _lift(p: Person, root: Floats, length: Floats, rng: np.random.Generator) -> Floats:
    high = p.hair.lift * (0.35 + 0.65 * _top(root)) * np.minimum(1, length / 4)
    return np.asarray(0.12 + high * rng.uniform(0.75, 1.0, len(root)), np.float32)


def _clear_face(p: Person, at: Floats, root: Floats) -> Floats:
    """Hair that is no fringe falls beside the face, not over it."""
    bare = (at[:, 2] > 2.0) & (at[:, 1] < 6.2) & (_over_face(p, root) < 0.5)
    room = p.cheek_width / 2 * 0.97 * rise(6.2 - at[:, 1], -0.2, 4.0)
    side = np.where(at[:, 0] >= 0, 1, -1)
    pushed = side * (room - 0.1 * (room - np.abs(at[:, 0])))
    out = at.copy()
    out[:, 0] = np.where(bare & (np.abs(at[:, 0]) < room), pushed, at[:, 0])
    return out


def _clear_all(p: Person, path: Floats) -> Floats:
    if p.hair.length_side < 3:
        return path
    flat = _clear_face(p, path.reshape(-1, 3), np.repeat(path[:, 0], path.shape[1], axis=0))
    return flat.reshape(path.shape)


def _cut_fringe(p: Person, path: Floats, rng: np.random.Generator) -> Floats:
    """Strands over the forehead end above the eyes."""
    over = _over_face(p, path[:, 0]) > 0.5
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
    """Strands between their three nearest guides on the same side of the parting, some deep and some on the surface."""
    parted = p.hair.length_top > 3 and p.hair.back < 0.8 and p.hair.curl < 0.5 and p.hair.fringe < 0.3
    away = vector([4.0 if parted else 0.0, 0, 0])
    side = np.sign(root[:, :1] - p.hair.part) * away
    guide_side = np.sign(guide_root[:, :1] - p.hair.part) * away
    apart, near = cKDTree(guide_root + guide_side).query(root + side, k=3)
    weight = 1 / (apart + 0.15) ** 2
    weight = (weight / weight.sum(1, keepdims=True)).astype(np.float32)
    shape = np.einsum("nk,nkij->nij", weight, guides[near] - guides[near][:, :, :1])
    deep = rng.uniform(0, 1, len(root)).astype(np.float32) ** 1.3
    cut = np.asarray(rng.uniform(0.80, 1.03, len(root)) * (0.6 + 0.4 * rise(edge, 0.25, 0.85)), np.float32)
    t = np.linspace(0, 1, _KNOTS, dtype=np.float32)
    path = root[:, None] + _shorten(shape, cut)
    loose = rng.standard_normal((len(root), 1, 3)).astype(np.float32) * (
        0.10 + 0.5 * p.hair.mess * min(1.0, p.hair.lift)
    )
    inward = (
        0.55 * min(p.hair.lift, 1.6) * deep[:, None, None] * np.sin(np.pi * np.minimum(t * 1.2, 0.5))[None, :, None]
    )
    stray = (
        (rng.random(len(root)) < 0.04)[:, None, None]
        * rng.standard_normal((len(root), 1, 3))
        * 0.9
        * min(1.0, p.hair.lift)
    )
    wander = (loose * 0.35 + stray) * (t**1.5)[None, :, None]
    return np.asarray(path + wander - inward * out[:, None], np.float32), deep


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
    wave = np.stack([np.sin(reach * 0.85 + phase), 0 * reach, 0.8 * np.cos(reach * 0.8 + phase)], 2)
    tight = (0.30 if style.curl > 0.8 else 0.55) * style.curl * np.minimum(1, reach / 0.8)
    rate = 2.2 + 4.0 * max(0.0, style.curl - 0.5)
    coil = np.stack([np.sin(rate * reach + phase), np.cos(rate * reach + 2 * phase), np.cos(rate * reach + phase)], 2)
    return np.asarray(path + slow[..., None] * wave + tight[..., None] * coil, np.float32)


def _colours(p: Person, n: int, rng: np.random.Generator) -> Floats:
    grey = np.clip(p.grey + 0.35 * rng.standard_normal(n) * (0.02 < p.grey < 0.98), 0, 1).astype(np.float32)
    dark, white = hair_colour(p, 0.0), hair_colour(p, 1.0)
    return mix(dark, white, grey) * (1 + 0.12 * rng.standard_normal((n, 1), dtype=np.float32))


def _knot(p: Person, ball: Ball, colour: Floats, rng: np.random.Generator) -> Strands:
    """The knot of hair that is tied back."""
    n, k = 900, 8
    centre, axis = _knot_at(p), rng.standard_normal((n, 3)).astype(np.float32)
    start = unit(axis)
    turn = unit(np.cross(start, vector([0.3, 0.2, 1.0])).astype(np.float32))
    angle = np.linspace(0, 1.5, k, dtype=np.float32)[None, :, None]
    path = centre + 2.3 * (start[:, None] * np.cos(angle) + turn[:, None] * np.sin(angle))
    return Strands(path.astype(np.float32), colour[:n], np.zeros(n, np.float32), 0.12, centre)
