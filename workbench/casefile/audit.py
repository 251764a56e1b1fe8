"""The log of a case: who did what, when and on what, as a chain of hashes in which no link can be changed unseen.

How it holds. `note` adds an entry to the transaction of its caller; when `store.change()` commits, each entry gets a hash
over itself and over the hash before it, the head (how many entries, the last hash) is signed anew, and every row that the
transaction wrote is bound: a keyed code over what is in it and over the entry that wrote it, while the entry says which rows
those are. So `verify` finds and names any row that was changed, added, taken away or put back to an older state.

What a new table has to do: nothing. It needs one whole number as its primary key, its rows are written with `session.add`
and `session.delete` in `store.change()`, and columns that are added to it later may be empty. Tables that must stay outside
are named in `audit_tables.UNBOUND`.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.casefile import binding
from workbench.casefile.audit_tables import AuditRow, HeadRow
from workbench.casefile.binding import canonical
from workbench.casefile.schema import utc_now
from workbench.casefile.seen import Seen
from workbench.casefile.signing import Signing
from workbench.counts import count
from workbench.errors import CaseError
from workbench.html import card, table
from workbench.html import note as paragraph
from workbench.terminal import plain

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "PUT_BACK",
    "SCANNED",
    "START",
    "Log",
    "LogEntry",
    "actor",
    "bind_everything",
    "close_log",
    "hash_of",
    "last_written",
    "load_log",
    "note",
    "open_log",
    "text_of",
]

START = "0" * 64  # what the first entry has as the hash before it
SCANNED = "scan finished"  # its entry holds the hash of the run's score file
PUT_BACK = "log found put back"  # an entry that says what this machine had seen, and what it found
USER = "SECOND_LOOK_USER"
SHOWN = 30  # entries in one output


def actor() -> str:
    """Who is at work: $SECOND_LOOK_USER, or the login name."""
    try:
        return os.environ.get(USER, "").strip() or getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user
        return f"user {os.getuid()}"


def note(session: Session, action: str, *, by: str = "", about: Mapping[str, Any] | None = None) -> None:
    """Add an entry to the log, within the caller's transaction: it is kept if, and only if, the rest is.

    session : of `store.change()`
    action : in the past tense, such as "list enrolled"
    by : who did it; by default `actor()`
    about : what a reader needs to know, as JSON values; never a face or a template
    """
    if "notes" not in session.info:
        raise RuntimeError("an entry is written in `store.change()`; `store.session()` reads")
    session.info["notes"].append((action, by.strip() or actor(), canonical(dict(about or {}))))


def open_log(session: Session, seen: Seen | None = None) -> None:
    """Begin to gather entries and the rows that are written.

    seen : the head that this machine saw last; if the log does not go on from there, its next entry says so
    """
    session.info["notes"] = []
    binding.watch(session)
    if seen is None:
        return
    last = session.get(AuditRow, seen.entries)
    if last is None or last.hash != seen.hash:
        head = session.get(HeadRow, 1)
        note(session, PUT_BACK, about={"seen": seen._asdict(), "found": head.count if head else 0})


def close_log(session: Session, signing: Signing) -> HeadRow | None:
    """Write the entries of a transaction, bind its rows to the last one, and sign the head; None if nothing was done."""
    session.flush()
    notes = session.info["notes"] or [("rows written", actor(), "{}")] * bool(session.info["touched"])
    if not notes:
        return None
    head = session.get(HeadRow, 1)
    if head is None:
        bind_everything(session)
        head = HeadRow(id=1, count=0, hash=START, signature=b"")
        notes = _begun(session, signing) + notes
    last = head.count + len(notes)
    wrote = (binding.bind_all if "everything" in session.info else binding.bind)(session, last, signing)
    for number, (action, who, about) in enumerate(notes, head.count + 1):
        row = AuditRow(
            number=number,
            at=utc_now().isoformat(timespec="microseconds"),
            who=who,
            action=action,
            about=about,
            wrote=wrote if number == last else "{}",
            previous=head.hash,
        )
        row.hash = head.hash = hash_of(row)
        row.mac = signing.entry_code(row.hash)
        session.add(row)
    head.count, head.signature = last, signing.sign(last, head.hash)
    session.add(head)
    session.flush()
    return head


def bind_everything(session: Session) -> None:
    """When this change is committed, bind every row of the case and not only what it wrote."""
    session.info["everything"] = True


def _begun(session: Session, signing: Signing) -> list[tuple[str, str, str]]:
    """The first entry of a case that had no log: it vouches for what was there, not for how that came about."""
    if "case" in session.info["touched"]:  # the case is being made
        return []
    if signing.head:
        raise CaseError("the log of this case is gone, so nothing is added to it; see `workbench case verify`")
    return [("log begun", actor(), canonical({"why": "the case is older than the log"}))]


def last_written(session: Session) -> int:
    """Number of the newest entry that wrote rows, 0 without one: while it stays, so does all that the case says."""
    query = select(AuditRow.number).where(AuditRow.wrote != "{}").order_by(AuditRow.number.desc()).limit(1)
    return session.scalar(query) or 0


def hash_of(row: AuditRow) -> str:
    """SHA-256 over all that an entry says, its number and the hash before it; anybody can compute it."""
    return hashlib.sha256(text_of(row).encode()).hexdigest()


def text_of(row: AuditRow) -> str:
    """All that an entry says as one text: its SHA-256 is the hash of the entry, so that a stamp on the text stamps the hash."""
    return canonical([row.number, row.at, row.who, row.action, row.about, row.wrote, row.previous])


@dataclass(frozen=True, repr=False)
class LogEntry:
    """One entry as a value.

    number : from 1; at : UTC; about : what the action was about, as JSON values
    """

    number: int
    at: datetime
    who: str
    action: str
    about: Mapping[str, Any]
    hash: str

    def to_dict(self) -> dict[str, Any]:
        """The entry as plain JSON values."""
        head = {"number": self.number, "at": self.at.isoformat(), "who": self.who, "action": self.action}
        return head | {"about": dict(self.about), "hash": self.hash}

    def __repr__(self) -> str:
        about = f"; {_words(self.about)}" if self.about else ""
        return (
            f"LogEntry({self.number}, {self.at:%Y-%m-%d %H:%M:%S} UTC, {plain(self.who)}: {plain(self.action + about)})"
        )


class Log:
    """All entries of a case, oldest first; shows itself, newest first."""

    def __init__(self, entries: tuple[LogEntry, ...]) -> None:
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[LogEntry]:
        return iter(self._entries)

    def __getitem__(self, which: int) -> LogEntry:
        return self._entries[which]

    def to_frame(self) -> pd.DataFrame:
        """One row an entry, as a pandas table."""
        import pandas as pd

        columns = ["number", "at", "who", "action", "about", "hash"]
        return pd.DataFrame([entry.to_dict() for entry in self], columns=columns)

    def __repr__(self) -> str:
        last = f", the last at {self[-1].at:%Y-%m-%d %H:%M} UTC: {self[-1].action}" if len(self) else ""
        return f"Log({count(len(self), 'entry', 'entries')}{last})"

    def _repr_html_(self) -> str:
        shown = self._entries[: -SHOWN - 1 : -1]
        rows = [(e.number, f"{e.at:%Y-%m-%d %H:%M:%S}", e.who, e.action, _words(e.about)) for e in shown]
        columns = ("entry", "UTC", "who", "did", "about")
        lines = table("Newest first", columns, rows, more=len(self) - len(rows)) if rows else paragraph("No entry yet.")
        return card(f"Log: {len(self):,}", lines, under="Nothing in it can be changed unseen: workbench case verify")


def _words(about: Mapping[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')}: {_value(value)}" for name, value in about.items())


def _value(value: Any) -> str:
    """A JSON value as somebody would write it.

    >>> _value({"rows": [1, 2], "kept": True, "due": None})
    '(rows: 1, 2; kept: yes; due: none)'
    """
    if isinstance(value, Mapping):
        return f"({'; '.join(f'{name}: {_value(each)}' for name, each in value.items())})" if value else "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None or value == "" else str(value)


def load_log(session: Session) -> Log:
    """The log as values."""
    rows = session.scalars(select(AuditRow).order_by(AuditRow.number))
    return Log(tuple(_entry(row) for row in rows))


def _entry(row: AuditRow) -> LogEntry:
    about = json.loads(row.about)
    return LogEntry(row.number, datetime.fromisoformat(row.at), row.who, row.action, about, row.hash)
