"""How far a measured rate may be from the true one: intervals of proportions, by pass and by person.

Several passes of one person are not independent, and an interval that takes them so is far too narrow: simulated, 95 %
intervals over all passes cover the truth in 48 to 96 % of cases. `interval_by_subject` counts what such passes are worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, stdtrit

from workbench.errors import InputError
from workbench.missing import labels_of, truths_of

__all__ = [
    "Interval",
    "Tally",
    "bootstrap_by_subject",
    "clopper_pearson",
    "degrees_of_freedom",
    "effective_passes",
    "generator_of",
    "interval_by_subject",
    "interval_of_tally",
    "people_of",
    "pull",
    "ratio_interval",
    "tally_by_subject",
]

F64 = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_RESAMPLES = 100  # their variance is within about 14 % of that of many more


class Interval(NamedTuple):
    """Lower and upper limit of a rate, each of any one shape; NaN where nothing can be said."""

    low: F64
    high: F64


def clopper_pearson(count: ArrayLike, of: ArrayLike, confidence: float = 0.95) -> Interval:
    """Exact interval of a proportion; it covers the truth in at least `confidence` of all cases, often in more.

    count, of : successes and trials, shapes that broadcast; need not be whole; NaN limits where `of` is 0
    confidence : 0..1

    Source: Clopper and Pearson, Biometrika 26 (1934); limits are quantiles of the beta distribution.

    >>> [round(float(limit), 3) for limit in clopper_pearson(8, 42)]
    [0.086, 0.341]
    """
    try:
        x, n = np.broadcast_arrays(np.asarray(count, np.float64), np.asarray(of, np.float64))
    except (TypeError, ValueError):
        raise InputError("a count and what it is out of are numbers, or arrays of them of one shape") from None
    if (x < 0).any() or (x > n).any():
        raise InputError("a count is below 0 or above the number of passes it is a share of")
    tail = _tail(confidence)
    some, rest = np.where(x > 0, x, 1.0), np.where(x < n, n - x, 1.0)
    low = np.where(x > 0, betaincinv(some, n - x + 1, tail), 0.0)
    high = np.where(x < n, betaincinv(x + 1, rest, 1 - tail), 1.0)
    unknown = ~(n > 0) | np.isnan(x)
    return Interval(np.where(unknown, np.nan, low)[()], np.where(unknown, np.nan, high)[()])


@dataclass(frozen=True)
class Tally:
    """What an interval by person needs to know of the passes at or above each of T thresholds.

    passes, people : how many of each
    squares : sum over people of (passes of the person) squared
    count : (T,) passes at or above the threshold
    count_squares : (T,) sum over people of (the person's count) squared
    count_passes : (T,) sum over people of the person's count times the person's passes
    pulled_squares, pulled_count_squares, pulled_count_passes : the three sums with each person counted as often as `pull` says
    """

    passes: int
    people: int
    squares: float
    count: F64
    count_squares: F64
    count_passes: F64
    pulled_squares: float
    pulled_count_squares: F64
    pulled_count_passes: F64


def pull(size: ArrayLike) -> F64:
    """By how much the deviation of each person counts in the variance between people who made `size` (k,) passes, (k,).

    1 where all made as many. Who makes most of the passes pulls the rate to her own and so deviates little from it; left out, she
    would change it by her deviation times n / (n - her passes). Counted so, it is the variance of the jackknife (Miller, Biometrika
    61 (1974) 1).

    >>> pull([5, 5, 5]).tolist(), pull([8, 1, 1]).round(2).tolist()
    ([1.0, 1.0, 1.0], [11.11, 0.55, 0.55])
    """
    passes = np.asarray(size, np.float64)
    k, n = passes.size, passes.sum()
    return ((k - 1) / k * n / (n - passes)) ** 2 if k > 1 else np.ones(k)


def people_of(subject: ArrayLike | None, passes: int) -> tuple[Ints, Ints]:
    """Whose pass each is, as codes from 0 (n,), and how many passes each person made (k,).

    subject : (n,) names or codes; a pass whose subject is "" or missing is of a person of its own, and so is each pass if None

    >>> [part.tolist() for part in people_of(["b", "a", "b", ""], 4)]
    [[1, 0, 1, 2], [1, 2, 1]]
    """
    if subject is None:
        return np.arange(passes), np.ones(passes, np.int64)
    names = labels_of(subject)
    if names.shape != (passes,):
        raise InputError(f"there are {passes:,} passes but subjects of shape {names.shape}; give each pass its subject")
    code = np.unique(names, return_inverse=True)[1].astype(np.int64)
    if names.dtype.kind == "U":
        unknown = np.flatnonzero(names == "")
        code[unknown] = passes + np.arange(unknown.size)
        code = np.unique(code, return_inverse=True)[1].astype(np.int64)
    return code, np.bincount(code).astype(np.int64)


def tally_by_subject(score: ArrayLike, subject: ArrayLike | None, threshold: ArrayLike) -> Tally:
    """The `Tally` of passes with `score` (n,) of people `subject` (n,) at each threshold (T,), in O(n log n).

    subject : as for `people_of`; scores of -inf count at no threshold

    >>> tally = tally_by_subject([0.9, 0.8, 0.1], ["a", "a", "b"], [0.5])
    >>> tally.squares, tally.count, tally.count_squares, tally.count_passes
    (5.0, array([2.]), array([4.]), array([4.]))
    """
    values = np.asarray(score, np.float64)
    who, size = people_of(subject, values.size)
    if size.size == values.size:  # nobody passes twice
        ordered = np.sort(values[values > -np.inf])
        count = np.asarray(ordered.size - np.searchsorted(ordered, np.asarray(threshold, np.float64)), np.float64)
        n = float(values.size)
        return Tally(values.size, values.size, n, count, count, count, n, count, count)
    order = np.lexsort((-values, who))
    nth = np.arange(values.size) - np.repeat(np.cumsum(size) - size, size)  # from each person's best score down
    falling = np.argsort(-values[order], kind="stable")
    cut = np.maximum(np.asarray(threshold, np.float64), np.finfo(np.float64).min)
    reached = np.searchsorted(-values[order][falling], -cut, side="right")

    def total(step: NDArray[Any]) -> F64:
        return np.concatenate([[0.0], np.cumsum(step[falling], dtype=np.float64)])[reached]

    # a person's count c grows by one at each of her scores, and so c squared by 2c + 1
    each = pull(size)
    pulls, passes, more = np.repeat(each, size), np.repeat(size, size), 2 * nth + 1
    return Tally(
        passes=values.size,
        people=size.size,
        squares=float((size * size).sum()),
        count=total(np.ones(values.size)),
        count_squares=total(more),
        count_passes=total(passes),
        pulled_squares=float((each * size * size).sum()),
        pulled_count_squares=total(pulls * more),
        pulled_count_passes=total(pulls * passes),
    )


def interval_of_tally(tally: Tally, confidence: float = 0.95) -> Interval:
    """Interval of `count / passes` at each threshold of `tally`, (T,), with people as the independent units.

    The variance between people says how many independent passes these passes are worth; the interval is Clopper-Pearson's
    at that number, lowered by Student's t where that variance rests on few people (`degrees_of_freedom`); a single error,
    which can resemble no other, lowers nothing. With one pass a person it is Clopper-Pearson itself. Where no pass counts, or every pass, the variance is unknown and a person is taken
    for one pass. NaN for fewer than two people.

    Where errors are few, the variance between those who made them says nothing of a person of another kind who has not
    passed yet. So the upper limit is never below the one without any pass that counts, and the lower one never above the one
    where all count if fewer than a third of the people carry the passes that do not.

    >>> errors = np.zeros((3, 1000))
    >>> errors[1, 0] = errors[2, [0, 100]] = 1  # 100 passes each of 10 people: no error, one, and two by two people
    >>> spans = [interval_of_tally(tally_by_subject(s, np.arange(1000) // 100, [0.5])) for s in errors]
    >>> [float(span.high[0].round(3)) for span in spans]
    [0.308, 0.308, 0.308]

    Source: Korn and Graubard, Survey Methodology 24 (1998) 193; the degrees of freedom are ours, after Satterthwaite,
    Biometrics Bulletin 2 (1946) 110. The simulated coverage is in docs/numbers.md.
    """
    if tally.people == tally.passes:
        return clopper_pearson(tally.count, tally.passes, confidence)
    return _limits(tally.count / tally.passes, effective_passes(tally, confidence), tally, confidence)


def effective_passes(tally: Tally, confidence: float = 0.95) -> F64:
    """How many independent passes the passes of `tally` are worth, (T,); 0 for fewer than two people.

    Ten passes each of 20 people, half of them always recognised and half never, are worth about as much as 17:

    >>> always_or_never = np.repeat([1.0, 0.0], 100)
    >>> effective_passes(tally_by_subject(always_or_never, np.arange(200) // 10, [0.5])).round(1).tolist()
    [17.0]
    """
    n, k, share = tally.passes, tally.people, tally.count / max(tally.passes, 1)
    if k < 2:
        return np.zeros(share.shape)
    spread = tally.pulled_count_squares - 2 * share * tally.pulled_count_passes + share**2 * tally.pulled_squares
    variance = np.maximum(spread, 0) / (n * n) * k / (k - 1)
    return _worth(share, variance, tally, confidence)


def degrees_of_freedom(tally: Tally) -> F64:
    """On how much evidence the variance between the people of `tally` rests, (T,): from 1 to people - 1.

    Where errors are rare a few people make all of them, and it is their number that counts, not the number of all people:
    c people who carry the errors evenly give about 2 c - 1. Where fewer passes are returns, less hangs on them. And it is never
    more than the number of people who would make these passes evenly (Kish's effective size): where two make nearly all, it is
    the rates of two.

    Ten errors, each of another of 100 people who pass ten times, and ten errors of one person among them:

    >>> spread, heaped = (np.zeros(1000) for _ in range(2))
    >>> spread[::100], heaped[:10] = 1, 1
    >>> [degrees_of_freedom(tally_by_subject(s, np.arange(1000) // 10, [0.5])).round(1).tolist() for s in (spread, heaped)]
    [[23.5], [1.2]]
    """
    carriers = np.minimum(_evenly(tally.count, tally.count_squares), _evenly(*_missed(tally)))
    returning = 1 - tally.people / max(tally.passes, 1)
    most = max(min(tally.people - 1.0, tally.passes**2 / max(tally.squares, 1.0)), 1.0)
    return np.clip((2 * carriers - 1) / returning**2, 1.0, most) if returning else np.full(carriers.shape, most)


def interval_by_subject(outcome: ArrayLike, subject: ArrayLike | None, confidence: float = 0.95) -> Interval:
    """`interval_of_tally` of the share of passes with `outcome`, (n,) of bool, made by `subject`, (n,).

    >>> seen = interval_by_subject([True] * 10 + [False] * 10, np.arange(20) // 2)  # ten people, two passes each
    >>> [round(float(limit), 2) for limit in seen], [round(float(limit), 2) for limit in clopper_pearson(10, 20)]
    ([0.16, 0.84], [0.27, 0.73])
    """
    happened = truths_of(outcome)
    who, size = people_of(subject, happened.size)
    hits = np.bincount(who, happened, size.size).astype(np.float64)
    low, high = interval_of_tally(_tally_of(hits, size), confidence)
    return Interval(low[0], high[0])


def bootstrap_by_subject(
    outcome: ArrayLike,
    subject: ArrayLike | None,
    *,
    rng: np.random.Generator,
    resamples: int = 1000,
    confidence: float = 0.95,
) -> Interval:
    """`interval_by_subject` with the variance from resampling people, each with all her passes.

    outcome, subject : (n,) bool, and as for `people_of`
    resamples : how often as many people as there are get drawn with replacement, 100 times at least

    The limits are not quantiles of the resampled rates, which cover the truth too seldom where people or errors are few;
    the resampled variance, through Clopper-Pearson at the effective number of passes, gives 94 to 97 % (docs/numbers.md).

    >>> low, high = bootstrap_by_subject([True, False] * 50, np.arange(100), rng=np.random.default_rng(7))
    >>> round(float(low), 2), round(float(high), 2)
    (0.4, 0.6)
    """
    if not isinstance(resamples, int | np.integer) or resamples < LEAST_RESAMPLES:
        raise InputError(
            f"{resamples!r} resamples say nothing of a variance; draw {LEAST_RESAMPLES} or more, such as 1000"
        )
    generator_of(rng)
    happened = truths_of(outcome)
    who, size = people_of(subject, happened.size)
    if size.size < 2:
        return clopper_pearson(0, 0, confidence)
    hits = np.bincount(who, happened, size.size).astype(np.float64)
    rates = _resampled_rates(hits, size, rng, resamples)
    k, share = size.size, np.array([hits.sum() / happened.size])
    worth = _worth(share, np.array([rates.var() * k / (k - 1)]), _tally_of(hits, size), confidence)
    low, high = _limits(share, worth, _tally_of(hits, size), confidence)
    return Interval(low[0], high[0])


def generator_of(rng: object) -> np.random.Generator:
    """What random numbers are drawn from, after refusing a bare seed."""
    if isinstance(rng, np.random.Generator):
        return rng
    raise InputError(f"rng draws random numbers; give np.random.default_rng(7), not {rng!r}")


def ratio_interval(rate: ArrayLike, of_rate: Interval, reference: ArrayLike, of_reference: Interval) -> Interval:
    """Interval of `rate / reference`, two independent rates with an interval each; no upper limit (inf) if one is 0.

    rate, reference : 0..1, shapes that broadcast; the intervals' limits have the same shapes

    Source: the method of variance estimates recovery for ratios, Donner and Zou, Stat. Methods Med. Res. 21 (2012) 347.

    >>> twice = ratio_interval(0.2, clopper_pearson(40, 200), 0.1, clopper_pearson(20, 200))
    >>> [round(float(limit), 2) for limit in twice]
    [1.2, 3.44]
    """
    p, q, *limits = np.broadcast_arrays(rate, reference, *of_rate, *of_reference)
    p_low, p_high, q_low, q_high = limits
    product = np.asarray(p * q, np.float64)

    def limit(of_p: F64, of_q: F64) -> tuple[F64, F64, F64]:
        a, b = of_p * (2 * p - of_p), of_q * (2 * q - of_q)
        return a, b, np.sqrt(np.maximum(product**2 - a * b, 0))

    a, b, root = limit(p_low, q_high)
    low = np.divide(a, product + root, out=np.zeros(np.shape(a)), where=product + root != 0)
    a, b, root = limit(p_high, q_low)
    high = np.divide(product + root, b, out=np.full(np.shape(b), np.inf), where=b > 0)
    unknown = np.isnan(p + q + p_low + q_low)
    return Interval(np.where(unknown, np.nan, low)[()], np.where(unknown, np.nan, high)[()])


def _tail(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise InputError(f"the confidence is {confidence}, expected a share between 0 and 1, such as 0.95")
    return (1 - confidence) / 2


def _tally_of(hits: F64, size: Ints) -> Tally:
    """The tally of one threshold, from each person's count and passes."""
    pulls = pull(size)
    return Tally(
        passes=int(size.sum()),
        people=size.size,
        squares=float(size @ size),
        count=np.array([hits.sum()]),
        count_squares=np.array([hits @ hits]),
        count_passes=np.array([hits @ size]),
        pulled_squares=float(pulls * size @ size),
        pulled_count_squares=np.array([pulls * hits @ hits]),
        pulled_count_passes=np.array([pulls * hits @ size]),
    )


def _limits(share: F64, worth: F64, tally: Tally, confidence: float) -> Interval:
    """Clopper-Pearson's for a rate `share` of `worth` passes, none nearer than what the people alone allow."""
    low, high = clopper_pearson(share * worth, worth, confidence)
    unseen = clopper_pearson(0, tally.people, confidence).high
    if tally.people == tally.passes:
        return Interval(low, high)  # nobody returns: nobody's errors are many
    few = 3 * _evenly(*_missed(tally)) < tally.people
    return Interval(np.where(few, np.minimum(low, 1 - unseen), low), np.maximum(high, unseen))


def _missed(tally: Tally) -> tuple[F64, F64]:
    """The passes that do not count, and the sum over people of each one's number of them squared; (T,) each."""
    return tally.passes - tally.count, tally.squares - 2 * tally.count_passes + tally.count_squares


def _evenly(count: F64, squares: F64) -> F64:
    """How many people would carry `count` evenly, given the sum of each one's count squared; 0 for no count."""
    return np.divide(count * count, squares, out=np.zeros(np.shape(count)), where=squares > 0)


def _worth(share: F64, variance: F64, tally: Tally, confidence: float) -> F64:
    """Effective passes for a rate `share` whose estimate has `variance`; at most as many as there are passes."""
    passes, upper = tally.passes, 1 - _tail(confidence)
    alone = share * (1 - share) / (passes - 1)  # the variance if every pass were of another person
    unknown, none = alone <= 0, variance <= 0
    worth = passes * np.divide(alone, variance, out=np.ones(np.shape(share)), where=~none)
    few = (stdtrit(passes - 1, upper) / stdtrit(degrees_of_freedom(tally), upper)) ** 2
    few = np.where(np.minimum(tally.count, passes - tally.count) > 1, few, 1.0)  # one error cannot resemble another
    return np.where(unknown, float(tally.people), np.minimum(worth, passes) * np.minimum(few, 1))


def _resampled_rates(hits: F64, size: Ints, rng: np.random.Generator, resamples: int) -> F64:
    """Rate in each resample of people, (resamples,), in blocks that keep the memory small."""
    people = size.size
    block = max(1, 2_000_000 // people)
    rates = []
    for start in range(0, resamples, block):
        drawn = rng.integers(0, people, (min(block, resamples - start), people))
        rates.append(hits[drawn].sum(axis=1) / size[drawn].sum(axis=1))
    return np.concatenate(rates)
