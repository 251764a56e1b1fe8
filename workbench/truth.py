"""What really happened in a piece of footage, and how a run compares with it: found, missed and why, false."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from workbench.alerts import Alert
from workbench.entry_fields import yes_or_no
from workbench.errors import InputError
from workbench.geometry import iou
from workbench.runs import Run
from workbench.sentences import apart_words
from workbench.sheets import columns_of, read_rows

__all__ = ["Outcome", "Walk", "compare", "read_walks"]

F64 = NDArray[np.float64]

OVERLAP = 0.25  # IoU from which a found face is the planted one
NUMBERS = ("t", "x1", "y1", "x2", "y2")


@dataclass(frozen=True)
class Walk:
    """One person crossing the picture.

    t : (F,) seconds; box : (F, 4) px; visible : (F,) whether the face can be seen
    """

    person: str
    t: F64
    box: F64
    visible: NDArray[np.bool_]

    def at(self, t: float) -> F64 | None:
        """The face's box at a time, or None where the person is not in the picture (within 0.15 s)."""
        if not len(self.t):
            return None
        row = int(np.abs(self.t - t).argmin())
        return self.box[row] if abs(self.t[row] - t) <= 0.15 else None

    @property
    def face_px(self) -> float:
        """Greatest width of the face while it can be seen, NaN if it never can."""
        wide = (self.box[:, 2] - self.box[:, 0])[self.visible]
        return float(wide.max()) if len(wide) else float("nan")


@dataclass(frozen=True)
class Outcome:
    """What became of one person crossing the picture.

    outcome : found, missed, false alert, or not alerted (rightly)
    reason : in words
    score : cosine of the track, NaN if there was none
    """

    person: str
    listed: bool
    outcome: str
    reason: str
    face_px: float
    score: float
    alerts: tuple[int, ...] = ()


def read_walks(file: Path) -> tuple[Walk, ...]:
    """Walks from a CSV with the columns person, t, x1, y1, x2, y2, visible and maybe others; in order of first sight."""
    rows: dict[str, list[Sequence[float]]] = defaultdict(list)
    for line, cells in read_rows(file, needed=("person", *NUMBERS, "visible"), known=columns_of(file)):
        person = normalize("NFC", cells["person"])  # as on the list: "é" is one letter, however it is typed
        if not person:
            raise InputError(f"{file.name} line {line} names no person; write who walks there, or take the line out")
        rows[person].append(_sight(f"{file.name} line {line}", cells))
    walks = [_walk(person, np.array(values)) for person, values in rows.items()]
    return tuple(sorted(walks, key=lambda walk: float(walk.t[0])))


def _sight(where: str, cells: Mapping[str, str]) -> list[float]:
    """t, x1, y1, x2, y2 and 1.0 where the face can be seen."""
    try:
        numbers = [float(cells[column]) for column in NUMBERS]
    except ValueError:
        raise InputError(f"{where}: t, x1, y1, x2 and y2 must be numbers") from None
    visible = cells["visible"].removesuffix(".0")  # pandas writes 1.0 where a column had gaps
    return [*numbers, float(yes_or_no(visible, f"{where}: visible"))]


def _walk(person: str, values: F64) -> Walk:
    values = values[np.argsort(values[:, 0], kind="stable")]
    return Walk(person, values[:, 0], values[:, 1:5], values[:, 5] > 0)


def compare(walks: Sequence[Walk], run: Run, listed: Collection[str]) -> tuple[Outcome, ...]:
    """One outcome a walk: whether the right question was asked of it, and why not."""
    asked: dict[str, list[Alert]] = defaultdict(list)
    for alert in run.alerts:
        if (walk := _whose(walks, alert.t, np.array(alert.box))) is not None:
            asked[walk.person].append(alert)
    scores = _scores(walks, run)
    return tuple(_outcome(walk, asked[walk.person], scores, walk.person in listed, run) for walk in walks)


def _whose(walks: Sequence[Walk], t: float, box: F64) -> Walk | None:
    """The walk whose face was in `box` (4,) at `t`."""
    there = [(walk, place) for walk in walks if (place := walk.at(t)) is not None]
    if not there:
        return None
    overlap = iou(np.stack([place for _, place in there]), box[None])[:, 0]
    best = int(overlap.argmax())
    return there[best][0] if overlap[best] >= OVERLAP else None


def _scores(walks: Sequence[Walk], run: Run) -> Mapping[str, list[float]]:
    """Scores of the tracks of each person, by the place where a track's face was widest; NaN for those not compared."""
    found: dict[str, list[float]] = defaultdict(list)
    tracks = run.tracks
    for start, end, box, score in zip(tracks.start, tracks.end, tracks.box, tracks.score, strict=True):
        overlaps = [_overlap(walk, start, end, box) for walk in walks]
        if overlaps and max(overlaps) >= OVERLAP:
            found[walks[int(np.argmax(overlaps))].person].append(float(score))
    return found


def _overlap(walk: Walk, start: float, end: float, box: NDArray[np.float32]) -> float:
    during = (walk.t >= start - 0.1) & (walk.t <= end + 0.1)
    return float(iou(walk.box[during], box[None].astype(np.float64)).max()) if during.any() else 0.0


def _outcome(walk: Walk, alerts: Sequence[Alert], scores: Mapping[str, list[float]], listed: bool, run: Run) -> Outcome:
    right = [alert for alert in alerts if alert.subject == walk.person]
    wrong = [alert for alert in alerts if alert.subject != walk.person]
    tracks = scores.get(walk.person, [])
    best = float(np.nanmax(tracks)) if np.isfinite(tracks).any() else float("nan")
    ids = tuple(alert.id for alert in alerts)
    if wrong:
        taken_for = ", ".join(sorted({alert.subject for alert in wrong}))
        best = float(np.nanmax([best, *(alert.score for alert in wrong)]))
        return Outcome(walk.person, listed, "false alert", f"taken for {taken_for}", walk.face_px, best, ids)
    if right:
        best = max(alert.score for alert in right)
        return Outcome(walk.person, listed, "found", "an alert asked for the right person", walk.face_px, best, ids)
    outcome = "missed" if listed else "not alerted"
    return Outcome(walk.person, listed, outcome, _why_not(walk, tracks, best, run), walk.face_px, best, ids)


def _why_not(walk: Walk, tracks: Sequence[float], best: float, run: Run) -> str:
    """Why there was no alert, in words."""
    smallest = run.settings["smallest_face"]
    if not walk.visible.any():
        return "the face was never to be seen"
    if not tracks:
        return "the face was never detected"
    if np.isnan(best):
        return f"at most {walk.face_px:.0f} px wide, {smallest} px are needed to compare"
    near = "a near miss: " if best >= run.near else ""
    score, threshold = apart_words(best, run.threshold)
    return f"{near}score {score} stayed below the threshold {threshold}"
