"""Which compressed pictures nothing else is decoded from, by the few bits that H.264 and HEVC put before each slice.

Such a picture can be left out where nobody will look at it, and all others come out the same to the bit. About half the
pictures of a stream with B-frames are of this kind. Sources: ITU-T H.264 7.4.1 (`nal_ref_idc`), ITU-T H.265 7.4.2.2
(sub-layer non-reference pictures: only those of the highest layer rest on nothing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["layer_of", "top_layer"]

Layer = Callable[[Any], int]
_Offsets = Callable[[Any], Iterator[int]]


def layer_of(codec: str, extradata: bytes | None) -> Layer:
    """A function that tells, of one packet, 0 if others may rest on it, or else 1 + its temporal layer.

    codec : FFmpeg's name; extradata : what the container says of the stream, which tells how its packets are divided

    >>> layer_of("h264", None)(bytes([0, 0, 1, 0b0_00_00001])), layer_of("h264", None)(bytes([0, 0, 1, 0b0_10_00001]))
    (1, 0)
    """
    head = extradata or b""
    if codec == "h264":
        return _judge(_units(head, 4), _h264)
    if codec == "hevc":
        return _judge(_units(head, 21), _hevc)
    return lambda packet: 0


def top_layer(layers: list[int]) -> list[bool]:
    """Of each picture, whether nothing rests on it: it is in the highest layer of those that say so."""
    top = max(layers, default=0)
    return [layer == top > 0 for layer in layers]


def _units(head: bytes, place: int) -> _Offsets:
    """How to find the units of a packet: by start codes, or by lengths as MP4 and Matroska write them."""
    if len(head) > place and head[0] == 1:
        size = (head[place] & 3) + 1
        return lambda data: _by_length(data, size)
    return _by_start_code


def _judge(units: _Offsets, kind: Callable[[Any, int], int | None]) -> Layer:
    def layer(packet: Any) -> int:
        data = memoryview(packet)
        try:
            found = [one for at in units(data) if (one := kind(data, at)) is not None]
        except IndexError:  # the lengths do not fit: damage, about which the decoder shall decide
            return 0
        return min(found, default=0)

    return layer


def _by_length(data: memoryview, size: int) -> Iterator[int]:
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + size], "big")
        if at + size + length > len(data) or not length:
            raise IndexError
        yield at + size
        at += size + length


def _by_start_code(data: memoryview) -> Iterator[int]:
    whole = bytes(data)
    at = whole.find(b"\0\0\1")
    while at >= 0:
        yield at + 3
        at = whole.find(b"\0\0\1", at + 3)


def _h264(data: Any, at: int) -> int | None:
    """Of one unit: its layer if it is part of a picture, None if it is not."""
    kind, reference = data[at] & 31, data[at] >> 5
    if kind == 1:
        return int(reference == 0)
    return 0 if kind in (2, 3, 4, 5, 20, 21) or reference > 3 else None


def _hevc(data: Any, at: int) -> int | None:
    kind, layer, temporal = data[at] >> 1 & 63, (data[at] & 1) << 5 | data[at + 1] >> 3, data[at + 1] & 7
    if kind > 31:
        return None
    return temporal if kind <= 14 and kind % 2 == 0 and not layer and data[at] < 128 else 0
