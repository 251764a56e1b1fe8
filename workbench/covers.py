"""Where faces have to be hidden: sights joined into paths, and a box for every frame, also where nobody was found.

A path is a row of sights that may be one face. It is drawn through its gaps, and beyond its first and last sight as far as
the shot goes, at most `MARGIN` seconds; the further a frame is from a sight, the larger its box. Two people taken for one
cost nothing here: both are hidden all the same. Who is *shown* is decided elsewhere, by more than nearness.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from workbench import association as steps
from workbench.geometry import centre, pad, width

__all__ = ["MARGIN", "PATIENCE", "Covers", "Linker", "covers", "tight"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]

MARGIN = 0.6  # seconds for which a place stays hidden before a first and after a last sight
PATIENCE = 1.2  # seconds for which a face that is not found may be the one that was there before
HEAD = 0.35  # share of a face's box that is hidden on every side of it: hair, ears, chin
GROWTH = 0.6  # of its own size, by which a box grows on every side for each second without a sight
LATELY = 4  # sights from which the speed at either end is taken


@dataclass
class _Live:
    path: int
    box: F64
    t: float
    velocity: F64 = field(default_factory=lambda: np.zeros(2))
    seen: int = 1


class Linker:
    """Feed it the boxes of each frame in order; it says to which path each belongs."""

    def __init__(self) -> None:
        self._live: list[_Live] = []
        self._next = 0

    def cut(self) -> None:
        """A new shot: nobody in it continues a path."""
        self._live = []

    def step(self, t: float, box: F64) -> I64:
        """Number of the path of each box (N, 4) seen at `t` seconds, (N,)."""
        self._live = [live for live in self._live if t - live.t <= PATIENCE]
        found = {row: self._live[i] for i, row in self._pairs(t, box)}
        for row in range(len(box)):
            if row in found:
                self._follow(found[row], t, box[row])
            else:
                found[row] = _Live(self._next, box[row], t)
                self._live.append(found[row])
                self._next += 1
        return np.array([found[row].path for row in range(len(box))], np.int64)

    def _pairs(self, t: float, box: F64) -> steps.Pairs:
        if not self._live or not len(box):
            return []
        motion = steps.Motion(
            box=np.stack([live.box for live in self._live]),
            velocity=np.stack([live.velocity for live in self._live]),
            t=np.array([live.t for live in self._live]),
            seen=np.array([live.seen for live in self._live]),
        )
        apart = steps.distance(steps.predict(motion, t), box)
        alike = np.full(apart.shape, np.nan)
        return steps.associate(apart, steps.reach(motion, t), alike, np.ones(len(motion.t), bool), same=1, contradict=0)

    def _follow(self, live: _Live, t: float, box: F64) -> None:
        _, live.velocity = steps.update(live.box, live.velocity, live.t, live.seen, box, t)
        live.box, live.t, live.seen = box, t, live.seen + 1


@dataclass(frozen=True, eq=False)
class Covers:
    """M boxes to be hidden or shown, in order of their frames.

    frame : (M,) int64; path : (M,) int64
    box : (M, 4) float32 px, the face as it was seen, or as it must have been
    whole : (M, 4) float32 px, the head with room for motion and doubt: what is hidden
    shown : (M,) bool, True where this face is to stay
    """

    frame: I64
    path: I64
    box: NDArray[np.float32]
    whole: NDArray[np.float32]
    shown: Bools

    def __len__(self) -> int:
        return len(self.frame)

    def at(self, frame: int) -> Covers:
        """Those of one frame."""
        rows = slice(*np.searchsorted(self.frame, [frame, frame + 1]).tolist())
        return self._rows(rows)

    def within(self, first: int, last: int) -> Covers:
        """Those of the frames from `first` to `last`, both included."""
        return self._rows(slice(*np.searchsorted(self.frame, [first, last + 1]).tolist()))

    def _rows(self, rows: slice) -> Covers:
        return Covers(self.frame[rows], self.path[rows], self.box[rows], self.whole[rows], self.shown[rows])


def covers(frame: I64, path: I64, box: F64, shown: Bools, times: F64, shots: I64, *, margin: float = MARGIN) -> Covers:
    """A box for every frame in which a path's face is, or may be.

    frame, path : (N,), box : (N, 4), shown : (N,) of the sights, in order of their frames
    times : (F,) seconds of every frame, ascending; shots : (S,) first frame of each shot, from 0
    """
    rows = list(_filled(frame, path, box, shown, times, shots, margin))
    if not rows:
        none = np.zeros((0, 4), np.float32)
        return Covers(np.zeros(0, np.int64), np.zeros(0, np.int64), none, none, np.zeros(0, bool))
    frames, paths, boxes, wholes, stays = (np.concatenate(part) for part in zip(*rows, strict=True))
    order = np.lexsort((paths, frames))
    whole, seen = wholes[order].astype(np.float32), boxes[order].astype(np.float32)
    return Covers(frames[order], paths[order], seen, whole, stays[order])


def _filled(
    frame: I64, path: I64, box: F64, shown: Bools, times: F64, shots: I64, margin: float
) -> Iterator[tuple[I64, I64, F64, F64, Bools]]:
    order = np.lexsort((frame, path))
    starts = np.flatnonzero(np.diff(path[order], prepend=-1))
    for rows in np.split(order, starts[1:]) if len(order) else ():
        own = frame[rows]
        frames = _reach(own, times, shots, margin)
        boxes, wholes = _drawn(times[frames], times[own], box[rows])
        yield frames, np.full(len(frames), path[rows[0]]), boxes, wholes, _stays(frames, own, shown[rows])


def _reach(own: I64, times: F64, shots: I64, margin: float) -> I64:
    """All frames from `margin` before the first sight to `margin` after the last one, within the shots of these two."""
    first, last = int(own[0]), int(own[-1])
    begin = int(np.searchsorted(times, times[first] - margin))
    end = int(np.searchsorted(times, times[last] + margin, side="right"))
    shot = int(np.searchsorted(shots, first, side="right")) - 1
    after = int(np.searchsorted(shots, last, side="right"))
    limit = int(shots[after]) if after < len(shots) else len(times)
    return np.arange(max(begin, int(shots[shot])), min(end, limit))


def _drawn(t: F64, seen: F64, box: F64) -> tuple[F64, F64]:
    """The face's box at the times `t` (F,), and the box that hides its head, from K sights at `seen` (K,)."""
    inside = np.stack([np.interp(t, seen, side) for side in box.T], axis=1)
    moved = inside + np.tile(_drift(t, seen, box), 2)
    face = np.concatenate([np.minimum(inside, moved)[:, :2], np.maximum(inside, moved)[:, 2:]], axis=1)
    near = np.abs(t[:, None] - seen[None]).min(axis=1) if len(seen) < 64 else _nearest(t, seen)
    room = HEAD + GROWTH * near
    size = (inside[:, 2:] - inside[:, :2]) * room[:, None]
    return inside, _swept(np.concatenate([face[:, :2] - size, face[:, 2:] + size], axis=1))


