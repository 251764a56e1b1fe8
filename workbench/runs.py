"""What a scan found: reports per footage, alerts, near misses, and the scores of every track that is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.alerts import Alerts
from workbench.faces import clock
from workbench.html import card, facts, show, table
from workbench.tracks import Tracks

__all__ = ["Passage", "Picture", "Run", "Segment", "SourceReport", "StoredPicture"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]


@dataclass(frozen=True)
class Picture:
    """A kept face: where it was, and the pixels around it with every other face hidden, (h, w, 3) RGB."""

    t: float
    frame: int
    box: tuple[float, ...]
    quality: float
    image: U8


@dataclass(frozen=True)
class StoredPicture:
    """A kept face read back from a case, as PNG bytes."""

    t: float
    frame: int
    box: tuple[float, ...]
    quality: float
    png: bytes = field(repr=False)


@dataclass(frozen=True)
class Passage:
    """One finished track with its answer; only alerts (and near misses, if the policy says so) carry faces.

    score : cosine of the best candidate, or None where the face was never compared
    near_miss : True below the threshold and above the near line, False for an alert, None for neither
    candidates : rows of the list's references with their cosines, best first, one a subject
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


@dataclass(frozen=True)
class SourceReport:
    """What became of one piece of footage.

    short : True where the file ends before it says it does
    tracks : people passing; compared + too_small + unfit of them
    """

    path: str
    sha256: str
    seconds: float
    short: bool
    corrupt_frames: int
    tracks: int
    compared: int
    too_small: int


@dataclass(frozen=True)
class Run:
    """One scan of footage against one version of the list.

    threshold : cosine from which a track is an alert; near : from which it is a near miss
    tracks : every track with its score, its faces gone
    settings : all that decided the result; threshold_from : where the threshold comes from, in words
    profile : counts and seconds per stage, summed over segments
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

    def to_dict(self) -> dict[str, Any]:
        """What `workbench scan --json` prints."""
        return {
            "run": self.id,
            "threshold": self.threshold,
            "near": self.near,
            "threshold_from": self.threshold_from,
            "list_version": self.list_version,
            "finished": self.finished is not None,
            "sources": [asdict(source) for source in self.sources],
            "alerts": [alert.to_dict() for alert in self.alerts],
            "near_misses": [miss.to_dict() for miss in self.near_misses],
            "profile": dict(self.profile),
        }

    def __repr__(self) -> str:
        state = "" if self.finished else ", unfinished"
        return (
            f"Run {self.id}({len(self.alerts)} alerts, {len(self.near_misses)} near misses, {len(self.tracks)} tracks, "
            f"{clock(sum(source.seconds for source in self.sources))} of footage{state})"
        )

    def _repr_html_(self) -> str:
        seconds = sum(source.seconds for source in self.sources)
        head = facts(
            {
                "footage": clock(seconds),
                "faces seen (tracks)": len(self.tracks),
                "compared": int(self.tracks.compared.sum()),
                "alerts": len(self.alerts),
                "near misses": len(self.near_misses),
                "threshold": f"{self.threshold:.3f}",
                "people listed": self.listed,
            }
        )
        columns = ("footage", "length", "tracks", "compared", "too small", "state")
        rows = [
            (s.path.rsplit("/", 1)[-1], clock(s.seconds), s.tracks, s.compared, s.too_small, _state(s))
            for s in self.sources[:12]
        ]
        more = f"<p>and {len(self.sources) - 12} more</p>" if len(self.sources) > 12 else ""
        note = (
            f"{more}<p>Threshold: {show(self.threshold_from)}. An alert is a question to a person, not an answer.</p>"
        )
        title = f"Run {self.id}" + ("" if self.finished else " (unfinished: the same call goes on)")
        return card(title, head, table("Footage", columns, rows), note)


def _state(source: SourceReport) -> str:
    words = ["ends early"] if source.short else []
    words += [f"{source.corrupt_frames} corrupt frames"] if source.corrupt_frames else []
    return ", ".join(words) or "whole"
