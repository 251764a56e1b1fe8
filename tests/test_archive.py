"""Every archive index gives the answer of `exact`, or its recall is measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import units
from workbench.archive import Index, build_index
from workbench.archive.exact import BLOCK
from workbench.archive.fast import FEWEST, FastIndex
from workbench.archive.recall import Recall, measure_recall
from workbench.errors import InputError

F32 = NDArray[np.float32]
each_index = pytest.mark.parametrize("mode", ["exact", "fast", "milvus"])


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Any]:
    made: list[Index] = []

    def go(mode: str, templates: F32) -> Index:
        if mode == "milvus":
            pytest.importorskip(
                "milvus_lite", reason="Milvus Lite is not installed: pip install 'pymilvus[milvus-lite]'"
            )
            mode = f"milvus://{tmp_path}/archive.db"
        made.append(build_index(mode, templates))
        return made[-1]

    yield go
    for index in made:
        if hasattr(index, "drop"):
            index.drop()


@each_index
def test_small_numbers_worked_by_hand(mode: str, build: Any) -> None:
    index = build(mode, np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32))
    score, row = index.search(np.array([[1, 0], [0, 1]], np.float32), 2)
    assert row.tolist() == [[0, 2], [1, 2]] and score == pytest.approx(np.array([[1, 0.6], [1, 0.8]]))


@each_index
def test_it_agrees_with_sorting_everything(mode: str, build: Any) -> None:
    templates, probes = units(700), units(5, seed=1)
    score, row = build(mode, templates).search(probes, 9)
    expected = np.argsort(-(templates @ probes.T), axis=0, kind="stable")[:9].T
    assert (row == expected).all()
    assert score == pytest.approx(np.take_along_axis(probes @ templates.T, row, axis=1), abs=1e-5)


@each_index
def test_fewer_templates_than_wanted_leave_places_empty(mode: str, build: Any) -> None:
    score, row = build(mode, units(3)).search(units(1), 5)
    assert (row[0, 3:] == -1).all() and np.isnan(score[0, 3:]).all() and (row[0, :3] >= 0).all()


@each_index
def test_nothing_wanted_is_nothing_found(mode: str, build: Any) -> None:
    score, row = build(mode, units(3)).search(units(2), 0)
    assert score.shape == row.shape == (2, 0)


def test_a_collection_that_is_there_already_is_left_alone(build: Any) -> None:
    first = build("milvus", units(3))
    with pytest.raises(InputError, match="name one that is free"):
        build("milvus", units(2))
    assert len(first) == 3 and first.search(units(1), 1)[1].tolist() == [[0]]


def test_exact_finds_the_best_in_whichever_block_they_lie() -> None:
    templates, probe = units(BLOCK + 500, 8), units(1, 8, seed=3)
    templates[BLOCK + 7] = templates[5] = probe[0]
    _, row = build_index("exact", templates).search(probe, 2)
    assert row[0].tolist() == [5, BLOCK + 7]  # equal ones in the order in which they came


@pytest.fixture(scope="module")
def crowd() -> F32:
    """So many that the fast search is one: 2,500 people with ten templates each."""
    who = np.repeat(units(FEWEST // 8, 64), 10, axis=0)
    rows = who + 0.07 * np.random.default_rng(4).normal(size=who.shape)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_fast_gives_the_cosines_of_exact_and_finds_nearly_all(crowd: F32) -> None:
    fast = FastIndex(crowd)
    measured = measure_recall(fast, crowd, np.random.default_rng(1))
    assert measured.asked == 256 and measured.share >= 0.97 and measured.low < measured.share <= measured.high
    score, row = fast.search(crowd[:4], 3)
    assert score == pytest.approx((crowd[row] * crowd[:4, None]).sum(axis=2), abs=1e-6)
    assert fast.search(crowd[:4], 0)[1].shape == (4, 0)


def test_the_recall_of_a_search_that_finds_nothing_right_is_zero() -> None:
    class Wrong:
        name = "wrong"

        def __len__(self) -> int:
            return 40

        def search(self, probes: F32, k: int) -> tuple[F32, NDArray[np.int64]]:
            return np.full((len(probes), k), -1, np.float32), np.full((len(probes), k), 0)

    measured = measure_recall(Wrong(), units(40), np.random.default_rng(0))
    assert measured.found == 0 and measured.asked == 40 and "recall 0.000" in str(measured)
    alone = measure_recall(Wrong(), units(1), np.random.default_rng(0))
    assert isinstance(alone, Recall) and np.isnan(alone.share) and str(alone) == "recall not measured"


@pytest.mark.parametrize("mode", ["flann", "milvus://nowhere", "milvus://host:19530/a-b"])
def test_a_search_that_does_not_exist_is_refused_in_one_line(mode: str) -> None:
    with pytest.raises(InputError, match="milvus://host:port/collection"):
        build_index(mode, units(2))
