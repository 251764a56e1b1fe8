"""Does an operating point still hold with another pack? Both packs' answers to the same passes, in counts and in a sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.arguments import number_of, said
from workbench.counts import count
from workbench.curve import chosen_threshold
from workbench.errors import InputError
from workbench.evaluation import Trials
from workbench.html import card, facts, note
from workbench.metrics import alerting
from workbench.operating_point import OperatingPoint, point_of
from workbench.outcomes import scale_fpir
from workbench.paired import Paired, paired
from workbench.sentences import TOO_FEW_WORDS, people_words, per_cent, rank_words, share_words, threshold_words

__all__ = ["PackChange", "compare_packs"]

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class PackChange:
    """Two packs, the old and the new, on the passes that both were asked about.

    old, new : trials of those passes, row by row the same
    before : the point in use, measured with the old pack; kept : its threshold with the new one
    after : the smallest threshold of the new pack at which no more strangers alert than at `before`, found on the same passes
    found, asked : people on the list recognised, and strangers alerted, at `before` by the old and at `after` by the new pack
    left_out : passes that only one of them was asked about
    scaled : what the promise was and for how many listed people, where it had to be scaled to the list of these passes, else ""
    """

    old: Trials
    new: Trials
    before: OperatingPoint
    kept: OperatingPoint
    after: OperatingPoint
    found: Paired
    asked: Paired
    left_out: int
    scaled: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the old threshold keeps the old promise with the new pack; None where the passes are too few to tell."""
        kept, promised = self.kept, self._promised
        if np.isnan(kept.fpir_low) or np.isnan(promised):
            return None
        if kept.fpir_low > promised:
            return False
        return True if kept.fpir_high <= promised else None

    def sentences(self) -> tuple[str, ...]:
        """Whether the threshold carries over, and who is found by which pack at an equal false alert rate."""
        return (self._carried_over(), self._found(), self._strangers(), *self._unsure())

    @property
    def _promised(self) -> float:
        return self.before.fpir if self.before.target is None else self.before.target

    def _carried_over(self) -> str:
        kept = self.kept
        false = share_words(kept.false_alerts, kept.nonmated, kept.fpir_low, kept.fpir_high)
        found = share_words(kept.returned, kept.mated, kept.tpir_low, kept.tpir_high)
        verdict = {True: "it keeps that", False: "it does not hold", None: f"{TOO_FEW_WORDS} whether it keeps that"}
        return (
            f"at the old threshold {threshold_words(kept.threshold)}, {self.new.pack or 'the new pack'} alerts on {false} passes of strangers, "
            f"{per_cent(self._promised)} was promised: {verdict[self.holds]}. It recognises {found} passes of people on the "
            f"list{rank_words(kept.within)}, {self.old.pack or 'the old pack'} {self.before.tpir_words}; a threshold belongs to one pack"
        )

    def _found(self) -> str:
        each, names = self.found, (self.old.pack or "old", self.new.pack or "new")
        if not each.passes:
            return f"{TOO_FEW_WORDS}: no pass of a person on the list"
        gain = f"{100 * each.difference:+.1f} points"
        sure = TOO_FEW_WORDS if np.isnan(each.low) else f"95 %: {100 * each.low:+.1f} to {100 * each.high:+.1f}"
        chance = "" if np.isnan(each.p) else f", p {_p_words(each.p)} ({_test_words(each)})"
        return (
            f"with no more strangers alerted (threshold {threshold_words(self.after.threshold)}), of {each.passes:,} passes of people on the "
            f"list both find {each.both:,}, only {names[0]} {each.only_old:,}, only {names[1]} {each.only_new:,}, neither "
            f"{each.neither:,}: {gain} ({sure}){chance}"
        )

    def _strangers(self) -> str:
        each, names = self.asked, (self.old.pack or "old", self.new.pack or "new")
        return (
            f"of {each.passes:,} passes of strangers both alert on {each.both:,}, only {names[0]} on {each.only_old:,}, only "
            f"{names[1]} on {each.only_new:,}"
        )

    def _unsure(self) -> tuple[str, ...]:
        left = f"{count(self.left_out, 'pass', 'passes')} that only one of the packs was asked about left out"
        same = "the new threshold was chosen on the passes it is reported on, which flatters it: measure it elsewhere"
        return tuple(each for each in (self.scaled, same, left if self.left_out else "") if each)

    def __repr__(self) -> str:
        return f"PackChange({self.old.pack} to {self.new.pack}: {self.found.passes:,} mated passes, {self._found()})"

    def _repr_html_(self) -> str:
        each = self.found
        numbers = {
            "found by both": (each.both, f"of {each.passes:,}"),
            f"only {self.old.pack}": (each.only_old, f"at {threshold_words(self.before.threshold)}"),
            f"only {self.new.pack}": (each.only_new, f"at {threshold_words(self.after.threshold)}"),
            "neither": (each.neither, f"of {each.passes:,}"),
        }
        notes = "".join(note(f"{sentence[0].upper()}{sentence[1:]}.") for sentence in self.sentences())
        return card(f"{self.old.pack} and {self.new.pack} on the same passes", facts(numbers), notes)


