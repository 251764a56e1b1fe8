"""Both error rates at every threshold, with the trials behind them, and the operating point at one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workbench.arguments import number_of
from workbench.errors import InputError
from workbench.html import card, note, sentence, table
from workbench.intervals import Tally, interval_of_tally, tally_by_subject
from workbench.metrics import Det, thin, threshold_at_fpir
from workbench.operating_point import OperatingPoint
from workbench.sentences import one_in_words, rank_words, thresholds_words
from workbench.trade_off import trade_off

if TYPE_CHECKING:
    import pandas as pd

    from workbench.evaluation import Trials

__all__ = ["TARGETS", "Curve", "chosen_threshold"]

F64 = NDArray[np.float64]

TARGETS = (0.1, 0.03, 0.01, 0.003, 0.001)  # FPIR; NIST reports at 0.003, the announcements say 1 in 1,000
DRAWN = (
    "To the right more strangers raise an alert, to the top more people on the list are recognised; the shade is the 95 % limits of the latter. "
    "The limits of both stand in the table."
)
CHOSEN_HERE = (
    "these thresholds are chosen on the passes that they are reported on, which flatters them: "
    "trials.operating_point(fpir=0.01, rng=rng) chooses on half of the people and reports on the others"
)


def chosen_threshold(trials: Trials, fpir: float) -> float:
    """The smallest score of a non-mated pass whose FPIR does not exceed `fpir`; an error if there is none to choose from."""
    threshold = threshold_at_fpir(trials.nonmated, fpir)
    if np.isnan(threshold):
        raise InputError("a threshold for a false alert rate needs scores of people who are not on the list; add some")
    return threshold


@dataclass(frozen=True, eq=False)
class Curve:
    """FPIR and FNIR at every threshold.

    det : threshold, FPIR and FNIR, (T,) each, thresholds ascending
    trials : the passes; within : last rank that counts as returned, or None for any
    """

    det: Det = field(repr=False)
    trials: Trials
    within: int | None = None

    @property
    def threshold(self) -> F64:
        """(T,) ascending: every distinct score, then one just above the top."""
        return self.det.threshold

    @property
    def fpir(self) -> F64:
        """(T,) 0..1; NaN without non-mated passes."""
        return self.det.fpir

    @property
    def fnir(self) -> F64:
        """(T,) 0..1; NaN without mated passes."""
        return self.det.fnir

    @property
    def tpir(self) -> F64:
        """(T,) 0..1; NaN without mated passes."""
        return 1 - self.det.fnir

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Curve) and (self.trials, self.within) == (other.trials, other.within)

    def __len__(self) -> int:
        return len(self.det.threshold)

    def at(self, *, fpir: float | None = None, threshold: float | None = None) -> OperatingPoint:
        """The operating point at a threshold, or at the smallest score whose FPIR does not exceed `fpir`.

        >>> from workbench.evaluation import Trials
        >>> curve = Trials.of([0.9, 0.4, 0.8], [0.1, 0.2, 0.3, 0.6], watchlist=20, pack="dlib").curve()
        >>> curve.at(fpir=0.25)
        OperatingPoint(0.6, FPIR 25.0 % of 4, TPIR 66.7 % of 3, N = 20, dlib)
        """
        if threshold is not None and fpir is None:
            return self._measured(number_of(threshold, "the threshold"))
        if fpir is None or threshold is not None:
            raise InputError("give either a target FPIR, such as fpir=1e-3, or a threshold")
        point = self._measured(chosen_threshold(self.trials, number_of(fpir, "the target FPIR")))
        return replace(point, target=float(fpir), chosen_on=point.data)

    def to_frame(self, points: int = 200) -> pd.DataFrame:
        """Threshold, both rates and their 95 % limits by person, at no more than `points` thresholds."""
        import pandas as pd

        det = thin(self.det, points)
        columns = {"threshold": det.threshold}
        for name, tally in zip(("fpir", "tpir"), self._tallies(det.threshold), strict=True):
            columns[name] = tally.count / tally.passes if tally.passes else np.full(det.threshold.shape, np.nan)
            columns[f"{name}_low"], columns[f"{name}_high"] = interval_of_tally(tally)
        return pd.DataFrame(columns)

    def _tallies(self, threshold: F64) -> tuple[Tally, Tally]:
        """Of the non-mated and of the mated passes."""
        trials = self.trials
        return (
            tally_by_subject(trials.nonmated, trials.person[~trials.is_mated], threshold),
            tally_by_subject(trials.returned(self.within), trials.person[trials.is_mated], threshold),
        )

    def _measured(self, threshold: float) -> OperatingPoint:
        if not np.isfinite(threshold):
            raise InputError(f"the threshold is {threshold}, expected a score")
        trials, (false, true) = self.trials, self._tallies(np.array([threshold]))
        limits = [float(limit[0]) for tally in (false, true) for limit in interval_of_tally(tally)]
        rates = [float(tally.count[0]) / tally.passes if tally.passes else float("nan") for tally in (false, true)]
        return OperatingPoint(
            threshold=threshold,
            watchlist=trials.watchlist,
            pack=trials.pack,
            space=trials.space,
            data=trials.data or "these passes",
            fpir=rates[0],
            fpir_low=limits[0],
            fpir_high=limits[1],
            false_alerts=int(false.count[0]),
            nonmated=false.passes,
            nonmated_people=false.people,
            tpir=rates[1],
            tpir_low=limits[2],
            tpir_high=limits[3],
            returned=int(true.count[0]),
            mated=true.passes,
            mated_people=true.people,
            missed_detections=trials.missed_detections,
            within=self.within,
            assumption=trials.assumption,
            unsettled=trials.unsettled,
            by_alert=trials.by_alert,
        )

    def _repr_html_(self) -> str:
        trials, points = self.trials, self._points()
        drawn, chosen = (self._drawn(points[0]), sentence(CHOSEN_HERE)) if points else ("", "")
        parts = (drawn, self._table(points), chosen, *map(sentence, trials.concerns()))
        return card("Trade-off", *parts, under=f"N = {trials.watchlist:,} · {trials.pack or 'no pack named'}")

    def _points(self) -> list[OperatingPoint]:
        """At each of the targets, none without passes of strangers."""
        return [self.at(fpir=target) for target in TARGETS] if np.isfinite(self.trials.nonmated).any() else []

    def _drawn(self, point: OperatingPoint) -> str:
        """Both rates in one picture, if they are known as they are at `point`."""
        if math.isnan(point.known_fpir + point.known_tpir):
            return ""
        rates = self.to_frame()
        return trade_off(*(rates[name].to_numpy() for name in ("fpir", "tpir", "tpir_low", "tpir_high"))) + note(DRAWN)

    def _table(self, points: Sequence[OperatingPoint]) -> str:
        lines = thresholds_words([point.threshold for point in points])
        head = ("asked for: at most", "threshold", "strangers who alert", f"recognised{rank_words(self.within)}")
        rows = [
            (one_in_words(target), line, *point.shares())
            for target, line, point in zip(TARGETS, lines, points, strict=False)
        ]
        return table("Thresholds", head, rows, wide=True) if rows else ""

    def __repr__(self) -> str:
        return f"Curve({len(self):,} thresholds, {self.trials!r})"
