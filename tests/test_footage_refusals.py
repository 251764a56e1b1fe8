"""What is not footage is refused in one line; names are taken literally; nothing else is ever opened."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.footage_factory import damage, make_clip, number, picture, quick
from workbench.errors import FootageError
from workbench.footage import open_footage


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
