"""The zone of recognition: the part of the picture in which faces count, as a polygon in shares of its width and height."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError
from workbench.geometry import centre

__all__ = ["WHOLE", "Zone"]

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Zone:
    """A polygon; shares of the picture, so that it stays where it is when a camera changes its resolution.

    corners : (x, y) each 0..1, in order around it; none for the whole picture
    """

    corners: tuple[tuple[float, float], ...] = ()

    @classmethod
    def of(cls, text: str) -> Zone:
        """A zone as a person writes it, `x,y` a corner.

        >>> Zone.of("0.1,0.2 0.9,0.2 0.5,1").corners
        ((0.1, 0.2), (0.9, 0.2), (0.5, 1.0))
        """
        try:
            corners = tuple((float(x), float(y)) for x, y in (corner.split(",") for corner in text.split()))
        except ValueError:
            raise InputError(f"the zone {text!r} cannot be read; write its corners as 0.1,0.2 0.9,0.2 0.5,1") from None
        return cls(corners)

    def __post_init__(self) -> None:
        if not self.corners:
            return
        if len(self.corners) < 3:
            raise InputError(f"a zone needs three corners at least, not {len(self.corners)}")
        if not all(0 <= value <= 1 for corner in self.corners for value in corner):
            raise InputError("corners of a zone are shares of the picture's width and height, each from 0 to 1")
        if not self.area:
            raise InputError("this zone has no area: its corners lie on one line")

    @property
    def area(self) -> float:
        """Share of the picture that it covers, 0..1.

        >>> Zone(((0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.0, 0.5))).area
        0.5
        """
        if not self.corners:
            return 1.0
        x, y = np.array(self.corners).T
        return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)

    def holds(self, box: NDArray[np.floating], height: int, width: int) -> Bools:
        """Which faces lie in it with their centre, (N,); `box` (N, 4) px of a picture of this size."""
        if not self.corners or not len(box):
            return np.ones(len(box), bool)
        x, y = (centre(np.asarray(box, np.float64)) / [width, height]).T[:, :, None]
        ax, ay = np.array(self.corners).T
        bx, by = np.roll(ax, -1), np.roll(ay, -1)
        rise = np.where(by == ay, 1.0, by - ay)  # an edge that lies flat is never crossed
        crossed = ((ay > y) != (by > y)) & (x < ax + (y - ay) * (bx - ax) / rise)
        return np.asarray(crossed.sum(axis=1) % 2 == 1)

    def __str__(self) -> str:
        return " ".join(f"{x:g},{y:g}" for x, y in self.corners) or "the whole picture"


WHOLE = Zone()
