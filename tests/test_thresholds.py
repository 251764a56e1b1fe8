"""Where the alert line lies, and what it says of itself."""

from types import SimpleNamespace
from typing import Any

import pytest

from workbench.errors import InputError
from workbench.models.pack import Card, StartingThreshold
from workbench.thresholds import line_for, scale_of


def pack(start: StartingThreshold | None) -> Any:
    return SimpleNamespace(card=Card("some", "somebody", "none", {}, 32, start=start))


MEASURED = pack(StartingThreshold(0.42, 0.01, 20, "ORL", stranger=0.06))
NEVER = pack(None)


def test_a_measured_pack_starts_where_it_was_measured_and_says_so() -> None:
    line = line_for(MEASURED, None)
    assert line.threshold == 0.42 and line.measured
    assert line.source == "where the slider starts for some: FPIR 0.01 with 20 people listed (ORL); no operating point"


def test_faces_contradict_half_way_between_strangers_and_the_line() -> None:
    scale = scale_of(MEASURED)
    assert scale.same == 0.42 and scale.contradict == pytest.approx(0.24)
    assert line_for(MEASURED, None).near == pytest.approx(0.33)


def test_a_pack_that_nobody_measured_is_said_to_be_assumed() -> None:
    line = line_for(NEVER, None)
    assert line.threshold == 0.45 and not line.measured
    assert line.source.startswith("assumed (") and "workbench evaluate" in line.source


def test_a_chosen_threshold_is_the_users_even_for_a_pack_nobody_measured() -> None:
    line = line_for(NEVER, 0.6)
    assert (line.threshold, line.source, line.measured) == (0.6, "chosen by the user", True)


def test_strangers_who_were_not_measured_are_assumed_to_be_unlike() -> None:
    unknown = pack(StartingThreshold(0.45, 0.01, 20, "ORL"))
    assert scale_of(unknown) == scale_of(NEVER)


def test_strangers_measured_at_zero_are_taken_at_their_word() -> None:
    assert scale_of(pack(StartingThreshold(0.4, 0.01, 20, "ORL", stranger=0.0))).contradict == pytest.approx(0.2)


@pytest.mark.parametrize("threshold", [-1.0, 0.0, 0.1, 0.24, 0.42, 1.0])
def test_the_near_line_is_never_above_the_threshold(threshold: float) -> None:
    line = line_for(MEASURED, threshold)
    assert line.threshold == threshold and line.near <= threshold


@pytest.mark.parametrize("threshold", [1.01, -1.01, 42, float("nan"), float("inf")])
def test_a_threshold_that_is_no_cosine_is_refused(threshold: float) -> None:
    with pytest.raises(InputError, match="give a number from -1 to 1, as scores are"):
        line_for(MEASURED, threshold)
