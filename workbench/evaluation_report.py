"""An evaluation in words for people and in values for programs: what each target costs, and what speaks against the numbers."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workbench.counts import count
from workbench.curve import TARGETS, Curve
from workbench.errors import InputError
from workbench.evaluation import Trials
from workbench.groups import GroupRates
from workbench.metrics import thin
from workbench.operating_point import OperatingPoint
from workbench.sentences import group_words, one_in_words, share_words, thresholds_words
from workbench.terminal import plain

__all__ = ["Report", "report_of"]

CURVE = 500  # points of the curve that a program gets


@dataclass(frozen=True)
class Report:
    """Trials with the points chosen on them.

    points : at the smallest score whose FPIR on these passes does not exceed the target
    apart : for each point, one chosen on half of the people and reported on the others, or None if that cannot be done
    unchosen : why there is no point, "" if there are
    """

    trials: Trials
    curve: Curve
    points: tuple[OperatingPoint, ...]
    apart: tuple[OperatingPoint | None, ...]
    unchosen: str = ""

    def concerns(self) -> tuple[str, ...]:
        """What a reader must know, each sentence once."""
        return tuple(dict.fromkeys(said for said in (*self.trials.concerns(), self.unchosen) if said))

    def to_dict(self) -> dict[str, Any]:
        """What `workbench evaluate --json` prints; NaN is null, a ratio without upper limit "Infinity"."""
        trials = self.trials
        return {
            "pack": trials.pack,
            "watchlist": trials.watchlist,
            "mated": trials.mated.size,
            "nonmated": trials.nonmated.size,
            "missed_detections": trials.missed_detections,
            "people": int(np.unique(trials.person).size),
            "data": trials.data,
            "points": [_point(*each) for each in zip(self.points, self.apart, strict=True)],
            "curve": _curve(self.curve),
            "groups": self._group_rates(),
            "concerns": list(self.concerns()),
        }

    def text(self) -> str:
        """The same for people, in sentences with counts."""
        trials = self.trials
        undetected = f" (in {trials.missed_detections:,} of them no face)" if trials.missed_detections else ""
        lines = [
            plain(trials.data),
            f"{count(trials.mated.size, 'pass', 'passes')} of people on the list{undetected}, {trials.nonmated.size:,} of people who are not; "
            f"N = {trials.watchlist:,}, {plain(trials.pack)}",
        ]
        said = self._said
        for point, apart in zip(self.points, self.apart, strict=True):
            lines += _lines(point, apart, self.concerns(), said)
        lines += self._groups()
        if self.concerns():
            lines += ["to know:", *(f"  {plain(said)}" for said in self.concerns())]
        return "\n".join(lines)

    @property
    def _said(self) -> dict[float, str]:
        """Each threshold in words, told from all others of this report."""
        every = sorted({point.threshold for point in (*self.points, *self.apart) if point})
        return dict(zip(every, thresholds_words(every), strict=True))

    @property
    def _middle(self) -> float | None:
        """The threshold at which groups are compared, None where no group is recorded or no point chosen."""
        return self.points[len(self.points) // 2].threshold if self.points and self.trials.group is not None else None

    def _group_rates(self) -> dict[str, Any] | None:
        threshold = self._middle
        if threshold is None:
            return None
        rates = {"fpir": self.trials.group_fpir(threshold), "tpir": self.trials.group_tpir(threshold)}
        return {"threshold": threshold} | {name: _by_group(each) for name, each in rates.items()}

    def _groups(self) -> list[str]:
        """Rates by group at the point in the middle, where groups are recorded."""
        threshold = self._middle
        if threshold is None:
            return []
        false, found = (group_words(rates(threshold)) for rates in (self.trials.group_fpir, self.trials.group_tpir))
        lines = [
            f"by group at threshold {self._said[threshold]}, false alerts:",
            *(f"  {plain(said)}" for said in false),
        ]
        return [*lines, "  recognised:", *(f"  {plain(said)}" for said in found)]


def report_of(trials: Trials, *, targets: Sequence[float] = TARGETS, seed: int = 7) -> Report:
    """The report at each target FPIR; `seed` divides the people into those to choose on and those to report on."""
    curve = trials.curve()
    points: list[OperatingPoint] = []
    unchosen = ""
    try:
        points = [curve.at(fpir=target) for target in targets]
    except InputError as error:
        unchosen = f"no threshold can be chosen: {error}"
    return Report(
        trials, curve, tuple(points), tuple(_apart(trials, target, seed) for target in targets[: len(points)]), unchosen
    )


def _apart(trials: Trials, target: float, seed: int) -> OperatingPoint | None:
    """The point for a target chosen on half of the people, None if they are too few."""
    try:
        return trials.operating_point(fpir=target, rng=np.random.default_rng(seed))
    except InputError:
        return None


def _point(point: OperatingPoint, apart: OperatingPoint | None) -> dict[str, Any]:
    held_out = None if apart is None else _rates(apart)
    return {"target": point.target, **_rates(point), "held_out": held_out, "concerns": list(point.concerns())}


def _rates(point: OperatingPoint) -> dict[str, Any]:
    names = ("threshold", "fpir", "fpir_low", "fpir_high", "tpir", "tpir_low", "tpir_high")
    counts = ("false_alerts", "nonmated", "nonmated_people", "returned", "mated", "mated_people")
    return {name: _value(getattr(point, name)) for name in (*names, *counts)}


def _curve(curve: Curve) -> dict[str, list[float | None]]:
    det = thin(curve.det, CURVE)
    columns = {"threshold": det.threshold, "fpir": det.fpir, "tpir": 1 - det.fnir}
    return {name: [_value(value) for value in column.tolist()] for name, column in columns.items()}


def _by_group(rates: GroupRates) -> list[dict[str, Any]]:
    """One object a group; a rate that is too few to say is null."""
    names = ("group", "count", "passes", "people", "rate", "low", "high", "ratio", "ratio_low", "ratio_high")
    columns = [getattr(rates, name).tolist() for name in names]
    return [dict(zip(names, map(_value, row), strict=True)) for row in zip(*columns, strict=True)]


def _value(value: Any) -> Any:
    """As JSON holds it: what is unknown is null, and what has no upper limit is "Infinity", as JavaScript and Python write it."""
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return None if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _lines(
    point: OperatingPoint, apart: OperatingPoint | None, known: Collection[str], told: Mapping[float, str]
) -> list[str]:
    """What is said of one point, its threshold as it is `told`; `known` concerns stand elsewhere, as does on which people it was chosen."""
    asked = f"at most {one_in_words(point.target)} false alerts" if point.target else "no false alert"
    lines = [f"{asked} here: threshold {told[point.threshold]}", *_measured(point)]
    lines += [f"  {said}" for said in replace(point, chosen_on="").concerns() if said not in known]
    if apart is None:
        return [
            *lines,
            "  too few people to choose it on some and report it on others: take these rates for flattering",
        ]
    words = f"  chosen on half of the people, {told[apart.threshold]}, and reported on the other half:"
    return [*lines, words, *(f"  {line}" for line in _measured(apart))]


def _measured(point: OperatingPoint) -> list[str]:
    false = share_words(point.false_alerts, point.nonmated, point.fpir_low, point.fpir_high)
    found = share_words(point.returned, point.mated, point.tpir_low, point.tpir_high)
    return [
        f"  {false} passes of people not on the list raise an alert",
        f"  {found} passes of people on it are recognised",
    ]
