"""One ranked pass of a search in an archive: where and when, how alike, what that is worth, and what people concluded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.archived import Origin
from workbench.conclusions import Conclusion, outcome_of
from workbench.faces import clock
from workbench.strangers import Expected

__all__ = ["Sighting"]


@dataclass(frozen=True)
class Sighting:
    """One ranked pass: a lead to be compared by a person, whatever its rank.

    track : its number in the archive; alert : its number in its case
    start, end : seconds into the footage; at : when it began (UTC), None where nobody knows
    expected : tracks of other people that reach this score among those that were searched
    picture : the face as JPEG bytes, everyone else hidden; b"" where it is gone
    """

    rank: int
    score: float
    track: int
    origin: Origin
    alert: int
    start: float
    end: float
    at: datetime | None
    expected: Expected
    conclusions: tuple[Conclusion, ...] = ()
    picture: bytes = field(default=b"", repr=False, compare=False)

    @property
    def outcome(self) -> str:
        """`to be compared`, or what each person concluded last, or that they disagree."""
        return outcome_of(self.conclusions)

    @property
    def where(self) -> str:
        """Camera, and the time of day where it is known, else the time in the footage."""
        when = f"{self.at:%Y-%m-%d %H:%M:%S} UTC" if self.at else f"{clock(self.start)} into {self.origin.footage}"
        return f"{self.origin.camera}, {when}"

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values; what nobody knows is None."""
        about = {name: getattr(self, name) for name in ("rank", "track", "alert", "start", "end", "outcome")}
        origin = {
            name: getattr(self.origin, name) for name in ("case", "run", "camera", "footage", "sha256", "said_by")
        }
        expected = {name: None if value != value else value for name, value in self.expected._asdict().items()}
        return (
            about
            | origin
            | {
                "score": round(self.score, 6),
                "at": self.at.isoformat() if self.at else None,
                "expected_false": expected,
                "conclusions": [each.to_dict() for each in self.conclusions],
            }
        )
