"""Nobody is missed: small and doubtful faces are looked for, what is thought a face once is none, and no look is taken in vain."""

from typing import Any

import numpy as np
import pytest

from tests.fakes import FakePack, frame
from workbench.faces import Faces
from workbench.lookout import lookout
from workbench.models.pack import Pack
from workbench.moved import Elsewhere, Moved, Place
from workbench.sights import VOTES, _counting
from workbench.spotting import Look, Spots, Turns, finds_from, looks_of, spot

BOX = [[10.0, 20, 30, 40]]
POINTS = [[[12.0, 25], [26, 25], [19, 30], [14, 35], [24, 35]]]


class Scaled(FakePack):
    """Finds faces from `smallest` px on, from 48 px by default; remembers how it was asked."""

    def __init__(self, *found: tuple[list[list[float]], float]) -> None:
        super().__init__()
        self.asked: list[tuple[int | None, bool, int]] = []
        self.parts: list[tuple[int | None, Any]] = []
        self._found = found

    def finds(self, height: int, width: int, *, smallest: int | None = None) -> float:
        return 48.0 if smallest is None else max(6.0, float(smallest))

    def detect(self, image: Any, *, smallest: int | None = None, doubtful: bool = False, part: Any = None) -> Faces:
        self.asked.append((smallest, doubtful, int(image[0, 0, 0])))
        self.parts.append((smallest, part))
        boxes = [each for each in self._found if doubtful or each[1] >= self.sure]
        return Faces.concat([Faces.of(box, POINTS, [score], space=self.space) for box, score in boxes])


IMAGE = np.zeros((60, 100, 3), np.uint8)
IMAGE[:, 99] = 7  # the right edge, to tell a mirrored picture
EACH = Look(0, None, 0.0)


def test_a_small_face_is_looked_for_and_a_dear_look_is_taken_the_more_seldom() -> None:
    looks = looks_of([Scaled()], 270, 480)  # smallest usable 24 px: 4, 12 and 24; 48 is the usual one
    assert [each.smallest for each in looks] == [4, 12, 24, None, None, 4]
    assert [each.every for each in looks] == pytest.approx([0.02 * cost for cost in (64, 16, 4, 1, 1, 128)])
    assert [each.mirrored for each in looks] == [False] * 4 + [True, False]
    assert [each.lifted for each in looks] == [False] * 5 + [True]
    assert finds_from([Scaled()], 270, 480) == 6


def test_looks_that_see_the_same_are_one() -> None:
    assert [each.smallest for each in looks_of([FakePack()], 270, 480)] == [None, None]


def test_a_look_is_due_again_when_its_time_has_come_and_all_are_after_a_cut() -> None:
    often, seldom = Look(0, None, 0.02), Look(0, 12, 0.3)
    turns = Turns([seldom, often])
    assert turns.due(0.0) == (seldom, often)
    assert turns.due(0.1) == (often,) and turns.due(0.2) == (often,) and turns.due(0.3) == (seldom, often)
    turns.anew()
    assert turns.due(0.31) == (seldom, often)


def test_one_look_at_a_time_is_the_one_that_has_waited_longest() -> None:
    first, second = Look(0, 12, 0.08), Look(0, None, 0.02)
    turns = Turns([first, second])
    assert [turns.one(t) for t in (0.0, 0.1, 0.2, 0.3)] == [(first,), (second,), (first,), (second,)]


def test_what_is_faint_in_the_dark_stands_out_where_the_contrast_is_raised() -> None:
    night = np.random.default_rng(5).normal(20, 3, (240, 320, 1)).clip(0, 255).astype(np.uint8).repeat(3, axis=2)
    seen = Look(0, None, 0.0, lifted=True).picture(night)
    assert seen.shape == night.shape and seen.std() > 2 * night.std()
    assert (Look(0, None, 0.0, lifted=True, mirrored=True).picture(night) == seen[:, ::-1]).all()


def test_a_doubtful_find_is_marked_and_left_out_where_only_sure_ones_count() -> None:
    pack = Scaled((BOX, 0.9), ([[60.0, 20, 80, 40]], 0.35))
    assert spot([pack], IMAGE, [EACH]).sure.tolist() == [True, False]
    assert len(spot([pack], IMAGE, [EACH], doubtful=False)) == 1


def test_a_doubtful_find_on_a_sure_one_is_an_eye_or_a_mouth_and_no_face() -> None:
    assert len(spot([Scaled((BOX, 0.9), ([[18.0, 28, 22, 32]], 0.35))], IMAGE, [EACH])) == 1


def test_a_doubtful_find_that_another_look_is_sure_of_is_sure() -> None:
    doubtful, sure = Scaled((BOX, 0.35)), Scaled((BOX, 0.9))
    found = spot([doubtful, sure], IMAGE, [EACH, Look(1, None, 0.0)])
    assert (len(found), found.sure.tolist(), found.pack.tolist()) == (1, [True], [0])


def test_what_is_found_in_a_mirror_lies_where_it_is_in_the_picture() -> None:
    pack = Scaled((BOX, 0.9))
    pack.mirrored = (1, 0, 2, 4, 3)
    found = spot([pack], IMAGE, [Look(0, None, 0.0, mirrored=True)])
    assert pack.asked == [(None, True, 7)] and found.faces.box.tolist() == [[70, 20, 90, 40]]
    left, right = (
        found.faces.points[0, 0],
        found.faces.points[0, 1],
    )  # still the eye on the left, and the one on the right
    assert left.tolist() == [73, 25] and right.tolist() == [87, 25]


