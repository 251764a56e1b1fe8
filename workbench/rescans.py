"""Whether two tracks of two scans of the same footage are one pass of one person: by time and place alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.geometry import iou

__all__ = ["Way", "one_pass"]

F64 = NDArray[np.float64]

LEAST_TIME, LEAST_AREA = 0.5, 0.3  # share of the shorter track's time, and overlap of boxes, that must be common


@dataclass(frozen=True)
class Way:
    """Where a track was: boxes x1, y1, x2, y2 px at its start, at its best face, and at its end; times in seconds."""

    start: float
    t: float
    end: float
    first_box: tuple[float, ...]
    box: tuple[float, ...]
    last_box: tuple[float, ...]

    def at(self, t: float) -> F64:
        """The box at a time, (4,), straight between the known ones."""
        times = np.array([self.start, self.t, self.end])
        known = np.array([self.first_box, self.box, self.last_box], np.float64)
        return np.array([np.interp(t, times, side) for side in known.T])


def one_pass(a: Way, b: Way) -> bool:
    """True if the two overlap for half of the shorter one, and lie over each other from the first common moment to the last.

    A doubt means no: to be asked once too often costs a look, to be asked once too seldom hides an alert.
    """
    begin, end = max(a.start, b.start), min(a.end, b.end)
    shorter = min(a.end - a.start, b.end - b.start)
    if end < begin or end - begin < LEAST_TIME * shorter:
        return False
    moments = [begin, end, *(min(max(t, begin), end) for t in (a.t, b.t))]
    return all(iou(a.at(t)[None], b.at(t)[None])[0, 0] >= LEAST_AREA for t in moments)
