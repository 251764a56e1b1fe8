"""How far the head reaches in every direction, so that hair lies on it and never inside it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from workbench.cast.shapes import Floats, sample, vector

__all__ = ["Ball", "scalp_ball"]

_MIDDLE = vector([0, 1.2, -0.8])
_ROWS, _COLUMNS, _WRAP = 48, 96, 6


@dataclass(frozen=True)
class Ball:
    """A head as a distance from `middle` for every direction.

    radius : (48, 108) cm, rows from below to above, columns around from behind, a few columns repeated at both ends
    """

    middle: Floats
    radius: Floats

    def keep_out(self, at: Floats, above: Floats) -> Floats:
        """Points (N, 3) pushed out to at least `above` (N,) cm over the head."""
        away = at - self.middle
        distance = np.maximum(np.linalg.norm(away, axis=1), 1e-6)
        u, v = _angles(away, distance)
        least = sample(self.radius, u * _COLUMNS - 0.5 + _WRAP, v * _ROWS - 0.5)[:, 0] + above
        scale = np.maximum(1, least / distance)
        return np.asarray(self.middle + away * scale[:, None], np.float32)


def scalp_ball(place: Floats) -> Ball:
    """The ball of a head whose surface passes through `place` (rows, columns, 3)."""
    away = place.reshape(-1, 3) - _MIDDLE
    distance = np.linalg.norm(away, axis=1)
    u, v = _angles(away, np.maximum(distance, 1e-6))
    grid = np.zeros((_ROWS, _COLUMNS), np.float32)
    at = (v * (_ROWS - 0.01)).astype(np.int64) * _COLUMNS + (u * (_COLUMNS - 0.01)).astype(np.int64)
    np.maximum.at(grid.ravel(), at, distance)
    for _ in range(_ROWS):
        if grid.min() > 0:
            break
        grid = np.where(grid == 0, cv2.dilate(_wrap(grid), np.ones((3, 3)))[:, _WRAP:-_WRAP], grid)
    return Ball(_MIDDLE, cv2.GaussianBlur(_wrap(grid), (0, 0), 0.8))


def _angles(away: Floats, distance: Floats) -> tuple[Floats, Floats]:
    u = np.arctan2(away[:, 0], away[:, 2]) / (2 * np.pi) + 0.5
    v = np.arcsin(np.clip(away[:, 1] / distance, -1, 1)) / np.pi + 0.5
    return u.astype(np.float32), v.astype(np.float32)


def _wrap(grid: Floats) -> Floats:
    return np.asarray(np.hstack([grid[:, -_WRAP:], grid, grid[:, :_WRAP]]), np.float32)
