"""What a person should look at before a list is used: look-alikes, one photograph twice, images that disagree."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from workbench.tracks import Scale
from workbench.watchlist import Warned, Watchlist

__all__ = ["look_over"]


def look_over(watch: Watchlist, scale: Scale) -> tuple[Warned, ...]:
    """Warnings about a list: from `scale.same` on two people look alike, below `scale.contradict` two images disagree."""
    return (*_same_photo(watch), *_alike(watch, scale), *_unlike(watch, scale))


def _same_photo(watch: Watchlist) -> list[Warned]:
    """One image file under several names."""
    owners: dict[str, list[str]] = defaultdict(list)
    for reference in watch.references:
        owners[reference.sha256].append(reference.subject)
    text = "have the same photograph; one of them is somebody else"
    return [Warned("same_photo", tuple(names), 1.0, text) for names in owners.values() if len(set(names)) > 1]


def _between(watch: Watchlist) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    return (watch.templates @ watch.templates.T).astype(np.float64), watch.owner


def _alike(watch: Watchlist, scale: Scale) -> list[Warned]:
    """Pairs of people whose references score like one person's: kin, twins, or one person under two names."""
    score, owner = _between(watch)
    score[owner[:, None] >= owner[None]] = -np.inf
    best: dict[tuple[int, int], float] = {}
    for a, b in np.argwhere(score >= scale.same):
        pair = (int(owner[a]), int(owner[b]))
        best[pair] = max(best.get(pair, -1.0), float(score[a, b]))
    names = watch.subjects
    return [
        Warned("look_alike", (names[a], names[b]), round(value, 4), f"look alike to this pack (score {value:.2f})")
        for (a, b), value in sorted(best.items(), key=lambda item: -item[1])
    ]


def _unlike(watch: Watchlist, scale: Scale) -> list[Warned]:
    """People of whom one image looks like somebody else, and people with one image only."""
    score, owner = _between(watch)
    warned = []
    for i, subject in enumerate(watch.subjects):
        own = score[np.ix_(owner == i, owner == i)]
        if len(own) == 1:
            warned.append(Warned("one_photo", (subject,), None, "has one image only; a second one finds more"))
        elif own.min() < scale.contradict:
            text = f"has images that do not look like one person (score {own.min():.2f})"
            warned.append(Warned("disagree", (subject,), round(float(own.min()), 4), text))
    return warned
