"""What measured rates come to in use: how many alerts, how many of them wrong, and what can be claimed at all.

Two false alert rates are told apart by name: **per face seen** (false alerts / faces seen, small) and **per alert** (false
alerts / alerts, 1 - precision, often large). The same system has both; the base rate joins them. All functions take numbers
or arrays that broadcast, and an undefined outcome is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import InputError
from workbench.intervals import clopper_pearson, interval_of_tally, tally_by_subject
from workbench.metrics import alert_share, scores_of
from workbench.sameness import same_fields

__all__ = [
    "Expected",
    "Stranger",
    "alerts_per_hour",
    "best_claim",
    "enough_errors",
    "expect",
    "false_alert_rate_per_alert",
    "false_alert_rate_per_face_seen",
    "false_alerts_per_hour",
    "one_in",
    "one_stranger_in",
    "passes_needed",
    "precision",
    "reviewers_minutes",
    "rule_of_three",
    "scale_fpir",
]

F64 = NDArray[np.float64]


def precision(base_rate: ArrayLike, tpir: ArrayLike, fpir: ArrayLike) -> F64:
    """Share of alerts that are right, 0..1 (Bayes' rule); NaN where no alert can happen.

    base_rate : share of passers-by who are on the list, 0..1
    tpir, fpir : 0..1

    >>> precision([1e-4, 1e-3, 1e-2], 0.70, 0.001).round(3).tolist()
    [0.065, 0.412, 0.876]
    """
    base, t, f = _rate(base_rate, "the base rate"), _rate(tpir, "TPIR"), _rate(fpir, "FPIR")
    return _ratio(base * t, base * t + (1 - base) * f)


def false_alert_rate_per_face_seen(false_alerts: ArrayLike, faces_seen: ArrayLike) -> F64:
    """False alerts / faces seen; NaN where no face was seen. Close to FPIR where few passers-by are on the list.

    >>> float(false_alert_rate_per_face_seen(10, 3_147_436).round(7))
    3.2e-06
    """
    return _share(false_alerts, "false alerts", faces_seen, "faces seen")


def false_alert_rate_per_alert(false_alerts: ArrayLike, alerts: ArrayLike) -> F64:
    """False alerts / alerts, which is 1 - precision; NaN where there was no alert.

    >>> float(false_alert_rate_per_alert(10, 2_077).round(4))
    0.0048
    """
    return _share(false_alerts, "false alerts", alerts, "alerts")


def scale_fpir(fpir: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> F64:
    """FPIR expected at a list of `n2` people when `fpir` was measured at `n1`: 1 - (1 - FPIR(N1))^(N2/N1).

    fpir : 0..1; n1, n2 : people on the list, n1 > 0
    It takes the comparisons for independent. Look-alikes, kin and "hub" entries make the truth worse: measure again.

    >>> scale_fpir(0.001, 1_000, [1_000, 10_000]).round(6).tolist()
    [0.001, 0.009955]
    """
    rate, measured, wanted = _rate(fpir, "FPIR"), _amount(n1, "people on the list"), _amount(n2, "people on the list")
    if (measured == 0).any():
        raise InputError("an FPIR measured with nobody on the list says nothing about a longer list")
    with np.errstate(divide="ignore", invalid="ignore"):  # log(0) where FPIR = 1: -inf, and 0 x -inf at n2 = 0
        scaled = -np.expm1(np.log1p(-rate) * (wanted / measured))
    return np.where(wanted == 0, np.where(np.isnan(rate), np.nan, 0.0), scaled)[()]


def false_alerts_per_hour(passers_per_hour: ArrayLike, base_rate: ArrayLike, fpir: ArrayLike) -> F64:
    """Expected alerts on people who are not on the list, in an hour.

    >>> float(false_alerts_per_hour(5_000, 0.0, 0.001))
    5.0
    """
    passers = _amount(passers_per_hour, "passers-by an hour")
    return (passers * (1 - _rate(base_rate, "the base rate")) * _rate(fpir, "FPIR"))[()]


def alerts_per_hour(passers_per_hour: ArrayLike, base_rate: ArrayLike, tpir: ArrayLike, fpir: ArrayLike) -> F64:
    """Expected alerts in an hour, right and wrong together.

    >>> float(alerts_per_hour(1_000, 0.01, 0.7, 0.001).round(2))
    7.99
    """
    passers, base = _amount(passers_per_hour, "passers-by an hour"), _rate(base_rate, "the base rate")
    right = passers * base * _rate(tpir, "TPIR")
    return (right + false_alerts_per_hour(passers, base, fpir))[()]


def reviewers_minutes(alerts: ArrayLike, seconds_each: ArrayLike = 30.0, reviewers: ArrayLike = 2) -> F64:
    """Minutes of people's time that the adjudication of `alerts` takes, all reviewers together.

    seconds_each : one reviewer's time for one alert, a stated assumption; reviewers : who look separately (two by default)

    >>> float(reviewers_minutes(40, seconds_each=30, reviewers=2))
    40.0
    """
    each = _amount(seconds_each, "seconds for an alert") * _amount(reviewers, "reviewers")
    return (_amount(alerts, "alerts") * each / 60)[()]


class Expected(NamedTuple):
    """What one deployment is expected to bring, every field of the inputs' common shape.

    faces_seen, listed : passers-by; how many of those passes are of people on the list
    alerts, true_alerts, false_alerts, missed : expected numbers
    per_face_seen, per_alert : the two false alert rates, 0..1
    minutes : of all reviewers together
    """

    faces_seen: F64
    listed: F64
    alerts: F64
    true_alerts: F64
    false_alerts: F64
    missed: F64
    per_face_seen: F64
    per_alert: F64
    minutes: F64


def expect(
    tpir: ArrayLike,
    fpir: ArrayLike,
    *,
    passers_per_hour: ArrayLike,
    base_rate: ArrayLike,
    hours: ArrayLike = 1.0,
    seconds_each: ArrayLike = 30.0,
    reviewers: ArrayLike = 2,
) -> Expected:
    """The deployment of `hours` that these rates lead to; each number follows from the arguments alone.

    >>> day = expect(0.7, 0.001, passers_per_hour=10_000, base_rate=1e-4, hours=6)
    >>> round(float(day.false_alerts)), round(float(day.alerts)), round(float(day.per_alert), 3)
    (60, 64, 0.935)
    """
    seen = _amount(passers_per_hour, "passers-by an hour") * _amount(hours, "hours")
    base, t, f = _rate(base_rate, "the base rate"), _rate(tpir, "TPIR"), _rate(fpir, "FPIR")
    right, wrong = seen * base * t, seen * (1 - base) * f
    minutes = reviewers_minutes(right + wrong, seconds_each, reviewers)
    rates = _ratio(wrong, seen), _ratio(wrong, right + wrong)
    return Expected(seen[()], (seen * base)[()], right + wrong, right, wrong, seen * base - right, *rates, minutes)


def one_in(rate: ArrayLike) -> F64:
    """N in "1 in N"; NaN for a rate of 0, because a rate measured as 0 is not "1 in infinity".

    >>> one_in([0.001, 0.0]).tolist()
    [1000.0, nan]
    """
    return _ratio(np.float64(1), _rate(rate, "the rate"))


@dataclass(frozen=True, eq=False)
class Stranger:
    """One stranger in `n` reaches a score.

    n : NaN where none of those measured reached it
    count, of : how many reached it; how many were measured
    n_low, n_high : limits of n at 95 % by person; n_high is inf where none reached it; NaN if one person made several passes
    people : who made the passes; None for each of another person
    """

    n: F64
    count: F64
    of: int
    n_low: F64
    n_high: F64
    people: int | None = None

    def __eq__(self, other: object) -> bool:
        return same_fields(self, other)


def one_stranger_in(score: ArrayLike, nonmated: ArrayLike, subject: ArrayLike | None = None) -> Stranger:
    """How rare it is that a person who is not on the list scores as high as `score` against it.

    score : any shape; nonmated : (K,) best scores of non-mated passes. The number holds for that list size and pack only,
    and it is not the probability that the alert is wrong: that needs the base rate (`precision`).
    subject : (K,) whose pass each is, as for `intervals.people_of`; None for each of another person

    >>> rarity = one_stranger_in([0.5, 0.95], np.linspace(0, 0.9, 10))
    >>> rarity.n.tolist(), rarity.count.tolist()
    ([2.0, nan], [5.0, 0.0])
    """
    passes, at = scores_of(nonmated), np.asarray(score, np.float64)
    if np.isnan(at).any():
        raise InputError("the score is NaN; ask for a score, -inf for a pass without a face")
    tally = tally_by_subject(passes, subject, at.ravel())
    span = (limit.reshape(at.shape) for limit in interval_of_tally(tally))
    low, high = (np.divide(1.0, limit, out=np.full(at.shape, np.inf), where=limit != 0) for limit in span)
    share = alert_share(passes, score)
    return Stranger(one_in(share), np.rint(share * passes.size), passes.size, high[()], low[()], tally.people)


def rule_of_three(passes: ArrayLike) -> F64:
    """The floor: after `passes` without an error, no rate below about 3/n can be claimed at 95 %; NaN for no passes.

    It takes the passes for independent: where people return, give the number of people.

    Source: Hanley and Lippman-Hand, JAMA 249 (1983) 1743; used by ISO/IEC 19795-1.

    >>> rule_of_three([3_000, 18_000]).tolist()
    [0.001, 0.00016666666666666666]
    """
    n = _amount(passes, "passes")
    return np.minimum(_ratio(np.float64(3), n), 1.0)[()]


def best_claim(errors: ArrayLike, passes: ArrayLike) -> F64:
    """The lowest rate that can be claimed at 95 % after `errors` in `passes`: the exact one-sided upper limit.

    >>> best_claim([0, 1], 3_000).round(5).tolist()
    [0.001, 0.00158]
    """
    return clopper_pearson(errors, passes, confidence=0.90).high


def passes_needed(rate: ArrayLike) -> F64:
    """Error-free passes needed before `rate` can be claimed at 95 %, by the rule of three, to the next whole pass.

    >>> passes_needed([1 / 1_000, 1 / 6_000, 1 / 60_000]).tolist()
    [3000.0, 18000.0, 180000.0]
    """
    return np.ceil(_ratio(np.float64(3), _rate(rate, "the rate")) - 1e-6)[()]


def enough_errors(errors: ArrayLike) -> NDArray[np.bool_]:
    """Whether `errors` are the 30 after which a rate is within about 30 % of the truth at 90 % (the rule of 30).

    Source: Doddington et al., Speech Communication 31 (2000) 225.

    >>> enough_errors([29, 30]).tolist()
    [False, True]
    """
    return np.asarray(_amount(errors, "errors") >= 30)


def _share(part: ArrayLike, some: str, whole: ArrayLike, of: str) -> F64:
    """`part` as a share of `whole`, which holds it; NaN where there is none."""
    few, all_ = _amount(part, some), _amount(whole, of)
    if (few > all_).any():
        raise InputError(f"there are more {some} than {of}; give both of the same days and places")
    return _ratio(few, all_)


def _ratio(part: ArrayLike, whole: ArrayLike) -> F64:
    """`part / whole`, NaN where `whole` is 0."""
    top, under = np.broadcast_arrays(np.asarray(part, np.float64), np.asarray(whole, np.float64))
    return np.divide(top, under, out=np.full(top.shape, np.nan), where=under != 0)[()]


def _rate(value: ArrayLike, what: str) -> F64:
    """`value` as float64; a rate outside 0..1 is refused, NaN stays."""
    rate = np.asarray(value, np.float64)
    if ((rate < 0) | (rate > 1)).any():
        raise InputError(f"{what} is outside 0 to 1; give a share, such as 0.001 for 1 in 1,000")
    return rate


def _amount(value: ArrayLike, what: str) -> F64:
    """`value` as float64; a negative number is refused, NaN stays."""
    amount = np.asarray(value, np.float64)
    if (amount < 0).any():
        raise InputError(f"the number of {what} is below 0")
    return amount
