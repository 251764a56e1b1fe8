"""All scores of a run in one picture: no bar lies across the threshold, and every score is counted."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workbench.strip import strip

COUNTS = re.compile(r"([\d,]+) below · ([\d,]+) near · ([\d,]+) at or above")


def counts(html: str) -> tuple[int, ...]:
    found = COUNTS.search(html)
    assert found
    return tuple(int(number.replace(",", "")) for number in found.groups())


def lefts(html: str, tag: str) -> list[float]:
    return [float(left) for left in re.findall(rf'<{tag} style="left:([\d.]+)%', html)]


def test_without_a_score_there_is_nothing_to_show() -> None:
    assert strip(np.zeros(0), 0.5, 0.4) == ""


def test_a_score_equal_to_the_threshold_is_above_and_one_equal_to_the_near_line_is_near() -> None:
    assert counts(strip(np.array([0.39, 0.4, 0.49, 0.5, 0.51]), 0.5, 0.4)) == (1, 2, 2)


def test_bars_of_alerts_begin_at_the_line_and_the_others_end_there() -> None:
    html = strip(np.array([0.499999, 0.5]), 0.5, 0.4)
    line = lefts(html, "u")[0]
    (above,) = lefts(html, 'i class="on"')
    (below,) = lefts(html, "i")
    assert above == line > below


@pytest.mark.parametrize("score", [-1.0, 0.5, 1.0])
def test_one_score_alone_has_a_picture(score: float) -> None:
    assert sum(counts(strip(np.array([score]), 0.5, 0.4))) == 1


@given(arrays(np.float64, st.integers(1, 300), elements=st.floats(-1, 1)), st.floats(-1, 1), st.floats(0, 0.5))
def test_every_score_is_counted_and_everything_is_inside(scores: np.ndarray, threshold: float, gap: float) -> None:
    html = strip(scores, threshold, threshold - gap)
    assert sum(counts(html)) == len(scores) and len(html) < 12_000
    assert counts(html)[2] == (scores >= threshold).sum()
    assert all(0 <= left <= 100 for left in lefts(html, "i") + lefts(html, 'i class="on"'))
