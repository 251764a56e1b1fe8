"""Boxes and points in pictures: pure functions of arrays.

A box is x1, y1, x2, y2 in pixels, the right and bottom edges exclusive. A point is x, y. Boxes come as (N, 4), the five
points of a face as (N, 5, 2); every function takes N = 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["area", "centre", "clip", "iou", "pad", "similarity", "width", "within"]

F32 = NDArray[np.float32]
Floats = NDArray[np.floating]


def width(box: Floats) -> Floats:
    """Width in pixels of each box, (N,).

    >>> width(np.array([[10.0, 0.0, 42.0, 40.0]])).tolist()
    [32.0]
    """
    return box[:, 2] - box[:, 0]


def area(box: Floats) -> Floats:
    """Area in square pixels, (N,); 0 for a box turned inside out."""
    return np.clip(box[:, 2] - box[:, 0], 0, None) * np.clip(box[:, 3] - box[:, 1], 0, None)


def centre(box: Floats) -> Floats:
    """Middle of each box, (N, 2)."""
    return (box[:, :2] + box[:, 2:]) / 2


def iou(a: Floats, b: Floats) -> Floats:
    """Intersection over union of every box of `a` (N, 4) with every box of `b` (M, 4), as (N, M) in 0..1.

    >>> iou(np.array([[0.0, 0.0, 2.0, 2.0]]), np.array([[1.0, 0.0, 3.0, 2.0]])).round(3).tolist()
    [[0.333]]
    """
    overlap = np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])
    shared = np.clip(overlap, 0, None).prod(axis=2)
    union = area(a)[:, None] + area(b)[None] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def pad(box: Floats, share: float) -> Floats:
    """Each box grown on every side by `share` of its own width and height.

    >>> pad(np.array([[10.0, 10.0, 20.0, 30.0]]), 0.5).tolist()
    [[5.0, 0.0, 25.0, 40.0]]
    """
    margin = (box[:, 2:] - box[:, :2]) * share
    return np.concatenate([box[:, :2] - margin, box[:, 2:] + margin], axis=1)


def clip(box: Floats, height: int, width: int) -> Floats:
    """Each box cut to a picture of `height` x `width` pixels."""
    return np.clip(box, 0, np.array([width, height, width, height], box.dtype))


def within(box: Floats, height: int, width: int) -> Floats:
    """Share of each box that lies inside the picture, 0..1 as (N,); 0 for an empty box."""
    whole = area(box)
    return np.divide(area(clip(box, height, width)), whole, out=np.zeros_like(whole), where=whole > 0)


def similarity(points: Floats, template: Floats) -> Floats:
    """The 2 x 3 matrices that rotate, scale and shift `points` (N, K, 2) onto `template` (K, 2), least squares.

    Source: Umeyama 1991 without reflection; in the plane it is one complex number a face,
    sum(conj(p) * q) / sum(|p|^2) of the centred points. Points that all coincide give NaN.
    """
    p = points[..., 0] + 1j * points[..., 1]
    q = template[:, 0] + 1j * template[:, 1]
    p_mean, q_mean = p.mean(axis=1, keepdims=True), q.mean()
    centred = p - p_mean
    spread = (np.abs(centred) ** 2).sum(axis=1)
    turned = (centred.conj() * (q - q_mean)).sum(axis=1)
    turn = np.divide(turned, spread, out=np.full_like(turned, complex(np.nan, np.nan)), where=spread > 0)
    shift = q_mean - turn * p_mean[:, 0]
    rows = [[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]]
    return np.moveaxis(np.array(rows), 2, 0)
