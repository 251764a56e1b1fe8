"""All candidates of a search in one output: the first ones with their pictures, the others in words, and what shows theirs."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.html import Card, note, pictures, show, shrunk

__all__ = ["ranked"]


def ranked(cards: Sequence[Card], room: int, ask: str, before: int = 0) -> str:
    """Every card, in its order: with pictures while they have room beside the words of all others.

    room : bytes; ask : what a reader types to get the search; before : candidates that are ranked before these
    """
    smaller = shrunk(cards, room)
    versions = (_shown(smaller, fit, ask, before) for fit in range(len(cards), 0, -1))
    return next((each for each in versions if len(each.encode()) <= room), pictures(cards, room=room))


def _shown(cards: Sequence[Card], fit: int, ask: str, before: int) -> str:
    """The first `fit` cards with their pictures, the others in words."""
    first, rest = pictures(cards[:fit]), cards[fit:]
    if not rest:
        return first
    told = note(f"and {len(rest):,} more, in words here for want of room; {ask}[{before + fit}:] shows their pictures:")
    return f'{first}{told}<ul class="cards pairs">{"".join(map(_words, rest))}</ul>'


def _words(each: Card) -> str:
    lines = "".join(f"<span>{show(line, 160)}</span>" for line in each.lines)
    return f"<li><b>{show(each.title, 160)}</b>{lines}</li>"
