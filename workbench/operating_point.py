"""A threshold together with everything that a claim about it needs: list size, pack, rates, counts, intervals, data."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from numbers import Real
from typing import Any

from workbench.arguments import number_of, said, whole_of
from workbench.errors import InputError
from workbench.html import card, facts, sentence
from workbench.outcomes import Expected, best_claim, expect, precision, scale_fpir
from workbench.sameness import same_fields
from workbench.sentences import (
    NOT_KNOWN,
    alone_words,
    false_alert_words,
    found_words,
    known_rate,
    line_words,
    most_words,
    needed_words,
    one_in_words,
    one_person_words,
    people_words,
    per_cent,
    rank_words,
    share_words,
    wrong_alert_words,
)

__all__ = ["OperatingPoint", "point_of"]


@dataclass(frozen=True, eq=False)
class OperatingPoint:
    """A threshold and what was measured at it; rates are NaN where a class had no pass.

    threshold : an alert is score >= threshold, on the scale of `pack` only
    watchlist : N, people on the list when it was measured
    pack, space : name of the model pack; text of the space, for comparison
    data : what the rates were measured on; chosen_on : what the threshold was chosen on, "" if it was simply given
    target : FPIR that was asked for, or None; within : last rank that counts as returned, or None for any
    fpir, fpir_low, fpir_high : 0..1 with 95 % limits by person; false_alerts of nonmated passes by nonmated_people
    tpir, tpir_low, tpir_high : 0..1 with 95 % limits by person; returned of mated passes by mated_people
    missed_detections : mated passes in which no face was found, all of them counted as missed
    assumption : what has to be taken for true for the rates to hold, "" if nothing beyond the data
    unsettled, by_alert : as of `Trials`: the FPIR is "at most" what is stated, and how many were missed is not known
    """

    threshold: float
    watchlist: int
    pack: str
    space: str
    data: str
    fpir: float
    fpir_low: float
    fpir_high: float
    false_alerts: int
    nonmated: int
    nonmated_people: int
    tpir: float
    tpir_low: float
    tpir_high: float
    returned: int
    mated: int
    mated_people: int
    missed_detections: int = 0
    target: float | None = None
    within: int | None = None
    chosen_on: str = ""
    assumption: str = ""
    unsettled: bool = False
    by_alert: bool = False

    def __post_init__(self) -> None:
        if not (isinstance(self.threshold, Real) and math.isfinite(self.threshold)):
            raise InputError(f"an operating point needs a finite threshold, got {self.threshold!r}")
        if not (isinstance(self.unsettled, bool) and isinstance(self.by_alert, bool)):
            raise InputError("an operating point says unsettled and by_alert as true or false")
        for name, value in _plain(self).items():
            object.__setattr__(self, name, value)
        if wrong := _impossible(self):
            raise InputError(f"an operating point cannot say {wrong}; measure it again with trials.curve().at(...)")

    def __eq__(self, other: object) -> bool:
        return same_fields(self, other)

    def __hash__(self) -> int:
        return hash(
            (self.threshold, self.watchlist, self.pack, self.space, self.data)
        )  # no rate: a NaN is like no other

    @property
    def fnir(self) -> float:
        """1 - TPIR."""
        return 1 - self.tpir

    @property
    def known_fpir(self) -> float:
        """FPIR where anything can be said of it, NaN where it rests on one person."""
        return known_rate(self.fpir, self.fpir_low, self.fpir_high)

    @property
    def known_tpir(self) -> float:
        """TPIR where anything can be said of it, NaN where it rests on one person, or on those who raised an alert."""
        return math.nan if self.by_alert else known_rate(self.tpir, self.tpir_low, self.tpir_high)

    def fpir_words(self, words: Callable[[float], str] = per_cent) -> str:
        """FPIR as `words` put it, "at most" that where alerts are not settled."""
        return most_words(words(self.known_fpir), self.unsettled)

    @property
    def tpir_words(self) -> str:
        """TPIR in per cent, or that it is not known."""
        return NOT_KNOWN if self.by_alert else per_cent(self.known_tpir)

    @property
    def rates_words(self) -> str:
        """Both rates with what each is out of, short enough for a line."""
        false = f"FPIR {self.fpir_words(one_in_words)} ({self.false_alerts:,} of {self.nonmated:,})"
        found = "" if self.by_alert else f" ({self.returned:,} of {self.mated:,})"
        return f"{false}, TPIR{rank_words(self.within)} {self.tpir_words}{found}"

    def fpir_at(self, watchlist: int) -> float:
        """FPIR expected with `watchlist` people on the list, comparisons taken for independent (`outcomes.scale_fpir`)."""
        return float(scale_fpir(self.fpir, self.watchlist, watchlist))

    def precision(self, base_rate: float) -> float:
        """Share of alerts that are right where `base_rate` of the passers-by are on the list, 0..1."""
        return float(precision(base_rate, self._found, self.fpir))

    def expect(self, *, passers_per_hour: float, base_rate: float, hours: float = 1.0, **review: float) -> Expected:
        """What a deployment at this point brings; `review` as in `outcomes.expect`."""
        return expect(
            self._found, self.fpir, passers_per_hour=passers_per_hour, base_rate=base_rate, hours=hours, **review
        )

    def sentences(self, base_rate: float | None = None) -> tuple[str, ...]:
        """The point in words: false alerts per face seen, per alert (if the base rate is given), and people recognised."""
        per_alert = () if base_rate is None else (wrong_alert_words(base_rate, self.known_tpir, self.known_fpir),)
        found = found_words(self.returned, self.mated, self.missed_detections, self.within, self.mated_people)
        seen = ("pass of a stranger", "passes of strangers")
        false = false_alert_words(self.false_alerts, self.nonmated, self.nonmated_people, seen=seen)
        return (most_words(false, self.unsettled), *per_alert, alone_words(self.mated) if self.by_alert else found)

    def concerns(self, *, watchlist: int | None = None, space: str | None = None) -> tuple[str, ...]:
        """What speaks against relying on this point, for a list of `watchlist` people scanned in `space`; empty if nothing."""
        use = (self._other_pack(space), self._longer_list(watchlist))
        words = (*use, self._same_data(), *self._one_person(), self._unproven(), self.assumption)
        return tuple(each for each in words if each)

    def to_dict(self) -> dict[str, Any]:
        """The fields for JSON, NaN as None."""
        return {name: None if _is_nan(value) else value for name, value in asdict(self).items()}

    def to_json(self) -> str:
        """One JSON object; `from_json` gives the same point back."""
        return json.dumps(self.to_dict(), allow_nan=False, ensure_ascii=False)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> OperatingPoint:
        """The point that `to_dict` described."""
        if not isinstance(values, Mapping):
            raise InputError(
                f"an operating point is given by its fields, as to_dict gives them; this is {said(values)}"
            )
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(values) - known):
            raise InputError(f"an operating point has no {', '.join(unknown)}; was it written by a newer version?")
        blank = {name: math.nan for name in _RATES if values.get(name) is None and name in values}
        try:
            return cls(**{**values, **blank})
        except TypeError as error:
            raise InputError(f"the operating point is incomplete, or a figure is no number: {error}") from error

    @classmethod
    def from_json(cls, text: str) -> OperatingPoint:
        """The point that `to_json` wrote."""
        try:
            values = json.loads(text)
        except (TypeError, ValueError) as error:
            raise InputError(f"the operating point is not JSON: {error}") from error
        if not isinstance(values, dict):
            raise InputError("the operating point is not a JSON object")
        return cls.from_dict(values)

    def __repr__(self) -> str:
        return (
            f"OperatingPoint({line_words(self.threshold)}, FPIR {self.fpir_words()} of {self.nonmated:,}, "
            f"TPIR{rank_words(self.within)} {self.tpir_words} of {self.mated:,}, N = {self.watchlist:,}, {self.pack or 'no pack named'})"
        )

    def shares(self) -> tuple[str, str]:
        """Both rates with counts and limits, in words: strangers who alert, and people on the list who are recognised."""
        false = share_words(self.false_alerts, self.nonmated, self.fpir_low, self.fpir_high)
        found = share_words(self.returned, self.mated, self.tpir_low, self.tpir_high)
        return most_words(false, self.unsettled), NOT_KNOWN if self.by_alert else found

    def _repr_html_(self) -> str:
        false, found = self.shares()
        numbers = {
            "threshold": line_words(self.threshold),
            "FPIR, per stranger's pass": _tile(false),
            f"TPIR{rank_words(self.within)}": _tile(found),
            "people listed": f"{self.watchlist:,}",
            "pack": self.pack,
        }
        return card("Operating point", facts(numbers), *map(sentence, (*self.sentences(), *self.concerns())))

    @property
    def _found(self) -> float:
        """TPIR, NaN where nobody knows how many were missed."""
        return math.nan if self.by_alert else self.tpir

    def _other_pack(self, space: str | None) -> str:
        if space is None or space == self.space:
            return ""
        return f"measured in {self.space or 'an unnamed space'}, used in {space}: the threshold means nothing there"

    def _longer_list(self, watchlist: int | None) -> str:
        if watchlist is None or watchlist <= self.watchlist:
            return ""
        now = f"{watchlist:,} people, {self.watchlist:,} when the threshold was measured"
        if not self.watchlist or math.isnan(self.known_fpir):
            return f"the list has {now}: expect more false alerts"
        expected = f"from {one_in_words(self.fpir)} to about {one_in_words(self.fpir_at(watchlist))} faces seen"
        return f"the list has {now}: expect more false alerts" + (f", {expected}" if self.fpir else "")

    def _same_data(self) -> str:
        if not self.chosen_on or self.chosen_on != self.data:
            return ""
        return "the threshold was chosen on the data that it is reported on, which flatters it; split the people first"

    def _one_person(self) -> tuple[str, str]:
        return (
            one_person_words(self.mated, self.mated_people, "on the list"),
            one_person_words(self.nonmated, self.nonmated_people, "not on the list"),
        )

    @property
    def _claimed(self) -> float:
        """The lowest FPIR that can be claimed: without a false alert by one limit at 95 %, as `needed_words` reckons, else the upper one of two."""
        if self.false_alerts or math.isnan(self.fpir_high):
            return self.fpir_high
        return float(best_claim(0, self.nonmated_people))

    def _unproven(self) -> str:
        if self.target is None or not self.nonmated or self._claimed <= self.target:
            return ""
        by = "" if self.nonmated_people >= self.nonmated else f" by {people_words(self.nonmated_people)}"
        known = (
            "nothing can be claimed"
            if math.isnan(self._claimed)
            else f"up to {one_in_words(self._claimed)} is possible"
        )
        possible = f"{known} after {self.nonmated:,} passes{by}"
        asked = one_in_words(self.target) if self.target else "no false alert at all"
        return f"{asked} was asked for and is not proven: {possible}; {needed_words(self.target)}"


def _plain(point: OperatingPoint) -> dict[str, Any]:
    """Its figures as plain numbers, so that they can be kept as JSON; whole ones where people and passes are counted."""
    of = "of an operating point"
    plain: dict[str, Any] = {name: number_of(getattr(point, name), f"{name} {of}") for name in ("threshold", *_RATES)}
    plain |= {name: whole_of(getattr(point, name), f"{name} {of}") for name in _COUNTS}
    return plain | {
        "target": None if point.target is None else number_of(point.target, f"target {of}"),
        "within": None if point.within is None else whole_of(point.within, f"within {of}"),
    }


def _impossible(point: OperatingPoint) -> str:
    """Which of its figures no measurement can give, "" if all can be."""
    if point.watchlist < 0:
        return f"{point.watchlist:,} people listed"
    sides = (
        ("fpir", "false_alerts", "nonmated", "nonmated_people"),
        ("tpir", "returned", "mated", "mated_people"),
    )
    for rate, counted, passes, people in sides:
        of = getattr(point, passes)
        for name in (counted, people):
            if not 0 <= getattr(point, name) <= of:
                return f"{name} {getattr(point, name):,} of {passes} {of:,}"
        found, low, high = (getattr(point, name) for name in (rate, f"{rate}_low", f"{rate}_high"))
        if not all(math.isnan(each) or 0 <= each <= 1 for each in (found, low, high)) or low > high:
            return f"{rate} {found:g} with limits {low:g} and {high:g}"
        if of and not math.isclose(found, getattr(point, counted) / of, abs_tol=1e-6):
            return f"{rate} {found:g} for {getattr(point, counted):,} of {of:,}"
        if found < low - 1e-6 or found > high + 1e-6:
            return f"{rate} {found:g} with limits {low:g} and {high:g}"
    if not 0 <= point.missed_detections <= point.mated - point.returned:
        return f"{point.missed_detections:,} missed detections among {point.mated - point.returned:,} misses"
    if point.target is not None and not 0 <= point.target <= 1:
        return f"target {point.target:g}"
    return f"rank {point.within}" if point.within is not None and point.within < 1 else ""


_RATES = ("fpir", "fpir_low", "fpir_high", "tpir", "tpir_low", "tpir_high")
_COUNTS = (
    *("watchlist", "false_alerts", "nonmated", "nonmated_people", "returned", "mated", "mated_people"),
    "missed_detections",
)


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _tile(share: str) -> tuple[str, str]:
    """A share in words as a number and, smaller below it, what stands in brackets."""
    number, _, below = share.removesuffix(")").partition(" (")
    return number, below


def point_of(given: Any) -> Any:
    """The operating point of what holds one as `.point`, such as one that a case recorded; anything else as it is."""
    held = getattr(given, "point", None)
    return held if isinstance(held, OperatingPoint) else given
