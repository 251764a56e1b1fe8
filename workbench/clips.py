"""A clip: a stretch of footage around a track, to be looked at, in which everyone else is hidden in the picture itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.faces import clock
from workbench.html import card, facts, note
from workbench.redaction import MISSES

__all__ = ["LEAD", "LONGEST", "Clip", "stretch"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

LEAD = 1.5  # seconds before and after a track
LONGEST = 15.0  # seconds of a clip; of a longer track it shows what is around the best face


def stretch(start: float, end: float, at: float) -> tuple[float, float]:
    """Where a clip of a track from `start` to `end` begins and ends, all in seconds; it always holds `at`.

    >>> stretch(10.0, 12.0, 11.0)
    (8.5, 13.5)
    >>> stretch(0.0, 100.0, 50.0)
    (42.5, 57.5)
    """
    low, high = start - LEAD, end + LEAD
    if high - low <= LONGEST:
        return low, high
    begin = min(max(at - LONGEST / 2, low), high - LONGEST)
    return begin, begin + LONGEST


@dataclass(frozen=True, eq=False)
class Clip:
    """A clip that a case keeps.

    track : its number in the run; alert : that was raised from it, or None
    shown : whether the alert's person is to be seen; everyone else never is
    why : why nobody is shown, "" where somebody is
    source, sha256 : name and hash of the footage; says : what the file says of itself, such as that it is generated
    times : (F,) seconds in the footage at which each frame is presented; the video itself counts from 0
    box : (F, 4) float32 px, where the person is; NaN where they are not to be seen
    checks : what the check of the copy found, as `Redaction.to_dict` has it
    video : H.264 in MP4; b"" after it was deleted in time
    """

    id: int
    track: int
    alert: int | None
    shown: bool
    why: str
    source: str
    sha256: str
    says: str
    width: int
    height: int
    times: F64
    box: F32
    checks: Mapping[str, Any]
    made: datetime
    by: str
    video: bytes = field(repr=False)

    @property
    def start(self) -> float:
        """Seconds in the footage of the first frame."""
        return float(self.times[0])

    @property
    def end(self) -> float:
        """Seconds in the footage of the last frame."""
        return float(self.times[-1])

    def said(self) -> str:
        """Who is to be seen, in a sentence, and who may be though nobody meant it."""
        if not self.shown:
            return f"Everyone is hidden: {self.why}.{self._limit}"
        if self.checks.get("everything", False):
            return (
                f"The head of alert {self.alert}'s person is shown where the recogniser does not contradict; all else is hidden, "
                "found to be a face or not."
            )
        seen = f"The person of alert {self.alert} is shown where the recogniser does not contradict; everyone else is hidden."
        return seen + self._limit

    @property
    def _limit(self) -> str:
        alone = tuple(self.checks.get("packs", ())) == ("dlib",)
        return f" But {MISSES}: they may be bare." if alone else ""

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values, without the video."""
        names = ("id", "track", "alert", "shown", "why", "source", "sha256", "start", "end", "width", "height", "by")
        plain = {name: getattr(self, name) for name in names}
        return plain | {"frames": len(self.times), "bytes": len(self.video), "made": self.made.isoformat()}

    def __repr__(self) -> str:
        whose = f"alert {self.alert}" if self.alert is not None else f"track {self.track}"
        span = f"{clock(self.start)}-{clock(self.end)}"
        return f"Clip({whose}, {len(self.times)} frames, {self.source} {span}, {len(self.video) / 1e6:.1f} MB)"

    def _repr_html_(self) -> str:
        whose = f"Alert {self.alert}" if self.alert is not None else f"Track {self.track}"
        head = facts(
            {
                "frames": (len(self.times), f"{self.end - self.start:.1f} s from {clock(self.start)}"),
                "size": (f"{len(self.video) / 1e6:.1f} MB", f"{self.width} x {self.height} px"),
                "check": (self.checks.get("verdict", "not recorded"), ", ".join(self.checks.get("packs", ()))),
            }
        )
        return card(
            f"Clip: {whose}, {self.source}",
            head,
            note(self.said()),
            under="widgets.FootagePlayer(case) plays it",
        )
