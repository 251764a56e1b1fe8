"""Light: one lamp, the sky and the ground, soft shadows, and how skin, eyes, cloth and hair give it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from workbench.cast.shapes import Floats, sample, unit, vector

__all__ = ["DAYLIGHT", "STUDIO", "Light", "Shadow", "shade", "shade_hair", "tone_map"]

_CELL, _SIZE = 0.30, 200  # of the shadow map: cm, and cells a side
_VIEW = vector([0, 0, 1])
# of red, green, blue: share of the sharp relief, how far light reaches round, how hard the edge of a shadow is
_SKIN = ((0.25, 0.34, 0.75), (0.55, 0.20, 1.0), (0.70, 0.16, 1.05))
_LOBES = {"skin": ((0.055, 9), (0.055, 34)), "metal": ((0.22, 30),), "cloth": ((0.25, 24),)}  # strength, narrowness


@dataclass(frozen=True)
class Light:
    """One lamp and what surrounds it; colours are linear RGB.

    key : direction to the lamp (x right, y up, z towards the camera)
    lamp, sky, ground : colours with their strength
    fill : share of the sky that comes from beside the camera
    softness : cm that the edge of a shadow is wide
    exposure : of the picture
    """

    key: tuple[float, float, float] = (-0.5, 0.55, 0.75)
    lamp: tuple[float, float, float] = (1.75, 1.65, 1.55)
    sky: tuple[float, float, float] = (0.56, 0.59, 0.64)
    ground: tuple[float, float, float] = (0.34, 0.31, 0.28)
    fill: float = 0.5
    softness: float = 0.8
    exposure: float = 0.8

    @property
    def direction(self) -> Floats:
        """Unit vector to the lamp."""
        return unit(np.asarray(self.key, np.float32))


STUDIO = Light()
DAYLIGHT = Light(key=(-0.45, 0.68, 0.62), lamp=(1.7, 1.63, 1.5), sky=(0.55, 0.60, 0.68), fill=0.5)


class Shadow:
    """What the lamp sees: the depth of the nearest surface, blurred, with its variance."""

    def __init__(self, world: Floats, light: Light) -> None:
        toward = light.direction
        right = unit(np.cross(vector([0, 1, 0]), toward).astype(np.float32))
        self.axes = np.stack([right / _CELL, np.cross(toward, right) / _CELL, toward]).astype(np.float32)
        middle = world.mean(1) if world.size else np.zeros(3, np.float32)
        self.offset = vector([_SIZE / 2, _SIZE / 2, 0])[:, None] - (self.axes @ middle)[:, None]
        self.map = self._moments(world, light.softness / _CELL)

    def _moments(self, world: Floats, blur: float) -> Floats:
        u, v, toward = self._coordinates(world)
        inside = (u >= 0) & (u < _SIZE) & (v >= 0) & (v < _SIZE)
        near = np.full(_SIZE * _SIZE, -60, np.float32)
        at = v[inside].astype(np.int64) * _SIZE + u[inside].astype(np.int64)
        np.maximum.at(near, at, toward[inside])
        depth = cv2.morphologyEx(near.reshape(_SIZE, _SIZE), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        mean, square = (cv2.GaussianBlur(m, (0, 0), max(blur, 1.2)) for m in (depth, depth * depth))
        return np.dstack([mean, np.maximum(square - mean * mean, 0.02)]).astype(np.float32)

    def _coordinates(self, world: Floats) -> Floats:
        return np.asarray(self.axes @ world + self.offset, np.float32)

    def lit(self, world: Floats, bias: float = 0.5) -> Floats:
        """Share of the lamp that reaches each of the places (3, N), 0..1; 1 far from the head, whose shadow this is."""
        u, v, toward = self._coordinates(world)
        mean, spread = sample(self.map, u, v).T
        behind = np.maximum(mean - toward - np.float32(bias), 0)
        behind *= np.maximum(np.abs(u - _SIZE / 2), np.abs(v - _SIZE / 2)) < _SIZE / 2 - 1
        chance = spread / (spread + behind * behind)
        return np.asarray(0.10 + 0.90 * np.clip((chance - 0.15) / 0.85, 0, 1), np.float32)


def shade(
    material: str,
    light: Light,
    facing: Floats,
    smooth: Floats,
    colour: Floats,
    gloss: Floats,
    openness: Floats,
    lit: Floats,
) -> Floats:
    """The light that N places send to the camera, (3, N) linear RGB; vectors and colours come as (3, N)."""
    sky = _surroundings(light, facing)
    if material == "skin":
        direct = _through_skin(light, facing, smooth, colour, lit)
    else:
        direct = (np.clip((light.direction @ facing + 0.1) / 1.1, 0, 1) * lit)[None]
    out = direct * _column(light.lamp)
    out += sky * openness
    out *= colour
    out *= 0.6 + 0.4 * openness
    out += _shine(material, light, facing, gloss, lit, sky) * openness
    return np.asarray(out, np.float32)


def _column(colour: Sequence[float] | Floats) -> Floats:
    return np.asarray(colour, np.float32)[:, None]


def _power(values: Floats, exponent: float) -> Floats:
    """Numbers 0..1 (N,) to a power."""
    return np.asarray(cv2.pow(values, exponent), np.float32).reshape(values.shape)


def _surroundings(light: Light, facing: Floats) -> Floats:
    sky, ground = _column(light.sky), _column(light.ground)
    up, beside = 0.5 + 0.5 * facing[1], unit(vector([-light.direction[0], 0.15, 0.9]))
    from_sky = up + light.fill * np.clip(beside @ facing, 0, 1)
    return np.asarray(ground * (1 - up) + sky * from_sky, np.float32)


def _through_skin(light: Light, facing: Floats, smooth: Floats, colour: Floats, lit: Floats) -> Floats:
    """Red light wanders through skin: it softens the relief and reaches round the edge of a shadow."""
    bare, soft = light.direction @ facing, light.direction @ smooth
    dark, out = 0.6 + 0.4 * colour.mean(0), np.empty_like(colour)
    for channel, (sharp, wrap, edge) in enumerate(_SKIN):
        reach = np.float32(wrap) * dark
        front = np.clip((sharp * bare + (1 - sharp) * soft + reach) / (1 + reach), 0, 1)
        out[channel] = _power(front, 1.1) * (_power(lit, edge) if edge != 1 else lit)
    return out


def _shine(material: str, light: Light, facing: Floats, gloss: Floats, lit: Floats, sky: Floats) -> Floats:
    half = np.clip(unit(light.direction + _VIEW) @ facing, 0, 1)
    if material == "eye":
        window = unit(vector([light.direction[0] * 0.6, 0.45, 1.0]))
        glint = _power(np.clip(window @ facing, 0, 1), 500)
        spots = _column(light.lamp) * (0.9 * _power(half, 220)) + _column(light.sky) * glint
        return np.asarray(spots * ((0.3 + 0.7 * lit) * gloss), np.float32)
    edge = _power(1 - np.clip(facing[2], 0, 1), 4)
    lobe = sum(strength * _power(half, narrow) for strength, narrow in _LOBES.get(material, _LOBES["cloth"]))
    direct = _column(light.lamp) * (lobe * gloss * lit)
    return np.asarray(direct + (0.22 * (0.04 + 0.3 * edge * gloss) * gloss) * sky, np.float32)


def shade_hair(light: Light, along: Floats, facing: Floats, colour: Floats, jitter: Floats, lit: Floats) -> Floats:
    """The light that N places on strands send to the camera, (3, N): two shining bands along the hair."""
    lamp, sky = _column(light.lamp), _column(light.sky)
    wrap = np.clip((light.direction @ facing + 0.35) / 1.35, 0, 1)
    across = np.sqrt(np.clip(1 - (light.direction @ along) ** 2, 0, 1))
    half = unit(light.direction + _VIEW) @ along
    white = _power(np.clip(1 - (half + 0.09 + 0.07 * jitter) ** 2, 0, 1), 30)
    tinted = _power(np.clip(1 - (half - 0.12 + 0.09 * jitter) ** 2, 0, 1), 10)
    body = lamp * ((0.25 + 0.75 * across) * wrap * (0.3 + 0.7 * lit)) + sky * (0.60 + 0.25 * facing[1])
    direct = wrap * lit
    sheen = colour * (0.30 * tinted * direct) + 0.030 * white * direct
    return np.asarray(colour * body + sheen * lamp, np.float32)


def tone_map(linear: Floats, exposure: float = 0.8) -> Floats:
    """Linear light as a picture shows it, 0..1, with soft highlights.

    >>> tone_map(np.array([0.0, 100.0])).tolist()
    [0.0, 1.0]
    """
    c = np.maximum(linear * exposure, 0)
    c = c * (1 + c / 6.25) / (1 + c * 0.62)
    return np.asarray(np.clip(c, 0, 1) ** (1 / 2.2), np.float32)
