"""Looking for faces: which frames get a closer look, and several frames looked at abreast, in the order of the footage.

A look is all the work on a frame that needs no other frame. What needs the frames before, following, stays outside.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

from workbench.abreast import abreast
from workbench.cutouts import Cutouts
from workbench.faces import Faces, Frame
from workbench.models.pack import Pack

__all__ = ["Damaged", "Look", "looks"]

Damaged = tuple[Frame, int]  # a frame, and how many damaged ones were met up to it


@dataclass(frozen=True)
class Look:
    """What was seen in one frame.

    damaged : frames found damaged up to this one
    close : whether faces down to the pack's smallest usable width were looked for
    detect_s, cut_s : seconds that it took to find the faces, and to cut them out and measure them
    """

    frame: Frame
    damaged: int
    close: bool
    faces: Faces
    cutouts: Cutouts
    detect_s: float
    cut_s: float


def looks(
    pack: Pack, frames: Iterable[Damaged], borders: Iterable[int], cadence: int, workers: int
) -> Generator[Look, None, None]:
    """A look at each frame, in order, `workers` of them at once.

    borders : indices, ascending, of the frames in which a segment ends and the next one begins
    cadence : each how manieth look of a segment is a closer one
    """

    def look(planned: tuple[Frame, int, bool]) -> Look:
        frame, damaged, close = planned
        began = time.perf_counter()
        faces = pack.detect(frame.image, smallest=pack.card.smallest_face if close else None)
        found = time.perf_counter()
        cutouts = Cutouts(pack, frame, faces)
        return Look(frame, damaged, close, faces, cutouts, found - began, time.perf_counter() - found)

    return abreast(look, _planned(frames, borders, cadence), workers)


def _planned(frames: Iterable[Damaged], borders: Iterable[int], cadence: int) -> Iterator[tuple[Frame, int, bool]]:
    """Each frame with whether its look is a closer one.

    On a border it is, so that the segments on both sides find the same faces in the frame that they share; it is then
    the first look of the next segment, from which that one counts on.
    """
    ahead, number = deque(borders), 0
    for frame, damaged in frames:
        border = bool(ahead) and frame.index >= ahead[0]
        yield frame, damaged, border or number % cadence == 0
        while ahead and frame.index >= ahead[0]:
            ahead.popleft()
            number = 0
        number += 1
