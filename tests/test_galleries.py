"""Every gallery gives the answer of `exact`; `exact` gives the answer worked by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.fakes import units
from workbench.errors import InputError
from workbench.galleries import GALLERIES, Gallery, build_gallery, screens

F32 = NDArray[np.float32]
each_gallery = pytest.mark.parametrize("name", list(GALLERIES))


def oracle(references: F32) -> Gallery:
    return build_gallery("exact", references)


@each_gallery
def test_small_numbers_worked_by_hand(name: str) -> None:
    references = np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32)
    score, row = build_gallery(name, references).search(np.array([[1, 0], [0, 1]], np.float32), 2)
    assert row.tolist() == [[0, 2], [1, 2]]
    assert score == pytest.approx(np.array([[1, 0.6], [1, 0.8]]))
    assert score.dtype == np.float32 and row.dtype == np.int64


@each_gallery
def test_one_reference_is_always_the_answer(name: str) -> None:
    score, row = build_gallery(name, units(1)).search(-units(1), 5)
    assert row.tolist() == [[0]] and score[0, 0] == pytest.approx(-1)


@each_gallery
@pytest.mark.parametrize("k", [0, -1])
def test_no_answer_wanted_gives_no_column(name: str, k: int) -> None:
    score, row = build_gallery(name, units(4)).search(units(3), k)
    assert score.shape == row.shape == (3, 0)


@each_gallery
def test_more_answers_than_references_gives_them_all_once(name: str) -> None:
    gallery = build_gallery(name, units(7))
    score, row = gallery.search(units(3, seed=1), 50)
    assert len(gallery) == 7 and score.shape == (3, 7)
    assert (np.sort(row, axis=1) == np.arange(7)).all() and (np.diff(score, axis=1) <= 0).all()


@each_gallery
def test_no_probe_gives_no_row(name: str) -> None:
    score, row = build_gallery(name, units(7)).search(np.zeros((0, 16), np.float32), 3)
    assert score.shape == row.shape == (0, 3)


@each_gallery
def test_no_reference_gives_no_column(name: str) -> None:
    score, row = build_gallery(name, np.zeros((0, 16), np.float32)).search(units(2), 3)
    assert score.shape == row.shape == (2, 0)


@each_gallery
@pytest.mark.parametrize("copies", [2, 17, 100])
def test_one_image_enrolled_many_times_keeps_the_order_of_enrolment(name: str, copies: int) -> None:
    references = np.concatenate([units(5), np.repeat(units(1, seed=9), copies, axis=0), units(3, seed=4)])
    score, row = build_gallery(name, references).search(units(1, seed=9), 7)
    assert row[0, : min(copies, 7)].tolist() == list(range(5, 5 + min(copies, 7)))
    assert len(set(score[0, : min(copies, 7)].tolist())) == 1


@each_gallery
def test_copies_far_apart_in_a_long_list_have_one_score(name: str) -> None:
    references = units(1003, 128)
    references[[3, 517, 1002]] = references[3]
    score, row = build_gallery(name, references).search(units(40, 128, seed=5) * 0.1 + references[3], 3)
    assert (row == [3, 517, 1002]).all() and (score == score[:, :1]).all()


@each_gallery
def test_a_zero_vector_is_like_nobody(name: str) -> None:
    score, row = build_gallery(name, units(4)).search(np.zeros((1, 16), np.float32), 4)
    assert (score == 0).all() and row.tolist() == [[0, 1, 2, 3]]


@each_gallery
def test_a_probe_gets_the_same_bits_alone_and_in_any_batch(name: str) -> None:
    gallery, probes = build_gallery(name, units(300, 128)), units(600, 128, seed=1)
    score, row = gallery.search(probes, 9)
    for i in (0, 255, 256, 599):
        alone, its_row = gallery.search(probes[i : i + 1], 9)
        assert alone[0].tobytes() == score[i].tobytes() and (its_row[0] == row[i]).all()


@each_gallery
@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 60), k=st.integers(1, 70), seed=st.integers(0, 9), copies=st.integers(0, 50))
def test_every_gallery_agrees_with_exact_to_the_bit(name: str, n: int, k: int, seed: int, copies: int) -> None:
    references = np.concatenate([units(n, seed=seed), np.repeat(units(1, seed=seed), copies, axis=0)])
    probes = np.concatenate([units(3, seed=seed + 100), references[:1]])
    score, row = build_gallery(name, references).search(probes, k)
    expected, its_row = oracle(references).search(probes, k)
    assert score.tobytes() == expected.tobytes() and (row == its_row).all()
    assert score == pytest.approx(np.take_along_axis(probes @ references.T, row, axis=1), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 40), k=st.integers(1, 40), seed=st.integers(0, 9))
def test_exact_finds_what_sorting_everything_finds(n: int, k: int, seed: int) -> None:
    references, probe = units(n, seed=seed), units(1, seed=seed + 50)
    _, row = oracle(references).search(probe, k)
    assert row[0].tolist() == np.argsort(-(references.astype(np.float64) @ probe[0]), kind="stable")[:k].tolist()


def test_few_probes_and_a_long_list_are_compared_in_parts_and_lose_nothing() -> None:
    rng = np.random.default_rng(3)
    probes, references = rng.standard_normal((2, 64), np.float32), rng.standard_normal((5001, 64), np.float32)
    assert screens._ON_THE_SPOT // probes.size < 5001 / 2
    assert np.abs(screens._products(probes, references) - probes @ references.T).max() < 1e-4
    assert screens._products(probes, references).shape == (2, 5001)


@each_gallery
def test_the_references_that_were_given_are_not_changed(name: str) -> None:
    references = units(9)
    before = references.copy()
    build_gallery(name, references).search(units(2), 3)
    assert (references == before).all()


def test_an_unknown_gallery_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(InputError, match="choose one of exact, faiss"):
        build_gallery("flann", units(1))


@each_gallery
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_probe_that_holds_no_number_is_refused(name: str, value: float) -> None:
    probes = units(3)
    probes[1, 2] = value
    with pytest.raises(InputError, match="a probe holds what is no number"):
        build_gallery(name, units(7)).search(probes, 2)
