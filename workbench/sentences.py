"""Numbers as sentences that a manager can repeat: each says its count and its denominator, and NaN is "too few to say"."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from workbench.counts import count
from workbench.outcomes import Expected, Stranger, passes_needed, precision, rule_of_three

if TYPE_CHECKING:
    from workbench.groups import GroupRates

__all__ = [
    "NOT_KNOWN",
    "TOO_FEW_WORDS",
    "alone_words",
    "apart_digits",
    "apart_words",
    "copies_words",
    "false_alert_words",
    "floor_words",
    "found_words",
    "group_words",
    "known_rate",
    "line_words",
    "most_words",
    "needed_words",
    "no_class_words",
    "one_in_words",
    "one_person_words",
    "people_words",
    "per_cent",
    "rank_words",
    "share_words",
    "span_words",
    "stranger_words",
    "threshold_words",
    "thresholds_words",
    "times_words",
    "workload_words",
    "wrong_alert_words",
    "unjudgeable_words",
]

TOO_FEW_WORDS, NOT_KNOWN = "too few to say", "not known"
MOST = 17  # digits that tell any two scores apart
_LARGEST = 1e6  # of ratios that are said


def apart_words(score: float, threshold: float, least: int = 3) -> tuple[str, str]:
    """A score, rounded, and a threshold, rounded up, with as many digits as show which is larger, `least` at least.

    >>> apart_words(0.45, 0.5), apart_words(0.9366, 0.9364), apart_words(0.5, 0.5)
    (('0.450', '0.500'), ('0.9366', '0.9364'), ('0.500', '0.500'))
    """
    digits = apart_digits(threshold, [score], least)
    return f"{score:.{digits}f}", threshold_words(threshold, digits)


def apart_digits(threshold: float, scores: Iterable[float], least: int = 3) -> int:
    """With how many digits, `least` at least, each score stays on its own side of the threshold, which is rounded up.

    >>> apart_digits(0.9364, [0.5, 0.98]), apart_digits(0.9364, [0.9366])
    (3, 4)
    """
    every = list(scores)
    return next((digits for digits in range(least, MOST) if _apart(threshold, every, digits)), MOST)


def _apart(threshold: float, scores: Iterable[float], digits: int) -> bool:
    """Whether each score, rounded, stays on its side of the threshold, rounded and rounded up."""
    lines = round(threshold, digits), float(threshold_words(threshold, digits))
    shown = ((score, round(score, digits)) for score in scores)
    return all(_side(at, line) == _side(score, threshold) for score, at in shown for line in lines)


def _side(score: float, line: float) -> int:
    return (score > line) - (score < line)


def per_cent(rate: float) -> str:
    """A share in per cent: one decimal, two significant figures below 1 %, never rounded to all; 0.0 below 1 in 10^10, which nobody can measure.

    >>> per_cent(8 / 42), per_cent(10 / 3_147_436), per_cent(float("nan")), per_cent(1 - 1e-13)
    ('19.0 %', '0.00032 %', 'too few to say', '99.999999999 %')
    """
    if math.isnan(rate):
        return TOO_FEW_WORDS
    value = 100 * rate
    digits = 1 if value < 1e-8 or value >= 1 else 1 - math.floor(math.log10(value))
    if 99.95 <= value < 100:  # what was seen is never rounded to all
        digits = min(-math.floor(math.log10(100 - value) + 1e-9), 9)
        value = min(value, 100 - 10.0**-digits)
    return f"{value:.{digits}f} %"


def one_in_words(rate: float) -> str:
    """A rate as "1 in N"; "none seen" for 0, because 1 in infinity was never measured; above a half as so many in 100.

    >>> one_in_words(0.001), one_in_words(0.0), one_in_words(0.4)
    ('1 in 1,000', 'none seen', '1 in 2.5')
    >>> one_in_words(2 / 3), one_in_words(0.9968), one_in_words(1.0)
    ('67 in 100', '997 in 1,000', '1 in 1')
    """
    if math.isnan(rate):
        return TOO_FEW_WORDS
    if rate == 0:
        return "none seen"
    return _most_in_words(rate) if 0.5 < rate < 1 else f"1 in {_number(1 / rate)}"


def _most_in_words(rate: float) -> str:
    """A rate that "1 in 1.0" would not tell from any other; never rounded to all."""
    for of in (100, 1_000, 10_000):
        if (some := math.floor(rate * of + 0.5)) < of:
            return f"{some:,} in {of:,}"
    return "nearly all"


def share_words(count: float, of: float, low: float, high: float) -> str:
    """A share with its counts and its limits.

    >>> share_words(8, 42, 0.086, 0.341)
    '8 of 42 (19.0 %; 95 %: 8.6 to 34.1 %)'
    >>> share_words(0, 0, float("nan"), float("nan"))
    'too few to say (0 of 0)'
    """
    counts = f"{_number(count)} of {_number(of)}"
    if not of or math.isnan(known_rate(0.0, low, high)):
        return f"{TOO_FEW_WORDS} ({counts})"
    return f"{counts} ({per_cent(count / of)}; 95 %: {span_words(low, high)})"


def known_rate(rate: float, low: float, high: float) -> float:
    """The rate where it has limits, else NaN: passes of one person alone say nothing about other people.

    >>> known_rate(1.0, 0.9, 1.0), known_rate(1.0, float("nan"), float("nan"))
    (1.0, nan)
    """
    return math.nan if math.isnan(low) or math.isnan(high) else rate


def rank_words(within: int | None) -> str:
    """Up to which rank a person counts as recognised, after "TPIR" or "recognised"; nothing where any rank counts."""
    return "" if within is None else f" within rank {within:,}"


def found_words(
    returned: int, mated: int, missed_detections: int = 0, within: int | None = None, people: int | None = None
) -> str:
    """How many passes of people on the list were recognised, and how many of the missed ones had no face.

    within : last rank that counts as recognised, None for any; people : whose passes they were, None: each of another person

    >>> found_words(70, 100, 4)
    '70 of 100 passes of people on the list recognised, 30 missed (in 4 of them no face was found)'
    >>> found_words(30, 40, people=1)
    'too few to say: 30 of 40 passes of 1 person on the list recognised, 10 missed'
    """
    if not mated:
        return f"{TOO_FEW_WORDS}: no pass of a person on the list"
    undetected = f" (in {missed_detections:,} of them no face was found)" if missed_detections else ""
    few, who = (f"{TOO_FEW_WORDS}: ", "1 person") if people == 1 < mated else ("", "people")
    found = f"{few}{returned:,} of {mated:,} passes of {who} on the list recognised{rank_words(within)}"
    return f"{found}, {mated - returned:,} missed{undetected}"


def false_alert_words(
    false_alerts: int,
    faces_seen: int,
    people: int | None = None,
    *,
    seen: tuple[str, str] = ("face seen", "faces seen"),
) -> str:
    """The false alert rate per face seen.

    people : whose faces they were, where some passed more than once; None: each of another person
    seen : what was counted, one and many: not every pass shows a face

    >>> false_alert_words(3, 3_000)
    '1 false alert in 1,000 faces seen (3 of 3,000)'
    >>> false_alert_words(2_990, 3_000)
    '2,990 false alerts in 3,000 faces seen'
    >>> false_alert_words(0, 2_000)
    'no false alert in 2,000 faces seen; nothing better than 1 in 667 can be claimed'
    >>> false_alert_words(0, 2_000, people=10)
    'no false alert in 2,000 faces seen, of 10 people; nothing better than 1 in 3.3 can be claimed'
    >>> false_alert_words(10, 30, people=1)
    'too few to say: 10 false alerts in 30 faces seen, of 1 person'
    """
    if not faces_seen:
        return f"{TOO_FEW_WORDS}: no face of a person who is not on the list"
    what = seen[faces_seen != 1]
    whose = _of_people(faces_seen, people)
    whose = whose and f", {whose}"
    if not false_alerts:
        return f"no false alert in {faces_seen:,} {what}{whose}; {floor_words(people or faces_seen)}"
    counts = f"{false_alerts:,} false alert{'s' * (false_alerts != 1)} in {faces_seen:,} {what}"
    if people == 1 < faces_seen:
        return f"{TOO_FEW_WORDS}: {counts}{whose}"
    if 2 * false_alerts > faces_seen:
        return counts
    each = _number(faces_seen / false_alerts)
    return f"1 false alert in {each} {seen[1]} ({false_alerts:,} of {faces_seen:,})"


def most_words(said: str, unsettled: bool) -> str:
    """A rate of false alerts in words, "at most" that where alerts that nobody settled count as false.

    >>> most_words("27.3 %", True), most_words("no false alert in 9 faces seen", True), most_words("27.3 %", False)
    ('at most 27.3 %', 'no false alert in 9 faces seen', '27.3 %')
    """
    none = said.startswith((TOO_FEW_WORDS, "no false alert", "0 of ")) or said == per_cent(0.0)
    return f"at most {said}" if unsettled and not none else said


def alone_words(mated: int) -> str:
    """What is known of people on the list where only those passes count about which somebody was asked.

    >>> alone_words(2)
    'how many people on the list were missed is not known: 2 passes of them are known, because somebody was asked about them'
    """
    passes = f"{mated:,} passes of them are" if mated > 1 else "1 pass of them is"
    about = "them" if mated > 1 else "it"
    end = f": {passes} known, because somebody was asked about {about}" if mated else ""
    return f"how many people on the list were missed is {NOT_KNOWN}{end}"


def wrong_alert_words(base_rate: float, tpir: float, fpir: float) -> str:
    """The false alert rate per alert, which the base rate decides.

    >>> wrong_alert_words(1e-4, 0.70, 0.001)
    '93 of 100 alerts wrong at this base rate (1 in 10,000 passers-by on the list)'
    """
    wrong = 100 * (1 - float(precision(base_rate, tpir, fpir)))
    if math.isnan(wrong):
        return f"{TOO_FEW_WORDS}: how many alerts are wrong"
    people = "nobody" if base_rate == 0 else one_in_words(base_rate)
    return f"{_of_hundred(wrong)} alerts wrong at this base rate ({people} {'of the ' * (base_rate == 0)}passers-by on the list)"


def floor_words(people: float) -> str:
    """The rule of three after passes of so many people without an error; who returns counts once.

    >>> floor_words(3_000)
    'nothing better than 1 in 1,000 can be claimed'
    """
    if people < 4:
        return f"{TOO_FEW_WORDS}, nothing can be claimed"
    return f"nothing better than {one_in_words(float(rule_of_three(people)))} can be claimed"


def needed_words(rate: float) -> str:
    """What it would take to claim a rate: that many people, for who returns counts once.

    >>> needed_words(1 / 6_000)
    'to claim 1 in 6,000 takes 18,000 passes of as many people not on the list without a false alert'
    """
    if rate == 0:
        return "no number of passes proves that there will never be a false alert"
    needed = _number(float(passes_needed(rate)))
    return (
        f"to claim {one_in_words(rate)} takes {needed} passes of as many people not on the list without a false alert"
    )


def stranger_words(rarity: Stranger) -> str:
    """How rare a score is among people who are not on the list, for one score.

    >>> stranger_words(Stranger(np.float64(500), np.float64(4), 2_000, np.float64(200), np.float64(1_800)))
    '1 stranger in 500 reaches this score (4 of 2,000 measured)'
    >>> stranger_words(Stranger(np.float64(np.nan), np.float64(0), 2_000, np.float64(3), np.float64(np.inf), people=10))
    'none of 2,000 passes of 10 people reached this score; nothing better than 1 in 3.3 can be claimed'
    >>> stranger_words(Stranger(np.float64(2_000 / 1_994), np.float64(1_994), 2_000, np.float64(1), np.float64(1.01)))
    '997 in 1,000 strangers reach this score (1,994 of 2,000 measured)'
    """
    if not rarity.of:
        return f"{TOO_FEW_WORDS}: no stranger was measured"
    whose = _of_people(rarity.of, rarity.people)
    if not rarity.count:
        measured = f"passes {whose}" if whose else "strangers measured"
        return f"none of {rarity.of:,} {measured} reached this score; {floor_words(rarity.people or rarity.of)}"
    measured = f"passes {whose}" if whose else "measured"
    who, many = ("stranger's pass", "strangers' passes") if whose else ("stranger", "strangers")
    counts = f"({int(rarity.count):,} of {rarity.of:,} {measured})"
    if rarity.n < 2:
        return f"{one_in_words(1 / float(rarity.n))} {many} reach this score {counts}"
    return f"1 {who} in {_number(float(rarity.n))} reaches this score {counts}"


def workload_words(expected: Expected, hours: float) -> str:
    """Alerts and review time of a deployment.

    >>> from workbench.outcomes import expect
    >>> workload_words(expect(0.7, 0.001, passers_per_hour=10_000, base_rate=1e-4, hours=6), 6)
    '64 alerts expected in 6 hours, 60 of them false, and 64 minutes of review by all reviewers together'
    >>> workload_words(expect(0.7, 0.001, passers_per_hour=10, base_rate=1e-4, hours=3), 3)
    'fewer than 0.1 alerts expected in 3 hours, fewer than 0.1 of them false, and fewer than 0.1 minutes of review by all reviewers together'
    """
    alerts, false, minutes = float(expected.alerts), float(expected.false_alerts), float(expected.minutes)
    if math.isnan(alerts):
        return f"{TOO_FEW_WORDS}: how many alerts to expect"
    span = "1 hour" if hours == 1 else f"{hours:g} hours"
    time = _expected(minutes)
    review = f"{time} minute{'s' * (time != '1')} of review by all reviewers together"
    words = _expected(alerts), _expected(false)
    if words[0] == words[1] and false < alerts >= 10:
        words = f"{alerts:,.1f}", f"{false:,.1f}"
    return f"{words[0]} alert{'s' * (words[0] != '1')} expected in {span}, {words[1]} of them false, and {review}"


def _expected(value: float) -> str:
    """An expected number; a small one is not rounded to nothing."""
    return "fewer than 0.1" if 0 < value < 0.05 else _number(value).removesuffix(".0")


def group_words(rates: GroupRates) -> list[str]:
    """One sentence for each group.

    >>> from workbench.groups import group_rates
    >>> group_words(group_rates([True] + [False] * 19 + [True], ["x"] * 20 + ["y"]))
    ['x: 1 of 20 (5.0 %; 95 %: 0.13 to 24.9 %), 20 people', 'y: too few to say (1 of 1; 1 person, 10 are needed)']
    """
    return [_group(rates, i) for i in range(rates.group.size)]


def no_class_words(mated: int, nonmated: int) -> str:
    """What an empty class leaves unknown; "" if neither is empty.

    >>> no_class_words(0, 10)
    'no pass is of a person on the list: whether listed people are recognised is too few to say'
    """
    if mated and nonmated:
        return ""
    if nonmated:
        return f"no pass is of a person on the list: whether listed people are recognised is {TOO_FEW_WORDS}"
    if mated:
        return f"every pass is of a person on the list: how often strangers raise an alert is {TOO_FEW_WORDS}"
    return f"there is no pass at all: everything is {TOO_FEW_WORDS}"


def one_person_words(passes: int, people: int, which: str) -> str:
    """What several passes of a single person leave unknown; "" otherwise.

    >>> one_person_words(40, 1, "on the list")
    'all 40 passes of people on the list are of one person: they say nothing about other people, so no interval is given'
    """
    if people != 1 or passes < 2:
        return ""
    one = f"all {passes:,} passes of people {which} are of one person"
    return f"{one}: they say nothing about other people, so no interval is given"


def copies_words(copies: int) -> str:
    """That passes seem to be listed twice; "" if none.

    >>> copies_words(12)
    '12 passes equal another one in person and scores to the last digit: an image listed twice is counted twice'
    """
    if not copies:
        return ""
    equal = count(copies, "pass equals", "passes equal")
    return f"{equal} another one in person and scores to the last digit: an image listed twice is counted twice"


def people_words(number: int) -> str:
    """How many people.

    >>> people_words(1), people_words(1_200)
    ('1 person', '1,200 people')
    """
    return count(number, "person", "people")


def _of_people(passes: int, people: int | None) -> str:
    """By how many people so many passes are, where that is fewer; "" where each is of another person."""
    if not people or people >= passes:
        return ""
    return f"of {people_words(people)}"


def _group(rates: GroupRates, i: int) -> str:
    name, count, passes, people = rates.group[i], rates.count[i], rates.passes[i], rates.people[i]
    who = people_words(int(people))
    if np.isnan(rates.rate[i]):
        return f"{name}: {TOO_FEW_WORDS} ({count:,} of {passes:,}; {who}, {rates.least:,} are needed)"
    text = f"{name}: {share_words(count, passes, rates.low[i], rates.high[i])}, {who}"
    if name == rates.reference:
        return text
    ratio, low, high = rates.ratio[i], rates.ratio_low[i], rates.ratio_high[i]
    if np.isnan(ratio) and low > 0:
        without = f"{rates.reference} has none in {int(rates.passes[rates.group == rates.reference][0]):,} passes"
        return f"{text}, at least {times_words(low)} times {rates.reference} (95 %): {without}"
    if np.isnan(ratio):
        return f"{text}, {TOO_FEW_WORDS} against {rates.reference}"
    return f"{text}, {times_words(ratio)} times {rates.reference} (95 %: {times_words(low)} to {times_words(high)})"


def times_words(ratio: float) -> str:
    """A ratio: two decimals, two significant figures where that would hide it; what nobody can measure is "0.00" or "over a million".

    >>> times_words(1.234), times_words(0.000625), times_words(0.0), times_words(float("inf"))
    ('1.23', '0.00063', '0.00', 'no upper limit')
    >>> times_words(2_027.01), times_words(2e42), times_words(3.6e-42)
    ('2,027', 'over a million', '0.00')
    """
    if np.isinf(ratio):
        return "no upper limit"
    if ratio > _LARGEST:
        return "over a million"
    if ratio >= 100:
        return f"{ratio:,.0f}"
    return f"{ratio:.2f}" if ratio >= 0.1 or ratio < 1 / _LARGEST else f"{ratio:.{1 - math.floor(math.log10(ratio))}f}"


def threshold_words(threshold: float, digits: int = 3) -> str:
    """A threshold, rounded up: who types it in gets no more alerts than were measured at it.

    >>> threshold_words(0.49923), threshold_words(0.45), threshold_words(-0.1234, 2)
    ('0.500', '0.450', '-0.12')
    """
    return f"{math.ceil(threshold * 10**digits - 1e-6) / 10**digits:.{digits}f}"


def thresholds_words(thresholds: Sequence[float]) -> list[str]:
    """Thresholds, rounded up, with as many digits as tell each from all others, three at least.

    >>> thresholds_words([0.4334, 0.45765534, 0.45765537, 0.45765537])
    ['0.434', '0.45765534', '0.45765537', '0.45765537']
    """
    every = set(thresholds)
    return [threshold_words(each, _telling(each, every - {each})) for each in thresholds]


def _telling(threshold: float, others: Iterable[float]) -> int:
    """With how many digits a threshold is told from others."""
    return next(
        (n for n in range(3, MOST) if all(threshold_words(threshold, n) != threshold_words(o, n) for o in others)), MOST
    )


def line_words(threshold: float) -> str:
    """A threshold, rounded up to four decimals, without zeros at its end.

    >>> line_words(0.936948835849762), line_words(0.5)
    ('0.937', '0.5')
    """
    return threshold_words(threshold, 4).rstrip("0").rstrip(".")


def span_words(low: float, high: float) -> str:
    """Limits of a share.

    >>> span_words(0.086, 0.341), span_words(float("nan"), float("nan"))
    ('8.6 to 34.1 %', 'too few to say')
    """
    if math.isnan(low) or math.isnan(high):
        return TOO_FEW_WORDS
    return f"{per_cent(low).removesuffix(' %')} to {per_cent(high)}"


def _number(value: float) -> str:
    """A count with thousands, decimals only where a small number would mislead without."""
    return f"{value:,.0f}" if value >= 10 or float(value).is_integer() else f"{value:,.1f}"


def _of_hundred(per_hundred: float) -> str:
    if 0 < per_hundred <= 0.5:
        return "fewer than 1 of 100"
    if 99.5 <= per_hundred < 100:
        return "more than 99 of 100"
    return f"{per_hundred:.0f} of 100"


def unjudgeable_words(number: int) -> str:
    """That so many alerts wait for ever; "" for none.

    >>> unjudgeable_words(1)
    '1 alert is open and can no longer be judged: the faces were deleted.'
    """
    if not number:
        return ""
    alerts = count(number, "alert is", "alerts are")
    return f"{alerts} open and can no longer be judged: the faces were deleted."
