"""The log checked: every link of its chain, the signature under its head, and what this machine has seen of it before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.casefile.audit import PUT_BACK, START, hash_of
from workbench.casefile.audit_tables import AuditRow, HeadRow
from workbench.casefile.schema import utc_now
from workbench.casefile.sealing import PLAIN, Sealing, Stripped
from workbench.casefile.seen import Seen, files_of
from workbench.casefile.signing import Signing

__all__ = ["check_chain", "check_head", "check_public", "check_seal", "check_seen", "clock_notes", "replay"]

Found = Iterator[tuple[str, str]]  # what is wrong: the thing, and how
BACK = 2.0  # s that an entry may be dated before the one before it: clocks are set, and several machines write one case
AHEAD = 120.0  # s that an entry may be dated after now
SHOWN = 5  # such entries in one output


def check_seal(sealing: Sealing, folder: Path, office: str) -> Found:
    """Whether a case is sealed that must be; `office`: the database that its rows lie in, "" for the folder."""
    if isinstance(sealing, Stripped):
        yield (
            "the seal",
            "was taken off: this machine saw a sealed case here. If another case was put here on purpose, delete "
            + files_of(folder),
        )
    elif office and sealing is PLAIN:
        yield "the seal", "was taken off: a case in a shared database is always sealed"


def check_public(signing: Signing, expected: str) -> Found:
    """Whether the case is sealed with the key that somebody wrote down the public half of; "" asks nothing."""
    if expected and signing.public != expected:
        own = f"its public key is {signing.public}" if signing.public else "it is not sealed"
        yield "the case", f"is another one than that of the public key {expected}, or its seal was taken off: {own}"


def check_chain(session: Session, signing: Signing) -> Found:
    """The first entry that was altered, is missing or out of order; and every one that this case's key did not write."""
    previous, expected, broken = START, 1, False
    for row in session.scalars(select(AuditRow).order_by(AuditRow.number)):
        wrong = "" if broken else _link(row, previous, expected)
        if wrong:
            yield f"entry {min(row.number, expected)}", wrong
            broken = True
        elif row.mac != signing.entry_code(row.hash):
            yield f"entry {row.number}", "was not written with the key of this case"
        if row.action == PUT_BACK:
            yield f"entry {row.number}", f"says that the log was put back to an older state: {row.about}"
        previous, expected = row.hash, row.number + 1


def _link(row: AuditRow, previous: str, expected: int) -> str:
    if row.number != expected:
        return f"is missing; entry {row.number} comes where it should be"
    if hash_of(row) != row.hash:
        return f"was altered: {row.action!r} by {row.who!r}, {row.at}"
    return "" if row.previous == previous else "does not follow the entry before it: one of them was replaced"


def check_head(session: Session, signing: Signing) -> Found:
    """Whether the log ends where its signed head says."""
    heads = session.scalars(select(HeadRow)).all()
    last = session.scalars(select(AuditRow).order_by(AuditRow.number.desc())).first()
    count, digest = (last.number, last.hash) if last else (0, START)
    if len(heads) != 1:
        yield "the head of the log", f"is missing: {len(heads)} of 1 are there"
        return
    (head,) = heads
    if not signing.signed(head.count, head.hash, head.signature):
        yield "the head of the log", "was not signed with the key of this case"
    if head.count > count:
        yield f"entry {count + 1}", f"is missing, and all after it: the log ends at {count}, its head says {head.count}"
    elif head.count < count:
        yield f"entry {head.count + 1}", f"was added after the head was signed, which says {head.count} entries"
    elif head.hash != digest:
        yield f"entry {count}", "is not the one that the head was signed for"


def check_seen(session: Session, seen: Seen | None) -> Found:
    """Whether the log goes on from what this machine saw last."""
    if seen is None:
        return
    row = session.get(AuditRow, seen.entries)
    if row is None:
        yield (
            f"entry {seen.entries}",
            "was seen on this machine and is missing: the case was put back to an older state",
        )
    elif row.hash != seen.hash:
        yield f"entry {seen.entries}", "is another one than was seen on this machine: the log was replaced"


def clock_notes(session: Session) -> list[str]:
    """Entries that are dated before the one before them, or after now: their order is sure, a clock's time is not.

    Of the first `BACK` s are no news, of the second `AHEAD`.
    """
    found: list[str] = []
    before: tuple[int, datetime] | None = None
    for number, text in session.execute(select(AuditRow.number, AuditRow.at).order_by(AuditRow.number)):
        at = _dated(text)
        if at and before and (before[1] - at).total_seconds() > BACK:
            found.append(
                f"entry {number} is dated {at:%Y-%m-%d %H:%M:%S} UTC, before entry {before[0]} ({before[1]:%Y-%m-%d %H:%M:%S}): "
                "their order is sure, so a clock was wrong, or was set"
            )
        before = (number, at) if at else before
    more = [f"and {len(found) - SHOWN:,} more entries that are dated before the one before them"]
    return found[:SHOWN] + more * (len(found) > SHOWN) + _to_come(before)


def _to_come(last: tuple[int, datetime] | None) -> list[str]:
    if last is None or (last[1] - utc_now()).total_seconds() <= AHEAD:
        return []
    return [
        f"entry {last[0]}, the last one, is dated {last[1]:%Y-%m-%d %H:%M:%S} UTC, which is still to come: "
        "this machine's clock is wrong, or the one that wrote it was"
    ]


def _dated(text: str) -> datetime | None:
    """When an entry was written, UTC; None if that was altered beyond reading, which the chain tells."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def replay(session: Session) -> dict[str, dict[int, int]]:
    """Which rows there must be, as the log says: table -> row -> the entry that last wrote it."""
    live: dict[str, dict[int, int]] = {}
    for number, wrote in session.execute(select(AuditRow.number, AuditRow.wrote).order_by(AuditRow.number)):
        for name, gone, written in _parsed(wrote):
            rows = live.setdefault(name, {})
            for row in chain.from_iterable(gone):
                rows.pop(row, None)
            for some in written:
                rows.update(dict.fromkeys(some, number))
    return live


def _parsed(wrote: str) -> list[tuple[str, list[range], list[range]]]:
    """The tables, and of each the rows that are gone and those that were written, as an entry says; nothing if that was altered
    beyond reading, which the chain tells.
    """
    try:
        said = json.loads(wrote).items()
        return [(name, _stretches(change.get("gone", ())), _stretches(change["rows"])) for name, change in said]
    except (ValueError, TypeError, LookupError, AttributeError):
        return []


def _stretches(spans: Iterable[tuple[int, int]]) -> list[range]:
    return [range(first, last + 1) for first, last in spans]
