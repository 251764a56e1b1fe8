"""Photographs and footage composed at run time from the pictures that scikit-image and insightface install."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.footage_factory import make_clip

U8 = NDArray[np.uint8]
WIDTH, HEIGHT = 320, 240

# Where heads are: x, y, side in px of the picture that they come from.
ASTRONAUT = (146, 20, 160)
ACTORS = {"ann": (440, 240, 190), "ben": (15, 230, 190), "cho": (700, 320, 190), "dan": (865, 40, 180)}


@cache
def portraits() -> dict[str, U8]:
    """A square picture of the head of each of five people."""
    from insightface.data import get_image
    from skimage.data import astronaut

    group = get_image("t1")[..., ::-1]
    return {"eve": _head(astronaut(), ASTRONAUT), **{name: _head(group, place) for name, place in ACTORS.items()}}


def _head(picture: U8, place: tuple[int, int, int]) -> U8:
    x, y, side = place
    return np.ascontiguousarray(picture[y : y + side, x : x + side])


class Walk(NamedTuple):
    """A person who is there from one second to another, and drifts slowly to the right from `x`, px."""

    name: str
    start: float
    end: float
    x: int


def write_photo(path: Path, name: str = "eve") -> Path:
    """A portrait as PNG."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(portraits()[name]).save(path)
    return path


def write_scene(path: Path, walks: Sequence[Walk], seconds: float, rate: int = 1, **options: Any) -> Path:
    """Footage of people who pass in front of a plain wall; two at once belong more than 130 px apart."""
    return make_clip(path, _frames(walks, seconds, rate), rate=Fraction(rate), gop=10, **options)


def _frames(walks: Sequence[Walk], seconds: float, rate: int) -> Iterator[U8]:
    wall = np.random.default_rng(3).integers(90, 120, (HEIGHT, WIDTH, 3), np.uint8)
    for index in range(int(seconds * rate)):
        image, t = wall.copy(), index / rate
        for walk in walks:
            if walk.start <= t < walk.end:
                _paste(image, portraits()[walk.name], walk.x + round(20 * (t - walk.start) / (walk.end - walk.start)))
        yield image


def _paste(image: U8, head: U8, x: int) -> None:
    small = cv2.resize(head, (130, 130), interpolation=cv2.INTER_AREA)
    image[60:190, x : x + 130] = small[:, : max(0, min(130, WIDTH - x))]


def write_bomb(path: Path, side: int = 40_000) -> Path:
    """A valid black PNG of `side` x `side` px: a few hundred kilobytes that would become gigabytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)), (b"IDAT", packed), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path
