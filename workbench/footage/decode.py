"""Compressed video to pictures in presentation order, from any frame on, each with its number and its damage."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.codec.context import Flags, ThreadType
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from workbench.footage.container import LARGEST_SIDE, open_container, packets
from workbench.footage.ordering import is_shown
from workbench.footage.timeline import I64, Mask, Timeline

__all__ = ["Decoded", "VideoDecoder"]


# Decoders that repair what they can and flag it; others pass damage on in silence unless told to be strict.
_CONCEALING = frozenset({"h264", "hevc", "mpeg1video", "mpeg2video", "mpeg4", "h263", "flv1"})

Numbered = tuple[int, VideoFrame]


@dataclass(frozen=True, slots=True)
class Decoded:
    """One picture as the decoder gave it, not yet RGB.

    Damage is known where a decoder or container notices it. H.264, HEVC, MPEG-2 and MPEG-4 mostly do; VP8, VP9, AV1
    and FFV1 carry so little redundancy that their decoders pass some of it on without a word.

    index : number in presentation order
    corrupt : damaged itself, or decoded after damage on which it may rest, and before the next key frame
    lost : numbers of the frames just before this one that the decoder could not give at all
    """

    index: int
    picture: VideoFrame
    corrupt: bool
    lost: tuple[int, ...]


@dataclass(frozen=True)
class VideoDecoder:
    """How to decode one video stream.

    stream : its number in the container
    one_to_one : whether each packet gives a picture, so that a missing one means damage
    needed : (N,) bool, the frames to decode; None for all of them
    alone : each picture by itself, as if no other had been before it
    """

    path: Path
    stream: int
    timeline: Timeline
    one_to_one: bool = True
    needed: Mask | None = None
    alone: bool = False

    def only(self, wanted: I64, *, alone: bool = False) -> VideoDecoder:
        """Decodes the frames `wanted` and what any frame rests on, and leaves out what nobody will look at.

        With `alone`, nothing but those `wanted`, which have to be key frames.

        A frame comes out the same to the bit. Which frames are left out depends on the frame and on whether it is wanted
        alone, so that segments agree with the whole on what was found damaged.
        """
        if alone:
            return replace(self, needed=np.isin(np.arange(len(self.timeline)), wanted), alone=True)
        return replace(self, needed=self.timeline.needed(wanted)) if self.one_to_one else self

    def missing(self, start: int, end: int) -> tuple[int, ...]:
        """Numbers from `start` and before `end` that were to be decoded."""
        numbers = range(start, end)
        return tuple(numbers) if self.needed is None else tuple(n for n in numbers if self.needed[n])

    def pictures(self, first: int = 0, threads: int = 0) -> Iterator[Decoded]:
        """Pictures in order, from the key frame that frame `first` needs, or earlier, to the last.

        threads : 0 for as many as there are cores
        """
        return self._judged(self._complete(first, threads), None if first else -1)

    def _entered(self, first: int, threads: int) -> Iterator[Numbered]:
        """From a key frame at or before `first`, once it has shown itself to be the one that was meant, unharmed.

        Otherwise an earlier one is tried, at last the beginning of the file.
        """
        for target, time in self._entries(first):
            with open_container(self.path) as container:
                pictures = self._from(container, target, time, threads)
                opening = next((pair for pair in pictures if pair[0] >= target), None)
                if opening and opening[0] == target and not self._hurt(*opening):
                    yield from chain((opening,), pictures)
                    return
        with open_container(self.path) as container:
            yield from self._from(container, 0, None, threads)

    def _complete(self, first: int, threads: int) -> Iterator[Numbered]:
        """All that can be decoded from frame `first` on: with several threads, and with one from where something is amiss.

        With several, it depends on chance which damage is noticed in time, and what is dropped after an error.
        """
        last = -1
        for index, picture in self._unharmed(first, threads if self.timeline.trusted and not self.alone else 1):
            last = index
            yield index, picture
        left = self.missing(max(first, last + 1), len(self.timeline)) if self.timeline.trusted else ()
        if left:
            yield from (pair for pair in self._entered(left[0], 1) if pair[0] > last)

    def _unharmed(self, first: int, threads: int) -> Iterator[Numbered]:
        """What one thread gives; with several, up to where a picture is hurt, missing, or refused by a strict decoder."""
        last = None
        with suppress(av.FFmpegError):
            for index, picture in self._entered(first, threads):
                gap = last is not None and self.one_to_one and self.missing(last + 1, index)
                if threads != 1 and (gap or self._hurt(index, picture)):
                    return
                last = index
                yield index, picture

    def _judged(self, pictures: Iterator[Numbered], last: int | None) -> Iterator[Decoded]:
        """Each picture with its damage, held back until all that it may rest on has come or is known to be lost.

        last : the frame before the first of `pictures`, None if it was not looked at
        """
        until = self.timeline.until
        hurt: set[int] = set()
        held: deque[Decoded] = deque()
        for index, picture in pictures:
            lost = self.missing(index if last is None or not self.one_to_one else last + 1, index)
            hurt.update(*(self.timeline.around(number) for number in lost))
            if self._hurt(index, picture):
                hurt.add(index)
            held.append(Decoded(index, picture, False, lost))
            last = index if last is None else max(last, index)
            while held and until[held[0].index] <= last:
                yield self._marked(held.popleft(), hurt)
        yield from (self._marked(picture, hurt) for picture in held)

    def _marked(self, shown: Decoded, hurt: set[int]) -> Decoded:
        """Corrupt if it, or anything decoded between its key frame and it on which others may rest, was hurt."""
        sent, since, spare = self.timeline.sent, self.timeline.since, self.timeline.spare
        begin, end = since[shown.index], sent[shown.index]
        hurt.difference_update([one for one in hurt if since[one] < begin])  # nothing to come rests on those
        resting = (one for one in hurt if not len(spare) or not spare[one])
        return replace(shown, corrupt=shown.index in hurt or any(sent[one] <= end for one in resting))

    def _hurt(self, index: int, picture: VideoFrame) -> bool:
        return picture.is_corrupt or bool(self.timeline.damaged[index])

    def _entries(self, first: int) -> Iterator[tuple[int, int]]:
        """Key frames to try and the time to seek to: the nearest one, then ever earlier ones.

        Some containers find a key frame by the time at which it is shown, others by that at which it is decoded.
        """
        keys = self.timeline.keys_before(first)
        keys = keys if self.needed is None else keys[self.needed[keys]]
        back = 1
        while back < len(keys):
            target = int(keys[-back])
            for time in dict.fromkeys((int(self.timeline.ticks[target]), int(self.timeline.entry[target]))):
                yield target, time
            back *= 2

    def _from(self, container: InputContainer, target: int, time: int | None, threads: int) -> Iterator[Numbered]:
        """Pictures after a seek to `time`, from a key frame that is not past `target`; of the whole file if None."""
        stream = container.streams[self.stream]
        assert isinstance(stream, VideoStream)
        coming = packets(container, stream)
        if time is not None:
            try:
                container.seek(time, stream=stream)
            except av.FFmpegError:
                return
            coming = self._landed(coming, target)
        yield from self._numbered(_decoded(stream, threads, self._sent(coming), self.alone))

    def _sent(self, coming: Iterator[Packet[Any]]) -> Iterator[Packet[Any]]:
        """The packets that have to be decoded; one that is not known by its time is."""
        if self.needed is None:
            return coming
        if not self.timeline.trusted:
            return self._counted(coming, self.needed) if self.alone else coming
        left_out = frozenset(self.timeline.ticks[~self.needed].tolist())
        return (packet for packet in coming if packet.pts not in left_out)

    def _counted(self, coming: Iterator[Packet[Any]], needed: Mask) -> Iterator[Packet[Any]]:
        """Of packets that are known by their number alone, those that are needed, each with its number for a time."""
        pictures = (packet for packet in coming if is_shown(packet, packet.stream.codec_context.codec.canonical_name))
        for number, packet in enumerate(pictures):
            if number < len(needed) and needed[number]:
                packet.pts = number
                yield packet

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

    def _numbered(self, pictures: Iterator[VideoFrame]) -> Iterator[Numbered]:
        index = -1
        for picture in pictures:
            index = self._number(picture, index)
            yield index, picture

    def _number(self, picture: VideoFrame, previous: int) -> int:
        """Which frame this is; two with the same time are numbered as they come."""
        if self.alone and not self.timeline.trusted:
            return previous + 1 if picture.pts is None else picture.pts  # given by `_counted`
        following = min(previous + 1, len(self.timeline) - 1)
        if picture.pts is None or not self.timeline.trusted or picture.pts == self.timeline.ticks[following]:
            return following
        return min(int(np.searchsorted(self.timeline.ticks, picture.pts)), len(self.timeline) - 1)


def _decoded(stream: VideoStream, threads: int, coming: Iterator[Packet[Any]], alone: bool) -> Iterator[VideoFrame]:
    """Pictures as the decoder gives them; packets that it refuses are stepped over by one thread, an error with several."""
    context = stream.codec_context
    context.thread_type, context.thread_count = ThreadType.AUTO, threads
    context.flags |= Flags.output_corrupt  # a damaged picture is shown and flagged, not swallowed
    lenient = threads == 1 and context.codec.canonical_name in _CONCEALING
    strict = "" if lenient else "+explode"
    context.options = {"err_detect": f"crccheck+bitstream+buffer{strict}", "max_pixels": str(LARGEST_SIDE**2)}
    groups: Iterable[Iterable[Packet[Any]]] = ((packet,) for packet in coming) if alone else (coming,)
    for group in groups:
        for packet in chain(group, (None,)):  # None asks for what the decoder still holds
            try:
                yield from context.decode(packet)
            except av.FFmpegError:
                if threads != 1:
                    raise
        context.flush_buffers()
