"""Pictures that nobody looks at and nothing rests on are not decoded; all others come out the same, to the bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.footage_factory import damage, make_clip
from workbench.footage import open_footage
from workbench.footage.layers import layer_of, top_layer
from workbench.footage.video import VideoFile

SILENT = "log-level=none:pools=1:bframes=4"
CLIPS: dict[str, dict[str, Any]] = {
    "plain.mp4": {"options": {"preset": "medium", "bf": "3"}},
    "open.mkv": {"options": {"preset": "fast", "bf": "5", "x264-params": "b-pyramid=strict:open-gop=1"}},
    "stream.ts": {"options": {"preset": "fast", "bf": "3"}},
    "hevc.mp4": {"codec": "libx265", "options": {"preset": "fast", "x265-params": SILENT}},
    "layers.mkv": {"codec": "libx265", "options": {"preset": "fast", "x265-params": SILENT + ":temporal-layers=3"}},
    "stills.avi": {"codec": "mjpeg", "pix_fmt": "yuvj420p", "options": {}},
}


def decoded(source: VideoFile, every: float) -> int:
    """How many pictures are decoded for the sake of the sampled ones."""
    return sum(1 for _ in source.decoder.only(source.timeline.samples(every)).pictures())


@pytest.mark.parametrize("name", CLIPS)
def test_what_is_sampled_is_the_same_to_the_bit_and_fewer_pictures_are_decoded(clips: Path, name: str) -> None:
    if CLIPS[name].get("codec", "libx264") not in av.codecs_available:
        pytest.skip(f"this FFmpeg has no {CLIPS[name]['codec']}")
    source = open_footage(make_clip(clips / name, 75, gop=25, **CLIPS[name]))
    assert isinstance(source, VideoFile)
    every_one = {frame.index: frame for frame in source.every_frame()}
    reading = source.frames(0.2)
    for frame in reading:
        assert np.array_equal(frame.image, every_one[frame.index].image) and frame.t == every_one[frame.index].t
        assert not frame.corrupt
    assert reading.corrupt_frames == 0 and decoded(source, 0.2) < 60 < decoded(source, 0.04) == 75


@pytest.mark.parametrize("options", [{"preset": "fast", "bf": "0"}, {"preset": "fast", "x264-params": "interlaced=1"}])
def test_streams_without_such_pictures_and_interlaced_ones_are_decoded_whole(clips: Path, options: Any) -> None:
    name = "-".join(options).replace(".", "") + ".mp4"
    source = open_footage(make_clip(clips / name, 50, gop=25, options=options))
    assert isinstance(source, VideoFile)
    assert source.interlaced or decoded(source, 0.2) == 50
    assert [frame.index for frame in source.frames(0.2)] == list(range(0, 50, 5))


@pytest.mark.parametrize("name", ["plain.mp4", "stream.ts"])
def test_what_is_found_damaged_depends_on_neither_threads_nor_segments(clips: Path, name: str) -> None:
    whole = make_clip(clips / f"whole-{name}", 100, gop=20, **CLIPS[name])
    source = open_footage(damage(whole, 0.5, clips / f"hurt-{name}", 300))

    def found(threads: int) -> tuple[int, set[int]]:
        reading = source.frames(0.2, threads=threads)
        flagged = {frame.index for frame in reading if frame.corrupt}
        return reading.corrupt_frames, flagged

    alone = found(1)
    assert alone[0] > 0
    assert [found(threads) for threads in (2, 3, 0, 2)] == [alone] * 4
    parts = [source.frames(0.2, source.start + at, source.start + at + 1) for at in range(4)]
    assert {frame.index for part in parts for frame in part if frame.corrupt} == alone[1]
    assert sum(part.corrupt_frames for part in parts) == alone[0]


def test_damage_of_a_picture_on_which_nothing_rests_marks_that_one_alone(clips: Path) -> None:
    whole = make_clip(clips / "lone.mkv", 60, gop=20, **CLIPS["plain.mp4"])
    line = open_footage(whole).timeline
    wrong = int(np.flatnonzero(line.spare)[-6])
    with av.open(str(whole)) as container:
        packets = {packet.pts: packet for packet in container.demux(video=0) if packet.size}
        packet = packets[int(line.ticks[wrong])]
        place, size = packet.pos, packet.size
    data = bytearray(whole.read_bytes())
    data[place + size // 2 : place + size] = np.random.default_rng(1).bytes(size - size // 2)
    hurt = clips / "lone-hurt.mkv"
    hurt.write_bytes(bytes(data))
    source = open_footage(hurt)
    assert {frame.index for frame in source.frames(0.04) if frame.corrupt} == {wrong}
    parts = [source.frames(0.04, begin, begin + 0.4) for begin in np.arange(0, 2.4, 0.4)]
    assert {frame.index for part in parts for frame in part if frame.corrupt} == {wrong}


def test_what_rests_on_a_picture_is_read_from_the_bits_before_each_slice() -> None:
    start, by_length = layer_of("h264", None), layer_of("h264", bytes([1, 100, 0, 40, 0xFF]))
    disposable, reference, settings = b"\x01\xaa", b"\x41\xaa", b"\x67\xaa"
    assert start(b"\0\0\0\1" + settings + b"\0\0\1" + disposable) == 1
    assert start(b"\0\0\1" + disposable + b"\0\0\1" + reference) == 0  # two fields: the second is referred to
    assert by_length(b"\0\0\0\2" + disposable) == 1 and by_length(b"\0\0\0\2" + reference) == 0
    assert by_length(b"\0\0\0\x09" + disposable) == 0  # a length that does not fit is for the decoder to judge
    hevc = layer_of("hevc", None)
    assert [hevc(b"\0\0\1" + bytes([kind << 1, temporal])) for kind, temporal in ((0, 1), (0, 3), (1, 1), (19, 1))] == [
        1,
        3,
        0,
        0,
    ]
    assert layer_of("vp9", None)(b"\0\0\1\1") == 0


def test_only_the_highest_layer_is_spared() -> None:
    assert top_layer([0, 1, 2, 2]) == [False, False, True, True]
    assert top_layer([0, 0]) == [False, False] and top_layer([]) == []
