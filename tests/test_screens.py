"""A screen is off by no more than it says, and whoever is screened in whole numbers is found as by floats, to the bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import units
from workbench.galleries import build_gallery, screens
from workbench.galleries.ranking import ROUNDING


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole numbers for every list, short ones too."""
    if not screens.whole_numbers_are_right():
        pytest.skip("this processor's sums of small integers saturate; lists are screened in floats here")
    monkeypatch.setattr(screens, "LONG", 1)


@pytest.mark.usefixtures("whole")
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1, 3, 16, 100]), st.floats(1e-3, 1e3))
def test_no_cosine_is_further_off_than_is_said(seed: int, dim: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screens, "LONG", 1)
        references = (rng.standard_normal((50, dim)) * rng.choice([0, 1e-3, 1, size], (50, 1))).astype(np.float32)
        probes = (rng.standard_normal((5, dim)) ** 3).astype(np.float32)
        rough, off = screens.screen_of(references)(probes)
    exact = probes.astype(np.float64) @ references.T.astype(np.float64)
    assert np.abs(exact - rough).max() <= off + 1e-5 * np.abs(exact).max()
    assert off <= 0.05 * max(1, np.abs(probes).max() * np.abs(references).max() * dim)  # and it says something


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("k", [1, 16, 40])
@pytest.mark.parametrize("alike", [0.0, 0.05, 1e-4])
def test_the_best_are_the_best_to_the_bit(k: int, alike: float, monkeypatch: pytest.MonkeyPatch) -> None:
    references = units(3000, 64)
    references[::7] = references[0]  # one photograph under many names
    references[1::7] = references[0] + np.float32(alike) * units(len(references[1::7]), 64, 3)
    probes = np.concatenate([references[:20], units(20, 64, 5)])
    quick = build_gallery("exact", references).search(probes, k)
    monkeypatch.setattr(screens, "LONG", 1 << 62)
    slow = build_gallery("exact", references).search(probes, k)
    assert np.array_equal(quick[0], slow[0]) and np.array_equal(quick[1], slow[1])


@pytest.mark.usefixtures("whole")
def test_a_long_list_is_screened_in_whole_numbers_unless_they_would_be_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    references, probes = units(300, 32), units(2, 32, 1)
    assert screens.screen_of(references)(probes)[1] > 1e-3
    monkeypatch.setattr(screens, "whole_numbers_are_right", lambda: False)
    assert screens.screen_of(references)(probes)[1] == ROUNDING
    monkeypatch.undo()
    references[5, 5] = np.nan
    assert screens.screen_of(references)(probes)[1] == ROUNDING


def test_short_lists_need_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screens, "open_session", None)
    assert screens.screen_of(units(1000, 128))(units(1, 128))[0].shape == (1, 1000)
