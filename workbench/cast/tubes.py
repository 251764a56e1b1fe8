"""Round things along a line: arms, legs, spectacle frames."""

from __future__ import annotations

import numpy as np

from workbench.cast.points import Sheet
from workbench.cast.shapes import Floats, unit, vector

__all__ = ["tube"]


def tube(
    centres: Floats,
    radius: Floats | float,
    colour: Floats,
    *,
    gloss: float = 0.05,
    material: str = "cloth",
    around: int = 12,
) -> Sheet:
    """A tube through `centres` (N, 3) with a radius for each, in one colour (3,) or one for each centre (N, 3)."""
    line = np.asarray(centres, np.float32)
    along = unit(np.gradient(line, axis=0).astype(np.float32))
    first = unit(np.cross(along, vector([0.05, 0.1, 1.0])).astype(np.float32))
    second = np.cross(along, first).astype(np.float32)
    angle = np.linspace(0, 2 * np.pi, around + 1, dtype=np.float32)[None, :, None]
    facing = unit((np.cos(angle) * first[:, None] - np.sin(angle) * second[:, None]).astype(np.float32))
    reach = np.broadcast_to(np.asarray(radius, np.float32), (len(line),))[:, None, None]
    shape = facing.shape[:2]
    paint = np.asarray(colour, np.float32)
    paint = np.broadcast_to(paint[:, None] if paint.ndim == 2 else paint, (*shape, 3)).copy()
    return Sheet(
        place=(line[:, None] + reach * facing).astype(np.float32),
        facing=facing,
        colour=paint,
        gloss=np.full(shape, gloss, np.float32),
        openness=np.ones(shape, np.float32),
        material=material,
        closed=True,
    )
