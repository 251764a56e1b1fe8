"""What changed between two versions of a list: who was added, who was taken out, and whose details or images are others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.entry_fields import EDITABLE
from workbench.html import card, facts, note, table
from workbench.watchlist import Entry, Watchlist

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Change", "ListChanges", "compare_lists"]

ROWS = 24


@dataclass(frozen=True)
class Change:
    """One thing that is not the same.

    what : added, taken out, detail, image added or image taken out
    field : the name of a detail; "" for all else
    before, after : as text, "" where there was or is none
    """

    subject: str
    what: str
    field: str = ""
    before: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """The change in words."""
        if self.what == "detail":
            return f"{self.field}: {self.before or 'nothing'} → {self.after or 'nothing'}"
        return f"{self.what} {self.before or self.after}".strip()


@dataclass(frozen=True)
class ListChanges:
    """All that changed from one version to another; iterates over `Change`."""

    old: int
    new: int
    changes: tuple[Change, ...]
    pack: tuple[str, str] = ("", "")

    def __len__(self) -> int:
        return len(self.changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def who(self, what: str) -> tuple[str, ...]:
        """Subjects with a change of one kind, in order, each once."""
        return tuple(dict.fromkeys(each.subject for each in self.changes if each.what == what))

    @property
    def added(self) -> tuple[str, ...]:
        """People who are on the new list only."""
        return self.who("added")

    @property
    def taken_out(self) -> tuple[str, ...]:
        """People who are on the old list only."""
        return self.who("taken out")

    def to_dict(self) -> dict[str, Any]:
        """What `workbench list diff --json` prints."""
        rows = [vars(each) | {"text": each.text} for each in self.changes]
        return {"old": self.old, "new": self.new, "packs": list(self.pack), "changes": rows}

    def to_frame(self) -> pd.DataFrame:
        """One row a change, as a pandas table."""
        import pandas as pd

        return pd.DataFrame([vars(each) for each in self.changes], columns=[*Change.__dataclass_fields__])

    def __repr__(self) -> str:
        return f"ListChanges(version {self.old} to {self.new}: {len(self.added)} added, {len(self.taken_out)} taken out, {len(self)} changes)"

    def _repr_html_(self) -> str:
        counts = {name: len(self.who(what)) for name, what in _TILES.items()}
        rows = [(each.subject, each.what, each.field, each.before, each.after) for each in self.changes[:ROWS]]
        columns = ("who", "what", "detail", "before", "after")
        more = len(self) - len(rows)
        shown = (
            table("Changes", columns, rows, more=more) if rows else note("Nothing changed but the version's number.")
        )
        other = self.pack[0] != self.pack[1]
        packs = (
            note(f"Drawn up with {self.pack[1]} instead of {self.pack[0]}: scores are on another scale.")
            if other
            else ""
        )
        return card(f"From list version {self.old} to {self.new}", facts(counts), packs, shown)


_TILES = {
    "people added": "added",
    "people taken out": "taken out",
    "people with changed details": "detail",
    "people with new images": "image added",
    "people with images taken out": "image taken out",
}


def compare_lists(old: Watchlist, new: Watchlist) -> ListChanges:
    """What changed from `old` to `new`, in the order of the old list, then of those added."""
    before, after = ({entry.subject: entry for entry in watch.entries} for watch in (old, new))
    was, now = _images(old), _images(new)
    found: list[Change] = []
    for subject in dict.fromkeys((*old.subjects, *new.subjects)):
        if subject in before and subject in after:
            found += _details(before[subject], after[subject])
            found += _pictures(subject, was[subject], now[subject])
        else:
            found.append(Change(subject, "taken out" if subject in before else "added"))
    return ListChanges(old.version, new.version, tuple(found), (str(old.space), str(new.space)))


def _details(before: Entry, after: Entry) -> Iterator[Change]:
    for name in EDITABLE:
        was, now = _text(getattr(before, name)), _text(getattr(after, name))
        if was != now:
            yield Change(before.subject, "detail", name, was, now)


def _images(watch: Watchlist) -> dict[str, dict[str, str]]:
    """File of each image by the SHA-256 of what is in it, for each person."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for reference in watch.references:
        found[reference.subject][reference.sha256] = reference.file
    return found


def _pictures(subject: str, before: dict[str, str], after: dict[str, str]) -> Iterator[Change]:
    """Images are the same if what is in them is, whatever they are called."""
    yield from (Change(subject, "image taken out", before=file) for key, file in before.items() if key not in after)
    yield from (Change(subject, "image added", after=file) for key, file in after.items() if key not in before)


def _text(value: Any) -> str:
    """A detail as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
