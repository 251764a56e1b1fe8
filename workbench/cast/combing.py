"""Combing: where guide hairs run over the head, along it while they lie on it, down once they leave it."""

from __future__ import annotations

import numpy as np

from workbench.cast.people import Person
from workbench.cast.scalp import Ball
from workbench.cast.shapes import Floats, rise, unit, vector

__all__ = ["KNOTS", "clear_face", "comb", "knot_at", "over_face"]

KNOTS = 14  # of every strand
_SHORT = 1.5  # cm; shorter hair stands, longer hair is combed


def comb(p: Person, root: Floats, out: Floats, ball: Ball, rng: np.random.Generator) -> Floats:
    """Paths of guides that grow from `root` (N, 3) where the head faces `out` (N, 3); (N, KNOTS, 3) cm."""
    heading, step, lift = _start(p, root, out, rng)
    style, path, at = p.hair, [root], root
    hug = (0.24 if style.length_side < 9 else 0.16) * (style.curl < 0.5)
    weight = (0.11 if style.length_side < 9 else 0.13) * (0.15 if style.curl > 0.5 or style.back > 1.2 else 1.0)
    for _ in range(KNOTS - 1):
        heading = _toward_knot(p, at, heading)
        inward = hug * (at[:, 1:2] > -2) * unit(at - ball.middle)
        heading = unit(np.asarray(heading - inward * step + vector([0, -weight, 0]) * step, np.float32))
        then = ball.keep_out(at + heading * step, lift * min(1.0, 0.35 + len(path) / 4))
        then = _beside_face(p, then, root)
        heading, at = unit(then - at), then
        path.append(at)
    return np.stack(path, 1).astype(np.float32)


def _start(p: Person, root: Floats, out: Floats, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """First direction, cm between two knots, and height over the head of each guide."""
    style, flow = p.hair, _flow(p, root, out, rng)
    length = _lengths(p, root) * rng.uniform(0.92, 1.04, len(root))
    lift = _lift(p, root, length, rng)
    stiff = 1.0 if style.length_top < _SHORT or style.curl > 0.5 else min(0.9, 0.30 * style.lift)
    heading = unit(np.asarray(flow * (1.3 - min(stiff, 1.0)) + out * stiff, np.float32))
    return heading, (length / (KNOTS - 1))[:, None], lift


def _top(root: Floats) -> Floats:
    return rise(root[:, 1], 3.0, 7.0)


def _lengths(p: Person, root: Floats) -> Floats:
    top, style = _top(root), p.hair
    length = style.length_side + (style.length_top - style.length_side) * top
    if style.length_side < 8:
        length = length * (1 - 0.45 * rise(-root[:, 1], 0.5, 6.0))
    if style.fringe > 0.3:
        over = over_face(p, root) > 0.5
        length = np.where(over, np.minimum(length, 3.0 + 1.5 * np.maximum(root[:, 1] - 2.0, 0)), length)
    return np.asarray(length, np.float32)


def over_face(p: Person, root: Floats) -> Floats:
    """1 for hair that grows into a fringe, else 0."""
    ahead = rise(root[:, 2], 1.5, 3.5) * (np.abs(root[:, 0]) < 5.6) * (root[:, 1] > 4.6)
    return np.asarray(ahead * (p.hair.fringe > 0.3), np.float32)


def _flow(p: Person, root: Floats, out: Floats, rng: np.random.Generator) -> Floats:
    style, top, fringe = p.hair, _top(root), over_face(p, root)
    aside = np.tanh((root[:, 0] - style.part) / 0.9) * (0.25 + 0.75 * top) * (1 - 0.75 * min(1.0, max(style.back, 0.0)))
    aside = aside * (1 - 0.8 * fringe) * (p.hair.curl < 0.5)
    down = -(1 - top) * (1 - 0.6 * min(1.0, max(style.back - 0.6, 0.0))) - 0.15 - 0.3 * fringe
    behind = -style.back * (0.4 + 0.6 * top) - 0.25 * (1 - top) + 1.2 * fringe
    flow = np.stack([aside, down, behind], 1) + 0.18 * style.mess * rng.standard_normal((len(root), 3))
    return unit((flow - (flow * out).sum(1, keepdims=True) * out).astype(np.float32))


def _toward_knot(p: Person, at: Floats, heading: Floats) -> Floats:
    if p.hair.back < 1.4:
        return heading
    return unit(np.asarray(heading + 0.9 * unit(knot_at(p) - at), np.float32))


def knot_at(p: Person) -> Floats:
    """Where hair that is tied back meets."""
    return vector([0, 4.6, -p.head_length / 2 - 2.4])


def _lift(p: Person, root: Floats, length: Floats, rng: np.random.Generator) -> Floats:
    high = p.hair.lift * (0.35 + 0.65 * _top(root)) * np.minimum(1, length / 4)
    return np.asarray(0.12 + high * rng.uniform(0.75, 1.0, len(root)), np.float32)


def _beside_face(p: Person, at: Floats, root: Floats) -> Floats:
    """Hair that is no fringe falls beside the face, not over it."""
    bare = (at[:, 2] > 2.0) & (at[:, 1] < 6.2) & (over_face(p, root) < 0.5)
    room = p.cheek_width / 2 * 0.97 * rise(6.2 - at[:, 1], -0.2, 4.0)
    side = np.where(at[:, 0] >= 0, 1, -1)
    pushed = side * (room - 0.1 * (room - np.abs(at[:, 0])))
    out = at.copy()
    out[:, 0] = np.where(bare & (np.abs(at[:, 0]) < room), pushed, at[:, 0])
    return out


def clear_face(p: Person, path: Floats) -> Floats:
    """Strands (N, K, 3) that are no fringe moved beside the face."""
    if p.hair.length_side < 3:
        return path
    flat = _beside_face(p, path.reshape(-1, 3), np.repeat(path[:, 0], path.shape[1], axis=0))
    return flat.reshape(path.shape)
