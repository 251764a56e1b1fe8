"""What the threshold explorer's page needs to know of trials, runs and alerts: sorted scores as bytes, the rest as JSON.

Everything is sent once. A sample (the passes of one kind, in all or of one group) is a stretch of one float32 buffer. Where
people pass more than once, two numbers a score go along, from which the page gets the interval by person exactly at any
threshold (`visits`): it adds up what `intervals.tally_by_subject` adds up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from workbench.alerts import Alert, Alerts
from workbench.arguments import said
from workbench.errors import InputError
from workbench.evaluation import Trials
from workbench.faces import clock
from workbench.groups import TOO_FEW
from workbench.intervals import people_of, pull
from workbench.runs import Run
from workbench.sentences import line_words

__all__ = ["Packed", "alerts_of", "pack_alerts", "pack_run", "pack_trials", "slider_span"]

Floats = NDArray[np.floating[Any]]
UPPER = 0.975  # limits at 95 %, as everywhere


@dataclass(frozen=True)
class Packed:
    """What goes to the page.

    scores : float32, the samples one after the other, each ascending
    visits : uint32, for each score of a sample with returning people: how many higher scores the person has; then, in the
        same order, how many passes the person made
    about : JSON, with the samples' places in the two buffers
    """

    scores: bytes
    visits: bytes
    about: dict[str, Any]


def pack_trials(trials: Trials, within: int | None = None) -> Packed:
    """Both kinds of passes, in all and for each recorded group."""
    parts = _Parts()
    for side in ("nonmated", "mated"):
        scores, person, group = _side(trials, side, within)
        parts.add(side, None, scores, person)
        for name in () if group is None else np.unique(group[group != ""]):
            parts.add(side, str(name), scores[group == name], person[group == name])
    about = {
        "data": trials.data or "these passes",
        "pack": trials.pack,
        "watchlist": trials.watchlist,
        "missed": trials.missed_detections,
        "within": within,
        "concerns": list(trials.concerns()),
        "tooFew": TOO_FEW,
        "unsettled": trials.unsettled,
        "byAlert": trials.by_alert,
        "footage": None,
    }
    return parts.packed(about)


def pack_run(run: Run) -> Packed:
    """The scores of a run's tracks, of which nobody has said who they are."""
    parts = _Parts()
    parts.add("unknown", None, run.scores, np.arange(run.scores.size))
    names = [source.path.rsplit("/", 1)[-1] for source in run.sources]
    shown = ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")
    about = {
        "data": f"run {run.id}: {shown}" if shown else f"run {run.id}",
        "pack": str(run.settings.get("pack", "")),
        "watchlist": run.listed,
        "missed": 0,
        "within": None,
        "concerns": [f"threshold of the scan: {line_words(run.threshold)}, {run.threshold_from}"],
        "tooFew": TOO_FEW,
        "unsettled": False,
        "byAlert": False,
        "footage": {
            "tracks": len(run.tracks),
            "compared": int(run.scores.size),
            "hours": sum(source.seconds for source in run.sources) / 3600,
            "near": run.near,
        },
    }
    return parts.packed(about)


def alerts_of(source: Alerts | Run | Iterable[Alert] | None) -> list[Alert]:
    """Alerts and near misses of any of these to be shown, best score first."""
    if source is None:
        return []
    parts = [source.alerts, source.near_misses] if isinstance(source, Run) else [source]
    if not all(isinstance(part, Iterable) for part in parts):
        raise InputError(f"alerts are given as a run or its `.alerts`; this is {said(source)}")
    found = [alert for part in parts for alert in (part.before_eyes() if isinstance(part, Alerts) else part)]
    return sorted(found, key=lambda alert: -alert.score)


def pack_alerts(alerts: Iterable[Alert]) -> tuple[bytes, list[dict[str, Any]]]:
    """All pictures as one run of bytes, each once, and one JSON object an alert that says where its own are."""
    where: dict[bytes, list[int]] = {}
    pieces: list[bytes] = []
    size = 0

    def place(picture: bytes) -> list[int] | None:
        nonlocal size
        if picture and picture not in where:
            where[picture] = [size, len(picture)]
            pieces.append(picture)
            size += len(picture)
        return where.get(picture)

    about = [
        {
            "subject": alert.subject,
            "score": alert.score,
            "seen": f"{alert.source} {clock(alert.start)}",
            "face": round(alert.face_px),
            "probe": place(alert.thumbnail),
            "reference": place(alert.reference),
        }
        for alert in alerts
    ]
    return b"".join(pieces), about


def slider_span(scores: bytes, also: Iterable[float]) -> dict[str, float]:
    """Ends and step of the slider: all scores, and room above the best of them so that nothing alerts at its end."""
    values = np.concatenate([np.frombuffer(scores, np.float32), np.fromiter(also, np.float64)])
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    step = 10.0 ** np.floor(np.log10(max(high - low, 1e-3) / 500))
    return {
        "min": round(float(np.floor(low / step) * step), 9),
        "max": round(float(np.floor(high / step + 2) * step), 9),
        "step": float(round(step, 9)),
    }


class _Parts:
    """Samples being laid one after the other."""

    def __init__(self) -> None:
        self._scores: list[NDArray[np.float32]] = []
        self._visits: list[NDArray[np.uint32]] = []
        self._samples: list[dict[str, Any]] = []

    def add(self, side: str, group: str | None, scores: Floats, person: NDArray[Any]) -> None:
        who, size = people_of(person, scores.size)
        seen = np.flatnonzero(scores > -np.inf)
        order = seen[np.argsort(scores[seen].astype(np.float32), kind="stable")]
        sample = {
            "side": side,
            "group": group,
            "start": sum(part.size for part in self._scores),
            "count": int(order.size),
            "passes": int(scores.size),
            "people": int(size.size),
            "squares": float((size * size).sum()),
            "pulled": float((pull(size) * size * size).sum()),
            "student": _student(scores.size),
            "visits": None,
        }
        self._scores.append(scores[order].astype(np.float32))
        if size.size < scores.size:
            sample["visits"] = sum(part.size for part in self._visits)
            self._visits += [_higher(scores, who)[order].astype(np.uint32), size[who][order].astype(np.uint32)]
        self._samples.append(sample)

    def packed(self, about: dict[str, Any]) -> Packed:
        scores = b"".join(part.tobytes() for part in self._scores)
        visits = b"".join(part.tobytes() for part in self._visits)
        return Packed(scores, visits, about | {"samples": self._samples})


def _side(trials: Trials, side: str, within: int | None) -> tuple[Floats, NDArray[Any], NDArray[Any] | None]:
    which = trials.is_mated if side == "mated" else ~trials.is_mated
    scores = trials.returned(within) if side == "mated" else trials.nonmated
    return scores, trials.person[which], None if trials.group is None else trials.group[which]


def _higher(scores: Floats, who: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many passes of the same person come before each pass if her best score comes first, (n,)."""
    values = scores.astype(np.float32)
    order = np.lexsort((-values, who))
    start = np.searchsorted(who[order], np.arange(who.max(initial=-1) + 1))
    higher = np.empty(values.size, np.int64)
    higher[order] = np.arange(values.size) - start[who[order]]
    return higher


def _student(passes: int) -> float:
    """The square of Student's t that independent passes would get, against which the page holds that of few people."""
    return float(stdtrit(passes - 1, UPPER) ** 2) if passes > 1 else 1.0
