"""Looking for faces: which frames get a closer look, and several frames looked at abreast, in the order of the footage.

A look is all the work on a frame that needs no other frame. What needs the frames before, following, stays outside. Where
nothing moved since the last look, the faces are where they were: that frame is not looked at.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import NamedTuple

from workbench.abreast import abreast
from workbench.cutouts import Cutouts, Unmoved
from workbench.faces import Faces, Frame
from workbench.models.pack import Pack
from workbench.stillness import blocks, still

__all__ = ["Damaged", "Look", "looks"]

Damaged = tuple[Frame, int]  # a frame, and how many damaged ones were met up to it


@dataclass(frozen=True)
class Look:
    """What was seen in one frame.

    damaged : frames found damaged up to this one
    close : whether faces down to the pack's smallest usable width were looked for
    detect_s, cut_s : seconds that it took to find the faces, and to cut them out and measure them
    still : nothing had moved: faces and cutouts are those of the look before
    """

    frame: Frame
    damaged: int
    close: bool
    faces: Faces
    cutouts: Cutouts
    detect_s: float
    cut_s: float
    still: bool = False


class _Plan(NamedTuple):
    """A frame and how it is to be looked at."""

    frame: Frame
    damaged: int
    close: bool
    still: bool


def looks(
    pack: Pack, frames: Iterable[Damaged], borders: Iterable[int], cadence: int, workers: int
) -> Generator[Look, None, None]:
    """A look at each frame, in order, `workers` of them at once.

    borders : indices, ascending, of the frames in which a segment ends and the next one begins
    cadence : each how manieth look of a segment is a closer one; closer looks are never left out
    """

    def look(plan: _Plan) -> Look | _Plan:
        if plan.still:
            return plan
        began = time.perf_counter()
        faces = pack.detect(plan.frame.image, smallest=pack.card.smallest_face if plan.close else None)
        found = time.perf_counter()
        cutouts = Cutouts(pack, plan.frame, faces)
        return Look(plan.frame, plan.damaged, plan.close, faces, cutouts, found - began, time.perf_counter() - found)

    with closing(abreast(look, _gated(_planned(frames, borders, cadence)), workers)) as coming:
        last = None
        for seen in coming:
            if isinstance(seen, Look):
                last = seen
                yield seen
            elif last is not None:  # always: the first look of all is a closer one
                yield Look(seen.frame, seen.damaged, False, last.faces, Unmoved(last.cutouts), 0.0, 0.0, True)


def _planned(frames: Iterable[Damaged], borders: Iterable[int], cadence: int) -> Iterator[_Plan]:
    """Each frame with whether its look is a closer one.

    On a border it is, so that the segments on both sides find the same faces in the frame that they share; it is then
    the first look of the next segment, from which that one counts on.
    """
    ahead, number = deque(borders), 0
    for frame, damaged in frames:
        border = bool(ahead) and frame.index >= ahead[0]
        yield _Plan(frame, damaged, border or number % cadence == 0, False)
        while ahead and frame.index >= ahead[0]:
            ahead.popleft()
            number = 0
        number += 1


def _gated(plans: Iterable[_Plan]) -> Iterator[_Plan]:
    """Marks the frames in which nothing has moved since the last one that is looked at; damage is always looked at."""
    held = None
    for plan in plans:
        now = None if plan.frame.corrupt else blocks(plan.frame.image)
        if now is not None and not plan.close and still(held, now):
            yield plan._replace(still=True)
        else:
            held = now
            yield plan
