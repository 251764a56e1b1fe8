"""Clothes: a torso with a collar, painted as a T-shirt, shirt, jumper, jacket or coat."""

from __future__ import annotations

import colorsys

import cv2
import numpy as np
from scipy.interpolate import PchipInterpolator

from workbench.cast.people import Person
from workbench.cast.points import Sheet
from workbench.cast.shapes import Floats, bell, blotches, linear, mix, rise, surface_normals, vector

__all__ = ["KINDS", "cloth_colour", "garment", "torso", "trouser_colour"]

KINDS = ("t-shirt", "shirt", "jumper", "jacket", "coat", "hoodie")
_HEM = {
    "t-shirt": 77.0,
    "shirt": 79.0,
    "jumper": 75.0,
    "jacket": 83.0,
    "coat": 200.0,
    "hoodie": 76.0,
}  # cm below the eyes
_ROWS = np.array(  # y, half width, depth in front, depth behind
    [
        (-14.9, 5.6, 3.9, 6.3),
        (-15.9, 6.4, 4.5, 7.1),
        (-17.4, 9.2, 5.6, 7.9),
        (-19.2, 13.4, 6.9, 8.7),
        (-21.2, 16.2, 8.2, 9.4),
        (-24.0, 17.2, 9.6, 10.0),
        (-29.0, 16.8, 10.9, 10.5),
        (-37.0, 16.2, 11.5, 10.4),
        (-47.0, 14.8, 11.0, 9.8),
        (-60.0, 14.4, 10.9, 9.5),
        (-72.0, 16.4, 11.6, 10.6),
        (-86.0, 17.2, 12.0, 11.0),
    ]
)
_COAT = np.array([(-100.0, 18.4, 14.0, 13.5), (-114.0, 19.4, 16.0, 15.5)])


def garment(p: Person) -> str:
    """What `p` wears on the upper body."""
    return KINDS[int(p.wardrobe[0] * 5.999)]


def cloth_colour(p: Person) -> Floats:
    """The main colour of the upper body, linear RGB: muted, as clothes are."""
    return _muted(float(p.wardrobe[1]), float(p.wardrobe[2]), float(p.wardrobe[3]))


def trouser_colour(p: Person) -> Floats:
    """The colour of trousers: denim, grey, brown or black."""
    choices = [(52, 64, 92), (70, 74, 80), (86, 72, 58), (34, 35, 38), (120, 110, 92), (44, 52, 66)]
    return linear(*choices[int(p.wardrobe[5] * 5.999)])


def _muted(hue: float, strength: float, value: float) -> Floats:
    r, g, b = colorsys.hsv_to_rgb(hue, 0.10 + 0.42 * strength, 0.22 + 0.52 * value)
    return linear(255 * r, 255 * g, 255 * b)


def torso(p: Person) -> list[Sheet]:
    """The clothed torso, and a collar where the garment has one."""
    kind = garment(p)
    place, turn = _shape(p, kind)
    rng = np.random.default_rng([p.grain[0][0], 41])
    folds, hem = _folds(turn.shape, rng), _hem(kind, place)
    normals = surface_normals(place)
    relief = 0.30 * folds * rise(-place[..., 1], 18, 25) + _relief(kind, place) + 0.5 * hem
    place = (place + normals * relief[..., None]).astype(np.float32)
    colour = _paint(p, kind, place, folds, turn)
    colour = mix(trouser_colour(p) * (1 + 0.05 * folds)[..., None], colour, hem)
    openness = 1 - 0.45 * rise(place[..., 1], -19, -15.2) * rise(np.cos(turn), -0.4, 0.3)
    openness *= 1 - 0.45 * rise(np.abs(np.sin(turn)), 0.75, 1.0) * rise(-place[..., 1], 26, 32)  # beneath the arms
    openness *= 1 - 0.35 * bell(hem - 0.3, 0.12)
    body = Sheet(
        place,
        surface_normals(place),
        colour,
        np.full(turn.shape, 0.06, np.float32),
        openness.astype(np.float32),
        closed=True,
    )
    return [body, *_collar(p, kind)]


def _shape(p: Person, kind: str) -> tuple[Floats, Floats]:
    rows = np.concatenate([_ROWS, _COAT]) if kind == "coat" else _ROWS
    rows = PchipInterpolator(np.arange(len(rows)), rows)(np.linspace(0, len(rows) - 1, 110))
    turn = np.broadcast_to(np.linspace(-np.pi, np.pi, 150)[None], (110, 150))
    y, half, ahead, behind = (rows[:, i : i + 1] for i in range(4))
    half = half * np.where(y < -17, p.shoulder_width / 39.5, p.neck_width / 10.8)
    half = half * (1 + 0.06 * (kind in {"coat", "jacket", "hoodie"}))
    depth = np.where(np.cos(turn) > 0, ahead, behind)
    power = np.interp(-y, [15, 20, 30], [2.0, 2.1, 2.5])
    reach = ((np.abs(np.sin(turn)) / half) ** power + (np.abs(np.cos(turn)) / depth) ** power) ** (-1 / power)
    drop = {"t-shirt": 2.6, "jumper": 2.2, "shirt": 2.2, "hoodie": 1.8}.get(kind, 2.4)
    dip = -drop * np.clip(np.cos(turn), 0, 1) ** 1.5 * np.exp(-(((y + 15) / 3.2) ** 2))
    hang = 1.4 * rise(np.abs(np.sin(turn)), 0.6, 1.0) * bell(y + 22, 4.0)
    place = np.dstack([reach * np.sin(turn), y + dip - hang, reach * np.cos(turn) - 1.5])
    return (place + vector([0, 0.7, 0])).astype(np.float32), turn.astype(np.float32)


