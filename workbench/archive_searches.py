"""Searches in an archive: passes ranked beside a photograph, each with what its score is worth, and what people concluded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from workbench.archived import chosen_words
from workbench.conclusions import every_one_words
from workbench.counts import count
from workbench.html import OUTPUT, Card, card, facts, note
from workbench.kept_searches import KeptSearch, KeptSearches
from workbench.ranked import ranked
from workbench.sightings import Sighting
from workbench.strangers import Expected, expected_line
from workbench.where_when import Mark, where_when

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ArchiveSearch", "ArchiveSearches", "searched_words"]


@dataclass(frozen=True, kw_only=True)
class ArchiveSearch(KeptSearch[Sighting]):
    """One search in an archive, as it is kept.

    authority : under which it was made; mode : exact, fast or an address of Milvus
    held, searched : tracks in the archive then, and those of them that were compared
    undated : tracks left out only because nobody knows when they were seen
    chosen : by what the search was narrowed
    basis : what the expected numbers rest on; recall : how much the fast search misses, measured, or None
    """

    KEPT_IN: ClassVar[str] = "an archive"

    authority: str
    mode: str
    held: int
    searched: int
    undated: int = 0
    chosen: Mapping[str, Any] = field(default_factory=dict)
    basis: str = ""
    recall: Mapping[str, Any] | None = None

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

    def _asked_otherwise(self, before: ArchiveSearch) -> list[str]:
        ways = [f"{self.mode} instead of {before.mode}"] if before.mode != self.mode else []
        return [*ways, "narrowed otherwise"] if before.chosen != self.chosen else ways

    @staticmethod
    def _who(candidate: Sighting) -> int:
        return candidate.track

    def to_dict(self) -> dict[str, Any]:
        """What `workbench archive search --json` prints."""
        names = (
            "id by reason photo sha256 pack space authority mode wanted held searched undated basis face faces failed"
        )
        return self._plain(names) | {
            "chosen": dict(self.chosen),
            "recall": dict(self.recall) if self.recall else None,
            "candidates": [each.to_dict() for each in self.candidates],
            "notes": list(self.notes),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row a candidate, as a pandas table."""
        import pandas as pd

        columns = ["rank", "score", "camera", "at", "start", "end", "case", "run", "alert", "track", "outcome"]
        rows = [each.to_dict() | {"expected_false": each.expected.mean} for each in self.candidates]
        return pd.DataFrame(rows, columns=[*columns, "expected_false"])

    def __repr__(self) -> str:
        return f"ArchiveSearch({self.id}: {self.photo!r} in {self.searched:,} tracks, {self.result})"

    def _shown(self, candidates: Sequence[Sighting]) -> str:
        under = f"by {self.by}, {self.made:%Y-%m-%d %H:%M} UTC, under the authority of {self.authority} · {self.reason}"
        first, *rest = self.notes
        marks = [Mark(each.rank, each.score, each.origin.camera, each.at) for each in self.candidates]
        parts = [note(first, say=True), self._facts(), where_when(marks), *map(note, (*rest, *self.differs))]
        foot = note(f"Investigation: model pack {self.pack}, {self.mode} search{self._probe}.")
        room = OUTPUT - len("".join([*parts, foot]).encode())
        cards, before = [self._card(each) for each in candidates], candidates[0].rank - 1 if candidates else 0
        shown = ranked(cards, room, f"archive.search_number({self.id})", before)
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
                "candidates": (len(self.candidates), f"{self.open} to be compared, {count(cameras, 'camera')}"),
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
        words += f"; {count(search.undated, 'track')} left out because nobody knows when they were seen"
    return words


def _short(expected: Expected) -> tuple[str, str]:
    mean, low, high = expected
    if high != high:
        return "not known", "state an assumption"
    if mean != mean:
        return f"≤ {high:.2g}", "expected at most"
    return f"{mean:.2g}", "expected" if low == high else f"95 %: {low:.2g} to {high:.2g}"


class ArchiveSearches(KeptSearches[ArchiveSearch]):
    """All searches of an archive, oldest first."""

    TITLE: ClassVar[str] = "Searches in the archive"
    OVER: ClassVar[str] = "compared"

    @staticmethod
    def _over(search: ArchiveSearch) -> int:
        return search.searched
