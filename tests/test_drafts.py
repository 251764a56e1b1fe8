"""Drafts beside their place are gone afterwards; what a killed process left goes, and what somebody is making stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.killing import kill, killed
from workbench.drafts import beside


def test_a_draft_is_gone_after_any_error(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), beside(tmp_path) as folder:
        (folder / "half").write_bytes(b"a face")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_draft_of_somebody_at_work_stays_and_one_of_a_killed_process_goes(tmp_path: Path) -> None:
    def die() -> None:
        with beside(tmp_path) as folder:
            (folder / "half").write_bytes(b"a face")
            kill()

    with beside(tmp_path) as mine:
        assert killed(die) == -9
        assert len(list(tmp_path.iterdir())) == 2
        with beside(tmp_path) as another:
            assert set(tmp_path.iterdir()) == {mine, another}


def test_nothing_else_is_swept(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / ".second-look-draft-link").symlink_to(tmp_path / "kept")
    (tmp_path / "kept" / "file").touch()
    with beside(tmp_path):
        pass
    assert (tmp_path / "kept" / "file").exists()
