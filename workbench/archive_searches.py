"""Searches in an archive: passes ranked beside a photograph, each with what its score is worth, and what people concluded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workbench.archived import chosen_words
from workbench.html import OUTPUT, Card, card, facts, note, pictures, table
from workbench.searches import every_one_words
from workbench.sightings import Sighting
from workbench.strangers import Expected, expected_line
from workbench.where_when import Mark, where_when

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ArchiveSearch", "ArchiveSearches", "searched_words"]

ROWS = 20  # searches named in one output

Recorder = Callable[[int, int, str, str, str], "ArchiveSearch"]


@dataclass(frozen=True)
class ArchiveSearch:
    """One search in an archive with one photograph, as it is kept.

    photo, sha256 : name and hash of the picture, which is not kept; face : which of its `faces`, from 1 at the left
    authority : under which it was made; mode : exact, fast or an address of Milvus
    held, searched : tracks in the archive then, and those of them that were compared
    undated : tracks left out only because nobody knows when they were seen
    chosen : by what the search was narrowed; wanted : candidates asked for
    basis : what the expected numbers rest on; recall : how much the fast search misses, measured, or None
    failed : why nothing could be compared, "" if it could; differs : in what from earlier ones with this photograph
    picture : the face as PNG bytes, everyone else in it hidden; empty once its time is over
    """

    id: int
    made: datetime
    by: str
    reason: str
    photo: str
    sha256: str
    pack: str
    space: str
    authority: str
    mode: str
    wanted: int
    held: int
    searched: int
    undated: int = 0
    chosen: Mapping[str, Any] = field(default_factory=dict)
    basis: str = ""
    recall: Mapping[str, Any] | None = None
    face: int | None = None
    faces: int = 0
    face_px: float = 0.0
    failed: str = ""
    candidates: tuple[Sighting, ...] = ()
    differs: tuple[str, ...] = ()
    why: Mapping[str, Any] = field(default_factory=dict, repr=False)
    picture: bytes = field(default=b"", repr=False, compare=False)
    record: Recorder | None = field(default=None, repr=False, compare=False)

    @property
    def disclose(self) -> tuple[str, ...]:
        """Why this search has to be disclosed beside others: it failed, or it differed."""
        return (*((f"failed: {self.failed}",) if self.failed else ()), *self.differs)

    @property
    def open(self) -> int:
        """Candidates that nobody has compared yet."""
        return sum(not each.conclusions for each in self.candidates)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know: what to do, what was searched, what the numbers rest on, what may be missed."""
        if self.failed:
            return (f"Nothing was compared: {self.failed}. That the search failed is kept.",)
        if not self.candidates:
            return (f"No track was compared: {searched_words(self)}.",)
        worth = f"Expected numbers: {self.basis}. None of them is the probability that a candidate is wrong."
        said = [every_one_words(len(self.candidates)), f"Compared: {searched_words(self)}.", worth]
        return (*said, *((f"The fast search: {self.recall['words']}.",) if self.recall else ()))

    def conclude(self, rank: int, verdict: str, reason: str, by: str) -> ArchiveSearch:
        """Record what `by` concluded of the candidate at `rank`; the search as it is then comes back."""
        if self.record is None:
            raise ValueError("this search was not read from an archive; use archive.searches")
        return self.record(self.id, rank, verdict, reason, by)

    def to_dict(self) -> dict[str, Any]:
        """What `workbench archive search --json` prints."""
        names = (
            "id by reason photo sha256 pack space authority mode wanted held searched undated basis face faces failed"
        ).split()
        return {name: getattr(self, name) for name in names} | {
            "made": self.made.isoformat(),
            "face_px": round(self.face_px, 1),
            "chosen": dict(self.chosen),
            "recall": dict(self.recall) if self.recall else None,
            "candidates": [each.to_dict() for each in self.candidates],
            "to_be_compared": self.open,
            "disclose": list(self.disclose),
            "notes": list(self.notes),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row a candidate, as a pandas table."""
        import pandas as pd

        columns = ["rank", "score", "camera", "at", "start", "end", "case", "run", "alert", "track", "outcome"]
        rows = [each.to_dict() | {"expected_false": each.expected.mean} for each in self.candidates]
        return pd.DataFrame(rows, columns=[*columns, "expected_false"])

    def __repr__(self) -> str:
        what = (
            f"failed: {self.failed}"
            if self.failed
            else f"{len(self.candidates)} candidates, {self.open} to be compared"
        )
        return f"ArchiveSearch({self.id}: {self.photo!r} in {self.searched:,} tracks, {what})"

    def _repr_html_(self) -> str:
        under = f"by {self.by}, {self.made:%Y-%m-%d %H:%M} UTC, under the authority of {self.authority} · {self.reason}"
        first, *rest = self.notes
        marks = [Mark(each.rank, each.score, each.origin.camera, each.at) for each in self.candidates]
        parts = [note(first, say=True), self._facts(), where_when(marks), *map(note, (*rest, *self.disclose))]
        foot = note(f"Investigation: model pack {self.pack}, {self.mode} search{self._probe}.")
        room = OUTPUT - len("".join([*parts, foot]).encode())
        shown = pictures([self._card(each) for each in self.candidates], room=room)
        return card(f"Archive search {self.id} with {self.photo}", *parts, shown, foot, under=under)

    @property
    def _probe(self) -> str:
        return "" if "track" in self.why else f", photograph {self.sha256[:16]}…, not kept"

    def _facts(self) -> str:
        if not self.candidates:
            return ""
        cameras = len({each.origin.camera for each in self.candidates})
        return facts(
            {
                "tracks compared": (self.searched, f"of {self.held:,} in the archive"),
                "candidates": (len(self.candidates), f"{self.open} to be compared, {_many(cameras, 'camera')}"),
                "others as high as the first": _short(self.candidates[0].expected),
                "others as high as the last": _short(self.candidates[-1].expected),
            }
        )

    def _card(self, each: Sighting) -> Card:
        lines = (
            f"score {each.score:.3f}: {expected_line(each.expected, self.searched)}",
            f"case {each.origin.case}, run {each.origin.run}, alert {each.alert}",
            each.outcome,
        )
        captions = (f"track {self.why['track']}" if "track" in self.why else "photograph", "footage")
        return Card(
            self.picture, f"{each.rank}. {each.where}", lines, beside=each.picture, captions=captions, absent="not kept"
        )


def searched_words(search: ArchiveSearch) -> str:
    """What was compared, and what was left out."""
    words = f"{search.searched:,} of {search.held:,} tracks in the archive"
    if search.chosen:
        words += f" ({chosen_words(search.chosen)})"
    if search.undated:
        words += f"; {_many(search.undated, 'track')} left out because nobody knows when they were seen"
    return words


def _many(count: int, one: str) -> str:
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def _short(expected: Expected) -> tuple[str, str]:
    mean, low, high = expected
    if high != high:
        return "not known", "state an assumption"
    if mean != mean:
        return f"≤ {high:.2g}", "expected at most"
    return f"{mean:.2g}", "expected" if low == high else f"95 %: {low:.2g} to {high:.2g}"


class ArchiveSearches:
    """All searches of an archive, oldest first, that show themselves; failed and differing ones are marked."""

    def __init__(self, searches: tuple[ArchiveSearch, ...] = ()) -> None:
        self._searches = searches

    def __len__(self) -> int:
        return len(self._searches)

    def __iter__(self) -> Iterator[ArchiveSearch]:
        return iter(self._searches)

    def __getitem__(self, which: int) -> ArchiveSearch:
        return self._searches[which]

    def to_dict(self) -> dict[str, Any]:
        """What `workbench archive searches --json` prints."""
        return {"searches": [each.to_dict() for each in self]}

    def __repr__(self) -> str:
        return f"ArchiveSearches({len(self)}, {sum(bool(each.disclose) for each in self)} to disclose)"

    def _repr_html_(self) -> str:
        head = facts(
            {
                "searches": len(self),
                "candidates to be compared": sum(each.open for each in self),
                "to disclose": sum(bool(each.disclose) for each in self),
            }
        )
        columns = (
            "search",
            "when (UTC)",
            "by",
            "photograph",
            "compared",
            "candidates",
            "to be compared",
            "to disclose",
        )
        rows = [_row(each) for each in self._searches[::-1][:ROWS]]
        shown = table("Newest first", columns, rows, more=len(self) - len(rows)) if rows else note("None.")
        return card("Searches in the archive", head, shown, under="Kept whole, also those that failed or differed.")


def _row(each: ArchiveSearch) -> tuple[str | int, ...]:
    when, disclose = f"{each.made:%Y-%m-%d %H:%M}", "; ".join(each.disclose)
    return (str(each.id), when, each.by, each.photo, each.searched, len(each.candidates), each.open, disclose)
