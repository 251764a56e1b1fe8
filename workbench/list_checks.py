"""What a person should look at before a list is used: look-alikes, one photograph twice, images that disagree."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from workbench.tracks import Scale
from workbench.watchlist import Warned, Watchlist

__all__ = ["look_over"]

BLOCK = 512  # references compared with all others at once: 20 MB of scores for a list of 10,000


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


def _alike(watch: Watchlist, scale: Scale) -> list[Warned]:
    """Pairs of people whose references score like one person's: kin, twins, or one person under two names."""
    owner, names = watch.owner, watch.subjects
    best: dict[tuple[int, int], float] = {}
    for start in range(0, len(owner), BLOCK):
        score = watch.templates[start : start + BLOCK] @ watch.templates.T
        earlier = owner[start : start + BLOCK, None] < owner[None]
        for a, b in np.argwhere(earlier & (score >= scale.same)):
            pair = (int(owner[start + a]), int(owner[b]))
            best[pair] = max(best.get(pair, -1.0), float(score[a, b]))
    return [
        Warned("look_alike", (names[a], names[b]), round(value, 4), f"look alike to this pack (score {value:.2f})")
        for (a, b), value in sorted(best.items(), key=lambda item: -item[1])
    ]


def _unlike(watch: Watchlist, scale: Scale) -> list[Warned]:
    """People of whom one image looks like somebody else, and people with one image only."""
    rows: dict[str, list[int]] = {subject: [] for subject in watch.subjects}
    for row, reference in enumerate(watch.references):
        rows[reference.subject].append(row)
    warned = []
    for subject, own in rows.items():
        least = float((watch.templates[own] @ watch.templates[own].T).min(initial=1.0))
        if len(own) == 1:
            warned.append(Warned("one_photo", (subject,), None, "has one image only; a second one finds more"))
        elif least < scale.contradict:
            text = f"has images that do not look like one person (score {least:.2f})"
            warned.append(Warned("disagree", (subject,), round(least, 4), text))
    return warned
