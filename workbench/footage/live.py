"""Live sources: a camera, or a file played in real time. The newest picture first; older ones are dropped and counted, never queued."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from types import TracebackType
from typing import Self

import av
from av.container import InputContainer
from av.video.frame import VideoFrame

from workbench.errors import FootageError
from workbench.faces import Frame
from workbench.footage.address import Address
from workbench.footage.looks import Looks
from workbench.footage.pixels import Look
from workbench.footage.units import Mistaken, packets

__all__ = ["Camera", "Gap", "Health"]

BACKOFF = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before each attempt to connect again; the last one repeats
STEADY = 10.0  # seconds of pictures after which a connection counts as good, and waiting starts anew at the shortest
WINDOW = 50  # pictures over which the frame rate is taken
BAD_IN_A_ROW = 100  # packets that cannot be decoded, one after another, before the connection is made anew
HELD_BACK = 0.5  # seconds before the end of a connection in which a picture may come that was held back until then


@dataclass(frozen=True)
class Gap:
    """A time without pictures.

    start, end : UTC; `end` is None while it lasts
    reason : one line, without addresses
    """

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True)
class Health:
    """How a source is doing.

    frames : decoded; taken : handed out; dropped : replaced by a newer one before anybody took them
    corrupt : decoded with damage, or not at all; connections : how often it was connected
    fps : pictures a second lately, NaN before the second; age : seconds since the newest picture, NaN before the first
    """

    name: str
    connected: bool
    frames: int
    taken: int
    dropped: int
    corrupt: int
    connections: int
    fps: float
    age: float
    size: tuple[int, int] | None
    gaps: tuple[Gap, ...]


class Camera:
    """One live source, read by a thread of its own; `with Camera(address) as camera: camera.newest(wait=1)`.

    address : rtsp://, http(s):// (MJPEG or HLS), udp://, /dev/video0, or a file, which is played in real time and then ends
    name : what people call it; by default the address without user, password and query
    timeout : seconds without a packet after which the source counts as gone, and is connected again
    """

    def __init__(self, address: str, *, name: str = "", timeout: float = 5.0) -> None:
        self._address = Address.of(address)
        self.name = name or self._address.shown
        self._timeout, self._prompt = timeout, True
        self._began, self._began_utc = time.monotonic(), datetime.now(UTC)
        self._news, self._stop = threading.Condition(), threading.Event()
        self._waiting: tuple[VideoFrame, Look, float, int] | None = None
        self._arrivals: deque[float] = deque(maxlen=WINDOW)
        self._newest: float | None = None  # when the newest picture came; a gap does not forget it
        self._gaps: list[Gap] = []
        self._counts = dict.fromkeys(("frames", "taken", "dropped", "corrupt", "connections"), 0)
        self._connected, self.ended = False, False
        self._size: tuple[int, int] | None = None
        self._looks = Looks(Fraction(1), own=False)
        self._thread = threading.Thread(target=self._run, name=f"camera {self.name}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the thread; the connection is closed within `timeout` seconds."""
        self._stop.set()
        with self._news:
            self._news.notify_all()
        self._thread.join(self._timeout + 2)
        self._waiting = None

    def newest(self, wait: float = 0.0) -> Frame | None:
        """The newest picture that was not handed out yet; None if none came within `wait` seconds, or ever will.

        Its `t` counts seconds since the camera was opened on a clock that nobody sets; `at(t)` is the time of day.
        """
        with self._news:
            self._news.wait_for(lambda: self._waiting or self.ended or self._stop.is_set(), wait)
            waiting, self._waiting = self._waiting, None
            if waiting is None:
                return None
            self._counts["taken"] += 1
        picture, look, t, index = waiting
        image = look.rgb(picture)  # only pictures that are taken become RGB
        return Frame(image=image, t=t, index=index, source=self.name, corrupt=bool(picture.is_corrupt))

    def at(self, t: float) -> datetime:
        """Time of day (UTC) of a frame's `t`; a clock that is set meanwhile does not move it."""
        return self._began_utc + timedelta(seconds=t)

    @property
    def health(self) -> Health:
        """How it is doing now."""
        with self._news:
            arrivals, counts = list(self._arrivals), dict(self._counts)
            span = arrivals[-1] - arrivals[0] if len(arrivals) > 1 else 0.0
            return Health(
                name=self.name,
                connected=self._connected,
                fps=(len(arrivals) - 1) / span if span else float("nan"),
                age=float("nan") if self._newest is None else self.now() - self._newest,
                size=self._size,
                gaps=tuple(self._gaps),
                **counts,
            )

    def now(self) -> float:
        """Seconds since the camera was opened, on the clock of every frame's `t`."""
        return time.monotonic() - self._began

    def _run(self) -> None:
        """Connect, read, and connect again, until somebody closes the camera or a file has ended."""
        waits = iter(BACKOFF)
        while not self._stop.is_set():
            good_since = self.now()
            reason = self._read()
            if self._stop.is_set() or (self._address.is_file and self._counts["frames"]):
                break
            self._open_gap(reason)
            if self.now() - good_since > STEADY:
                waits = iter(BACKOFF)
            self._stop.wait(next(waits, BACKOFF[-1]))
        with self._news:
            self._connected, self.ended = False, True
            self._news.notify_all()

    def _read(self) -> str:
        """Read one connection to its end; why it ended, in a line."""
        try:
            with self._address.open(self._timeout, pieces=self._prompt) as container:
                with self._news:
                    self._counts["connections"] += 1
                for picture in self._paced(self._pictures(container)):
                    if self._stop.is_set():
                        break
                    self._publish(picture)
            return "the source ended"
        except FootageError as error:
            self._prompt = self._prompt and not isinstance(error, Mistaken)
            return str(error)
        except (av.FFmpegError, OSError) as error:
            return self._address.why(error)
        except (
            Exception
        ) as error:  # whatever it is: a gap that is said, and another try, and no camera that nobody watches
            return f"it could not be read ({type(error).__name__})"
        finally:
            with self._news:
                self._connected = False

    def _pictures(self, container: InputContainer) -> Iterator[VideoFrame]:
        """Decoded pictures; what cannot be decoded is counted and stepped over."""
        stream = self._address.stream(container)
        self._looks, bad = Looks(stream.sample_aspect_ratio or Fraction(1), own=False), 0
        for packet in packets(container, stream):
            try:
                pictures = self._address.owned(packet, stream).decode()
            except av.FFmpegError:
                bad += 1
                self._count("corrupt")
                if bad > BAD_IN_A_ROW:
                    raise FootageError("the source sends pictures that cannot be decoded") from None
                continue
            for picture in pictures:
                if isinstance(picture, VideoFrame):
                    bad = 0
                    yield picture

    def _paced(self, pictures: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
        """A file's pictures when they are due; a camera's as they come."""
        if not self._address.is_file:
            yield from pictures
            return
        began: float | None = None
        for picture in pictures:
            due = picture.time or 0.0
            began = self.now() - due if began is None else began
            if self._stop.wait(max(0.0, began + due - self.now())):
                return
            yield picture

    def _publish(self, picture: VideoFrame) -> None:
        with self._news:
            index = self._counts["frames"]
            self._counts["frames"] += 1
            self._counts["dropped"] += self._waiting is not None
            self._counts["corrupt"] += bool(picture.is_corrupt)
            self._newest = self.now()
            self._looks.passed(picture)
            self._waiting = (picture, self._looks.of(picture), self._newest, index)
            self._arrivals.append(self._newest)
            self._size, self._connected = (picture.width, picture.height), True
            self._close_gap(self._newest)
            self._news.notify_all()

    def _count(self, what: str) -> None:
        with self._news:
            self._counts[what] += 1

    def _open_gap(self, reason: str) -> None:
        """A gap begins with the newest picture: that none came for a while was noticed only later."""
        with self._news:
            self._newest = self._silent_since()
            self._arrivals.clear()
            if not self._gaps or self._gaps[-1].end is not None:
                since = self.now() if self._newest is None else self._newest
                self._gaps.append(Gap(self.at(since), None, reason))

    def _silent_since(self) -> float | None:
        """When the newest picture came; a container may hold one back, and give it only as the silence is noticed."""
        now = self.now()
        before = [t for t in self._arrivals if now - t > HELD_BACK]
        return before[-1] if before and now - before[-1] >= 0.9 * self._timeout else self._newest

    def _close_gap(self, t: float) -> None:
        if self._gaps and self._gaps[-1].end is None:
            self._gaps[-1] = replace(self._gaps[-1], end=self.at(t))

    def __repr__(self) -> str:
        h = self.health
        state = "ended" if self.ended else "connected" if h.connected else "not connected"
        return f"Camera({self.name!r}: {state}, {h.frames} frames, {h.dropped} dropped, {len(h.gaps)} gaps)"
