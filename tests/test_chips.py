"""The case keeps the aligned crops that were embedded, so that every score can be computed again; neighbours are hidden in them."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

import workbench as wb
from workbench.casefile.schema import AlertRow, PictureRow, ReferenceRow
from workbench.casefile.templates import open_template
from workbench.comparing import Comparer
from workbench.footage.redact import alone
from workbench.galleries import build_gallery
from workbench.models.pack import unit
from workbench.tracks import Scale


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_a_face_without_a_neighbour_is_as_it_was() -> None:
    image = np.zeros((100, 300, 3), np.uint8)
    assert alone(image, np.array([[10, 10, 30, 40], [200, 10, 220, 40]]), 0) is None
    assert alone(image, np.array([[10, 10, 30, 40]]), 0) is None


def test_a_neighbour_is_hidden_and_the_face_itself_stays_whole() -> None:
    image = np.random.default_rng(1).integers(0, 255, (100, 100, 3), np.uint8)
    hidden = alone(image, np.array([[10, 10, 40, 50], [35, 10, 65, 50]]), 0)
    assert hidden is not None
    assert (hidden[10:50, 10:40] == image[10:50, 10:40]).all()
    assert (hidden[10:50, 45:60] != image[10:50, 45:60]).any()


def test_the_kept_chips_give_the_recorded_templates_and_score(case: Path, lobby: Path, pack: str) -> None:
    held, model = wb.open_case(case), wb.load_pack(pack)
    (alert,) = held.scan(lobby, every=1).alerts
    with held.store.session() as session:
        kept = session.scalars(select(PictureRow).order_by(PictureRow.position)).all()
        chips = np.stack([pixels(held.store.blobs.get(row.chip or "")) for row in kept])
        quality = np.array([row.quality for row in kept])
        sealing = held.store.sealing
        stored = open_template(session.scalars(select(AlertRow)).one(), sealing)
        references = session.scalars(select(ReferenceRow).order_by(ReferenceRow.id)).all()
        own = np.stack([pixels(held.store.blobs.get(row.chip or "")) for row in references])
        templates = np.array([open_template(row, sealing) for row in references])
        assert not any(row.chip_hidden for row in [*kept, *references])
        assert all(np.array(row.points).shape == (5, 2) for row in kept)
    faces, again = model.embed(chips), model.embed(own)
    fused = unit((faces * quality[:, None]).sum(axis=0, keepdims=True))
    assert np.abs(again - templates).max() < 1e-5 and np.abs(fused[0] - stored).max() < 1e-5
    comparer = Comparer(model, Scale(0.5, 0.2), build_gallery("exact", again), again, np.arange(len(again)), 0.4, 0.3)
    ((_, score), *_) = comparer._answer(faces, fused[0])
    assert score == pytest.approx(alert.score, abs=1e-5)


def test_a_list_read_back_and_kept_again_keeps_its_chips(case: Path, pack: str) -> None:
    held = wb.open_case(case)
    watch = held.watchlist
    assert watch is not None and not watch.references[0].chip
    held.add_watchlist(watch, pack)
    with held.store.session() as session:
        chips = session.scalars(select(ReferenceRow.chip).order_by(ReferenceRow.id)).all()
    assert len(chips) == 4 and chips[:2] == chips[2:] and None not in chips
    held.sweep()
    assert all(held.store.blobs.get(chip or "") for chip in chips)
