"""Searches with one photograph: a ranked list without a cut, who asked and why, and what people concluded of each candidate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from workbench.conclusions import Conclusion, every_one_words, outcome_of
from workbench.html import OUTPUT, Card, card, note
from workbench.kept_searches import KeptSearch, KeptSearches
from workbench.ranked import ranked
from workbench.rarity import Rarity, rarity_words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Compared", "Search", "Searches", "duty_words", "expected_words"]


@dataclass(frozen=True)
class Compared:
    """One ranked candidate of a search: a lead to be compared by a person, whatever its rank.

    score : cosine of the subject's best reference; reference, sha256 : file of that reference, and its hash
    picture : the reference's face as JPEG bytes
    """

    rank: int
    subject: str
    score: float
    reference: str
    sha256: str
    conclusions: tuple[Conclusion, ...] = ()
    picture: bytes = field(default=b"", repr=False, compare=False)

    @property
    def outcome(self) -> str:
        """`to be compared`, or what each person concluded last, or that they disagree."""
        return outcome_of(self.conclusions)


@dataclass(frozen=True, kw_only=True)
class Search(KeptSearch[Compared]):
    """One search in a case's list, as it is kept.

    list_version, listed : the list, and how many people of it were searched
    aligned : the face as the recogniser saw it, PNG bytes, kept as long as `picture`
    measured : scores of which it is known how many strangers reach them
    """

    KEPT_IN: ClassVar[str] = "a case"

    list_version: int
    listed: int
    measured: tuple[Rarity, ...] = ()
    aligned: bytes = field(default=b"", repr=False, compare=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know before looking at the ranks."""
        own, stands = self.why.get("also_reference_of"), self.why.get("approval")
        itself = (
            f"This photograph is itself a reference of {', '.join(own or ())}: that it ranks high there says nothing."
        )
        unapproved = f"List version {self.list_version} was {stands} when it was searched."
        return tuple(text for text, said in ((itself, own), (unapproved, stands)) if said)

    def rarity(self, candidate: Compared) -> str:
        """How rare the candidate's score is among strangers, or that it was not measured."""
        return rarity_words(candidate.score, self.measured, self.listed)

    def _asked_otherwise(self, before: Search) -> list[str]:
        ways = [f"pack {self.pack} instead of {before.pack}"] if before.space != self.space else []
        if before.list_version != self.list_version:
            ways.append(f"list version {self.list_version} instead of {before.list_version}")
        return ways

    @staticmethod
    def _who(candidate: Compared) -> str:
        return candidate.subject

    def to_dict(self) -> dict[str, Any]:
        """What `workbench search --json` prints."""
        names = "id by reason photo sha256 pack space list_version listed wanted face faces failed"
        lists = {"candidates": [self._line(each) for each in self.candidates], "notes": [duty_words(self), *self.notes]}
        return self._plain(names) | lists

    def _line(self, candidate: Compared) -> dict[str, Any]:
        names = ("rank", "subject", "reference", "sha256", "outcome")
        line: dict[str, Any] = {name: getattr(candidate, name) for name in names}
        return line | {
            "score": round(candidate.score, 6),
            "strangers": self.rarity(candidate),
            "conclusions": [each.to_dict() for each in candidate.conclusions],
        }

    def to_frame(self) -> pd.DataFrame:
        """One row a candidate, as a pandas table."""
        import pandas as pd

        columns = ["rank", "subject", "score", "reference", "outcome", "strangers"]
        return pd.DataFrame([self._line(each) for each in self.candidates], columns=columns)

    def __repr__(self) -> str:
        return f"Search({self.id}: {self.photo!r} in list version {self.list_version}, {self.result})"

    def _shown(self, candidates: Sequence[Compared]) -> str:
        title = f"Search {self.id} with {self.photo}"
        under = f"by {self.by}, {self.made:%Y-%m-%d %H:%M} UTC · {self.reason}"
        parts = [
            note(duty_words(self), say=True),
            note(expected_words(self)) if self.candidates else "",
            *map(note, (*self.notes, *self.differs)),
        ]
        room = OUTPUT - len("".join(parts).encode())
        cards, before = [self._card(each) for each in candidates], candidates[0].rank - 1 if candidates else 0
        shown = ranked(cards, room, f"case.search_number({self.id})", before)
        foot = f"Investigation: list version {self.list_version}, model pack {self.pack}, photograph {self.sha256[:16]}…, not kept."
        return card(title, *parts, shown, note(foot), under=under)

    def _card(self, candidate: Compared) -> Card:
        lines = (f"score {candidate.score:.3f}", self.rarity(candidate), candidate.outcome)
        return Card(
            self.picture,
            f"{candidate.rank}. {candidate.subject}",
            lines,
            beside=candidate.picture,
            captions=("photograph", "reference"),
            absent="not kept",
        )


def duty_words(search: Search) -> str:
    """What a person has to do with the list."""
    if search.failed:
        return f"Nothing was compared: {search.failed}. That the search failed is kept."
    return every_one_words(len(search.candidates))


def expected_words(search: Search) -> str:
    """How many of those listed are expected to score high for a stranger, and by which measurement."""
    if not search.measured:
        return (
            "How many strangers score as high as these candidates was not measured with this pack: evaluate it first."
        )
    lowest = min(search.measured, key=lambda each: each.score)
    count = lowest.false_candidates(search.listed)
    most = "at most " if lowest.at_most else ""
    return (
        f"For somebody who is not listed, {most}{count:.2g} of {search.listed:,} people listed are expected to reach "
        f"{lowest.score:.3f} ({lowest.source}). That is not the probability that a candidate is wrong."
    )


class Searches(KeptSearches[Search]):
    """All searches of a case, oldest first."""

    TITLE: ClassVar[str] = "Searches with a photograph"
    OVER: ClassVar[str] = "list"

    @staticmethod
    def _over(search: Search) -> str:
        return str(search.list_version)

    def to_frame(self) -> pd.DataFrame:
        """One row a search, as a pandas table."""
        import pandas as pd

        names = "id made by reason photo sha256 face pack list_version listed".split()
        rows = [
            {name: getattr(each, name) for name in names}
            | {"candidates": len(each.candidates), "to_be_compared": each.open, "disclose": "; ".join(each.disclose)}
            for each in self
        ]
        return pd.DataFrame(rows, columns=[*names, "candidates", "to_be_compared", "disclose"])
