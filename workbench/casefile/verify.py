"""A case checked from end to end: its log, every row, picture, template and score file, and the footage where it lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from workbench.casefile.audit_tables import AuditRow, BoundRow, HeadRow
from workbench.casefile.faults import faults, lacking
from workbench.casefile.resealing import named
from workbench.casefile.sealing import PLAIN, Sealing, Stripped
from workbench.casefile.seen import Seen, recall
from workbench.casefile.shards import SHARDS, Shards
from workbench.casefile.signing import Signing
from workbench.casefile.store import Store
from workbench.casefile.verify_files import (
    check_folder,
    check_footage,
    check_pictures,
    check_scores,
    check_shards,
    check_templates,
    recordings,
    strays,
)
from workbench.casefile.verify_log import check_chain, check_head, check_public, check_seal, check_seen, clock_notes
from workbench.casefile.verify_rows import check_pages, check_rows
from workbench.casefile.verify_schema import check_schema
from workbench.casefile.verify_stamps import Stamp, check_stamps
from workbench.counts import count
from workbench.html import card, facts, note, table
from workbench.terminal import plain

__all__ = ["Finding", "Verification", "verify"]

SHOWN = 30  # findings in one output
Lying = tuple[str, str, bool]  # footage: what, how, and whether it changed


ONE = {"entries": "entry", "rows": "row", "pieces of footage": "piece of footage", "pictures": "picture"}


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was written: the thing, and what is wrong with it."""

    what: str
    how: str

    def __str__(self) -> str:
        return f"{self.what} {self.how}"


@dataclass(frozen=True)
class Verification:
    """What was checked, and what was found.

    findings : the first altered, missing or reordered entry first; empty if the case is as it was written
    notes : what could not be checked, or is odd without being wrong
    checked : how many of what
    head : count, hash and signature of the log's end, to be written down or stamped elsewhere
    stamps : the time stamps on the log, those that do not fit too
    """

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    checked: Mapping[str, int]
    head: Mapping[str, Any]
    stamps: tuple[Stamp, ...] = ()

    @property
    def clean(self) -> bool:
        """Nothing was found."""
        return not self.findings

    def to_dict(self) -> dict[str, Any]:
        """What `workbench case verify --json` prints."""
        found = [{"what": each.what, "how": each.how} for each in self.findings]
        return {
            "clean": self.clean,
            "findings": found,
            "notes": list(self.notes),
            "checked": dict(self.checked),
            "head": dict(self.head),
            "stamps": [each.to_dict() for each in self.stamps],
        }

    def text(self) -> str:
        """The result in lines."""
        counts = ", ".join(f"{count:,} {ONE[name] if count == 1 else name}" for name, count in self.checked.items())
        verdict = "nothing was altered" if self.clean else f"{len(self.findings):,} found:"
        return "\n".join(
            [
                f"checked {counts}: {verdict}",
                *(f"  {each}" for each in self.findings),
                *(str(each) for each in self.stamps if not each.wrong),
                *(f"note: {n}" for n in self.notes),
            ]
        )

    def head_text(self) -> str:
        """The head of the log to be written down, or stamped by any time-stamping service."""
        lines = [f"{name}: {value}" for name, value in self.head.items()]
        stamp = f"openssl ts -query -sha256 -digest {self.head['hash']} -cert -out head.tsq"
        return "\n".join(
            [
                *lines,
                "to have it stamped (RFC 3161): workbench case stamp, or send what this writes to a service you trust:",
                f"  {stamp}",
            ]
        )

    def __repr__(self) -> str:
        found = "clean" if self.clean else count(len(self.findings), "finding")
        return f"Verification({found}, {count(self.head['entries'], 'entry', 'entries')})"

    def _repr_html_(self) -> str:
        altered = count(len(self.findings), "thing is not as it was written", "things are not as they were written")
        words = "Nothing was altered." if self.clean else f"{altered}."
        rows = [(each.what, each.how) for each in self.findings[:SHOWN]]
        more = len(self.findings) - len(rows)
        found = table("Found, the first first", ("what", "how"), rows, more=more) if rows else ""
        return card("Verification", facts(self.checked), note(words, say=True), found, *map(note, self._said()))

    def _said(self) -> list[str]:
        return [*(str(each) for each in self.stamps if not each.wrong), *self.notes]