def compare_packs(
    old: Trials, new: Trials, *, point: OperatingPoint | None = None, fpir: float | None = None
) -> PackChange:
    """Put the new pack's answers beside the old one's, pass by pass; the passes are matched by repeat and source.

    point : the operating point in use, measured with the old pack, whose rank counts for both; or fpir : a target at which one is chosen on `old`
    What a point promises for a list of another length is scaled to the one of these passes (`outcomes.scale_fpir`), and that is said.
    """
    rows, others, point = *_same_passes(old, new), point_of(point)
    if not isinstance(point, OperatingPoint | None):
        raise InputError(
            f"the point in use is an operating point, as trials.curve().at(...) gives; this is {said(point)}"
        )
    one, other = old[rows], new[others]
    if not np.array_equal(one.is_mated, other.is_mated) or old.watchlist != new.watchlist:
        raise InputError(
            "the packs were asked with different lists; evaluate both with `evaluate_packs`, or the same list"
        )
    if point is not None and point.space and point.space != old.space:
        raise InputError(
            f"the point was measured in {point.space}, the old trials in {old.space}; give the older pack first"
        )
    before, scaled = _before(one, point, fpir)
    after = chosen_threshold(other, before.fpir)
    left_out = len(old) - len(rows) + len(new) - len(others)
    mated, strangers = one.is_mated, ~one.is_mated
    within = before.within
    found = _each(one.returned(within), other.returned(within), before.threshold, after, one.person[mated])
    asked = _each(one.nonmated, other.nonmated, before.threshold, after, one.person[strangers])
    kept, new_point = (_at(other, threshold, None, within) for threshold in (before.threshold, after))
    return PackChange(one, other, before, kept, new_point, found, asked, left_out, scaled)


def _before(old: Trials, point: OperatingPoint | None, fpir: float | None) -> tuple[OperatingPoint, str]:
    """The point in use, measured on these passes, or the one for a target; and what had to be done to its promise."""
    if point is not None and fpir is None:
        promised, scaled = _promise(point, old.watchlist)
        return _at(old, point.threshold, None if np.isnan(promised) else promised, point.within), scaled
    if fpir is not None and point is None:
        target = number_of(fpir, "the target FPIR")
        return _at(old, chosen_threshold(old, target), target, None), ""
    raise InputError("give either the operating point in use, or a target such as fpir=0.01")


def _promise(point: OperatingPoint, listed: int) -> tuple[float, str]:
    """FPIR that `point` promises for a list of `listed` people, NaN if none can be told, and a sentence where that is not its own."""
    made = point.fpir if point.target is None else point.target
    if point.watchlist == listed or np.isnan(made):
        return made, ""
    was = f"{per_cent(made)} was promised for a list of {people_words(point.watchlist)}; these passes met one of {listed:,}"
    if not point.watchlist or not listed:
        return (
            math.nan,
            f"{was}, for which nothing follows from that: what the old pack does here stands for the promise",
        )
    scaled = float(scale_fpir(made, point.watchlist, listed))
    return (
        scaled,
        f"{was}, for which that is {per_cent(scaled)} if comparisons are independent: measure with a list of the same length",
    )


def _same_passes(old: Trials, new: Trials) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the passes that are in both, in the order of the old."""
    if old.source is None or new.source is None:
        raise InputError(
            "trials without the source of each pass cannot be matched; evaluate the pictures or footage again"
        )
    place = {key: row for row, key in enumerate(_keys(new))}
    pairs = [(row, place[key]) for row, key in enumerate(_keys(old)) if key in place]
    if not pairs:
        raise InputError("the two trials share no pass; evaluate both packs on the same pictures or clips")
    rows, others = np.array(pairs, np.int64).T
    return rows, others


def _keys(trials: Trials) -> list[tuple[int, str]]:
    repeat = np.zeros(len(trials), np.int64) if trials.repeat is None else trials.repeat
    return list(zip(repeat.tolist(), [] if trials.source is None else trials.source.tolist(), strict=True))


def _at(trials: Trials, threshold: float, target: float | None, within: int | None) -> OperatingPoint:
    return replace(trials.curve(within).at(threshold=threshold), target=target)


def _each(old: Floats, new: Floats, before: float, after: float, person: NDArray[np.int64]) -> Paired:
    return paired(alerting(old, before), alerting(new, after), person)


def _p_words(p: float) -> str:
    return f"= {p:.2g}" if p >= 1e-12 else "below 1e-12"


def _test_words(each: Paired) -> str:
    """The name of the test behind p."""
    return "McNemar, exact" if each.people == each.passes else f"exact, {each.people:,} people as the units"
