"""Every face of every frame, at every size that a pack can see: who has to be hidden, and who may be shown.

Each pack that was named looks, and what any of them finds counts: at once where it is sure, and where it is not, if the
same place looks like a face in several frames.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.covers import MARGIN, Covers, Linker, covers
from workbench.errors import InputError
from workbench.faces import Faces
from workbench.footage import Footage
from workbench.footage.canvas import Canvas, fitted, fitted_box
from workbench.geometry import clip, iou, pad
from workbench.lookout import lookout
from workbench.models.pack import Pack
from workbench.spotting import Spots, looks_of, seen_in, together
from workbench.thresholds import scale_of

__all__ = ["Kept", "Sights", "Unsure", "watch"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]

VOTES = 3  # doubtful sights of one path, none of them sure, from which they count
ANCHORED = 0.4  # intersection over union from which two finds are one face, between a face of an alert and what is found in its frame
SLACK = 0.05  # seconds by which a shown person's time may be read too short


class Unsure(InputError):
    """Somebody was to be shown who is not found where they were seen."""


@dataclass(frozen=True)
class Kept:
    """A person who is to be seen: the track of an alert.

    start, end : seconds of the track; places : frame and box (4,) of its kept faces
    """

    alert: int
    start: float
    end: float
    places: tuple[tuple[int, tuple[float, ...]], ...]


@dataclass(frozen=True, eq=False)
class Sights:
    """N faces in order of their frames.

    frame, path : (N,) int64; box (N, 4), points (N, 5, 2) float32 px
    pack : (N,) int64, which pack found it, and so knows its points
    shown : (N,) bool, one of those to be seen
    shots : (S,) int64, first frame of each shot
    """

    frame: I64
    path: I64
    box: F32
    points: F32
    pack: I64
    shown: NDArray[np.bool_]
    shots: I64

    def __len__(self) -> int:
        return len(self.frame)

    def covers(self, times: F64, margin: float = MARGIN) -> Covers:
        """What has to be hidden in every frame; `times` are the seconds of all frames."""
        return covers(self.frame, self.path, self.box.astype(np.float64), self.shown, times, self.shots, margin=margin)

    def at(self, frame: int) -> slice:
        """Rows of one frame."""
        return slice(*np.searchsorted(self.frame, [frame, frame + 1]).tolist())

    def within(self, first: int, last: int) -> Sights:
        """Those of the frames from `first` to `last`, both included."""
        rows = slice(*np.searchsorted(self.frame, [first, last + 1]).tolist())
        names = ("frame", "path", "box", "points", "pack", "shown")
        return replace(self, **{name: getattr(self, name)[rows] for name in names})

    def with_more(self, frame: I64, found: Faces, pack: I64, times: F64) -> Sights:
        """These and some that were overlooked, on paths of their own and hidden.

        frame : (M,) ascending; times : seconds of all frames
        """
        first, linker = int(self.path.max(initial=-1)) + 1, Linker()
        rows = [found.box[frame == index].astype(np.float64) for index in np.unique(frame)]
        paths = [linker.step(times[index], box) for index, box in zip(np.unique(frame), rows, strict=True)]
        columns = {
            "frame": np.concatenate([self.frame, frame]),
            "path": np.concatenate([self.path, *(first + own for own in paths)]),
            "box": np.concatenate([self.box, found.box]),
            "points": np.concatenate([self.points, found.points]),
            "pack": np.concatenate([self.pack, pack]),
            "shown": np.concatenate([self.shown, np.zeros(len(found), bool)]),
        }
        order = np.argsort(columns["frame"], kind="stable")
        return replace(self, **{name: column[order] for name, column in columns.items()})


def watch(
    footage: Footage,
    packs: Sequence[Pack],
    keep: Sequence[Kept] = (),
    *,
    first: int = 0,
    last: int | None = None,
    at: Callable[[float], None] = lambda t: None,
    canvas: Canvas | None = None,
) -> Sights:
    """Every face of footage; what is kept of each is its place and five points, so memory grows by 70 bytes a face.

    keep : who is shown; only where the recogniser of the first pack does not contradict that it is this person
    first, last : frames, by default all; at : hears of each frame's time
    canvas : the size that all pictures are fitted into; boxes and points are places on it
    """
    people = [_Person(kept, footage, packs, canvas) for kept in keep]
    always = {index for kept in keep for index, _ in kept.places}
    linker, shots, rows = Linker(), [first], list[_Row]()
    with (
        footage.every_frame(first, last) as frames,
        closing(lookout(packs, fitted(frames, canvas), always)) as seen,
    ):
        for frame, cut, spots in seen:
            if cut:
                linker.cut()
                shots.append(frame.index)
            if spots is not None and len(spots):
                paths = linker.step(frame.t, spots.faces.box.astype(np.float64))
                likes = [person.like(frame.image, frame.t, spots.faces, spots.pack) for person in people]
                rows.append(_Row(frame.index, paths, spots, likes))
            at(frame.t)
    return _sights(rows, people, shots, footage)


def _around(packs: Sequence[Pack], image: U8, box: Sequence[float]) -> Spots:
    """What every look finds in a picture around a box (4,); only the one in a mirror, which costs little, goes everywhere."""
    x1, y1, x2, y2 = clip(pad(np.array([box], np.float64), 2.0), *image.shape[:2])[0].round().astype(int).tolist()
    looks, part = looks_of(packs, *image.shape[:2]), (x1, y1, x2, y2)
    return together(
        seen_in(packs, each.picture(image), each, part=None if each.mirrored else part, doubtful=False)
        for each in looks
    )


class _Row(NamedTuple):
    """What one frame shows: index, paths (N,), finds, and how like each kept person each find is."""

    frame: int
    paths: I64
    spots: Spots
    likes: list[F32]


def _sights(rows: list[_Row], people: Sequence[_Person], shots: list[int], footage: Footage) -> Sights:
    if not rows:
        none = np.zeros(0, np.int64)
        faces = Faces.none()
        return Sights(none, none, faces.box, faces.points, none, np.zeros(0, bool), np.array(shots, np.int64))
    frame = np.concatenate([np.full(len(row.spots), row.frame) for row in rows])
    path = np.concatenate([row.paths for row in rows])
    counts = _counting(path, np.concatenate([row.spots.sure for row in rows]))
    found = Faces.concat([row.spots.faces for row in rows])[counts]
    pack = np.concatenate([row.spots.pack for row in rows])[counts]
    frame, path, shown = frame[counts], path[counts], np.zeros(int(counts.sum()), bool)
    for number, person in enumerate(people):
        like = np.concatenate([row.likes[number] for row in rows])[counts]
        shown |= person.rows(frame, path, found.box, like, footage)
    return Sights(frame, path, found.box, found.points, pack, shown, np.array(shots, np.int64))


def _counting(path: I64, sure: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which sights count, (N,): those on a path that is sure once, or that was thought to be a face several times."""
    return np.asarray((np.bincount(path, weights=sure) > 0)[path] | (np.bincount(path) >= VOTES)[path])


