"""How a camera's picture is: light, sharpness, and whether the camera was moved; from small copies, nobody in them known."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.quality import grey, sharpness

__all__ = ["Picture", "Watchman"]

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

SIZE = (64, 36)  # px of the copy by which the scene is known again
LEARN = 3.0  # seconds of pictures of which the scene is learnt
LOST = 0.6  # likeness (correlation) below which the scene is not the learnt one
SETTLED = 3.0  # seconds for which it must be lost: a bus that stands before the camera drives on


@dataclass(frozen=True)
class Picture:
    """What can be said of a picture.

    light : mean brightness, 0..255; sharpness : see `quality.sharpness`, of the middle; moved : the scene is another one
    """

    light: float = float("nan")
    sharpness: float = float("nan")
    moved: bool = False


class Watchman:
    """Feed it pictures of one camera; it learns the scene, and says when that is another one."""

    def __init__(self) -> None:
        self._scene: F32 | None = None
        self._first = self._lost = float("nan")
        self._count = 0
        self._again = False

    def look(self, image: U8, t: float) -> Picture:
        """`image` (H, W, 3) RGB at `t` s."""
        if self._again:
            self._again, self._scene, self._lost = False, None, float("nan")
        small = cv2.resize(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), SIZE, interpolation=cv2.INTER_AREA)
        return Picture(float(small.mean()), _middle(image), self._moved(small.astype(np.float32), t))

    def learn_again(self) -> None:
        """Take the next pictures for the scene: somebody has seen that the camera was moved; may come from any thread."""
        self._again = True  # the next look forgets the scene: one that goes on still needs it

    def _moved(self, small: F32, t: float) -> bool:
        if self._scene is None or self._scene.shape != small.shape:
            self._scene, self._first, self._count = small, t, 1
            return False
        if t - self._first < LEARN:
            self._count += 1
            self._scene += (small - self._scene) / self._count
            return False
        if _alike(self._scene, small) >= LOST:
            self._lost = float("nan")
            self._scene += 0.005 * (small - self._scene)  # shadows move in the course of a day
            return False
        self._lost = t if np.isnan(self._lost) else self._lost
        return t - self._lost >= SETTLED


def _middle(image: U8) -> float:
    """Sharpness of the middle of a picture, where a zone of recognition usually is."""
    height, width = image.shape[:2]
    side = min(height, width, 320)
    y, x = (height - side) // 2, (width - side) // 2
    return float(sharpness(grey(np.ascontiguousarray(image[y : y + side, x : x + side])[None]))[0])


def _alike(a: F32, b: F32) -> float:
    """Correlation of two pictures' structure, -1..1; light that changes as a whole changes nothing."""
    x, y = a - a.mean(), b - b.mean()
    size = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum()) / size if size > 1 else 1.0
