"""HDR footage is looked at as SDR, and a scan says that it is HDR."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.command import call
from tests.footage_factory import make_clip
from workbench.footage import open_footage
from workbench.footage.tone import HLG, PQ, sdr


def pq(light: float) -> float:
    """The value in 0..1 of some cd/m2, the inverse of BT.2100's table 4, written down anew."""
    share = (light / 10_000) ** (2610 / 16384)
    return float(((3424 / 4096 + 2413 / 128 * share) / (1 + 2392 / 128 * share)) ** (2523 / 32))


@pytest.mark.parametrize(("share", "shown"), [(0.0, 0), (0.01, 37), (0.18, 125), (0.5, 191), (1.0, 255), (9.0, 255)])
def test_grey_shines_in_sdr_as_brightly_beside_white_as_it_did(share: float, shown: int) -> None:
    stored = np.full((2, 2, 3), round(255 * pq(203 * share)), np.uint8)
    assert np.abs(sdr(stored).astype(int) - shown).max() <= 3


@pytest.mark.parametrize(("curve", "name", "shown"), [(PQ, "PQ", 125), (HLG, "HLG", 104), (1, "", 104)])
def test_only_pq_is_changed_and_either_is_recorded(tmp_path: Path, curve: int, name: str, shown: int) -> None:
    flat = np.full((96, 160, 3), round(255 * pq(203 * 0.18)), np.uint8)
    source = open_footage(make_clip(tmp_path / "hdr.mp4", [flat] * 3, color_trc=curve))
    assert source.details["transfer"] == name
    assert np.abs(next(source.frames()).image.astype(int) - shown).max() <= 4


def test_a_scan_says_that_footage_is_hdr(case: Path, tmp_path: Path) -> None:
    footage = make_clip(tmp_path / "phone.mp4", 8, color_trc=HLG)
    assert "phone.mp4: is HDR (HLG), looked at as SDR: scores may be lower" in call("scan", case, footage).out
