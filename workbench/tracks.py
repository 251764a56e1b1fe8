"""The same person across frames: the unit of search and of every statistic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workbench.faces import Faces, clock
from workbench.sameness import same_fields

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Scale", "Tracks"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

_PER_TRACK = ("id", "source", "start", "end", "seen", "face_px", "box", "score", "quality")


@dataclass(frozen=True)
class Scale:
    """What cosines mean in one pack, as far as tracking and list checks need it.

    same : from here two faces are taken for one person's wherever they are within reach
    contradict : below here they are not one person's, however near
    """

    same: float
    contradict: float


@dataclass(frozen=True, eq=False)
class Tracks:
    """T people passing, each as one row, with the best faces of those that are still in memory.

    id : (T,) int64, number of the track within its run
    source : (T,) str, SHA-256 of the footage
    start, end : (T,) float64 seconds, first and last frame in which the face was found
    seen : (T,) int64, number of sampled frames in which it was found
    face_px : (T,) float32, its greatest width
    box : (T, 4) float32 px, where it was widest
    score : (T,) float64, of the best candidate; NaN where the face was never compared
    quality : (T,) float32 0..1, of the best face; NaN where none was fit to compare, and in cases that did not keep it
    faces : N faces kept for comparison; none once they are forgotten
    track : (N,) int64, the id to which each face belongs
    """

    id: I64
    source: NDArray[np.str_]
    start: F64
    end: F64
    seen: I64
    face_px: F32
    box: F32
    score: F64
    quality: F32
    faces: Faces
    track: I64

    def __post_init__(self) -> None:
        shapes: dict[str, tuple[int, ...]] = {name: (len(self.id),) for name in _PER_TRACK}
        shapes |= {"box": (len(self.id), 4), "track": (len(self.faces),)}
        for name, shape in shapes.items():
            if (got := getattr(self, name).shape) != shape:
                raise ValueError(f"Tracks.{name} has shape {got}, expected {shape}")

    @classmethod
    def of(cls, rows: list[dict[str, Any]], faces: Faces | None = None, track: I64 | None = None) -> Tracks:
        """Tracks from one dict a row, with the keys of the arrays above; `quality` may be left out."""
        types: dict[str, Any] = dict.fromkeys(("start", "end", "score"), np.float64)
        types |= dict.fromkeys(("id", "seen"), np.int64) | dict.fromkeys(("face_px", "box", "quality"), np.float32)
        rows = [{"quality": np.nan} | row for row in rows]
        columns = {name: np.array([row[name] for row in rows], types.get(name, np.str_)) for name in _PER_TRACK}
        columns["box"] = columns["box"].reshape(-1, 4)
        return cls(**columns, faces=faces or Faces.none(), track=np.zeros(0, np.int64) if track is None else track)

    def __eq__(self, other: object) -> bool:
        return same_fields(self, other)

    def __len__(self) -> int:
        return len(self.id)

    def __getitem__(self, which: Any) -> Tracks:
        if isinstance(which, int | np.integer):
            which = [int(which)]
        columns = {name: getattr(self, name)[which] for name in _PER_TRACK}
        kept = np.isin(self.track, columns["id"])
        return replace(self, **columns, faces=self.faces[kept], track=self.track[kept])

    @property
    def compared(self) -> NDArray[np.bool_]:
        """Which tracks had a face that was fit to be compared, (T,)."""
        return ~np.isnan(self.score)

    def best(self, k: int) -> Faces:
        """The `k` faces of highest quality of each track, track by track, best first."""
        rank = np.lexsort((np.arange(len(self.track)), -self.faces.quality, self.track))
        owner = self.track[rank]
        first = np.searchsorted(owner, owner, side="left")
        return self.faces[rank[np.arange(len(owner)) - first < k]]

    def to_frame(self) -> pd.DataFrame:
        """One row a track, as a pandas table."""
        import pandas as pd

        columns = {name: getattr(self, name) for name in _PER_TRACK if name != "box"}
        return pd.DataFrame(columns | dict(zip(("x1", "y1", "x2", "y2"), self.box.T, strict=True)))

    def __repr__(self) -> str:
        if not len(self):
            return "Tracks(0)"
        span = f"{clock(self.start.min())}-{clock(self.end.max())}"
        return f"Tracks({len(self)}, {int(self.compared.sum())} compared, {span})"
