"""A place counts as hidden when its pixels are gone, whoever painted it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.footage_factory import make_clip
from tests.test_redaction import Watching, clip, walking  # noqa: F401  the footage of one who walks
from workbench.errors import WorkbenchError
from workbench.footage import open_footage
from workbench.footage.leftover import left_over
from workbench.footage.painting import Painter
from workbench.footage.redact import cells, hide
from workbench.redacting import redact_footage

BOX = np.array([[40.0, 30, 70, 60]])


def scene(contrast: float = 40.0) -> NDArray[np.uint8]:
    """A soft picture with detail of a few pixels, as faces have."""
    noise = np.random.default_rng(5).normal(0, 1, (96, 160, 3)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 2)
    return np.clip(128 + soft / soft.std() * contrast, 0, 255).astype(np.uint8)


def test_a_place_without_its_pixels_is_hidden_whatever_stands_there() -> None:
    image, grey = scene(), scene()
    grey[20:70, 30:80] = 128
    other = scene()
    other[20:70, 30:80] = cv2.resize(cells(image[20:70, 30:80], 4), (50, 50), interpolation=cv2.INTER_NEAREST)
    for copy in (hide(image, BOX), grey, other):
        assert not left_over(image, copy, BOX).any()


def test_a_place_that_lost_no_more_than_compression_takes_is_not() -> None:
    image = scene()
    noisy = np.clip(image + np.random.default_rng(6).normal(0, 3, image.shape), 0, 255).astype(np.uint8)
    shifted = np.array([[100.0, 30, 130, 60]])
    assert left_over(image, noisy, BOX).all() and left_over(image, hide(image, BOX), shifted).all()


def compressed(image: NDArray[np.uint8], path: Path) -> NDArray[np.uint8]:
    """A picture as it comes out of a video."""
    make_clip(path, [image], options={"preset": "medium", "crf": "20"})
    return next(open_footage(path).frames()).image


def test_what_is_left_in_the_dark_is_seen_although_compression_took_most_of_it(tmp_path: Path) -> None:
    for light in (1.0, 0.3, 0.15, 0.08):
        dark = (scene(contrast=28)[..., :1].repeat(3, axis=2) * light).astype(np.uint8)
        assert left_over(dark, compressed(dark, tmp_path / "bare.mp4"), BOX).all()
        few = dark.copy()
        few[20:70, 30:80] = cv2.resize(cells(dark[20:70, 30:80], 4), (50, 50), interpolation=cv2.INTER_NEAREST)
        assert not left_over(dark, compressed(few, tmp_path / "hidden.mp4"), BOX).any()


def test_where_there_is_nothing_to_be_seen_nothing_is_left_over() -> None:
    flat, beside = scene(contrast=0.5), np.array([[-30.0, -30, -5, -5], [40, 30, 43, 33]])
    assert not left_over(flat, flat, BOX).any() and not left_over(scene(), scene(), beside).any()
    assert left_over(scene(), scene(), np.zeros((0, 4))).shape == (0,)


@pytest.mark.parametrize("line", [-1.0, 0.9, 2.0])  # what becomes grey, what is compared, what no recogniser tells
def test_a_painter_that_hides_nothing_fails(
    clip: Path,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    line: float,
) -> None:
    monkeypatch.setattr(Painter, "paint", lambda self, image, covers: image.copy())
    with pytest.raises(WorkbenchError, match="shows a face in the copy that was to be hidden; the copy was deleted"):
        redact_footage(clip, tmp_path / "copy.mp4", [Watching(walking)], line=line)
    assert [path.name for path in tmp_path.iterdir()] == ["street.mp4"]
