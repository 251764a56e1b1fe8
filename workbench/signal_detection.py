"""How well somebody tells two kinds apart (d'), and towards which answer they lean (c), from hits and false alarms.

Here a hit is "same person" said of a pair that shows one person, a false alarm is "same person" said of a pair that shows
two. Good eyes and a generous habit both raise the hits; d' and c keep them apart. All functions take numbers or arrays that
broadcast; undefined is NaN.

Sources: Green and Swets, Signal Detection Theory and Psychophysics (1966); the correction, Hautus, Behavior Research Methods,
Instruments, & Computers 27 (1995) 46; the variance, Gourevitch and Galanter, Psychometrika 32 (1967) 25.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from workbench.errors import InputError
from workbench.intervals import Interval

__all__ = ["criterion", "d_prime", "d_prime_interval", "log_linear"]

F64 = NDArray[np.float64]


def log_linear(count: ArrayLike, of: ArrayLike) -> F64:
    """Rate with the log-linear correction, (count + 0.5) / (of + 1): never 0 or 1; NaN where `of` is 0.

    count, of : how often "same" was said, and of how many pairs of that kind

    Without it five hits of five would make d' infinite. It is applied always, not only where a rate is 0 or 1 (Hautus 1995).

    >>> log_linear([0, 5], 5).round(3).tolist()
    [0.083, 0.917]
    """
    said, pairs = np.broadcast_arrays(np.asarray(count, np.float64), np.asarray(of, np.float64))
    if (said < 0).any() or (said > pairs).any():
        raise InputError("a count is below 0 or above the number of pairs it is a share of")
    return np.where(pairs > 0, (said + 0.5) / (pairs + 1), np.nan)[()]


def d_prime(hits: ArrayLike, same: ArrayLike, false_alarms: ArrayLike, different: ArrayLike) -> F64:
    """Sensitivity d' = z(hit rate) - z(false alarm rate), both rates corrected: 0 is guessing, negative is worse than guessing.

    hits, same : "same" said of that many pairs of one person; false_alarms, different : likewise of pairs of two people

    >>> float(d_prime(4, 5, 1, 5).round(2)), float(d_prime(3, 5, 3, 5))
    (1.35, 0.0)
    """
    hit, alarm = _deviates(hits, same, false_alarms, different)
    return hit - alarm


def criterion(hits: ArrayLike, same: ArrayLike, false_alarms: ArrayLike, different: ArrayLike) -> F64:
    """Criterion c = -(z(hit rate) + z(false alarm rate)) / 2: below 0 leans towards "same", above 0 towards "different".

    >>> float(criterion(5, 5, 3, 5).round(2)), float(criterion(2, 5, 0, 5).round(2))
    (-0.8, 0.8)
    """
    hit, alarm = _deviates(hits, same, false_alarms, different)
    return -(hit + alarm) / 2


def d_prime_interval(hits: ArrayLike, same: ArrayLike, false_alarms: ArrayLike, different: ArrayLike) -> Interval:
    """Approximate 95 % limits of d', from the variance of both deviates; wide where pairs are few, as it should be.

    >>> [round(float(limit), 1) for limit in d_prime_interval(4, 5, 1, 5)]
    [-0.3, 3.0]
    """
    middle = d_prime(hits, same, false_alarms, different)
    spread = ndtri(0.975) * np.sqrt(_variance(hits, same) + _variance(false_alarms, different))
    return Interval((middle - spread)[()], (middle + spread)[()])


def _deviates(hits: ArrayLike, same: ArrayLike, false_alarms: ArrayLike, different: ArrayLike) -> tuple[F64, F64]:
    return ndtri(log_linear(hits, same)), ndtri(log_linear(false_alarms, different))


def _variance(count: ArrayLike, of: ArrayLike) -> F64:
    """Variance of z(rate): p (1 - p) / n, over the squared height of the normal curve there."""
    rate, pairs = log_linear(count, of), np.asarray(of, np.float64)
    height = np.exp(-(ndtri(rate) ** 2) / 2) / np.sqrt(2 * np.pi)
    return rate * (1 - rate) / (np.where(pairs > 0, pairs, np.nan) * height**2)
