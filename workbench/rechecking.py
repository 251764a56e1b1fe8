"""A redacted copy looked at beside its original: whether a face is bare, and whether a hidden one still tells who it is.

Every frame is looked at once, in a mirror: a detector that missed a face on one side may find it on the other. Whether what was
to be hidden was painted over at all is told from the pixels. When a copy is
drawn again, only the frames that were drawn otherwise are looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.abreast import abreast
from workbench.covers import Covers
from workbench.errors import WorkbenchError
from workbench.faces import Faces, Frame
from workbench.footage import Footage
from workbench.footage.canvas import Canvas, fitted
from workbench.footage.leftover import left_over
from workbench.footage.painting import GREY
from workbench.footage.window import Window
from workbench.lookout import AHEAD
from workbench.models.cores import physical_cores
from workbench.models.pack import Pack
from workbench.redaction import Checked
from workbench.sights import Sights
from workbench.spotting import Look, Turns, inside, looks_of, spot

__all__ = ["Check"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
Bools = NDArray[np.bool_]

DEAREST = 0.2  # `Look.every` of looks that are taken a second time: ten times the pace of the usual one
APART = 0.02  # seconds by which a copy's times may differ: containers have clocks of their own


@dataclass(frozen=True)
class _Scores:
    """What one pack makes of one frame: hidden faces compared, the greatest cosine of these, that of plain grey, faces left."""

    compared: int = 0
    worst: float | None = None
    blank: float | None = None
    found: int = 0


@dataclass(frozen=True)
class _Result:
    """What the check of one frame found.

    drawn : what was hidden where; scores : one a pack; told : paths that the recogniser can still tell
    bare : faces where nothing is hidden; pack : (N,) which pack found each
    """

    drawn: bytes
    t: float
    scores: tuple[_Scores, ...]
    told: frozenset[int]
    bare: Faces
    pack: I64


class _Task(NamedTuple):
    before: Frame
    after: U8
    drawn: bytes
    looks: tuple[Look, ...]


class Check:
    """Original and copy side by side, frame by frame: what the recogniser makes of what is hidden."""

    def __init__(self, packs: Sequence[Pack], lines: Sequence[float], canvas: Canvas | None = None) -> None:
        """Get ready; `run` may be called again with another drawing of the same copy.

        canvas : the size that all pictures were fitted into
        """
        self._packs, self._lines, self._canvas = packs, lines, canvas
        self._results: dict[int, _Result] = {}

    def run(
        self,
        window: Window,
        copy: Footage,
        sights: Sights,
        covers: Covers,
        at: Callable[[float], None],
        plain: Collection[int] = (),
    ) -> None:
        """Look at every frame that is new or was drawn otherwise; of paths in `plain`, painted grey, nothing is left to compare."""
        self._sights, self._covers, self._plain = sights, covers, frozenset(plain)
        with window.frames() as before, copy.every_frame() as after:
            tasks = self._tasks(window, copy, before, after, at)
            with closing(abreast(self._frame, tasks, physical_cores(), ahead=AHEAD)) as coming:
                for index, result in coming:
                    self._results[index] = result

    def _tasks(
        self,
        window: Window,
        copy: Footage,
        before: Iterator[Frame],
        after: Iterator[Frame],
        at: Callable[[float], None],
    ) -> Iterator[_Task]:
        turns: Turns | None = None
        for one, other in zip(fitted(before, self._canvas), after, strict=True):
            if copy.kind == "video" and abs(one.t - window.offset - other.t) > APART:
                raise WorkbenchError(
                    f"frame {one.index} is at {other.t:.3f} s of the copy instead of {one.t - window.offset:.3f} s; "
                    "it was deleted"
                )
            turns = turns or Turns(_in_a_mirror(looks_of(self._packs, *one.image.shape[:2])))
            known, drawn = self._results.get(one.index), self._drawn(one.index)
            if known is None or known.drawn != drawn:
                yield _Task(one, _same(one, other.image), drawn, turns.one(one.t) or turns.looks[:1])
            at(one.t)

    def _drawn(self, index: int) -> bytes:
        """What is painted over a frame, so that two drawings of it can be told apart."""
        covers = self._covers.at(index)
        grey = np.isin(covers.path, list(self._plain))
        return b"".join(
            np.ascontiguousarray(each).tobytes() for each in (covers.path, covers.whole, covers.shown, grey)
        )

    def _frame(self, task: _Task) -> tuple[int, _Result]:
        image, covers = task.after, self._covers.at(task.before.index)
        _refuse_bare(task.before, image, covers)
        left = spot(self._packs, image, task.looks, doubtful=False)
        left = left[~inside(left.faces, covers.box[covers.shown])]
        bare = ~inside(left.faces, covers.whole[~covers.shown])
        on_grey = inside(left.faces, covers.whole[np.isin(covers.path, list(self._plain))])
        told: set[int] = set()
        scores = []
        for number in range(len(self._packs)):
            there, paths = self._hidden(task.before.index, number)
            still = left.faces[(left.pack == number) & ~on_grey]
            found, own = self._compare(number, task.before.image, image, there, still)
            told |= set(paths[own >= self._lines[number]].tolist())
            scores.append(_Scores(*found, int((left.pack == number).sum())))
        return task.before.index, _Result(
            task.drawn, task.before.t, tuple(scores), frozenset(told), left.faces[bare], left.pack[bare]
        )

    def _hidden(self, index: int, number: int) -> tuple[Faces, I64]:
        """Faces that a pack found in a frame, hidden by a mosaic and large enough to be compared, and their paths."""
        sights, rows = self._sights, self._sights.at(index)
        own = ~sights.shown[rows] & (sights.pack[rows] == number) & ~np.isin(sights.path[rows], list(self._plain))
        faces = Faces.of(sights.box[rows][own], sights.points[rows][own], np.ones(int(own.sum())))
        large = faces.width >= self._packs[number].card.smallest_face
        return faces[large], sights.path[rows][own][large]

    def _compare(
        self, number: int, before: U8, after: U8, there: Faces, still: Faces
    ) -> tuple[tuple[int, float | None, float | None], NDArray[np.float32]]:
        """Hidden faces with themselves, and what the detector still sees with them and with what was in its place."""
        pack = self._packs[number]
        still = still[still.width >= pack.card.smallest_face]
        both = Faces.concat([there, still])
        if not len(both):
            return (0, None, None), np.zeros(0, np.float32)
        now = pack.embed(pack.chips(after, both))
        chips = pack.chips(before, both)
        then = pack.embed(chips)
        grey = float((then[: len(there)] @ pack.embed(np.full_like(chips[:1], GREY)).T).max(initial=-1))
        score = (now * then).sum(axis=1)
        if len(there) and len(still):
            score[len(there) :] = np.maximum(
                score[len(there) :], (now[len(there) :] @ then[: len(there)].T).max(axis=1)
            )
        return (len(there), float(score.max()), grey), score[: len(there)]

    @property
    def _every(self) -> list[tuple[int, _Result]]:
        return sorted(self._results.items())

    @property
    def bare(self) -> int:
        """Faces where nothing is hidden."""
        return sum(len(each.bare) for each in self._results.values())

    @property
    def told(self) -> set[int]:
        """Paths whose mosaic the recogniser can still tell."""
        return {path for each in self._results.values() for path in each.told}

    def overlooked(self) -> tuple[I64, Faces, I64]:
        """Bare faces with their frames, ascending, and packs."""
        some = [(index, each) for index, each in self._every if len(each.bare)]
        frame = np.concatenate([np.full(len(each.bare), index, np.int64) for index, each in some])
        return frame, Faces.concat(each.bare for _, each in some), np.concatenate([each.pack for _, each in some])

    @property
    def results(self) -> list[Checked]:
        """One a pack."""
        return [self._checked(number) for number in range(len(self._packs))]

    def _checked(self, number: int) -> Checked:
        every = [(each.t, each.scores[number]) for _, each in self._every]
        worst = max(((each.worst, -t) for t, each in every if each.worst is not None), default=None)
        blank = max((each.blank for _, each in every if each.blank is not None), default=None)
        bare = sum(int((each.pack == number).sum()) for each in self._results.values())
        return Checked(
            frames=len(every),
            compared=sum(each.compared for _, each in every),
            worst=None if worst is None else worst[0],
            blank=blank,
            at=0.0 if worst is None else -worst[1],
            found=sum(each.found for _, each in every),
            uncovered=bare,
            line=self._lines[number],
        )


def _refuse_bare(before: Frame, after: U8, covers: Covers) -> None:
    """An error where a place that was to be hidden was not painted over: no drawing anew mends that."""
    if left_over(before.image, after, covers.box[~covers.shown]).any():
        raise WorkbenchError(
            f"frame {before.index} at {before.t:.2f} s shows a face in the copy that was to be hidden; the copy was deleted: "
            "report this as a fault of the workbench"
        )


def _same(one: Frame, image: U8) -> U8:
    """The picture of a copy without the line or column that was repeated to make its size even; of no other size."""
    high, wide = one.image.shape[:2]
    if not (0 <= image.shape[0] - high <= 1 and 0 <= image.shape[1] - wide <= 1):
        raise WorkbenchError(
            f"frame {one.index} is {image.shape[1]}x{image.shape[0]} px in the copy instead of {wide}x{high}: it cannot be "
            "checked, and was deleted; copy the parts before and after it, with --to and --from"
        )
    return image[:high, :wide]


def _in_a_mirror(looks: Sequence[Look]) -> list[Look]:
    """Each of them once, mirrored: what the first look at the footage may have missed, this one may see; but the dearest."""
    return [replace(each, mirrored=True) for each in looks if not each.mirrored and each.every <= DEAREST]
