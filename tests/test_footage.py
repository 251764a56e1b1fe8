"""Reading footage: which frames, at what time, with what damage, and what is refused."""

from __future__ import annotations

import json
import os
from contextlib import closing
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from tests.footage_factory import cut, damage, make_clip, number, picture, quick
from workbench.errors import FootageError, InputError
from workbench.footage import open_footage, read_ahead, sha256_of

REAL = Path(__file__).parents[2] / "shared" / "data" / "footage"


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="module")
def plain(clips: Path) -> Path:
    return make_clip(clips / "plain.mp4", 60)


# -- what can be said without watching


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


# -- which frames


def test_every_frame_is_itself_and_on_time(plain: Path) -> None:
    source = open_footage(plain)
    frames = list(source.frames(every=0.04))
    assert [number(frame.image) for frame in frames] == [frame.index for frame in frames] == list(range(60))
    assert [frame.t for frame in frames] == pytest.approx([index / 25 for index in range(60)])
    assert {frame.source for frame in frames} == {source.sha256} and not any(frame.corrupt for frame in frames)
    assert all(frame.image.flags.c_contiguous and frame.image.dtype == np.uint8 for frame in frames)


def test_an_instant_is_answered_by_the_first_frame_at_or_after_it(plain: Path) -> None:
    assert [frame.index for frame in open_footage(plain).frames(every=0.1)][:6] == [0, 3, 5, 8, 10, 13]


def test_a_frame_answers_once_however_many_instants_precede_it(plain: Path) -> None:
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
    assert [frame.index for frame in source.frames(0.4)] == [0, 3, 4, 6]


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


def test_a_clock_that_jumps_back_loses_no_frame(clips: Path) -> None:
    early, late = make_clip(clips / "early.ts", 40), make_clip(clips / "later.ts", 40)
    joined = clips / "joined.ts"
    joined.write_bytes(late.read_bytes() + early.read_bytes())
    source = open_footage(joined)
    assert (source.frame_count, source.timing) == (80, "frame rate, because the container has times that jump")
    assert [number(frame.image) for frame in source.frames(0.04)] == [*range(40), *range(40)]


def test_one_frame_is_footage(clips: Path) -> None:
    source = open_footage(make_clip(clips / "single.mp4", 1))
    assert source.frame_count == 1 and source.seconds == pytest.approx(0.04)
    assert [frame.index for frame in source.frames(0.2)] == [0]


# -- what has to be undone


@pytest.mark.parametrize(
    ("turn", "shown"),
    [
        ((-90, False, False), lambda image: np.rot90(image, -1)),
        ((90, False, False), lambda image: np.rot90(image, 1)),
        ((180, False, False), lambda image: np.rot90(image, 2)),
        ((0, True, False), lambda image: image[:, ::-1]),
        ((0, False, True), lambda image: image[::-1]),
    ],
)
def test_pictures_are_upright_as_their_matrix_says(clips: Path, turn: tuple[float, bool, bool], shown: object) -> None:
    path = make_clip(clips / f"turn{turn[0]}{turn[1]}{turn[2]}.mp4", 3, turn=turn)
    source, stored = open_footage(path), open_footage(make_clip(clips / "unturned.mp4", 3))
    frame, flat = next(source.frames()), next(stored.frames())
    assert np.array_equal(frame.image, shown(flat.image))  # type: ignore[operator]
    assert frame.image.shape == (source.height, source.width, 3) and frame.image.flags.c_contiguous
    assert (source.rotation, source.details["mirrored"]) == ((turn[0] + 180 * turn[2]) % 360, turn[1] or turn[2])


@pytest.mark.parametrize(
    ("aspect", "size"), [(Fraction(2), (320, 96)), (Fraction(8, 9), (160, 108)), (Fraction(1, 90), (160, 96))]
)
def test_pixels_are_square(clips: Path, aspect: Fraction, size: tuple[int, int]) -> None:
    source = open_footage(make_clip(clips / f"aspect{aspect.numerator}.mp4", 7, aspect=aspect))
    assert (source.width, source.height) == size
    assert [number(frame.image) for frame in source.frames(0.04)] == list(range(7))


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt", "spread"),
    [
        ("ten.mp4", "libx264", "yuv420p10le", 3),
        ("ten.mkv", "libx265", "yuv420p10le", 3),
        ("422.mov", "prores_ks", "yuv422p10le", 4),
        ("444.mkv", "ffv1", "yuv444p", 3),
        ("full.avi", "mjpeg", "yuvj420p", 6),
        ("lossless.mkv", "ffv1", "bgr0", 0),
        ("limited.mkv", "ffv1", "yuv420p", 3),
    ],
)
def test_colours_come_back(clips: Path, name: str, codec: str, pix_fmt: str, spread: int) -> None:
    flat = [np.full((96, 160, 3), colour, np.uint8) for colour in ((255, 0, 0), (10, 200, 90), (0, 0, 0), (255,) * 3)]
    options = {"qscale": "2"} if codec == "mjpeg" else None
    path = make_clip(clips / f"colour-{name}", flat, codec=codec, pix_fmt=pix_fmt, options=options)
    for frame, image in zip(open_footage(path).frames(0.04), flat, strict=True):
        assert np.abs(frame.image.astype(int) - image)[20:-20, 20:-20].max() <= spread


