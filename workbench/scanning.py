"""Footage in segments: decode ahead, detect abreast, track, compare; a segment depends on nothing but its own frames.

Neighbouring segments share the frame on their border. A segment can therefore be scanned alone, again, or elsewhere,
with the same result, and tracks that cross a border are joined by the face that both sides saw (`ledger.join`).
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import TypeVar

import numpy as np

from workbench.comparing import Comparer
from workbench.footage import Footage, Reading, read_ahead
from workbench.looking import Damaged, Look, looks
from workbench.models.cores import physical_cores
from workbench.models.pack import Pack
from workbench.runs import Passage, Segment
from workbench.tracking import Tracker, Trail
from workbench.tracks import Scale

__all__ = ["SEGMENT", "Scanner", "Window", "windows"]

SEGMENT = 60.0  # seconds of footage: what a killed process loses at most
HELD = 64  # kept faces after which ended trails are compared, so that memory does not grow with the crowd
AHEAD = 4  # decoded frames that wait; 1080p RGB is 6 MB each

T = TypeVar("T")
Seconds = Callable[[float], None]


@dataclass(frozen=True)
class Window:
    """A segment to be scanned: instants [start, end] s, and the index of the frame that answers the last one."""

    ordinal: int
    start: float
    end: float
    last: int


def windows(footage: Footage, every: float, length: float = SEGMENT) -> list[Window]:
    """The segments of footage: each a whole number of instants long, the last one to the end.

    One begins only where a frame comes that the one before has not seen: a picture that stands for a day, or a clock
    that jumps by a year, makes one segment longer and not a thousand more.
    """
    frames, since = footage.answers(every)
    if not len(frames):
        return []
    instants = max(1, round(length / every))
    begun = np.unique(np.maximum(0, (since - 1) // instants)) * instants  # an instant on a border belongs to both sides
    edges = [footage.start + int(instant) * every for instant in begun] + [footage.start + footage.seconds]
    last = [*frames[np.searchsorted(since, begun[1:], side="right") - 1].tolist(), int(frames[-1])]
    return [Window(i, start, end, last[i]) for i, (start, end) in enumerate(pairwise(edges))]


def _stretches(todo: Iterable[Window]) -> Iterator[list[Window]]:
    """Windows that follow each other, together: they are read in one go."""
    stretch: list[Window] = []
    for window in todo:
        if stretch and window.ordinal != stretch[-1].ordinal + 1:
            yield stretch
            stretch = []
        stretch.append(window)
    if stretch:
        yield stretch


class _Profile:
    """Seconds and counts of the segment at hand."""

    def __init__(self) -> None:
        self.values: dict[str, float] = defaultdict(float)
        self._inner = 0.0

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Adds what passes in the block, but for what a block within it counts as its own."""
        began, outer, self._inner = time.perf_counter(), self._inner, 0.0
        try:
            yield
        finally:
            took = time.perf_counter() - began
            self.values[f"{stage}_s"] += took - self._inner
            self._inner = outer + took

    def waiting(self, stage: str, items: Iterator[T]) -> Iterator[T]:
        """The same items; the time that passes until each comes is counted."""
        while True:
            with self.time(stage):
                item = next(items, None)
            if item is None:
                return
            yield item

    def take(self) -> dict[str, float]:
        """All values; the next ones count from zero."""
        values, self.values = self.values, defaultdict(float)
        return dict(values)


