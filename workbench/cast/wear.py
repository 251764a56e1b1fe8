"""What people wear on the head: spectacles, sunglasses, a face mask, a woollen hat."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from workbench.cast.anatomy.head import Bare
from workbench.cast.people import Person
from workbench.cast.points import Sheet
from workbench.cast.shapes import Floats, bell, linear, mix, rise, surface_normals, vector
from workbench.cast.tubes import tube

__all__ = ["hat", "put_on_mask", "spectacles"]

_FRAMES = [(24, 24, 27), (82, 52, 34), (142, 116, 72), (58, 60, 74), (104, 34, 38), (150, 152, 156)]


def spectacles(p: Person, bare: Bare, dark: bool = False) -> list[Sheet]:
    """Frame, bridge and temples; with `dark` also sunglass lenses."""
    colour = linear(*_FRAMES[int(p.frame[0] * 5.99)]) if not dark else linear(22, 22, 24)
    thick = 0.055 + 0.10 * float(p.frame[4]) + 0.05 * dark
    parts = []
    for side in (-1, 1):
        rim = _rim(p, bare, side, dark)
        parts.append(tube(rim, thick, colour, gloss=0.5, material="metal", around=8))
        parts.append(_temple(p, rim, side, thick, colour))
        if dark:
            parts.append(_lens(rim))
    return [*parts, _bridge(p, bare, dark, thick, colour)]


def _size(p: Person, dark: bool) -> tuple[float, float, float]:
    return (
        2.30 + 0.35 * float(p.frame[1]) + 0.3 * dark,
        1.65 + 0.45 * float(p.frame[2]) + 0.35 * dark,
        2.3 + 3.5 * float(p.frame[3]) ** 2,
    )


def _depth(bare: Bare, x: Floats) -> Floats:
    s = bare.skull
    between = (np.abs(s.x) < 0.9) & (np.abs(s.y - 0.2) < 0.5) & (s.z > 0)
    nearest = max(float(bare.z[between].max()) + 0.25, bare.eyes[0].z + 0.95)
    return np.asarray(nearest - 0.040 * (np.maximum(np.abs(x) - 1.0, 0)) ** 2, np.float32)


def _rim(p: Person, bare: Bare, side: int, dark: bool) -> Floats:
    half, high, square = _size(p, dark)
    t = np.linspace(0, 2 * np.pi, 60)
    reach = (np.abs(np.cos(t)) ** square + np.abs(np.sin(t)) ** square) ** (-1 / square)
    x = side * (p.eye_distance / 2 + 0.12) + half * reach * np.cos(t)
    y = -0.25 + high * reach * np.sin(t) * (1 - 0.08 * side * np.cos(t) * -1)
    return np.stack([x, y, _depth(bare, x)], 1).astype(np.float32)


def _temple(p: Person, rim: Floats, side: int, thick: float, colour: Floats) -> Sheet:
    outer = rim[np.argmax(rim[:, 0] * side)]
    end = vector([side * (p.cheek_width / 2 + 0.35), 0.55, -1.4])
    t = np.linspace(0, 1, 14, dtype=np.float32)[:, None]
    line = outer + [0, 0.55, 0] + (end - outer - [0, 0.55, 0]) * t + vector([side * 0.5, 0, 0]) * np.sin(np.pi * t)
    return tube(line, thick * 0.8, colour, gloss=0.5, material="metal", around=6)


def _bridge(p: Person, bare: Bare, dark: bool, thick: float, colour: Floats) -> Sheet:
    half = _size(p, dark)[0]
    end = max(p.eye_distance / 2 + 0.12 - half, 0.35)
    x = np.linspace(-end - 0.1, end + 0.1, 9, dtype=np.float32)
    y = 0.35 + 0.22 * np.cos(x / end * 1.4)
    return tube(np.stack([x, y, _depth(bare, x) + 0.06], 1), thick, colour, gloss=0.5, material="metal", around=6)


def _lens(rim: Floats) -> Sheet:
    t = np.linspace(0, 1, 12, dtype=np.float32)[:, None, None]
    middle = rim.mean(0) + vector([0, 0, 0.08])
    place = (middle + (rim[None] - middle) * t).astype(np.float32)
    shape = place.shape[:2]
    facing = np.broadcast_to(vector([0, 0.05, 1]), place.shape).copy()
    tint = np.linspace(0.010, 0.030, shape[1], dtype=np.float32)[None, :, None] * np.ones((shape[0], 1, 3), np.float32)
    return Sheet(place, facing, tint, np.full(shape, 0.15, np.float32), np.ones(shape, np.float32), "metal")


def put_on_mask(p: Person, head: Sheet, bare: Bare) -> Sheet:
    """The head with a pleated mask over nose, mouth and chin."""
    x, y = bare.u, bare.v
    top = -0.40 * p.nose_length - 0.055 * x**2 + 0.1 * np.abs(x)
    over = rise(top - y, 0, 0.2) * rise(y, -1.06 * p.face_length, -1.03 * p.face_length) * rise(5.9 - np.abs(x), 0, 0.2)
    over = over * rise(bare.skull.z, 0.5, 1.5)
    smooth = _smoothed(head.place)
    lifted = head.place + (smooth - head.place + 0.35 * cv2.GaussianBlur(head.facing, (0, 0), 20)) * over[..., None]
    pleats = 1 - 0.10 * (np.sin(y * 2 * np.pi / 1.5) > 0.75)
    cloth = linear(172, 200, 214) if p.wardrobe[1] > 0.4 else linear(58, 60, 64)
    colour = mix(head.colour, cloth * pleats[..., None], over)
    seam = 1 - 0.25 * bell(over - 0.5, 0.25)
    cut = None if head.cut is None else np.where(over > 0.3, -1, head.cut).astype(np.float32)
    place = lifted.astype(np.float32)
    return replace(
        head,
        place=place,
        facing=surface_normals(place),
        colour=colour * seam[..., None],
        gloss=head.gloss * (1 - over),
        openness=np.maximum(head.openness, 0.98 * over),
        cut=cut,
    )


def _smoothed(place: Floats) -> Floats:
    return np.asarray(cv2.GaussianBlur(place, (0, 0), 20, borderType=cv2.BORDER_REPLICATE), np.float32)


def hat(p: Person) -> Sheet:
    """A woollen hat with a turned-up edge."""
    v, angle = np.meshgrid(np.linspace(0, 1, 60), np.linspace(-np.pi, np.pi, 240), indexing="ij")
    edge = np.interp(np.abs(np.degrees(angle)), [0, 60, 100, 180], [4.6, 3.6, 1.0, -1.5])
    up = np.sin(v * np.pi / 2)
    y = p.head_height + 1.5 + (edge - p.head_height - 1.5) * (1 - up)
    ring = np.cos(v * np.pi / 2) ** 0.75 * (1 + 0.045 * rise(0.22 - v, 0, 0.05))
    rib = 1 + 0.010 * np.sin(angle * 60)
    depth = np.where(np.cos(angle) > 0, 9.9, p.head_length / 2 + 1.5)
    x = (p.head_width / 2 + 0.75) * ring * rib * np.sin(angle)
    place = np.dstack([x, y, depth * ring * rib * np.cos(angle) - 0.1])[::-1].astype(np.float32)
    place = np.ascontiguousarray(place)
    hue = float(p.wardrobe[2])
    colour = linear(60 + 90 * hue, 66 + 30 * float(p.wardrobe[3]), 150 - 90 * hue)
    paint = colour * (1 + 0.22 * np.sin(angle * 60))[..., None] * np.ones((1, 1, 3))
    shape = place.shape[:2]
    return Sheet(
        place, surface_normals(place), paint.astype(np.float32), np.zeros(shape, np.float32), np.ones(shape, np.float32)
    )
