"""Rates of a recogniser from the scores of its passes: arrays in, arrays out.

The unit is the pass (one person crossing the zone of recognition once), never the frame. A higher score is more alike,
and an alert is `score >= threshold` everywhere. A pass that has no score because no face was detected, or because its
person was not returned, has score -inf: it never alerts, and a mated one is a miss at every threshold. A NaN score is
refused, because a rate over it would mean nothing. An undefined rate is NaN, never 0.

Definitions follow ISO/IEC 19795-1 and NIST FRTE 1:N. The intervals of these rates are in `intervals`.
"""

from __future__ import annotations

from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import InputError
from workbench.intervals import (
    bootstrap_by_subject,
    clopper_pearson,
    generator_of,
    interval_by_subject,
    people_of,
    ratio_interval,
)
from workbench.missing import truths_of

__all__ = [
    "Det",
    "alert_share",
    "alerting",
    "bootstrap_by_subject",
    "clopper_pearson",
    "cmc",
    "det_curve",
    "fnir",
    "fpir",
    "interval_by_subject",
    "rank_within",
    "ratio_interval",
    "returned_scores",
    "scores_of",
    "split_by_subject",
    "thin",
    "threshold_at_fpir",
    "tpir",
]

F64 = NDArray[np.float64]
Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]

_SINGLE = float(np.finfo(np.float32).max)


class Det(NamedTuple):
    """A detection error trade-off: at `threshold[i]` the rates are `fpir[i]` and `fnir[i]`.

    threshold : (T,) every distinct score in ascending order, then a value just above the top one
    fpir : (T,) 0..1, falls to 0; NaN throughout if there was no non-mated pass
    fnir : (T,) 0..1, rises to 1; NaN throughout if there was no mated pass
    """

    threshold: F64
    fpir: F64
    fnir: F64


def scores_of(scores: ArrayLike, what: str = "a score") -> Floats:
    """`scores` as floats (n,) of single precision at least, after refusing NaN and +inf; -inf stands for "no score".

    >>> scores_of([0.5, -np.inf]).tolist()
    [0.5, -inf]
    """
    if np.ma.is_masked(scores):
        raise InputError(f"{what} is masked in some passes; leave them out, or give -inf for a pass without a face")
    try:
        array = np.asarray(scores)
    except ValueError:  # lists of different lengths
        raise InputError("scores are no single row; give one score for each pass, such as [0.4, 0.7]") from None
    if array.dtype.kind != "f":
        array = _numbers(array, what)
    elif array.itemsize < 4:  # in half precision nothing lies just above a score
        array = array.astype(np.float32)
    if array.ndim != 1:
        raise InputError(f"scores have the shape {array.shape}; give one score for each pass, in one row")
    if array.size and np.isnan(array.min()):
        bad = np.count_nonzero(np.isnan(array))
        raise InputError(f"{what} is NaN in {bad:,} of {array.size:,} passes; a pass without a face has the score -inf")
    if array.size and array.max() == np.inf:
        raise InputError(f"{what} is +inf; scores are finite, or -inf for a pass without a face")
    return array


def _numbers(array: NDArray[Any], what: str) -> F64:
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{what} is no number in some passes; a pass without a face has the score -inf") from None


def alerting(scores: Floats, threshold: float) -> Bools:
    """Which of `scores` are at or above the threshold, compared as float64 whatever the scores are kept in; -inf never is.

    >>> scores = np.array([0.7, 0.1], np.float32)  # 0.7 as float32 is a little less than 0.7
    >>> alerting(scores, 0.7).tolist(), (scores >= 0.7).tolist()
    ([False, False], [True, False])
    """
    if np.isnan(threshold):
        raise InputError("the threshold is nan, expected a score")
    return np.asarray(scores > threshold if threshold == -np.inf else scores >= np.float64(threshold))


def alert_share(scores: ArrayLike, threshold: ArrayLike) -> F64:
    """Share of `scores` at or above each threshold, 0..1; NaN if there are no scores or the threshold is NaN.

    scores : (n,) one for each pass, -inf where there is none
    threshold : any shape; the answer has the same

    >>> alert_share([0.2, 0.5, 0.9, -np.inf], [0.5, 0.95]).tolist()
    [0.5, 0.0]
    """
    array, cut = scores_of(scores), np.asarray(threshold, np.float64)
    share = _share(_alerts(array, cut), array.size)
    return np.where(np.isnan(cut), np.nan, share)[()]


def fpir(nonmated: ArrayLike, threshold: ArrayLike) -> F64:
    """False positive identification rate: non-mated passes with an alert / non-mated passes.

    nonmated : (K,) score of the best candidate of each non-mated pass
    threshold : any shape; the answer has the same; NaN if K = 0

    >>> fpir([0.1, 0.2, 0.3, 0.9], [0.3, 1.0]).tolist()
    [0.5, 0.0]
    """
    return alert_share(nonmated, threshold)


