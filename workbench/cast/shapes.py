"""The small vocabulary of smooth shapes that faces, skin and cloth are written in."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Floats",
    "bell",
    "blotches",
    "cell_areas",
    "grain",
    "linear",
    "mix",
    "rise",
    "rotation",
    "sample",
    "smooth_max",
    "stack",
    "surface_normals",
    "unit",
    "unit_columns",
    "vector",
]

Floats = NDArray[np.floating[Any]]  # float32 wherever the arrays are large


def rise(x: Any, low: Any, high: Any) -> Floats:
    """0 below `low`, 1 above `high`, smooth between.

    >>> rise([0, 1, 2], 0, 2).tolist()
    [0.0, 0.5, 1.0]
    """
    t = np.clip((np.asarray(x, np.float32) - low) / (high - low), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def bell(*pairs: Any) -> Floats:
    """A bump of height 1: `bell(distance, width, distance, width, ...)`."""
    total: Any = 0.0
    for distance, width in zip(pairs[::2], pairs[1::2], strict=True):
        total = total + (np.asarray(distance, np.float32) / np.float32(width)) ** 2
    return np.exp(-total, dtype=np.float32)


def mix(a: Any, b: Any, t: Any) -> Floats:
    """`a` where t is 0, `b` where t is 1; a map of t blends two colours."""
    t = np.asarray(t, np.float32)
    t = t[..., None] if t.ndim else t
    return np.asarray(a * (1 - t) + b * t, np.float32)


def smooth_max(a: Floats, b: Floats, width: float) -> Floats:
    """The larger of two heights, rounded over `width` where they meet."""
    return (b + np.logaddexp(0, np.clip((a - b) / width, -30, 30)) * width).astype(np.float32)


def linear(*colour: float) -> Floats:
    """A colour as people write it (0..255) in linear light."""
    return ((np.asarray(colour, np.float32) / 255) ** 2.2).astype(np.float32)


def vector(values: Any) -> Floats:
    """Numbers as a float32 array."""
    return np.asarray(values, np.float32)


def unit(vectors: Floats) -> Floats:
    """Each vector (..., 3) divided by its length."""
    length = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))[..., None]
    return (vectors / np.maximum(length, 1e-9)).astype(np.float32)


def unit_columns(vectors: Floats) -> Floats:
    """Each of N vectors, (3, N), divided by its length."""
    x, y, z = vectors
    return np.asarray(vectors / np.maximum(np.sqrt(x * x + y * y + z * z), 1e-9), np.float32)


def stack(*maps: Any) -> Floats:
    """Maps of one shape as the channels of one, (rows, columns, maps) float32."""
    return np.asarray(cv2.merge([np.ascontiguousarray(m, np.float32) for m in maps]))


def rotation(yaw: float, pitch: float = 0.0, roll: float = 0.0) -> Floats:
    """Turns a head: yaw to its left, then pitch down, then roll; degrees.

    >>> np.round(rotation(90) @ [0, 0, 1], 3).tolist()
    [1.0, 0.0, 0.0]
    """
    y, p, r = np.radians([yaw, pitch, roll])
    turn = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    nod = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    tilt = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return (tilt @ nod @ turn).astype(np.float32)


def blotches(shape: tuple[int, int], rng: np.random.Generator, cells: int = 4, octaves: int = 4) -> Floats:
    """Soft noise of unit variance: `cells` blotches across at first, then twice as many and weaker, and so on."""
    out, weight, total = np.zeros(shape, np.float32), 1.0, 0.0
    for octave in range(octaves):
        n = cells * 2**octave
        coarse = rng.standard_normal((min(shape[0], n), min(shape[1], n)), dtype=np.float32)
        out += weight * cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)
        total, weight = total + weight**2, weight * 0.6
    return (out / np.sqrt(total)).astype(np.float32)


def grain(shape: tuple[int, int], rng: np.random.Generator, width: float) -> Floats:
    """Fine noise of unit variance, about `width` cells wide; taller than wide, as the head's grid has wide cells."""
    raw = cv2.GaussianBlur(rng.standard_normal(shape, dtype=np.float32), (0, 0), 0.75 * width, sigmaY=1.25 * width)
    return (raw / max(float(raw.std()), 1e-6)).astype(np.float32)


def surface_normals(place: Floats) -> Floats:
    """Unit normals of a grid of points (rows down, columns to the person's left): they look outwards."""
    x, y, z = _across(place)
    length = np.maximum(np.sqrt(x * x + y * y + z * z), 1e-9)
    return stack(x / length, y / length, z / length)


def cell_areas(place: Floats) -> Floats:
    """Area that each cell of a grid of points covers, cm2, (rows, columns)."""
    x, y, z = _across(place)
    return np.asarray(np.sqrt(x * x + y * y + z * z) / 4, np.float32)


def _across(place: Floats) -> tuple[Floats, Floats, Floats]:
    """The vector across the two ways of a grid, over two cells each."""
    parts = cv2.split(np.ascontiguousarray(place, np.float32))
    (ax, ay, az), (bx, by, bz) = ([_steps(part, axis) for part in parts] for axis in (0, 1))
    return ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx


def _steps(grid: Floats, axis: int) -> Floats:
    """From the row above to the row below, for each row (axis 0); the same of columns (axis 1)."""
    out = np.empty_like(grid)
    to, given = (out, grid) if axis == 0 else (out.T, grid.T)
    np.subtract(given[2:], given[:-2], out=to[1:-1])
    to[0], to[-1] = 2 * (given[1] - given[0]), 2 * (given[-1] - given[-2])
    return out


def sample(grid: Floats, u: Floats, v: Floats) -> Floats:
    """The values of a grid at N places between its columns `u` and rows `v`, (N, channels)."""
    n, width = len(u), 2048
    at = np.zeros((2, -(-n // width), width), np.float32)
    for row, given in zip(at.reshape(2, -1), (u, v), strict=True):
        row[:n] = given
    out = cv2.remap(grid, at[0], at[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(out.reshape(at[0].size, -1)[:n], np.float32)
