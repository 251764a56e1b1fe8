"""Frames of footage with the faces that each of them shows, several looked at abreast, none looked at in vain.

A look that costs much is taken more seldom than one that costs little, and where nothing moved, for a quarter of a second none is:
whoever was there is there still, and is hidden in between as in any gap. At a cut everything is looked at anew.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import NamedTuple

from workbench.abreast import abreast
from workbench.association import shot_cut
from workbench.cutouts import glance
from workbench.faces import Frame
from workbench.models.cores import physical_cores
from workbench.models.pack import Pack
from workbench.spotting import Look, Spots, Turns, looks_of, spot
from workbench.stillness import blocks, still

__all__ = ["Sighted", "lookout"]

CALM = 0.25  # seconds at most without a look while nothing moves


class Sighted(NamedTuple):
    """A frame, whether a new shot begins with it, and what was found; None where it was not looked at."""

    frame: Frame
    cut: bool
    spots: Spots | None


class _Plan(NamedTuple):
    frame: Frame
    cut: bool
    looks: tuple[Look, ...]


def lookout(
    packs: Sequence[Pack], frames: Iterable[Frame], always: Collection[int] = ()
) -> Generator[Sighted, None, None]:
    """Each frame in order with its faces, looked at by as many threads as there are cores.

    always : indices of frames that get every look whatever their turn
    """

    def work(plan: _Plan) -> Sighted:
        if not plan.looks:
            return Sighted(plan.frame, plan.cut, None)
        return Sighted(plan.frame, plan.cut, spot(packs, plan.frame.image, plan.looks))

    with closing(abreast(work, _planned(packs, frames, always), physical_cores())) as coming:
        yield from coming


def _planned(packs: Sequence[Pack], frames: Iterable[Frame], always: Collection[int]) -> Iterator[_Plan]:
    """Each frame with the looks that are due at it."""
    turns: Turns | None = None
    before = held = None
    seen = -CALM
    for frame in frames:
        turns = turns or Turns(looks_of(packs, *frame.image.shape[:2]))
        now = None if frame.corrupt else glance(frame.image)
        cut = now is not None and before is not None and shot_cut(before, now)
        before = before if now is None else now
        if cut:
            turns.anew()
        small = None if frame.corrupt else blocks(frame.image)
        calm = not cut and small is not None and frame.t - seen < CALM and still(held, small)
        if frame.index in always:
            yield _Plan(frame, cut, turns.looks)
        elif calm:
            yield _Plan(frame, cut, ())
        else:
            due = turns.due(frame.t)
            yield _Plan(frame, cut, due)
            held, seen = (small, frame.t) if due else (held, seen)
