"""What the kept scores of runs can say: every compared track is a pass, and who passed is known only where somebody judged.

Passes judged "same" are of the alert's subject, and each other one is taken for another person's.
Without judgements every track is taken for a person who is not on the list, alerts included: each alert that was right makes
the false alert rate look too high. Leaving unjudged alerts out would make it 0 at the threshold of the run, by construction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workbench.alerts import Alert
from workbench.counts import count
from workbench.decisions import Verdict
from workbench.errors import CaseError, InputError
from workbench.evaluation import Trials
from workbench.faces import Space
from workbench.metrics import alerting
from workbench.recorded import FROM_FILE
from workbench.runs import Run
from workbench.tracks import Tracks

__all__ = ["asked_in", "comparable", "each_footage_once", "judged_elsewhere", "of_footage", "trials_of_runs"]

I64 = NDArray[np.int64]
UNJUDGED, SAME, DIFFERENT, UNCLEAR = range(4)
RULINGS: dict[Verdict, int] = {"same": SAME, "different": DIFFERENT, "cannot tell": UNCLEAR}


def comparable(runs: Sequence[Run], *, every: bool = False) -> tuple[list[Run], tuple[str, ...]]:
    """The finished runs against the list of the newest one, footage that several scanned in the newest alone, and notes.

    every : refuse, rather than leave out, what is unfinished or was searched for other people or with another pack
    """
    finished = [run for run in runs if run.finished]
    if not finished or (every and len(finished) < len(runs)):
        raise CaseError("there is no finished run to take scores from; scan footage first, or let the scan go on")
    alike = [run for run in finished if _searched(run) == _searched(finished[-1])]
    if every and len(alike) < len(finished):
        raise InputError("these runs searched different lists or packs; their scores cannot be put together")
    others = len(runs) - len(alike)
    left = f"{count(others, 'run')} unfinished, against another list or with another pack left out"
    return each_footage_once(alike), (left,) if others else ()


def _searched(run: Run) -> tuple[str, str]:
    """What must be equal for the scores of two runs to be of one kind."""
    return run.settings["list_digest"], run.settings["space"]


def asked_in(runs: Iterable[Run]) -> set[int]:
    """Ids of all alerts and near misses of these runs."""
    return {question.id for run in runs for question in (*run.alerts, *run.near_misses)}


def judged_elsewhere(runs: Sequence[Run], verdicts: Mapping[int, Verdict]) -> tuple[str, ...]:
    """That conclusions are left out, because their alerts are of scans that do not count; none if all count."""
    left = len(set(verdicts) - asked_in(runs))
    if not left:
        return ()
    alerts = count(left, "judged alert is", "judged alerts are")
    return (
        f"{alerts} left out: the scans that raised them do not count here, as where the same footage was scanned again",
    )


def each_footage_once(runs: Sequence[Run]) -> list[Run]:
    """The runs without footage that a later one scanned again; a triage counts only for footage that no whole scan saw."""
    kept: list[Run] = []
    seen: set[str] = set()
    for run in sorted(runs, key=lambda run: (run.triage, -run.id)):
        fresh = {source.sha256 for source in run.sources} - seen
        if fresh:
            kept.append(_only(run, fresh))
        seen |= fresh
    return sorted(kept, key=lambda run: run.id)


def _only(run: Run, footage: set[str]) -> Run:
    """What a run has of some of its footage."""
    return replace(
        run,
        tracks=run.tracks[np.isin(run.tracks.source, list(footage))],
        sources=tuple(source for source in run.sources if source.sha256 in footage),
        alerts=run.alerts.of(footage),
        near_misses=run.near_misses.of(footage),
    )


def trials_of_runs(
    runs: Sequence[Run], space: Space, watchlist: int, verdicts: Mapping[int, Verdict] | None = None
) -> Trials:
    """Trials of every compared track of runs that searched one list of `watchlist` people in one space.

    verdicts : what people concluded of an alert or near miss, by its id: "same" makes its track a mated pass,
        "different" a non-mated one, "cannot tell" leaves it out
    """
    parts = [run.tracks for run in runs]
    tracks = _together(parts)
    ruling, whose = (
        np.concatenate(column) for column in zip(*(_rulings(run, verdicts or {}) for run in runs), strict=True)
    )
    alerted = np.concatenate([alerting(part.score, run.threshold) for part, run in zip(parts, runs, strict=True)])
    counted = tracks.compared & (ruling != UNCLEAR)
    mated = ruling[counted] == SAME
    camera, hour = (np.concatenate(column) for column in zip(*map(_recorded, runs), strict=True))
    score = tracks.score[counted]
    return Trials(
        score,
        np.where(mated, score, np.nan),
        np.where(mated, 1.0, np.nan),
        mated,
        watchlist=watchlist,
        subject=whose[counted],
        source=_sources(tracks, np.concatenate([np.full(len(run.tracks), run.id) for run in runs]))[counted],
        face_px=tracks.face_px[counted],
        quality=tracks.quality[counted] if np.isfinite(tracks.quality).any() else None,
        t=tracks.start[counted],
        hour=hour[counted] if np.isfinite(hour).any() else None,
        camera=camera[counted],
        pack=space.pack,
        space=space.mark,
        data=_data(runs, int(counted.sum())),
        assumption=_assumption(ruling, alerted, tracks.compared),
        unsettled=bool((tracks.compared & alerted & (ruling == UNJUDGED)).any()),
        by_alert=True,
        notes=_notes(tracks, ruling) + _unchecked(runs),
    )


def _rulings(run: Run, verdicts: Mapping[int, Verdict]) -> tuple[I64, NDArray[np.str_]]:
    """What was concluded of each track, (T,), and who it was where that was said: the alert's subject if "same", else ""."""
    if wrong := sorted(set(verdicts.values()) - set(RULINGS)):
        raise InputError(f"{wrong[0]!r} is no verdict; known are {', '.join(map(repr, RULINGS))}")
    tracks, ruling = run.tracks, np.full(len(run.tracks), UNJUDGED)
    whose = np.full(len(tracks), "", object)
    for question in (*run.alerts, *run.near_misses):
        if question.id not in verdicts:
            continue
        own = _own(tracks, question)
        ruling[own] = RULINGS[verdicts[question.id]]
        whose[own] = question.subject if verdicts[question.id] == "same" else ""
    return ruling, whose.astype(np.str_)


