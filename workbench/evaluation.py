"""Scores of passes whose truth is known, the curve they give, and the operating point chosen on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.arguments import number_of, said, whole_of
from workbench.curve import Curve, chosen_threshold
from workbench.errors import InputError
from workbench.groups import TOO_FEW, GroupRates, group_rates
from workbench.html import card, facts, sentence
from workbench.intervals import Interval, bootstrap_by_subject, people_of
from workbench.metrics import alerting, cmc, det_curve, rank_within, returned_scores, scores_of, split_by_subject
from workbench.operating_point import OperatingPoint
from workbench.sameness import same_fields
from workbench.sentences import copies_words, no_class_words, one_person_words
from workbench.trial_columns import (
    COLUMNS,
    column_of,
    counted_on,
    refuse_impossible,
    refuse_repeated_sources,
    sealed,
    side_of,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Curve", "OperatingPoint", "Trials"]

F64 = NDArray[np.float64]
Floats = NDArray[np.floating]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Names = NDArray[np.str_]

_WORDS = ("data", "assumption")
_LIMITS = ("unsettled", "by_alert")  # what one part of trials that are put together does not know, the whole does not


@dataclass(frozen=True, eq=False)
class Trials:
    """n passes with known truth; `trials[mask]` is `Trials` again. The unit is the pass, never the frame.

    score : (n,) of the best candidate; -inf where no face was detected
    true_score : (n,) of the true subject of a mated pass, -inf if not detected or not returned; NaN if non-mated
    true_rank : (n,) from 1, inf if not detected or not returned; NaN if non-mated or not known
    is_mated : (n,) bool, the person is on the list
    subject : (n,) who it was, "" where unknown (then each pass is taken for another person), or None for all unknown
    group, camera : (n,) recorded labels, "" where not recorded, or None
    repeat : (n,) int, which draw of the list the pass belongs to, or None
    source : (n,) which image or stretch of footage, once in each repeat, or None
    face_px, quality : (n,) width of the widest face and its quality 0..1, NaN where no face was found, or None
    t : (n,) seconds into the footage at which the pass begins, or None
    hour : (n,) hour of the day 0..24 at which it begins, NaN where nobody knows, or None
    candidate : (n,) name of the best candidate, "" where there is none, or None
    watchlist : N, people on the list
    pack, space : name of the model pack, text of the space
    data : what this is, in words; assumption : what has to be taken for true, "" if the truth was recorded
    notes : what was left out or found wanting on the way, a sentence each
    unsettled : some alerts that nobody settled count as non-mated passes, so that false alerts are at most what is stated
    by_alert : mated passes are known only where they raised an alert, so that how many were missed is not known
    """

    score: Floats
    true_score: Floats
    true_rank: F64
    is_mated: Bools
    watchlist: int
    subject: NDArray[Any] | None = None
    group: Names | None = None
    camera: Names | None = None
    repeat: Ints | None = None
    source: Names | None = None
    face_px: Floats | None = None
    quality: Floats | None = None
    t: F64 | None = None
    hour: F64 | None = None
    candidate: Names | None = None
    pack: str = ""
    space: str = ""
    data: str = ""
    assumption: str = ""
    notes: tuple[str, ...] = ()
    unsettled: bool = False
    by_alert: bool = False

    def __post_init__(self) -> None:
        for name in COLUMNS:
            if (given := getattr(self, name)) is not None:
                object.__setattr__(self, name, column_of(name, given))
        object.__setattr__(self, "watchlist", whole_of(self.watchlist, "the length of the watchlist"))
        object.__setattr__(self, "notes", (self.notes,) if isinstance(self.notes, str) else tuple(self.notes))
        if self.score.ndim != 1:
            raise InputError(f"scores have the shape {self.score.shape}; give one score for each pass, in one row")
        for name in COLUMNS:
            array = getattr(self, name)
            if array is not None and array.shape != self.score.shape:
                raise InputError(f"Trials.{name} has shape {array.shape}, expected {self.score.shape}")
        if self.watchlist < 0:
            raise InputError(f"the watchlist has {self.watchlist} people; give their number")
        refuse_impossible(self)
        if self.source is not None:
            refuse_repeated_sources(self.source, self.repeat)

    @classmethod
    def of(
        cls,
        mated: ArrayLike,
        nonmated: ArrayLike,
        *,
        watchlist: int,
        mated_subject: ArrayLike | None = None,
        nonmated_subject: ArrayLike | None = None,
        mated_rank: ArrayLike | None = None,
        **about: Any,
    ) -> Trials:
        """Trials from the scores alone; without `mated_rank` (M,) nothing that asks for a rank can be answered.

        >>> Trials.of([0.9, -np.inf], [0.1, 0.2, 0.3], watchlist=20, pack="dlib")
        Trials(2 mated passes, 1 of them undetected, 3 non-mated, N = 20, dlib)
        """
        m, n = scores_of(mated), scores_of(nonmated)
        is_mated = np.repeat([True, False], [m.size, n.size])
        rank = np.full(m.size, np.nan) if mated_rank is None else column_of("true_rank", mated_rank)
        if rank.shape != m.shape:
            raise InputError(f"{rank.size:,} ranks were given for {m.size:,} mated passes; give one for each")
        true_rank = np.concatenate([np.where(m > -np.inf, rank, np.inf), np.full(n.size, np.nan)])
        true_score = np.concatenate([m, np.full(n.size, np.nan, n.dtype)])
        subject = None
        if mated_subject is not None or nonmated_subject is not None:
            sides = (mated_subject, m.size, "mated"), (nonmated_subject, n.size, "non-mated")
            subject = np.concatenate([side_of(*side) for side in sides])
        return cls(np.concatenate([m, n]), true_score, true_rank, is_mated, watchlist, subject, **about)

    @classmethod
    def concat(cls, parts: Iterable[Trials]) -> Trials:
        """All passes of `parts`, which agree in list size, pack and space, and in what they record.

        Parts of other `data`, such as evaluations of two seeds, drew their lists apart: where their repeats have the same numbers,
        those of the later part are counted on.
        """
        parts = list(parts)
        if not parts:
            raise InputError("there are no trials to put together")
        first = parts[0]
        for part in parts:
            _refuse_mixture(first, part)
        kept = [name for name in COLUMNS if getattr(first, name) is not None]
        columns: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in kept}
        if first.repeat is not None:
            columns["repeat"] = counted_on([(part.data, part.repeat) for part in parts if part.repeat is not None])
        for column in columns.values():
            column.setflags(write=False)
        words: dict[str, Any] = {
            name: "; ".join(filter(None, dict.fromkeys(getattr(part, name) for part in parts))) for name in _WORDS
        }
        known: dict[str, Any] = {name: any(getattr(part, name) for part in parts) for name in _LIMITS}
        notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
        return replace(first, **columns, **words, **known, notes=notes)

    def __eq__(self, other: object) -> bool:
        return same_fields(self, other)

    def __len__(self) -> int:
        return len(self.score)

    def __getitem__(self, which: Any) -> Trials:
        if isinstance(which, int | np.integer):
            which = [int(which)]  # as a list it is out of range loudly, which is also what ends a loop over the passes
        kept = [name for name in COLUMNS if getattr(self, name) is not None]
        columns: dict[str, Any] = {name: getattr(self, name)[which] for name in kept}
        for column in columns.values():
            column.setflags(write=False)  # made here, so that it need not be copied
        return replace(self, **columns)

    @property
    def mated(self) -> Floats:
        """Score of the true subject of each mated pass, (M,); -inf is a miss."""
        return self.true_score[self.is_mated]

    @property
    def nonmated(self) -> Floats:
        """Score of the best candidate of each non-mated pass, (K,)."""
        return self.score[~self.is_mated]

    def returned(self, within: int | None = None) -> Floats:
        """`mated`, with -inf wherever the true subject is not among the first `within` candidates; None: any rank counts."""
        return self.mated if within is None else returned_scores(self.mated, self._ranks(), within)

    @property
    def missed_detections(self) -> int:
        """Mated passes in which no face was found; each is a miss at every threshold."""
        return int(np.count_nonzero(self.score[self.is_mated] == -np.inf))

    @cached_property
    def person(self) -> Ints:
        """Whose pass each is, as a code, (n,); passes of unknown people are each of another person."""
        return sealed(people_of(self.subject, len(self))[0])

    def to_frame(self) -> pd.DataFrame:
        """One row a pass, with every column that is recorded, as a pandas table."""
        import pandas as pd

        return pd.DataFrame({name: getattr(self, name) for name in COLUMNS if getattr(self, name) is not None})

    def curve(self, within: int | None = None) -> Curve:
        """Both rates at every threshold; a mated pass counts as recognised only if its person is `within` that rank."""
        last = None if within is None else rank_within(within)
        return Curve(det_curve(self.returned(last), self.nonmated), self, last)

    def cmc(self, ranks: ArrayLike) -> F64:
        """Share of mated passes whose person is within each of `ranks`."""
        return cmc(self._ranks(), ranks)

    def split(self, rng: np.random.Generator, share: float = 0.5) -> tuple[Trials, Trials]:
        """Passes of a random `share` of the people to choose a threshold on, and those of the others to report it on."""
        chosen = split_by_subject(self.person, rng, number_of(share, "the share of the people"), apart=self.is_mated)
        words = self.data or "these passes"
        choose = replace(self[chosen], data=f"{words}, the people set aside to choose the threshold")
        return choose, replace(self[~chosen], data=f"{words}, the people not used to choose the threshold")

    def operating_point(self, *, fpir: float, rng: np.random.Generator, within: int | None = None) -> OperatingPoint:
        """The threshold for a target `fpir`, chosen on half of the people and reported on the other half."""
        choose, report = self.split(rng)
        threshold = chosen_threshold(choose, number_of(fpir, "the target FPIR"))
        return replace(report.curve(within).at(threshold=threshold), target=fpir, chosen_on=choose.data)

    def by_group(self) -> dict[str, Trials]:
        """The trials of each recorded group, by name."""
        if self.group is None:
            return {}
        return {str(name): self[self.group == name] for name in np.unique(self.group[self.group != ""])}

    def group_fpir(self, threshold: float, *, reference: object | None = None, least: int = TOO_FEW) -> GroupRates:
        """FPIR in each recorded group (`groups.group_rates`)."""
        return self._groups(~self.is_mated, self.nonmated, threshold, reference, least)

    def group_tpir(self, threshold: float, *, reference: object | None = None, least: int = TOO_FEW) -> GroupRates:
        """TPIR in each recorded group (`groups.group_rates`)."""
        return self._groups(self.is_mated, self.mated, threshold, reference, least)

    def bootstrap(self, threshold: float, *, rng: np.random.Generator, resamples: int = 1000) -> dict[str, Interval]:
        """95 % limits of "fpir" and "tpir" from resampling people; the operating point's need no random numbers."""
        sides = {"fpir": (self.nonmated, ~self.is_mated), "tpir": (self.mated, self.is_mated)}
        line = number_of(threshold, "the threshold")
        return {
            name: bootstrap_by_subject(alerting(scores, line), self.person[side], rng=rng, resamples=resamples)
            for name, (scores, side) in sides.items()
        }

    def concerns(self) -> tuple[str, ...]:
        """What a reader must know before a number is taken from these trials, a sentence each; empty if nothing."""
        people = [np.unique(self.person[side]).size for side in (self.is_mated, ~self.is_mated)]
        known = (
            no_class_words(self.mated.size, self.nonmated.size),
            one_person_words(self.mated.size, people[0], "on the list"),
            one_person_words(self.nonmated.size, people[1], "not on the list"),
            copies_words(self._copies()),
            self.assumption,
            *self.notes,
        )
        return tuple(words for words in known if words)

    def __repr__(self) -> str:
        missed = f", {self.missed_detections:,} of them undetected" if self.missed_detections else ""
        passes = f"{self.mated.size:,} mated passes{missed}, {self.nonmated.size:,} non-mated"
        return f"Trials({passes}, N = {self.watchlist:,}, {self.pack or 'no pack named'})"

    def _repr_html_(self) -> str:
        numbers = {
            "mated passes": f"{self.mated.size:,}",
            "no face found": f"{self.missed_detections:,}",
            "non-mated passes": f"{self.nonmated.size:,}",
            "people": f"{np.unique(self.person).size:,}",
            "people listed": f"{self.watchlist:,}",
            "pack": self.pack,
        }
        return card("Trials", facts(numbers), *map(sentence, self.concerns()))

    def _ranks(self) -> F64:
        """Rank of the true subject of each mated pass, (M,)."""
        rank = self.true_rank[self.is_mated]
        if unknown := int(np.count_nonzero(np.isnan(rank))):
            raise InputError(
                f"the rank of the right person is not known in {unknown:,} of {rank.size:,} mated passes; "
                "give mated_rank= beside the scores, or evaluate pictures"
            )
        return rank

    def _groups(
        self, side: Bools, scores: Floats, threshold: float, reference: object | None, least: int
    ) -> GroupRates:
        if self.group is None:
            raise InputError("no group is recorded; rates by group need labels that people gave themselves")
        line = number_of(threshold, "the threshold")
        return group_rates(
            alerting(scores, line), self.group[side], self.person[side], reference=reference, least=least
        )

    def _copies(self) -> int:
        """How many passes of known people repeat another one in everything that is recorded."""
        if self.subject is None:
            return 0
        seen = self[(self.subject.astype(np.str_) != "") & (self.score > -np.inf)]
        _, at, count = np.unique(seen.score, return_inverse=True, return_counts=True)
        alike = seen[count[at] > 1]  # few: an exact score seldom comes twice
        columns = [getattr(alike, name) for name in COLUMNS if getattr(alike, name) is not None]
        rows = zip(*(np.unique(column, return_inverse=True)[1].tolist() for column in columns), strict=True)
        return len(alike) - len(set(rows))


def _refuse_mixture(first: Trials, part: Trials) -> None:
    if not isinstance(part, Trials):
        raise InputError(f"trials are put together with trials; this is {said(part)}")
    for name in ("watchlist", "pack", "space"):
        one, other = getattr(first, name), getattr(part, name)
        if one != other:
            raise InputError(f"trials of {name} {one!r} and of {name} {other!r} cannot be put together")
    for name in COLUMNS:
        if (getattr(part, name) is None) != (getattr(first, name) is None):
            raise InputError(f"some trials record the {name} and some do not; record it in all or in none")
