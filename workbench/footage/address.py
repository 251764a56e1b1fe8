"""Where a live source is: opened with what its kind allows and nothing else, shown without what is secret in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from workbench.errors import FootageError
from workbench.footage.container import LARGEST_SIDE, choose_stream, open_container
from workbench.footage.devices import is_device, trouble
from workbench.footage.units import slices_of

__all__ = ["Address"]

_LIVE = {"flags": "low_delay", "analyzeduration": "1000000", "probesize": "1000000"}
_NEWEST = {"fflags": "nobuffer"}  # what was read to learn the format is let go of
_RTSP = {"rtsp_transport": "tcp"}  # there it is the first whole picture, and the next one may be seconds away
# Pieces have no duration by which FFmpeg would end learning the format, so it ends by their size.
_PIECES = {"fflags": "noparse+nofillin", "probesize": "16384", "fpsprobesize": "0"}
# For each kind of address: the protocols that it may lead to (never files: a playlist could name any), and its settings.
_KINDS: dict[str, tuple[str, dict[str, str]]] = {
    "rtsp": ("rtsp,rtp,udp,tcp", _RTSP),
    "rtsps": ("rtsps,rtsp,rtp,udp,tcp,tls", _RTSP),
    "http": ("http,https,httpproxy,tcp,tls,crypto", _NEWEST),
    "https": ("http,https,httpproxy,tcp,tls,crypto", _NEWEST),
    "udp": ("udp", _NEWEST | {"overrun_nonfatal": "1", "fifo_size": "50000"}),
}


_SECRET = re.compile(r"[=&;@%]|user|pass|pwd|token|auth|key|secret", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """One source. `repr` and `shown` hold no user, password or query, wherever the address has them.

    kind : a scheme such as rtsp, or device, or file
    """

    kind: str
    shown: str
    _whole: str = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Address:
        """Read an address; `FootageError` if it is of no kind that is known here, or a file that is no video."""
        if is_device(text):
            return cls("device", text, text)
        scheme, found, _ = text.partition("://")
        if not found:
            if not Path(text).is_file():
                raise FootageError(f"{text!r} is no file, and no address such as rtsp://camera/stream or /dev/video0")
            _refuse_no_video(Path(text))
            return cls("file", Path(text).name, text)
        kind = scheme.lower()
        if kind not in _KINDS:
            raise FootageError(f"{kind}:// is not a live source that is known here; {', '.join(_KINDS)} are")
        return cls(kind, _shown(kind, text), text)

    @property
    def is_file(self) -> bool:
        """Whether it is a file that is played in real time."""
        return self.kind == "file"

    def open(self, timeout: float, *, pieces: bool = False) -> InputContainer:
        """Connect; fails, or gives up, after `timeout` seconds without an answer.

        pieces : have the pieces in which a camera sends its pictures, where `units.packets` can put them together
        """
        if self.is_file:
            return open_container(Path(self._whole))
        if self.kind == "device":
            return av.open(self._whole, "r", format="v4l2", timeout=timeout)
        protocols, settings = _KINDS[self.kind]
        options = _LIVE | settings | {"protocol_whitelist": protocols, "max_pixels": str(LARGEST_SIDE * LARGEST_SIDE)}
        if pieces and settings is _RTSP:
            container = self._connect(options | _PIECES, timeout)
            if slices_of(choose_stream(container, Path(self.shown)).codec_context.name):
                return container
            container.close()
        return self._connect(options, timeout)

    def _connect(self, options: dict[str, str], timeout: float) -> InputContainer:
        return av.open(self._whole, "r", container_options=options, timeout=timeout, metadata_errors="replace")

    def stream(self, container: InputContainer) -> VideoStream:
        """The video stream, decoded without the delay that decoding several frames at once brings."""
        stream = choose_stream(container, Path(self.shown))
        stream.thread_type = "SLICE"
        return stream

    def owned(self, packet: Packet[Any], stream: VideoStream) -> Packet[Any]:
        """The packet with memory of its own. A webcam's lies in memory of its driver, which goes when it is unplugged, and a picture
        that refers to it would then end the whole process.
        """
        if self.kind != "device" or not packet.size:
            return packet
        copy: Packet[Any] = Packet(bytes(packet))
        copy.stream, copy.pts, copy.dts, copy.is_keyframe = stream, packet.pts, packet.dts, packet.is_keyframe
        return copy

    def why(self, error: Any) -> str:
        """What went wrong in a line; FFmpeg's own message repeats the address, and with it the password."""
        if isinstance(error, av.ExitError | TimeoutError):
            return "no packet came in time"
        if self.kind == "device" and (words := trouble(getattr(error, "errno", None))):
            return words
        return f"{getattr(error, 'strerror', None) or type(error).__name__}".lower()


def _refuse_no_video(path: Path) -> None:
    """A camera may come back; a file that is no video never becomes one."""
    with open_container(path) as container:
        choose_stream(container, path)


def _shown(kind: str, text: str) -> str:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError:
        raise FootageError(
            f"this {kind}:// address cannot be read; it is kind://user:password@host:port/path"
        ) from None
    return f"{kind}://{host}{port}{_innocent(parts.path)}"


def _innocent(path: str) -> str:
    """A path up to where it may hold a user and a password, as those of many recorders do."""
    kept = list(takewhile(lambda part: not _SECRET.search(part), path.split("/")))
    return "/".join(kept) if len(kept) > path.count("/") else "/".join([*kept, "…"])
