"""What every search with a face is, in a case or in an archive: kept whole, and marked where it failed or differed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from workbench.conclusions import Conclusion
from workbench.counts import count
from workbench.html import card, facts, note, table

__all__ = ["KeptSearch", "KeptSearches", "Ranks"]

ROWS = 20  # searches named in one output


class Candidate(Protocol):
    """A ranked lead that people conclude something of."""

    @property
    def score(self) -> float:
        """Cosine."""

    @property
    def conclusions(self) -> tuple[Conclusion, ...]:
        """In their order."""


C = TypeVar("C", bound=Candidate)


@dataclass(frozen=True, kw_only=True)
class KeptSearch(Generic[C]):
    """One search with one face, as it is kept.

    photo, sha256 : name and hash of the picture, which is not kept; face : which of its `faces`, from 1 at the left
    space : mark of the pack's space; wanted : candidates asked for
    failed : why nothing could be compared, "" if it could
    differs : in what it differs from earlier searches with the same face, a sentence each
    why : pack files and software, and what else made the result
    picture : the face as PNG bytes, everyone else in it hidden; empty where the policy does not keep it or its time is over
    """

    KEPT_IN: ClassVar[str]  # what holds it, in an error

    id: int
    made: datetime
    by: str
    reason: str
    photo: str
    sha256: str
    pack: str
    space: str
    wanted: int
    face: int | None = None
    faces: int = 0
    face_px: float = 0.0
    failed: str = ""
    candidates: tuple[C, ...] = ()
    differs: tuple[str, ...] = ()
    why: Mapping[str, Any] = field(default_factory=dict, repr=False)
    picture: bytes = field(default=b"", repr=False, compare=False)
    record: Callable[[int, int, str, str, str], Self] | None = field(default=None, repr=False, compare=False)

    @property
    def disclose(self) -> tuple[str, ...]:
        """Why this search has to be disclosed beside others: it failed, or it differed."""
        failed = (f"failed: {self.failed}",) if self.failed else ()
        return (*failed, *self.differs)

    def __getitem__(self, which: slice) -> Ranks:
        """Some candidates, to be looked at with their pictures: `found[16:]` are those from rank 17 on."""
        return Ranks(self, self.candidates[which])

    def _shown(self, candidates: Sequence[C]) -> str:
        """The search as HTML, with these of its candidates."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        return self._shown(self.candidates)

    @property
    def open(self) -> int:
        """Candidates that nobody has compared yet."""
        return sum(not each.conclusions for each in self.candidates)

    @property
    def result(self) -> str:
        """How many candidates there are and how many wait, or why there are none."""
        if self.failed:
            return f"failed: {self.failed}"
        return f"{count(len(self.candidates), 'candidate')}, {self.open} to be compared"

    def conclude(self, rank: int, verdict: str, reason: str, by: str) -> Self:
        """Record what `by` concluded of the candidate at `rank`; the search as it is then comes back.

        This one stays as it was read: `found = found.conclude(...)`.
        """
        if self.record is None:
            raise ValueError(f"this search was not read from {self.KEPT_IN}; use its searches")
        return self.record(self.id, rank, verdict, reason, by)

    def differences(self, earlier: Sequence[Self]) -> tuple[str, ...]:
        """In what it differs from `earlier` ones with the same face, a sentence each."""
        same = "track" if "track" in self.why else "photograph"
        found = [(each, self._ways(each)) for each in earlier if each.sha256 == self.sha256]
        return tuple(
            f"differs from search {each.id} with the same {same}: {', '.join(ways)}" for each, ways in found if ways
        )

    def _ways(self, before: Self) -> list[str]:
        """What is not the same as in an earlier one."""
        ways = self._asked_otherwise(before)
        if before.face != self.face:
            ways.append(f"face {self.face or 'none'} instead of {before.face or 'none'}")
        if before.failed != self.failed:
            ways.append("it failed" if self.failed else "it did not fail")
        elif self._ranking(before) != before._ranking(self):
            ways.append("other candidates or scores")
        return ways

    def _ranking(self, other: Self) -> list[tuple[Hashable, float]]:
        """Who was ranked with which score, as far down as both lists go."""
        depth = min(self.wanted, other.wanted)
        return [(self._who(each), round(each.score, 4)) for each in self.candidates[:depth]]

    def _asked_otherwise(self, before: Self) -> list[str]:
        """In what it was asked otherwise than an earlier one."""
        raise NotImplementedError

    @staticmethod
    def _who(candidate: C) -> Hashable:
        """What tells one candidate from another in two lists."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it with --json."""
        raise NotImplementedError

    def _plain(self, names: str) -> dict[str, Any]:
        """The start of `to_dict`: some values by name, and what every search has."""
        return {name: getattr(self, name) for name in names.split()} | {
            "made": self.made.isoformat(),
            "face_px": round(self.face_px, 1),
            "to_be_compared": self.open,
            "disclose": list(self.disclose),
        }


@dataclass(frozen=True)
class Ranks:
    """Some candidates of a search, that show themselves under all that is said of the whole of it."""

    search: KeptSearch[Any]
    candidates: tuple[Any, ...]

    def __len__(self) -> int:
        return len(self.candidates)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.candidates)

    def __repr__(self) -> str:
        return f"Ranks({len(self)} of {len(self.search.candidates)} candidates of search {self.search.id})"

    def _repr_html_(self) -> str:
        return self.search._shown(self.candidates)


S = TypeVar("S", bound=KeptSearch[Any])


class KeptSearches(Generic[S]):
    """All searches, oldest first, that show themselves; failed and differing ones are marked."""

    TITLE: ClassVar[str]
    OVER: ClassVar[str]  # the column that says what was searched

    def __init__(self, searches: tuple[S, ...] = ()) -> None:
        self._searches = searches

    def __len__(self) -> int:
        return len(self._searches)

    def __iter__(self) -> Iterator[S]:
        return iter(self._searches)

    def __getitem__(self, which: int) -> S:
        return self._searches[which]

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it with --json."""
        return {"searches": [each.to_dict() for each in self]}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self):,}, {sum(bool(each.disclose) for each in self):,} to disclose)"

    def _repr_html_(self) -> str:
        head = facts(
            {
                "searches": len(self),
                "candidates to be compared": sum(each.open for each in self),
                "failed": sum(bool(each.failed) for each in self),
                "differed from an earlier one": sum(bool(each.differs) for each in self),
            }
        )
        columns = ("search", "when (UTC)", "by", "photograph", self.OVER, "candidates", "to be compared", "to disclose")
        rows = [self._row(each) for each in self._searches[::-1][:ROWS]]
        shown = table("Newest first", columns, rows, more=len(self) - len(rows)) if rows else note("None.")
        return card(self.TITLE, head, shown, under="Kept whole, also those that failed or differed.")

    def _row(self, each: S) -> tuple[str | int, ...]:
        about = (str(each.id), f"{each.made:%Y-%m-%d %H:%M}", each.by, each.photo, self._over(each))
        return (*about, len(each.candidates), each.open, "; ".join(each.disclose))

    @staticmethod
    def _over(search: S) -> str | int:
        """What was searched, in its column."""
        raise NotImplementedError
