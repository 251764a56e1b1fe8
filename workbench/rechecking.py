"""A redacted copy looked at beside its original: whether a face is bare, and whether a hidden one still tells who it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.covers import Covers
from workbench.errors import WorkbenchError
from workbench.faces import Faces
from workbench.footage import Footage
from workbench.footage.painting import GREY
from workbench.footage.window import Window
from workbench.geometry import centre
from workbench.models.pack import Pack
from workbench.redaction import Checked
from workbench.sights import Sights, look

__all__ = ["Check"]

I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]

APART = 0.02  # seconds by which a copy's times may differ: containers have clocks of their own


class Check:
    """Original and copy side by side, frame by frame: what the recogniser makes of what is hidden."""

    def __init__(self, packs: Sequence[Pack], lines: Sequence[float], plain: Collection[int] = ()) -> None:
        """Get ready; paths in `plain` were painted grey: nothing is left of them that could be compared."""
        self._packs, self._lines, self._plain = packs, lines, plain
        self.told: set[int] = set()
        self._worst: list[float | None] = [None] * len(packs)
        self._blank: list[float | None] = [None] * len(packs)
        self._at, self._compared, self._found = [0.0] * len(packs), [0] * len(packs), [0] * len(packs)
        self._frames = 0
        self.bare: list[tuple[int, Faces, int]] = []

    def run(self, window: Window, copy: Footage, sights: Sights, covers: Covers, at: Callable[[float], None]) -> None:
        """Look at every frame of both."""
        with window.frames() as before, copy.every_frame() as after:
            for one, other in zip(before, after, strict=True):
                if copy.kind == "video" and abs(one.t - window.offset - other.t) > APART:
                    raise WorkbenchError(
                        f"frame {one.index} is at {other.t:.3f} s of the copy instead of {one.t - window.offset:.3f} s; "
                        "it was deleted"
                    )
                image = other.image[: one.image.shape[0], : one.image.shape[1]]
                self._frame(one.image, image, one.index, one.t, sights, covers.at(one.index))
                at(one.t)

    def _frame(self, before: U8, after: U8, index: int, t: float, sights: Sights, covers: Covers) -> None:
        self._frames += 1
        rows = sights.at(index)
        boxes, points, pack = sights.box[rows], sights.points[rows], sights.pack[rows]
        hidden, paths = ~sights.shown[rows], sights.path[rows]
        mosaic = hidden & ~np.isin(paths, list(self._plain))
        found, which = look(self._packs, after)
        stays = _inside(found, covers.box[covers.shown])
        bare = ~stays & ~_inside(found, covers.whole[~covers.shown])
        for number in range(len(self._packs)):
            own, left = mosaic & (pack == number), ~stays & (which == number)
            there = Faces.of(boxes[own], points[own], np.ones(int(own.sum())))
            self._found[number] += int(left.sum())
            self._compare(number, before, after, t, there, found[left & ~self._in_plain(found, covers)], paths[own])
        self.bare += [(index, found[[row]], int(which[row])) for row in np.flatnonzero(bare)]

    def _in_plain(self, found: Faces, covers: Covers) -> NDArray[np.bool_]:
        """Which finds lie on plain grey."""
        return _inside(found, covers.whole[np.isin(covers.path, list(self._plain))])

    def _compare(self, number: int, before: U8, after: U8, t: float, there: Faces, still: Faces, paths: I64) -> None:
        """Hidden faces with themselves, and what the detector still sees with them and with what was in its place."""
        pack = self._packs[number]
        smallest = pack.card.smallest_face
        paths = paths[there.width >= smallest]
        there, still = there[there.width >= smallest], still[still.width >= smallest]
        both = Faces.concat([there, still]) if len(there) or len(still) else there
        if not len(both):
            return
        now = pack.embed(pack.chips(after, both))
        bare = pack.chips(before, both)
        then = pack.embed(bare)
        grey = float((then[: len(there)] @ pack.embed(np.full_like(bare[:1], GREY)).T).max(initial=-1))
        self._blank[number] = max(grey, self._blank[number] or -1.0)
        score = (now * then).sum(axis=1)
        if len(there) and len(still):
            score[len(there) :] = np.maximum(
                score[len(there) :], (now[len(there) :] @ then[: len(there)].T).max(axis=1)
            )
        self.told |= set(paths[score[: len(there)] >= self._lines[number]].tolist())
        self._compared[number] += len(there)
        worst, top = self._worst[number], float(score.max())
        if worst is None or top > worst:
            self._worst[number], self._at[number] = top, t

    def overlooked(self) -> tuple[I64, Faces, I64]:
        """Bare faces with their frames and packs."""
        frame = np.array([index for index, _, _ in self.bare], np.int64)
        which = np.array([number for _, _, number in self.bare], np.int64)
        return frame, Faces.concat(faces for _, faces, _ in self.bare), which

    @property
    def results(self) -> list[Checked]:
        """One a pack."""
        bare = [sum(number == pack for _, _, number in self.bare) for pack in range(len(self._packs))]
        columns = (self._compared, self._worst, self._blank, self._at, self._found, bare, self._lines)
        return [Checked(self._frames, *row) for row in zip(*columns, strict=True)]


def _inside(faces: Faces, box: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Whether the middle of each face lies in one of the boxes, (N,)."""
    if not len(faces) or not len(box):
        return np.zeros(len(faces), bool)
    middle = centre(faces.box)[:, None]
    inside = (middle >= box[None, :, :2]) & (middle <= box[None, :, 2:])
    return np.asarray(np.any(inside[..., 0] & inside[..., 1], axis=1))
