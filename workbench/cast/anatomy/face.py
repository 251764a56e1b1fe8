"""The relief of a face: sockets, brows, cheeks, muzzle, chin, folds, and forty bumps that nobody named."""

from __future__ import annotations

import numpy as np

from workbench.cast.anatomy.mouth import Lips, mouth_relief, mouth_y
from workbench.cast.anatomy.nose import nose, wing
from workbench.cast.expression import Expression
from workbench.cast.people import BUMPS, Person
from workbench.cast.shapes import Floats, bell, rise

__all__ = ["PLACES", "face_relief", "moving_relief"]

_where = np.random.default_rng(5)
PLACES = np.stack(  # x, y, width in cm of each bump, and whether it has a twin on the other side
    [
        _where.uniform(0, 6.0, BUMPS),
        _where.uniform(-10.3, 4.0, BUMPS),
        _where.uniform(0.8, 1.8, BUMPS),
        _where.choice([1, 1, 1, 0], BUMPS),
    ],
    1,
).astype(np.float32)


def face_relief(p: Person, x: Floats, y: Floats) -> Floats:
    """What stays whatever the face does, cm."""
    return _sockets(p, x, y) + _cheeks(p, x, y) + _chin(p, x, y) + nose(p, x, y) + _own(p, x, y)


def moving_relief(p: Person, x: Floats, y: Floats, face: Expression, line: Lips) -> Floats:
    """What an expression changes: lips, cheeks and the folds beside them, cm."""
    return mouth_relief(p, x, y, line) + _folds(p, x, y, face)


def _sockets(p: Person, x: Floats, y: Floats) -> Floats:
    away, eye = np.abs(x), p.eye_distance / 2
    socket = p.eye_depth * bell(away - eye, 1.75, y + 0.1, 1.15) + 0.50 * bell(away - 1.75, 0.72, y - 0.25, 0.95)
    ridge = p.brow_ridge * (bell(away - 2.7, 2.2, y - p.brow_height + 0.15, 0.7) + 0.5 * bell(x, 1.2, y - 1.7, 0.75))
    temple = 0.35 * bell(away - 6.3, 1.2, y - 2.4, 2.2)
    hollow = (0.10 + 0.26 * p.wrinkled) * bell(away - 2.3, 0.95, y + 1.95, 0.9)
    return np.asarray(ridge + 0.25 * p.forehead_round * bell(x, 4, y - 5, 2.2) - socket - temple - hollow, np.float32)


def _cheeks(p: Person, x: Floats, y: Floats) -> Floats:
    away = np.abs(x)
    bone = p.cheekbone * bell(away - 4.6, 1.5, y + 2.3, 1.2)
    full = 0.7 * p.cheek_full * bell(away - 4.0, 1.9, y + 5.3, 2.1)
    jowl = 0.28 * p.wrinkled * bell(away - 4.2, 1.0, y - mouth_y(p) + 2.0, 1.0)
    muzzle = 0.62 * bell(x, 2.7, y - mouth_y(p) - 0.4, 1.9)
    return np.asarray(bone + full + jowl + muzzle, np.float32)


def _chin(p: Person, x: Floats, y: Floats) -> Floats:
    low = -0.905 * p.face_length
    hollow = 0.30 * bell(x, 1.9, y - mouth_y(p) + p.lip_lower + 0.75, 0.45)
    ball = (0.50 + p.chin_forward) * bell(x, 0.42 * p.chin_width, y - low, 1.1)
    return np.asarray(ball - hollow, np.float32)


def _folds(p: Person, x: Floats, y: Floats, face: Expression) -> Floats:
    away, (out, level), mouth = np.abs(x), wing(p), mouth_y(p)
    path = out + 0.72 + (level - y) * 0.42
    along = rise(level + 0.5 - y, 0, 0.8) * rise(y, mouth - 1.1, mouth + 0.9)
    deep = 0.04 + 0.19 * p.wrinkled + 0.11 * face.smile
    nasolabial = along * (0.6 * deep * bell(away - path - 0.65, 0.6) - deep * bell(away - path, 0.26))
    apple = 0.34 * face.smile * bell(away - 3.8, 1.3, y + 3.3, 1.3)
    marionette = 0.10 * p.wrinkled * bell(away - p.mouth_width / 2 - 0.2, 0.24, y - mouth + 0.9, 0.8)
    return np.asarray(nasolabial + apple - marionette, np.float32)


def _own(p: Person, x: Floats, y: Floats) -> Floats:
    total, away = np.zeros_like(x), np.abs(x)
    for (cx, cy, width, twin), size in zip(PLACES, p.bumps, strict=True):
        total += 0.185 * size * bell((away if twin else x) - cx, width, y - cy, width)
    return total
