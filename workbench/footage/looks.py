"""How each picture of a recording is to be shown, as it says itself: a recording may turn, or stretch its pixels, on its way."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from av.filter import Graph
from av.video.frame import VideoFrame

from workbench.footage.pixels import LEVEL, Look, display_matrix

__all__ = ["Looks"]

_SCALE = 4000  # px of a drawing that is as wide as a pixel of the picture, its height taken as this
_WIDEST = 5 * _SCALE  # of a damaged header


class Looks:
    """Feed it every picture in order, from a key frame on; then ask it for the last one.

    H.264 and HEVC may say a turn with the key frame alone: it holds for the pictures up to the next one. The shape of pixels
    changes with a key frame, too, so the first picture that is asked for after one answers for those that follow.
    """

    def __init__(self, aspect: Fraction, *, own: bool) -> None:
        """Get ready.

        aspect : width of a pixel over its height in most pictures
        own : whether each picture says its own, since no container says one for all
        """
        self._usual, self._own, self._matrix = aspect, own, LEVEL
        self._aspect: Fraction | None = None  # of the pictures since the last key frame, once one of them was asked

    def passed(self, picture: VideoFrame) -> None:
        """A picture that comes next, shown or not."""
        if picture.key_frame:
            self._matrix, self._aspect = display_matrix(picture) or LEVEL, None

    def of(self, picture: VideoFrame) -> Look:
        """How the picture that was passed last is to be shown."""
        if self._aspect is None:
            self._aspect = _aspect_of(picture, self._usual) if self._own else self._usual
        return Look.of(display_matrix(picture) or self._matrix, self._aspect)


def _aspect_of(picture: VideoFrame, usual: Fraction) -> Fraction:
    """Width of a pixel over its height, `usual` where the picture says about the same; 1 where it says nothing.

    PyAV does not hand this out, and FFmpeg's scaling filter knows it: asked for a drawing of two lines, its width tells.
    """
    width = _drawn(picture).width
    return usual if abs(width - _SCALE * usual) <= 1 else Fraction(width, _SCALE).limit_denominator(300)


def _drawn(picture: VideoFrame) -> VideoFrame:
    graph = Graph()
    graph.threads = 1
    source: Any = graph.add_buffer(
        width=picture.width, height=picture.height, format=picture.format, time_base=Fraction(1, 25)
    )
    wide = f"w=clip({_SCALE}*sar\\,1\\,{_WIDEST}):h=2:eval=frame:flags=neighbor"
    graph.link_nodes(source, graph.add("scale", wide), graph.add("buffersink"))
    graph.configure()
    graph.vpush(picture)
    drawn = graph.vpull()
    assert isinstance(drawn, VideoFrame)
    return drawn
