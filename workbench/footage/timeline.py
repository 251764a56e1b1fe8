"""When each frame of a file is shown: index, time, key frames, and which of them answers an instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["I64", "Mask", "Timeline", "evenly"]

I64 = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Timeline:
    """N frames in presentation order.

    ticks : (N,) int64 presentation time in units of `tick`, ascending
    key : (N,) bool, decoding can start here
    damaged : (N,) bool, the container itself says that this frame's data are incomplete
    sent : (N,) int64, place of the frame in the order of decoding
    entry : (N,) int64, the time to seek to, in the container's own units, to land on this packet
    tick : seconds
    end : tick at which the last frame ends
    timing : "container" if `ticks` are the container's own; otherwise what they were derived from
    stored : (P, 2) int64, presentation time and size of every packet in the order of storage: where a seek landed
    spare : (N,) bool, no other frame is decoded from it, so that it may be left out; empty if that is not known
    """

    ticks: I64
    key: Mask
    damaged: Mask
    sent: I64
    entry: I64
    tick: Fraction
    end: int
    timing: str = "container"
    stored: I64 = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    spare: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))

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

    @property
    def holes(self) -> list[tuple[float, float]]:
        """(time, seconds) of each pause in otherwise even footage: frames that were never recorded, or lost."""
        steps = np.diff(self.ticks)
        usual = np.median(steps) if len(steps) else 0
        wide = np.flatnonzero(steps > max(usual * 1.5, usual + 1.5))
        if len(wide) * 20 > len(steps):  # uneven footage: every second step may be wide, and nothing is missing
            return []
        return [(self.t(at), float((int(steps[at]) - int(usual)) * self.tick)) for at in wide.tolist()]

    def t(self, index: int) -> float:
        """Presentation time of a frame in seconds."""
        return float(int(self.ticks[index]) * self.tick)

    def samples(self, every: float, start: float | None = None, end: float | None = None, *, keys: bool = False) -> I64:
        """Indices, ascending, of the frames that answer the instants within [`start`, `end`], both included.

        The instants are those of the whole file: its start + k * `every`, up to the end of its last frame. Each is
        answered by the frame that is shown then: the last one at or before it, where less than half a tick, and a
        millisecond, is no difference. A frame answers once, however long it is shown. With `keys` only key frames
        answer, the first one also for what is before it.

        >>> evenly(10, Fraction(1, 10)).samples(0.25, start=0.2, end=0.75).tolist()
        [2, 5, 7]
        """
        frames, since = self.answers(every, keys=keys)
        low = 0 if start is None else np.ceil((start - self.start - self.slack) / every)
        high = np.inf if end is None else np.floor((end - self.start + self.slack) / every)
        upto = np.append(since[1:] - 1, self._instants(every) - 1)[: len(since)]
        return np.asarray(frames[np.maximum(since, low) <= np.minimum(upto, high)])

    def answers(self, every: float, *, keys: bool = False) -> tuple[I64, I64]:
        """Each frame that answers any instant, and the number k of the first one that it answers, (K,) both ascending.

        It answers all of them up to where the next one begins.

        >>> [each.tolist() for each in evenly(4, Fraction(1, 10)).answers(0.06)]
        [[0, 1, 2, 3], [0, 2, 4, 5]]
        """
        able = np.flatnonzero(self.key) if keys else np.arange(len(self))
        since = np.ceil((self.ticks[able] * float(self.tick) - self.start - self.slack) / every).astype(np.int64)
        since[:1] = 0
        until = np.minimum(np.append(since[1:], self._instants(every))[: len(able)], self._instants(every))
        shown = since < until
        return able[shown], since[shown]

    def _instants(self, every: float) -> int:
        """How many instants there are before the end of the last frame."""
        return max(1, int(np.ceil((self.seconds - self.slack) / every)))

    @property
    def slack(self) -> float:
        """Seconds by which two times may differ and be the same."""
        return min(float(self.tick) / 2, 0.001)

    def within(self, start: float, end: float) -> tuple[int, int]:
        """First and last frame presented from `start` to `end` seconds, both included; the first is greater if none is.

        >>> evenly(10, Fraction(1, 10)).within(0.25, 0.7)
        (3, 7)
        """
        first = int(np.searchsorted(self.times, start - self.slack))
        return first, int(np.searchsorted(self.times, end + self.slack, side="right")) - 1

    @cached_property
    def times(self) -> NDArray[np.float64]:
        """(N,) presentation time of each frame in seconds, as `t` gives it."""
        return np.array([self.t(index) for index in range(len(self))], np.float64)

    def needed(self, wanted: I64) -> Mask:
        """(N,) the frames that have to be decoded for the sake of those `wanted`, and those that are damaged anyhow."""
        needed = ~self.spare if len(self.spare) else np.ones(len(self), np.bool_)
        needed[wanted] = True
        return needed | self.damaged

    def keys_before(self, index: int) -> I64:
        """Indices, ascending, of the key frames at or before a frame; none if frames have to be counted."""
        return np.flatnonzero(self.key[: index + 1] & self.trusted)

    @cached_property
    def since(self) -> I64:
        """(N,) decoding place of the key frame that each frame rests on: damage before it does not reach the frame.

        -1 for those shown before the first one: what they rest on is not in the file, and nothing after it rests on them.
        """
        keys = np.flatnonzero(self.key)
        resting = np.searchsorted(keys, np.arange(len(self)), side="right") - 1
        return np.where(resting < 0, -1, self.sent[keys[resting]] if len(keys) else 0)

    @cached_property
    def until(self) -> I64:
        """(N,) the frame by which all that was decoded before each frame has been shown or lost."""
        return np.asarray(np.maximum.accumulate(self._shown)[self.sent])

    @cached_property
    def _shown(self) -> I64:
        """(N,) frames in the order of decoding."""
        return np.argsort(self.sent, kind="stable")

    def around(self, lost: int) -> set[int]:
        """A lost frame and the one stored before it: damage that loses a frame often began in its neighbour.

        That one alone if it is shown before the first key frame: it is lost because what it rests on was cut off.
        """
        if self.since[lost] < 0 and self.key.any():
            return {lost}
        return {lost, int(self._shown[max(0, self.sent[lost] - 1)])}

    def place(self, pts: int | None, size: int) -> int | None:
        """Number in the order of storage of the packet with this time and size, None if it is not just one."""
        if pts is None:
            return None
        found = np.flatnonzero((self.stored == (pts, size)).all(axis=1))
        return int(found[0]) if len(found) == 1 else None


def evenly(frames: int, seconds: Fraction, timing: str = "container", key: Mask | None = None) -> Timeline:
    """Frames at equal distances from 0: a folder of images, or footage without a usable clock."""
    numbers = np.arange(frames, dtype=np.int64)
    key = np.ones(frames, np.bool_) if key is None else key
    return Timeline(numbers, key, np.zeros(frames, np.bool_), numbers, numbers, seconds, frames, timing)