def tpir(mated: ArrayLike, threshold: ArrayLike, rank: ArrayLike | None = None, within: int | None = None) -> F64:
    """True positive identification rate: mated passes whose person is returned at or above the threshold / mated passes.

    mated : (M,) score of the true subject of each mated pass; -inf if not detected or not returned
    threshold : any shape; the answer has the same; NaN if M = 0
    rank, within : (M,) rank of the true subject from 1, and the last rank that still counts as returned

    >>> tpir([0.9, 0.4, -np.inf, 0.6], 0.5).item()
    0.5
    >>> tpir([0.9, 0.4, -np.inf, 0.6], 0.5, rank=[1, 1, np.inf, 2], within=1).item()
    0.25
    """
    return alert_share(returned_scores(mated, rank, within), threshold)


def fnir(mated: ArrayLike, threshold: ArrayLike, rank: ArrayLike | None = None, within: int | None = None) -> F64:
    """False negative identification rate, 1 - `tpir`, with the same arguments: a missed detection is a miss.

    >>> fnir([0.9, 0.4, -np.inf, 0.6], 0.5).item()
    0.5
    """
    scores, cut = returned_scores(mated, rank, within), np.asarray(threshold, np.float64)
    share = _share(scores.size - _alerts(scores, cut), scores.size)
    return np.where(np.isnan(cut), np.nan, share)[()]


def returned_scores(mated: ArrayLike, rank: ArrayLike | None = None, within: int | None = None) -> Floats:
    """`mated` with -inf wherever the true subject's rank is beyond `within`.

    >>> returned_scores([0.9, 0.8], rank=[1, 3], within=2).tolist()
    [0.9, -inf]
    """
    scores = scores_of(mated)
    if within is None:
        return scores
    if rank is None:
        raise InputError(f"a rate within rank {within} needs the rank of the true subject of every mated pass")
    ranks = _ranks_of(rank)
    if ranks.shape != scores.shape:
        raise InputError(f"{ranks.size:,} ranks were given for {scores.size:,} mated passes; give one for each")
    return np.where(ranks <= rank_within(within), scores, -np.inf)


def rank_within(within: int) -> int:
    """The last rank that counts, after refusing what is no whole number from 1."""
    if isinstance(within, bool) or not isinstance(within, int | np.integer) or within < 1:
        raise InputError(f"the last rank that counts is {within!r}; give a whole number from 1, or None for any rank")
    return int(within)


def cmc(rank: ArrayLike, ranks: ArrayLike) -> F64:
    """Cumulative match characteristic: share of mated passes whose person is within each rank.

    rank : (M,) rank of the true subject from 1; inf where the person was not returned or the face not detected
    ranks : the ranks asked for, any shape; the answer has the same; NaN if M = 0

    >>> cmc([1, 1, 2, np.inf], [1, 2, 50]).tolist()
    [0.5, 0.75, 0.75]
    """
    return alert_share(-_ranks_of(rank), -np.asarray(ranks, np.float64))


def det_curve(mated: ArrayLike, nonmated: ArrayLike) -> Det:
    """FPIR and FNIR at every distinct score, for 10^7 scores in one to two seconds.

    mated : (M,) score of the true subject of each mated pass
    nonmated : (K,) score of the best candidate of each non-mated pass

    >>> [column.tolist() for column in det_curve([0.4, 0.8], [0.1, 0.4])][1:]
    [[1.0, 0.5, 0.0, 0.0], [0.0, 0.0, 0.5, 1.0]]
    """
    m, n = scores_of(mated), scores_of(nonmated)
    every = np.concatenate([m, n, [-np.inf]], dtype=np.result_type(m, n))
    if (top := float(every.max())) == -np.inf:  # no score at all
        return Det(np.empty(0), np.empty(0), np.empty(0))
    every[-1] = _above(top)
    every.sort()
    below = np.bincount(np.searchsorted(every, np.sort(m)) + 1, minlength=every.size + 1)
    np.cumsum(below, out=below)  # below[i] mated scores are under every[i]
    at = _first_of_each(every)
    missed = below[:-1][at]
    false = np.arange(every.size, dtype=np.float64)[at]
    np.subtract(n.size, np.subtract(false, missed, out=false), out=false)
    det = Det(every[at].astype(np.float64, copy=False), _share(false, n.size, out=false), _share(missed, m.size))
    for column in det:
        column.setflags(write=False)
    return det


def thin(det: Det, points: int = 500) -> Det:
    """At most `points` of the curve's points, dense where either rate changes, low FPIR included; for drawing.

    Steps are equal in log FPIR plus FNIR, so that a curve on a log axis keeps its shape. First and last point stay.

    >>> len(thin(det_curve(np.linspace(0.4, 1, 1000), np.linspace(0, 0.6, 1000)), 50).threshold) <= 50
    True
    """
    if not isinstance(points, int | np.integer) or points < 2:
        raise InputError(f"a curve is drawn with 2 points or more; this is {points!r}")
    if det.threshold.size <= points:
        return det
    least = np.min(det.fpir, where=det.fpir > 0, initial=1.0) / 2
    length = np.nan_to_num(np.log10(np.maximum(det.fpir[0], least) / np.maximum(det.fpir, least)))
    length += 5 * np.nan_to_num(det.fnir - det.fnir[0]) + np.linspace(0, 1e-6, length.size)
    at = np.unique(np.searchsorted(length, np.linspace(0, length[-1], points)))
    return Det(*(column[at] for column in det))


