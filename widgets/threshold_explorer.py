"""The slider: what every threshold costs, in alerts, in missed people and in reviewers' time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from errno import ENOENT
from numbers import Real
from os import strerror
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import numpy as np
import traitlets as t

from widgets.bundle import bundle, style
from widgets.explorer_data import Packed, alerts_of, pack_alerts, pack_run, pack_trials, slider_span
from widgets.scenarios import scenarios
from widgets.static_page import static_page
from workbench.alerts import Alert, Alerts
from workbench.casefile.whole import write_whole
from workbench.curve import Curve
from workbench.errors import InputError
from workbench.evaluation import OperatingPoint, Trials
from workbench.metrics import threshold_at_fpir
from workbench.operating_point import point_of
from workbench.outcomes import rule_of_three
from workbench.runs import Run
from workbench.sentences import line_words

if TYPE_CHECKING:
    from workbench.case import Case

__all__ = ["ThresholdExplorer"]

Recorder = Callable[[OperatingPoint, str, str], Any]

INPUTS = ("watchlist", "passers_per_hour", "base_rate", "hours", "seconds_each", "reviewers")
LEVEL = 3  # of the title as a heading, below those of the page and of the part that it is in
_UNMEASURED = "chosen on a scan whose truth nobody has recorded: no rate was measured"


class ThresholdExplorer(anywidget.AnyWidget):
    """One line over the scores of passes with known truth (`Trials`, `Curve`), or over a `Run`.

    alerts : whose pictures cross the line: `Alerts`, a `Run`, or any alerts; a run shows its own
    threshold : where the line starts, a score or an `OperatingPoint`
    inputs : what is stated and not measured, any of `watchlist`, `passers_per_hour`, `base_rate`, `hours`,
        `seconds_each`, `reviewers`
    case, by : where "Record operating point..." writes, and in whose name; on_record : called with (point, name, reason)

    After that the page needs no kernel. What comes back is small: `.threshold`, `.pinned` (A, or None), `.inputs`, `.point`.
    """

    _esm = bundle("threshold_explorer.js")
    _css = style("threshold_explorer.css")

    scores = t.Bytes().tag(sync=True)
    visits = t.Bytes().tag(sync=True)
    pictures = t.Bytes().tag(sync=True)
    about = t.Dict().tag(sync=True)
    threshold = t.Float().tag(sync=True)
    pinned = t.Float(None, allow_none=True).tag(sync=True)
    inputs = t.Dict().tag(sync=True)

    def __init__(
        self,
        trials_or_run: Trials | Curve | Run,
        alerts: Alerts | Run | Iterable[Alert] | None = None,
        *,
        threshold: float | OperatingPoint | None = None,
        inputs: Mapping[str, float] | None = None,
        case: Case | None = None,
        by: str = "",
        on_record: Recorder | None = None,
        title: str = "Threshold",
    ) -> None:
        threshold = point_of(threshold)
        self._curve, packed, own = _measured(trials_or_run)
        self._case, self._by, self._on_record = case, by, on_record
        self._given = threshold if isinstance(threshold, OperatingPoint) else None
        self._answers: dict[tuple[Any, Any], dict[str, Any]] = {}
        shown = alerts_of(own if alerts is None else alerts)
        pictures, listed = pack_alerts(shown)
        start = _start(trials_or_run, self._curve.trials, threshold)
        about = packed.about | {
            "title": title,
            "level": LEVEL,
            "by": by,
            "asksName": case is not None and not by,
            "recordable": case is not None or on_record is not None,
            "alerts": listed,
            "scenarios": scenarios(),
            "slider": slider_span(packed.scores, [start, *(alert.score for alert in shown)]),
        }
        super().__init__(
            scores=packed.scores,
            visits=packed.visits,
            pictures=pictures,
            about=about,
            threshold=start,
            inputs=_stated(packed, inputs or {}),
        )
        self.on_msg(self._heard)

    @property
    def point(self) -> OperatingPoint:
        """The operating point at the line, measured here from the exact scores; NaN rates where nothing was measured."""
        given = self._given
        if given is not None and given.threshold == self.threshold:
            return given
        return self._point_at(self.threshold)

    def record(self, name: str, reason: str, *, by: str = "", threshold: float | None = None) -> OperatingPoint:
        """Write the point at the line (or at `threshold`) into the case and hand it to `on_record`; the point comes back."""
        if not name.strip() or not reason.strip():
            raise InputError("an operating point is recorded with a name and a reason; give both")
        if self._case is None and self._on_record is None:
            raise InputError("there is nowhere to record to; open the explorer with case=... or on_record=...")
        point = self.point if threshold in (None, self.threshold) else self._point_at(float(threshold or 0.0))
        if self._case is not None:
            self._case.record_operating_point(point, name=name, reason=reason, by=by or self._by)
        if self._on_record is not None:
            self._on_record(point, name, reason)
        return point

    def save(self, path: Path | str, *, alerts: bool = True, above: str = "", style: str = "", title: str = "") -> Path:
        """The explorer as one HTML file that needs no kernel and fetches nothing; without `alerts` it shows no face or name.

        above, style : HTML to stand over it, escaped and without inline styles, and the style of that; title : of the page
        """
        alone = {"recordable": False, "level": LEVEL if above else LEVEL - 1}
        about = self.about | alone | ({} if alerts else {"alerts": []})
        values = {"about": about, "threshold": self.threshold, "pinned": self.pinned, "inputs": self.inputs}
        buffers = {"scores": self.scores, "visits": self.visits, "pictures": self.pictures if alerts else b""}
        head = title or self.about["title"]
        page = static_page(self._esm, style + self._css, values, buffers, head, above=above)
        target = Path(path)
        if not target.parent.is_dir():
            raise FileNotFoundError(ENOENT, strerror(ENOENT), str(target.parent))
        write_whole(
            target, page.encode()
        )  # for its owner alone, or as its folder is shared: names and faces may stand in it
        return target

    def __repr__(self) -> str:
        pinned = "" if self.pinned is None else f", A at {line_words(self.pinned)}"
        return f"ThresholdExplorer({line_words(self.threshold)}{pinned}, {len(self.about['alerts'])} alerts shown, {self._curve.trials!r})"

    @t.validate("threshold", "pinned")
    def _is_finite(self, proposal: Any) -> Any:
        value = proposal["value"]
        if value is not None and not math.isfinite(value):
            raise t.TraitError(f"the threshold is {value}, expected a score")
        return value

    @t.validate("inputs")
    def _are_stated(self, proposal: Any) -> dict[str, float]:
        """What is not named stays as it is."""
        return _checked(self.inputs | dict(proposal["value"]))

    def _point_at(self, threshold: float) -> OperatingPoint:
        point = self._curve.at(threshold=threshold)
        if point.mated or point.nonmated:
            return replace(
                point, chosen_on=point.data
            )  # the line was moved while looking at these passes: that flatters
        return replace(point, assumption=_UNMEASURED)

    def _heard(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        """Answer a record with its page and number, once it is written or has failed; one that comes twice is written once."""
        if content.get("kind") != "record":
            return
        key = content.get("page"), content.get("number")
        if key not in self._answers:
            answer = self._tried(content)
            if answer["saved"]:
                self._answers[key] = answer
        else:
            answer = self._answers[key]
        self.send({"kind": "recorded", "page": key[0], "number": key[1], **answer})

    def _tried(self, content: Mapping[str, Any]) -> dict[str, Any]:
        name, reason = str(content.get("name", "")), str(content.get("reason", ""))
        try:
            point = self.record(name, reason, by=str(content.get("by", "")), threshold=float(content["threshold"]))
        except Exception as error:  # the page must hear of any failure, or it would wait for a record that is not there
            return {"saved": False, "words": str(error) or type(error).__name__}
        return {"saved": True, "words": f"recorded: {name}, threshold {line_words(point.threshold)}"}


def _measured(source: Trials | Curve | Run) -> tuple[Curve, Packed, Run | None]:
    if isinstance(source, Run):
        return _unmeasured(source).curve(), pack_run(source), source
    curve = source if isinstance(source, Curve) else source.curve() if isinstance(source, Trials) else None
    if curve is None:
        raise InputError(f"the explorer shows Trials, a Curve or a Run, not {type(source).__name__}")
    return curve, pack_trials(curve.trials, curve.within), None


def _unmeasured(run: Run) -> Trials:
    """No pass of a run has a known truth: trials without a pass, whose rates are NaN."""
    space = str(run.settings.get("space", "")) if run.settings else ""
    return Trials.of([], [], watchlist=run.listed, space=space, data=f"run {run.id}")


def _start(source: Trials | Curve | Run, trials: Trials, threshold: float | OperatingPoint | None) -> float:
    """Where the line starts: as given, at the run's own line, or where 1 stranger in 1,000 alerts (or what can be claimed)."""
    if isinstance(threshold, OperatingPoint):
        return threshold.threshold
    if threshold is not None:
        return float(threshold)
    if isinstance(source, Run):
        return source.threshold
    people = np.unique(trials.person[~trials.is_mated]).size  # who returns counts once
    claim = float(rule_of_three(people)) if people >= 4 else 0.0  # below that nothing can be claimed
    start = threshold_at_fpir(trials.nonmated, max(0.001, claim)) if people else math.nan
    scores = trials.mated[trials.mated > -math.inf]
    if math.isnan(start):
        return float(scores.min()) if scores.size else 0.5
    return math.ceil(start * 1000) / 1000


