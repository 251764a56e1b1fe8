"""Under whose authority an archive is searched, and until when; without one that lasts nothing is opened and nothing is added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.casefile.archive_tables import AuthorityRow
from workbench.casefile.audit import actor, note
from workbench.casefile.guarding import Guarded, stated
from workbench.casefile.schema import utc_now
from workbench.casefile.sealing import Locked
from workbench.errors import CaseError, CaseSealed, InputError

__all__ = ["Authorised", "Authority", "authority_row", "load_authorities", "to_come"]


@dataclass(frozen=True)
class Authority:
    """Under whose authority the archive is searched, until when (UTC), and who said so and why."""

    authority: str
    until: datetime
    reason: str
    by: str
    recorded: datetime

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self) | {"until": self.until.isoformat(), "recorded": self.recorded.isoformat()}


class Authorised(Guarded):
    """The part of an archive that says whether it may be searched."""

    @property
    def authorities(self) -> tuple[Authority, ...]:
        """Everything that was said about its authority, oldest first; the last one counts."""
        with self.store.session() as session:
            rows = load_authorities(session)
            return tuple(Authority(row.authority, row.until, row.reason, row.by, row.recorded) for row in rows)

    @property
    def until(self) -> datetime:
        """When its authority ends."""
        return self.authorities[-1].until

    def require_authority(self) -> Authority:
        """The authority that lasts. `CaseError` after its end, `CaseSealed` without the key."""
        now = self.authorities[-1]
        if now.until <= utc_now():
            raise CaseError(
                f"the authority of the archive {self.about.name} ended on {now.until:%Y-%m-%d %H:%M} UTC: its tracks are "
                "deleted, and nothing is searched or added; its record stays: workbench archive searches"
            )
        if isinstance(self.store.sealing, Locked):
            raise CaseSealed(self.store.sealing.why)
        return now

    def extend(self, until: datetime, *, authority: str, reason: str, by: str) -> None:
        """Let it go on, or end sooner, under an authority that is named; only while it lasts."""
        self.require_authority()
        stated("the new end of an archive", authority=authority, reason=reason, by=by)
        to_come(until)
        with self.store.change() as session:
            session.add(authority_row(authority, until, reason, by))
            about = {"authority": authority.strip(), "until": until.isoformat(), "reason": reason.strip()}
            note(session, "authority changed", by=by, about=about)


def load_authorities(session: Session) -> Sequence[AuthorityRow]:
    """Everything that was said about it, oldest first; the last one counts."""
    return session.scalars(select(AuthorityRow).order_by(AuthorityRow.id)).all()


def authority_row(authority: str, until: datetime, reason: str, by: str) -> AuthorityRow:
    """One more, to be added in the caller's change."""
    return AuthorityRow(
        authority=authority.strip(), until=until, reason=reason.strip(), by=by.strip() or actor(), recorded=utc_now()
    )


def to_come(until: datetime) -> None:
    """Refuse an end that is past."""
    if until <= utc_now() + timedelta(seconds=1):
        raise InputError(f"the authority would have ended on {until:%Y-%m-%d %H:%M} UTC; give a time that is to come")
