"""When each frame of a file is shown, from one pass over its packets without decoding: index, time, key frames."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Timeline", "evenly", "timeline_of"]

I64 = NDArray[np.int64]
_MOST_REORDERING = 32  # frames; H.264 and HEVC allow 16: anything beyond is a clock that jumps


@dataclass(frozen=True)
class Timeline:
    """N frames in presentation order.

    ticks : (N,) int64 presentation time in units of `tick`, ascending
    key : (N,) bool, decoding can start here
    entry : (N,) int64, the time to seek to, in the container's own units, to land on this packet
    tick : seconds
    end : tick at which the last frame ends
    timing : "container" if `ticks` are the container's own; otherwise what they were derived from
    stored : (P, 2) int64, presentation time and size of every packet in the order of storage: where a seek landed
    """

    ticks: I64
    key: NDArray[np.bool_]
    entry: I64
    tick: Fraction
    end: int
    timing: str = "container"
    stored: I64 = field(default_factory=lambda: np.zeros((0, 2), np.int64))

    def __len__(self) -> int:
        return len(self.ticks)

    @property
    def trusted(self) -> bool:
        """Whether a decoded frame's own time says which frame it is; otherwise frames are counted from the first."""
        return self.timing == "container"

    @property
    def start(self) -> float:
        """Seconds, first presentation time."""
        return self.t(0)

    @property
    def seconds(self) -> float:
        """From the first presentation time to the end of the last frame."""
        return float((self.end - int(self.ticks[0])) * self.tick)

    @property
    def fps(self) -> float:
        """Frames a second, on average."""
        return len(self) / self.seconds

    @property
    def variable_rate(self) -> bool:
        """Whether any two neighbours are further from the usual spacing than rounding to ticks explains."""
        steps = np.diff(self.ticks)
        usual = np.median(steps) if len(steps) else 0
        return bool(len(steps) and np.abs(steps - usual).max() > max(1.5, usual * 0.1))

    def t(self, index: int) -> float:
        """Presentation time of a frame in seconds."""
        return float(int(self.ticks[index]) * self.tick)

    def samples(self, every: float, start: float | None = None, end: float | None = None) -> I64:
        """Indices, ascending, of the frames that answer the instants within [`start`, `end`], both included.

        The instants are those of the whole file: its start + k * `every`. Each is answered by the first frame at or
        after it (within half a tick); a frame answers once even if several instants fall before it.

        >>> evenly(10, Fraction(1, 10)).samples(0.25, start=0.2, end=0.75).tolist()
        [3, 5, 8]
        """
        slack = float(self.tick) / 2
        first, last = self.t(0), self.t(-1)
        low = max(0, _whole((first if start is None else start) - first, every, slack, np.ceil, -1))
        high = _whole(min(last if end is None else end, last) - first, every, slack, np.floor, 1)
        instants = first + np.arange(low, high + 1) * every
        answers = np.searchsorted(self.ticks * float(self.tick), instants - slack)
        return np.unique(answers[answers < len(self)]).astype(np.int64)

    def keys_before(self, index: int) -> I64:
        """Indices, ascending, of the key frames at or before a frame; none if frames have to be counted."""
        return np.flatnonzero(self.key[: index + 1] & self.trusted)

    def place(self, pts: int | None, size: int) -> int | None:
        """Number in the order of storage of the packet with this time and size, None if it is not just one."""
        if pts is None:
            return None
        found = np.flatnonzero((self.stored == (pts, size)).all(axis=1))
        return int(found[0]) if len(found) == 1 else None


def evenly(frames: int, seconds: Fraction, timing: str = "container") -> Timeline:
    """Frames at equal distances from 0, each a key frame: a folder of images, or footage without a usable clock."""
    numbers = np.arange(frames, dtype=np.int64)
    return Timeline(numbers, np.ones(frames, np.bool_), numbers, seconds, frames, timing)


class _Row(NamedTuple):
    pts: int | None
    dts: int | None
    duration: int
    size: int
    key: bool
    shown: bool


def timeline_of(
    packets: Iterable[Any], tick: Fraction, rate: Fraction | None, codec: str, *, slots: bool = False
) -> Timeline | None:
    """The timeline of a video stream's packets, or None if none of them would be shown.

    tick : the stream's time base
    rate : frames a second as the container states it; used only where times are missing or unusable
    slots : the container numbers its packets instead of timing its pictures (AVI with reordered frames)
    """
    rows = [_Row(p.pts, p.dts, p.duration or 0, p.size, p.is_keyframe, _shown(p, codec)) for p in packets]
    shown = [row for row in rows if row.shown]
    if not shown:
        return None
    step = 1 / (rate or Fraction(25))
    if any(row.pts is None for row in rows):
        return evenly(len(shown), step, "frame rate, because the container has no times")
    pts = np.array([row.pts for row in shown], np.int64)
    order = np.argsort(pts, kind="stable")  # equal times stay in the order of storage
    moved = int(np.abs(order - np.arange(len(order))).max())
    if slots and not moved:
        return evenly(len(shown), step, "frame rate, because the container times its packets, not its pictures")
    if moved > _MOST_REORDERING:
        return evenly(len(shown), step, "frame rate, because the container's times jump")
    timeline = _sorted(shown, pts, order, tick, step)
    return replace(timeline, stored=np.array([(row.pts, row.size) for row in rows], np.int64))


def _sorted(rows: list[_Row], pts: I64, order: I64, tick: Fraction, step: Fraction) -> Timeline:
    dts = [at if row.dts is None else row.dts for row, at in zip(rows, pts.tolist(), strict=True)]
    entry = np.minimum(pts, np.array(dts, np.int64))
    key = np.array([row.key for row in rows], np.bool_)
    ticks = pts[order]
    last = rows[int(order[-1])].duration or _usual_step(ticks) or max(1, round(step / tick))
    return Timeline(ticks, key[order], entry[order], tick, int(ticks[-1]) + last)


def _usual_step(ticks: I64) -> int:
    return int(np.median(np.diff(ticks))) if len(ticks) > 1 else 0


def _shown(packet: Any, codec: str) -> bool:
    """False for packets that give no picture: cut off by an edit list, hidden VP8 references, MPEG-4 fillers."""
    if codec == "vp8":
        return bool(memoryview(packet)[0] & 0x10)
    return not packet.is_discard and not (codec in ("mpeg4", "msmpeg4v3") and packet.size <= 8)


def _whole(span: float, every: float, slack: float, rounding: Any, side: int) -> int:
    """`span` / `every` rounded up or down, where a difference below `slack` is no difference.

    >>> _whole(0.6, 0.2, 1e-4, np.floor, 1), _whole(0.6, 0.2, 1e-4, np.ceil, -1)
    (3, 3)
    """
    return int(rounding((span + side * slack) / every))
