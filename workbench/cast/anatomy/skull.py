"""The bare head: a grid wrapped around the skull axis, whose rows follow the jaw from the chin up to the ear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter1d

from workbench.cast.people import Person
from workbench.cast.shapes import Floats, rise

__all__ = ["COLUMNS", "ROWS", "Skull", "skull"]

ROWS, COLUMNS = 360, 320
# y of the row in front, half width, depth in front, depth behind, squareness, how far the row climbs towards the ear
_OUTLINE = np.array(
    [
        (11.5, 0.0, 0.0, 0.0, 2.0, 0.0),
        (11.25, 2.3, 2.7, 3.2, 2.0, 0.0),
        (10.3, 4.4, 5.2, 6.2, 2.0, 0.0),
        (8.5, 6.15, 7.3, 8.7, 2.05, 0.0),
        (6.3, 7.05, 8.5, 9.8, 2.1, 0.0),
        (4.0, 7.45, 9.0, 10.2, 2.1, 0.0),
        (2.0, 7.3, 9.15, 10.1, 2.1, 0.0),
        (0.0, 7.0, 8.95, 9.6, 2.05, 0.0),
        (-2.0, 6.75, 8.75, 8.9, 2.05, 0.0),
        (-4.2, 6.30, 8.8, 8.0, 1.95, 0.1),
        (-6.2, 5.85, 8.95, 7.3, 1.85, 0.7),
        (-8.2, 5.45, 9.0, 6.8, 1.75, 1.8),
        (-10.0, 5.10, 8.95, 6.5, 1.65, 3.0),
        (-11.2, 4.80, 8.1, 6.3, 1.6, 3.7),
        (-11.75, 4.45, 6.2, 6.2, 1.75, 3.6),
        (-12.5, 4.40, 4.2, 6.1, 1.95, 3.1),
        (-15.0, 4.65, 3.2, 6.0, 2.0, 1.6),
        (-18.5, 5.5, 3.2, 6.6, 2.0, 0.2),
        (-22.0, 7.0, 3.4, 7.4, 2.0, 0.0),
    ]
)
_DENSITY = np.array([0.4, 0.5, 0.8, 1.0, 1.1, 1.4, 1.9, 2.4, 2.1, 1.9, 1.9, 1.9, 1.3, 0.8, 0.8, 0.9, 0.7, 0.5])
_CROWN, _JAW, _NECK = slice(0, 7), slice(10, 14), slice(14, 19)
_CHEEK_SHARE = np.array([0, 0, 0, 0, 0.0, 0.15, 0.45, 0.75, 1, 1, 0.5])  # of each upper row, against the cranium's


@dataclass(frozen=True)
class Skull:
    """The bare head, every map (360, 320).

    x, y, z : cm
    front : 1 where relief of the face applies, 0 behind the ears and on the neck
    turn : radians around the axis, 0 in front
    """

    x: Floats
    y: Floats
    z: Floats
    front: Floats
    turn: Floats


def skull(p: Person) -> Skull:
    """The head of `p` without eyes, nose and mouth."""
    steps = np.r_[0, np.cumsum(_DENSITY)]
    at = np.interp(np.linspace(0, steps[-1], ROWS), steps, np.arange(len(_OUTLINE)))
    rows = PchipInterpolator(np.arange(len(_OUTLINE)), _outline(p))(at)
    rows = gaussian_filter1d(rows, 4.0, axis=0, mode="nearest")
    a = np.linspace(-1, 1, COLUMNS)
    turn = np.pi * (0.45 * a + 0.55 * a**3)[None]
    y, half, ahead, behind, power, climb = (rows[:, i : i + 1] for i in range(6))
    sine, cosine = np.sin(turn), np.cos(turn)
    half = half - (half - _neck_half(rows)) * rise(-cosine, 0.0, 0.6) * rise(-y, 5.0, 7.5)
    depth = np.maximum(np.where(cosine > 0, ahead, behind), 1e-3)
    shape = np.where(cosine > 0, power, 2.0)
    radius = ((np.abs(sine) / np.maximum(half, 1e-3)) ** shape + (np.abs(cosine) / depth) ** shape) ** (-1 / shape)
    high = y + climb * (1 - np.clip(cosine, 0, 1)) ** 1.1 * (1 - 0.9 * rise(-cosine, 0.0, 0.75))
    front = rise(cosine, 0.02, 0.45) * rise(high, -1.09 * p.face_length, -0.98 * p.face_length)
    maps = (radius * sine, high, radius * cosine, front, turn + 0 * y)
    return Skull(*(np.ascontiguousarray(m, np.float32) for m in maps))


def _neck_half(rows: Floats) -> Floats:
    return np.asarray(np.minimum(rows[:, 1:2], 1.04 * rows[rows[:, 0] < -12, 1].min()), np.float32)


def _outline(p: Person) -> Floats:
    rows = _OUTLINE.copy()
    y = rows[:, 0]
    low = y < 0
    rows[low, 0] = np.where(y[low] > -12, y[low] * p.face_length / 11.2, y[low] - (p.face_length - 11.2))
    rows[_CROWN, 0] *= np.interp(y[_CROWN], [2, 6], [1, p.head_height / 11.4])
    rows[:11, 1] *= (p.head_width / 15.0) ** (1 - _CHEEK_SHARE) * (p.cheek_width / 13.6) ** _CHEEK_SHARE
    rows[_JAW, 1] *= 1 + (p.jaw_width / 10.8 - 1) * np.array([0.5, 0.9, 1.0, 0.85])
    rows[_NECK, 1:4] *= p.neck_width / 10.6
    rows[:9, 3] *= p.head_length / 19.3
    rows[3:6, 2] += p.forehead_round * np.array([0.9, 0.8, 0.3])
    rows[10:16, 5] *= 1 + (p.jaw_height / 4.3 - 1) * 0.8
    return rows.astype(np.float32)
