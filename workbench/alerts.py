"""Questions to a person: tracks whose best candidate reached the threshold, with all that is needed to answer and to prove."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, overload

from workbench.errors import WorkbenchError
from workbench.faces import clock
from workbench.html import OUTPUT, Card, card, note, pictures
from workbench.sentences import apart_words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Alert", "Alerts", "Candidate"]


@dataclass(frozen=True)
class Candidate:
    """One ranked answer to a search; never a match.

    rank : from 1
    score : how alike the track and the subject are, see docs/scan.md
    reference : file of that reference
    """

    rank: int
    subject: str
    score: float
    reference: str


@dataclass(frozen=True)
class Alert:
    """A track whose best candidate has `score >= threshold` (a near miss stays below it).

    start, end : seconds in the footage; face_px : greatest face width
    source, sha256 : name and hash of the footage; t, frame : time and index of the best face
    why : pack, gallery, list version, threshold and its origin, software
    thumbnail : the best face as JPEG bytes, everyone else in it hidden; empty for a near miss unless the policy keeps it
    reference : the best candidate's reference as JPEG bytes
    track : number of its track in the case, 0 if it is in none
    """

    id: int
    candidates: tuple[Candidate, ...]
    threshold: float
    source: str
    sha256: str
    start: float
    end: float
    t: float
    frame: int
    box: tuple[float, float, float, float]
    face_px: float
    why: Mapping[str, Any]
    thumbnail: bytes = field(default=b"", repr=False)
    reference: bytes = field(default=b"", repr=False)
    track: int = 0

    @property
    def subject(self) -> str:
        """Whose reference came first."""
        return self.candidates[0].subject

    @property
    def score(self) -> float:
        """Score of the first candidate."""
        return self.candidates[0].score

    def to_dict(self) -> dict[str, Any]:
        """What `workbench scan --json` prints."""
        return {
            "id": self.id,
            "subject": self.subject,
            "score": self.score,
            "source": self.source,
            "start": round(self.start, 6),
            "end": round(self.end, 6),
            "face_px": round(self.face_px, 1),
        }

    def __repr__(self) -> str:
        seen = f"{self.source} {clock(self.start)}-{clock(self.end)}"
        sign = ">=" if self.score >= self.threshold else "<"
        score, threshold = apart_words(self.score, self.threshold)
        return f"Alert({self.id}: is this {self.subject!r}? score {score} {sign} {threshold}, {seen})"


def _nobody(numbers: Sequence[int]) -> None:
    """Hears of faces that are shown where there is no case to tell."""


class Alerts:
    """A list of alerts (or near misses) that shows itself, and lets its case know whose faces it shows.

    A copy (`pickle`, `copy.deepcopy`) has no case to tell, and so no face to show.

    shown : hears the numbers of alerts whose faces are about to be shown; what it raises keeps them from being shown
    """

    def __init__(
        self,
        alerts: tuple[Alert, ...] = (),
        *,
        title: str = "Alerts",
        shown: Callable[[Sequence[int]], None] = _nobody,
    ) -> None:
        self._alerts = alerts
        self._title = title
        self._shown = shown

    def __len__(self) -> int:
        return len(self._alerts)

    def __iter__(self) -> Iterator[Alert]:
        return iter(self._alerts)

    @overload
    def __getitem__(self, which: int) -> Alert: ...
    @overload
    def __getitem__(self, which: slice) -> Alerts: ...
    def __getitem__(self, which: int | slice) -> Alert | Alerts:
        if isinstance(which, slice):
            return Alerts(self._alerts[which], title=self._title, shown=self._shown)
        return self._alerts[which]

    def __getstate__(self) -> dict[str, Any]:
        faceless = tuple(replace(alert, thumbnail=b"", reference=b"") for alert in self)
        return {"_alerts": faceless, "_title": self._title, "_shown": _nobody}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alerts) and self._alerts == other._alerts

    __hash__ = None  # type: ignore[assignment]

    def of(self, footage: Collection[str]) -> Alerts:
        """Those raised in some footage, named by its SHA-256."""
        kept = tuple(alert for alert in self if alert.sha256 in footage)
        return Alerts(kept, title=self._title, shown=self._shown)

    def before_eyes(self) -> Alerts:
        """The same alerts, after their case was told that somebody gets to see their faces; to be called by what shows them."""
        kept = [alert.id for alert in self if alert.thumbnail]
        if kept:
            self._shown(kept)
        return self

    def to_frame(self) -> pd.DataFrame:
        """One row an alert, as a pandas table."""
        import pandas as pd

        columns = ["id", "subject", "score", "source", "start", "end", "face_px"]
        kinds: dict[str, type] = dict.fromkeys(columns, float) | {"id": int, "subject": str, "source": str}
        return pd.DataFrame([alert.to_dict() for alert in self], columns=columns).astype(kinds)

    def __repr__(self) -> str:
        return f"{self._title}({len(self)})"

    def _repr_html_(self) -> str:
        first, refused = self[:10], ""
        try:
            first.before_eyes()
        except WorkbenchError as error:  # a log that cannot be written to, for instance
            refused = f" But no face is shown: {error}"
        pairs = pictures(
            [_question(alert, faces=not refused) for alert in first], more=len(self) - len(first), room=OUTPUT
        )
        below = any(alert.score < alert.threshold for alert in self)
        asked = "Each is a question to a person. Everyone else in the pictures is hidden."
        under = "Considered and not alerted: below the threshold." if below else asked
        return card(f"{self._title}: {len(self):,}", pairs or note("None."), under=under + refused if len(self) else "")


def _question(alert: Alert, *, faces: bool) -> Card:
    """An alert as a pair of pictures: the probe, if its face may be shown, beside the reference."""
    score, threshold = apart_words(alert.score, alert.threshold)
    lines = [
        f"score {score}, threshold {threshold}",
        f"{alert.source}, {clock(alert.start)} to {clock(alert.end)}",
        f"face {alert.face_px:.0f} px wide",
    ]
    lines += [f"next candidate: {second.subject}, score {second.score:.3f}" for second in alert.candidates[1:2]]
    return Card(
        picture=alert.thumbnail if faces else b"",
        beside=alert.reference,
        title=f"Is this {alert.subject}?",
        lines=tuple(lines),
        absent="the face was not kept" if faces else "not shown",
    )
