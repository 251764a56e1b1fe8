"""The colour of skin: melanin and blood, blotches and freckles, lips, lids, brows' shadow and the shade of a beard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.cast.anatomy.eyes import Eye, lids
from workbench.cast.anatomy.face import PLACES
from workbench.cast.anatomy.head import Bare, Head, eye_window
from workbench.cast.anatomy.nose import nostrils
from workbench.cast.hairline import beard_shade, brow_line, scalp
from workbench.cast.people import Person
from workbench.cast.shapes import Floats, bell, blotches, grain, linear, mix, rise, vector

__all__ = ["Skin", "bare_skin", "hair_colour", "skin", "skin_colour"]

_TONES = [
    (247, 214, 196),
    (238, 194, 166),
    (222, 171, 137),
    (194, 139, 104),
    (153, 102, 73),
    (112, 73, 53),
    (80, 53, 41),
]
_HAIRS = [(206, 170, 114), (168, 124, 78), (116, 78, 50), (72, 49, 36), (44, 32, 27), (27, 22, 21)]
_BLOOD = vector([0.10, -0.26, -0.22])  # what a flush adds to red, green and blue


@dataclass(frozen=True)
class Skin:
    """Maps over the head, (360, 320).

    colour : (..., 3) linear reflectance
    gloss : 0..1
    bump : cm, pores and wrinkles too fine for the anatomy
    """

    colour: Floats
    gloss: Floats
    bump: Floats


def skin_colour(p: Person) -> Floats:
    """The plain skin of `p`, linear RGB."""
    base = _along(_TONES, p.melanin)
    return np.asarray(base * vector([1 + 0.03 * p.warmth, 1, 1 - 0.12 * p.warmth]), np.float32)


def hair_colour(p: Person, grey: float | None = None) -> Floats:
    """The hair of `p`, linear RGB."""
    base = _along(_HAIRS, p.hair_melanin)
    red = base * vector([1.5, 0.88, 0.62])
    return mix(mix(base, red, 0.5 * p.hair_red), linear(184, 182, 180), p.grey if grey is None else grey)


def _along(scale: list[tuple[int, int, int]], t: float) -> Floats:
    at = t * (len(scale) - 1)
    first = min(int(at), len(scale) - 2)
    return mix(linear(*scale[first]), linear(*scale[first + 1]), at - first)


def bare_skin(p: Person, bare: Bare) -> Skin:
    """Everything about the skin that an expression does not move."""
    s, x, y = bare.skull, bare.u, bare.v
    soft, fine, pores = _pattern(p, x.shape)
    colour = np.broadcast_to(skin_colour(p), (*x.shape, 3)).copy()
    flush, dark = _flush(p, x, y, soft), _tint(p, x, y)
    colour *= 1 + (flush * s.front)[..., None] * _BLOOD
    colour *= (1 + (dark + 0.035 * p.mottle * soft + (0.030 * (0.5 + p.mottle) * fine + 0.016 * pores)) * s.front)[
        ..., None
    ]
    _freckle(p, x, y, s.front, fine, pores, colour)
    _paint(colour, 0.85 * nostrils(p, x, y) * s.front, skin_colour(p) * 0.06)
    cover, hair = scalp(p, bare), hair_colour(p)
    _paint(
        colour,
        cover * (0.55 if p.hair.length_top < 0.6 else 0.92),
        hair * (0.55 if p.hair.length_top < 2 else 0.42 + 0.2 * p.grey),
    )
    bump = (0.009 * fine + 0.008 * pores - _wrinkles(p, x, y, soft)) * s.front
    gloss = p.gloss * (0.30 + 0.6 * bell(x, 2.0, y - 5, 2.5) + 0.8 * bell(x, 0.6, y + p.nose_length - 1.3, 2.0))
    gloss += p.gloss * 0.45 * bell(np.abs(x) - 4.2, 1.4, y + 2.2, 1.1)
    return Skin(colour, np.asarray(gloss * (1 - cover), np.float32), np.asarray(bump * (1 - 0.8 * cover), np.float32))


def skin(p: Person, base: Skin, face: Head) -> Skin:
    """The skin with lips, lids, brows and beard where the expression has put them."""
    b, s = face.bare, face.bare.skull
    colour, gloss, bump = base.colour.copy(), base.gloss.copy(), base.bump.copy()
    _lips(p, face, colour[b.low], gloss[b.low])
    for eye in b.eyes:
        at = eye_window(s, eye)
        bump[at] -= _around_eye(p, s.x[at], s.y[at], eye, face, colour[at])
        brow = 0.62 * p.brow_density * brow_line(p, b.u[at], b.v[at], face.face)
        _paint(
            colour[at], brow * s.front[at] * (b.u[at] * eye.side > 0), np.minimum(hair_colour(p), skin_colour(p) * 0.45)
        )
    if any(p.beard.values()):
        roots = np.minimum(hair_colour(p), skin_colour(p) * 0.6) * 0.6 + skin_colour(p) * 0.12
        _paint(colour[b.jaw], beard_shade(p, face), roots)
    return Skin(np.clip(colour, 0.002, 1), gloss, bump)


def _paint(colour: Floats, cover: Floats, paint: Floats) -> None:
    colour += np.clip(cover, 0, 0.97)[..., None] * (paint - colour)


def _pattern(p: Person, shape: tuple[int, int]) -> tuple[Floats, Floats, Floats]:
    parts = [np.zeros(shape, np.float32) for _ in range(3)]
    for seed, weight in p.grain:
        rng = np.random.default_rng([seed, 9])
        for part, noise in zip(
            parts, (blotches(shape, rng, 9, 3), grain(shape, rng, 2.0), grain(shape, rng, 0.8)), strict=True
        ):
            part += weight * noise
    length = np.sqrt(sum(weight**2 for _, weight in p.grain))
    return parts[0] / length, parts[1] / length, parts[2] / length


def _flush(p: Person, x: Floats, y: Floats, soft: Floats) -> Floats:
    away, amount = np.abs(x), p.redness * (1 - 0.5 * p.melanin)
    cheeks = 0.85 * bell(away - 4.2, 1.9, y + 3.4, 1.7) + 0.7 * bell(x, 1.1, y + p.nose_length - 0.5, 0.9)
    total = amount * (cheeks + 0.3 * bell(x, 1.5, y + 0.9 * p.face_length, 1.2) + 0.2) + 0.10 * p.mottle * soft
    for (cx, cy, width, twin), (red, _) in zip(PLACES, p.tints, strict=True):
        total = total + 0.20 * red * bell((away if twin else x) - cx, width, y - cy, width)
    return np.asarray(total, np.float32)


def _tint(p: Person, x: Floats, y: Floats) -> Floats:
    total, away = np.zeros_like(x), np.abs(x)
    for (cx, cy, width, twin), (_, dark) in zip(PLACES, p.tints, strict=True):
        total += 0.105 * dark * bell((away if twin else x) - cx, width, y - cy, width)
    return total


def _freckle(p: Person, x: Floats, y: Floats, front: Floats, fine: Floats, pores: Floats, colour: Floats) -> None:
    fair = 1 - 0.6 * p.melanin
    field = rise(0.75 * fine + 0.5 * pores, 0.9, 1.6) * (0.2 + bell(np.abs(x) - 2.8, 2.6, y + 2.2, 2.3))
    colour *= 1 - (max(p.freckles, 0.0) * fair * field * front)[..., None] * vector([0.20, 0.36, 0.44])
    for mx, my, radius, dark in p.moles:
        spot = dark * np.exp(-((((x - mx) ** 2 + (y - my) ** 2) / radius**2) ** 2)) * front
        colour *= 1 - spot[..., None] * vector([0.68, 0.82, 0.86])


def _wrinkles(p: Person, x: Floats, y: Floats, soft: Floats) -> Floats:
    lines = np.maximum(np.sin((y + 0.22 * soft - 0.012 * x * x) * 2 * np.pi / 1.05), 0) ** 5
    return np.asarray(0.050 * p.wrinkled * lines * bell(x, 4.0, y - 5.0, 1.5), np.float32)


def _lips(p: Person, face: Head, colour: Floats, gloss: Floats) -> None:
    line, low = face.line, face.bare.low
    y, front = face.bare.v[low], face.bare.skull.front[low]
    inside = rise(y - line.lower, -0.09, 0.10) * rise(line.upper - y, -0.07, 0.10) * rise(1.01 - line.across, 0, 0.20)
    natural = mix(skin_colour(p) * vector([0.90, 0.56, 0.56]), linear(190, 92, 92), 0.35 + 0.35 * p.lip_colour)
    dark = mix(natural, linear(112, 60, 58), 0.75 * p.melanin)
    upper = np.where(y > line.middle, 0.80, 1.0)[..., None]
    cover = inside * front
    _paint(colour, cover * (0.55 + 0.4 * p.lip_colour), dark * upper)
    seam = bell(y - line.middle, 0.075) * rise(1.02 - line.across, 0, 0.1) * front
    _paint(colour, (0.75 if face.face.open < 0.08 else 0.0) * seam, dark * 0.22)
    gloss += cover * 0.35


def _around_eye(p: Person, x: Floats, y: Floats, eye: Eye, face: Head, colour: Floats) -> Floats:
    out = (x - eye.x) * eye.side
    upper, lower = lids(p, out, eye.side, face.face)
    half = p.eye_width / 2
    along = rise(half + 0.20 - np.abs(out), 0, 0.22)
    lash = np.exp(-np.maximum(y - upper, 0) / 0.085) * (y > upper - 0.05) * along
    lower_lash = np.exp(-(((lower - y - 0.11) / 0.06) ** 2)) * along
    wet = np.exp(-(((lower - y) / 0.07) ** 2)) * rise(half + 0.03 - np.abs(out), 0, 0.1)
    ring = bell(y - lower + 0.55, 0.5, out + 0.1, 1.4)
    lid = rise(y - upper, 0, 0.08) * rise(upper + p.lid_fold + 0.1 - y, 0, 0.12) * along
    crease = bell(y - upper - p.lid_fold - 0.06, 0.07) * along * (1 - 0.5 * p.lid_hood)
    colour *= 1 - (0.20 * p.under_eye * ring + 0.14 * lid + 0.30 * crease)[..., None] * vector([0.65, 0.9, 0.8])
    _paint(colour, 0.5 * wet, skin_colour(p) * vector([1.0, 0.72, 0.70]) + 0.03)
    _paint(colour, 0.88 * lash + 0.30 * lower_lash, vector([0.012, 0.009, 0.008]))
    angle = np.arctan2(y + 0.1, np.maximum(out - 0.9 * half, 0.02))
    reach = np.hypot(out - 0.9 * half, y + 0.1)
    crow = (
        np.maximum(np.sin(angle * 9), 0) ** 3 * rise(reach, 0.3, 0.8) * rise(2.4 - reach, 0, 1.2) * (out > 0.8 * half)
    )
    return np.asarray(
        (0.03 * p.wrinkled + 0.02 * face.face.smile) * crow + 0.012 * p.wrinkled * np.sin((y - lower) * 19) * ring,
        np.float32,
    )
