"""Searches with one photograph: a ranked list without a cut, who asked and why, and what people concluded of each candidate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workbench.decisions import VERDICTS
from workbench.html import OUTPUT, Card, card, facts, note, pictures, table
from workbench.rarity import Rarity, rarity_words

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "TO_COMPARE",
    "VERDICTS",
    "Compared",
    "Conclusion",
    "Search",
    "Searches",
    "duty_words",
    "every_one_words",
    "expected_words",
    "outcome_of",
]


TO_COMPARE = "to be compared"
ROWS = 20  # searches named in one output

Recorder = Callable[[int, int, str, str, str], "Search"]


@dataclass(frozen=True)
class Conclusion:
    """What a named person concluded of one candidate; a changed mind is a second conclusion.

    verdict : same, different or cannot tell; recorded : UTC
    """

    rank: int
    verdict: str
    reason: str
    by: str
    recorded: datetime


def outcome_of(conclusions: Iterable[Conclusion]) -> str:
    """`to be compared`, or what each person concluded last, or that they disagree."""
    last = {each.by: each.verdict for each in conclusions}
    if not last:
        return TO_COMPARE
    words = "; ".join(f"{verdict} ({by})" for by, verdict in last.items())
    return words if len(set(last.values())) == 1 else f"disagreement: {words}"


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


@dataclass(frozen=True)
class Search:
    """One search with one photograph, as it is kept.

    photo, sha256 : name and hash of the picture, which is not kept; face : which of its `faces`, from 1 at the left
    space : mark of the pack's space; list_version, listed : the list, and how many people of it were searched
    wanted : candidates asked for; failed : why nothing could be compared, "" if it could
    differs : in what it differs from earlier searches with the same photograph, a sentence each
    measured : scores of which it is known how many strangers reach them
    why : pack files, list digest, gallery, software
    picture : the face as PNG bytes, everyone else in it hidden; empty where the policy does not keep it or its time is over
    """

    id: int
    made: datetime
    by: str
    reason: str
    photo: str
    sha256: str
    pack: str
    space: str
    list_version: int
    listed: int
    wanted: int
    face: int | None = None
    faces: int = 0
    face_px: float = 0.0
    failed: str = ""
    candidates: tuple[Compared, ...] = ()
    measured: tuple[Rarity, ...] = ()
    differs: tuple[str, ...] = ()
    why: Mapping[str, Any] = field(default_factory=dict, repr=False)
    picture: bytes = field(default=b"", repr=False, compare=False)
    record: Recorder | None = field(default=None, repr=False, compare=False)

    @property
    def disclose(self) -> tuple[str, ...]:
        """Why this search has to be disclosed beside others: it failed, or it differed."""
        failed = (f"failed: {self.failed}",) if self.failed else ()
        return (*failed, *self.differs)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know before looking at the ranks."""
        own, stands = self.why.get("also_reference_of"), self.why.get("approval")
        itself = (
            f"This photograph is itself a reference of {', '.join(own or ())}: that it ranks high there says nothing."
        )
        unapproved = f"List version {self.list_version} was {stands} when it was searched."
        return tuple(text for text, said in ((itself, own), (unapproved, stands)) if said)

    @property
    def open(self) -> int:
        """Candidates that nobody has compared yet."""
        return sum(not each.conclusions for each in self.candidates)

    def conclude(self, rank: int, verdict: str, reason: str, by: str) -> Search:
        """Record what `by` concluded of the candidate at `rank`; the search as it is then comes back."""
        if self.record is None:
            raise ValueError("this search was not read from a case; use case.searches")
        return self.record(self.id, rank, verdict, reason, by)

    def rarity(self, candidate: Compared) -> str:
        """How rare the candidate's score is among strangers, or that it was not measured."""
        return rarity_words(candidate.score, self.measured, self.listed)

    def to_dict(self) -> dict[str, Any]:
        """What `workbench search --json` prints."""
        names = "id by reason photo sha256 pack space list_version listed wanted face faces failed".split()
        return {name: getattr(self, name) for name in names} | {
            "made": self.made.isoformat(),
            "face_px": round(self.face_px, 1),
            "candidates": [self._line(each) for each in self.candidates],
            "to_be_compared": self.open,
            "disclose": list(self.disclose),
            "notes": [duty_words(self), *self.notes],
        }

    def _line(self, candidate: Compared) -> dict[str, Any]:
        concluded = [
            {"verdict": c.verdict, "reason": c.reason, "by": c.by, "recorded": c.recorded.isoformat()}
            for c in candidate.conclusions
        ]
        names = ("rank", "subject", "reference", "sha256", "outcome")
        line: dict[str, Any] = {name: getattr(candidate, name) for name in names}
        return line | {
            "score": round(candidate.score, 6),
            "strangers": self.rarity(candidate),
            "conclusions": concluded,
        }

    def to_frame(self) -> pd.DataFrame:
        """One row a candidate, as a pandas table."""
        import pandas as pd

        columns = ["rank", "subject", "score", "reference", "outcome", "strangers"]
        return pd.DataFrame([self._line(each) for each in self.candidates], columns=columns)

    def __repr__(self) -> str:
        what = (
            f"failed: {self.failed}"
            if self.failed
            else f"{len(self.candidates)} candidates, {self.open} to be compared"
        )
        return f"Search({self.id}: {self.photo!r} in list version {self.list_version}, {what})"

    def _repr_html_(self) -> str:
        title = f"Search {self.id} with {self.photo}"
        under = f"by {self.by}, {self.made:%Y-%m-%d %H:%M} UTC · {self.reason}"
        parts = [
            note(duty_words(self), say=True),
            note(expected_words(self)) if self.candidates else "",
            *map(note, (*self.notes, *self.disclose)),
        ]
        room = OUTPUT - len("".join(parts).encode())
        shown = pictures([self._card(each) for each in self.candidates], room=room)
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


