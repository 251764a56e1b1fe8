"""The open-set protocol on templates: some people are listed, every other picture is a pass that asks who it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.counts import count
from workbench.errors import InputError

__all__ = ["Answers", "ask", "draw", "eligible", "list_size", "rank_of_true"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]

BLOCK = 1024  # probes compared at once: 80 MB of scores for a list of 10,000


@dataclass(frozen=True)
class Answers:
    """What a list answers to p probes.

    probe : (p,) row of the picture
    score, true_score, true_rank, is_mated : (p,) as in `Trials`
    best : (p,) row of `reference` that scored highest, -1 where there was no face
    """

    probe: I64
    score: F64
    true_score: F64
    true_rank: F64
    is_mated: Bools
    best: I64


def eligible(subject: I64, usable: Bools, per_person: int) -> I64:
    """Codes of the people of whom `per_person` usable pictures can be listed with one left to ask with.

    >>> eligible(np.array([0, 0, 1, 1, 2]), np.array([True, False, False, False, True]), 1).tolist()
    [0]
    """
    pictures = np.bincount(subject)
    fit = np.bincount(subject, weights=usable)
    return np.flatnonzero((fit >= per_person) & (pictures > per_person))


def list_size(enrolled: float, people: int) -> int:
    """N from a share below 1 of the `people` who can be listed, or a number of people.

    >>> list_size(0.5, 40), list_size(20, 40)
    (20, 20)
    """
    if not 0 < enrolled < math.inf or (enrolled >= 1 and enrolled != int(enrolled)):
        raise InputError(f"enrolled is {enrolled}; give a share below 1, such as 0.5, or a number of people")
    if not people:
        raise InputError("nobody can be listed; that takes a usable picture to list and another one to ask with")
    size = max(1, round(enrolled * people)) if enrolled < 1 else int(enrolled)
    if size > people:
        only = count(people, "person has", "people have")
        raise InputError(
            f"{size:,} people are to be listed, but only {only} a usable picture to list and another one to ask with"
        )
    return size


def draw(subject: I64, usable: Bools, people: I64, size: int, per_person: int, rng: np.random.Generator) -> I64:
    """Rows of the references of a random list, (size, per_person), one person a row."""
    fit = np.flatnonzero(usable)
    fit = fit[np.argsort(subject[fit], kind="stable")]
    start = np.searchsorted(subject[fit], np.arange(int(subject.max()) + 2))
    listed = rng.permutation(people)[:size]
    return np.array([rng.permutation(fit[start[one] : start[one + 1]])[:per_person] for one in listed], np.int64)


def ask(template: F32, usable: Bools, subject: I64, reference: I64) -> Answers:
    """Every picture that is no reference against the list; the score of a person is that of the best reference.

    template, usable, subject : (n, D), (n,), (n,); reference : (N, k) rows, one person a row
    """
    is_probe = np.ones(len(subject), np.bool_)
    is_probe[reference] = False
    probe = np.flatnonzero(is_probe)
    place = np.full(int(subject.max()) + 1, -1)
    place[subject[reference[:, 0]]] = np.arange(len(reference))
    own = place[subject[probe]]
    answer = Answers(probe, *_unanswered(own), own >= 0, np.full(len(own), -1))
    seen = np.flatnonzero(usable[probe])
    for start in range(0, len(seen), BLOCK):
        rows = seen[start : start + BLOCK]
        _fill(answer, rows, own[rows], _scores(template, probe[rows], reference))
    return answer


def _unanswered(own: I64) -> tuple[F64, F64, F64]:
    """Score, true score and true rank of passes without a face."""
    mated = own >= 0
    return np.full(len(own), -np.inf), np.where(mated, -np.inf, np.nan), np.where(mated, np.inf, np.nan)


def _scores(template: F32, probe: I64, reference: I64) -> F64:
    """Cosine of each probe with the best reference of each person, (b, N)."""
    listed = template[reference.ravel()].astype(np.float64)
    score = template[probe].astype(np.float64) @ listed.T
    best: F64 = score.reshape(len(probe), *reference.shape).max(axis=2)
    return best


def _fill(answer: Answers, rows: I64, own: I64, score: F64) -> None:
    answer.score[rows], answer.best[rows] = score.max(axis=1), score.argmax(axis=1)
    mated, column = rows[own >= 0], own[own >= 0]
    score = score[own >= 0]
    answer.true_score[mated] = score[np.arange(len(column)), column]
    answer.true_rank[mated] = rank_of_true(score, column)


def rank_of_true(score: F64, column: I64) -> F64:
    """Rank from 1 of the true subject's score, which is in `column` (p,) of each row of `score` (p, N); inf where that is -inf.

    Of equal scores the first listed is the first candidate, and so it is here.

    >>> rank_of_true(np.array([[0.9, 0.5, 0.9], [-np.inf, -np.inf, -np.inf]]), np.array([2, 0])).tolist()
    [2.0, inf]
    """
    true = score[np.arange(len(column)), column][:, None]
    earlier = (score == true) & (np.arange(score.shape[1]) < column[:, None])
    rank = 1.0 + (score > true).sum(axis=1) + earlier.sum(axis=1)
    return np.where(np.isfinite(true[:, 0]), rank, np.inf)
