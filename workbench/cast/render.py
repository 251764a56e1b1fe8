"""From a built model and a pose to a picture: points compete for pixels, then only the visible ones are lit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from workbench.cast.light import Light, Shadow, shade, shade_hair
from workbench.cast.points import Camera, Canvas, Sheet, sheet_points
from workbench.cast.shapes import Floats, sample, stack, unit_columns, vector
from workbench.cast.strands import Run, Strands, strand_points

__all__ = ["PIVOT", "Pose", "Turn", "draw"]

_BIAS = {"skin": 0.45, "eye": 0.9}  # cm that a surface may lie behind the shadow map before it is shaded
PIVOT = vector([0, -11.0, -2.0])  # a head turns about the top of the neck


@dataclass(frozen=True)
class Turn:
    """A rotation about a pivot, and a shift in cm."""

    matrix: Floats
    pivot: Floats = field(default_factory=lambda: PIVOT)
    shift: Floats = field(default_factory=lambda: np.zeros(3, np.float32))

    def place(self, points: Floats) -> Floats:
        """Where points (..., 3) go, (3, ...)."""
        offset = self.pivot + self.shift - self.matrix @ self.pivot
        moved = self.matrix @ points.reshape(-1, 3).T + offset[:, None]
        return np.asarray(moved, np.float32).reshape(3, *points.shape[:-1])

    def aim(self, vectors: Floats) -> Floats:
        """Where directions (3, N) point, (3, N)."""
        return np.asarray(self.matrix @ vectors, np.float32)


@dataclass(frozen=True)
class Pose:
    """How the parts of a figure are turned: everything on the head, everything on the body."""

    head: Turn
    body: Turn


@dataclass(frozen=True)
class _Offer:
    """Points that one part offered: the first number, which were inside, and how to light them."""

    first: int
    stop: int
    light: Callable[[np.ndarray, Floats, Shadow, Light], Floats]


def draw(
    head: Sequence[Sheet],
    strands: Sequence[Strands],
    body: Sequence[Sheet],
    pose: Pose,
    camera: Camera,
    light: Light,
    finer: int = 2,
) -> Floats:
    """(H, W, 4) premultiplied linear RGBA, `finer` times smaller than the camera's picture."""
    canvas = Canvas(camera)
    offers = [_offer_sheet(canvas, sheet, pose.head) for sheet in head]
    offers += [_offer_sheet(canvas, sheet, pose.body) for sheet in body]
    for group in strands:
        offers += _offer_strands(canvas, group, pose.head)
    canvas.fill_pinholes()
    shadow = Shadow(_casters(head, strands, pose), light)
    image = _light_winners(canvas, offers, shadow, light)
    if finer == 1:
        return image
    return np.asarray(cv2.resize(image, (camera.width // finer, camera.height // finer), interpolation=cv2.INTER_AREA))


def _offer_sheet(canvas: Canvas, sheet: Sheet, turn: Turn) -> _Offer:
    u, v, at = sheet_points(sheet, canvas.camera.project(turn.place(sheet.place)), canvas.camera)
    first, inside = canvas.add(*at)
    u, v = u[inside], v[inside]

    def light_up(which: np.ndarray, world: Floats, shadow: Shadow, light: Light) -> Floats:
        facing, colour, (gloss, openness), *soft = (sample(part, u[which], v[which]).T for part in sheet.maps)
        facing = unit_columns(turn.aim(facing))
        smooth = unit_columns(turn.aim(soft[0])) if soft else facing
        if not sheet.closed:
            facing = np.where(facing[2] < -0.05, -facing, facing)
        lit = shadow.lit(world, _BIAS.get(sheet.material, 0.7))
        return shade(sheet.material, light, facing, smooth, colour, gloss, openness, lit)

    return _Offer(first, canvas.count, light_up)


def _offer_strands(canvas: Canvas, group: Strands, turn: Turn) -> list[_Offer]:
    group = group.needed(canvas.camera.scale)
    placed = turn.place(group.path)
    seen = group.seen(placed, turn.place(group.inside))
    runs = strand_points(group, canvas.camera.project(placed), canvas.camera.scale, seen)
    return [_offer_run(canvas, group, turn, run) for run in runs]


def _offer_run(canvas: Canvas, group: Strands, turn: Turn, run: Run) -> _Offer:
    first, inside = canvas.add(*run.at)

    def light_up(which: np.ndarray, world: Floats, shadow: Shadow, light: Light) -> Floats:
        direction, facing, colour, jitter = group.look(*run.locate(inside[which]))
        return shade_hair(light, turn.aim(direction), turn.aim(facing), colour, jitter, shadow.lit(world, group.bias))

    return _Offer(first, canvas.count, light_up)


def _casters(head: Sequence[Sheet], strands: Sequence[Strands], pose: Pose) -> Floats:
    parts = [sheet.place[::2, ::2].reshape(-1, 3) for sheet in head if sheet.material != "eye"]
    parts += [group.path[:, ::2].reshape(-1, 3) for group in strands if group.casts]
    return pose.head.place(np.concatenate(parts)) if parts else np.zeros((3, 0), np.float32)


def _light_winners(canvas: Canvas, offers: Sequence[_Offer], shadow: Shadow, light: Light) -> Floats:
    camera = canvas.camera
    image = np.zeros((4, camera.height * camera.width), np.float32)
    pixel, number, depth = canvas.winners()
    order = np.argsort(number)
    pixel, number, world = pixel[order], number[order], camera.place(pixel[order], depth[order])
    stops = np.searchsorted(number, [offer.stop for offer in offers])
    colour = np.empty((3, len(pixel)), np.float32)
    for offer, first, stop in zip(offers, [0, *stops[:-1]], stops, strict=True):
        if stop > first:
            mine = slice(first, stop)
            colour[:, mine] = offer.light(number[mine] - offer.first, world[:, mine], shadow, light)
    for channel, values in zip(image, (*colour, 1), strict=True):
        channel[pixel] = values
    return stack(*image.reshape(4, camera.height, camera.width))