def every_one_words(count: int) -> str:
    """That each of so many candidates is a question and none an answer."""
    every = (
        "It is to be compared by a person" if count == 1 else f"Every one of the {count} is to be compared by a person"
    )
    return f"A rank is no conclusion. {every}; the person may be none of them."


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


class Searches:
    """All searches of a case, oldest first, that show themselves; failed and differing ones are marked."""

    def __init__(self, searches: tuple[Search, ...] = ()) -> None:
        self._searches = searches

    def __len__(self) -> int:
        return len(self._searches)

    def __iter__(self) -> Iterator[Search]:
        return iter(self._searches)

    def __getitem__(self, which: int) -> Search:
        return self._searches[which]

    def to_dict(self) -> dict[str, Any]:
        """What `workbench searches --json` prints."""
        return {"searches": [each.to_dict() for each in self]}

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

    def __repr__(self) -> str:
        return f"Searches({len(self)}, {sum(bool(each.disclose) for each in self)} to disclose)"

    def _repr_html_(self) -> str:
        head = facts(
            {
                "searches": len(self),
                "candidates to be compared": sum(each.open for each in self),
                "failed": sum(bool(each.failed) for each in self),
                "differed from an earlier one": sum(bool(each.differs) for each in self),
            }
        )
        columns = ("search", "when (UTC)", "by", "photograph", "list", "candidates", "to be compared", "to disclose")
        rows = [_row(each) for each in self._searches[::-1][:ROWS]]
        shown = table("Newest first", columns, rows, more=len(self) - len(rows)) if rows else note("None.")
        return card("Searches with a photograph", head, shown, under="Kept whole, also those that failed or differed.")


def _row(search: Search) -> tuple[str | int, ...]:
    when = f"{search.made:%Y-%m-%d %H:%M}"
    counts = (len(search.candidates), search.open)
    return (
        str(search.id),
        when,
        search.by,
        search.photo,
        str(search.list_version),
        *counts,
        "; ".join(search.disclose),
    )