def threshold_at_fpir(nonmated: ArrayLike, target: float) -> float:
    """Smallest score whose FPIR does not exceed `target` (just above the top one if none).

    nonmated : (K,) score of the best candidate of each non-mated pass; the answer is NaN if none has a score
    target : 0..1

    >>> threshold_at_fpir(np.array([0.1, 0.2, 0.3, 0.9]), 0.25)
    0.9
    >>> threshold_at_fpir(np.array([0.5, 0.5]), 0.5)
    0.5000000596046448
    """
    if not (isinstance(target, Real) and 0 <= target <= 1):
        raise InputError(f"the target FPIR is {target}, expected a share from 0 to 1, such as 0.001")
    scores = scores_of(nonmated)
    ordered = np.sort(scores[scores > -np.inf])
    if not ordered.size:
        return float("nan")
    under = ordered.size - _most_alerts(target, scores.size)  # so many of the lowest must stay under the threshold
    at = np.searchsorted(ordered, ordered[under - 1], side="right") if under > 0 else 0
    return float(ordered[at]) if at < ordered.size else _above(float(ordered[-1]))


def split_by_subject(
    subject: ArrayLike, rng: np.random.Generator, share: float = 0.5, apart: ArrayLike | None = None
) -> Bools:
    """True for the passes of a random `share` of the people, (n,): no person is on both sides.

    subject : (n,) names or codes, "" for a person of its own
    apart : (n,) bool; people with any True are divided among themselves, the others likewise (mated, not mated)

    >>> split_by_subject(["a", "a", "b", "b"], np.random.default_rng(1)).tolist()
    [True, True, False, False]
    """
    generator_of(rng)
    if not 0 <= share <= 1:
        raise InputError(f"the share of the people is {share}; give one from 0 to 1, such as 0.5")
    who, size = people_of(subject, len(np.asarray(subject)))
    if not size.size:
        raise InputError("there is no pass to divide; give passes of two people or more")
    if size.size < 2:
        raise InputError("all passes are of one person; a threshold chosen on some people is reported on others")
    marked = np.zeros(size.size, np.bool_)
    if apart is not None:
        marked[who[truths_of(apart, "the side of a pass")]] = True
    chosen = np.zeros(size.size, np.bool_)
    for part in (np.flatnonzero(marked), np.flatnonzero(~marked)):
        chosen[rng.permutation(part)[: round(share * part.size)]] = True
    return chosen[who]


def _alerts(scores: Floats, cut: F64) -> NDArray[np.float64]:
    """How many scores are at or above each cut; -inf never is."""
    seen = scores[scores > -np.inf]
    if cut.ndim == 0:  # no sorting for one threshold
        return np.asarray(np.count_nonzero(seen >= cut), np.float64)
    ordered = np.sort(seen)
    return np.asarray(ordered.size - np.searchsorted(ordered, cut), np.float64)


def _share(count: NDArray[Any], of: int, out: F64 | None = None) -> F64:
    return np.true_divide(count, of, out=out) if of else np.full(count.shape, np.nan)


def _ranks_of(rank: ArrayLike) -> F64:
    try:
        ranks = np.asarray(rank, np.float64)
    except (TypeError, ValueError):
        raise InputError("ranks are numbers in one row, from 1 on; inf for a pass that was not found") from None
    if not (ranks >= 1).all():
        raise InputError("the rank of a true subject is NaN or below 1; ranks start at 1, and inf means not returned")
    return ranks


def _above(top: float) -> float:
    """The next number above the top score in single precision: a page, which keeps scores so, takes it for above them too."""
    single = float(np.nextafter(np.float32(top), np.float32(np.inf))) if abs(top) < _SINGLE else np.inf
    return single if np.isfinite(single) else float(np.nextafter(top, np.inf))


def _first_of_each(ordered: Floats) -> Any:
    """Where each distinct value above -inf starts in `ordered`: a slice, so that nothing is copied, if all are distinct."""
    start = int(np.searchsorted(ordered, -np.inf, side="right"))
    new = ordered[start + 1 :] != ordered[start:-1]
    return slice(start, None) if new.all() else start + np.flatnonzero(np.concatenate([[True], new]))


def _most_alerts(target: float, passes: int) -> int:
    """The largest number of alerts whose share of `passes`, as it is computed, does not exceed `target`."""
    guess = int(target * passes)
    return guess + ((guess + 1) / passes <= target) - (guess / passes > target)