def _folds(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """How cloth hangs: mostly in folds down the body, some across it; unit variance, nearly."""
    down = cv2.resize(blotches((16, shape[1]), rng, 16, 2), shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(0.6 * down + 0.8 * blotches(shape, rng, 6, 4), np.float32)


def _hem(kind: str, place: Floats) -> Floats:
    """1 where the garment covers the hips, 0 below its edge."""
    return rise(place[..., 1], -_HEM[kind] - 0.4, -_HEM[kind] + 0.1)


def _relief(kind: str, place: Floats) -> Floats:
    x, y = np.abs(place[..., 0]), place[..., 1]
    front = place[..., 2] > 0
    if kind in {"jacket", "coat"}:
        return np.asarray(
            0.45 * rise(_lapel(x, y), 0, 0.3) * front + 0.25 * rise(0.9 - x, -0.2, 0.2) * (y < -40) * front, np.float32
        )
    if kind == "shirt":
        return np.asarray(0.15 * rise(0.9 - x, 0, 0.15) * front, np.float32)
    return np.asarray(0.25 * bell(y + 16.9, 0.7) * front, np.float32)


def _lapel(x: Floats, y: Floats) -> Floats:
    edge = np.interp(-y, [16, 40, 41], [4.6, 0.2, -9.0])
    return np.asarray(np.minimum(x - edge, edge + 4.2 - x), np.float32)


def _opening(x: Floats, y: Floats) -> Floats:
    return rise(np.interp(-y, [15, 40, 41], [5.0, 0.2, -3.0]) - x, 0, 0.25)


def _paint(p: Person, kind: str, place: Floats, folds: Floats, turn: Floats) -> Floats:
    x, y, main = np.abs(place[..., 0]), place[..., 1], cloth_colour(p)
    front = np.cos(turn) > 0
    colour = main * np.ones((*turn.shape, 1), np.float32)
    if kind in {"jacket", "coat"}:
        colour = colour * 0.62
        under = _muted(float(p.wardrobe[4]), 0.15, 0.95 - 0.5 * float(p.wardrobe[2]))
        colour = mix(colour, under, _opening(x, y) * front)
        colour = mix(colour, main * 0.52, 0.8 * bell(_lapel(x, y), 0.22) * front)
    elif p.wardrobe[4] > 0.68 and kind != "hoodie":
        colour = mix(colour, colour * 0.45 + 0.1, rise(np.sin(y * 1.9), 0.35, 0.5))
    elif kind == "shirt":
        colour = colour * (1 - 0.35 * bell(x - 0.9, 0.10) * front)[..., None]
        colour = mix(colour, main * 0.3, bell(x, 0.28) * rise(np.sin(y * 0.75), 0.93, 0.97) * front)
    return np.asarray(colour * (1 + 0.05 * folds)[..., None], np.float32)


def _collar(p: Person, kind: str) -> list[Sheet]:
    if kind == "t-shirt":
        return []
    high, flare = {"shirt": (2.1, 0.9), "jumper": (1.0, 0.5), "jacket": (2.2, 1.0), "coat": (2.8, 1.3)}.get(
        kind, (2.6, 2.4)
    )
    v, turn = np.meshgrid(np.linspace(0, 1, 16), np.linspace(-np.pi, np.pi, 120), indexing="ij")
    open_front = 0.0 if kind in {"jumper", "hoodie"} else 0.75 * bell(turn, 0.42)
    half = (p.neck_width / 2 + 0.55 + flare * v) * (1 + 0.12 * v)
    y = -13.2 - high * 1.5 * v - 3.4 * np.clip(np.cos(turn), 0, 1) ** 1.4 - (1.6 * open_front * v)
    ahead = 3.6 + 0.9 * v + 0.6 * flare
    depth = np.where(np.cos(turn) > 0, ahead, 6.3 + 0.6 * v + 0.3 * flare)
    place = np.dstack([half * np.sin(turn), y, depth * np.cos(turn) - 1.0]).astype(np.float32)
    main = cloth_colour(p) * (0.62 if kind in {"jacket", "coat"} else 1.0)
    colour = main * (1.06 - 0.25 * bell(v - 1, 0.12))[..., None] * np.ones((1, 1, 3))
    cut = (open_front - 0.55 - 0.1 * v).astype(np.float32)
    shape = v.shape
    openness = np.full(shape, 0.9, np.float32)
    return [
        Sheet(
            place,
            surface_normals(place),
            colour.astype(np.float32),
            np.full(shape, 0.05, np.float32),
            openness,
            cut=cut,
        )
    ]
