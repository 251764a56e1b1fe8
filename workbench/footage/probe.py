"""What a container claims and what its packets show, without decoding."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from workbench.footage.container import PLACING, packets, video_tracks
from workbench.footage.hashing import Seal
from workbench.footage.layers import layer_of
from workbench.footage.ordering import timeline_of
from workbench.footage.timeline import Timeline

__all__ = ["Survey", "details", "survey"]

SAID = 200  # characters of a file's own comment
_STATE_THEIR_END = ("matroska", "asf")
_STATE_NO_LENGTH = ("mpegts", "mpeg")


class Survey(NamedTuple):
    """What one pass over the packets found.

    timeline : None if the stream has no frame
    stated : seconds that the container claims for the stream, else for the whole file, else None
    reached : seconds, of the stream or the whole file as in `stated`, that are really there
    later : whether a track began after the file was opened, which cannot be read
    """

    timeline: Timeline | None
    stated: float | None
    reached: float
    later: bool = False

    @property
    def short(self) -> bool:
        """Whether more is missing than rounding explains: half a second and three frames, as far apart as where none is missing."""
        if self.stated is None or self.timeline is None:
            return False
        whole = self.timeline.seconds - sum(seconds for _, seconds in self.timeline.holes)
        return self.stated - self.reached > max(0.5, 3 * whole / len(self.timeline))


def survey(container: InputContainer, stream: VideoStream) -> Survey:
    """Read every packet once; those of other streams only where the container states one length for all of them.

    Where times cannot be used, nor can a length that FFmpeg had to take from them.
    """
    found = _survey(container, stream)
    counted = found.timeline is not None and not found.timeline.trusted
    return found._replace(stated=None) if counted and container.format.name in _STATE_NO_LENGTH else found


def _survey(container: InputContainer, stream: VideoStream) -> Survey:
    tick, rate = stream.time_base or Fraction(1, 1000), stream.average_rate or stream.guessed_rate
    codec = stream.codec_context.codec.canonical_name
    layer = _layer_of(stream)
    slots = stream.codec_context.reorder_depth if container.format.name in PLACING else 0
    stated, later = _stated_for(stream, rate), list[bool]()
    coming = packets(container, *([] if stated is None else [stream]), later=lambda: later.append(True))
    if stated is not None:
        timeline = timeline_of(coming, tick, rate, codec, slots=slots, layer=layer)
        begin = _start(None if stream.start_time is None else float(stream.start_time * tick), timeline)
        return Survey(timeline, _length(container, stated, begin), timeline.seconds if timeline else 0.0, bool(later))
    reach = _Reach()
    every = (packet for packet in coming if reach.note(packet).stream_index == stream.index)
    timeline = timeline_of(every, tick, rate, codec, slots=slots, layer=layer)
    whole = container.duration / 1e6 if container.duration else None
    begin = _start(None if container.start_time is None else container.start_time / 1e6, timeline)
    reached = max(reach.seconds, timeline.seconds if timeline else 0.0)
    return Survey(timeline, _length(container, whole, begin), reached, bool(later))


def _start(stated: float | None, timeline: Timeline | None) -> float:
    """Seconds at which footage begins: as the container says it, else as its pictures show."""
    return (timeline.start if timeline else 0.0) if stated is None else stated


def _layer_of(stream: VideoStream) -> Callable[[Packet[Any]], int]:
    """What rests on a packet; where each picture stands alone, nothing."""
    context = stream.codec_context
    if context.codec.intra_only:
        return lambda packet: int(packet.is_keyframe)
    return layer_of(context.codec.canonical_name, context.extradata)


def _stated_for(stream: VideoStream, rate: Fraction | None) -> float | None:
    """Seconds that the container claims for this very stream; Matroska writes them as a tag `01:02:03.5`.

    A cut AVI states a length that was trimmed to the file, beside the number of frames that it should have.
    """
    if stream.duration and stream.time_base:
        counted = stream.frames / rate if rate and "avi" in stream.container.format.name else 0
        return float(max(stream.duration * stream.time_base, counted))
    try:
        hours, minutes, seconds = stream.metadata.get("DURATION", "").split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except ValueError:
        return None


def _length(container: Any, stated: float | None, start: float) -> float | None:
    """Seconds that a container claims: some write the time of their end, which is more where they do not start at 0."""
    name = container.format.name
    ends = any(each in name for each in _STATE_THEIR_END)
    return stated - start if ends and stated is not None and 0 < start < stated else stated


class _Reach:
    """From the first to the last moment that any packet of any stream covers."""

    def __init__(self) -> None:
        self._low, self._high = float("inf"), float("-inf")

    @property
    def seconds(self) -> float:
        return max(0.0, self._high - self._low)

    def note(self, packet: Packet[Any]) -> Packet[Any]:
        if packet.pts is not None:
            begin = float(packet.pts * packet.time_base)
            self._low = min(self._low, begin)
            self._high = max(self._high, begin + float((packet.duration or 0) * packet.time_base))
        return packet


def details(
    container: InputContainer, stream: VideoStream, seal: Seal, picture: VideoFrame, timeline: Timeline
) -> dict[str, Any]:
    """Facts for the record, ready for JSON.

    holes : pauses in otherwise even footage; says : the file's own comment
    track : which of the `video_streams` this is, counted from 1
    """
    aspect, tracks = stream.sample_aspect_ratio or Fraction(1), video_tracks(container)
    return {
        "container": container.format.name,
        "says": str(container.metadata.get("comment", ""))[:SAID],
        "bytes": seal.size,
        "modified": datetime.fromtimestamp(seal.modified / 1e9, UTC).isoformat(timespec="seconds"),
        "stored_width": picture.width,
        "stored_height": picture.height,
        "pixel_format": picture.format.name,
        "pixel_aspect": f"{aspect.numerator}:{aspect.denominator}",
        "stream": stream.index,
        "video_streams": len(tracks),
        "track": 1 + [each.index for each in tracks].index(stream.index),
        "holes": len(timeline.holes),
        "hole_seconds": round(sum(seconds for _, seconds in timeline.holes), 6),
    }
