"""How far a scan is: what of each piece of footage is written, as the case's ledger has it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from workbench.faces import clock

__all__ = ["Advance", "Part"]


@dataclass(frozen=True)
class Part:
    """One piece of footage.

    written, seconds : seconds of footage whose segments are in the ledger, and its length
    segments : how many are in the ledger; failed : why segments that are not could not be scanned, newest words of each
    """

    name: str
    written: float
    seconds: float
    segments: int
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Advance:
    """A run, and how much of its footage is written.

    finished : every segment is written and the tracks are joined
    at_work : who is writing to the case at the moment, "" if nobody is
    """

    run: int
    finished: bool
    at_work: str
    parts: tuple[Part, ...]

    @property
    def seconds(self) -> float:
        """Length of all footage."""
        return sum(part.seconds for part in self.parts)

    @property
    def written(self) -> float:
        """Seconds of all footage that are written."""
        return sum(part.written for part in self.parts)

    @property
    def share(self) -> float:
        """Of all footage, 0..1; 1 only when the run is finished."""
        if self.finished:
            return 1.0
        return min(0.999, self.written / self.seconds) if self.seconds else 0.0

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self) | {"seconds": self.seconds, "written": self.written, "share": self.share}

    def __repr__(self) -> str:
        state = "finished" if self.finished else self.at_work or "nobody is at work: the same scan goes on"
        return f"Advance(run {self.run}: {clock(self.written)} of {clock(self.seconds)} written, {state})"
