"""Copies without what was hidden: a video with its times and nothing else, or a folder of numbered images.

Nothing of the original file is carried over but the pictures that are handed in and their times: no sound, no
subtitles, chapters, attachments or tags.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.footage.redact import encode_jpeg
from workbench.footage.source import Footage

__all__ = ["LASTING", "PLAYING", "Encoding", "Writer", "writing"]

U8 = NDArray[np.uint8]

TICKS = 90_000  # a second, where a container's own clock does not fit into a file, or gives two pictures one time


@dataclass(frozen=True)
class Encoding:
    """How H.264 is written.

    quality : constant rate factor; 20 is hardly told from the original
    group : frames from one key frame to the next, 0 for the encoder's own choice; few make a browser's seeking quick
    """

    quality: int = 20
    preset: str = "medium"
    group: int = 0


LASTING = Encoding()
PLAYING = Encoding(quality=23, preset="fast", group=12)


class Writer(Protocol):
    """Takes pictures in order."""

    def write(self, image: U8, index: int) -> None:
        """Picture number `index` of the footage, (H, W, 3) RGB."""


class _Video:
    """H.264 in MP4, each frame at its time, all of one size; a picture of odd size gets a repeated line or column.

    MP4 knows no two pictures at one time: the second comes a 90,000th of a second after the first.
    """

    def __init__(self, output: Any, footage: Footage, *, zero: int | None, how: Encoding) -> None:
        self._line, self._zero = footage.timeline, zero
        self._output = output
        rate = Fraction(footage.fps).limit_denominator(1001) or Fraction(1)
        options = {"crf": str(how.quality), "preset": how.preset, "bf": "0"} | (
            {"g": str(how.group)} if how.group else {}
        )
        self._stream = output.add_stream("libx264", rate=rate, options=options)
        self._stream.pix_fmt = "yuv420p"
        tick = self._line.tick
        fits = max(tick.numerator, tick.denominator) < 2**31 and bool(np.diff(self._line.ticks).all())
        self._stream.codec_context.time_base = self._tick = tick if fits else Fraction(1, TICKS)
        self._sized = False
        self._last: int | None = None  # time of the picture before, in ticks

    def write(self, image: U8, index: int) -> None:
        """Encode a picture."""
        image = _even(image)
        high = image.shape[0] >= 720
        if not self._sized:
            self._stream.height, self._stream.width = image.shape[:2]
            context = self._stream.codec_context
            context.colorspace, context.color_range = (1 if high else 6), 1  # BT.709 or BT.601, video range
            self._sized = True
        if image.shape[:2] != (self._stream.height, self._stream.width):  # the encoder would distort it without a word
            raise ValueError(f"picture {index} is {image.shape[1]}x{image.shape[0]}, the copy another size")
        frame = VideoFrame.from_ndarray(image, format="rgb24").reformat(
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709 if high else Colorspace.ITU601,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
        )
        frame.pts, frame.time_base = self._time(index), self._tick
        self._output.mux(self._stream.encode(frame))

    def _time(self, index: int) -> int:
        before = 0 if self._zero is None else int(self._line.ticks[self._zero])
        time = round((int(self._line.ticks[index]) - before) * self._line.tick / self._tick)
        self._last = time if self._last is None else max(time, self._last + 1)
        return self._last

    def finish(self) -> None:
        """Encode what is still held."""
        if self._sized:
            self._output.mux(self._stream.encode(None))


class _Folder:
    """JPEG files named by their numbers in the footage: a file's own name may be a person's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, image: U8, index: int) -> None:
        """Write a picture."""
        (self._folder / f"{index:06d}.jpg").write_bytes(encode_jpeg(image, quality=92))


@contextmanager
def writing(
    target: Path, footage: Footage, *, zero: int | None = None, how: Encoding = LASTING, moving: bool = False
) -> Iterator[Writer]:
    """A writer of copies of `footage`: a video, or a folder for a folder of images.

    zero : the frame whose time becomes 0; by default all times stay as they are
    moving : a video in any case

    `WorkbenchError` where the encoder refuses them.
    """
    if footage.kind == "images" and not moving:
        target.mkdir()
        yield _Folder(target)
        return
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with _refusals(footage, target), av.open(f"file:{target}", "w", format="mp4", options=options) as output:
        video = _Video(output, footage, zero=zero, how=how)
        yield video
        video.finish()


@contextmanager
def _refusals(footage: Footage, target: Path) -> Iterator[None]:
    """What the encoder or the container refuses, in one line; a full disk says so itself, and which file it had no room for."""
    try:
        yield
    except av.FFmpegError as error:
        if isinstance(error, OSError):
            raise OSError(error.errno, error.strerror, target.name) from None
        raise WorkbenchError(
            f"a copy of {footage.path.name!r} cannot be written as MP4 ({error.strerror}); "
            "copy a part of it with --from and --to, or convert it to MP4 first"
        ) from None


def _even(image: U8) -> U8:
    """A picture of even height and width, as 4:2:0 needs it."""
    down, across = image.shape[0] % 2, image.shape[1] % 2
    return np.pad(image, ((0, down), (0, across), (0, 0)), mode="edge") if down or across else image
