"""Compressed video to pictures in presentation order, from any frame on, each with its number and its damage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.codec.context import Flags
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from workbench.footage.container import LARGEST_SIDE, open_container, packets
from workbench.footage.timeline import Timeline

__all__ = ["Decoded", "VideoDecoder"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """One picture as the decoder gave it, not yet RGB.

    index : number in presentation order
    corrupt : damaged itself, or decoded after damage and before the next key frame
    lost : frames just before this one that the decoder could not give at all
    """

    index: int
    picture: VideoFrame
    corrupt: bool
    lost: int


@dataclass(frozen=True)
class VideoDecoder:
    """How to decode one video stream.

    stream : its number in the container
    one_to_one : whether each packet gives a picture, so that a missing one means damage
    """

    path: Path
    stream: int
    timeline: Timeline
    one_to_one: bool = True

    def pictures(self, first: int = 0, threads: int = 0) -> Iterator[Decoded]:
        """Pictures in order, from the key frame that frame `first` needs, or earlier, to the last.

        What follows a seek is compared with what the timeline promises; if the container landed elsewhere, or its
        key frame cannot stand alone, an earlier one is tried, at last the beginning of the file.

        threads : 0 for as many as there are cores
        """
        for target in self._entries(first):
            with open_container(self.path) as container:
                pictures = self._from(container, target, threads)
                opening = next(pictures, None)
                if target is None or (opening and opening.index <= target and not opening.corrupt):
                    yield from chain(() if opening is None else (opening,), pictures)
                    return

    def _entries(self, first: int) -> Iterator[int | None]:
        """Key frames to try: the nearest, then ever earlier ones, then None for the beginning."""
        keys = self.timeline.keys_before(first)
        back = 1
        while back < len(keys):
            yield int(keys[-back])
            back *= 2
        yield None

    def _from(self, container: InputContainer, target: int | None, threads: int) -> Iterator[Decoded]:
        stream = container.streams[self.stream]
        assert isinstance(stream, VideoStream)
        coming = packets(container, stream)
        if target is not None:
            try:
                container.seek(int(self.timeline.entry[target]), stream=stream)
            except av.FFmpegError:
                return
            coming = self._landed(coming, target)
        coder = _Coder(stream, threads)
        yield from self._numbered(coder, coming)

    def _landed(self, coming: Iterator[Packet[Any]], target: int) -> Iterator[Packet[Any]]:
        """Packets from the first known key frame on, with the times of the first pass; none if it is past `target`.

        Some demuxers guess times anew after a seek, or begin in the middle of a frame (MPEG program streams do both).
        """
        line = self.timeline
        for packet in coming:
            place = line.place(packet.pts, packet.size) if packet.is_keyframe else None
            if place is not None and packet.pts is not None:
                if packet.pts > line.ticks[target]:
                    return
                for number, known in enumerate(chain((packet,), coming), place):
                    if number < len(line.stored):
                        known.pts = int(line.stored[number, 0])
                    yield known

    def _numbered(self, coder: _Coder, coming: Iterator[Packet[Any]]) -> Iterator[Decoded]:
        index, tainted, key = -1, False, self.timeline.key
        for picture in coder.pictures(coming):
            previous, index = index, self._number(picture, index)
            lost = max(0, index - previous - 1) if previous >= 0 else 0
            if lost and not (self.one_to_one or coder.failures):
                lost = 0
            fresh = key[index] if self.timeline.trusted else picture.key_frame
            tainted = picture.is_corrupt or bool((tainted or lost) and not fresh)
            yield Decoded(index, picture, tainted, lost)

    def _number(self, picture: VideoFrame, previous: int) -> int:
        """Which frame this is; two with the same time are numbered as they come."""
        following = min(previous + 1, len(self.timeline) - 1)
        if picture.pts is None or not self.timeline.trusted or picture.pts == self.timeline.ticks[following]:
            return following
        return min(int(np.searchsorted(self.timeline.ticks, picture.pts)), len(self.timeline) - 1)


@dataclass
class _Coder:
    """One decoder context; counts the packets that it refused."""

    stream: VideoStream
    threads: int
    failures: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        context = self.stream.codec_context
        context.thread_type = "AUTO"
        context.thread_count = self.threads
        context.flags |= Flags.output_corrupt  # a damaged picture is shown and flagged, not swallowed
        context.options = {"err_detect": "crccheck+bitstream+buffer", "max_pixels": str(LARGEST_SIDE**2)}

    def pictures(self, coming: Iterator[Packet[Any]]) -> Iterator[VideoFrame]:
        for packet in chain(coming, (None,)):  # None asks for what the decoder still holds
            try:
                yield from self.stream.codec_context.decode(packet)
            except av.FFmpegError:
                self.failures += 1