def _stated(packed: Packed, given: Mapping[str, float]) -> dict[str, float]:
    """The stated inputs: those given, else plain assumptions that the page shows as such."""
    footage = packed.about["footage"]
    seen = round(footage["tracks"] / footage["hours"]) if footage and footage["hours"] else 1000
    usual = {
        "watchlist": max(packed.about["watchlist"], 1),
        "passers_per_hour": seen,
        "base_rate": 1e-3,
        "hours": 6,
        "seconds_each": 30,
        "reviewers": 2,
    }
    return _checked(usual | dict(given))


def _checked(values: Mapping[str, Any]) -> dict[str, float]:
    """Inputs that a deployment can have, or an error that says which is wrong."""
    if unknown := sorted(set(values) - set(INPUTS)):
        raise InputError(f"there is no input {', '.join(unknown)}; the inputs are {', '.join(INPUTS)}")
    for name, value in values.items():
        if not isinstance(value, Real) or not math.isfinite(value) or value < 0:
            raise InputError(f"the input {name} is {value!r}, expected a number that is not negative")
    if values.get("base_rate", 0) > 1:
        raise InputError(
            f"the base rate is {values['base_rate']}; give a share from 0 to 1, such as 0.001 for 1 in 1,000"
        )
    return {name: value if isinstance(value, int | float) else float(value) for name, value in values.items()}
