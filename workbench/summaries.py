"""What the command line says to people: short plain text, numbers with their denominators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from workbench.alerts import Alerts
from workbench.counts import count
from workbench.faces import clock
from workbench.operating_point import OperatingPoint
from workbench.runs import Run
from workbench.sentences import apart_digits, threshold_words, unjudgeable_words
from workbench.terminal import plain
from workbench.timing import timing_text
from workbench.triage import BETWEEN, TRIAGE
from workbench.watchlist import Watchlist

__all__ = ["case_text", "deleted_words", "point_text", "run_text", "watchlist_text"]


def watchlist_text(watch: Watchlist) -> str:
    """The list after an enrolment."""
    lines = [
        f"{count(len(watch), 'person', 'people')} listed (version {watch.version}, {watch.space}), "
        f"{count(len(watch.references), 'reference')}"
    ]
    if watch.rejected:
        lines.append(f"{count(len(watch.rejected), 'image')} rejected:")
        lines += [f"  {plain(each.file)}: {plain(each.reason)}" for each in watch.rejected]
    if watch.warnings:
        lines.append("to look at before use:")
        lines += [f"  {plain(', '.join(each.subjects))}: {each.text}" for each in watch.warnings]
    return "\n".join(lines)


def run_text(run: Run) -> str:
    """A run after a scan."""
    seconds = sum(source.seconds for source in run.sources)
    compared, too_small = int(run.tracks.compared.sum()), sum(source.too_small for source in run.sources)
    digits = apart_digits(run.threshold, [each.score for each in (*run.alerts, *run.near_misses)])
    lines = [
        f"run {run.id}: {clock(seconds)} of footage, {count(len(run.tracks), 'track')}, {compared} compared, "
        f"{too_small} too small to compare",
        f"threshold {threshold_words(run.threshold, digits)}, {run.threshold_from}",
        f"{count(len(run.alerts), 'alert')} to judge:" if len(run.alerts) else "no alert",
        *_questions(run.alerts, digits),
    ]
    if len(run.near_misses):
        lines += [
            f"{count(len(run.near_misses), 'near miss', 'near misses')}, considered but not alerted:",
            *_questions(run.near_misses, digits),
        ]
    timing = timing_text(run.profile, seconds)
    return "\n".join([*([TRIAGE] if run.triage else []), *lines, *_damage(run), *([timing] if timing else [])])


def _questions(alerts: Alerts, digits: int) -> list[str]:
    return [
        f"  {alert.id:>4}  is this {plain(alert.subject)}?  score {alert.score:.{digits}f}  {plain(alert.source)} "
        f"{clock(alert.start)}-{clock(alert.end)}, face {alert.face_px:.0f} px wide"
        for alert in alerts
    ]


def _damage(run: Run) -> list[str]:
    words = []
    for source in run.sources:
        if source.short:
            words.append(f"{plain(source.path)} ends early: scanned to {clock(source.seconds)}")
        if source.corrupt_frames:
            words.append(f"{plain(source.path)} has {count(source.corrupt_frames, 'damaged frame')}; not compared")
        words += [f"{plain(source.path)}: {plain(said)}" for said in source.caveats]
    return words


def case_text(info: Mapping[str, Any]) -> str:
    """What a case holds."""
    watch = info["watchlist"]
    lines = [
        f"{plain(info['name'])}: {plain(info['purpose'])}",
        f"authority: {plain(info['authority'])}; made {info['created'][:10]}; pack {info['pack'] or 'of the list'}",
        plain(info["sealed"]),
        *([f"rows in {plain(info['database'])}"] if info["database"] != "in its folder" else []),
    ]
    if watch is None:
        lines.append("no watchlist yet")
    else:
        people = f"{count(watch['subjects'], 'person', 'people')}, {count(watch['references'], 'reference')}"
        lines.append(f"watchlist version {watch['version']}: {people}, {watch['pack']}")
        lines += [f"  {gone}"] if (gone := deleted_words(watch)) else []
    lines += [_run_line(run) for run in info["runs"]] or ["no run yet"]
    lines += _review_lines(info["review"])
    lines += [retention_line(each) for each in info["retention"]]
    lines += [_point_line(point) for point in info["operating_points"]]
    return "\n".join(lines)


def deleted_words(watch: Mapping[str, Any] | None) -> str:
    """That the clock took the faces of a list: what is left of it are names and where they came from; "" if it did not."""
    gone, of = (watch["deleted"], watch["references"]) if watch else (0, 0)
    if not gone:
        return ""
    which = "their faces and templates" if gone == of else f"the faces and templates of {gone:,} of {of:,} references"
    return f"{which} were deleted in time, after the deployment's end; to scan again, enroll the list anew"


def _review_lines(review: Mapping[str, Any]) -> list[str]:
    counts = [f"{count:,} {state}" for state, count in review["standings"].items() if count]
    people = "two people judge" if review["needed"] == 2 else f"one person judges ({plain(review['one_reviewer'])})"
    gone = unjudgeable_words(review["unjudgeable"])
    return [f"alerts: {', '.join(counts)}; {people}", *([f"  {gone}"] if gone else [])] if counts else []


def point_text(point: Mapping[str, Any], concerns: Sequence[str]) -> str:
    """A point that was just recorded, and what speaks against relying on it."""
    return "\n".join([f"recorded {_point_line(point)}", *(f"  {plain(said)}" for said in concerns)])


def retention_line(group: Mapping[str, Any]) -> str:
    """When faces of one kind go."""
    when = f"deleted from {group['due'][:16].replace('T', ' ')} UTC" if group["due"] else "kept"
    return f"{plain(group['kind'])}, {group['count']:,} in all: {when} ({plain(group['why'])})"


def _point_line(point: Mapping[str, Any]) -> str:
    measured = OperatingPoint.from_dict({each.name: point[each.name] for each in fields(OperatingPoint)})
    return (
        f"operating point {plain(repr(point['name']))}: threshold {threshold_words(point['threshold'])}, {measured.rates_words}, "
        f"N = {point['watchlist']:,}, {plain(point['pack'])}; {plain(point['by'])}, "
        f"{point['recorded'][:10]}: {plain(point['reason'])}"
    )


def _run_line(run: Mapping[str, Any]) -> str:
    state = "" if run["finished"] else ", unfinished: scan the same footage again to go on"
    near = count(run["near_misses"], "near miss", "near misses")
    triage = f"; a triage: {BETWEEN}" if run["triage"] else ""
    return f"run {run['run']}: {count(run['alerts'], 'alert')}, {near}, {count(run['tracks'], 'track')}{state}{triage}"
