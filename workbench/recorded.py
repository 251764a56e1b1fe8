"""When and by which camera footage was recorded: as somebody stated with the scan, else as the file says of itself.

A file's own note (`creation_time`) is the clock of whatever wrote it, in UTC, which nobody checked: it is used where nobody
stated a time, and said to be so. Footage without either has no hour of the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError

__all__ = ["FROM_FILE", "STATED", "Recorded", "created", "recorded_of", "stated"]

F64 = NDArray[np.float64]

STATED, FROM_FILE = "stated", "the file's own note"
_FIRST = 1990  # a clock that was never set says 1904, 1970 or 1980


@dataclass(frozen=True)
class Recorded:
    """The camera's name, "" if unknown, the time of the first picture, None if unknown, and who says so.

    start : seconds at which the first picture is on the footage's own clock, which need not begin at 0
    """

    camera: str = ""
    began: datetime | None = None
    said_by: str = ""
    start: float = 0.0

    def to_dict(self) -> dict[str, str | None]:
        """As a program reads it."""
        began = None if self.began is None else self.began.isoformat()
        return {"camera": self.camera, "began": began, "said_by": self.said_by}

    def hours(self, t: F64) -> F64:
        """Hour of the day 0..24 at `t` seconds of the footage's clock, (n,), on the clock that `began` is on; NaN if unknown.

        >>> Recorded("gate", datetime(2026, 5, 3, 23, 30)).hours(np.array([0.0, 3600.0]))
        array([23.5,  0.5])
        """
        if self.began is None:
            return np.full(np.shape(t), np.nan)
        clock = self.began.hour + self.began.minute / 60 + self.began.second / 3600
        return (clock + (np.asarray(t, np.float64) - self.start) / 3600) % 24

    def at(self, t: float) -> float:
        """Unix time at `t` seconds of the footage's clock; NaN if unknown."""
        return float("nan") if self.began is None else self.began.astimezone(UTC).timestamp() + t - self.start


def stated(camera: str = "", recorded: datetime | str | None = None, pieces: int = 1) -> dict[str, str]:
    """What somebody says of the footage of a scan, to be kept with its settings; nothing where nothing is said."""
    if recorded is not None and pieces != 1:
        raise InputError(f"a recording time belongs to one piece of footage, and {pieces} were given; scan each alone")
    about = {"camera": " ".join(camera.split()), "recorded": _time(recorded).isoformat() if recorded else ""}
    return {name: value for name, value in about.items() if value}


def _time(recorded: datetime | str) -> datetime:
    try:
        return recorded if isinstance(recorded, datetime) else datetime.fromisoformat(recorded)
    except ValueError:
        raise InputError(
            f"{recorded!r} is no time; write it as 2026-05-03T21:30, with +01:00 behind it for its zone"
        ) from None


def created(metadata: Mapping[str, str]) -> str:
    """The container's `creation_time` as ISO text, "" where it has none that can be meant."""
    try:
        when = datetime.fromisoformat(metadata.get("creation_time", ""))
    except ValueError:
        return ""
    return when.isoformat(timespec="seconds") if when.year >= _FIRST else ""


def recorded_of(settings: Mapping[str, Any], facts: Mapping[str, Any], name: str) -> Recorded:
    """Camera and time of footage called `name`, from the settings of its scan and the facts of its file."""
    camera = settings.get("camera", "") or name
    for text, said_by in ((settings.get("recorded", ""), STATED), (facts.get("created", ""), FROM_FILE)):
        if text:
            return Recorded(camera, datetime.fromisoformat(text), said_by, float(facts.get("start") or 0.0))
    return Recorded(camera)
