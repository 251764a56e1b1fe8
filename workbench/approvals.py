"""Who approved or rejected which version of a list, and why; and how the versions follow each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = ["Approval", "ListVersion", "approval_words"]


@dataclass(frozen=True)
class Approval:
    """What a named person decided about one version of a list; a changed mind is a second one.

    approved : False where it was rejected; recorded : UTC; digest : of the list that was decided about
    findings : how many findings of each kind the review had at that time
    """

    version: int
    approved: bool
    by: str
    reason: str
    recorded: datetime
    digest: str
    findings: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return vars(self) | {"recorded": self.recorded.isoformat(), "findings": dict(self.findings)}

    @property
    def who(self) -> str:
        """What was decided, by whom and when, without the reason, which may name people."""
        what = "approved" if self.approved else "rejected"
        return f"{what} by {self.by}, {self.recorded:%Y-%m-%d %H:%M} UTC"

    def __str__(self) -> str:
        return f"{self.who}: {self.reason}"


@dataclass(frozen=True)
class ListVersion:
    """One version in the history of a list.

    made : UTC; parent : the version it was made from by editing, None for an enrolment; by, reason : of the edit
    people, images : how many; approval : the last one, or None
    """

    version: int
    made: datetime
    pack: str
    people: int
    images: int
    parent: int | None = None
    by: str = ""
    reason: str = ""
    approval: Approval | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        approval = self.approval.to_dict() if self.approval else None
        return vars(self) | {"made": self.made.isoformat(), "approval": approval}


def approval_words(approval: Approval | None) -> str:
    """What stands, in words: "not approved", or by whom it was approved or rejected."""
    return "not approved" if approval is None else str(approval)