def _own(tracks: Tracks, question: Alert) -> NDArray[np.bool_]:
    """Which track an alert asks about. The score of a live one may have risen since, so the number decides where it is known."""
    if question.track:
        return tracks.id == question.track
    own = (tracks.source == question.sha256) & (tracks.start == question.start) & (tracks.end == question.end)
    return own & np.isclose(tracks.score, question.score, rtol=0, atol=1e-6)


def _together(parts: Sequence[Tracks]) -> Tracks:
    names = ("id", "source", "start", "end", "seen", "face_px", "box", "score", "quality")
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return Tracks(**columns, faces=parts[0].faces, track=np.zeros(0, np.int64))


def _recorded(run: Run) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """Camera and hour of the day of each track, (T,)."""
    tracks, hour = run.tracks, np.full(len(run.tracks), np.nan)
    camera = np.full(len(tracks), "", object)
    for source in run.sources:
        own = tracks.source == source.sha256
        camera[own], hour[own] = source.recorded.camera, source.recorded.hours(tracks.start[own])
    return camera.astype(np.str_), hour


def _unchecked(runs: Sequence[Run]) -> tuple[str, ...]:
    """That some hours of the day rest on what files say of themselves."""
    pieces = sum(source.recorded.said_by == FROM_FILE for run in runs for source in run.sources)
    if not pieces:
        return ()
    return (
        f"the hour of the day in {count(pieces, 'piece')} of footage is what the file says "
        "of itself, in UTC, which nobody checked; scan with its recording time to state it",
    )


def of_footage(trials: Trials, sha256: str) -> NDArray[np.bool_]:
    """Which passes of `trials_of_runs` are of a piece of footage, (n,)."""
    assert trials.source is not None
    return np.char.startswith(trials.source, f"{sha256[:12]} ")


def _sources(tracks: Tracks, run: I64) -> NDArray[np.str_]:
    """A name for each track: footage, run and number."""
    rows = zip(tracks.source.tolist(), run.tolist(), tracks.id.tolist(), strict=True)
    return np.array([f"{source[:12]} run {number} track {track}" for source, number, track in rows], np.str_)


def _data(runs: Sequence[Run], passes: int) -> str:
    numbers = ", ".join(str(run.id) for run in runs)
    clips = sum(len(run.sources) for run in runs)
    return (
        f"{passes:,} compared tracks of {'run' if len(runs) == 1 else 'runs'} {numbers}, "
        f"{count(clips, 'piece')} of footage"
    )


def _assumption(ruling: I64, alerted: NDArray[np.bool_], compared: NDArray[np.bool_]) -> str:
    """What has to be taken for true, and in which direction it errs."""
    judged = compared & (ruling != UNJUDGED)
    open_alerts = int((compared & alerted & ~judged).sum())
    rest = int((compared & ~alerted & ~judged).sum())
    strangers = [f"{count(rest, 'track')} that raised no alert"] if rest else []
    strangers += [f"{count(open_alerts, 'track')} whose alert is not settled"] if open_alerts else []
    said = [f"{' and '.join(strangers)} taken for people who are not on the list"] if strangers else []
    if open_alerts:
        said.append("where such an alert was right, the false alert rate is lower than stated")
    if rest:
        said.append(
            "where a person on the list passed without an alert, the false alert rate is a little higher than stated at the "
            "threshold of the scan, and lower than stated below it"
        )
    if (ruling == SAME).any():
        said.append(
            "people on the list who raised no alert are not known, so that the recognition rate counts only those "
            "who did, and is too high"
        )
    if (compared & (ruling != UNCLEAR) & (ruling != SAME)).sum() > 1:
        said.append(
            "each track of a person who is not on the list is taken for another person, so that whoever passed more than "
            "once makes the limits too narrow"
        )
    return "; ".join(said)


def _notes(tracks: Tracks, ruling: I64) -> tuple[str, ...]:
    """What was left out."""
    silent, unclear = int((~tracks.compared).sum()), int((tracks.compared & (ruling == UNCLEAR)).sum())
    said = (
        (silent, "without a face fit to compare (too small or unfit) left out: the list was never asked about them"),
        (unclear, 'judged "cannot tell" left out'),
    )
    return tuple(f"{count(number, 'track')} {words}" for number, words in said if number)
