"""Operating points in a case: who chose which threshold, why, and what was measured at it; none is ever changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.arguments import said, text_of
from workbench.casefile.schema import OperatingPointRow, utc_now
from workbench.errors import InputError
from workbench.operating_point import OperatingPoint

__all__ = ["RecordedPoint", "check", "load_points", "save_point"]


@dataclass(frozen=True)
class RecordedPoint:
    """An operating point with the decision that made it this case's.

    name : unique in the case; reason, by : why, and who; recorded : UTC
    """

    name: str
    reason: str
    by: str
    recorded: datetime
    point: OperatingPoint

    def to_dict(self) -> dict[str, Any]:
        """The decision and the point as plain JSON values."""
        head = {"name": self.name, "reason": self.reason, "by": self.by, "recorded": self.recorded.isoformat()}
        return head | self.point.to_dict()

    def __repr__(self) -> str:
        return f"RecordedPoint({self.name!r} by {self.by}, {self.recorded:%Y-%m-%d %H:%M} UTC: {self.point!r})"


def save_point(session: Session, point: OperatingPoint, *, name: str, reason: str, by: str) -> None:
    """Add a point; a name that is taken is refused, because a run may refer to it."""
    texts = check(session, name=name, reason=reason, by=by)
    if not isinstance(point, OperatingPoint):
        raise InputError(
            f"an operating point is one of trials.curve().at(...) or explorer.point; this is {said(point)}"
        )
    session.add(OperatingPointRow(**texts, recorded=utc_now(), point=point.to_dict()))


def check(session: Session, *, name: str, reason: str, by: str) -> dict[str, str]:
    """The texts as they would be written; one that is empty, or a name that is taken, is refused."""
    given = {"name": name, "reason": reason, "by": by}
    texts = {what: text_of(text, f"{what} of an operating point") for what, text in given.items()}
    for what, text in texts.items():
        if not text:
            raise InputError(f"an operating point needs {what}: say what it is called, why it was chosen, and by whom")
    taken = session.scalars(select(OperatingPointRow).where(OperatingPointRow.name == texts["name"])).first()
    if taken is not None:
        raise InputError(f"the case has an operating point {texts['name']!r} already; give the new one another name")
    return texts


def load_points(session: Session) -> tuple[RecordedPoint, ...]:
    """All points, oldest first."""
    rows = session.scalars(select(OperatingPointRow).order_by(OperatingPointRow.id))
    return tuple(
        RecordedPoint(row.name, row.reason, row.by, row.recorded, OperatingPoint.from_dict(row.point)) for row in rows
    )
