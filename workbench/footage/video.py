"""A video file as footage: measured in one pass over its packets, decoded only when frames are asked for."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from workbench.errors import FootageError
from workbench.footage.container import choose_stream, open_container
from workbench.footage.decode import Decoded, VideoDecoder
from workbench.footage.hashing import Seal
from workbench.footage.looks import Looks
from workbench.footage.pixels import LEVEL, Look, deinterlaced, display_matrix
from workbench.footage.probe import Survey, details, survey
from workbench.footage.source import Footage, Shot
from workbench.footage.timeline import I64
from workbench.footage.tone import transfer
from workbench.recorded import created

__all__ = ["VideoFile", "open_video"]

_PROBE = 8  # frames looked at when a file is opened: enough to see fields and how packets pair with pictures


@dataclass(frozen=True, kw_only=True, repr=False)
class VideoFile(Footage):
    """One video stream of a file.

    interlaced : whether its first pictures are, or it says so; any that is loses its combs, and of these nothing is left out
    look : of the first picture
    own_aspect : whether each picture says what shape its pixels have, and no container says otherwise
    """

    seal: Seal = field(repr=False)
    decoder: VideoDecoder = field(repr=False, compare=False)
    look: Look = field(repr=False)
    own_aspect: bool = field(default=True, repr=False)

    def shots(self, wanted: I64, to_the_end: bool, threads: int) -> Generator[Shot, None, None]:
        """Decode from the key frame before the first wanted frame; only wanted frames become RGB."""
        if not len(wanted):
            return
        decoder = self.decoder
        if self.triage or not self.interlaced:
            decoder = decoder.only(wanted, alone=self.triage)
        waiting, first, last = iter(wanted.tolist()), int(wanted[0]), int(wanted[-1])
        pending, reached = next(waiting, None), first - 1
        looks = Looks(self.look.aspect, own=self.own_aspect)
        for before, now, after in _neighbours(self._pictures(decoder, first, threads)):
            looks.passed(now.picture)
            counted = now.index >= first and (to_the_end or now.index < last)
            damaged = now.corrupt + sum(number >= first for number in now.lost) if counted else 0
            image = None
            if pending is not None and now.index >= pending:
                image = looks.of(now.picture).rgb(self._clean(before, now, after), 1)
                pending = next((index for index in waiting if index > now.index), None)
            yield Shot(now.index, image, now.corrupt, damaged)
            if pending is None and not to_the_end:
                return
            reached = now.index
        left = decoder.missing(reached + 1, self.frame_count)
        if left and decoder.one_to_one:
            yield Shot(self.frame_count - 1, None, True, len(left))

    def _pictures(self, decoder: VideoDecoder, first: int, threads: int) -> Iterator[Decoded]:
        lead = 1 if self.interlaced and not self.triage else 0  # the first frame needs its neighbour, too
        return decoder.pictures(max(0, first - lead), threads)

    def _clean(self, before: Decoded | None, now: Decoded, after: Decoded | None) -> VideoFrame:
        """The picture without combs, from its neighbours where they are decoded whichever are wanted, else from itself alone."""
        if self.triage or not self.interlaced:
            return deinterlaced(None, now.picture, None)
        earlier, later = (shot.picture if shot else None for shot in (before, after))
        return deinterlaced(earlier, now.picture, later)

    def check(self) -> None:
        """`FootageError` if the file is no longer what was hashed."""
        self.seal.check()


def _neighbours(pictures: Iterator[Decoded]) -> Iterator[tuple[Decoded | None, Decoded, Decoded | None]]:
    """Each picture with the one before and the one after it.

    >>> [trio for trio in _neighbours(iter("abc"))]
    [(None, 'a', 'b'), ('a', 'b', 'c'), ('b', 'c', None)]
    """
    before, now = None, next(pictures, None)
    while now is not None:
        after = next(pictures, None)
        yield before, now, after
        before, now = now, after


def open_video(path: Path) -> VideoFile:
    """Hash the file, read its packets once, decode its first frames; `FootageError` if there is nothing to see."""
    with open_container(path) as container:
        stream = choose_stream(container, path)
        seal = Seal.of(path)
        found = survey(container, stream)
        if found.timeline is None:
            raise FootageError(f"{path.name!r} has a video track without a single frame; copy it again from its source")
        decoder = VideoDecoder(path, stream.index, found.timeline)
        opening = _opening(decoder, path)
        return _described(container, stream, seal, found, decoder, opening)


def _opening(decoder: VideoDecoder, path: Path) -> list[Decoded]:
    opening = list(islice(decoder.pictures(), _PROBE))
    if not opening:
        raise FootageError(
            f"none of the {len(decoder.timeline)} frames of {path.name!r} can be decoded; it is encrypted, damaged, or "
            f"claims pictures of an impossible size: copy it again, or export it without protection"
        )
    return opening


def _described(
    container: InputContainer,
    stream: VideoStream,
    seal: Seal,
    found: Survey,
    decoder: VideoDecoder,
    opening: list[Decoded],
) -> VideoFile:
    context, timeline, picture = stream.codec_context, decoder.timeline, opening[0].picture
    look = Look.of(display_matrix(picture) or LEVEL, stream.sample_aspect_ratio)
    width, height = look.size(picture.width, picture.height)
    return VideoFile(
        path=seal.path,
        sha256=seal.sha256,
        kind="video",
        start=timeline.start,
        seconds=timeline.seconds,
        stated_seconds=found.stated,
        short=found.short,
        width=width,
        height=height,
        rotation=look.rotation,
        codec=context.codec.canonical_name,
        frame_count=len(timeline),
        fps=timeline.fps,
        variable_rate=timeline.variable_rate,
        interlaced=context.field_order > 1 or any(shot.picture.interlaced_frame for shot in opening),
        timing=timeline.timing,
        details={
            **details(container, stream, seal, picture, timeline),
            "mirrored": look.mirrored,
            "transfer": transfer(picture.color_trc),
            "created": created(container.metadata),
            "later_tracks": found.later,
        },
        timeline=timeline,
        seal=seal,
        decoder=replace(decoder, one_to_one=_one_to_one(opening)),
        look=look,
        own_aspect=(stream.sample_aspect_ratio or 1) == (context.sample_aspect_ratio or 1),
    )


def _one_to_one(opening: list[Decoded]) -> bool:
    """Whether packets and pictures pair off; where two fields come in two packets they do not."""
    complete = opening[-1].index - opening[0].index + 1 == len(opening)
    return complete or any(shot.picture.is_corrupt for shot in opening)
