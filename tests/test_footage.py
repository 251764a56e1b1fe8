"""Reading footage: which frames, at what time, the same wherever reading starts."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from itertools import count, pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.footage_factory import make_clip, number, picture, quick
from workbench.errors import InputError
from workbench.footage import open_footage, read_ahead, sha256_of
from workbench.footage.ordering import timeline_of
from workbench.footage.timeline import Timeline, evenly

REAL = Path(__file__).parents[2] / "shared" / "data" / "footage"


def test_a_plain_clip_is_described_by_its_own_clock(plain: Path) -> None:
    source = open_footage(plain)
    assert (source.kind, source.codec, source.width, source.height, source.rotation) == ("video", "h264", 160, 96, 0)
    assert (source.frame_count, source.fps, source.start, source.seconds) == (60, 25, 0, 2.4)
    assert (source.stated_seconds, source.short, source.variable_rate, source.interlaced) == (2.4, False, False, False)
    assert source.sha256 == sha256_of(plain)
    assert repr(source) == "Footage(60 frames, h264 160x96, 25 fps, 00:00:00-00:00:02, 'plain.mp4')"


def test_facts_are_json(plain: Path) -> None:
    facts = json.loads(json.dumps(open_footage(plain).facts()))
    assert facts["name"] == "plain.mp4" and facts["frame_count"] == 60 and facts["timing"] == "container"


def test_footage_is_a_value_that_travels(plain: Path) -> None:
    source = open_footage(plain)
    copy = pickle.loads(pickle.dumps(source))
    assert copy == source and hash(copy) == hash(source)
    assert [frame.index for frame in copy.frames(0.5)] == [frame.index for frame in source.frames(0.5)]


def test_every_frame_is_itself_and_on_time(plain: Path) -> None:
    source = open_footage(plain)
    frames = list(source.frames(every=0.04))
    assert [number(frame.image) for frame in frames] == [frame.index for frame in frames] == list(range(60))
    assert [frame.t for frame in frames] == pytest.approx([index / 25 for index in range(60)])
    assert {frame.source for frame in frames} == {source.sha256} and not any(frame.corrupt for frame in frames)
    assert all(frame.image.flags.c_contiguous and frame.image.dtype == np.uint8 for frame in frames)


def test_an_instant_is_answered_by_the_frame_that_is_shown_then(plain: Path) -> None:
    assert [frame.index for frame in open_footage(plain).frames(every=0.1)][:6] == [0, 2, 5, 7, 10, 12]


def test_the_picture_that_stays_after_a_short_burst_is_looked_at(clips: Path) -> None:
    times = [3000 * again + at for again in range(4) for at in (0, 40, 80, 120)]
    source = open_footage(make_clip(clips / "burst.mp4", 16, times=times, tick=Fraction(1, 1000)))
    assert [frame.index for frame in source.frames(0.2)][:7] == [0, 3, 4, 7, 8, 11, 12]
    assert [frame.index for frame in source.frames(0.2, 4.0, 6.2)] == [7, 8, 11]
    assert [frame.index for frame in source.frames(0.2, 4.0, 5.0)] == [7]


def test_a_frame_answers_once_however_long_it_is_shown(plain: Path) -> None:
    assert [frame.index for frame in open_footage(plain).frames(every=0.001)] == list(range(60))


def test_both_ends_of_a_segment_are_included(plain: Path) -> None:
    source = open_footage(plain)
    assert [frame.index for frame in source.frames(0.2, 0.4, 1.0)] == [10, 15, 20, 25]
    assert [frame.index for frame in source.frames(0.2, 0.41, 0.99)] == [15, 20]
    assert [frame.index for frame in source.frames(0.2, 1.8)] == [45, 50, 55]
    assert list(source.frames(0.2, 7, 9)) == [] == list(source.frames(0.2, 1, 0.5))


@pytest.mark.parametrize("every", [0, -1, float("nan")])
def test_every_has_to_be_positive(plain: Path, every: float) -> None:
    with pytest.raises(InputError, match="give the seconds between samples"):
        open_footage(plain).frames(every)


OPEN_GOP = {"preset": "ultrafast", "bf": "3", "x264-params": "open-gop=1:keyint=10:min-keyint=10:threads=1"}
KINDS: dict[str, dict[str, object]] = {
    "b-frames.mp4": {"options": {"preset": "veryfast", "bf": "3", "b-pyramid": "normal", "threads": "1"}},
    "open-gop.mp4": {"options": OPEN_GOP},
    "open-gop.mkv": {"options": OPEN_GOP},
    "open-gop.ts": {"options": OPEN_GOP},
    "refresh.mp4": {"options": {"preset": "veryfast", "x264-params": "intra-refresh=1:keyint=10:threads=1"}},
    "fragments.mp4": {"container": {"movflags": "frag_keyframe+empty_moov"}},
    "program.mpg": {"codec": "mpeg2video", "options": {"bf": "2"}},
    "transport.ts": {"codec": "mpeg2video", "options": {"bf": "2"}},
    "asp.avi": {"codec": "mpeg4", "options": {"bf": "2"}},
    "avc.avi": {},
    "motion.avi": {"codec": "mjpeg", "pix_fmt": "yuvj420p"},
    "raw.h264": {},
    "nine.webm": {"codec": "libvpx-vp9"},
    "eight.webm": {"codec": "libvpx", "options": {"auto-alt-ref": "1", "lag-in-frames": "16", "cpu-used": "8"}},
    "high.mkv": {
        "codec": "libx265",
        "options": {"preset": "ultrafast", "x265-params": "log-level=none:pools=1:open-gop=1:keyint=10:bframes=3"},
    },
    "one.gif": {"codec": "gif", "pix_fmt": "rgb8"},
    "flash.flv": {},
    "media.wmv": {"codec": "wmv2"},
    "apple.mov": {"codec": "prores_ks", "pix_fmt": "yuv422p10le"},
    "archive.mkv": {"codec": "ffv1", "pix_fmt": "yuv420p10le"},
}


@pytest.mark.parametrize("name", KINDS)
def test_a_segment_is_bit_by_bit_what_the_whole_gives(clips: Path, name: str) -> None:
    source = open_footage(make_clip(clips / name, 50, gop=10, **KINDS[name]))  # type: ignore[arg-type]
    whole = {frame.index: frame for frame in source.frames(0.04)}
    assert [number(frame.image) for frame in whole.values()] == list(whole) == list(range(50))
    for first in (3, 10, 11, 19, 29, 30, 38, 47):
        begin = source.start + first * 0.04
        part = list(source.frames(0.04, begin, begin + 0.08))
        assert [frame.index for frame in part] == [first, first + 1, first + 2]
        for frame in part:
            assert frame.t == whole[frame.index].t
            assert np.array_equal(frame.image, whole[frame.index].image)


def test_small_pictures_in_one_packet_of_a_program_stream_are_neither_lost_nor_damaged(clips: Path) -> None:
    source = open_footage(make_clip(clips / "long.mpg", 100, gop=10, **KINDS["program.mpg"]))  # type: ignore[arg-type]
    with source.frames(0.04) as reading:
        assert [number(frame.image) for frame in reading if not frame.corrupt] == list(range(100))
    assert (reading.corrupt_frames, source.short) == (0, False)


def test_av1_segments(clips: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = make_clip(clips / "one.mp4", 30, codec="libsvtav1", gop=10)
    capfd.readouterr()  # the encoder talks
    source = open_footage(path)
    whole = {frame.index: frame.image for frame in source.frames(0.04)}
    assert list(whole) == list(range(30))
    assert all(np.array_equal(frame.image, whole[frame.index]) for frame in source.frames(0.04, 0.6, 0.8))
    assert capfd.readouterr() == ("", "")


def test_segments_put_together_are_the_whole(plain: Path) -> None:
    source = open_footage(plain)
    whole = [frame.index for frame in source.frames(0.2)]
    parts = [[frame.index for frame in source.frames(0.2, k * 0.6, (k + 1) * 0.6)] for k in range(4)]
    assert sorted({index for part in parts for index in part}) == whole
    assert all(earlier[-1] == later[0] for earlier, later in pairwise(parts))


def test_the_number_of_threads_changes_no_pixel(plain: Path) -> None:
    source = open_footage(plain)
    for one, four in zip(source.frames(0.2, threads=1), source.frames(0.2, threads=4), strict=True):
        assert np.array_equal(one.image, four.image)


def test_a_transport_stream_keeps_its_own_start(clips: Path) -> None:
    source = open_footage(make_clip(clips / "late.ts", 30, container={"output_ts_offset": "3600"}))
    assert source.start == pytest.approx(3600, abs=2)
    frames = list(source.frames(0.2))
    assert frames[0].t == source.start and frames[1].t == pytest.approx(source.start + 0.2)
    assert [frame.index for frame in source.frames(0.2, source.start + 0.4, source.start + 0.6)] == [10, 15]


def test_times_that_vary_are_kept(clips: Path) -> None:
    times = [0, 100, 110, 500, 900, 910, 2000]
    source = open_footage(make_clip(clips / "vary.mkv", 7, times=times, tick=Fraction(1, 1000)))
    assert source.variable_rate
    assert [frame.t for frame in source.frames(0.001)] == pytest.approx([time / 1000 for time in times])
    assert [frame.index for frame in source.frames(0.4)] == [0, 2, 3, 5, 6]


def test_milliseconds_of_an_even_rate_do_not_vary(clips: Path) -> None:
    assert not open_footage(make_clip(clips / "thirty.mkv", 31, rate=30)).variable_rate


def test_a_hole_in_even_footage_is_told(clips: Path) -> None:
    times = [index * 40 + 3000 * (index >= 30) for index in range(60)]
    facts = open_footage(make_clip(clips / "hole.mkv", 60, times=times, tick=Fraction(1, 1000))).facts()
    assert (facts["holes"], facts["hole_seconds"]) == (1, 3.0)


def test_a_container_without_times_is_counted_and_says_so(clips: Path) -> None:
    source = open_footage(make_clip(clips / "counted.h264", 30))
    assert source.timing == "frame rate, because the container has no times"
    assert [frame.t for frame in source.frames(0.2)] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])


@pytest.mark.parametrize("kind", ["avi", "asf"])
@pytest.mark.parametrize(("bf", "own"), [("0", True), ("2", False)])
def test_pictures_of_an_avi_or_asf_that_dropped_some_have_the_times_of_those_that_are_left(
    clips: Path, bf: str, own: bool, kind: str
) -> None:
    dropped = [index + 3 * (index > 8) + 50 * (index > 30) for index in range(60)]
    how = {**quick("libx264"), "bf": bf}
    source = open_footage(make_clip(clips / f"dropped{bf}.{kind}", 60, times=dropped, options=how))
    frames = list(source.every_frame())
    assert [number(frame.image) for frame in frames] == list(range(60))
    assert [frame.t for frame in frames] == pytest.approx([time / 25 for time in dropped])
    assert source.timing.startswith("container" if own else "place of their packets, because the container times these")
    assert not source.short and source.seconds == pytest.approx(113 / 25)
    for frame in source.frames(0.04, 3.1, 3.6):
        assert np.array_equal(frame.image, frames[frame.index].image)


def test_a_clock_that_jumps_back_loses_no_frame(clips: Path) -> None:
    early, late = make_clip(clips / "early.ts", 40), make_clip(clips / "later.ts", 40)
    joined = clips / "joined.ts"
    joined.write_bytes(late.read_bytes() + early.read_bytes())
    source = open_footage(joined)
    assert (source.frame_count, source.timing) == (80, "frame rate, because the container has times that jump")
    assert [number(frame.image) for frame in source.frames(0.04)] == [*range(40), *range(40)]


def test_counted_footage_is_not_called_short_by_times_that_cannot_be_used(clips: Path) -> None:
    pieces = [make_clip(clips / f"far-{at}.ts", 40, container={"output_ts_offset": str(at)}) for at in (0, 100, 30)]
    joined = clips / "far.ts"
    joined.write_bytes(b"".join(piece.read_bytes() for piece in pieces))
    source = open_footage(joined)
    assert (source.frame_count, source.stated_seconds, source.short) == (120, None, False)


@pytest.mark.parametrize("back", [10.5, 20.5, 30.5])
def test_a_clock_that_is_set_back_by_a_little_loses_no_frame_and_calls_none_damaged(clips: Path, back: float) -> None:
    step, settings = 3600, {"preset": "fast", "bf": "0", "threads": "1"}
    starts = (90_000, 90_000 + int((100 - back) * step))
    pieces = [
        make_clip(
            clips / f"set-back-{back}-{place}.ts",
            [picture(place * 100 + index) for index in range(100)],
            times=[start + step * index for index in range(100)],
            tick=Fraction(1, 90_000),
            options=settings,
        )
        for place, start in enumerate(starts)
    ]
    joined = clips / f"set-back-{back}.ts"
    joined.write_bytes(b"".join(piece.read_bytes() for piece in pieces))
    source = open_footage(joined)
    with source.frames(source.seconds / 200) as reading:
        assert [number(frame.image) for frame in reading] == list(range(200))
    assert reading.corrupt_frames == 0
    assert source.timing == "frame rate, because the container has times that jump"


def stamped(pts: Sequence[int], dts: Sequence[int]) -> Timeline:
    """The timeline of packets with these times, in the order of storage, in milliseconds."""
    packet = {"duration": 40, "size": 9, "is_keyframe": True, "is_corrupt": False, "is_discard": False}
    packets = [SimpleNamespace(pts=shown, dts=decoded, **packet) for shown, decoded in zip(pts, dts, strict=True)]
    found = timeline_of(packets, Fraction(1, 1000), Fraction(25), "h264")
    assert found is not None
    return found


def test_one_damaged_time_is_not_believed() -> None:
    even = [index * 40 for index in range(60)]
    assert stamped(even, even).trusted
    for late in (10, 40, 58):
        wrong = [at + 9_000_000 * (index == late) for index, at in enumerate(even)]
        assert not stamped(wrong, wrong).trusted and not stamped(wrong, even).trusted
    reordered = [at + (80, -40, -40)[index % 3] for index, at in enumerate(even)]
    pauses = [at + 100_000 * (at > 1000) for at in even]
    assert stamped(reordered, [at - 80 for at in even]).trusted and stamped(pauses, pauses).trusted


def test_one_frame_is_footage(clips: Path) -> None:
    source = open_footage(make_clip(clips / "single.mp4", 1))
    assert source.frame_count == 1 and source.seconds == pytest.approx(0.04)
    assert [frame.index for frame in source.frames(0.2)] == [0]


def by_the_book(timeline: Timeline, every: float, start: float | None, end: float | None) -> list[int]:
    """The sampling rule, word by word."""
    times = [timeline.t(index) for index in range(len(timeline))]
    chosen, instant = set(), times[0]
    for k in count(1):
        if (start is None or instant >= start - timeline.slack) and (end is None or instant <= end + timeline.slack):
            shown = [index for index, t in enumerate(times) if t <= instant + timeline.slack]
            chosen.add(shown[-1])
        instant = times[0] + k * every
        if instant >= times[0] + timeline.seconds - timeline.slack:
            return sorted(chosen)
    raise AssertionError


@pytest.mark.parametrize("seed", range(40))
def test_samples_are_those_of_the_rule_word_by_word(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ticks = 700 + np.cumsum(rng.integers(1, [3, 4000][seed % 2], 60))
    timeline = replace(evenly(60, Fraction(1, 1000)), ticks=ticks, end=int(ticks[-1]) + int(rng.integers(1, 3000)))
    every = float(rng.uniform(0.0021, 1.5))
    start, end = np.sort(rng.uniform(timeline.start - 1, timeline.t(-1) + 1, 2)).tolist()
    for bounds in ((None, None), (start, None), (None, end), (start, end)):
        assert timeline.samples(every, *bounds).tolist() == by_the_book(timeline, every, *bounds)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real clips in ../shared/data are not here")
def test_real_clips_are_whole_and_cut_anywhere_alike() -> None:
    for path in sorted(REAL.glob("*.mp4"))[:3]:
        source = open_footage(path)
        reading = source.frames(0.2)
        with closing(read_ahead(reading)) as frames:
            whole = {frame.index: frame.image for frame in frames}
        assert len(whole) == reading.expected and reading.corrupt_frames == 0 and not source.short
        for frame in source.frames(0.2, 1.0, 1.6):
            assert np.array_equal(frame.image, whole[frame.index])
