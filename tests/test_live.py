"""Live sources: the newest picture first, the others counted; what breaks is a gap with a reason; secrets stay secret."""

import io
import math
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import av
import pytest
from PIL import Image

from tests.footage_factory import make_clip, number, picture, quick, turn_pictures
from workbench.errors import FootageError
from workbench.footage.address import Address
from workbench.footage.live import BACKOFF, Camera


def jpeg(index, scale=1):
    image = Image.fromarray(picture(index))
    out = io.BytesIO()
    image.resize((image.width * scale, image.height * scale), 0).save(out, "JPEG", quality=95)
    return out.getvalue()


class Street:
    """A camera that speaks MJPEG over HTTP, and can be told to stall, to send rubbish, to grow, or to hang up."""

    def __init__(self, rate=25.0):
        self.rate, self.mood, self.sent = rate, "well", 0
        street = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path.endswith(".m3u8"):
                    self.send_response(200)
                    self.send_header("Content-Type", "application/vnd.apple.mpegurl")
                    self.end_headers()
                    self.wfile.write(b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n")
                    return
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                try:
                    street._stream(self.wfile)
                except OSError:
                    pass

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def _stream(self, out):
        while self.mood != "hung up":
            if self.mood == "stalled":
                time.sleep(0.05)
                continue
            body = jpeg(self.sent % 1000, 2 if self.mood == "grown" else 1)
            if self.mood == "rubbish":
                body = body[:200] + b"\0" * 50
            out.write(b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(body) + body + b"\r\n")
            out.flush()
            self.sent += 1
            time.sleep(1 / self.rate)

    def close(self):
        self.mood = "hung up"
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def street():
    made = Street()
    yield made
    made.close()


@contextmanager
def camera(address, **options):
    with Camera(address, **options) as opened:
        yield opened


def until(true, seconds=15.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return make_clip(tmp_path_factory.mktemp("live") / "clip.mp4", 50)


def test_a_turn_that_only_key_frames_say_holds_for_those_between(tmp_path):
    level = make_clip(tmp_path / "level.mkv", 24, options={**quick("libx264"), "bf": "0"})
    shapes = []
    with Camera(str(turn_pictures(level, tmp_path / "turned.mkv"))) as camera:
        while not camera.ended or camera.health.taken + camera.health.dropped < camera.health.frames:
            frame = camera.newest(wait=0.2)
            shapes += [frame.image.shape] if frame else []
    assert len(shapes) > 5 and set(shapes) == {(160, 96, 3)}


def test_a_file_is_played_in_real_time_and_then_ends(clip):
    began = time.monotonic()
    with camera(str(clip)) as playing:
        seen = []
        while (frame := playing.newest(wait=5)) is not None:
            seen.append(number(frame.image))
        assert playing.ended
    assert 1.8 <= time.monotonic() - began <= 6
    assert seen == sorted(set(seen))


def test_who_is_slow_gets_the_newest_picture_and_the_rest_is_counted(clip):
    with camera(str(clip)) as playing:
        first = playing.newest(wait=5)
        time.sleep(1.0)
        second = playing.newest(wait=5)
        assert number(second.image) - number(first.image) >= 20
        assert until(lambda: playing.ended)
        last = playing.newest()
        health = playing.health
    assert number(last.image) == 49
    assert health.frames == 50
    assert health.taken == 3
    assert health.dropped == health.frames - health.taken


def test_a_picture_is_handed_out_once(street):
    with camera(f"http://127.0.0.1:{street.port}/") as opened:
        assert opened.newest(wait=5) is not None
        street.mood = "stalled"
        opened.newest(wait=0.3), opened.newest(wait=0.3)
        assert opened.newest(wait=0.2) is None


def test_an_mjpeg_camera_over_http_is_read(street):
    with camera(f"http://127.0.0.1:{street.port}/") as opened:
        frames = [opened.newest(wait=5) for _ in range(20)]
        assert [number(f.image) for f in frames] == sorted({number(f.image) for f in frames})
        assert all(b.t > a.t for a, b in pairwise(frames))
        health = opened.health
    assert health.connected
    assert 10 <= health.fps <= 40
    assert health.size == (160, 96)
    assert health.gaps == ()


def test_a_picture_is_not_late(street):
    """Not one picture waits behind another: what is handed out was sent just now."""
    with camera(f"http://127.0.0.1:{street.port}/") as opened:
        opened.newest(wait=5)
        late = []
        for _ in range(20):
            frame = opened.newest(wait=5)
            late.append((street.sent - 1) % 1000 - number(frame.image))
    assert sorted(late)[10] <= 2


def test_a_camera_that_comes_back_is_connected_again_and_the_gap_is_written_down(street):
    with camera(f"http://127.0.0.1:{street.port}/", timeout=2) as opened:
        assert opened.newest(wait=5)
        street.mood = "hung up"
        assert until(lambda: opened.health.gaps and not opened.health.connected)
        assert opened.health.gaps[0].end is None
        street.mood = "well"
        assert until(lambda: opened.health.gaps[0].end is not None)
        assert opened.newest(wait=5)
        health = opened.health
    assert health.connections >= 2
    assert len(health.gaps) == 1
    assert health.gaps[0].end > health.gaps[0].start


def test_a_stream_that_freezes_is_a_gap_too(street):
    with camera(f"http://127.0.0.1:{street.port}/", timeout=1) as opened:
        assert opened.newest(wait=5)
        street.mood = "stalled"
        assert until(lambda: len(opened.health.gaps) == 1)
        assert "in time" in opened.health.gaps[0].reason
        street.mood = "well"
        assert until(lambda: opened.health.connected)


def test_the_gap_of_a_frozen_stream_begins_with_its_newest_picture_and_age_counts_from_there(street):
    with camera(f"http://127.0.0.1:{street.port}/", timeout=1) as opened:
        newest = opened.newest(wait=5)
        street.mood = "stalled"
        newest = opened.newest(wait=0.3) or newest
        assert until(lambda: opened.health.gaps != ())
        assert opened.health.gaps[0].start == opened.at(newest.t)
        assert opened.health.age >= 1
        street.mood = "well"
        frame = opened.newest(wait=10)
        assert opened.health.gaps[0].end <= opened.at(frame.t)


def test_pictures_may_change_their_size(street):
    with camera(f"http://127.0.0.1:{street.port}/") as opened:
        assert opened.newest(wait=5).image.shape == (96, 160, 3)
        street.mood = "grown"
        assert until(lambda: (frame := opened.newest(wait=1)) is not None and frame.image.shape == (192, 320, 3))


def test_damaged_pictures_are_counted_and_survived(street):
    with camera(f"http://127.0.0.1:{street.port}/") as opened:
        assert opened.newest(wait=5)
        street.mood = "rubbish"
        assert until(lambda: opened.health.corrupt >= 3)
        street.mood = "well"
        assert until(lambda: (frame := opened.newest(wait=1)) is not None and not frame.corrupt)


def test_a_transport_stream_over_udp_is_read():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    stop = threading.Event()

    def send():
        with av.open(f"udp://127.0.0.1:{port}?pkt_size=1316", "w", format="mpegts") as out:
            stream = out.add_stream("libx264", rate=25, options={"preset": "ultrafast", "tune": "zerolatency"})
            stream.width, stream.height, stream.pix_fmt, stream.gop_size = 160, 96, "yuv420p", 5
            index = 0
            while not stop.is_set():
                out.mux(stream.encode(av.VideoFrame.from_ndarray(picture(index % 1000), format="rgb24")))
                index += 1
                time.sleep(0.04)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        with camera(f"udp://127.0.0.1:{port}", timeout=5) as opened:
            assert until(lambda: (frame := opened.newest(wait=1)) is not None and not frame.corrupt, 20)
    finally:
        stop.set()
        sender.join()


def test_a_picture_that_was_held_back_until_the_silence_was_noticed_does_not_make_its_gap_shorter():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with camera(f"udp://127.0.0.1:{port}", timeout=1.5) as opened:
        with av.open(f"udp://127.0.0.1:{port}?pkt_size=1316", "w", format="mpegts") as out:
            stream = out.add_stream("mpeg2video", rate=25)
            stream.width, stream.height, stream.pix_fmt, stream.gop_size = 160, 96, "yuv420p", 5
            end = time.monotonic() + 20
            while opened.health.frames < 10 and time.monotonic() < end:
                out.mux(stream.encode(av.VideoFrame.from_ndarray(picture(opened.health.frames), format="rgb24")))
                time.sleep(0.04)
        silent = opened.now()
        known = len(opened.health.gaps)
        assert until(lambda: len(opened.health.gaps) > known)
        assert opened.health.gaps[-1].start <= opened.at(silent + 0.5)
        assert opened.health.age >= 1


def test_a_source_that_is_not_there_is_tried_again(street):
    street.close()
    with camera(f"http://127.0.0.1:{street.port}/", timeout=1) as opened:
        assert until(lambda: opened.health.gaps != ())
        assert "refused" in opened.health.gaps[0].reason
        assert math.isnan(opened.health.age)
        assert opened.newest(wait=0.1) is None
        assert not opened.ended


def test_an_error_that_nobody_thought_of_is_a_gap_as_well(street, monkeypatch):
    monkeypatch.setattr("workbench.footage.live.packets", lambda container, stream: 1 / 0)
    with camera(f"http://127.0.0.1:{street.port}/", timeout=1) as opened:
        assert until(lambda: opened.health.gaps != ())
        assert opened.health.gaps[0].reason == "it could not be read (ZeroDivisionError)"
        monkeypatch.undo()
        assert until(lambda: opened.health.connected)


def test_the_waits_between_attempts_grow_and_end_growing():
    assert list(BACKOFF) == sorted(BACKOFF)
    assert BACKOFF[0] <= 1
    assert BACKOFF[-1] <= 60


def test_user_password_and_query_are_said_nowhere(street, capfd):
    address = f"http://officer:hunter2@127.0.0.1:{street.port}/live?key=sesame"
    with camera(address, timeout=1) as opened:
        assert opened.newest(wait=5)
        street.close()
        assert until(lambda: len(opened.health.gaps) == 1)
        said = f"{opened!r} {opened.health} {opened._address!r} {opened.newest(wait=1)!r}"
    captured = capfd.readouterr()
    for secret in ("officer", "hunter2", "sesame"):
        assert secret not in said + captured.out + captured.err
    assert f"http://127.0.0.1:{street.port}/live" in said


def test_a_playlist_cannot_name_a_file_of_this_machine(street):
    with camera(f"http://127.0.0.1:{street.port}/list.m3u8", timeout=1) as opened:
        assert until(lambda: opened.health.gaps != ())
        assert opened.health.frames == 0


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nowhere.mp4", "no file"),
        ("ftp://example/x", "ftp:// is not a live source"),
        ("concat:a|b", "no file"),
        ("rtsp://host:notaport/x", "cannot be read"),
    ],
)
def test_what_is_no_source_is_said_at_once(address, said):
    with pytest.raises(FootageError, match=said):
        Address.of(address)


@pytest.mark.parametrize("held", [b"", b"no film at all\n" * 99, b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_no_video_is_refused_at_once_and_never_waited_for(tmp_path, held):
    (tmp_path / "notes.mp4").write_bytes(held)
    with pytest.raises(FootageError, match=r"notes\.mp4"):
        Camera(str(tmp_path / "notes.mp4"))


def test_closing_ends_the_thread(street):
    opened = Camera(f"http://127.0.0.1:{street.port}/", timeout=1)
    opened.newest(wait=5)
    opened.close()
    assert not opened._thread.is_alive()
    assert opened.newest() is None
