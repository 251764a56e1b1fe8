"""Everything is drawn as points closer together than pixels; at each pixel the nearest point wins."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.cast.shapes import Floats, sample, stack, vector

__all__ = ["Camera", "Canvas", "Sheet", "sheet_points"]

I64 = NDArray[np.int64]
_TILE = 32  # grid cells a side that share one density of points
_APART = 0.8  # pixels between neighbouring points
_LEAST = 0.34  # points in a cell, however small it appears
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
        """Points in cm, (3, ...), as x px, y px and the z they had."""
        size = self.scale * self.distance / np.maximum(self.distance - world[2], 1.0)
        out = np.empty_like(world)
        out[0] = self.centre[0] + world[0] * size
        out[1] = self.centre[1] - world[1] * size
        out[2] = world[2]
        return out

    def place(self, pixel: I64, z: Floats) -> Floats:
        """Where the points seen at `pixel` (N,) with depth `z` are, (3, N) cm."""
        size = (self.distance - z) / np.float32(self.scale * self.distance)
        row, column = np.divmod(pixel.astype(np.int32), np.int32(self.width))
        x = (column.astype(np.float32) + np.float32(0.5 - self.centre[0])) * size
        y = (np.float32(self.centre[1] - 0.5) - row.astype(np.float32)) * size
        return np.stack([x, y, z]).astype(np.float32, copy=False)


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
    def maps(self) -> tuple[Floats, ...]:
        """What lighting needs: facing, colour, gloss with openness, and for skin the softened facing."""
        maps = (self.facing, self.colour, stack(self.gloss, self.openness))
        return (*maps, cv2.GaussianBlur(self.facing, (0, 0), 3.0)) if self.material == "skin" else maps


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
    """Columns and rows at which to sample a sheet so that no pixel is missed, and x, y, z there (3, N).

    projected : (3, rows, columns) as the camera sees the sheet
    """
    u, v = _places(projected, sheet.closed, camera)
    if not len(u):
        return u, v, np.zeros((3, 0), np.float32)
    if sheet.cut is None:
        return u, v, np.ascontiguousarray(sample(stack(*projected), u, v).T)
    values = sample(stack(*projected, sheet.cut), u, v)
    keep = np.flatnonzero(values[:, 3] <= 0)
    return u[keep], v[keep], np.ascontiguousarray(values[keep, :3].T)


def _places(projected: Floats, closed: bool, camera: Camera) -> tuple[Floats, Floats]:
    """Columns and rows of all points: in each tile every column and every row is as dense as its largest cell needs."""
    wide, high = _cells(projected, closed, camera)
    rows, columns = (np.arange(0, n, _TILE) for n in wide.shape)
    across, down = np.maximum.reduceat(wide, rows, axis=0), np.maximum.reduceat(high, columns, axis=1)
    grids = []
    for i, j in np.argwhere(np.maximum.reduceat(across, columns, axis=1)):
        part_u, part_v = across[i, columns[j] : columns[j] + _TILE], down[rows[i] : rows[i] + _TILE, j]
        grids.append((_spread(columns[j], part_u), _spread(rows[i], part_v)))
    count = sum(len(u) * len(v) for u, v in grids)
    every_u, every_v, first = np.empty(count, np.float32), np.empty(count, np.float32), 0
    for u, v in grids:
        shape, stop = (len(v), len(u)), first + len(u) * len(v)
        every_u[first:stop].reshape(shape)[:] = u
        every_v[first:stop].reshape(shape)[:] = v[:, None]
        first = stop
    return every_u, every_v


def _cells(projected: Floats, closed: bool, camera: Camera) -> tuple[Floats, Floats]:
    """How many points every cell of a sheet needs across and down: none where nothing near it can be seen."""
    x, y = projected[0], projected[1]
    across_x, across_y = x[:-1, 1:] - x[:-1, :-1], y[:-1, 1:] - y[:-1, :-1]
    down_x, down_y = x[1:, :-1] - x[:-1, :-1], y[1:, :-1] - y[:-1, :-1]
    inside = (x > -8) & (y > -8) & (x < camera.width + 8) & (y < camera.height + 8)
    seen = inside[:-1, :-1] | inside[1:, 1:]
    if closed:
        seen &= across_x * down_y > across_y * down_x
    seen = cv2.dilate(seen.view(np.uint8), np.ones((3, 3), np.uint8)).view(np.bool_)
    wide, high = (np.maximum(np.abs(dx), np.abs(dy)) for dx, dy in ((across_x, across_y), (down_x, down_y)))
    return np.where(seen, np.maximum(wide / _APART, _LEAST), 0), np.where(seen, np.maximum(high / _APART, _LEAST), 0)


def _spread(first: int, density: Floats) -> Floats:
    """Places from cell `first` on, so many in each cell as its density (n,) says."""
    reached = np.concatenate([[0], np.cumsum(density)])
    steps = int(np.ceil(reached[-1]))
    at = np.arange(steps + 1) * (reached[-1] / steps)
    return np.interp(at, reached, np.arange(first, first + len(reached))).astype(np.float32)