def verify(store: Store, *, footage: bool = True, roots: Sequence[Certificate] = (), public: str = "") -> Verification:
    """Check a case. `CaseSealed` without its key: nobody else can tell a true row from a forged one.

    footage : hash the footage too, which takes as long as reading it
    roots : what the certificates of the log's time stamps must lead to; without any, that is not checked
    public : the public key that the case must be sealed with, 64 hexadecimal digits; "" if it is not known
    """
    sealing = PLAIN if isinstance(store.sealing, Stripped) else store.sealing
    with faults(store.folder), store.session() as session:
        seen = recall(sealing.case, store.folder)
        notes, stamps, lying = list[str](), list[Stamp](), list[Lying]()
        found = [*check_public(sealing.signing, public), *_found(session, store, sealing, seen)]
        with _apart(session, store.folder, "the stamps", found):
            stamps.extend(check_stamps(session, roots))
        found += [(f"stamp {each.number}", each.wrong) for each in stamps if each.wrong]
        with _apart(session, store.folder, "the footage", found):
            lying.extend(check_footage(session) if footage else ())
        found += [(what, how) for what, how, changed in lying if changed]
        notes += [f"{what} {how}" for what, how, changed in lying if not changed]
        checked, head = dict[str, int](), _head(store.folder, sealing.signing)
        with _apart(session, store.folder, "the head of the log", found):
            head |= _last(session)
        with _apart(session, store.folder, "the pictures", found):
            notes.extend(_notes(session, store, seen is not None))
            checked.update(_checked(session, len(lying) - sum(changed for *_, changed in lying) if footage else None))
        findings = tuple(Finding(plain(what), plain(how)) for what, how in dict.fromkeys(found))
        return Verification(findings, tuple(map(plain, notes)), checked, head, tuple(stamps))


def _found(session: Session, store: Store, sealing: Sealing, seen: Seen | None) -> list[tuple[str, str]]:
    """What each check finds of the log, the rows and the files; none of them hides what another finds."""
    signing, blobs = sealing.signing, store.blobs.under(sealing)
    found = list(check_seal(store.sealing, store.folder, store.database.place))
    checks = {
        "the folder": check_folder(store.folder),
        "the log": check_chain(session, signing),
        "the head of the log": check_head(session, signing),
        "what this machine saw": check_seen(session, seen),
        "the database": check_pages(session),
        "the tables": check_schema(session),
        "the rows": check_rows(session, signing),
        "the pictures": check_pictures(session, blobs),
        "the templates": check_templates(session, blobs),
        "the scores": check_scores(session, store.folder / "scores"),
        "the shards": check_shards(session, Shards(store.folder / SHARDS, sealing)),
    }
    for what, check in checks.items():
        with _apart(session, store.folder, what, found):
            found.extend(check)
    return found


@contextmanager
def _apart(session: Session, folder: Path, what: str, found: list[tuple[str, str]]) -> Iterator[None]:
    """One check: where the tables lack what it reads, or hold what is none, that is found, and the next check goes on."""
    try:
        with session.begin_nested():
            yield
    except (TypeError, ValueError, LookupError, AttributeError, DBAPIError) as error:
        if isinstance(error, DBAPIError) and not lacking(folder, error):
            raise
        why = str(error.orig) if isinstance(error, DBAPIError) else str(error)
        found.append((what, f"could not be checked to the end: {(why or type(error).__name__).splitlines()[0]}"))


def _notes(session: Session, store: Store, seen: bool) -> list[str]:
    notes = []
    if store.sealing is PLAIN:
        notes.append(
            "the case is not sealed: whoever can write to it can also make the log fit (`workbench case seal`)"
        )
    elif not seen and not isinstance(store.sealing, Stripped):
        notes.append("this machine has not seen this case before, so it cannot tell whether all of it was put back")
    notes += clock_notes(session)
    if count := strays(session, store.blobs):
        notes.append(
            f"{count} pictures are named by no row, as a killed process leaves them; the next scan or purge takes them away"
        )
    if store.half_deleted:
        notes.append(
            "work that deletes was cut off, or goes on at this moment: what it deleted may be there in part; "
            "it goes with the next purge, or when this is opened next to be worked with"
        )
    first = session.get(AuditRow, 1)
    if first is not None and first.action == "log begun":
        notes.append(
            f"the log begins on {first.at[:16]} UTC with what was there then; it cannot vouch for what came before"
        )
    return notes


def _checked(session: Session, missing: int | None) -> dict[str, int]:
    """How many of each were looked at; `missing` pieces of footage were not where they had been, None: none was asked for."""
    kinds = {"entries": AuditRow, "rows": BoundRow}
    count = {name: session.scalar(select(func.count()).select_from(row)) or 0 for name, row in kinds.items()}
    if missing is not None:
        count["pieces of footage"] = len(recordings(session)) - missing
    return count | {"pictures": sum(1 for _ in named(session))}


def _head(folder: Path, signing: Signing) -> dict[str, Any]:
    return {"case": folder.name, "entries": 0, "hash": "", "signature": "", "public key": signing.public}


def _last(session: Session) -> dict[str, Any]:
    head = session.get(HeadRow, 1)
    return {"entries": head.count, "hash": head.hash, "signature": head.signature.hex()} if head else {}
