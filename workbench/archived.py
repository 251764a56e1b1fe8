"""Tracks in an archive as a struct of arrays, where they come from, and which of them somebody means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError

__all__ = ["ArchivedTracks", "Chosen", "Origin", "chosen_words", "time_of"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]


def time_of(seconds: float) -> datetime | None:
    """Seconds since 1970 as a time in UTC; None for NaN, a time that nobody knows.

    >>> time_of(0.0).isoformat(), time_of(float("nan"))
    ('1970-01-01T00:00:00+00:00', None)
    """
    return None if np.isnan(seconds) else datetime.fromtimestamp(float(seconds), UTC)


@dataclass(frozen=True)
class Origin:
    """One piece of footage of one run of one case.

    case_key : tells cases of one name apart; sha256 : of the footage
    said_by : who says when it was recorded, "" where nobody does
    """

    id: int
    case: str
    case_key: str
    run: int
    camera: str
    footage: str
    sha256: str
    said_by: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class ArchivedTracks:
    """N tracks that raised a question in a case; `tracks[mask]` is `ArchivedTracks` again.

    id : (N,) number in the archive; origin : (N,) number of the footage; alert : (N,) number of the alert in its case
    start, end : (N,) seconds into the footage
    at : (N,) when it began, seconds since 1970 UTC; NaN where nobody knows
    due : (N,) when it must be gone at the latest, seconds since 1970 UTC
    face_px : (N,) width of the widest face
    template : (N, D) unit vectors
    """

    id: I64
    origin: I64
    alert: I64
    start: F64
    end: F64
    at: F64
    due: F64
    face_px: F32
    template: F32

    def __post_init__(self) -> None:
        for name, kind in _COLUMNS.items():
            array = getattr(self, name)
            if array.dtype != kind or len(array) != len(self.id):
                raise ValueError(
                    f"ArchivedTracks.{name} is {array.dtype} {array.shape}, expected {kind} of {len(self)}"
                )

    @classmethod
    def none(cls, dim: int) -> ArchivedTracks:
        """No track at all."""
        return cls(
            **{name: np.zeros(0, kind) for name, kind in _PLAIN.items()}, template=np.zeros((0, dim), np.float32)
        )

    @classmethod
    def concat(cls, parts: Sequence[ArchivedTracks]) -> ArchivedTracks:
        """All tracks of one part or more, in order."""
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS})

    def __len__(self) -> int:
        return len(self.id)

    def __getitem__(self, which: Any) -> ArchivedTracks:
        return replace(self, **{name: getattr(self, name)[which] for name in _COLUMNS})

    def __repr__(self) -> str:
        return f"ArchivedTracks({len(self):,}, {self.template.shape[1]}-d, {len(np.unique(self.origin)):,} pieces of footage)"


_PLAIN: dict[str, Any] = {
    **dict.fromkeys(("id", "origin", "alert"), np.dtype(np.int64)),
    **dict.fromkeys(("start", "end", "at", "due"), np.dtype(np.float64)),
    "face_px": np.dtype(np.float32),
}
_COLUMNS = _PLAIN | {"template": np.dtype(np.float32)}


@dataclass(frozen=True)
class Chosen:
    """Which tracks are meant; what is empty does not narrow.

    cases, cameras : names; tracks : numbers in the archive
    start, end : times with a zone; a track is meant that was there at any time from `start` until before `end`
    """

    cases: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    tracks: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and not self.start < self.end:
            raise InputError(
                f"the time from {self.start:%Y-%m-%d %H:%M} to {self.end:%Y-%m-%d %H:%M} is empty; swap them"
            )

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return self != Chosen()

    @property
    def timed(self) -> bool:
        """Whether it asks about time: then a track whose time nobody knows is left out."""
        return self.start is not None or self.end is not None

    def of(self, tracks: ArchivedTracks, origins: Mapping[int, Origin]) -> Bools:
        """Which of the tracks are meant, (N,). `InputError` for a name that the archive does not know: a slip of the pen
        would look like an answer.
        """
        self._known(tracks, origins.values())
        places = [each.id for each in origins.values() if self._place(each)]
        meant = np.isin(tracks.origin, places)
        if self.tracks:
            meant &= np.isin(tracks.id, self.tracks)
        with np.errstate(invalid="ignore"):
            if self.start is not None:
                meant &= tracks.at + (tracks.end - tracks.start) >= self.start.timestamp()
            if self.end is not None:
                meant &= tracks.at < self.end.timestamp()
        return meant

    def undated(self, tracks: ArchivedTracks, origins: Mapping[int, Origin]) -> int:
        """How many tracks are left out only because nobody knows when they were seen."""
        if not self.timed:
            return 0
        return int((replace(self, start=None, end=None).of(tracks, origins) & np.isnan(tracks.at)).sum())

    def _place(self, origin: Origin) -> bool:
        return (not self.cases or origin.case in self.cases) and (not self.cameras or origin.camera in self.cameras)

    def _known(self, tracks: ArchivedTracks, origins: Any) -> None:
        if gone := sorted(set(self.tracks) - set(tracks.id.tolist())):
            raise InputError(f"the archive has no track {gone[0]}; searches say which there are")
        every = list(origins)
        for what, asked, known in (
            ("case", self.cases, {each.case for each in every}),
            ("camera", self.cameras, {each.camera for each in every}),
        ):
            if unknown := [name for name in asked if name not in known]:
                there = f"there are {', '.join(map(repr, sorted(known)))}" if known else "it is empty"
                raise InputError(f"the archive has no {what} {unknown[0]!r}; {there}")

    def to_dict(self) -> dict[str, Any]:
        """What narrows, as plain JSON values."""
        times = {name: when.isoformat() for name in ("start", "end") if (when := getattr(self, name)) is not None}
        names = {name: list(some) for name in ("cases", "cameras", "tracks") if (some := getattr(self, name))}
        return names | times

    def __str__(self) -> str:
        return chosen_words(self.to_dict())


def chosen_words(chosen: Mapping[str, Any]) -> str:
    """What narrows, for people; "" where nothing does.

    >>> chosen_words({"cameras": ["gate"], "start": "2026-05-03T21:30:00+00:00"})
    'cameras gate, from 2026-05-03 21:30 UTC'
    """
    said = [f"{name} {', '.join(map(str, chosen[name]))}" for name in ("cases", "cameras", "tracks") if name in chosen]
    for name, word in (("start", "from"), ("end", "until")):
        if name in chosen:
            said.append(f"{word} {datetime.fromisoformat(chosen[name]).astimezone(UTC):%Y-%m-%d %H:%M} UTC")
    return ", ".join(said)
