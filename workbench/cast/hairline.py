"""Where hair grows: the scalp's edge, the brows' path and the beard's field."""

from __future__ import annotations

import numpy as np

from workbench.cast.anatomy.head import Bare, Head
from workbench.cast.anatomy.mouth import mouth_y
from workbench.cast.expression import Expression
from workbench.cast.people import Person
from workbench.cast.shapes import Floats, bell, blotches, rise

__all__ = ["beard_field", "beard_shade", "brow_line", "brow_path", "moustache_field", "scalp"]

_ANGLES = [0, 18, 34, 48, 60, 72, 84, 100, 125, 180]  # degrees around the head


def scalp(p: Person, bare: Bare) -> Floats:
    """1 where the head's hair grows, 0..1 at its edge."""
    s, style = bare.skull, p.hair
    angle = np.degrees(np.abs(s.turn))
    front, back = p.hairline, style.recede
    edge = [front + 0.9 * back, front + 1.0 * back, front + 2.2 * back - 0.3, front - 1.0 + 2.0 * back]
    edge += [3.9 + 0.8 * back, 0.6, -1.6, -3.4, -6.6, -7.8]
    ragged = blotches(s.y.shape, np.random.default_rng([p.grain[0][0], 12]), 14, 3)
    grown = rise(s.y + 0.28 * ragged, np.interp(angle, _ANGLES, edge) - 0.3, np.interp(angle, _ANGLES, edge) + 0.45)
    bald = style.bald * rise(s.y, 5.0 - style.bald, 7.2 - style.bald)
    return np.asarray(grown * np.clip(1 - 1.25 * bald, 0, 1), np.float32)


def brow_path(p: Person, along: Floats, face: Expression) -> Floats:
    """Height of a brow, cm, from its inner end (0) to its tail (1)."""
    t = np.clip(along, -0.1, 1.1)
    moved = 0.45 * face.brows_up - 0.26 * face.frown * (1 - t)
    slope = np.tan(np.radians(p.brow_tilt)) * p.brow_length * t
    arch = p.brow_arch * np.sin(np.clip(t * 1.15, 0, 1.15) * np.pi * 0.8)
    return np.asarray(p.brow_height - 0.15 + slope + arch - 0.45 * np.clip(t, 0, 1.1) ** 2.2 + moved, np.float32)


def brow_half_thickness(p: Person, along: Floats) -> Floats:
    """Half the height of a brow, cm."""
    t = np.clip(along, 0, 1)
    return np.asarray(
        0.5 * p.brow_thick * (0.7 + 0.5 * np.clip(4 * t, 0, 1)) * (1 - 0.75 * rise(t, 0.5, 1.0)), np.float32
    )


def brow_line(p: Person, x: Floats, y: Floats, face: Expression) -> Floats:
    """How much brow covers each place, 0..1."""
    along = (np.abs(x) - p.brow_gap) / p.brow_length
    thick = np.maximum(brow_half_thickness(p, along), 0.04) * 1.25
    inside = np.exp(-(((y - brow_path(p, along, face)) / thick) ** 2))
    return np.asarray(inside * rise(along, -0.05, 0.14) * rise(1.0 - along, 0, 0.25), np.float32)


def moustache_field(p: Person, face: Head) -> Floats:
    """Where a moustache grows, 0..1, over `face.bare.jaw`."""
    line, low = face.line, face.bare.low
    x, y = face.bare.u[low], face.bare.v[low]
    nose = -p.nose_length - 0.50
    top = line.upper + 0.8 * (nose - line.upper) * (1 - 0.85 * np.clip(line.across, 0, 1) ** 2.5)
    end = line.upper - 0.9 * rise(line.across, 0.85, 1.25)
    field = rise(y - end, -0.10, 0.15) * rise(top - y, -0.20, 0.25) * rise(1.22 - line.across, 0, 0.35)
    return _whole(face, field * (0.55 + 0.45 * rise(np.abs(x), 0.0, 0.5)) * face.bare.skull.front[low])


def _whole(face: Head, part: Floats) -> Floats:
    out = np.zeros(face.openness.shape, np.float32)
    out[face.bare.low] = part
    return out[face.bare.jaw]


def beard_field(p: Person, face: Head) -> Floats:
    """Where a beard grows on jaw, chin and cheeks, 0..1, over `face.bare.jaw`."""
    b, line, mouth = face.bare, face.line, mouth_y(p)
    away, v, turn = np.abs(b.u[b.jaw]), b.v[b.jaw], np.cos(b.skull.turn[b.jaw])
    edge = mouth - 0.5 + 0.42 * np.clip(away - 2.2, 0, 3.2) ** 1.25
    jaw = rise(edge - v, -0.5, 0.9) * rise(v, -1.24 * p.face_length, -1.09 * p.face_length) * rise(turn, -0.08, 0.22)
    y, x = b.v[b.low], np.abs(b.u[b.low])
    lips_free = rise(y, line.lower - 0.30, line.lower - 0.05) * rise(1.25 - line.across, 0, 0.25)
    bare_spot = 0.7 * bell(x - 1.15, 0.55, y - line.lower + 0.45, 0.35)
    jaw = jaw * (1 - _whole(face, lips_free)) * (1 - _whole(face, bare_spot))
    side = rise(away, 5.0, 5.9) * rise(turn, 0.02, 0.16) * rise(-v, -0.5, 2.0)
    return np.asarray(np.clip(np.maximum(jaw, 0.9 * side), 0, 1), np.float32)


def beard_shade(p: Person, face: Head) -> Floats:
    """How dark stubble and the roots of a beard make the skin, 0..1, over `face.bare.jaw`."""
    field, lip = beard_field(p, face), moustache_field(p, face)
    full = 0.55 * min(1.0, p.beard["full"]) * field
    chin = 0.5 * min(1.0, p.beard["goatee"]) * field * bell(face.bare.u[face.bare.jaw], 2.4)
    above = 0.5 * min(1.0, p.beard["moustache"]) * lip
    stubble = 0.34 * p.beard["stubble"] * np.maximum(field, lip)
    return np.asarray(np.clip(stubble + full + chin + above, 0, 0.85), np.float32)
