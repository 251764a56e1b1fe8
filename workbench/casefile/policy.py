"""What a case is for, and what it keeps for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from workbench.errors import InputError

__all__ = ["About", "Policy", "moment"]


@dataclass(frozen=True)
class Policy:
    """What the case keeps, and for how long.

    near_miss_faces : keep the faces of near misses until they are reviewed, at most as long as those of alerts; off:
        their scores only
    alert_hours : hours after which an alert's faces and template are deleted, 1 to 744 (31 days)
    reviewers : people who must come to the same verdict before it counts, 2 or 1
    one_reviewer : why one is enough here; needed for 1, and recorded with the case
    ends : when the deployment ends, as an ISO time; `list_hours` later the list's templates and pictures are deleted. Empty:
        never by itself
    clip_hours : hours after which a clip of footage is deleted, 1 to 744; one that shows a person goes with the faces of
        their alert, if that is sooner
    search_faces : keep the face that a search compared, for as long as those of alerts; off: the photograph's hash only
    """

    near_miss_faces: bool = False
    alert_hours: int = 24
    reviewers: int = 2
    one_reviewer: str = ""
    ends: str = ""
    list_hours: int = 24
    search_faces: bool = True
    clip_hours: int = 31 * 24

    def __post_init__(self) -> None:
        if not 1 <= self.alert_hours <= 31 * 24:
            raise InputError(f"alerts may be kept for 1 to 744 hours, not {self.alert_hours}")
        if not 1 <= self.clip_hours <= 31 * 24:
            raise InputError(f"clips may be kept for 1 to 744 hours, not {self.clip_hours}")
        if self.reviewers not in (1, 2):
            raise InputError(f"an alert is judged by 2 people, or by 1 for a reason; not by {self.reviewers}")
        if self.reviewers == 1 and not self.one_reviewer.strip():
            raise InputError('two people judge an alert; for one, say why: Policy(reviewers=1, one_reviewer="...")')
        if not 0 <= self.list_hours <= 31 * 24:
            raise InputError(f"a list may be kept for 0 to 744 hours after its deployment, not {self.list_hours}")
        if self.ends:
            object.__setattr__(self, "ends", moment(self.ends).isoformat())

    def refuse_past_end(self, now: datetime) -> None:
        """Refuse an end that is over already: what is listed for the deployment would be deleted at once."""
        if self.ends and moment(self.ends) <= now:
            ends = self.ends[:16].replace("T", " ")
            raise InputError(f"the deployment would have ended on {ends} UTC already; give a later end, or none")

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Policy:
        """A policy as a case keeps it; `InputError` if it was altered into none."""
        try:
            return cls(**kept)
        except TypeError:
            raise InputError(
                "what is to be kept, and for how long, was altered into no policy; `workbench case verify` says more"
            ) from None

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


def moment(text: str) -> datetime:
    """A time as a person writes it: ISO 8601; without a zone it is this machine's. A day is its first moment.

    >>> moment("2026-12-31T18:00+00:00").isoformat()
    '2026-12-31T18:00:00+00:00'
    """
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError(f"{text!r} is no time; write it as 2026-12-31T18:00, or 2026-12-31T18:00+00:00") from None


@dataclass(frozen=True)
class About:
    """What the case is for.

    pack : the pack chosen for it, or None: then the watchlist's
    """

    name: str
    purpose: str
    authority: str
    pack: str | None
    created: datetime
    policy: Policy = field(default_factory=Policy)