def test_a_place_counts_that_is_sure_once_or_doubtful_several_times() -> None:
    path = np.array([0, 0, 1, 1, 1, 2, 2])
    sure = np.array([False, True, False, False, False, False, False])
    assert VOTES == 3 and _counting(path, sure).tolist() == [True, True, True, True, True, False, False]
    assert not len(Spots.none().apart())


def test_no_frame_is_looked_at_while_nothing_moves_for_a_while_and_a_wanted_one_always() -> None:
    pack = Scaled()
    calm = [frame(index, index / 10) for index in range(6)]
    looked = [each.spots is not None for each in lookout([pack], calm, always={1})]
    assert looked == [True, True, False, False, True, False]  # again at 0.4 s


def test_at_a_cut_everything_is_looked_at_anew() -> None:
    shots = [frame(index, index / 100, scene=30 if index < 2 else 200) for index in range(4)]
    found = list(lookout([Scaled()], shots))
    assert [each.cut for each in found] == [False, False, True, False]
    assert [each.spots is not None for each in found] == [True, False, True, False]


def test_a_dear_look_goes_where_something_moved_and_everywhere_after_a_second() -> None:
    still, moved = np.zeros((96, 160, 3), np.uint8), Moved(6)
    changed = still.copy()
    changed[40:44, 70:90] = 200  # in the cells of rows 32 to 48 and columns 64 to 96
    assert moved.places(still, 0.0) is None
    assert moved.places(still, 0.1) == ()
    (place,) = moved.places(changed, 0.2) or ()
    assert place == ((48, 16, 112, 64), (24, 0, 136, 88))  # with the cells around, and with room around these
    assert moved.places(changed, 0.3) == ()
    assert moved.places(changed, 1.1) is None
    assert moved.places(np.full_like(still, 90), 1.2) is None
    assert moved.places(np.zeros((8, 8, 3), np.uint8), 1.3) is None  # another size


def test_what_a_look_saw_where_it_did_not_go_is_there_still_until_a_cut() -> None:
    look, elsewhere = Look(0, 4, 0.08), Elsewhere()

    def spots(*boxes: list[float]) -> Spots:
        return spot([Scaled(*(([box], 0.9) for box in boxes))], IMAGE, [EACH]) if boxes else Spots.none()

    def place(*part: int) -> Place:
        return Place(part, part)  # type: ignore[arg-type]

    left, right = [10.0, 20, 30, 40], [60.0, 20, 80, 40]
    assert len(elsewhere.completed(look, None, spots(left, right))) == 2
    found = elsewhere.completed(
        look, [place(50, 0, 100, 60)], spots()
    )  # gone on the right, and nothing moved on the left
    assert found.faces.box.tolist() == [left]
    assert elsewhere.completed(look, [place(0, 0, 40, 60)], spots([14.0, 22, 34, 42])).faces.box.tolist() == [
        [14.0, 22, 34, 42]
    ]
    elsewhere.anew()
    assert len(elsewhere.completed(look, (), spots())) == 0


def test_dear_looks_go_to_what_moved_and_the_usual_ones_everywhere() -> None:
    pack = Scaled()
    walk = [frame(index, index / 2) for index in range(2)]
    walk[1].image[-20:, -20:] = 250
    assert len(list(lookout([pack], walk))) == 2
    whole = [smallest for smallest, part in pack.parts if part is None]  # both frames, looked at abreast
    assert sorted(whole, key=str) == [12, 24, 4, 4, None, None, None, None]
    assert {smallest: part[2:] for smallest, part in pack.parts if part} == {12: (320, 180), 24: (320, 180)}


@pytest.mark.parametrize("name", ["minifix", "dlib"])
def test_a_pack_finds_in_a_part_what_it_finds_in_the_whole(
    name: str, shared: Any, request: pytest.FixtureRequest
) -> None:
    from workbench.footage import open_footage
    from workbench.models.packs import load_pack

    pack: Pack = request.getfixturevalue("minifix") if name == "minifix" else load_pack("dlib")
    with open_footage(shared / "footage" / "head-pose-face-detection-male.mp4").every_frame(0, 0) as frames:
        image = next(iter(frames)).image
    whole = pack.detect(image)
    x1, y1, x2, y2 = whole.box[0].astype(int).tolist()
    there = pack.detect(image, part=(x1 - 60, max(0, y1 - 50), x2 + 55, min(270, y2 + 45)))
    assert len(whole) == len(there) == 1 and np.abs(there.box - whole.box).max() < 0.1 * whole.width[0]
    assert np.abs(there.points - whole.points).max() < 0.1 * whole.width[0]
    assert len(pack.detect(image, part=(0, 0, 50, 60))) == 0


@pytest.mark.parametrize("name", ["minifix", "dlib"])
def test_a_pack_finds_in_a_mirror_what_it_finds_without(name: str, shared: Any, request: pytest.FixtureRequest) -> None:
    from workbench.footage import open_footage
    from workbench.models.packs import load_pack

    pack: Pack = request.getfixturevalue("minifix") if name == "minifix" else load_pack("dlib")
    with open_footage(shared / "footage" / "head-pose-face-detection-male.mp4").every_frame(0, 0) as frames:
        image = next(iter(frames)).image
    plain, turned = (spot([pack], image, [Look(0, None, 0.0, mirrored)], doubtful=False) for mirrored in (False, True))
    assert len(plain) == len(turned) == 1
    assert np.abs(plain.faces.points - turned.faces.points).max() < 0.15 * plain.faces.width[0]
