"""Pictures put together from a network's pieces, each as soon as it is whole and not only when the next one begins.

RTP cuts a picture into pieces, and says with the last one that it is the last. FFmpeg does not pass that on: its parser hands
a picture over when the first piece of the next arrives, which is a whole picture later, 80 ms at 12.5 a second. What it does
pass on, without its parser, are the pieces. That a picture is whole can be seen from them where a camera always cuts alike: so
many slices a picture, and every piece but a slice's last of full size. So that is learnt, and believed once it was right for
`LEARN` pictures in a row. Whatever else a camera does, its pictures come when the next one begins, as FFmpeg has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from workbench.errors import FootageError

__all__ = ["LEARN", "Mistaken", "Units", "packets", "slices_of"]

LEARN = 25  # pictures that must have been foretold rightly, one after the other
NO_PARSE = 0x20  # AVFMT_FLAG_NOPARSE, as `container.flags` has it
LARGEST = 1 << 24  # bytes of one picture: what is larger has no end
START = b"\0\0\0\1"  # how a piece begins that is not the rest of the one before


def slices_of(codec: str) -> Callable[[bytes], int] | None:
    """For a codec, what counts the slices that begin in a piece; None for one whose pictures are not cut like that.

    >>> slices_of("h264")(bytes.fromhex("00000001 67 00 00000001 65 88"))
    1
    """
    kinds: dict[str, Callable[[int], bool]] = {
        "h264": lambda head: 1 <= head & 31 <= 5,
        "hevc": lambda head: head & 126 < 64,
    }
    if codec not in kinds:
        return None
    is_slice = kinds[codec]
    return lambda piece: sum(is_slice(part[0]) for part in piece.split(START)[1:] if part)


class Units:
    """Feed it pieces in order; it gives back the pictures that are whole by them.

    slices : counts the slices that begin in a piece, see `slices_of`
    """

    def __init__(self, slices: Callable[[bytes], int]) -> None:
        self._count = slices
        self._pieces: list[bytes] = []
        self._size = 0
        self._pts: int | None = None
        self._slices, self._usual = 0, 0
        self._full = 0  # bytes from which a piece may be followed by the rest of it; 0 before that was seen
        self._foretold: int | None = None  # how many pieces this picture had when it looked whole
        self._right, self._given = 0, False
        self.mistaken = False

    def feed(self, piece: bytes, pts: int | None) -> list[bytes]:
        """A piece of the picture of this time (any unit); pictures that are whole now, at most two.

        `mistaken` is True from then on if more came of a picture that was given away: it was not whole, and those that build
        upon it are damaged.
        """
        before = self._end() if pts != self._pts else []
        self._pts = pts
        if self._given or self._size > LARGEST:
            self.mistaken = True
        elif self._pieces or piece.startswith(START):  # a connection may begin in the middle of a picture
            self._take(piece)
        if self.mistaken:
            return before
        whole = self._foretold == len(self._pieces) and self._right >= LEARN
        self._given = whole
        return [*before, b"".join(self._pieces)] if whole else before

    def _take(self, piece: bytes) -> None:
        if self._pieces and not piece.startswith(START):
            last = len(self._pieces[-1])
            self._full = min(self._full or last, last)
        self._pieces.append(piece)
        self._size += len(piece)
        self._slices += self._count(piece)
        if self._foretold is None and self._slices == self._usual and 0 < len(piece) < self._full:
            self._foretold = len(self._pieces)

    def _end(self) -> list[bytes]:
        """A picture is over: what is learnt of it, and the picture unless it was given away."""
        whole = [b"".join(self._pieces)] if self._pieces and not self._given else []
        right = self._slices == self._usual and self._foretold in (None, len(self._pieces))
        self._right = self._right + 1 if right else 0
        self._usual = self._slices
        self._pieces, self._size, self._slices, self._foretold, self._given = [], 0, 0, None, False
        return whole


class Mistaken(FootageError):
    """A picture was taken for whole and was not."""


def packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet[Any]]:
    """What can be decoded: as FFmpeg has it; or each picture as soon as it is whole, of a container that gives pieces."""
    count = slices_of(stream.codec_context.name) if container.flags & NO_PARSE else None
    if count is None:
        yield from container.demux(stream)
        return
    units = Units(count)
    for piece in container.demux(stream):
        yield from (_packet(whole, piece) for whole in units.feed(bytes(piece), piece.pts))
        if units.mistaken:
            raise Mistaken("a picture came in other pieces than those before it; from now on each is waited out")


def _packet(content: bytes, like: Packet[Any]) -> Packet[Any]:
    packet: Packet[Any] = Packet(content)
    packet.stream, packet.pts, packet.dts = like.stream, like.pts, like.pts
    return packet
