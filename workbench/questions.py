"""What a reviewer is asked, with nothing in it of what the machine or anybody else thinks; and what is shown afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from workbench.alerts import Alert
from workbench.decisions import Standing, Verdict
from workbench.runs import StoredPicture
from workbench.watchlist import Entry

__all__ = ["Context", "Pair", "PlantedAnswer", "Question", "ReviewerRecord", "Revealed"]


@dataclass(frozen=True)
class Question:
    """One pair to judge: an alert, or a planted pair of two people of the list that looks like one.

    id : of the alert or of the planted pair
    """

    kind: Literal["alert", "planted"]
    id: int


@dataclass(frozen=True)
class Pair:
    """The pictures of a question and nothing else: faces of the track, best first, and references as JPEG bytes."""

    probe: tuple[StoredPicture, ...]
    references: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class Context:
    """What is settled about the same person on the list in another alert."""

    alert: int
    source: str
    start: float
    standing: Standing


@dataclass(frozen=True)
class Revealed:
    """What a reviewer may see of an alert once she has judged it blind.

    faces : a reference of each candidate as JPEG bytes, in their order; empty where it was deleted in time
    entry : why the person is listed; context : what is settled about that person elsewhere in the case
    """

    alert: Alert
    near_miss: bool
    faces: tuple[bytes, ...] = field(repr=False)
    entry: Entry
    standing: Standing
    context: tuple[Context, ...]


@dataclass(frozen=True)
class PlantedAnswer:
    """A judgement of a planted pair: two different people, so that "same" is an error."""

    planted: int
    reviewer: str
    verdict: Verdict
    recorded: datetime
    subject: str
    person: str


@dataclass(frozen=True)
class ReviewerRecord:
    """How a reviewer answered planted pairs of different people.

    wrong : called the same person; undecided : "cannot tell"
    low, high : exact 95 % limits of the share of wrong answers; NaN without any answer
    """

    reviewer: str
    judged: int
    wrong: int
    undecided: int
    low: float
    high: float

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values; what is undefined is None."""
        limits = {"low": self.low, "high": self.high} if self.judged else {"low": None, "high": None}
        counts = {"judged": self.judged, "wrong": self.wrong, "undecided": self.undecided}
        return {"reviewer": self.reviewer} | counts | limits
