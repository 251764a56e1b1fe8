"""A stretch of footage, exact to the frame: what a clip is made of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from workbench.covers import PATIENCE
from workbench.errors import InputError
from workbench.faces import clock
from workbench.footage.source import Footage, Reading

__all__ = ["Window"]

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Window:
    """The frames `first` to `last` of footage, both included.

    zero : the frame at which a copy of the window begins to count; None where its times stay as they are
    """

    footage: Footage
    first: int
    last: int
    zero: int | None = None

    @classmethod
    def of(cls, footage: Footage, start: float | None = None, end: float | None = None) -> Self:
        """The frames that are presented from `start` to `end` seconds, both included; by default all, their times unmoved.

        All of footage that begins before 0 are counted from 0 as a part is: a copy cannot begin before.

        `InputError` where no frame is.
        """
        times = footage.timeline
        if start is None and end is None:
            return cls(footage, 0, len(times) - 1, 0 if times.start < 0 else None)
        low = -math.inf if start is None else start
        high = math.inf if end is None else end
        first, last = times.within(low, high)
        if math.isnan(low) or math.isnan(high) or low > high or first > last:
            raise InputError(
                f"no frame of {footage.path.name!r} lies {_between(start, end)}; "
                f"it runs from {times.t(0):.3f} to {times.t(-1):.3f} s ({clock(times.t(-1))})"
            )
        return cls(footage, first, last, first)

    def __len__(self) -> int:
        return self.last - self.first + 1

    @property
    def start(self) -> float:
        """Seconds at which the first frame is presented."""
        return self.footage.timeline.t(self.first)

    @property
    def end(self) -> float:
        """Seconds at which the last frame is presented."""
        return self.footage.timeline.t(self.last)

    @property
    def offset(self) -> float:
        """Seconds in the footage that are 0 in a copy."""
        return 0.0 if self.zero is None else self.footage.timeline.t(self.zero)

    @property
    def seconds(self) -> float:
        """From the first frame to the end of the last one."""
        whole, times = self.footage, self.footage.timeline
        after = times.t(self.last + 1) if self.last + 1 < len(times) else whole.start + whole.seconds
        return after - self.start

    @property
    def times(self) -> F64:
        """Seconds at which each frame is presented, (len,)."""
        return self.footage.timeline.times[self.first : self.last + 1]

    def frames(self) -> Reading:
        """All of them, in order."""
        return self.footage.every_frame(self.first, self.last)

    def wider(self, seconds: float) -> Window:
        """With what comes before and after: a face that is seen there may be there in here, turned away."""
        room = max(seconds, PATIENCE)
        first, last = self.footage.timeline.within(self.start - room, self.end + room)
        return Window(self.footage, first, last, self.zero)


def _between(start: float | None, end: float | None) -> str:
    if start is None:
        return f"up to {end} s"
    return f"from {start} s on" if end is None else f"from {start} to {end} s"
