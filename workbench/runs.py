"""What a scan found: reports per footage, alerts, near misses, and the scores of every track that is none."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.alerts import Alerts
from workbench.counts import count
from workbench.faces import clock
from workbench.html import card, facts, note, table
from workbench.recorded import Recorded
from workbench.sentences import threshold_words
from workbench.strip import strip
from workbench.timing import timing_rows
from workbench.tracks import Tracks
from workbench.triage import TRIAGE

__all__ = [
    "WHOLE",
    "Passage",
    "Picture",
    "Run",
    "Segment",
    "SourceReport",
    "StoredPicture",
    "settings_hash",
    "state_words",
]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]

ROWS = 12  # pieces of footage named in one output
WHOLE = "whole"  # the state of footage of which nothing has to be known


@dataclass(frozen=True)
class Picture:
    """A kept face: where it was, and the pixels around it with every other face hidden, (h, w, 3) RGB.

    chip : the aligned crop that was embedded (S, S, 3), or None
    hidden : True where a neighbour was hidden in the chip afterwards, so that it no longer gives the same template
    points : the face's five points in the frame, px
    """

    t: float
    frame: int
    box: tuple[float, ...]
    quality: float
    image: U8
    chip: U8 | None = None
    hidden: bool = False
    points: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class StoredPicture:
    """A kept face read back from a case, as PNG bytes.

    points : the face's five points in the frame, px; none in cases of the first version
    """

    t: float
    frame: int
    box: tuple[float, ...]
    quality: float
    png: bytes = field(repr=False)
    points: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Passage:
    """One finished track with its answer; only alerts (and near misses, if the policy says so) carry faces.

    score : of the best candidate, or None where the face was never compared
    quality : of its best face 0..1, or None where none was fit to compare
    near_miss : True below the threshold and above the near line, False for an alert, None for neither
    candidates : rows of the list's references with their scores, best first, one a subject
    """

    start: float
    end: float
    seen: int
    face_px: float
    box: tuple[float, ...]
    first_box: tuple[float, ...]
    last_box: tuple[float, ...]
    score: float | None = None
    near_miss: bool | None = None
    candidates: tuple[tuple[int, float], ...] = ()
    template: F32 | None = None
    best: Picture | None = None
    pictures: tuple[Picture, ...] = ()
    quality: float | None = None


@dataclass(frozen=True)
class Segment:
    """A stretch of footage that is done.

    start, end : seconds; both instants belong to it, so that neighbours share one frame and tracks can be joined there
    profile : counts (frames, faces, embeddings, corrupt_frames) and seconds per stage
    """

    ordinal: int
    start: float
    end: float
    passages: tuple[Passage, ...]
    profile: Mapping[str, float]

    @property
    def counts(self) -> dict[str, float]:
        """The segment in numbers: which, from when to when, how many tracks, alerts and near misses."""
        asked = Counter(passage.near_miss for passage in self.passages)
        about = {"segment": self.ordinal, "start": self.start, "end": self.end, "tracks": len(self.passages)}
        return about | {"alerts": asked[False], "near_misses": asked[True]}


@dataclass(frozen=True)
class SourceReport:
    """What became of one piece of footage.

    short : True where the file ends before it says it does
    tracks : people passing; compared + too_small + unfit of them
    recorded : by which camera and when, as far as it is known
    caveats : what has to be known of it, see `workbench.caveats`
    """

    path: str
    sha256: str
    seconds: float
    short: bool
    corrupt_frames: int
    tracks: int
    compared: int
    too_small: int
    recorded: Recorded = field(default_factory=Recorded)
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """One scan of footage against one version of the list.

    threshold : score from which a track is an alert; near : from which it is a near miss
    tracks : every track with its score, its faces gone
    settings : all that decided the result; threshold_from : where the threshold comes from, in words
    profile : counts and seconds per stage, summed over segments
    listed : people who were looked for, without those whose entry had expired
    """

    id: int
    threshold: float
    near: float
    threshold_from: str
    sources: tuple[SourceReport, ...]
    alerts: Alerts
    near_misses: Alerts
    tracks: Tracks
    settings: Mapping[str, Any]
    started: datetime
    finished: datetime | None
    profile: Mapping[str, float] = field(default_factory=dict)
    list_version: int = 0
    listed: int = 0

    @property
    def scores(self) -> F64:
        """Best score of every track that was compared, (T,), in order of footage and time."""
        return self.tracks.score[self.tracks.compared]

    @property
    def day(self) -> date:
        """The day by which it was told whose entry had expired; for runs that do not say it, the day here when they began."""
        said = self.settings.get("day")
        return date.fromisoformat(said) if said else self.started.astimezone().date()

    @property
    def triage(self) -> bool:
        """Whether only key frames were looked at (`fast`): then that nobody was found says very little."""
        return bool(self.settings.get("fast", False))

    def to_dict(self) -> dict[str, Any]:
        """What `workbench scan --json` prints."""
        return {
            "run": self.id,
            "threshold": self.threshold,
            "near": self.near,
            "threshold_from": self.threshold_from,
            "list_version": self.list_version,
            "finished": self.finished is not None,
            "triage": self.triage,
            "sources": [asdict(source) | {"recorded": source.recorded.to_dict()} for source in self.sources],
            "alerts": [alert.to_dict() for alert in self.alerts],
            "near_misses": [miss.to_dict() for miss in self.near_misses],
            "profile": dict(self.profile),
        }

    def __repr__(self) -> str:
        state = "" if self.finished else ", unfinished"
        return (
            f"Run {self.id}({count(len(self.alerts), 'alert')}, "
            f"{count(len(self.near_misses), 'near miss', 'near misses')}, {count(len(self.tracks), 'track')}, "
            f"{clock(sum(source.seconds for source in self.sources))} of footage{state})"
        )

    def _repr_html_(self) -> str:
        title = f"Run {self.id}" + ("" if self.finished else " (unfinished: the same call goes on)")
        began = f"{self.started:%Y-%m-%d %H:%M} UTC"
        under = f"list version {self.list_version} · model pack {self.settings.get('pack', 'not recorded')} · {began}"
        triage = note(TRIAGE, say=True) if self.triage else ""
        scores = strip(self.scores, self.threshold, self.near)
        shown = f"<h4>Best score of each track that was compared</h4>{scores}" if scores else ""
        words = f"Threshold {threshold_words(self.threshold)}: {self.threshold_from}."
        rows = timing_rows(self.profile)
        timing = table("Where the time went", ("stage", "a look", "in"), rows) if rows else ""
        parts = (triage, _tiles(self), note(_sentence(self), say=True), shown, _footage(self), note(words), timing)
        return card(title, *parts, under=under)


def _tiles(run: Run) -> str:
    """The run in numbers, each with what it is out of."""
    compared, files = int(run.tracks.compared.sum()), len(run.sources)
    too_small = sum(source.too_small for source in run.sources)
    return facts(
        {
            "footage": (clock(sum(s.seconds for s in run.sources)), count(files, "file")),
            "faces seen (tracks)": (len(run.tracks), f"{compared:,} compared, {too_small:,} too small"),
            "alerts": (len(run.alerts), f"of {compared:,} compared"),
            "near misses": (len(run.near_misses), f"of {compared:,} compared"),
            "people looked for": (run.listed, f"list version {run.list_version}"),
            "threshold": (threshold_words(run.threshold), f"near misses from {threshold_words(run.near)}"),
        }
    )


def _sentence(run: Run) -> str:
    """What a person has to do with it."""
    alerts, compared = len(run.alerts), int(run.tracks.compared.sum())
    if not alerts:
        return f"None of {compared:,} compared tracks reached the threshold. That somebody was not seen is not proof of absence."
    return f"{count(alerts, 'question')} to a person, out of {compared:,} compared tracks. A score is no answer: somebody has to look."


def _footage(run: Run) -> str:
    columns = ("footage", "length", "tracks", "compared", "too small", "alerts", "state")
    asked = Counter(alert.sha256 for alert in run.alerts)
    rows = [
        (
            s.path.rsplit("/", 1)[-1],
            clock(s.seconds),
            s.tracks,
            s.compared,
            s.too_small,
            asked[s.sha256],
            state_words(s),
        )
        for s in run.sources
    ]
    return table("Footage", columns, rows[:ROWS], more=len(rows) - ROWS)


def state_words(source: SourceReport) -> str:
    """Whether a piece of footage was scanned whole, and what else has to be known of it."""
    words = ["ends early"] if source.short else []
    words += [count(source.corrupt_frames, "damaged frame")] if source.corrupt_frames else []
    return "; ".join([", ".join(words) or WHOLE, *source.caveats])


def settings_hash(settings: Mapping[str, Any]) -> str:
    """SHA-256 over all settings of a scan as JSON with sorted keys: in the log where the scan begins, and in evidence."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
