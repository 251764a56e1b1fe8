"""Hair as many thin strands: where they run, how they are coloured, and which points draw them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.cast.shapes import Floats, unit_columns, vector

__all__ = ["Run", "Strands", "strand_points"]


_STEPS = np.array([1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64])  # points between two knots


@dataclass(frozen=True)
class Strands:
    """N strands of K knots each.

    path : (N, K, 3) cm, from root to tip
    colour : (N, 3) linear RGB
    deep : (N,) 0 on the surface of the hair .. 1 at the scalp; deep strands are darker
    width : cm
    inside : (3,) cm, the middle that hair faces away from
    casts : throws shadows
    """

    path: Floats
    colour: Floats
    deep: Floats
    width: float
    inside: Floats
    casts: bool = True
    root_shade: float = 0.5

    @property
    def bias(self) -> float:
        """Cm that a strand may lie behind the shadow map before it is shaded."""
        return 0.9

    def needed(self, scale: float) -> Strands:
        """The strands that a picture with `scale` pixels a cm needs: a small one only some of them."""
        count = max(1, int(len(self.path) * np.clip(0.85 * self.width * scale + 0.10, 0.30, 1.0)))
        return replace(self, path=self.path[:count])

    def seen(self, placed: Floats, middle: Floats) -> NDArray[np.bool_]:
        """Which strands can be seen when they lie at `placed` (3, N, K) around `middle`: not those behind the head."""
        x, y, z = placed - middle[:, None, None]
        behind = (z < 0) & (3 * z * z > x * x + y * y)
        return np.asarray(~(behind & (self.path[..., 1] > -8)).all(1))

    def look(self, strand: NDArray[np.intp], along: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Direction, outward normal and colour, (3, N) each, and a private random number at N places of strands."""
        knot = np.clip(along.astype(np.int64), 0, self.path.shape[1] - 2)
        here, then = self.path[strand, knot], self.path[strand, knot + 1]
        share = along / (self.path.shape[1] - 1)
        bright = (1 - 0.55 * self.deep[strand]) * (1 - self.root_shade * np.clip(1 - share * 2.2, 0, 1) ** 2)
        jitter = ((strand * 40503) % 1021).astype(np.float32) / 510.5 - 1
        colour = self.colour[strand] * (bright * (1 + 0.22 * jitter))[:, None]
        along_it, out = (then - here).T, (here - self.inside).T
        return unit_columns(along_it), unit_columns(out), np.asarray(colour.T, np.float32), jitter


@dataclass(frozen=True)
class Run:
    """Points along strands of about one length.

    which : (n,) strands
    along : (m,) knots, from root to tip
    at : (3, n * m) x, y, z of each point, strand by strand
    """

    which: NDArray[np.intp]
    along: Floats
    at: Floats

    def locate(self, point: NDArray[np.intp]) -> tuple[NDArray[np.intp], Floats]:
        """The strand, and how far along it, of points by number."""
        strand, step = np.divmod(point, len(self.along))
        return self.which[strand], self.along[step]


def strand_points(group: Strands, projected: Floats, scale: float, seen: NDArray[np.bool_]) -> list[Run]:
    """Points that draw the strands that can be `seen` (N,) without gaps; `projected` (3, N, K) as the camera sees them."""
    kept = np.flatnonzero(seen)
    if not len(kept):
        return []
    length = np.abs(np.diff(projected[:2, kept], axis=2)).max((0, 2))
    steps = _STEPS[np.searchsorted(_STEPS, np.minimum(length / 1.15, _STEPS[-1]))]
    runs = [_run(projected, kept[steps == n], int(n)) for n in np.unique(steps)]
    wide = max(1, round(group.width * scale))
    return [_shifted(run, i - (wide - 1) / 2) for run in runs for i in range(wide)]


def _run(projected: Floats, which: NDArray[np.intp], steps: int) -> Run:
    knots = projected.shape[2]
    along = np.linspace(0, knots - 1, (knots - 1) * steps + 1, dtype=np.float32)
    share = np.maximum(1 - np.abs(along[:, None] - np.arange(knots, dtype=np.float32)), 0)
    at = projected[:, which].reshape(-1, knots) @ share.T
    return Run(which, along, at.reshape(3, -1))


def _shifted(run: Run, pixels: float) -> Run:
    if not pixels:
        return run
    return Run(run.which, run.along, run.at + vector([[pixels], [0], [-0.02 * abs(pixels)]]))
