"""Which frames get a closer look, what a look brings, and that the order is that of the footage."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import FakePack, Seen, faces_of, frame
from workbench.cutouts import Cutouts
from workbench.faces import Frame
from workbench.looking import looks


def close(indices: range, borders: list[int], cadence: int, workers: int = 2) -> list[int]:
    """Indices of the frames that get a closer look."""
    frames = [(frame(index, index / 25), 0) for index in indices]
    seen = list(looks(FakePack(), frames, borders, cadence, workers))
    assert [look.frame.index for look in seen] == list(indices)
    return [look.frame.index for look in seen if look.close]


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_each_fifth_look_is_a_closer_one_and_the_last(workers: int) -> None:
    assert close(range(13), [12], 5, workers) == [0, 5, 10, 12]


def test_a_border_is_the_first_look_of_the_next_segment() -> None:
    assert close(range(14), [7, 13], 5) == [0, 5, 7, 12, 13]


def test_a_frame_that_stands_in_for_a_lost_border_counts_as_one() -> None:
    assert close(range(0, 40, 3), [16, 17, 39], 4) == [0, 12, 18, 30, 39]


def test_a_cadence_of_one_always_looks_closer() -> None:
    assert close(range(4), [3], 1) == [0, 1, 2, 3]


def flat(index: int, level: int, corrupt: bool = False) -> Frame:
    """A picture of one grey, with a mark of one block at the lower right."""
    image = np.full((96, 96, 3), 90, np.uint8)
    image[64:, 64:] = level
    return Frame(image, index / 25, index, "s", corrupt)


def unmoved(frames: list[Frame], cadence: int = 5) -> list[int]:
    """Indices of the frames that are not looked at."""
    return [look.frame.index for look in looks(FakePack(), [(f, 0) for f in frames], [99], cadence, 2) if look.still]


def test_where_nothing_moved_nothing_is_looked_at_until_the_next_closer_look() -> None:
    assert unmoved([flat(n, 100) for n in range(11)]) == [1, 2, 3, 4, 6, 7, 8, 9]
    assert unmoved([flat(n, 100) for n in range(4)], cadence=1) == []


def test_the_least_movement_is_looked_at_and_slow_ones_add_up() -> None:
    assert unmoved([flat(0, 100), flat(1, 103), flat(2, 104), flat(3, 104)]) == [1, 3]
    assert unmoved([flat(n, 100 + 2 * n) for n in range(5)]) == [1, 3]  # two levels a frame: each second one has moved


def test_damage_is_looked_at_and_nothing_is_compared_with_it() -> None:
    assert unmoved([flat(0, 100), flat(1, 100, corrupt=True), flat(2, 100), flat(3, 100)]) == [3]


def test_an_unmoved_face_stays_and_is_not_kept_again() -> None:
    pack = FakePack(lambda index: [Seen(1, 50, 50)])
    first, second = looks(pack, [(flat(0, 100), 0), (flat(1, 100), 0)], [99], 5, 2)
    assert second.still and second.faces is first.faces and first.cutouts.fit.all() and not second.cutouts.fit.any()
    asked = second.cutouts.templates([0])
    assert asked[0].argmax() == first.cutouts.templates([0])[0].argmax() and pack.embedded == [pack.embedded[0]]
    assert (second.cutouts.embedded, first.cutouts.embedded) == (1, 1)


def test_cutouts_are_made_of_fit_faces_and_embedded_when_asked_for() -> None:
    pack = FakePack()
    faces = faces_of([Seen(0, 60, size=10), Seen(1, 120), Seen(2, 200)])
    cut = Cutouts(pack, frame(0, 0.0), faces)
    assert cut.fit.tolist() == [False, True, True] and np.isnan(cut.quality).tolist() == [True, False, False]
    assert cut.chip(2)[0, 0, 0] == 2 and pack.embedded == []
    asked = cut.templates([0, 2])
    assert np.isnan(asked[0]).all() and asked[1].argmax() == 2
    cut.templates([2])
    assert pack.embedded == [2] and cut.embedded == 1


def test_a_damaged_frame_gives_neither_a_glance_nor_a_fit_face() -> None:
    cut = Cutouts(FakePack(), frame(0, 0.0, corrupt=True), faces_of([Seen(1, 120)]))
    assert cut.glance is None and not cut.fit.any()


def test_no_face_at_all_is_no_trouble() -> None:
    cut = Cutouts(FakePack(), frame(0, 0.0), faces_of([]))
    assert len(cut.quality) == 0 and cut.glance is not None and cut.glance.shape == (18, 32, 3)
