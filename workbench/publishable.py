"""From a case to what may be published of it: counts, rates, words and scores are taken out; nothing else comes along."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from math import isfinite
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.approvals import approval_words
from workbench.casefile.retention import HELD, grouped
from workbench.caveats import nameless
from workbench.decisions import who
from workbench.deployed import met
from workbench.deployment import counts_of
from workbench.errors import CaseError
from workbench.evaluation import Trials
from workbench.groups import TOO_FEW, GroupRates
from workbench.kept_scores import each_footage_once
from workbench.published import bundle as kept
from workbench.published.folder import named
from workbench.published.passes import Reduced, reduce
from workbench.published.strict import read, to_json
from workbench.runs import Run
from workbench.sentences import group_words
from workbench.smaller import jpeg_within

if TYPE_CHECKING:
    from workbench.case import Case

__all__ = ["Material", "gather"]

SIDE = 240  # px, the longer side of a crop
LONGEST = timedelta(days=31)  # for a crop of an alert that is held: the bundle keeps it no longer
POINTS = 120  # rows of the curve
OTHERS = "other groups"  # those that are too small to be told by name
PLACE = re.compile(r"(?<![\w.:/])(?:[A-Za-z]:)?[/\\](?:[^/\\\s\"';,()]+[/\\])+([^/\\\s\"';,()]*)")

Material = tuple[kept.Bundle, dict[str, bytes]]


def gather(
    case: Case, publication: kept.Publication, *, faces: bool, names: bool, trials: Trials | None, now: datetime
) -> Material:
    """What is published, and the files beside it.

    faces : crops of the alerts that were confirmed as the same person; names : names of people on the list
    trials : passes to publish in place of the case's own, such as those of an evaluation with recorded groups
    """
    every = [case.run(number) for number in case.runs]
    runs = each_footage_once([run for run in every if run.finished])
    if not runs:
        raise CaseError(f"{case.about.name} has no finished scan to publish; scan footage first")
    passes = case.trials() if trials is None else trials
    scores = reduce(passes)
    file, sha = named("scores", scores.arrow, "arrow")
    crops = _crops(case, runs, names=names, now=now) if faces else {}
    bundle = kept.Bundle(
        publication=publication,
        case=_about(case),
        looked_for=_looked_for(case, runs[-1], names=names),
        footage=tuple(_footage(runs)),
        found=_found(case, runs),
        threshold=_threshold(runs),
        points=_points(case, runs),
        record=case.record().to_dict()["record"],
        review=_review(case),
        cost=_cost(runs),
        retained=_retained(case),
        deleted=_deleted(case),
        groups=_groups(passes, runs[-1].threshold),
        curve=_curve(passes),
        passes=_passes(passes, scores, file, sha),
        crops=tuple(crops),
    )
    return _without_places(bundle, _places(case, every)), {file: scores.arrow, **{c.file: j for c, j in crops.items()}}


def _about(case: Case) -> kept.Case:
    about = case.about
    return kept.Case(about.name, about.purpose, about.authority, about.created.date().isoformat())


def _looked_for(case: Case, run: Run, *, names: bool) -> kept.LookedFor:
    """The list as it was searched: people who had expired by then were not looked for."""
    watch = case.watchlist_version(run.list_version)
    standing = case.approval(run.list_version)
    valid = {each.subject for each in watch.valid_on(run.day).entries}
    return kept.LookedFor(
        people=len(valid),
        references=sum(each.subject in valid for each in watch.references),
        version=run.list_version,
        digest=str(run.settings["list_digest"]),
        approval=standing.who if standing else approval_words(None),
        categories=dict(Counter(each.category for each in watch.entries if each.subject in valid)),
        names=tuple(sorted(valid)) if names else (),
    )


def _footage(runs: Sequence[Run]) -> Iterable[kept.Footage]:
    for run in runs:
        for each in run.sources:
            how = each.short, each.corrupt_frames, each.tracks, run.triage, tuple(map(nameless, each.caveats))
            yield kept.Footage(PurePath(each.path).name, each.sha256, float(each.seconds), *how)


def _found(case: Case, runs: Sequence[Run]) -> kept.Found:
    standings, outcomes = dict(case.standings()), case.outcomes()
    counts = counts_of(runs, standings, outcomes)
    gone = set(case.unjudgeable(standings)) - set(met(outcomes))
    return kept.Found(
        faces_seen=counts.faces,
        compared=sum(int(run.tracks.compared.sum()) for run in runs),
        alerts=counts.alerts,
        near_misses=sum(len(run.near_misses) for run in runs),
        same=counts.same,
        different=counts.different,
        cannot_tell=counts.judged - counts.same - counts.different,
        unsettled=counts.unsettled,
        unjudgeable=sum(alert.id in gone for run in runs for alert in run.alerts),
    )


def _threshold(runs: Sequence[Run]) -> kept.Threshold:
    last = runs[-1]
    others = sorted({run.threshold for run in runs} - {last.threshold})
    return kept.Threshold(last.threshold, last.threshold_from, PurePath(str(last.settings["pack"])).name, tuple(others))


def _points(case: Case, runs: Sequence[Run]) -> tuple[kept.Point, ...]:
    """Every operating point that was recorded; one was used if a scan says so by its name and ran at its threshold."""
    made = []
    for each in case.operating_points:
        used = any(
            f"operating point {each.name!r}:" in run.threshold_from and run.threshold == each.point.threshold
            for run in runs
        )
        when = each.recorded.isoformat()
        made.append(kept.Point(each.name, each.reason, each.by, when, used, each.point.to_dict()))
    return tuple(made)


def _review(case: Case) -> kept.Review:
    policy, decisions, records = case.about.policy, case.decisions(), case.reviewers
    return kept.Review(
        needed=policy.reviewers,
        one_reviewer=policy.one_reviewer,
        people=len({who(each.reviewer) for each in decisions}),
        decisions=len(decisions),
        planted=sum(each.judged for each in records),
        planted_wrong=sum(each.wrong for each in records),
    )


def _cost(runs: Sequence[Run]) -> kept.Cost:
    """How long was looked at, and how long the machine took for it."""
    ends = [run.finished for run in runs if run.finished]
    machine = sum((run.finished - run.started).total_seconds() for run in runs if run.finished)
    footage = float(sum(each.seconds for run in runs for each in run.sources))
    return kept.Cost(footage, machine, min(run.started for run in runs).isoformat(), max(ends).isoformat())


def _retained(case: Case) -> tuple[kept.Retained, ...]:
    """What is kept, by kind: why somebody holds something stays in the case, since it may name people."""
    some = [replace(each, why=HELD) if each.why.startswith(HELD) else each for each in case.clocks]
    return tuple(kept.Retained(**each) for each in grouped(some))


def _deleted(case: Case) -> tuple[kept.Deleted, ...]:
    purged = [each for each in case.log if each.action == "purged"]
    return tuple(kept.Deleted(str(e.about["kind"]), len(e.about["rows"]), e.at.isoformat()) for e in purged)


def _groups(trials: Trials, threshold: float) -> tuple[kept.Group, ...]:
    """Both rates of each recorded group at the line; none where no groups are recorded."""
    if trials.group is None:
        return ()
    found = {
        "false alerts": _large(trials, lambda some: some.group_fpir(threshold)),
        "recognised": _large(trials, lambda some: some.group_tpir(threshold)),
    }
    return tuple(_group(what, rates, row) for what, rates in found.items() if rates for row in range(rates.group.size))


def _large(trials: Trials, rates_of: Callable[[Trials], GroupRates]) -> GroupRates | None:
    """Rates of groups none of which is so small that its numbers tell of a person; None where that leaves fewer than two.

    Groups of fewer than `TOO_FEW` people are one, together with the next smallest while they are fewer: otherwise what is left
    out could be reckoned from the rest and the total.
    """
    rates = rates_of(trials)
    order = np.argsort(rates.people, kind="stable")
    behind = np.concatenate([[0], np.cumsum(rates.people[order])[:-1]])
    joined = (rates.people[order] < TOO_FEW) | ((behind > 0) & (behind < TOO_FEW))
    if joined.any():
        names = np.asarray(trials.group, object)
        few = np.isin(names, rates.group[order[joined]])
        rates = rates_of(replace(trials, group=np.where(few, OTHERS, names).astype(np.str_)))
    return rates if rates.group.size > 1 else None


def _group(what: str, rates: GroupRates, row: int) -> kept.Group:
    rate, low, high = (_known(float(each[row])) for each in (rates.rate, rates.low, rates.high))
    return kept.Group(
        what=what,
        group=str(rates.group[row]),
        count=int(rates.count[row]),
        passes=int(rates.passes[row]),
        people=int(rates.people[row]),
        rate=rate,
        low=low,
        high=high,
        words=group_words(rates)[row],
    )


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def _curve(trials: Trials) -> tuple[tuple[float | None, ...], ...]:
    frame = trials.curve().to_frame(POINTS)
    if trials.by_alert:  # then nobody knows how many were missed
        frame[["tpir", "tpir_low", "tpir_high"]] = float("nan")
    return tuple(tuple(_known(float(value)) for value in row) for row in frame.itertuples(index=False))


def _passes(trials: Trials, scores: Reduced, file: str, sha: str) -> kept.Passes:
    return kept.Passes(
        file=file,
        sha256=sha,
        scores=scores.count,
        mated=int(trials.mated.size),
        nonmated=int(trials.nonmated.size),
        undetected=int((trials.mated.astype(float) == float("-inf")).sum()),
        lowest=scores.lowest,
        reduced=scores.words,
        watchlist=trials.watchlist,
        pack=PurePath(trials.pack).name,
        space=trials.space,
        data=trials.data,
        assumption=trials.assumption,
        notes=trials.notes,
        unseen=scores.unseen,
        unsettled=trials.unsettled,
        by_alert=trials.by_alert,
    )


def _crops(case: Case, runs: Sequence[Run], *, names: bool, now: datetime) -> dict[kept.Crop, bytes]:
    """The best face of each alert that people confirmed as the same person, drawn anew: no byte of the case's file is in it."""
    standings = case.standings()
    ends = {each.row: each.due for each in case.clocks if each.kind == "faces of an alert"}
    found: dict[kept.Crop, bytes] = {}
    for alert in chain.from_iterable(run.alerts for run in runs):
        if standings[alert.id].state != "confirmed same" or not alert.thumbnail or alert.id not in ends:
            continue
        jpeg = jpeg_within(alert.thumbnail, SIDE)
        until = min(filter(None, (ends[alert.id], now + LONGEST)))
        file, sha = named("crop", jpeg, "jpg")
        found[kept.Crop(file, sha, alert.id, alert.subject if names else "", until.isoformat())] = jpeg
    return found


def _places(case: Case, runs: Sequence[Run]) -> list[str]:
    """Every place on this machine that a text of the case may name, longest first."""
    packs = [str(case.about.pack or ""), *(case.pack_of(run.list_version) for run in runs)]
    paths = [str(case.folder), str(case.folder.resolve()), str(Path.home()), *packs]
    paths += [source.path for run in runs for source in run.sources]
    return sorted({path for path in paths if "/" in path.strip("/") or "\\" in path}, key=len, reverse=True)


def _without_places(bundle: kept.Bundle, places: Sequence[str]) -> kept.Bundle:
    """The bundle with every place in its texts replaced by the last part of it."""
    cleaned = _cleaned(to_json(bundle), places)
    return replace(read(kept.Bundle, cleaned, "what is published"), trials=bundle.trials)


def _cleaned(value: Any, places: Sequence[str]) -> Any:
    if isinstance(value, dict):
        return {_cleaned(name, places): _cleaned(each, places) for name, each in value.items()}
    if isinstance(value, list):
        return [_cleaned(each, places) for each in value]
    if not isinstance(value, str):
        return value
    for place in places:
        value = value.replace(place, PurePath(place).name)
    return PLACE.sub(lambda found: found[1] or "a folder", value)
