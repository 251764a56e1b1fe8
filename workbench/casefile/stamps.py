"""Time stamps on the log, which somebody else gives: the request, and the answer kept in the case."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import select

from workbench.casefile.audit import actor, note, text_of
from workbench.casefile.audit_tables import AuditRow
from workbench.casefile.schema import utc_now
from workbench.casefile.stamp_tables import StampRow
from workbench.casefile.tokens import read_token
from workbench.casefile.verify_stamps import Stamp, stamp_of
from workbench.errors import CaseError, InputError

if TYPE_CHECKING:
    from workbench.casefile.store import Store

__all__ = ["Stamps"]


class Stamps:
    """The part of a case that keeps the stamps on its log."""

    store: Store

    def stamp_request(self) -> bytes:
        """A request (RFC 3161, DER) to stamp the log as it ends now: it holds the hash that `verify().head` shows, no more."""
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

        with self.store.session() as session:
            last = session.scalars(select(AuditRow).order_by(AuditRow.number.desc())).first()
            if last is None:
                raise CaseError(f"{self.store.folder} has no log yet, so there is nothing to stamp")
            text = text_of(last).encode()
        return bytes(TimestampRequestBuilder(data=text, hash_algorithm=HashAlgorithm.SHA256).build().as_bytes())

    def keep_stamp(self, response: bytes, *, by: str = "", service: str = "") -> Stamp:
        """Keep what a service answered. `InputError` unless it is a stamp on an entry of this log that its signer signed.

        response : RFC 3161, DER. service : the address that was asked, without credentials
        """
        token, digest = read_token(response), hashlib.sha256(response).hexdigest()
        with self.store.change() as session:
            entry = session.scalars(select(AuditRow).where(AuditRow.hash == token.imprint)).first()
            if entry is None:
                raise InputError("this stamp is for another case: no entry of this log has the hash that it stamps")
            if kept := session.scalars(select(StampRow).where(StampRow.sha256 == digest)).first():
                raise InputError(f"this stamp is in the case already: stamp {kept.id}, on entry {kept.entry}")
            who = by.strip() or actor()
            row = StampRow(entry=entry.number, response=response, sha256=digest, service=service, by=who)
            row.recorded = utc_now()
            session.add(row)
            session.flush()
            about = {"stamp": row.id, "entry": row.entry, "at": token.at.isoformat(), "stamped_by": token.who}
            note(session, "log stamped", by=who, about=about | ({"service": service} if service else {}))
            return stamp_of(session, row)
