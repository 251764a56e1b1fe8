"""What is seen between parted lips."""

from __future__ import annotations

import numpy as np

from workbench.cast.anatomy.head import Head
from workbench.cast.anatomy.mouth import mouth_y
from workbench.cast.people import Person
from workbench.cast.points import Sheet
from workbench.cast.shapes import linear, mix, rise, vector

__all__ = ["teeth"]


def teeth(p: Person, now: Head) -> Sheet:
    """The upper row of teeth and the dark behind it, a curved strip behind the lips."""
    down, across = np.meshgrid(np.linspace(0, 1, 40), np.linspace(-1, 1, 90), indexing="ij")
    middle = mouth_y(p)
    x = across * 0.47 * p.mouth_width
    y = middle + 0.30 * now.face.smile * across**2 + 0.70 - 2.5 * down
    s = now.bare.skull
    lip = (np.abs(s.x) < 0.5) & (np.abs(s.y - middle) < 0.6) & (s.front > 0.5)
    z = float(now.place[lip][:, 2].max()) - 0.75 - 0.36 * x**2 - 0.6 * rise(down, 0.28, 0.5)
    row = rise(0.88 - 0.12 * across**2 - 2.5 * down, 0, 0.06)
    gaps = 0.78 + 0.22 * np.abs(np.sin(x * np.pi / 0.74)) ** 0.3
    side = 0.45 + 0.55 * np.clip(1 - across**2, 0, 1)
    colour = mix(linear(70, 28, 28) * np.ones((1, 1, 3)), linear(222, 214, 198) * (gaps * side)[..., None] * 0.72, row)
    shape = down.shape
    facing = np.broadcast_to(vector([0, 0, 1]), (*shape, 3)).copy()
    openness = (0.35 + 0.45 * rise(2.5 * down, 0.3, 0.8)).astype(np.float32)
    place = np.dstack([x, y, z]).astype(np.float32)
    return Sheet(place, facing, colour.astype(np.float32), np.full(shape, 0.15, np.float32), openness)