class _Person:
    """Somebody to be shown: where the alert saw them, and what they look like to the recogniser."""

    def __init__(self, kept: Kept, footage: Footage, packs: Sequence[Pack], canvas: Canvas | None) -> None:
        self._kept, self._pack, self._canvas = kept, packs[0], canvas
        self._places = dict(kept.places)
        self._contradict = scale_of(packs[0]).contradict
        self._seen = self._anchors(footage, packs)

    def _anchors(self, footage: Footage, packs: Sequence[Pack]) -> F32:
        """Templates of the alert's faces, cut out of the footage again; an error if none of them is there."""
        parts = []
        for index, box in sorted(self._places.items()):
            with footage.every_frame(index, index) as frames:
                for frame in frames:
                    found = _around(packs, frame.image, box)
                    near = iou(found.faces.box, np.array([box], np.float32))[:, 0] >= ANCHORED
                    parts.append(self._embed(frame.image, found.faces[near & (found.pack == 0)]))
                    self._places[index] = fitted_box(box, frame.image.shape[:2], self._canvas)
        if not sum(map(len, parts)):
            raise Unsure(
                f"alert {self._kept.alert} is not found where its track was; nobody is shown on a guess: leave it out of --keep"
            )
        return np.concatenate(parts)

    def _embed(self, image: U8, faces: Faces) -> F32:
        return self._pack.embed(self._pack.chips(image, faces))

    def like(self, image: U8, t: float, found: Faces, which: I64) -> F32:
        """Best cosine of each face with the person's own, NaN where it cannot be compared or the time is not theirs."""
        like = np.full(len(found), np.nan, np.float32)
        fit = np.flatnonzero((which == 0) & (found.width >= self._pack.card.smallest_face))
        if self._kept.start - SLACK <= t <= self._kept.end + SLACK and len(fit):
            like[fit] = (self._embed(image, found[fit]) @ self._seen.T).max(axis=1)
        return like

    def rows(self, frame: I64, path: I64, box: F32, like: F32, footage: Footage) -> NDArray[np.bool_]:
        """Which sights are this person: on a path through one of the alert's faces, in its time, and not contradicted."""
        anchored = np.zeros(len(frame), bool)
        for index, place in self._places.items():
            anchored |= (frame == index) & (iou(box, np.array([place], np.float32))[:, 0] >= ANCHORED)
        times = footage.timeline.times[frame]
        inside = (times >= self._kept.start - SLACK) & (times <= self._kept.end + SLACK)
        return np.isin(path, path[anchored]) & inside & self._agreed(path, like)

    def _agreed(self, path: I64, like: F32) -> NDArray[np.bool_]:
        """Whether the last comparison before each sight, and the next one after it, on its path speak for the person."""
        agreed = np.zeros(len(path), bool)
        for own in np.unique(path):
            rows = np.flatnonzero(path == own)
            known = np.flatnonzero(~np.isnan(like[rows]))
            if not len(known):
                continue
            yes = like[rows][known] >= self._contradict
            before = np.clip(np.searchsorted(known, np.arange(len(rows)), side="right") - 1, 0, None)
            after = np.clip(np.searchsorted(known, np.arange(len(rows))), None, len(known) - 1)
            agreed[rows] = yes[before] & yes[after]
        return agreed
