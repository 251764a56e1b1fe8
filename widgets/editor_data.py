"""What the editor's page needs to know of a list, and what an edit of it that comes back from the page means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from workbench.approvals import ListVersion, approval_words
from workbench.counts import count
from workbench.enrolment import Enrolled
from workbench.entry_fields import EDITABLE
from workbench.errors import InputError
from workbench.list_changes import ListChanges
from workbench.list_review import KINDS, ListReview
from workbench.revising import Changes, Image
from workbench.sentences import people_words
from workbench.watchlist import Entry, Reference, Watchlist

__all__ = ["Edit", "diff_message", "edit_of", "entry_json", "image_json", "list_message"]

Edit = tuple[Changes, list[Image], list[Enrolled]]
LABELS = {
    "category": "category: why listed",
    "authority": "authority: by whose decision",
    "image_source": "picture from",
    "image_date": "picture taken on",
    "added_by": "added by",
    "expires": "expires after",
    "under_18": "under 18",
    "justification": "justification for listing somebody under 18",
}


def list_message(watch: Watchlist, found: ListReview, versions: Sequence[ListVersion]) -> dict[str, Any]:
    """A version of the list with its review and the history; no picture."""
    images: dict[str, int] = dict.fromkeys(watch.subjects, 0)
    for reference in watch.references:
        images[reference.subject] += 1
    return {
        "kind": "list",
        "version": watch.version,
        "space": str(watch.space),
        "fields": [{"name": name, "label": LABELS[name]} for name in EDITABLE],
        "entries": [entry_json(each) | {"images": images[each.subject]} for each in watch.entries],
        "findings": [each.to_dict() | {"title": KINDS[each.kind][1]} for each in found],
        "notes": found.to_dict()["limits"],
        "until": found.until.isoformat(),
        "versions": [_version(each) for each in reversed(versions)],
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """An entry as text, dates as 2026-12-31; yes or no stays what it is."""
    values = asdict(entry)
    return {
        name: value if isinstance(value, bool) else "" if value is None else str(value)
        for name, value in values.items()
    }


def image_json(reference: Reference) -> dict[str, Any]:
    """What is told of an image beside its picture."""
    told = {"file": reference.file, "sha256": reference.sha256}
    return told | {"px": round(reference.face_px), "quality": round(reference.quality, 2)}


def _version(each: ListVersion) -> dict[str, Any]:
    how = f"edited from version {each.parent} by {each.by}: {each.reason}" if each.parent else "enrolled"
    counts = f"{people_words(each.people)}, {count(each.images, 'image')}"
    stands = "" if each.approval is None else "approved" if each.approval.approved else "rejected"
    return {
        "version": each.version,
        "made": f"{each.made:%Y-%m-%d %H:%M} UTC",
        "how": how,
        "counts": counts,
        "approval": approval_words(each.approval),
        "stands": stands,
    }


def diff_message(changes: ListChanges) -> dict[str, Any]:
    """What changed between two versions, a line each."""
    rows = [[each.subject, each.text] for each in changes]
    other = changes.pack[0] != changes.pack[1]
    note = (
        f"Drawn up with {changes.pack[1]} instead of {changes.pack[0]}: scores are on another scale." if other else ""
    )
    return {"kind": "diff", "old": changes.old, "new": changes.new, "rows": rows, "note": note}


def edit_of(people: Mapping[str, Mapping[str, Any]], judged: Mapping[str, Enrolled]) -> Edit:
    """What the page wants changed: details, entries and images out, images added.

    people : by subject, `fields` with new details, `out` for the whole entry, `without` SHA-256 of images, `added` tokens
    judged : accepted photographs by token, as this kernel knows them
    """
    changes: dict[str, Mapping[str, Any] | None] = {}
    without: list[Image] = []
    added: list[Enrolled] = []
    for subject, edit in people.items():
        if edit.get("out"):
            changes[subject] = None
            continue
        if edit.get("fields"):
            changes[subject] = dict(edit["fields"])
        without += [(subject, str(sha256)) for sha256 in edit.get("without") or ()]
        added += _accepted(subject, edit.get("added") or (), judged)
    return changes, without, added


def _accepted(subject: str, tokens: Iterable[str], judged: Mapping[str, Enrolled]) -> list[Enrolled]:
    if any(token not in judged for token in tokens):
        raise InputError(f"the photographs added for {subject} were lost with the kernel; choose them again")
    return [judged[token] for token in tokens]
