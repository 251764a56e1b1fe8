"""Footage whose pictures change their size is copied in one size, undistorted, and what is hidden is checked where it lies."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import Seen
from tests.footage_factory import make_clip, picture, quick
from tests.test_redaction import Watching
from workbench.errors import WorkbenchError
from workbench.faces import Frame
from workbench.footage import open_footage
from workbench.footage.canvas import fitted, fitted_box
from workbench.footage.painting import Painter
from workbench.models.pack import Pack
from workbench.redacting import redact_footage
from workbench.sights import Kept, watch

U8 = NDArray[np.uint8]
STEADY = {**quick("libx264"), "bf": "0"}


def joined(path: Path, *parts: list[U8]) -> Path:
    """A transport stream whose pictures change their size from part to part."""
    data, at = b"", 100
    for number, part in enumerate(parts):
        piece = path.with_name(f"{path.stem}-{number}.ts")
        make_clip(piece, part, times=range(at, at + len(part)), format="mpegts", options=STEADY)
        data, at = data + piece.read_bytes(), at + len(part)
        piece.unlink()
    path.write_bytes(data)
    return path


def test_pictures_keep_their_proportions_on_the_canvas_and_those_of_its_size_stay_as_they_are() -> None:
    same, flat = np.full((40, 80, 3), 9, np.uint8), np.full((80, 80, 3), 200, np.uint8)
    one, other = fitted([Frame(same), Frame(flat, t=1.5, index=3)], (40, 80))
    assert one.image is same and (other.t, other.index, other.image.shape) == (1.5, 3, (40, 80, 3))
    assert (other.image[:, :40] == 200).all() and not other.image[:, 40:].any()
    assert next(fitted([Frame(flat)], None)).image is flat
    assert fitted_box((20, 40, 40, 80), (80, 80), (40, 80)) == (10, 20, 20, 40)
    assert fitted_box((20, 40, 40, 80), (80, 80), None) == (20, 40, 40, 80)


def test_a_copy_has_one_size_and_distorts_nothing(tmp_path: Path) -> None:
    wide, high = [picture(index) for index in range(6)], [picture(0, 96, 160)] * 6
    source = joined(tmp_path / "both.ts", wide, high)
    made = redact_footage(source, tmp_path / "copy.mp4", [Watching()])
    with open_footage(made.path).every_frame() as frames:
        copy = [frame.image for frame in frames]
    assert {image.shape for image in copy} == {(96, 160, 3)}
    small = cv2.resize(high[0], (58, 96), interpolation=cv2.INTER_AREA)
    assert np.abs(copy[9][:, :58].astype(int) - small).mean() < 8 and copy[9][:, 64:].max() < 12


def test_who_is_shown_is_shown_after_the_size_changed_too(tmp_path: Path) -> None:
    source = joined(tmp_path / "both.ts", [picture(index) for index in range(4)], [picture(5, 80, 48)] * 4)
    pack = Watching(lambda index: [Seen(1, 60, 60, 40)] if index == 5 else [])
    kept = Kept(1, 0.0, 9.0, ((6, (20.0, 20.0, 40.0, 40.0)),))  # in the small picture; on the canvas twice as large
    pack.detect = lambda image, **_: Watching(
        lambda _: [Seen(1, *((60, 60, 40) if len(image) > 48 else (30, 30, 20)))]
    ).detect(image)  # type: ignore[method-assign]
    found = watch(open_footage(source), [pack], [kept], canvas=(96, 160))
    assert found.shown.any() and found.box[found.shown].tolist() == [[40, 40, 80, 80]] * int(found.shown.sum())


def test_a_painter_that_hides_nothing_fails_its_check_after_the_size_changed_too(
    tmp_path: Path, shared: Path, minifix: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_footage(shared / "footage" / "head-pose-face-detection-female.mp4").every_frame(0, 7) as frames:
        faces = [frame.image[5:200, 120:300] for frame in frames]
    empty = np.full((540, 960, 3), 90, np.uint8)
    small = [np.full((270, 480, 3), 90, np.uint8) for _ in faces]
    for image, face in zip(small, faces, strict=True):
        image[75:, 290:470] = face
    source = joined(tmp_path / "shrinks.ts", [empty] * 4, small)
    monkeypatch.setattr(Painter, "paint", lambda self, image, covers: image.copy())
    with pytest.raises(WorkbenchError, match="deleted"):
        redact_footage(source, tmp_path / "copy.mp4", [minifix])
    assert [path.name for path in tmp_path.iterdir()] == ["shrinks.ts"]
