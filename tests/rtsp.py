"""A camera that speaks RTSP over TCP, as small as it can be: H.264 that is encoded as it goes, cut into small pieces."""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

import av

from tests.footage_factory import picture

__all__ = ["RTSP"]

SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=street\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track\r\n"


class RTSP:
    """`address` is where it is, `sent` when it sent each picture, by number (s, monotonic); `cut`, the size of its pieces in bytes,
    may be changed.

    rate : pictures a second
    """

    def __init__(self, rate: float = 25.0, cut: int = 200) -> None:
        self.rate, self.cut = rate, cut
        self.sent: dict[int, float] = {}
        self._number = 0  # of RTP packets
        self._going = True
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"rtsp://127.0.0.1:{self._door.getsockname()[1]}/street"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._going = False
        self._door.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while self._going:
                threading.Thread(target=self._talk, args=(self._door.accept()[0],), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        """Answer whatever is asked; after PLAY come pictures."""
        with suppress(OSError), line, line.makefile("rb") as asked:
            head = ""
            while self._going and (text := asked.readline().decode("latin-1")):
                head += text
                if text.strip():
                    continue
                what, number = head.split(" ", 1)[0], re.search(r"CSeq: (\d+)", head)
                more = {
                    "DESCRIBE": f"Content-Type: application/sdp\r\nContent-Length: {len(SDP)}\r\n\r\n{SDP}",
                    "SETUP": "Session: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n",
                }.get(what, "Session: 1\r\n\r\n")
                line.sendall(f"RTSP/1.0 200 OK\r\nCSeq: {number and number[1]}\r\n{more}".encode())
                head = ""
                if what == "PLAY":
                    self._play(line)

    def _play(self, line: socket.socket) -> None:
        coder = av.CodecContext.create("libx264", "w")
        coder.width, coder.height, coder.pix_fmt, coder.time_base = 160, 96, "yuv420p", Fraction(1, 90000)
        coder.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "g": "10",
            "x264-params": "threads=1:repeat-headers=1",
        }
        began = time.monotonic()
        for number in range(1000):
            if not self._going:
                return
            frame = av.VideoFrame.from_ndarray(picture(number), format="rgb24")
            frame.pts = round(90000 * number / self.rate)
            for packet in coder.encode(frame):
                pieces = [piece for unit in _units(bytes(packet)) for piece in self._pieces(unit)]
                self.sent[number] = time.monotonic()
                for piece in pieces:
                    line.sendall(self._rtp(piece, packet.pts or 0, piece is pieces[-1]))
            time.sleep(max(0.0, began + (number + 1) / self.rate - time.monotonic()))

    def _pieces(self, unit: bytes) -> Iterator[bytes]:
        """A unit as it is, or in fragments (RFC 6184, FU-A)."""
        if len(unit) <= self.cut:
            yield unit
            return
        parts = [unit[k : k + self.cut] for k in range(1, len(unit), self.cut)]
        for k, part in enumerate(parts):
            edge = (0x80 if k == 0 else 0) | (0x40 if k == len(parts) - 1 else 0)
            yield bytes([unit[0] & 0x60 | 28, edge | unit[0] & 0x1F]) + part

    def _rtp(self, piece: bytes, pts: int, last: bool) -> bytes:
        self._number += 1
        head = struct.pack(">BBHII", 0x80, 96 | (0x80 if last else 0), self._number & 0xFFFF, pts & 0xFFFFFFFF, 7)
        return struct.pack(">cBH", b"$", 0, len(head) + len(piece)) + head + piece


def _units(stream: bytes) -> list[bytes]:
    return [unit.rstrip(b"\0") for unit in stream.split(b"\0\0\1") if unit.strip(b"\0")]
