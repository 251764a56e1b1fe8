"""Under which conditions people are recognised and strangers asked about: rates by face size, quality, time, hour, camera or group."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from workbench.arguments import number_of
from workbench.errors import InputError
from workbench.evaluation import Trials
from workbench.groups import TOO_FEW
from workbench.intervals import interval_by_subject
from workbench.metrics import alerting

__all__ = ["CONDITIONS", "Stretch", "stretches", "values_of"]

CONDITIONS = ("face size", "quality", "time", "hour", "camera", "group")
NAMED = ("camera", "group")  # all others are measured
UNITS = {"face size": " px", "time": " s"}
PARTS = 4  # stretches of a measured condition, each with as many passes as the others

_COLUMN = {name: name for name in CONDITIONS} | {"face size": "face_px", "time": "t"}


@dataclass(frozen=True)
class Stretch:
    """The passes of one kind under one condition.

    label : in words; kind : "mated" or "nonmated"
    count, passes, people : passes at or above the threshold, all, people who made them
    rate, low, high : 0..1 with 95 % limits by person; NaN for fewer than `groups.TOO_FEW` people
    """

    label: str
    kind: str
    count: int
    passes: int
    people: int
    rate: float
    low: float
    high: float


def values_of(trials: Trials, by: str) -> NDArray[np.generic]:
    """The condition of each pass, (n,): numbers or names; an error that says what does record it, if these trials do not."""
    if by not in _COLUMN:
        raise InputError(f"there is no condition {by!r}; choose one of {', '.join(CONDITIONS)}")
    column: NDArray[np.generic] | None = getattr(trials, _COLUMN[by])
    if column is None:
        raise InputError(f"these trials do not record the {by} of a pass; {_WHERE[by]}")
    return column


_WHERE = {
    "face size": "every evaluation of pictures, walk-pasts and cases does",
    "quality": "an evaluation of labelled pictures and a case do; runs of earlier versions kept none: scan again",
    "time": "a walk-past and a case do: seconds into the footage",
    "hour": "a case does where the recording time of its footage is known: scan with recorded=, or --recorded",
    "camera": "name the camera in the manifest or in the table of the walk-past; of a case it is known",
    "group": "name the group that people gave themselves in the manifest or in the table of the walk-past",
}


def stretches(trials: Trials, by: str, threshold: float) -> tuple[Stretch, ...]:
    """Rates under each condition, people on the list and strangers apart; a pass without a face has no size and no quality."""
    values, line = values_of(trials, by), number_of(threshold, "the threshold")
    parts = _named(values) if by in NAMED else _measured(values.astype(np.float64), by)
    sides = (("mated", trials.is_mated, trials.true_score), ("nonmated", ~trials.is_mated, trials.score))
    return tuple(
        _stretch(label, kind, alerting(score[own & side], line), trials.person[own & side])
        for label, own in parts
        for kind, side, score in sides
        if (own & side).any()
    )


def _named(values: NDArray[np.generic]) -> list[tuple[str, NDArray[np.bool_]]]:
    return [(str(name), values == name) for name in np.unique(values) if str(name)]


def _measured(values: NDArray[np.float64], by: str) -> list[tuple[str, NDArray[np.bool_]]]:
    """Stretches of equal numbers of passes; fewer where values repeat."""
    known = values[np.isfinite(values)]
    if not known.size:
        return []
    edges = np.unique(np.quantile(known, np.linspace(0, 1, PARTS + 1)))
    words = _told_apart(edges, by)
    if edges.size == 1:
        return [(words[0], values == edges[0])]
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, edges.size - 2)
    return [(f"{low} to {high}", (place == k) & np.isfinite(values)) for k, (low, high) in enumerate(pairwise(words))]


def _told_apart(edges: NDArray[np.float64], by: str) -> list[str]:
    """The edges in words, with as many digits as tell them apart."""
    usual = 0 if by in UNITS else 2
    for digits in range(usual, 7):
        words = [_words(edge, by, digits) for edge in edges.tolist()]
        if len(set(words)) == len(words):
            return words
    return words


def _words(value: float, by: str, digits: int) -> str:
    if by == "hour":
        hours, minutes = divmod(round(60 * value), 60)
        return f"{hours:02}:{minutes:02}"
    return f"{value:.{digits}f}{UNITS.get(by, '')}"


def _stretch(label: str, kind: str, reached: NDArray[np.bool_], person: NDArray[np.int64]) -> Stretch:
    people, count = np.unique(person).size, int(np.count_nonzero(reached))
    rate = low = high = float("nan")
    if people >= TOO_FEW:
        low, high = map(float, interval_by_subject(reached, person))
        rate = count / reached.size
    return Stretch(label, kind, count, reached.size, people, rate, low, high)
