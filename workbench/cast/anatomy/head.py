"""A whole head for one expression: skull, relief, lids, and how open to the light each place is."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.cast.anatomy.eyes import Eye, raise_lids
from workbench.cast.anatomy.face import face_relief, moving_relief
from workbench.cast.anatomy.mouth import Lips, lips, mouth_y
from workbench.cast.anatomy.skull import Skull, skull
from workbench.cast.expression import Expression
from workbench.cast.people import Person
from workbench.cast.shapes import Floats, bell, rise, surface_normals

__all__ = ["Bare", "Head", "Window", "bare_head", "eye_window", "head"]

Window = tuple[slice, slice]

_HOLLOWS = ((4, 1.0), (13, 0.5), (30, 0.16))  # blur in cells, weight: small, middle and large hollows lie in shade


@dataclass(frozen=True)
class Bare:
    """What no expression changes.

    skull : the bare head
    u, v : x and y of the face's features, cm, with the person's own asymmetry
    z : height with the lasting relief, cm
    eyes : left and right of the picture
    low : the rows and columns of the lower face, where the mouth moves
    jaw : the rows and columns where a beard may grow
    """

    skull: Skull
    u: Floats
    v: Floats
    z: Floats
    eyes: tuple[Eye, Eye]
    low: Window
    jaw: Window


@dataclass(frozen=True)
class Head:
    """A head with an expression; maps are (360, 320).

    line : the mouth's lines over `bare.low`
    place : (..., 3) cm
    facing : (..., 3) unit normals
    openness : 0..1, how much of the sky each place sees
    """

    bare: Bare
    face: Expression
    line: Lips
    place: Floats
    facing: Floats
    openness: Floats


def bare_head(p: Person) -> Bare:
    """Skull, nose, cheeks and chin of `p`."""
    s = skull(p)
    u = s.x + 0.5 * p.skew_face * rise(-s.y, -1, 10)
    z = s.z + face_relief(p, u, s.y) * s.front
    eyes = (_eye(p, s, z, -1), _eye(p, s, z, 1))
    low = _around((s.front > 0) & (s.y < 0.5) & (np.abs(s.x) < 6.5))
    jaw = _around((np.cos(s.turn) > -0.1) & (s.y < 1.0) & (s.y > -1.25 * p.face_length))
    return Bare(s, u.astype(np.float32), s.y, z.astype(np.float32), eyes, low, jaw)


def head(p: Person, bare: Bare, face: Expression) -> Head:
    """The head of `p` with an expression on it."""
    s = bare.skull
    low, z = bare.low, bare.z.copy()
    line = lips(p, bare.u[low], face)
    z[low] += moving_relief(p, bare.u[low], bare.v[low], face, line) * s.front[low]
    for eye in bare.eyes:
        window = eye_window(s, eye)
        z[window] = raise_lids(p, s.x[window], s.y[window], z[window], eye, face)
    jaw = 0.75 * face.open * rise(mouth_y(p) - s.y, -0.1, 1.2) * rise(np.cos(s.turn), -0.2, 0.6)
    place = np.dstack([s.x, s.y - jaw, z]).astype(np.float32)
    facing = surface_normals(place)
    return Head(bare, face, line, place, facing, _openness(p, place, facing))


def _eye(p: Person, s: Skull, z: Floats, side: int) -> Eye:
    x = side * p.eye_distance / 2
    apart = np.where(s.front > 0.5, (s.x - x) ** 2 + s.y**2, np.inf)
    row, column = np.unravel_index(int(np.argmin(apart)), apart.shape)
    return Eye(side, x, float(z[row, column]) + 0.42)


def eye_window(s: Skull, eye: Eye) -> Window:
    """Rows and columns around one eye."""
    return _around((np.abs(s.x - eye.x) < 2.9) & (np.abs(s.y) < 2.6) & (s.z > 0))


def _around(inside: NDArray[np.bool_]) -> Window:
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _smooth(place: Floats, width: float) -> Floats:
    """Places blurred over `width` cells, the wider the coarser: it is smooth anyway."""
    coarse = 2.0 ** -int(np.log2(max(width / 2, 1)))
    small = cv2.resize(place, None, fx=coarse, fy=coarse, interpolation=cv2.INTER_AREA) if coarse < 1 else place
    small = cv2.GaussianBlur(small, (0, 0), width * coarse, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(small, place.shape[1::-1], interpolation=cv2.INTER_LINEAR) if coarse < 1 else small)


def _openness(p: Person, place: Floats, facing: Floats) -> Floats:
    half = cv2.resize(place, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    normal = cv2.resize(facing, half.shape[1::-1], interpolation=cv2.INTER_AREA)
    small = np.ones(half.shape[:2], np.float32)
    for width, weight in _HOLLOWS:
        smooth = _smooth(half, width / 2)
        depth = np.einsum("ijk,ijk->ij", smooth - half, normal)
        small *= np.clip(1 - weight * np.maximum(depth, 0), 0.4, 1)
    out, y = cv2.resize(small, place.shape[1::-1]), place[..., 1]
    turn = np.cos(np.linspace(-np.pi, np.pi, place.shape[1]))
    chin = rise(-y, 0.99 * p.face_length, 1.12 * p.face_length) * bell(np.maximum(-y - 13.5, 0), 3.0)
    return np.asarray(out * (1 - 0.35 * chin * rise(turn, -0.5, 0.4)), np.float32)
