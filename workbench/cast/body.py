"""Arms, hands, legs and shoes of a walking person."""

from __future__ import annotations

import numpy as np

from workbench.cast.clothes import cloth_colour, garment, trouser_colour
from workbench.cast.people import Person
from workbench.cast.points import Sheet
from workbench.cast.shapes import Floats, linear, vector
from workbench.cast.skin import skin_colour
from workbench.cast.tubes import tube

__all__ = ["eye_height", "limbs"]

_SLEEVE = (
    2.4,
    3.5,
    4.3,
    4.7,
    4.9,
    4.95,
    4.9,
    4.8,
    4.7,
    4.5,
    4.35,
    4.2,
    4.1,
)  # cm, from within the shoulder to the elbow
_STANDING = 158.0  # cm from the eyes of the drawn body to its soles


def eye_height(p: Person) -> float:
    """Cm from the ground to the eyes, in shoes."""
    return p.height - p.head_height + 2.5


def limbs(p: Person, stride: float, legs: bool = True) -> list[Sheet]:
    """Arms and legs at one moment of a walk; `stride` in radians, one full turn for two steps."""
    parts: list[Sheet] = []
    for side in (-1, 1):
        swing = np.sin(stride + (0 if side > 0 else np.pi))
        parts += _arm(p, side, float(-swing))
        if legs:
            parts += _leg(p, side, float(swing))
    return parts


def _arm(p: Person, side: int, swing: float) -> list[Sheet]:
    sleeve = cloth_colour(p) * (0.62 if garment(p) in {"jacket", "coat"} else 1.0)
    thick = 1.12 if garment(p) in {"jacket", "coat", "hoodie"} else 0.98
    shoulder = np.array([side * (p.shoulder_width * 0.40), -23.4, -1.8])
    elbow = shoulder + vector([side * 3.0, -28, -1 + 7 * swing])
    wrist = elbow + vector([-side * 1.4, -24, 3 + 9 * max(swing, -0.3)])
    inside = shoulder + np.array([-side, 0.33, 0]) * np.array([[6.4], [4.6], [3.0], [1.6]])
    line = np.concatenate([inside, _bent(shoulder, elbow, wrist)]).astype(np.float32)
    radius = np.concatenate([_SLEEVE, np.linspace(4.0, 3.1, 8)]) * thick
    covered = (np.arange(len(line)) < 10) | (garment(p) != "t-shirt")
    paint = np.where(covered[:, None], sleeve, skin_colour(p)).astype(np.float32)
    radius = np.where(covered, radius, radius * 0.80)
    down = (wrist - elbow) / np.linalg.norm(wrist - elbow)
    return [tube(line, radius.astype(np.float32), paint, around=14), *_hand(p, side, wrist, down)]


def _hand(p: Person, side: int, wrist: Floats, down: Floats) -> list[Sheet]:
    """A relaxed hand: palm and bent fingers in one, and a thumb ahead of them."""
    bent = np.array([-0.04 * side, 0, 0.13]) * (np.arange(9)[:, None] ** 1.4)
    palm = wrist + down * np.linspace(-1.5, 14.0, 9)[:, None] + bent
    thumb = wrist + down * np.linspace(1.5, 8.5, 5)[:, None] + np.array([-0.35 * side, 0, 2.3])
    thumb = thumb + np.array([-0.3 * side, 0, 0.7]) * np.array([[-1.5], [0.2], [0.8], [0.9], [0.7]])
    shape, short = vector([2.4, 2.5, 2.9, 3.2, 3.1, 2.7, 2.3, 1.7, 0.3]), vector([1.0, 1.4, 1.25, 1.05, 0.2])
    return [tube(line.astype(np.float32), r, skin_colour(p), around=10) for line, r in ((palm, shape), (thumb, short))]


def _leg(p: Person, side: int, swing: float) -> list[Sheet]:
    long = (eye_height(p) - 76.0) / (_STANDING - 76.0)
    swing *= 0.55 if garment(p) == "coat" else 1.0
    hip = np.array([side * 7.6, -78.0, -2.0])
    knee = hip + vector([side * 0.4, -40 * long, 10 * swing + 3])
    ankle = knee + vector([side * 0.3, -38 * long, 9 * swing - 7 - 9 * max(-swing, 0)])
    line = _bent(hip, knee, ankle)
    radius = np.concatenate([np.linspace(8.0, 6.6, 9), np.linspace(6.4, 5.3, 8)])
    shoe = ankle + np.array([side * 0.6, -2.5, 0]) + np.array([0, -0.22, 1.0]) * np.linspace(-6, 17, 10)[:, None]
    shape = vector([0.4, 3.9, 4.9, 5.0, 4.8, 4.6, 4.4, 4.1, 3.3, 0.8])
    dark = linear(40, 36, 34) if p.wardrobe[4] < 0.6 else linear(150, 146, 140)
    if garment(p) == "coat":  # only what the coat does not cover
        line, radius = line[8:], 0.9 * radius[8:]
    return [
        tube(line, radius.astype(np.float32), trouser_colour(p), around=14),
        tube(shoe.astype(np.float32), shape, dark, gloss=0.3),
    ]


def _bent(start: Floats, joint: Floats, end: Floats) -> Floats:
    first = start + (joint - start) * np.linspace(0, 1, 9)[:, None]
    second = joint + (end - joint) * np.linspace(0.12, 1, 8)[:, None]
    line = np.concatenate([first, second])
    smooth = line.copy()
    smooth[1:-1] = 0.25 * line[:-2] + 0.5 * line[1:-1] + 0.25 * line[2:]
    return np.asarray(smooth, np.float32)
