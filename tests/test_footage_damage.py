"""Footage that is cut off or damaged is read as far as it goes, and says so."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.footage_factory import cut, damage, make_clip, number, quick
from workbench.errors import FootageError
from workbench.footage import open_footage


def test_a_cut_mp4_is_read_to_its_last_frame_and_called_short(clips: Path) -> None:
    path = make_clip(clips / "whole.mp4", 100, container={"movflags": "faststart"})
    source = open_footage(cut(path, 0.6, clips / "cut.mp4"))
    assert source.short and source.stated_seconds == 4 and 2 < source.seconds < 2.8
    frames = list(source.frames(0.04))
    assert frames[-1].index >= source.frame_count - 3
    assert [number(frame.image) for frame in frames if not frame.corrupt] == [f.index for f in frames if not f.corrupt]


@pytest.mark.parametrize(("name", "codec"), [("cut.mkv", "libx264"), ("cut.avi", "mpeg4"), ("cut.webm", "libvpx-vp9")])
def test_other_cut_containers_are_short_too(clips: Path, name: str, codec: str) -> None:
    source = open_footage(cut(make_clip(clips / f"whole-{name}", 100, codec=codec), 0.6, clips / name))
    frames = list(source.frames(0.04))
    assert source.short and source.stated_seconds == pytest.approx(4, abs=0.1)
    assert len(frames) >= source.frame_count - 3 and source.seconds == pytest.approx(len(frames) / 25, abs=0.13)


@pytest.mark.parametrize(
    ("name", "codec"),
    [("late.mkv", "libx264"), ("late.webm", "libvpx-vp9"), ("late.wmv", "wmv2"), ("late.ts", "libx264")],
)
def test_a_whole_file_that_starts_late_is_not_called_short_and_a_cut_one_is(clips: Path, name: str, codec: str) -> None:
    times = [5000 + index * 40 for index in range(100)]
    path = make_clip(clips / name, 100, codec=codec, times=times, tick=Fraction(1, 1000))
    source = open_footage(path)
    assert (source.short, source.start) == (False, 5) and source.seconds == pytest.approx(4, abs=0.05)
    assert source.stated_seconds == pytest.approx(4, abs=0.05)
    if name.endswith((".mkv", ".webm")):  # the others state no length once they are cut
        assert open_footage(cut(path, 0.6, clips / f"cut-{name}")).short


def test_an_asf_that_starts_late_and_does_not_say_when_is_not_called_short(clips: Path) -> None:
    how = {**quick("libx264"), "bf": "0"}
    source = open_footage(make_clip(clips / "late.asf", 100, times=range(125, 225), options=how))
    assert (source.short, source.start) == (False, 5) and source.stated_seconds == pytest.approx(4)


def test_a_hole_does_not_hide_that_the_end_is_missing(clips: Path) -> None:
    times = [index * 40 + 86_400_000 * (index >= 30) for index in range(200)]
    whole = make_clip(clips / "hole.mkv", 200, times=times, tick=Fraction(1, 1000))
    ended = open_footage(cut(whole, 0.6, clips / "hole-cut.mkv"))
    assert (open_footage(whole).short, ended.short) == (False, True) and 40 < ended.frame_count < 180


def test_an_mp4_without_its_index_says_so(clips: Path, plain: Path) -> None:
    with pytest.raises(FootageError, match=r"'noindex.mp4' has lost its index.*copy it again"):
        open_footage(cut(plain, 0.6, clips / "noindex.mp4"))
    whole = plain.read_bytes()
    (clips / "half.mp4").write_bytes(whole[: whole.index(b"moov") + 200])
    with pytest.raises(FootageError, match=r"'half.mp4' has lost its index"):
        open_footage(clips / "half.mp4")


@pytest.mark.parametrize(
    ("name", "codec"),
    [("hurt.mp4", "libx264"), ("hurt.ts", "libx264"), ("hurt.mkv", "libx264"), ("hurt.mpg", "mpeg2video")],
)
def test_damage_is_flagged_up_to_the_next_key_frame_and_not_beyond(clips: Path, name: str, codec: str) -> None:
    whole = make_clip(clips / f"whole-{name}", 100, codec=codec, gop=20)
    source = open_footage(damage(whole, 0.5, clips / name, 200))
    reading = source.frames(0.04)
    frames = list(reading)
    flagged = [frame for frame in frames if frame.corrupt]
    assert 0 < len(flagged) <= 20 and reading.corrupt_frames >= len(flagged)
    assert frames[-1].t == pytest.approx(source.start + 99 * 0.04)
    good = {round(frame.t, 3): frame.image for frame in open_footage(whole).frames(0.04)}
    for frame in frames:
        if not frame.corrupt:
            assert np.abs(frame.image.astype(int) - good[round(frame.t, 3)]).max() <= 3


@pytest.mark.parametrize(
    ("codec", "options"),
    [
        ("libx265", {"preset": "fast", "x265-params": "log-level=none:pools=1:open-gop=1:bframes=4"}),
        ("libx264", {"preset": "fast", "bf": "3", "x264-params": "open-gop=1"}),
    ],
)
def test_what_was_cut_off_before_the_first_key_frame_harms_nothing_after_it(
    clips: Path, codec: str, options: dict[str, str]
) -> None:
    whole = make_clip(
        clips / f"open-{codec}.ts", 80, codec=codec, gop=20, format="mpegts", times=range(100, 180), options=options
    )
    with av.open(str(whole)) as container:
        keys = [packet.pos for packet in container.demux(video=0) if packet.is_keyframe and packet.size]
    data = whole.read_bytes()
    (clips / f"begun-{codec}.ts").write_bytes(
        data[:564] + data[keys[1] // 188 * 188 :]
    )  # the tables, and from a key frame on
    source = open_footage(clips / f"begun-{codec}.ts")
    first = int(source.timeline.key.argmax())
    frames = [frame for frame in source.every_frame() if frame.index >= first]
    assert 0 < first < 8 and not any(frame.corrupt for frame in frames)
    assert [number(frame.image) for frame in frames] == list(range(80 - len(frames), 80))


def test_segments_agree_with_the_whole_on_what_is_damaged(clips: Path) -> None:
    whole = make_clip(clips / "agree.mp4", 100, gop=20)
    source = open_footage(damage(whole, 0.5, clips / "agree-hurt.mp4", 200))
    reading = source.frames(0.04)
    corrupt = {frame.index for frame in reading if frame.corrupt}
    parts = [source.frames(0.04, begin, begin + 0.4) for begin in np.arange(0, 4, 0.4)]
    assert {frame.index for part in parts for frame in part if frame.corrupt} == corrupt
    assert sum(part.corrupt_frames for part in parts) == reading.corrupt_frames


def test_a_strict_decoder_counts_the_frames_it_cannot_give(clips: Path) -> None:
    whole = make_clip(clips / "strict.mkv", 60, codec="mjpeg", pix_fmt="yuvj420p")
    reading = open_footage(damage(whole, 0.5, clips / "strict-hurt.mkv", 200)).frames(0.04)
    assert len(list(reading)) + reading.corrupt_frames == reading.expected == 60
