"""The mouth: its lines for any expression, the relief of the lips, and the teeth behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.cast.expression import Expression
from workbench.cast.people import Person
from workbench.cast.shapes import Floats, bell, rise

__all__ = ["Lips", "lips", "mouth_relief", "mouth_y"]


@dataclass(frozen=True)
class Lips:
    """Heights of the mouth's lines over x, cm.

    upper, lower : outer edges of the lips
    inner_upper, inner_lower : the opening
    middle : where the lips meet
    across : distance from the middle, 1 at the corner
    half : half the width
    """

    upper: Floats
    lower: Floats
    inner_upper: Floats
    inner_lower: Floats
    middle: Floats
    across: Floats
    half: float

    @property
    def within(self) -> Floats:
        """1 between the corners, 0 outside."""
        return rise(1.05 - self.across, 0, 0.13)


def mouth_y(p: Person) -> float:
    """Height of the mouth's middle, cm."""
    return -p.nose_length * 0.55 - p.mouth_drop - 2.08 * p.face_length / 11.4


def lips(p: Person, x: Floats, face: Expression) -> Lips:
    """The lines of the mouth of `p` at distance `x` from the middle."""
    half = p.mouth_width / 2 * (1 + 0.16 * face.smile - 0.06 * face.open)
    across = np.clip(np.abs(x) / half, 0, 1.25)
    t = np.clip(across, 0, 1)
    room = np.maximum(1 - t**2, 0)
    corner = 0.36 * face.smile + p.mouth_tilt - 0.18 * face.frown
    middle = mouth_y(p) + corner * across**2.2 + 0.12 * p.skew_mouth * x + 0.05 * np.cos(t * np.pi) * room
    bow = p.cupid_bow * (0.9 * bell(np.abs(x) - 0.55, 0.35) - bell(x, 0.24))
    upper = middle + p.lip_upper * (1 - 0.22 * face.smile) * (room**0.75 * (1 - 0.22 * t)) + bow * room
    lower = middle - p.lip_lower * (1 - 0.15 * face.smile) * room**0.82 * (1 - 0.12 * t)
    gap = 1.4 * face.open * np.maximum(1 - (t * 1.06) ** 2, 0) ** 0.75
    return Lips(
        upper=_f32(upper + 0.22 * gap),
        lower=_f32(lower - 0.78 * gap),
        inner_upper=_f32(middle + 0.22 * gap),
        inner_lower=_f32(middle - 0.78 * gap),
        middle=_f32(middle),
        across=_f32(across),
        half=half,
    )


def _f32(line: Floats) -> Floats:
    return np.asarray(line, np.float32)


def mouth_relief(p: Person, x: Floats, y: Floats, line: Lips) -> Floats:
    """Height of the lips over the muzzle, with the groove above and the hollow below them, cm."""
    above = np.clip((y - line.inner_upper) / np.maximum(line.upper - line.inner_upper, 0.06), 0, 2)
    below = np.clip((line.inner_lower - y) / np.maximum(line.inner_lower - line.lower, 0.06), 0, 2)
    thickness = np.sqrt(np.clip(1 - line.across**2, 0, 1))
    upper = np.sqrt(np.clip(1 - (1.2 * above - 0.4) ** 2, 0, 1)) * (y >= line.middle) * rise(1.45 - above, 0, 0.45)
    lower = np.sqrt(np.clip(1 - (1.55 * below - 0.72) ** 2, 0, 1)) * (y < line.middle) * rise(1.45 - below, 0, 0.45)
    height = (0.10 + 0.55 * p.lip_forward) * (0.85 * upper + lower) * thickness * line.within
    seam = 0.16 * bell(y - line.middle, 0.10) * line.within
    corner = 0.14 * bell(np.abs(x) - line.half - 0.06, 0.22, y - line.middle, 0.26)
    groove = p.philtrum * bell(x, 0.22, y - line.upper - 0.55, 0.5)
    return np.asarray(height - seam - corner - groove, np.float32)
