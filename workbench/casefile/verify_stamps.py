"""The time stamps of a case checked: each must be signed, and be for the hash that the log has at its entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.x509 import Certificate
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from workbench.casefile.audit_tables import AuditRow
from workbench.casefile.stamp_tables import StampRow
from workbench.casefile.tokens import Token, leads_to, read_token
from workbench.errors import InputError

__all__ = ["Stamp", "check_stamps", "stamp_of"]


@dataclass(frozen=True)
class Stamp:
    """One stamp, checked.

    number : its id in the case; entry : the last entry of the log that it vouches for
    wrong : why it vouches for nothing, "" if it does; token : what it states, None if it cannot be read
    rooted : whether its certificate leads to the given roots; None if none were given
    """

    number: int
    entry: int
    token: Token | None
    wrong: str
    rooted: bool | None = None

    def __str__(self) -> str:
        if self.token is None or self.wrong:
            return f"stamp {self.number} {self.wrong}"
        trust = (
            "its certificate leads to the given roots"
            if self.rooted
            else "whose certificate nobody vouched for (--tsa-roots FILE)"
        )
        return (
            f"stamp {self.number}: the log up to entry {self.entry:,} was there at {self.token.at:%Y-%m-%d %H:%M:%S} UTC, "
            f"says {self.token.who}; {trust}"
        )

    def to_dict(self) -> dict[str, Any]:
        """The stamp as plain JSON values."""
        token = self.token
        said = {"at": token.at.isoformat(), "who": token.who, "imprint": token.imprint} if token else {}
        return {"stamp": self.number, "entry": self.entry, **said, "wrong": self.wrong, "rooted": self.rooted}


def check_stamps(session: Session, roots: Sequence[Certificate] = ()) -> Iterator[Stamp]:
    """Every stamp of the case, in the order in which they came. None where the table is gone: the rows' check says so."""
    if inspect(session.connection()).has_table(StampRow.__tablename__):
        for row in session.scalars(select(StampRow).order_by(StampRow.id)):
            yield stamp_of(session, row, roots)


def stamp_of(session: Session, row: StampRow, roots: Sequence[Certificate] = ()) -> Stamp:
    """One stamp, checked against the log."""
    try:
        token = read_token(bytes(row.response))
    except InputError as error:
        return Stamp(row.id, row.entry, None, f"does not hold: {error}")
    entry = session.get(AuditRow, row.entry)
    if entry is None:
        return Stamp(row.id, row.entry, token, f"is for entry {row.entry}, which the log does not have")
    if entry.hash != token.imprint:
        wrong = f"is for another log: entry {row.entry} has the hash {entry.hash}, stamped was {token.imprint}"
        return Stamp(row.id, row.entry, token, wrong)
    rooted = leads_to(bytes(row.response), token.imprint, roots) if roots else None
    wrong = f"is signed by {token.who}, whose certificate does not lead to the given roots" if rooted is False else ""
    return Stamp(row.id, row.entry, token, wrong, rooted)
