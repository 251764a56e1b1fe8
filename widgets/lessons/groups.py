"""Lesson 5: invented scores of invented groups whose true rates are known, so that one can see what a sample says of them."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from workbench.errors import InputError
from workbench.evaluation import Trials

__all__ = ["LINE", "planted_groups", "true_rates"]

LINE, SPREAD, LISTED = 0.55, 0.08, 0.75
STRANGERS = {"Amber": 0.30, "Blue": 0.33, "Cyan": 0.30}  # mean score of a group's strangers: Blue's is higher
SHARES = {"Amber": 0.74, "Blue": 0.25, "Cyan": 0.01}


def true_rates() -> dict[str, float]:
    """The planted truth: the share of each group's strangers at or above the line of the lesson."""
    return {name: float(ndtr((mean - LINE) / SPREAD)) for name, mean in STRANGERS.items()}


def planted_groups(people: int, seed: int = 5) -> Trials:
    """Trials of `people` strangers and a tenth as many listed people, one pass each, with a recorded group. Nobody is behind them."""
    if people < 20:
        raise InputError(f"{people} people make no groups; ask for 20 or more")
    rng = np.random.default_rng(seed)
    group = rng.choice(list(SHARES), people + people // 10, p=list(SHARES.values()))
    listed = rng.normal(LISTED, SPREAD, people // 10)
    means = np.array([STRANGERS[str(name)] for name in group[people // 10 :]])
    strangers = rng.normal(means, SPREAD)
    return Trials.of(
        listed,
        strangers,
        watchlist=500,
        group=group,
        data=f"{people:,} invented strangers in three invented groups; nobody is behind these scores",
    )
