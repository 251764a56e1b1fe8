"""Both error rates at every threshold, with the trials behind them, and the operating point at one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workbench.arguments import number_of
from workbench.errors import InputError
from workbench.intervals import Tally, interval_of_tally, tally_by_subject
from workbench.metrics import Det, thin, threshold_at_fpir
from workbench.operating_point import OperatingPoint

if TYPE_CHECKING:
    import pandas as pd

    from workbench.evaluation import Trials

__all__ = ["Curve", "chosen_threshold"]

F64 = NDArray[np.float64]


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

    def __repr__(self) -> str:
        return f"Curve({len(self):,} thresholds, {self.trials!r})"