def _nearest(t: F64, seen: F64) -> F64:
    """Seconds from each time to the nearest of `seen` (ascending)."""
    after = np.clip(np.searchsorted(seen, t), 0, len(seen) - 1)
    return np.minimum(np.abs(t - seen[after]), np.abs(t - seen[np.maximum(after - 1, 0)]))


def _drift(t: F64, seen: F64, box: F64) -> F64:
    """How far a face may have gone by its speed at either end, (F, 2) px, at most two of its widths; 0 between the ends."""
    drift = np.zeros((len(t), 2))
    if len(seen) < 2:
        return drift
    middle, some = centre(box), min(LATELY, len(seen) - 1)
    for away, ends in ((np.minimum(t - seen[0], 0), (0, some)), (np.maximum(t - seen[-1], 0), (-1 - some, -1))):
        speed = (middle[ends[1]] - middle[ends[0]]) / max(seen[ends[1]] - seen[ends[0]], 1e-6)
        drift += away[:, None] * speed
    most = 2 * float(np.median(width(box)))
    return np.clip(drift, -most, most)


def _swept(box: F64) -> F64:
    """Each box grown to hold those of the frames beside it: a face that moves is smeared over both."""
    before, after = np.concatenate([box[:1], box[:-1]]), np.concatenate([box[1:], box[-1:]])
    low = np.minimum(np.minimum(before, box), after)[:, :2]
    return np.concatenate([low, np.maximum(np.maximum(before, box), after)[:, 2:]], axis=1)


def _stays(frames: I64, own: I64, shown: Bools) -> Bools:
    """Which frames show the face: those of a sight that is shown, and those between two such that follow each other."""
    if not shown.any():
        return np.zeros(len(frames), bool)
    before = np.clip(np.searchsorted(own, frames, side="right") - 1, 0, None)
    after = np.clip(np.searchsorted(own, frames), None, len(own) - 1)
    return shown[before] & shown[after] & (frames >= own[0]) & (frames <= own[-1])


def tight(box: NDArray[np.floating]) -> NDArray[np.floating]:
    """The part of a hidden face that is hidden even where it lies over a face that is shown."""
    return pad(box, 0.1)