@dataclass
class Scanner:
    """Everything that turns frames into passages.

    every : seconds between samples; best : faces kept a track
    closer : seconds between closer looks, in which faces down to the smallest usable width are looked for; the looks
        between follow those faces only where they are large enough for the pack's usual look
    workers : frames in which faces are looked for at once; the pack's own threads should then be one
    fast : look at key frames only
    """

    pack: Pack
    scale: Scale
    comparer: Comparer
    every: float
    best: int = 5
    closer: float = 1.0
    workers: int = field(default_factory=physical_cores)
    fast: bool = False

    def segments(
        self, footage: Footage, done: Collection[int], watch: Seconds = lambda t: None, length: float = SEGMENT
    ) -> Iterator[Segment]:
        """Scan what is not `done`, segment by segment; `watch` hears how many seconds of the footage are behind."""
        footage = footage.triaged() if self.fast else footage
        todo = [window for window in windows(footage, self.every, length) if window.ordinal not in done]
        return self.scan(footage, todo, watch)

    def scan(self, footage: Footage, todo: Iterable[Window], watch: Seconds = lambda t: None) -> Iterator[Segment]:
        """Scan these windows of `windows`, in their order; the result of one does not depend on which others are scanned."""
        footage = footage.triaged() if self.fast else footage
        for stretch in _stretches(todo):
            yield from self._stretch(footage, stretch, watch)

    def _stretch(self, footage: Footage, stretch: list[Window], watch: Seconds) -> Iterator[Segment]:
        reading = footage.frames(self.every, stretch[0].start, stretch[-1].end)
        profile, pace = _Profile(), self._pace(footage)
        border: list[Look] = []
        damaged = 0
        with (
            closing(read_ahead(_counted(reading), AHEAD)) as frames,
            closing(self._looks(profile.waiting("wait_for_frames", frames), stretch, pace)) as looks,
        ):
            coming = profile.waiting("wait_for_faces", looks)
            for window in stretch:
                passages, border = self._window(
                    window, chain(border, coming), profile, pace, lambda t: watch(t - footage.start)
                )
                total = border[-1].damaged if border else damaged
                if window is stretch[-1]:
                    deque(coming, maxlen=0)  # what follows the last sample may be damaged, too, and is hashed
                    total = reading.corrupt_frames
                profile.values["corrupt_frames"] = total - damaged
                damaged = total
                yield Segment(window.ordinal, window.start, window.end, tuple(passages), profile.take())

    def _pace(self, footage: Footage) -> float:
        """Seconds from one look to the next, as a rule."""
        return max(self.every, footage.gaps[0]) if footage.triage else self.every

    def _looks(self, frames: Iterable[Damaged], stretch: list[Window], pace: float) -> Generator[Look, None, None]:
        cadence = max(1, round(self.closer / pace))
        return looks(self.pack, frames, [window.last for window in stretch], cadence, self.workers)

    def _window(
        self, window: Window, looks: Iterator[Look], profile: _Profile, pace: float, watch: Seconds
    ) -> tuple[list[Passage], list[Look]]:
        """Passages of one window, and the look at its border, which belongs to the next one too."""
        tracker = Tracker(self.pack, self.scale, every=pace, best=self.best)
        passages: list[Passage] = []
        ended: list[Trail] = []
        border: list[Look] = []
        embedded = self.comparer.embedded
        for look in looks:
            ended += self._follow(tracker, look, profile)
            watch(look.frame.t)
            if sum(len(trail.kept) for trail in ended) >= HELD:
                passages += self._compare(ended, profile)
                ended = []
            if look.frame.index >= window.last:
                border = [look]
                break
        passages += self._compare([*ended, *tracker.finish()], profile)
        profile.values["embeddings"] += self.comparer.embedded - embedded + tracker.embedded
        profile.values["tracks"] += len(passages)
        return sorted(passages, key=lambda p: (p.start, p.first_box)), border

    def _follow(self, tracker: Tracker, look: Look, profile: _Profile) -> list[Trail]:
        with profile.time("track"):
            ended = tracker.step(look.frame, look.faces, close=look.close, cutouts=look.cutouts)
        profile.values["frames"] += 1
        profile.values["faces"] += len(look.faces)
        profile.values["still"] += look.still
        profile.values["detect_s"] += look.detect_s
        profile.values["cut_s"] += look.cut_s
        return ended

    def _compare(self, trails: list[Trail], profile: _Profile) -> list[Passage]:
        with profile.time("compare"):
            return self.comparer.passages(trails)


def _counted(reading: Reading) -> Iterator[Damaged]:
    """Each frame with the number of damaged frames so far, counted where it is decoded."""
    with reading:
        for frame in reading:
            yield frame, reading.corrupt_frames
