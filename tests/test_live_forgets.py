"""Nothing is kept of those who raise no alert: not one byte of a face or a template is on disk, sealed or not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.fakes import DIM, FakePack, Seen
from tests.live_cases import begin, clip_of, ready_case, use
from tests.traces import Traces
from workbench.casefile.schema import PictureRow
from workbench.tracking import Kept


class Vivid(FakePack):
    """Faces and templates of which no two bytes are alike, as real ones; person 0 is listed."""

    def chips(self, image, faces):  # type: ignore[no-untyped-def]
        chips = super().chips(image, faces)
        for chip in chips:
            noise = np.random.default_rng(int(chip[0, 0, 0])).integers(0, 60, chip[1:].shape)
            chip[1:] = np.clip(chip[1:].astype(int) + noise, 0, 255)
        return chips

    def embed(self, chips):  # type: ignore[no-untyped-def]
        rows = super().embed(chips)
        for row, person in zip(rows, chips[:, 0, 0, 0], strict=True):
            if person:
                row[1:] = np.random.default_rng(int(person)).standard_normal(DIM - 1)
                row[:1], row[1:4] = 0, row[1:4] / 100  # unlike anybody who is listed
                row /= np.linalg.norm(row)
        return rows


def street(index: int) -> list[Seen]:
    """Strangers who come and go, and somebody who is listed at the end."""
    people = [Seen(3 + index // 10, 40, 45, size=40)] if index % 10 < 8 else []
    return [*people, *([Seen(0, 120, 45, size=40)] if index >= 25 else [])]


@pytest.fixture
def traces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Traces:
    case = ready_case(tmp_path / "case")
    use(monkeypatch)
    pack = Vivid(street)
    monkeypatch.setattr("workbench.live.preparing.load_pack", lambda *_, **__: pack)
    found = Traces()
    kept_for_good = Kept.wipe

    def noting(kept: Kept) -> None:
        if kept.chip[0, 0, 0]:  # not person 0, whose face is kept by right
            found.note(kept)
        kept_for_good(kept)

    monkeypatch.setattr(Kept, "wipe", noting)
    begin(case, clip_of(tmp_path)).wait(20)
    assert case.deployments[0].alerts == 1 and case.deployments[0].faces >= 3
    with case.store.session() as session:
        assert session.query(PictureRow).count() == len(case.pictures(1))
    return found


def test_not_a_byte_of_a_strangers_face_or_template_is_on_disk(traces: Traces, tmp_path: Path) -> None:
    assert traces.faces >= 5 and {"pixels", "a template"} <= set(traces.pieces.values())
    assert traces.search([tmp_path]) == []


def test_the_search_finds_what_lies_there(traces: Traces, tmp_path: Path) -> None:
    pieces = list(traces.pieces)
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "a.bin").write_bytes(b"\0" * 1001 + pieces[0] + b"\1" * 50 + pieces[-1])
    assert len(traces.search([tmp_path])) == 2


def test_the_list_in_memory_is_zeroed_and_searched_without_a_copy_that_could_not_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.galleries.exact.screen_of", lambda references: 1 / 0)  # may copy what it searches
    use(monkeypatch)
    live = begin(ready_case(tmp_path / "case"), clip_of(tmp_path))
    assert live._templates.any() and live.wait(20).alerts == 1
    assert not live._templates.any()
