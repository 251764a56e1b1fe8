"""Footage as a value, and one pass over it: the same instants give the same frames, however it is cut."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError
from workbench.faces import Frame, clock
from workbench.footage.timeline import I64, Timeline

__all__ = ["Footage", "Reading", "Shot"]


@dataclass(frozen=True, slots=True)
class Shot:
    """One step through footage: a frame that was wanted, or one that was only passed.

    image : RGB if the frame was wanted, otherwise None
    damaged : frames that this step found to be corrupt or lost
    """

    index: int
    image: NDArray[np.uint8] | None
    corrupt: bool
    damaged: int


@dataclass(frozen=True, kw_only=True)
class Footage(ABC):
    """What can be said of footage without watching it; `frames` watches it.

    sha256 : of the file; of a folder, that of its `sha256sum` listing
    start : seconds, first presentation time; all times of frames are on this clock
    seconds : what can really be decoded: end of the last frame - start
    stated_seconds : what the container claims, None if it claims nothing
    short : True if a noticeable part of what the container claims is not there
    width, height : px as shown, after rotation and with square pixels
    rotation : degrees counterclockwise by which stored pictures are turned for showing
    frame_count, fps : how many frames, and how many a second on average
    kind : "video" or "images"
    timing : "container", or what the times had to be derived from
    details : further facts, ready for JSON
    triage : only key frames are looked at, see `triaged`
    """

    path: Path
    sha256: str
    kind: str
    start: float
    seconds: float
    stated_seconds: float | None
    short: bool
    width: int
    height: int
    rotation: int = 0
    codec: str
    frame_count: int
    fps: float
    variable_rate: bool
    interlaced: bool = False
    timing: str = "container"
    details: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    timeline: Timeline = field(repr=False, compare=False)
    triage: bool = False

    def triaged(self) -> Self:
        """The same footage, of which only the key frames are looked at: they are decoded without any other frame.

        An instant is answered by the last key frame before it. Cameras write one each 1 to 10 seconds: who is not in one
        of them is not seen at all.
        """
        return replace(self, triage=True)

    def samples(self, every: float, start: float | None = None, end: float | None = None) -> I64:
        """Numbers of the frames that `frames` gives, (K,)."""
        return self.timeline.samples(every, start, end, keys=self.triage)

    def answers(self, every: float) -> tuple[I64, I64]:
        """Numbers of the frames that `frames` gives from the whole file, and of the first instant that each answers, (K,) both."""
        return self.timeline.answers(every, keys=self.triage)

    @property
    def gaps(self) -> tuple[float, float]:
        """Seconds from one key frame to the next, and to the end: the median, and the longest."""
        t = self.timeline.ticks[self.timeline.key] * float(self.timeline.tick)
        steps = np.diff(np.append(t, self.start + self.seconds))
        return (float(np.median(steps)), float(steps.max())) if len(t) else (self.seconds, self.seconds)

    def frames(
        self, every: float = 0.2, start: float | None = None, end: float | None = None, *, threads: int = 0
    ) -> Reading:
        """Frames that answer the instants `self.start` + k * `every` within [`start`, `end`], in order.

        Each instant is answered by the frame that is shown then: the last one at or before it (within half a tick of the
        container's clock, at most a millisecond); a frame answers once. The instants are those of the whole file wherever
        reading starts, so `frames(0.2)` and the segments `frames(0.2, a, b)`, `frames(0.2, b, c)` give the same frames, bit
        by bit; neighbours may share a frame, and its `index` tells. The next one stands in for a frame that cannot be decoded.

        every, start, end : seconds; `start` and `end` on the clock of `Frame.t`, both included
        threads : for decoding, 0 for as many as there are cores
        """
        if not every > 0:
            raise InputError(f"every is {every}; give the seconds between samples, such as 0.2")
        self.check()
        wanted = self.samples(every, start, end)
        to_the_end = end is None or end >= self.timeline.t(-1)
        return Reading(self, wanted, to_the_end, threads)

    def every_frame(self, first: int = 0, last: int | None = None) -> Reading:
        """Every frame from number `first` to number `last`, both included, by default to the end."""
        self.check()
        end = len(self.timeline) - 1 if last is None else min(last, len(self.timeline) - 1)
        return Reading(self, np.arange(first, end + 1, dtype=np.int64), end == len(self.timeline) - 1, 0)

    @abstractmethod
    def shots(self, wanted: I64, to_the_end: bool, threads: int) -> Generator[Shot, None, None]:
        """Steps through the wanted frames, and to the last frame if `to_the_end`."""

    @abstractmethod
    def check(self) -> None:
        """`FootageError` if the footage is no longer what was hashed."""

    def facts(self) -> dict[str, Any]:
        """Everything above, ready for JSON."""
        names = (
            "sha256 kind start seconds stated_seconds short width height rotation codec frame_count fps "
            "variable_rate interlaced timing"
        ).split()
        return {"name": self.path.name, **{name: getattr(self, name) for name in names}, **self.details}

    def __repr__(self) -> str:
        shape = f"{self.frame_count} frames, {self.codec} {self.width}x{self.height}, {self.fps:.4g} fps"
        span = f"{clock(self.start)}-{clock(self.start + self.seconds)}"
        return f"Footage({shape}, {span}{', short' if self.short else ''}, {self.path.name!r})"


class Reading(Iterator[Frame]):
    """One pass over footage: iterate it, then ask how much of it was damaged.

    Close it, or leave its `with` block, to stop early; the file is closed then, as it is at the end.
    """

    def __init__(self, footage: Footage, wanted: I64, to_the_end: bool, threads: int) -> None:
        self._footage = footage
        self._expected = len(wanted)
        self._corrupt = 0
        self._shots = footage.shots(wanted, to_the_end, threads)

    @property
    def corrupt_frames(self) -> int:
        """Frames found damaged or lost so far, of those that had to be decoded; segments that meet at an instant add up.

        Those are the sampled ones, all that others rest on, and those whose container says that they are damaged.
        """
        return self._corrupt

    @property
    def expected(self) -> int:
        """How many frames there should be; damage may leave fewer."""
        return self._expected

    def __next__(self) -> Frame:
        footage = self._footage
        for shot in self._shots:
            self._corrupt += shot.damaged
            if shot.image is not None:
                return Frame(shot.image, footage.timeline.t(shot.index), shot.index, footage.sha256, shot.corrupt)
        footage.check()  # at the end, when it matters: what was scanned is what was hashed
        raise StopIteration

    def close(self) -> None:
        """Stop reading and close the file."""
        self._shots.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
