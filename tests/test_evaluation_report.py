"""An evaluation in words and in values: what is unknown, what has no limit, and what was not asked for are told apart."""

import json
import re

import numpy as np

from workbench.evaluation import Trials
from workbench.evaluation_report import report_of


def grouped() -> Trials:
    """200 strangers; only those of group x score high, and everybody on the list is recognised."""
    groups = ["r"] * 120 + ["x"] * 80
    return Trials.of([0.9] * 200, [0.1] * 120 + [0.6] * 80, watchlist=200, group=groups * 2)


def test_a_target_of_none_is_told_as_none() -> None:
    said = report_of(grouped(), targets=[0.0]).text()
    assert "no false alert here: threshold 0.601" in said and "at most too few to say" not in said
    assert "at most 1 in 10 false alerts here" in report_of(grouped(), targets=[0.1]).text()


def test_a_ratio_without_upper_limit_is_not_the_null_of_one_that_is_unknown() -> None:
    said = report_of(grouped(), targets=[0.5]).to_dict()
    r, x = said["groups"]["fpir"]
    assert x["ratio"] is None and x["ratio_low"] > 10 and x["ratio_high"] == "Infinity"
    assert r["ratio_high"] is None and float(x["ratio_high"]) == np.inf
    assert json.loads(json.dumps(said, allow_nan=False)) == said


def test_two_thresholds_of_one_report_are_never_printed_alike() -> None:
    """A threshold at the top score and one just above it have other rates."""
    trials = Trials.of([0.9] * 20, [0.1] * 98 + [0.45765534, 0.4576554], watchlist=20)
    said = report_of(trials, targets=[0.02, 0.01, 0.001]).text()
    lines = re.findall(r"here: threshold ([0-9.]+)\n  (\d+) of 100", said)
    assert [count for _, count in lines] == ["2", "1", "0"] and len({line for line, _ in lines}) == 3
