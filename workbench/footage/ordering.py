"""From the packets of a stream to its timeline, without decoding: whether its times can be used, or frames are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from workbench.footage.layers import top_layer
from workbench.footage.timeline import I64, Mask, Timeline, evenly

__all__ = ["is_shown", "timeline_of"]

_MOST_REORDERING = 32  # frames; H.264 and HEVC allow 16: anything beyond is a clock that jumps


class _Row(NamedTuple):
    pts: int | None
    dts: int | None
    duration: int
    size: int
    key: bool
    damaged: bool
    shown: bool
    layer: int


def timeline_of(
    packets: Iterable[Any],
    tick: Fraction,
    rate: Fraction | None,
    codec: str,
    *,
    slots: int = 0,
    layer: Callable[[Any], int] = lambda packet: 0,
) -> Timeline | None:
    """The timeline of a video stream's packets, or None if none of them would be shown.

    tick : the stream's time base
    rate : frames a second as the container states it; used only where times are missing or unusable
    layer : of a packet, 0 if other frames may rest on it, or else 1 + its temporal layer
    slots : 0, or if the container gives places to its packets instead of times to its pictures (AVI or ASF with reordered frames),
        by how many places a picture is shown before the packet that stands there
    """
    rows = [
        _Row(p.pts, p.dts, p.duration or 0, p.size, p.is_keyframe, p.is_corrupt, is_shown(p, codec), layer(p))
        for p in packets
    ]
    shown = [row for row in rows if row.shown]
    if not shown:
        return None
    step = 1 / (rate or Fraction(25))
    if reason := _unusable(shown, slots):
        key = np.array([row.key for row in shown], np.bool_)
        return evenly(len(shown), step, f"frame rate, because the container {reason}", key)
    if slots and not _moved(shown):
        return _placed(shown, tick, slots)
    stored = np.array([(row.pts, row.size) for row in rows], np.int64)
    return replace(_sorted(shown, tick, step), stored=stored)


def _unusable(rows: list[_Row], slots: int) -> str:
    """Why the container's times cannot be used, "" if they can."""
    if any(row.pts is None or (slots and row.dts is None) for row in rows):
        return "has no times"
    if _moved(rows) > _MOST_REORDERING or _shown_too_late(rows):
        return "has times that jump"
    if _set_back(rows):
        # a program stream times only the first of the small pictures in one packet, and a demuxer guesses the others
        twice = len({row.pts for row in rows}) < len(rows)
        return "gives several pictures the same time" if twice else "has times that jump"
    return ""


def _moved(rows: list[_Row]) -> int:
    """By how many places the picture that is moved furthest is shown elsewhere than it is stored."""
    order = _order(rows)
    return int(np.abs(order - np.arange(len(order))).max())


def _placed(rows: list[_Row], tick: Fraction, slots: int) -> Timeline:
    """Pictures in order at the places of packets: each at that of the packet with which a decoder would give it.

    A place may be empty, so that the places tell more than a rate; which picture is which they do not tell.
    """
    dts = np.array([row.dts for row in rows], np.int64)
    usual = max(1, int(np.median(np.diff(dts)))) if len(dts) > 1 else 1
    given = np.concatenate([dts, dts[-1] + usual * np.arange(1, slots + 1)])[slots:]
    ticks = given - given[0] + dts[0]
    key = np.array([row.key for row in rows], np.bool_)
    why = "place of their packets, because the container times these, not its pictures"
    return replace(evenly(len(rows), tick, why, key), ticks=ticks, end=int(ticks[-1]) + usual)


def _set_back(rows: list[_Row]) -> bool:
    """Whether the times of decoding go back: no container says them so, unless recordings with two clocks were joined."""
    decoding = [row.dts for row in rows if row.dts is not None]
    return any(after < before for before, after in pairwise(decoding))


def _shown_too_late(rows: list[_Row]) -> bool:
    """Whether a picture is to be shown longer after its decoding than reordering explains: its time is damaged."""
    both = np.array([(row.pts, row.dts) for row in rows if row.dts is not None], np.int64).reshape(-1, 2)
    if len(both) < 2:
        return False
    lead = both[:, 0] - both[:, 1]
    return bool(np.ptp(lead) > (_MOST_REORDERING + 1) * np.diff(both[:, 1]).max())


def _order(rows: list[_Row]) -> I64:
    """Places in the order of storage, in the order of presentation; equal times stay as they are stored."""
    return np.argsort(np.array([row.pts for row in rows], np.int64), kind="stable")


def _sorted(rows: list[_Row], tick: Fraction, step: Fraction) -> Timeline:
    order = _order(rows)
    inline = [rows[place] for place in order.tolist()]
    ticks = np.array([row.pts for row in inline], np.int64)
    dts = np.array([row.pts if row.dts is None else row.dts for row in inline], np.int64)
    last = inline[-1].duration or _usual_step(ticks) or max(1, round(step / tick))
    return Timeline(
        ticks=ticks,
        key=np.array([row.key for row in inline], np.bool_),
        damaged=np.array([row.damaged for row in inline], np.bool_),
        sent=order,
        entry=np.minimum(ticks, dts),
        tick=tick,
        end=int(ticks[-1]) + last,
        spare=_spare(inline, ticks),
    )


def _spare(inline: list[_Row], ticks: I64) -> Mask:
    """Which frames nothing rests on; none where two have the same time, since packets are told apart by it."""
    if len(ticks) > 1 and not np.diff(ticks).all():
        return np.zeros(0, np.bool_)
    return np.array(top_layer([row.layer for row in inline]), np.bool_)


def _usual_step(ticks: I64) -> int:
    return int(np.median(np.diff(ticks))) if len(ticks) > 1 else 0


def is_shown(packet: Any, codec: str) -> bool:
    """False for packets that give no picture: cut off by an edit list, hidden VP8 references, MPEG-4 fillers."""
    if codec == "vp8":
        return bool(memoryview(packet)[0] & 0x10)
    return not packet.is_discard and not (codec in ("mpeg4", "msmpeg4v3") and packet.size <= 8)
