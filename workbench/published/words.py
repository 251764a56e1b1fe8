"""A published result in sentences that a manager can repeat: counts with what they are out of, rates with their limits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from workbench.counts import count
from workbench.faces import clock
from workbench.intervals import clopper_pearson
from workbench.published.bundle import Bundle, Found, Retained
from workbench.sentences import TOO_FEW_WORDS, one_in_words, share_words, unjudgeable_words
from workbench.triage import BETWEEN

__all__ = [
    "AS_IF",
    "cost_words",
    "day",
    "duty_words",
    "footage_words",
    "found_words",
    "least_share",
    "looked_words",
    "moment_words",
    "rates",
    "retained_words",
    "seen_share",
    "sure_words",
    "triage_words",
]

AS_IF = "if each face seen was another person's; whoever passed more than once makes them too narrow"
NOT_SEEN = (
    "That somebody was not seen is not proof that they were not there: small, turned and covered faces are missed."
)


def day(text: str) -> str:
    """A UTC time as a day.

    >>> day("2026-05-03T10:00:00+00:00")
    '3 May 2026'
    """
    at = datetime.fromisoformat(text)
    return f"{at.day} {at:%b %Y}"


def moment_words(text: str) -> str:
    """A UTC time to the minute."""
    return f"{day(text)}, {datetime.fromisoformat(text):%H:%M} UTC"


def looked_words(bundle: Bundle) -> str:
    """What was looked for, and where."""
    list_, footage, cost = bundle.looked_for, bundle.footage, bundle.cost
    named = [f"{some:,} {name or 'without a category'}" for name, some in list_.categories.items()]
    kinds = f" ({', '.join(named)})" if any(list_.categories) else ""
    pieces = count(len(footage), "piece of footage", "pieces of footage")
    first, last = day(cost.first), day(cost.last)
    when = f"on {first}" if first == last else f"from {first} to {last}"
    return (
        f"{count(list_.people, 'person', 'people')} on the list{kinds} {'was' if list_.people == 1 else 'were'} looked for "
        f"in {pieces}, {clock(cost.footage)} long, {when}."
    )


def triage_words(bundle: Bundle) -> str:
    """That footage, or some of it, had a triage alone, and what that means; "" if none."""
    some, every = len(bundle.triaged), len(bundle.footage)
    if not some:
        return ""
    had = count(some, "piece of footage", "pieces of footage")
    what = "This was a triage" if some == every else f"{had} of {every:,} had a triage alone"
    return f"{what}: {BETWEEN}."


def footage_words(bundle: Bundle) -> str:
    """What has to be known of the footage beside a triage, since every number rests on it; "" if nothing."""
    told = [(each.name, replace(each, triage=False).state) for each in bundle.footage]
    some = [(name, state) for name, state in told if state]
    if not some:
        return ""
    name, state = some[0]
    more = f" The same table says it of {count(len(some) - 1, 'more piece')}." if len(some) > 1 else ""
    return f"What was looked at has limits, which the table Footage names: {name}, {'; '.join(state)}.{more}"


def found_words(bundle: Bundle) -> str:
    """What was asked, and what people concluded."""
    found = bundle.found
    passed = f"{count(found.faces_seen, 'face')} passed, {found.compared:,} of them large and clear enough to compare"
    if not found.alerts:
        return f"{passed}. None raised an alert. {NOT_SEEN}"
    asked = count(found.alerts, "alert was raised", "alerts were raised")
    ends = [
        (found.same, "the person asked about"),
        (found.different, "somebody else"),
        (found.cannot_tell, "cannot be told from the pictures"),
        (found.unsettled, "not settled yet"),
    ]
    said = ", ".join(f"{some:,} {words}" for some, words in ends if some)
    return f"{passed}; {asked}. What people concluded: {said}."


def sure_words(bundle: Bundle) -> list[str]:
    """How sure the alerts are, and what nobody knows."""
    found = bundle.found
    said = [_wrong_words(found)] if found.alerts else []
    said.append(_recognised_words(bundle))
    if found.unsettled:
        open_ = count(found.unsettled, "alert is", "alerts are")
        said.append(f"{open_} not settled, so that both false alert rates may be higher.")
    if gone := unjudgeable_words(found.unjudgeable):
        said.append(gone)
    return said


def _wrong_words(found: Found) -> str:
    if not found.settled:
        return f"How many alerts were wrong is {TOO_FEW_WORDS}: nobody's conclusion is settled yet."
    return f"Of {count(found.settled, 'settled alert')} {found.different:,} asked about the wrong person."


def _recognised_words(bundle: Bundle) -> str:
    """How many listed people are recognised: only known where truth was known."""
    used = bundle.point
    if used is not None and used.measured.mated and not used.measured.by_alert:
        _, rate = used.measured.shares()
        return f"Measured beforehand, with known people: {rate} of the passes of listed people were recognised."
    return f"How many people on the list passed without an alert is not known from this footage. {NOT_SEEN}"


def cost_words(bundle: Bundle) -> str:
    """What it cost: people wrongly asked about, people's time, the machine's."""
    found, review, cost = bundle.found, bundle.review, bundle.cost
    work = f"{count(review.decisions, 'decision')} by {count(review.people, 'person', 'people')}"
    machine = max(cost.machine, 1.0)
    return f"{_asked_wrongly(found)} Judging took {work}; scanning {clock(cost.footage)} of footage took the machine {clock(machine)}."


def _asked_wrongly(found: Found) -> str:
    """What it cost others, out of the alerts of which that is known."""
    if not found.alerts:
        return "No alert was raised."
    if not found.settled:
        return "How many alerts asked about the wrong person is not known yet."
    of = count(found.settled, "settled alert")
    return f"{found.different:,} of {of} asked about the wrong person."


def duty_words(bundle: Bundle) -> list[str]:
    """How it was made sure that people decide, and what they know of their own errors."""
    review = bundle.review
    how = (
        "Each alert counts once two people, who saw nothing of each other, came to the same conclusion"
        if review.needed == 2
        else f"One person's conclusion counts here ({review.one_reviewer})"
    )
    said = [f"{how}. A score decides nothing."]
    if review.planted:
        wrong = share(review.planted_wrong, review.planted)
        said.append(
            f"Pairs of different people were planted among the alerts, unannounced: {wrong} were called the same person."
        )
    return said


def rates(bundle: Bundle) -> list[tuple[str, str, str]]:
    """Both false alert rates and the alerts per face: name, value with limits, and what it means."""
    found = bundle.found
    return [
        ("False alerts per face seen", seen_share(found), f"of all who passed; {_one_in(found)}"),
        ("False alerts per alert", share(found.different, found.settled), "of the alerts that are settled"),
        ("Alerts per face seen", share(found.alerts, found.faces_seen), "how often somebody has to look"),
    ]


def _one_in(found: Found) -> str:
    if not found.alerts:
        return "no alert was raised"
    if not found.faces_seen or not found.different:
        return "none was found to be wrong" if found.settled else "none is settled yet"
    rate = found.different / found.faces_seen
    was = "were" if 0.5 < rate < 1 else "was"
    return f"{one_in_words(rate)} {was} asked about and {was} somebody else"


def seen_share(found: Found) -> str:
    """False alerts of all faces seen: the same words wherever that is told."""
    return least_share(found.different, found.faces_seen, found.unsettled)


def least_share(some: int, of: int, unsettled: int) -> str:
    """A share of false alerts, "at least" that while so many alerts are not settled.

    >>> least_share(0, 10, 3), least_share(0, 0, 0)
    ('at least 0 of 10 (0.0 %; 95 %: 0.0 to 30.8 %)', 'too few to say (0 of 0)')
    """
    return f"{'at least ' if unsettled else ''}{share(some, of)}"


def share(some: int, of: int) -> str:
    """A share with its exact 95 % limits, `AS_IF` every pass were another person's."""
    return share_words(some, of, *limits(some, of))


def limits(some: int, of: int) -> tuple[float, float]:
    """Exact 95 % limits of a share."""
    low, high = clopper_pearson(some, of)
    return float(low), float(high)


def retained_words(some: Iterable[Retained]) -> list[tuple[str, int, str, str]]:
    """What the case still holds of faces: kind, how many, until when, why."""
    return [(each.kind, each.count, moment_words(each.due) if each.due else "no end", each.why) for each in some]
