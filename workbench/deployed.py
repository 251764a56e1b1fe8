"""What live deployments and their outcomes add to the published record: days, cameras, hours, and who was met in the street."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.counts import count
from workbench.decisions import Verdict
from workbench.deployments import (
    ARRESTS,
    BY_ITSELF,
    OUTCOMES,
    Deployment,
    Identity,
    Outcome,
)
from workbench.faces import clock
from workbench.runs import Run

__all__ = ["arrests", "deployed_words", "durations", "interventions", "met", "of_alerts"]

MET: dict[Identity, Verdict] = {"confirmed": "same", "another person": "different"}


def met(outcomes: Sequence[Outcome]) -> dict[int, Verdict]:
    """Alerts of which a meeting settled who it was: that is better known than what was judged on a screen."""
    latest = {each.alert: each for each in outcomes}
    return {alert: MET[each.identity] for alert, each in latest.items() if each.identity in MET}


def durations(runs: Sequence[Run], live: Sequence[Deployment]) -> list[str]:
    """How long cameras were watched, and how much footage was scanned."""
    watched = {each.run for each in live}
    scanned = [run for run in runs if run.id not in watched]
    words = [f"{clock(sum(each.seconds for each in live))} live"] if live else []
    seconds = sum(source.seconds for run in scanned for source in run.sources)
    return [*words, f"{clock(seconds)} of footage"] if scanned else words


def interventions(outcomes: Sequence[Outcome], alerts: int, identity: Identity) -> str:
    """How many of those who were engaged turned out so; "" where no outcome was reported."""
    if not outcomes:
        return ""
    engaged = [each for each in outcomes if each.intervened]
    found = sum(each.identity == identity for each in engaged)
    return f"{found:,} ({len(engaged):,} engaged, {_reported(outcomes, alerts)})"


def arrests(outcomes: Sequence[Outcome], alerts: int) -> str:
    """Arrests, with what else came of alerts; "" where no outcome was reported."""
    results = [each.result for each in outcomes]
    kinds = ", ".join(f"{results.count(each):,} {each}" for each in OUTCOMES if each in results)
    made = sum(results.count(each) for each in OUTCOMES if each in ARRESTS)
    return f"{made:,} ({kinds}; {_reported(outcomes, alerts)})" if outcomes else ""


def _reported(outcomes: Sequence[Outcome], alerts: int) -> str:
    return f"outcomes of {len(outcomes):,} of {of_alerts(alerts)} reported"


def of_alerts(alerts: int) -> str:
    """Alerts as the whole that others are a part of.

    >>> of_alerts(1), of_alerts(2_000)
    ('1 alert', '2,000 alerts')
    """
    return count(alerts, "alert")


def deployed_words(each: Deployment) -> str:
    """What a reader of the counts should know of a deployment."""
    compared = f"{each.compared:,} of {each.faces:,} faces compared, {each.too_small:,} too small"
    repeats = (
        f", {sum(each.repeats.values()):,} passes at the threshold without an alert of their own"
        if each.repeats
        else ""
    )
    gaps = f", {len(each.breaks):,} gaps" if each.breaks else ""
    return f"deployment {each.id}: {compared}{repeats}{gaps}, {_ended(each)}"


def _ended(each: Deployment) -> str:
    """How it ended; who ended it, and in which words, stays in the case, for the record is for others."""
    return each.stopped if each.stopped in BY_ITSELF else "stopped before its time"
