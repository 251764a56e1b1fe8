"""The people a deployment looks for, drawn up for one purpose: a value with entries, references and what was refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workbench.counts import count
from workbench.errors import CaseError
from workbench.faces import Space
from workbench.html import OUTPUT, Card, card, facts, note, pictures, table
from workbench.sameness import same_fields
from workbench.sentences import people_words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Entry", "Reference", "Rejected", "Warned", "Watchlist"]

F32 = NDArray[np.float32]

MOST, ROWS = 24, 12  # people with their faces, and lines of a table, in one output


@dataclass(frozen=True)
class Entry:
    """One person on the list, and on what grounds.

    under_18 entries need a `justification`; after `expires` the person is no longer looked for.
    """

    subject: str
    category: str = ""
    authority: str = ""
    image_source: str = ""
    image_date: date | None = None
    added_by: str = ""
    expires: date | None = None
    under_18: bool = False
    justification: str = ""


@dataclass(frozen=True)
class Reference:
    """One enrolled image of a person.

    file : path below the photo folder, as it was given
    sha256 : of the image file
    face_px : width of the face in it
    quality : 0..1, see `workbench.quality`
    thumbnail : the face as JPEG bytes, small, for lists
    portrait : the face with its head as JPEG bytes, for comparing by eye; like the chip it stays in the case
    eyes : (2, 2) px of the portrait, left and right in the picture; none of lists of an earlier version
    scale : px of the portrait to one px of the photograph, 1 unless it was made smaller
    chip : the aligned crop that was embedded, as PNG bytes; stays in the case when the list is read back
    hidden : True where a neighbour was hidden in the chip afterwards
    """

    subject: str
    file: str
    sha256: str
    face_px: float
    quality: float
    thumbnail: bytes = field(default=b"", repr=False, compare=False)
    chip: bytes = field(default=b"", repr=False, compare=False)
    hidden: bool = field(default=False, repr=False, compare=False)
    portrait: bytes = field(default=b"", repr=False, compare=False)
    eyes: tuple[tuple[float, ...], ...] = field(default=(), repr=False, compare=False)
    scale: float = field(default=1.0, repr=False, compare=False)


@dataclass(frozen=True)
class Rejected:
    """An image that was not enrolled, and what a person can do about it."""

    file: str
    reason: str


@dataclass(frozen=True)
class Warned:
    """Something about the list that a person should look at before it is used.

    kind : look_alike, same_photo, disagree, one_photo, no_photo or unknown_column
    subjects : whom it concerns
    score : cosine behind it, or None
    """

    kind: str
    subjects: tuple[str, ...]
    score: float | None = None
    text: str = ""


@dataclass(frozen=True, eq=False)
class Watchlist:
    """People we look for.

    templates : (R, D) float32 unit vectors, one for each of `references`
    version : number of the list within its case, from 1; 0 while it is in none
    """

    entries: tuple[Entry, ...]
    references: tuple[Reference, ...]
    templates: F32
    space: Space
    rejected: tuple[Rejected, ...] = ()
    warnings: tuple[Warned, ...] = ()
    version: int = 0

    def __post_init__(self) -> None:
        expected = (len(self.references), self.space.dim)
        if self.templates.shape != expected:
            raise ValueError(f"Watchlist.templates has shape {self.templates.shape}, expected {expected}")

    def __eq__(self, other: object) -> bool:
        return same_fields(self, other)

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Names in the order of entry."""
        return tuple(entry.subject for entry in self.entries)

    @property
    def owner(self) -> NDArray[np.int64]:
        """Which entry each reference belongs to, (R,)."""
        place = {subject: i for i, subject in enumerate(self.subjects)}
        return np.array([place[reference.subject] for reference in self.references], np.int64)

    def of(self, subject: str) -> tuple[Reference, ...]:
        """The references of one person."""
        return tuple(reference for reference in self.references if reference.subject == subject)

    def comparable(self) -> Watchlist:
        """The list itself; `CaseError` where its faces were deleted in time, for then there is nothing to compare with."""
        if np.isnan(self.templates).any():
            raise CaseError(f"the faces of list version {self.version} were deleted in time; enroll the list again")
        return self

    def valid_on(self, day: date) -> Watchlist:
        """The list without the people whose entry had expired before `day`."""
        live = {entry.subject for entry in self.entries if entry.expires is None or entry.expires >= day}
        keep = np.array([reference.subject in live for reference in self.references], bool)
        return replace(
            self,
            entries=tuple(entry for entry in self.entries if entry.subject in live),
            references=tuple(r for r, kept in zip(self.references, keep, strict=True) if kept),
            templates=self.templates[keep],
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a person, as a pandas table."""
        import pandas as pd

        images = Counter(reference.subject for reference in self.references)
        rows = [asdict(e) | {"references": images[e.subject]} for e in self.entries]
        columns = [*Entry.__dataclass_fields__, "references"]
        return pd.DataFrame(rows, columns=columns)

    def to_dict(self) -> dict[str, Any]:
        """What `workbench enroll --json` prints."""
        return {
            "subjects": len(self),
            "references": len(self.references),
            "rejected": [asdict(r) for r in self.rejected],
            "warnings": [
                {"kind": w.kind, "subjects": list(w.subjects), "score": w.score, "text": w.text} for w in self.warnings
            ],
        }

    def __repr__(self) -> str:
        refused = f", {count(len(self.rejected), 'image')} rejected" if self.rejected else ""
        name = f" v{self.version}" if self.version else ""
        counts = f"{people_words(len(self))}, {count(len(self.references), 'reference')}"
        return f"Watchlist{name}({counts}, {self.space}{refused})"

    def _repr_html_(self) -> str:
        given = len(self.references) + len(self.rejected)
        head = facts(
            {
                "people listed": len(self),
                "images enrolled": (len(self.references), f"of {given:,} given"),
                "images rejected": (len(self.rejected), f"of {given:,} given"),
                "to look at before use": len(_pairs_alike(self)) + len(_others(self)),
            }
        )
        parts = [_left_out(self), *_alike(self), _to_look_at(self), _refused(self)]
        title = f"Watchlist, version {self.version}" if self.version else "Watchlist"
        room = OUTPUT - len("".join(parts).encode())
        shown = [_portrait(self, entry) for entry in self.entries[:MOST]]
        faces = pictures(shown, more=len(self) - len(shown), room=room)
        return card(title, head, faces, *parts, under=f"model pack {self.space}")


def _portrait(watch: Watchlist, entry: Entry) -> Card:
    """One person of the list as a small card."""
    own = watch.of(entry.subject)
    images = count(len(own), "image")
    until = f"until {entry.expires}" if entry.expires else ""
    lines = tuple(text for text in (entry.category, images, until) if text)
    return Card(own[0].thumbnail if own else b"", entry.subject, lines, absent="no image")


def _left_out(watch: Watchlist) -> str:
    """Who was given and is not on the list, because no image of theirs could be used."""
    named = {r.file.partition("/")[0] for r in watch.rejected} - set(watch.subjects)
    if not named:
        return ""
    who = ", ".join(sorted(named)[:ROWS]) + (" and others" if len(named) > ROWS else "")
    return note(f"Not looked for, because no image of theirs could be used ({len(named)}): {who}.", say=True)


def _alike(watch: Watchlist) -> list[str]:
    """The look-alikes, each pair side by side, for a person to compare."""
    pairs = _pairs_alike(watch)
    cards = [_pair(watch, warned) for warned in pairs[:3]]
    title = "<h4>Look alike to this pack: kin, or one person twice?</h4>"
    return [title + pictures(cards, more=len(pairs) - len(cards), room=OUTPUT // 3)] if cards else []


def _pairs_alike(watch: Watchlist) -> list[Warned]:
    """Pairs that look alike to the pack, without those of whom one photograph is there twice, which says more."""
    one_picture = {warned.subjects for warned in watch.warnings if warned.kind == "same_photo"}
    return [w for w in watch.warnings if w.kind == "look_alike" and w.subjects not in one_picture]


def _others(watch: Watchlist) -> list[Warned]:
    """What else is to be looked at before the list is used."""
    return [warned for warned in watch.warnings if warned.kind != "look_alike"]


def _pair(watch: Watchlist, warned: Warned) -> Card:
    one, other = warned.subjects[:2]
    first, second = (next((r.thumbnail for r in watch.of(who)), b"") for who in (one, other))
    return Card(first, f"{one} and {other}", (warned.text,), beside=second, captions=(one, other))


def _to_look_at(watch: Watchlist) -> str:
    rows = [(", ".join(w.subjects), w.text) for w in _others(watch)]
    if not rows:
        return ""
    return table("To look at before use", ("who", "what"), rows[:ROWS], more=len(rows) - ROWS)


def _refused(watch: Watchlist) -> str:
    rows = [(r.file, r.reason) for r in watch.rejected]
    if not rows:
        return ""
    return table("Rejected", ("image", "why, and what helps"), rows[:ROWS], more=len(rows) - ROWS)