def test_grey_stays_grey(clips: Path) -> None:
    ramp = np.tile(np.arange(160, dtype=np.uint8), (96, 1))[..., None].repeat(3, 2)
    path = make_clip(clips / "grey.mkv", [ramp], codec="ffv1", pix_fmt="gray")
    assert np.abs(next(open_footage(path).frames()).image.astype(int) - ramp).max() <= 1


@pytest.mark.parametrize(("lines", "matrix"), [(96, "ITU601"), (720, "ITU709")])
def test_the_height_decides_the_colour_matrix_that_nobody_stated(clips: Path, lines: int, matrix: str) -> None:
    red = np.zeros((lines, 160, 3), np.uint8)
    red[..., 0] = 200
    stored = av.VideoFrame.from_ndarray(red).reformat(format="yuv444p", dst_colorspace=matrix, dst_color_range="MPEG")
    with av.open(str(clips / f"{matrix}.mkv"), "w") as output:
        stream = output.add_stream("ffv1", rate=25, width=160, height=lines, pix_fmt="yuv444p")
        stored.pts, stored.time_base, stored.colorspace, stored.color_range = 0, Fraction(1, 25), 2, 1
        output.mux(stream.encode(stored))
        output.mux(stream.encode(None))
    assert np.abs(next(open_footage(clips / f"{matrix}.mkv").frames()).image.astype(int) - red).max() <= 3


def _combed(index: int) -> np.ndarray:
    """A bar that moves 8 px between the fields of one frame."""
    image = np.full((96, 160, 3), 30, np.uint8)
    for field in (0, 1):
        x = 10 + (2 * index + field) * 8 % 110
        image[field::2, x : x + 24] = 220
    return image


def _comb(image: np.ndarray) -> float:
    """How much neighbouring lines differ, away from the edges."""
    return float(np.abs(np.diff(image[8:-8].astype(int), axis=0)).mean())


def test_interlaced_frames_lose_their_combs_and_nothing_else(clips: Path) -> None:
    options = {**quick("libx264"), "x264-params": "tff=1:force-cfr=1:threads=1", "bf": "0"}
    path = make_clip(clips / "fields.mp4", [_combed(i) for i in range(30)], options=options, flags=1 << 18 | 1 << 29)
    source = open_footage(path)
    frames = list(source.frames(0.04))
    assert source.interlaced and [frame.index for frame in frames] == list(range(30))
    assert [frame.t for frame in frames] == pytest.approx([index / 25 for index in range(30)])
    assert np.mean([_comb(frame.image) for frame in frames[1:-1]]) < 0.2 * _comb(_combed(5))
    for frame in source.frames(0.04, 0.48, 0.6):
        assert np.array_equal(frame.image, frames[frame.index].image)


# -- what is cut off or damaged


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


def test_an_mp4_without_its_index_says_so(clips: Path, plain: Path) -> None:
    with pytest.raises(FootageError, match=r"'noindex.mp4' has lost its index.*copy it again"):
        open_footage(cut(plain, 0.6, clips / "noindex.mp4"))


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


# -- what is refused


def test_what_is_not_footage_is_refused_in_one_line(clips: Path, plain: Path) -> None:
    (clips / "text.mp4").write_text("this is not footage\n" * 100)
    (clips / "empty.mp4").write_bytes(b"")
    (clips / "noise.mp4").write_bytes(np.random.default_rng(1).bytes(5000))
    (clips / "nothing").mkdir()
    refusals = {
        "text.mp4": "is text, not footage",
        "empty.mp4": "is empty",
        "noise.mp4": "is not footage that can be read",
        "absent.mp4": "is missing",
        "nothing": "holds no image",
    }
    for name, reason in refusals.items():
        with pytest.raises(FootageError, match=reason) as caught:
            open_footage(clips / name)
        assert repr(name) in str(caught.value) and "\n" not in str(caught.value) and str(clips) not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["rtsp://ann:secret@10.0.0.9/live", "http://example.org/a.mp4", "HTTPS://example.org/a.mp4", "tcp://10.0.0.9:99"],
)
def test_an_address_is_for_watch_and_its_password_is_not_repeated(address: str) -> None:
    for given in (address, Path(address)):
        with pytest.raises(FootageError, match="workbench watch") as caught:
            open_footage(given)
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{clip}\n#EXT-X-ENDLIST\n"),
        ("list.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"),
        ("list.txt", "ffconcat version 1.0\nfile '{clip}'\n"),
        (
            "list.mpd",
            '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{clip}</BaseURL></MPD>',
        ),
        ("list.sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"),
    ],
)
def test_a_playlist_opens_nothing(clips: Path, plain: Path, name: str, text: str) -> None:
    (clips / name).write_text(text.format(clip=plain))
    with pytest.raises(FootageError, match="playlist or description that points at other files"):
        open_footage(clips / name)


