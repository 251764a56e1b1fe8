"""Everything is drawn as points closer together than pixels; at each pixel the nearest point wins."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.cast.shapes import Floats, sample, vector

__all__ = ["Camera", "Canvas", "Sheet", "sheet_points"]

I64 = NDArray[np.int64]
_TILE = 32  # grid cells a side that share one density of points
_APART = 0.8  # pixels between neighbouring points
_EMPTY = -(2**62)


@dataclass(frozen=True)
class Camera:
    """A pinhole camera that looks along -z at the origin.

    width, height : pixels of the (finer) picture that is drawn
    scale : pixels per cm at the origin
    centre : x, y pixels where the origin lies
    distance : cm from the origin
    """

    width: int
    height: int
    scale: float
    centre: tuple[float, float]
    distance: float = 120.0

    def project(self, world: Floats) -> Floats:
        """Points in cm, (..., 3), as x px, y px and the z they had."""
        size = self.scale * self.distance / np.maximum(self.distance - world[..., 2], 1.0)
        x = self.centre[0] + world[..., 0] * size
        y = self.centre[1] - world[..., 1] * size
        return np.stack([x, y, world[..., 2]], -1).astype(np.float32)

    def place(self, pixel: I64, z: Floats) -> Floats:
        """Where the points seen at `pixel` with depth `z` are, cm."""
        size = ((self.distance - z) / (self.scale * self.distance)).astype(np.float32)
        x = (pixel % self.width + np.float32(0.5) - self.centre[0]) * size
        y = (self.centre[1] - pixel // self.width - np.float32(0.5)) * size
        return np.stack([x, y, z], 1).astype(np.float32)


@dataclass(frozen=True)
class Sheet:
    """A surface: a grid of places with what is painted on it; maps are (rows, columns).

    place, facing, colour : (..., 3) cm, unit normals, linear RGB
    gloss, openness : 0..1
    cut : above 0 where the surface has a hole, or None
    material : "skin", "eye", "cloth" or "metal"
    closed : its back can never be seen
    """

    place: Floats
    facing: Floats
    colour: Floats
    gloss: Floats
    openness: Floats
    material: str = "cloth"
    cut: Floats | None = None
    closed: bool = False

    @cached_property
    def maps(self) -> tuple[Floats, Floats, Floats]:
        """What lighting needs, four channels at a time: facing, softened facing, colour, gloss, openness."""
        smooth = cv2.GaussianBlur(self.facing, (0, 0), 3.0) if self.material == "skin" else self.facing
        every = np.dstack([self.facing, smooth, self.colour, self.gloss, self.openness])
        return every[..., :4].copy(), every[..., 4:8].copy(), every[..., 8:].copy()


@dataclass
class Canvas:
    """The nearest point at each pixel: `key` packs its depth above its number."""

    camera: Camera
    key: I64 = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.key = np.full(self.camera.width * self.camera.height, _EMPTY, np.int64)

    def add(self, x: Floats, y: Floats, z: Floats) -> tuple[int, NDArray[np.intp]]:
        """Offers points; returns the number of the first and which of them lie in the picture."""
        wide, high = self.camera.width, self.camera.height
        inside = np.flatnonzero((x >= 0) & (x < wide) & (y >= 0) & (y < high) & (z < self.camera.distance - 10))
        if len(inside) < len(x):
            x, y, z = x[inside], y[inside], z[inside]
        first, self.count = self.count, self.count + len(inside)
        pixel = y.astype(np.int64) * wide + x.astype(np.int64)
        depth = (z * 4096).astype(np.int64) << 32
        np.maximum.at(self.key, pixel, depth + np.arange(first, self.count))
        return first, inside

    def fill_pinholes(self) -> None:
        """Gives an empty pixel between covered ones to its nearest neighbour."""
        wide = self.camera.width
        covered = (self.key != _EMPTY).astype(np.uint8).reshape(-1, wide)
        around = cv2.filter2D(covered, -1, vector([[0, 1, 0], [1, 0, 1], [0, 1, 0]]), borderType=cv2.BORDER_CONSTANT)
        lonely = np.flatnonzero((covered == 0) & (around >= 3))
        lonely = lonely[(lonely > wide) & (lonely < len(self.key) - wide)]
        if len(lonely):
            self.key[lonely] = np.max([self.key[lonely + step] for step in (-1, 1, -wide, wide)], axis=0)

    def winners(self) -> tuple[I64, I64, Floats]:
        """Covered pixels, the number of the point seen there, and its depth in cm."""
        pixel = np.flatnonzero(self.key != _EMPTY)
        key = self.key[pixel]
        return pixel, key & 0xFFFFFFFF, ((key >> 32) / 4096).astype(np.float32)


def sheet_points(sheet: Sheet, projected: Floats, camera: Camera) -> tuple[Floats, Floats, Floats]:
    """Columns and rows at which to sample a sheet so that no pixel is missed, and x, y, z there (N, 3)."""
    steps = _Steps(projected, sheet.closed, camera)
    kept = [grid for grid in map(steps.grid, _tiles(projected.shape)) if grid is not None]
    if not kept:
        return np.zeros(0, np.float32), np.zeros(0, np.float32), np.zeros((0, 3), np.float32)
    u, v = (np.concatenate([grid[i] for grid in kept]) for i in (0, 1))
    if sheet.cut is None:
        return u, v, sample(projected, u, v)
    values = sample(np.dstack([projected, sheet.cut]), u, v)
    keep = np.flatnonzero(values[:, 3] <= 0)
    return u[keep], v[keep], values[keep, :3]


def _tiles(shape: tuple[int, ...]) -> list[tuple[slice, slice]]:
    rows = [slice(i, min(i + _TILE, shape[0] - 1)) for i in range(0, shape[0] - 1, _TILE)]
    columns = [slice(i, min(i + _TILE, shape[1] - 1)) for i in range(0, shape[1] - 1, _TILE)]
    return [(r, c) for r in rows for c in columns]


class _Steps:
    """How far apart the corners of every cell of a sheet appear, and which cells can be seen."""

    def __init__(self, projected: Floats, closed: bool, camera: Camera) -> None:
        x, y = projected[..., 0], projected[..., 1]
        across = np.diff(projected[:-1, :, :2], axis=1)
        down = np.diff(projected[:, :-1, :2], axis=0)
        self.wide, self.high = (np.maximum(np.abs(d[..., 0]), np.abs(d[..., 1])) for d in (across, down))
        seen = (x > -8) & (y > -8) & (x < camera.width + 8) & (y < camera.height + 8)
        self.seen = seen[:-1, :-1] | seen[1:, 1:]
        if closed:
            self.seen &= across[..., 0] * down[..., 1] > across[..., 1] * down[..., 0]

    def grid(self, tile: tuple[slice, slice]) -> tuple[Floats, Floats] | None:
        """Columns and rows of the points that one tile of cells needs."""
        rows, columns = tile
        if not self.seen[tile].any():
            return None
        u, v = _spread(columns, float(self.wide[tile].max())), _spread(rows, float(self.high[tile].max()))
        return np.tile(u, len(v)), np.repeat(v, len(u))


def _spread(cells: slice, pixels: float) -> Floats:
    per_cell = max(pixels / _APART, 0.34)
    count = int(np.ceil((cells.stop - cells.start) * per_cell))
    return np.linspace(cells.start, cells.stop, count + 1, dtype=np.float32)
