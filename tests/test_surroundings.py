"""A small copy of a frame shows and hides what the whole frame would."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import workbench as wb
from workbench.faces import Faces
from workbench.footage.redact import alone, face_picture
from workbench.models.pack import Pack
from workbench.surroundings import Surroundings

U8 = NDArray[np.uint8]
POINTS = {  # within a face's box: corners of the eyes and base of the nose; eyes, tip of the nose, corners of the mouth
    "dlib": [[0.8, 0.4], [0.6, 0.4], [0.2, 0.4], [0.4, 0.4], [0.5, 0.65]],
    "minifix": [[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]],
}
ALONE, LEFT, RIGHT, EDGE = [300.0, 20, 340, 70], [100.25, 60.5, 150, 120], [140.0, 70, 190.75, 130], [-12.0, -8, 30, 44]


def noise(high: int = 240, wide: int = 400) -> U8:
    return np.random.default_rng(0).integers(1, 256, (high, wide, 3), np.uint8)


def faces(*boxes: list[float], pack: str = "dlib") -> Faces:
    box, points = np.array(boxes), np.array(POINTS[pack])
    return Faces.of(box, box[:, None, :2] + points * (box[:, None, 2:] - box[:, None, :2]), np.ones(len(box)))


@pytest.fixture(params=["dlib", "minifix"])
def model(request: pytest.FixtureRequest) -> Pack:
    if request.param == "dlib":
        return wb.load_pack("dlib")
    folder = Path(__file__).parents[1].parent / "shared" / "data" / "models" / "minifix"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent")
    return wb.load_pack(folder)


@pytest.mark.parametrize("row", range(4))
def test_the_picture_is_the_one_that_the_whole_frame_gives(row: int) -> None:
    image, box = noise(), faces(ALONE, LEFT, RIGHT, EDGE).box
    assert np.array_equal(Surroundings.of(image, box, row).picture(), face_picture(image, box, row))


def test_it_holds_on_to_no_frame_and_to_no_more_than_it_needs() -> None:
    image, box = noise(), faces(ALONE, LEFT, RIGHT).box
    lonely, crowded = Surroundings.of(image, box, 0), Surroundings.of(image, box, 1)
    assert lonely.image.shape == (100, 88, 3)  # 40 x 50 px and 0.6 of it on each side, cut at the top edge
    assert crowded.image.shape[1] < image.shape[1] and not np.shares_memory(crowded.image, image)


def test_without_a_neighbour_the_chip_is_the_embedded_one_itself(model: Pack) -> None:
    image, found = noise(), faces(ALONE, LEFT, pack=model.card.name)
    whole = model.chips(image, found)[0]
    assert Surroundings.of(image, found.box, 0).chip(model, found.points[0], whole) is whole


@pytest.mark.parametrize("row", [0, 1])
def test_a_neighbour_is_hidden_in_the_chip_and_every_other_pixel_stays_to_the_bit(model: Pack, row: int) -> None:
    image, found = noise(), faces(LEFT, RIGHT, pack=model.card.name)
    whole = model.chips(image, found)[row]
    chip = Surroundings.of(image, found.box, row).chip(model, found.points[row], whole)
    hidden = alone(image, found.box, row)
    assert hidden is not None
    expected = model.chips(hidden, found[row : row + 1])[0]
    stays = (expected == whole).all(axis=2)
    assert (chip[stays] == whole[stays]).mean() > 0.999 and 0.01 < 1 - stays.mean() < 0.9
    assert np.abs(chip.astype(int) - expected).mean() < 1  # the averages may lie a fraction of a pixel aside
