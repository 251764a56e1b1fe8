"""Frames of footage with the faces that each of them shows, several looked at abreast, none looked at in vain.

A look that costs much is taken more seldom than one that costs little, and goes only where something moved; elsewhere what it saw
is there still. Where nothing moved at all, for a quarter of a second no look is taken, and whoever was there is hidden in between as
in any gap. At a cut everything is looked at anew.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.abreast import abreast
from workbench.association import shot_cut
from workbench.cutouts import glance
from workbench.faces import Frame
from workbench.models.cores import physical_cores
from workbench.models.pack import Pack
from workbench.moved import Elsewhere, Moved, Place
from workbench.spotting import PACE, Look, Spots, Turns, glimpse, inside, looks_of, seen_in, together
from workbench.stillness import blocks, still

__all__ = ["AHEAD", "Sighted", "lookout"]

U8 = NDArray[np.uint8]

DEAR = 2 * PACE  # `Look.every` from which a look goes only where something moved: twice what the usual one costs
AHEAD = 8  # frames that wait while one gets a dear look, so that no core does
CALM = 0.25  # seconds at most without a look while nothing moves


class Sighted(NamedTuple):
    """A frame, whether a new shot begins with it, and what was found; None where it was not looked at."""

    frame: Frame
    cut: bool
    spots: Spots | None


class _Plan(NamedTuple):
    """A frame, whether a new shot begins with it, and where each look goes: everywhere if that is None."""

    frame: Frame
    cut: bool
    looks: tuple[tuple[Look, tuple[Place, ...] | None], ...]


def lookout(
    packs: Sequence[Pack], frames: Iterable[Frame], always: Collection[int] = ()
) -> Generator[Sighted, None, None]:
    """Each frame in order with its faces, looked at by as many threads as there are cores.

    always : indices of frames that get every look whatever their turn
    """

    def work(plan: _Plan) -> tuple[_Plan, list[Spots]]:
        return plan, [_found(packs, plan.frame.image, look, places) for look, places in plan.looks]

    elsewhere = Elsewhere()
    with closing(abreast(work, _planned(packs, frames, always), physical_cores(), ahead=AHEAD)) as coming:
        for plan, found in coming:
            if plan.cut:
                elsewhere.anew()
            whole = [elsewhere.completed(*at, spots) for at, spots in zip(plan.looks, found, strict=True)]
            yield Sighted(plan.frame, plan.cut, together(whole) if whole else None)


def _found(packs: Sequence[Pack], image: U8, look: Look, places: tuple[Place, ...] | None) -> Spots:
    """What a look finds where it goes."""
    if places is None:
        return glimpse(packs, image, look)
    found, picture = Spots.none(), look.picture(image) if places else image
    for place in places:
        seen = seen_in(packs, picture, look, part=place.seen)
        found = found.joined(seen[inside(seen.faces, np.array([place.part], np.float32))])
    return found


def _planned(packs: Sequence[Pack], frames: Iterable[Frame], always: Collection[int]) -> Iterator[_Plan]:
    """Each frame with the looks that are due at it."""
    turns: Turns | None = None
    moved: dict[Look, Moved] = {}
    before = held = None
    seen = -CALM
    for frame in frames:
        turns = turns or Turns(looks_of(packs, *frame.image.shape[:2]))
        now = None if frame.corrupt else glance(frame.image)
        cut = now is not None and before is not None and shot_cut(before, now)
        before = before if now is None else now
        if cut:
            turns.anew()
            moved.clear()
        small = None if frame.corrupt else blocks(frame.image)
        calm = not cut and small is not None and frame.t - seen < CALM and still(held, small)
        if calm and frame.index not in always:
            yield _Plan(frame, cut, ())
        else:
            due = turns.looks if frame.index in always else turns.due(frame.t)
            yield _Plan(frame, cut, tuple((look, _places(packs, look, frame, moved)) for look in due))
            held, seen = (small, frame.t) if due else (held, seen)


def _places(packs: Sequence[Pack], look: Look, frame: Frame, moved: dict[Look, Moved]) -> tuple[Place, ...] | None:
    """Where a look goes: a dear one only where something moved since it went there."""
    if look.every < DEAR or frame.corrupt:
        return None
    if look not in moved:
        moved[look] = Moved(packs[look.pack].finds(*frame.image.shape[:2], smallest=look.smallest))
    return moved[look].places(frame.image, frame.t)
