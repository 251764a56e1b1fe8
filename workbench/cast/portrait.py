"""A portrait: one person, one pose, one light, one camera and what the camera does to the picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.cast.expression import NEUTRAL, Expression, draw_expression
from workbench.cast.light import STUDIO, Light, tone_map
from workbench.cast.model import Outfit, model
from workbench.cast.people import Person
from workbench.cast.points import Camera
from workbench.cast.render import Pose, Turn, draw
from workbench.cast.shapes import Floats, blotches, linear, rotation

__all__ = ["portrait", "snapshot"]

U8 = NDArray[np.uint8]
_FINER = 2
_FACE_CM = 14.0


def portrait(
    p: Person,
    size: int = 256,
    *,
    yaw: float = 0.0,
    pitch: float = 0.0,
    roll: float = 0.0,
    face: float | None = None,
    light: Light = STUDIO,
    expression: Expression = NEUTRAL,
    distance: float = 140.0,
    blur: float = 0.0,
    noise: float = 0.0,
    jpeg: int | None = None,
    mask: bool = False,
    sunglasses: bool = False,
    hat: bool = False,
    age_shift: float = 0.0,
    seed: int = 0,
) -> U8:
    """A square picture of `p`, (size, size, 3) uint8 RGB.

    yaw, pitch, roll : degrees; positive yaw turns to the person's left, positive pitch looks down
    face : width of the face in pixels, by default 0.44 of the picture
    light, expression : see `light.py`, `expression.py`
    distance : cm from the camera, which changes perspective, not size
    blur : px, Gaussian; noise : grey levels; jpeg : quality 1..100, None for no compression
    mask, sunglasses, hat : what covers the face
    age_shift : years later (or earlier) than the person is
    seed : of the background and the noise
    """
    who = p.aged(age_shift) if age_shift else p
    built = model(who, expression, Outfit(mask, sunglasses, hat))
    camera = _camera(size, (face or 0.44 * size) / _FACE_CM, distance)
    pose = Pose(Turn(rotation(yaw, pitch, roll)), Turn(rotation(0.3 * yaw)))
    figure = draw(built.head, built.strands, built.body, pose, camera, light, _FINER)
    rng = np.random.default_rng([seed, p.seed, 51])
    picture = figure[..., :3] + _backdrop(size, rng) * (1 - figure[..., 3:])
    grain = noise * rng.standard_normal(picture.shape, dtype=np.float32) if noise > 0 else None
    return develop(tone_map(picture, light.exposure), grain, blur=blur, jpeg=jpeg)


def snapshot(rng: np.random.Generator, hard: float = 1.0, max_yaw: float = 35.0) -> dict[str, Any]:
    """Random arguments for `portrait`: pose, light, expression and camera as snapshots have them.

    hard : 0 studio .. 1 street
    """
    yaw = float(np.clip(rng.normal(0, 0.5) * max_yaw, -max_yaw, max_yaw))
    return {
        "yaw": yaw,
        "pitch": float(np.clip(rng.normal(2, 7 * hard), -18, 22)),
        "roll": float(rng.normal(0, 5 * hard)),
        "light": _draw_light(rng, hard),
        "expression": draw_expression(rng),
        "distance": float(rng.uniform(80, 260)),
        "blur": float(rng.uniform(0, 1.1) * hard),
        "noise": float(rng.uniform(1, 7) * hard),
        "jpeg": int(rng.integers(45, 93)),
        "seed": int(rng.integers(1 << 30)),
    }


def _draw_light(rng: np.random.Generator, hard: float) -> Light:
    around, above = np.radians(rng.uniform(-75, 75) * hard), np.radians(rng.uniform(0, 60))
    key = (float(np.sin(around) * np.cos(above)), float(np.sin(above)), float(np.cos(around) * np.cos(above)))
    warm, strength = rng.uniform(-0.12, 0.12) * hard, rng.uniform(1.0, 2.1)
    lamp = (float(strength * (1 + warm)), float(strength * 0.96), float(strength * (0.92 - warm)))
    return replace(STUDIO, key=key, lamp=lamp, fill=float(rng.uniform(0.3, 0.8)))


def _camera(size: int, scale: float, distance: float) -> Camera:
    fine = size * _FINER
    return Camera(fine, fine, scale * _FINER, (fine / 2, 0.44 * fine), distance)


def _backdrop(size: int, rng: np.random.Generator) -> Floats:
    """An out-of-focus wall in two muted colours."""
    hue = rng.uniform(0, 2 * np.pi)
    tint = 128 + 26 * np.cos(hue + np.array([0, 2.1, 4.2])) + rng.uniform(-30, 45)
    one, two = linear(*tint), linear(*(tint * 0.72 + 18))
    blur = cv2.resize(blotches((24, 24), rng, 2, 2), (size, size), interpolation=cv2.INTER_CUBIC)
    down = np.linspace(-0.5, 0.5, size, dtype=np.float32)[:, None]
    t = np.clip(0.5 + 0.22 * blur + 0.5 * down, 0, 1)[..., None]
    return np.asarray(one * (1 - t) + two * t, np.float32)


def develop(picture: Floats, noise: Floats | None, *, blur: float, jpeg: int | None) -> U8:
    """What a camera makes of a picture 0..1: blur, noise (H, W, 3) in grey levels, rounding and compression."""
    if blur > 0.05:
        picture = cv2.GaussianBlur(picture, (0, 0), blur)
    levels = picture * 255 + 0.5
    if noise is not None:
        levels += noise
    out = np.clip(levels, 0, 255, out=levels).astype(np.uint8)
    if jpeg is None:
        return out
    coded = cv2.imencode(".jpg", np.ascontiguousarray(out[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, jpeg])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)[..., ::-1]
