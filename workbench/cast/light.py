"""Light: one lamp, the sky and the ground, soft shadows, and how skin, eyes, cloth and hair give it back."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from workbench.cast.shapes import Floats, sample, unit, vector

__all__ = ["DAYLIGHT", "STUDIO", "Light", "Shadow", "shade", "shade_hair", "tone_map"]

_CELL, _SIZE = 0.30, 200  # of the shadow map: cm, and cells a side
_VIEW = vector([0, 0, 1])


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
        self.light = light.direction
        self.right = unit(np.cross(vector([0, 1, 0]), self.light).astype(np.float32))
        self.up = np.cross(self.light, self.right).astype(np.float32)
        self.centre = world.mean(0) if len(world) else np.zeros(3, np.float32)
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

    def _coordinates(self, world: Floats) -> tuple[Floats, Floats, Floats]:
        local = world - self.centre
        return local @ self.right / _CELL + _SIZE / 2, local @ self.up / _CELL + _SIZE / 2, local @ self.light

    def lit(self, world: Floats, bias: float = 0.5) -> Floats:
        """Share of the lamp that reaches each place, 0..1."""
        u, v, toward = self._coordinates(world)
        moments = sample(self.map, u, v)
        behind = np.maximum(moments[:, 0] - toward - bias, 0)
        chance = moments[:, 1] / (moments[:, 1] + behind * behind)
        return (0.10 + 0.90 * np.clip((chance - 0.15) / 0.85, 0, 1)).astype(np.float32)


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
    """The light that N places send to the camera, (N, 3) linear RGB."""
    around = _surroundings(light, facing) * openness[:, None]
    if material == "skin":
        direct = _through_skin(light, facing, smooth, colour, lit)
    else:
        direct = np.clip((facing @ light.direction + 0.1) / 1.1, 0, 1)[:, None] * lit[:, None]
    lamp = np.asarray(light.lamp, np.float32)
    out = colour * (direct * lamp + around) * (0.6 + 0.4 * openness[:, None])
    return np.asarray(out + _shine(material, light, facing, gloss, lit) * openness[:, None], np.float32)


def _surroundings(light: Light, facing: Floats) -> Floats:
    up = (0.5 + 0.5 * facing[:, 1:2]).astype(np.float32)
    sky, ground = np.asarray(light.sky, np.float32), np.asarray(light.ground, np.float32)
    beside = unit(vector([-light.direction[0], 0.15, 0.9]))
    return np.asarray(
        ground * (1 - up) + sky * up + light.fill * sky * np.clip(facing @ beside, 0, 1)[:, None], np.float32
    )


def _through_skin(light: Light, facing: Floats, smooth: Floats, colour: Floats, lit: Floats) -> Floats:
    bare, soft = facing @ light.direction, smooth @ light.direction
    each = np.stack([0.25 * bare + 0.75 * soft, 0.55 * bare + 0.45 * soft, 0.7 * bare + 0.3 * soft], 1)
    wrap = vector([0.34, 0.20, 0.16]) * (1 - 0.4 * (1 - colour.mean(1, keepdims=True)))
    tint = np.stack([lit**0.75, lit, lit**1.05], 1)
    return np.asarray(np.clip((each + wrap) / (1 + wrap), 0, 1) ** 1.1 * tint, np.float32)


def _shine(material: str, light: Light, facing: Floats, gloss: Floats, lit: Floats) -> Floats:
    half = np.clip(facing @ unit(light.direction + _VIEW), 0, 1)
    lamp, sky = np.asarray(light.lamp, np.float32), np.asarray(light.sky, np.float32)
    if material == "eye":
        window = unit(vector([light.direction[0] * 0.6, 0.45, 1.0]))
        spots = lamp * (0.9 * half[:, None] ** 220) + sky * np.clip(facing @ window, 0, 1)[:, None] ** 500
        return np.asarray(spots * (0.3 + 0.7 * lit[:, None]) * gloss[:, None], np.float32)
    edge = (1 - np.clip(facing[:, 2], 0, 1)) ** 4
    lobe = {"skin": 0.055 * half**9 + 0.055 * half**34, "metal": 0.6 * half**50}.get(material, 0.25 * half**24)
    direct = lamp * (lobe * gloss * lit)[:, None]
    return np.asarray(
        direct + 0.22 * (0.04 + 0.3 * edge * gloss)[:, None] * gloss[:, None] * _surroundings(light, facing), np.float32
    )


def shade_hair(light: Light, along: Floats, facing: Floats, colour: Floats, jitter: Floats, lit: Floats) -> Floats:
    """The light that N places on strands send to the camera: two shining bands along the hair."""
    lamp, sky = np.asarray(light.lamp, np.float32), np.asarray(light.sky, np.float32)
    wrap = np.clip((facing @ light.direction + 0.35) / 1.35, 0, 1)
    across = np.sqrt(np.clip(1 - (along @ light.direction) ** 2, 0, 1))
    half = along @ unit(light.direction + _VIEW)
    white = np.sqrt(np.clip(1 - (half + 0.09 + 0.07 * jitter) ** 2, 0, 1)) ** 60
    tinted = np.sqrt(np.clip(1 - (half - 0.12 + 0.09 * jitter) ** 2, 0, 1)) ** 20
    up = 0.5 + 0.5 * facing[:, 1]
    body = (
        colour * ((0.25 + 0.75 * across) * wrap * (0.3 + 0.7 * lit))[:, None] * lamp
        + colour * (0.35 + 0.5 * up)[:, None] * sky
    )
    sheen = (0.030 * white[:, None] + 0.30 * colour * tinted[:, None]) * (wrap * lit)[:, None] * lamp
    return np.asarray(body + sheen, np.float32)


def tone_map(linear: Floats, exposure: float = 0.8) -> Floats:
    """Linear light as a picture shows it, 0..1, with soft highlights.

    >>> tone_map(np.array([0.0, 100.0])).tolist()
    [0.0, 1.0]
    """
    c = np.maximum(linear * exposure, 0)
    c = c * (1 + c / 6.25) / (1 + c * 0.62)
    return np.asarray(np.clip(c, 0, 1) ** (1 / 2.2), np.float32)
