"""A street that does not exist, as its camera sees it when nobody is there: by day or at dusk."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from workbench.cast.light import DAYLIGHT, Light
from workbench.cast.shapes import Floats, blotches, linear, vector

__all__ = ["DAY", "DUSK", "Hour", "Lens", "backdrop"]


@dataclass(frozen=True)
class Lens:
    """The street's camera.

    width, height : px
    focal : px
    high : cm above the pavement
    horizon : px from the top
    """

    width: int = 1280
    height: int = 720
    focal: float = 1520.0
    high: float = 205.0
    horizon: float = 165.0

    def scale(self, away: float) -> float:
        """Pixels per cm at `away` cm from the camera."""
        return self.focal / away

    def pixel(self, x: float, above: float, away: float) -> tuple[float, float]:
        """Where a point is seen: `x` cm to the right, `above` cm over the pavement."""
        return self.width / 2 + x * self.scale(away), self.horizon + (self.high - above) * self.scale(away)


@dataclass(frozen=True)
class Hour:
    """How the street is lit, and what the camera makes of it.

    bright : of the painted street
    tint : of the painted street, linear RGB
    noise : grey levels; blur : px
    """

    light: Light
    bright: float
    tint: tuple[float, float, float]
    sky: tuple[tuple[int, int, int], tuple[int, int, int]]
    windows: float
    noise: float
    blur: float


DAY = Hour(DAYLIGHT, 1.0, (1.0, 0.99, 0.97), ((150, 182, 218), (226, 228, 224)), 0.0, 2.0, 0.55)
DUSK = Hour(
    replace(DAYLIGHT, key=(0.62, 0.55, 0.45), lamp=(1.15, 0.86, 0.58), sky=(0.26, 0.30, 0.40), ground=(0.16, 0.15, 0.15)),
    0.40, (0.86, 0.92, 1.12), ((66, 82, 122), (206, 162, 136)), 1.0, 4.5, 0.9,
)  # fmt: skip


def backdrop(lens: Lens, hour: Hour, seed: int = 4) -> Floats:
    """The empty street, (H, W, 3) linear RGB."""
    rng = np.random.default_rng([seed, 61])
    image = _sky(lens, hour)
    image = _facade(image, lens, hour, rng, (900, 2600), (-340, 340), 820, linear(168, 156, 142), 5)
    image = _facade(image, lens, hour, rng, (260, 2600), (-330, -330), 900, linear(158, 108, 86), 10)
    image = _facade(image, lens, hour, rng, (260, 2600), (335, 335), 780, linear(186, 174, 152), 11)
    image = _ground(image, lens, hour, rng)
    _trees(image, lens, hour, rng)
    _posts(image, lens, hour)
    return cv2.GaussianBlur(image, (0, 0), 1.5)


def _sky(lens: Lens, hour: Hour) -> Floats:
    down = np.linspace(0, 1, lens.height, dtype=np.float32)[:, None, None]
    high, low = (linear(*c) for c in hour.sky)
    t = np.clip(down * lens.height / lens.horizon, 0, 1)
    return np.asarray((high * (1 - t) + low * t) * np.ones((1, lens.width, 1)), np.float32)


def _facade(
    image: Floats, lens: Lens, hour: Hour, rng: np.random.Generator,
    away: tuple[float, float], x: tuple[float, float], tall: float, colour: Floats, bays: int,
) -> Floats:  # fmt: skip
    wall = _wall(colour, bays, hour, rng)
    near, far = (away[1], away[1]) if x[0] != x[1] else away
    corners = [
        lens.pixel(x[0], tall, near),
        lens.pixel(x[1], tall, far),
        lens.pixel(x[1], 0, far),
        lens.pixel(x[0], 0, near),
    ]
    h, w = wall.shape[:2]
    warp = cv2.getPerspectiveTransform(vector([[0, 0], [w, 0], [w, h], [0, h]]), np.array(corners, np.float32))
    size = (lens.width, lens.height)
    painted = cv2.warpPerspective(wall, warp, size, flags=cv2.INTER_LINEAR)
    cover = cv2.warpPerspective(np.ones((h, w), np.float32), warp, size)[..., None]
    return np.asarray(image * (1 - cover) + painted * cover, np.float32)


def _wall(colour: Floats, bays: int, hour: Hour, rng: np.random.Generator) -> Floats:
    wall = np.ones((800, 1800, 3), np.float32) * colour * vector(hour.tint) * hour.bright
    wall *= 1 + 0.07 * blotches((800, 1800), rng, 12, 4)[..., None]
    wall[::14] *= 0.93
    wide = 1800 / bays
    for bay in range(bays):
        middle = int((bay + 0.5) * wide)
        for floor in range(4):
            _window(wall, middle, 60 + floor * 150, int(wide * 0.24), 92, hour, rng)
        _shop(wall, middle, int(wide * 0.40), hour, rng)
    wall[560:585] = colour * 1.25 * hour.bright
    return wall


def _window(wall: Floats, x: int, y: int, half: int, high: int, hour: Hour, rng: np.random.Generator) -> None:
    lit = hour.windows * float(rng.random() < 0.45)
    glass = (
        linear(62, 76, 92) * float(rng.uniform(0.6, 1.5)) * (0.35 + 0.65 * hour.bright)
        + lit * linear(250, 205, 140) * 0.5
    )
    frame = wall[y, x] * 1.3
    cv2.rectangle(wall, (x - half - 6, y - 6), (x + half + 6, y + high + 6), frame.tolist(), -1)
    cv2.rectangle(wall, (x - half, y), (x + half, y + high), glass.tolist(), -1)
    cv2.line(wall, (x, y), (x, y + high), frame.tolist(), 4)


def _shop(wall: Floats, x: int, half: int, hour: Hour, rng: np.random.Generator) -> None:
    lit = hour.windows * 0.30
    glass = linear(70, 78, 84) * (0.4 + 0.6 * hour.bright) + lit * linear(255, 214, 160)
    cv2.rectangle(wall, (x - half, 625), (x + half, 775), glass.tolist(), -1)
    shade = linear(*rng.choice([(142, 58, 52), (52, 92, 82), (64, 76, 112), (176, 142, 80), (96, 90, 86)])) * (
        0.3 + 0.7 * hour.bright
    )
    cv2.rectangle(wall, (x - half - 8, 596), (x + half + 8, 630), shade.tolist(), -1)
    for k in range(3):
        level = 660 + 36 * k
        goods = linear(*(95 + 50 * rng.random() + 22 * rng.random(3))) * (0.3 + 0.7 * hour.bright) + lit * 0.1
        cv2.rectangle(wall, (x - half + 8, level), (x + half - 8, level + 14), goods.tolist(), -1)


def _ground(image: Floats, lens: Lens, hour: Hour, rng: np.random.Generator) -> Floats:
    rows = np.arange(int(lens.horizon) + 12, lens.height)
    away = (lens.focal * lens.high / (rows - lens.horizon))[:, None]
    x = (np.arange(lens.width)[None] - lens.width / 2) * away / lens.focal
    joints = (np.abs((x / 70) % 1 - 0.5) > 0.485) | (np.abs((away / 70) % 1 - 0.5) > 0.485 - 0.00001 * away)
    slabs = ((np.floor(x / 70) * 7.13 + np.floor(away / 70) * 3.71) * 1.7) % 1.0
    stone = linear(158, 153, 146) * (1 + 0.10 * (slabs - 0.5) - 0.22 * joints)[..., None]
    stone = stone * (1 + 0.05 * blotches(joints.shape, rng, 30, 4))[..., None] * vector(hour.tint) * hour.bright
    edge = (np.abs(x) < 332)[..., None]
    image[rows] = np.where(edge, stone, image[rows])
    kerb = np.exp(-((np.abs(x) - 318) ** 2) / 200)[..., None]
    image[rows] *= 1 - 0.25 * kerb * edge
    return image


def _trees(image: Floats, lens: Lens, hour: Hour, rng: np.random.Generator) -> None:
    for x, away in ((-250, 1500), (255, 1250), (-255, 2100), (258, 1900)):
        u, foot = lens.pixel(x, 0, away)
        _, crown = lens.pixel(x, 400, away)
        size = 130 * lens.scale(away)
        trunk = linear(72, 60, 50) * hour.bright
        cv2.line(
            image, (int(u), int(foot)), (int(u), int(crown)), trunk.tolist(), max(2, int(0.16 * size)), cv2.LINE_AA
        )
        for _ in range(260):
            a, b = rng.normal(0, 0.42 * size), rng.normal(0, 0.36 * size)
            leaf = linear(70, 100, 56) * float(rng.uniform(0.45, 1.4) * (0.75 - 0.4 * b / size)) * hour.bright
            cv2.circle(
                image,
                (int(u + a), int(crown + b)),
                max(2, int(size * rng.uniform(0.04, 0.10))),
                leaf.tolist(),
                -1,
                cv2.LINE_AA,
            )


def _posts(image: Floats, lens: Lens, hour: Hour) -> None:
    for x, away in ((-290, 760), (292, 1050), (-292, 1500)):
        foot, top = lens.pixel(x, 0, away), lens.pixel(x, 470, away)
        metal = linear(58, 62, 66) * hour.bright
        wide = max(2, int(9 * lens.scale(away)))
        cv2.line(image, (int(foot[0]), int(foot[1])), (int(top[0]), int(top[1])), metal.tolist(), wide, cv2.LINE_AA)
