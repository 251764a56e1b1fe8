"""A decoded picture as people see it: RGB, upright, square pixels, no interlacing combs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from av.filter import Graph
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from workbench.footage.tone import PQ, sdr

__all__ = ["LEVEL", "Look", "deinterlaced", "display_matrix"]

Matrix = tuple[int, int, int, int]
LEVEL: Matrix = (1, 0, 0, 1)

_UNSPECIFIED = 2  # AVCOL_SPC_UNSPECIFIED: then the picture's height decides, as televisions do
_HD_LINES = 720
_BESIDE = ("bwdif", "mode=send_frame:deint=interlaced")
_ALONE = ("estdif", "mode=frame:deint=interlaced")  # bwdif gives a picture without neighbours back as it is
_SANEST_ASPECT = 4  # pixels more than four times as wide as high, or the reverse, are a damaged header


@dataclass(frozen=True)
class Look:
    """How the pictures of a source have to be stretched and turned.

    aspect : width of a stored pixel over its height
    swapped : rows become columns, before the flips
    flip_x, flip_y : left and right, top and bottom change places
    """

    aspect: Fraction = Fraction(1)
    swapped: bool = False
    flip_x: bool = False
    flip_y: bool = False

    @classmethod
    def of(cls, matrix: Matrix, aspect: Fraction | None) -> Look:
        """From what is said of a picture, sane or not: turns are taken to the nearest quarter."""
        if not aspect or not Fraction(1, _SANEST_ASPECT) <= aspect <= _SANEST_ASPECT:
            aspect = Fraction(1)
        a, b, c, d = matrix
        if abs(a) >= abs(b):
            return cls(aspect, False, a < 0, d < 0)
        return cls(aspect, True, c < 0, b < 0)

    @property
    def mirrored(self) -> bool:
        """Whether left and right change places after the rotation."""
        return self.swapped == (self.flip_x == self.flip_y)

    @property
    def rotation(self) -> int:
        """Degrees counterclockwise.

        >>> Look(swapped=True, flip_x=True).rotation
        270
        """
        return (0, 180, 270, 90)[2 * self.swapped + self.flip_y]

    def square(self, width: int, height: int) -> tuple[int, int]:
        """Size with square pixels: the shorter side of the pixel is stretched, so that no detail is lost.

        >>> Look(aspect=Fraction(16, 11)).square(704, 576), Look(aspect=Fraction(10, 11)).square(704, 480)
        ((1024, 576), (704, 528))
        """
        if self.aspect >= 1:
            return round(width * self.aspect), height
        return width, round(height / self.aspect)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height as shown."""
        wide, high = self.square(width, height)
        return (high, wide) if self.swapped else (wide, high)

    def rgb(self, picture: VideoFrame, threads: int = 1) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 RGB, full range, contiguous; what is stored with PQ becomes SDR, what is transparent white."""
        wide, high = self.square(picture.width, picture.height)
        stretched = (wide, high) != (picture.width, picture.height)
        layered = any(part.is_alpha for part in picture.format.components)
        image = picture.reformat(
            width=wide,
            height=high,
            format="rgba" if layered else "rgb24",
            src_colorspace=_matrix(picture),
            dst_color_range=ColorRange.JPEG,
            interpolation=Interpolation.BICUBIC if stretched else Interpolation.BILINEAR,
            threads=threads,
        ).to_ndarray()
        image = _over_white(image) if layered else image
        shown = np.ascontiguousarray(self.upright(image), dtype=np.uint8)
        return sdr(shown) if picture.color_trc == PQ else shown

    def upright(self, image: NDArray[Any]) -> NDArray[Any]:
        """`image` turned and mirrored; a view."""
        if self.swapped:
            image = image.swapaxes(0, 1)
        return image[:: -1 if self.flip_y else 1, :: -1 if self.flip_x else 1]


def _over_white(image: NDArray[Any]) -> NDArray[np.uint8]:
    """RGB of a picture with transparency, (H, W, 4), before a white wall, as photographs are read."""
    share = image[..., 3:].astype(np.uint16)
    return np.asarray((image[..., :3] * share + 255 * (255 - share) + 127) // 255, np.uint8)


def display_matrix(picture: VideoFrame) -> Matrix | None:
    """a, b, c, d, where the stored pixel (x, y) is shown at (a x + c y, b x + d y) up to scale and origin; None if it says none."""
    everything: Any = picture.side_data  # PyAV annotates it as a dictionary, which it is not
    for data in everything:
        if data.type == Type.DISPLAYMATRIX:
            matrix = np.frombuffer(bytes(data), np.int32)
            return int(matrix[0]), int(matrix[1]), int(matrix[3]), int(matrix[4])
    return None


def _matrix(picture: VideoFrame) -> Colorspace | None:
    """BT.709 for high definition that does not say what it is; swscale would take BT.601 for everything."""
    if picture.colorspace == _UNSPECIFIED and picture.height >= _HD_LINES:
        return Colorspace.ITU709
    return None


def deinterlaced(before: VideoFrame | None, picture: VideoFrame, after: VideoFrame | None) -> VideoFrame:
    """`picture` without its combs, computed from it and its neighbours alone (bwdif), or from one of its fields if it has none (estdif).

    A filter that ran along with the footage would make a frame depend on where reading began.
    """
    if not picture.interlaced_frame:
        return picture
    neighbours = [frame for frame in (before, picture, after) if frame is not None and _alike(frame, picture)]
    graph = _graph(picture, *(_BESIDE if len(neighbours) > 1 else _ALONE))
    for number, frame in enumerate(neighbours):
        graph.vpush(_at(frame, number))
    graph.vpush(None)
    wanted = next(number for number, frame in enumerate(neighbours) if frame is picture)
    clean = [graph.vpull() for _ in neighbours][wanted]
    clean.colorspace, clean.color_range, clean.color_trc = picture.colorspace, picture.color_range, picture.color_trc
    return clean


def _alike(one: VideoFrame, other: VideoFrame) -> bool:
    return (one.width, one.height, one.format.name) == (other.width, other.height, other.format.name)


def _at(frame: VideoFrame, number: int) -> VideoFrame:
    frame.pts, frame.time_base = number, Fraction(1, 25)
    return frame


def _graph(picture: VideoFrame, name: str, options: str) -> Graph:
    graph = Graph()
    graph.threads = 1
    source: Any = graph.add_buffer(
        width=picture.width, height=picture.height, format=picture.format, time_base=Fraction(1, 25)
    )
    graph.link_nodes(source, graph.add(name, options), graph.add("buffersink"))
    graph.configure()
    return graph