def test_sound_alone_is_not_footage(clips: Path) -> None:
    with av.open(str(clips / "sound.mp4"), "w") as output:
        _sound(output, output.add_stream("aac", rate=16000))
    with pytest.raises(FootageError, match=r"'sound.mp4' has no video \(1 audio\)"):
        open_footage(clips / "sound.mp4")


def _sound(output: av.container.OutputContainer, stream: av.AudioStream) -> None:
    for start in range(0, 16000, 1024):
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        sound.sample_rate, sound.pts = 16000, start
        output.mux(stream.encode(sound))
    output.mux(stream.encode(None))


def test_cover_art_is_not_footage(clips: Path) -> None:
    path = clips / "song.mp4"
    with av.open(str(path), "w") as output:
        art = output.add_stream("png", rate=1, width=160, height=96, pix_fmt="rgb24")
        art.disposition = av.stream.Disposition.attached_pic
        sound = output.add_stream("aac", rate=16000)
        output.mux(art.encode(av.VideoFrame.from_ndarray(picture(1))))
        _sound(output, sound)
    with pytest.raises(FootageError, match="has no video"):
        open_footage(path)


def test_of_several_video_streams_the_largest_is_read(clips: Path) -> None:
    path = clips / "two.mkv"
    with av.open(str(path), "w") as output:
        small = output.add_stream("libx264", rate=25, width=80, height=48, options=quick("libx264"))
        large = output.add_stream("libx264", rate=25, width=160, height=96, options=quick("libx264"))
        for index in range(10):
            for stream, scale in ((small, 2), (large, 1)):
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture(index)[::scale, ::scale]))
                frame.pts, frame.time_base = index, Fraction(1, 25)
                output.mux(stream.encode(frame))
        for stream in (small, large):
            output.mux(stream.encode(None))
    source = open_footage(path)
    assert (source.width, source.height, source.facts()["video_streams"]) == (160, 96, 2)
    assert [number(frame.image) for frame in source.frames(0.04)] == list(range(10))


@pytest.mark.parametrize(
    ("width", "height", "reason"), [(30000, 96, "the limit is 16384 px a side"), (60000, 60000, "impossible size")]
)
def test_an_absurd_size_is_refused_before_decoding(clips: Path, width: int, height: int, reason: str) -> None:
    path = make_clip(clips / "huge.avi", 2, codec="ffv1")
    data = path.read_bytes()
    side = (160).to_bytes(4, "little") + (96).to_bytes(4, "little")
    assert side in data
    path.write_bytes(data.replace(side, width.to_bytes(4, "little") + height.to_bytes(4, "little")))
    with pytest.raises(FootageError, match=reason):
        open_footage(path)


@pytest.mark.parametrize(
    "name",
    ["with space.mp4", 'it\'s "quoted".mp4', "%03d.mp4", "-y.mp4", "ünï 監視.mp4", "concat:a|b.mp4", "a,b=c.mp4"],
)
def test_names_are_taken_literally(clips: Path, plain: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (clips / name).write_bytes(plain.read_bytes())
    monkeypatch.chdir(clips)
    for given in (clips / name, name):
        assert len(list(open_footage(given).frames(1.0))) == 3


def test_a_file_that_changes_while_it_is_read_is_an_error(clips: Path, plain: Path) -> None:
    path = clips / "growing.mp4"
    path.write_bytes(plain.read_bytes())
    source = open_footage(path)
    os.utime(path, (1, 1))
    assert len(list(source.frames(1.0))) == 3  # a new date is not a new file
    path.write_bytes(plain.read_bytes() + b"more")
    with pytest.raises(FootageError, match=r"'growing.mp4' changed while it was being read"):
        list(source.frames(1.0))


def test_nothing_is_written_to_the_terminal(clips: Path, capfd: pytest.CaptureFixture[str]) -> None:
    whole = make_clip(clips / "quiet.mp4", 60)
    capfd.readouterr()
    list(open_footage(damage(whole, 0.5, clips / "quiet-hurt.mp4", 500)).frames(0.04))
    assert capfd.readouterr() == ("", "")


# -- real footage


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
