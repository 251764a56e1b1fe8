"""The log of each use of the system, with the fields that the EU AI Act asks for in Article 12(3)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from workbench.casefile.case import CaseFile
from workbench.casefile.searches import load_searches
from workbench.deployments import Deployment
from workbench.runs import Run
from workbench.searches import Search
from workbench.sentences import threshold_words

__all__ = ["USE_COLUMNS", "uses_of"]

USE_COLUMNS = (
    "Use",
    "Start (UTC)",
    "End (UTC)",
    "Reference database checked",
    "Input",
    "Input that led to an alert",
    "People who verified",
)


def uses_of(case: CaseFile, runs: Sequence[Run], live: Sequence[Deployment] = ()) -> tuple[tuple[str, ...], ...]:
    """One row a run or search, oldest first, under `USE_COLUMNS`; what the case does not know is "not recorded"."""
    verified: dict[int, list[str]] = {}
    for decision in case.decisions():
        verified.setdefault(decision.alert, []).append(decision.reviewer)
    with case.store.session() as session:
        searches = load_searches(session, case.store.blobs)
    watched = {each.run: each for each in live}
    uses = [(run.started, _use(run, verified, watched.get(run.id))) for run in runs]
    uses += [(search.made, _search(search)) for search in searches]
    return tuple(row for _, row in sorted(uses, key=lambda use: use[0]))


def _search(search: Search) -> tuple[str, ...]:
    """A search in investigation mode: there is no alert in it, every candidate is to be compared."""
    people = dict.fromkeys(each.by for candidate in search.candidates for each in candidate.conclusions)
    at, count = f"{search.made:%Y-%m-%d %H:%M:%S}", len(search.candidates)
    digest = search.why.get("list_digest", "not recorded")
    return (
        f"search {search.id}: investigation mode, pack {search.pack}, no threshold; {search.reason}",
        at,
        at,
        f"list version {search.list_version}, {search.listed:,} people, digest {digest}",
        f"{search.photo} (SHA-256 {search.sha256})",
        f"failed: {search.failed}" if search.failed else f"no alert; {count} candidates, each to be compared",
        ", ".join(people) or "nobody yet",
    )


def _use(run: Run, verified: dict[int, list[str]], live: Deployment | None) -> tuple[str, ...]:
    people = dict.fromkeys(name for alert in run.alerts for name in verified.get(alert.id, ()))
    ended = live.ended if live else run.finished  # a deployment's times do not move with the machine's clock
    inputs = _cameras(live) if live else [f"{PurePath(s.path).name} (SHA-256 {s.sha256})" for s in run.sources]
    return (
        _kind(run, live),
        f"{run.started:%Y-%m-%d %H:%M:%S}",
        f"{ended:%Y-%m-%d %H:%M:%S}" if ended else "not finished",
        f"list version {run.list_version}, {run.listed:,} people, digest {run.settings['list_digest']}",
        "; ".join(inputs),
        "; ".join(f"alert {a.id}: {a.source}, frame {a.frame} at {a.t:.3f} s" for a in run.alerts) or "none",
        ", ".join(people) or "nobody yet",
    )


def _kind(run: Run, live: Deployment | None) -> str:
    how = f"pack {run.settings['pack']}, threshold {threshold_words(run.threshold, 4)}"
    if live is None:
        return f"run {run.id}: {'triage of key frames alone' if run.triage else 'scan'} in alert mode, {how}"
    plan = live.plan
    return (
        f"run {run.id}: live deployment {live.id}, {how}, operating point {plan.point}; {plan.purpose}; authority {plan.authority}, "
        f"until {plan.authorised_until:%Y-%m-%d %H:%M}; by {plan.by or 'not recorded'}; zone {plan.zone}"
    )


def _cameras(live: Deployment) -> list[str]:
    """What was watched, and when it was not."""
    cameras = [
        f"camera {c.name}: {c.frames:,} frames, {c.taken:,} looked at, {c.dropped:,} dropped" for c in live.cameras
    ]
    return [*cameras, *(f"gap {each}" for each in live.breaks)]
