"""Every face of every frame, at every size that a pack can see: who has to be hidden, and who may be shown.

Watching for people who must not be seen is not scanning: each frame is looked at, in several sizes down to half of the
smallest usable face, with every pack that was named, and what any of them finds counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.association import shot_cut
from workbench.covers import MARGIN, Covers, Linker, covers
from workbench.cutouts import glance
from workbench.errors import InputError
from workbench.faces import Faces
from workbench.footage import Footage
from workbench.geometry import iou
from workbench.models.pack import Pack
from workbench.thresholds import scale_of

__all__ = ["Kept", "Sights", "Unsure", "finds_from", "look", "watch"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]

SAME = 0.4  # intersection over union from which two finds are one face
ANCHORED = 0.4  # the same, between a face of an alert and what is found in its frame
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

    def with_more(self, frame: I64, found: Faces, pack: I64) -> Sights:
        """These and some that were overlooked, each a path of its own and hidden."""
        first = int(self.path.max(initial=-1)) + 1
        columns = {
            "frame": np.concatenate([self.frame, frame]),
            "path": np.concatenate([self.path, np.arange(first, first + len(found))]),
            "box": np.concatenate([self.box, found.box]),
            "points": np.concatenate([self.points, found.points]),
            "pack": np.concatenate([self.pack, pack]),
            "shown": np.concatenate([self.shown, np.zeros(len(found), bool)]),
        }
        order = np.argsort(columns["frame"], kind="stable")
        return replace(self, **{name: column[order] for name, column in columns.items()})


def look(packs: Sequence[Pack], image: U8) -> tuple[Faces, I64]:
    """All faces that any pack finds at any of its sizes, and which pack found each, (N,)."""
    found, which = Faces.none(), np.zeros(0, np.int64)
    for number, pack in enumerate(packs):
        for smallest in _sizes(pack, *image.shape[:2]):
            seen = replace(pack.detect(image, smallest=smallest), space=None)
            new = iou(seen.box, found.box).max(axis=1, initial=0) < SAME
            found = Faces.concat([found, seen[new]]) if len(seen) else found
            which = np.concatenate([which, np.full(int(new.sum()), number, np.int64)])
    return found, which


def _sizes(pack: Pack, height: int, width: int) -> list[int | None]:
    """The looks of a pack that differ from each other, the most thorough first: its points are the most exact."""
    usable = pack.card.smallest_face
    finds = {pack.finds(height, width, smallest=size): size for size in (None, usable, usable // 2)}
    return [finds[px] for px in sorted(finds)]


def finds_from(packs: Sequence[Pack], height: int, width: int) -> float:
    """Width in px of the smallest face that a look finds in a picture of this size."""
    return min(pack.finds(height, width, smallest=pack.card.smallest_face // 2) for pack in packs)


def watch(
    footage: Footage,
    packs: Sequence[Pack],
    keep: Sequence[Kept] = (),
    *,
    first: int = 0,
    last: int | None = None,
    at: Callable[[float], None] = lambda t: None,
) -> Sights:
    """Every face of footage; what is kept of each is its place and five points, so memory grows by 70 bytes a face.

    keep : who is shown; only where the recogniser of the first pack does not contradict that it is this person
    first, last : frames, by default all; at : hears of each frame's time
    """
    people = [_Person(kept, footage, packs) for kept in keep]
    linker, before, shots = Linker(), None, [first]
    rows: list[tuple[int, I64, Faces, I64, F32]] = []
    with footage.every_frame(first, last) as frames:
        for frame in frames:
            now = glance(frame.image)
            if not frame.corrupt and before is not None and shot_cut(before, now):
                linker.cut()
                shots.append(frame.index)
            before = before if frame.corrupt else now
            found, which = look(packs, frame.image)
            paths = linker.step(frame.t, found.box.astype(np.float64))
            likes = np.stack(
                [p.like(frame.image, frame.t, found, which) for p in people] or [np.zeros(len(found), np.float32)]
            )
            rows.append((frame.index, paths, found, which, likes.astype(np.float32)))
            at(frame.t)
    return _sights(rows, people, shots, footage)


def _sights(
    rows: list[tuple[int, I64, Faces, I64, F32]], people: Sequence[_Person], shots: list[int], footage: Footage
) -> Sights:
    rows = [row for row in rows if len(row[2])]
    none = np.zeros((0, 1), np.int64)
    frame = np.concatenate([none[:, 0], *(np.full(len(found), index) for index, _, found, _, _ in rows)])
    path = np.concatenate([none[:, 0], *(paths for _, paths, _, _, _ in rows)])
    box = np.concatenate([np.zeros((0, 4), np.float32), *(found.box for _, _, found, _, _ in rows)])
    points = np.concatenate([np.zeros((0, 5, 2), np.float32), *(found.points for _, _, found, _, _ in rows)])
    pack = np.concatenate([none[:, 0], *(which for _, _, _, which, _ in rows)])
    shown = np.zeros(len(frame), bool)
    for number, person in enumerate(people):
        like = np.concatenate([np.zeros(0, np.float32), *(likes[number] for _, _, _, _, likes in rows)])
        shown |= person.rows(frame, path, box, like, footage)
    return Sights(frame, path, box, points, pack, shown, np.array(shots, np.int64))


class _Person:
    """Somebody to be shown: where the alert saw them, and what they look like to the recogniser."""

    def __init__(self, kept: Kept, footage: Footage, packs: Sequence[Pack]) -> None:
        self._kept, self._pack = kept, packs[0]
        self._contradict = scale_of(packs[0]).contradict
        self._seen = self._anchors(footage, packs)

    def _anchors(self, footage: Footage, packs: Sequence[Pack]) -> F32:
        """Templates of the alert's faces, cut out of the footage again; an error if none of them is there."""
        parts, wanted = [], dict(self._kept.places)
        for index, box in sorted(wanted.items()):
            with footage.every_frame(index, index) as frames:
                for frame in frames:
                    found, which = look(packs, frame.image)
                    near = iou(found.box, np.array([box], np.float32))[:, 0] >= ANCHORED
                    parts.append(self._embed(frame.image, found[near & (which == 0)]))
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
        for index, place in self._kept.places:
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
