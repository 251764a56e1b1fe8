"""What has to be known of footage before its result is relied on: where its times come from, and what of it was not looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.counts import count

__all__ = ["caveats", "nameless"]

BESIDE, FIRST = "not read, lying beside the images", ", first after "

NAMED = 3  # files in one line


def caveats(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Sentences without a full stop, from the facts of `Footage.facts` as a case keeps them; none for a usual file.

    >>> caveats({"seconds": 90.0, "holes": 1, "hole_seconds": 60.0})
    ('30.0 s of pictures; 60.0 s without any, in 1 hole',)
    """
    return tuple(words for each in (_times, _gaps, _holes, _tracks, _later, _left_out, _hdr) if (words := each(facts)))


def nameless(said: str) -> str:
    """A caveat for others than the office: files may be called after people.

    >>> nameless("not read, lying beside the images: statement of Ada.pdf")
    'not read, lying beside the images: other files'
    """
    if said.startswith(BESIDE):
        return f"{BESIDE}: other files"
    before, first, after = said.partition(FIRST)
    return before + after[after.rfind(": ") :] if first else said


def _times(facts: Mapping[str, Any]) -> str:
    timing = facts.get("timing", "container")
    return "" if timing == "container" else f"times are counted by {timing}"


def _gaps(facts: Mapping[str, Any]) -> str:
    missing = facts.get("numbers_missing", 0)
    if not missing:
        return ""
    what = count(missing, "number is", "numbers are")
    return f"{what} missing between the images{FIRST}{facts['first_gap']}: times are counted as if none were"


def _holes(facts: Mapping[str, Any]) -> str:
    holes, gone = facts.get("holes", 0), facts.get("hole_seconds", 0.0)
    if not holes:
        return ""
    return f"{facts['seconds'] - gone:,.1f} s of pictures; {gone:,.1f} s without any, in {count(holes, 'hole')}"


def _tracks(facts: Mapping[str, Any]) -> str:
    many, scanned = facts.get("video_streams", 1), facts.get("track")
    if many < 2:
        return ""
    if scanned is None:  # a case of an earlier version
        return f"has {many} video tracks, of which one was scanned"
    others = [str(number) for number in range(1, many + 1) if number != scanned]
    lack = f"track {others[0]} was not" if len(others) == 1 else f"tracks {', '.join(others)} were not"
    return f"has {many} video tracks: track {scanned} was scanned, {lack}"


def _later(facts: Mapping[str, Any]) -> str:
    words = "a track that begins on the way was not read, be it pictures or sound: split the file there"
    return words if facts.get("later_tracks") else ""


def _left_out(facts: Mapping[str, Any]) -> str:
    names = facts.get("left_out", [])
    if not names:
        return ""
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return f"{BESIDE}: {', '.join(names[:NAMED])}{more}"


def _hdr(facts: Mapping[str, Any]) -> str:
    how = facts.get("transfer", "")
    return f"is HDR ({how}), looked at as SDR: scores may be lower" if how else ""
