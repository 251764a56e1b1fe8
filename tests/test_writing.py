"""Copies have the times of the original, as far as MP4 can hold them, and what cannot be written is said in a line."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.footage_factory import make_clip, number, picture, quick
from workbench.errors import WorkbenchError
from workbench.footage import open_footage
from workbench.footage.writing import writing

STEADY = {**quick("libx264"), "bf": "0"}


def copied(source: Path, to: Path) -> tuple[list[int], list[float]]:
    """What the pictures of a copy show, and when."""
    footage = open_footage(source)
    with writing(to, footage) as writer, footage.every_frame() as frames:
        for frame in frames:
            writer.write(frame.image, frame.index)
    copy = open_footage(to)
    with copy.every_frame() as frames:
        return [number(frame.image) for frame in frames], copy.timeline.times.tolist()


@pytest.mark.parametrize(
    ("times", "tick"),
    [
        ([40 * index - 40 * (index == 21) for index in range(40)], Fraction(1, 1000)),  # one pair
        ([index // 2 for index in range(40)], Fraction(1, 1000)),  # 2000 pictures a second
        ([index // 2 * 2 for index in range(40)], Fraction(1, 25)),  # pairs on a slow clock
    ],
)
def test_pictures_of_one_time_are_copied_one_after_the_other(tmp_path: Path, times: list[int], tick: Fraction) -> None:
    source = make_clip(tmp_path / "twice.mkv", 40, times=times, tick=tick, options=STEADY)
    assert (np.diff(open_footage(source).timeline.ticks) == 0).any()
    shown, at = copied(source, tmp_path / "copy.mp4")
    assert shown == list(range(40))
    assert at == pytest.approx([time * float(tick) for time in times], abs=0.001)


def test_what_the_encoder_refuses_is_said_in_one_line(tmp_path: Path) -> None:
    footage = open_footage(make_clip(tmp_path / "street.mp4", 3))
    with (
        pytest.raises(WorkbenchError, match=r"a copy of .street\.mp4. cannot be written as MP4 \(.*--from"),
        writing(tmp_path / "copy.mp4", footage) as writer,
    ):
        writer.write(picture(0, 40_000, 2), 0)
