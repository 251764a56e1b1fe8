"""Photographs: one image file as a `Frame`, upright, RGB, never larger than memory allows."""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from workbench.arguments import path_of
from workbench.errors import InputError
from workbench.faces import Frame
from workbench.footage.hashing import sha256_of

__all__ = [
    "MOST_PIXELS",
    "images_in",
    "is_image",
    "is_moving_png",
    "is_photograph",
    "photographs_in",
    "read_image",
    "read_pixels",
]

MOST_PIXELS = 120_000_000
ROWS = 256  # that are brought to 8 bits at a time

_SUFFIXES = frozenset(".jpg .jpeg .jpe .jfif .png .webp .bmp .dib .tif .tiff .jp2 .ppm .pgm .heic .heif .avif".split())
# Named, because Pillow would hand EPS to Ghostscript and open many formats in which no photograph ever comes.
_FORMATS = ["JPEG", "PNG", "WEBP", "BMP", "DIB", "TIFF", "GIF", "JPEG2000", "PPM", "AVIF"]
_HEIC = re.compile(rb"^....ftyp(heic|heix|heim|heis|hevc|hevx|mif1|msf1)", re.DOTALL)


def read_image(path: Path | str) -> Frame:
    """A single photograph, turned as its EXIF says, alpha over white; `Frame.source` is the file's SHA-256.

    `InputError` for what cannot be read or has more than 120 megapixels, which is refused before decoding.
    """
    path = path_of(path, "an image")
    if not path.is_file():
        raise InputError(
            f"{path.name!r} is {'a folder' if path.is_dir() else 'missing'}; give the name of an image file"
        )
    return Frame(read_pixels(path), source=sha256_of(path))


def read_pixels(path: Path) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 RGB of an image file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's opinions on metadata, and its own, lower limit of pixels
            with _opened(path) as image:
                _refuse_bomb(path, image.size)
                _refuse_film(path, image)
                return _rgb(image)
    except InputError:
        raise
    except Image.DecompressionBombError:
        raise InputError(_too_large(path, "more than 170")) from None
    except Exception as error:  # Pillow's plugins raise whatever their parsers stumble over
        raise InputError(_why(path, error)) from None


def images_in(folder: Path) -> list[Path]:
    """The image files of a folder in natural order: `2.jpg` before `10.jpg`; hidden files are none of ours."""
    return _in_order(path for path in folder.iterdir() if is_image(path))


def photographs_in(folder: Path) -> list[Path]:
    """The files of a folder that can hold a photograph, in natural order."""
    return _in_order(path for path in folder.iterdir() if is_photograph(path))


def is_image(path: Path) -> bool:
    """Whether the name ends like that of an image; the content decides when it is read."""
    return path.suffix.lower() in _SUFFIXES


def is_moving_png(path: Path) -> bool:
    """Whether this is a PNG of several pictures, each with its time: a film, though its name is that of a photograph."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=["PNG"]) as image:
                return getattr(image, "n_frames", 1) > 1
    except Exception:  # whatever its parser stumbled over: reading it as an image says it in a line
        return False


def is_photograph(path: Path) -> bool:
    """Whether the name ends like that of an image, or of a GIF, which as footage is a film."""
    return is_image(path) or path.suffix.lower() == ".gif"


def _in_order(paths: Iterable[Path]) -> list[Path]:
    shown = [path for path in paths if not path.name.startswith(".") and path.is_file()]
    return sorted(shown, key=lambda path: (_natural(path.name), path.name))


def _natural(name: str) -> list[tuple[int, str]]:
    """Sort key in which numbers count as numbers.

    >>> sorted(["b10", "b2", "a"], key=_natural)
    ['a', 'b2', 'b10']
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", name.casefold())
    return [(int(part), "") if part[0].isdigit() else (-1, part) for part in parts]


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    with path.open("rb") as file:
        formats = list(_FORMATS)
        if _HEIC.match(file.read(12)):
            formats.append(_heif_format())
        file.seek(0)
        with Image.open(file, formats=formats) as image:
            yield image


def _heif_format() -> str:
    """Pillow's name for HEIC, once the optional plugin is there to read it."""
    importlib.import_module("pillow_heif").register_heif_opener()
    return "HEIF"


ONE_PHOTOGRAPH = ("HEIF", "MPO")  # whose other pictures are what a camera keeps beside it


def _refuse_bomb(path: Path, size: tuple[int, int]) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise InputError(_too_large(path, f"{size[0]}x{size[1]} pixels, {size[0] * size[1] / 1e6:.0f}"))


def _refuse_film(path: Path, image: Image.Image) -> None:
    pictures = getattr(image, "n_frames", 1)
    if image.format not in ONE_PHOTOGRAPH and pictures > 1:
        raise InputError(
            f"{path.name!r} is a film of {pictures} pictures; save the one that you mean as a PNG, or all of them as an MP4"
        )


def _too_large(path: Path, megapixels: str) -> str:
    return (
        f"{path.name!r} has {megapixels} megapixels; the limit is {MOST_PIXELS // 10**6}: scale the picture down first"
    )


def _rgb(image: Image.Image) -> NDArray[np.uint8]:
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("I", "F") or upright.mode.startswith("I;16"):
        upright = _eight_bit(upright)
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return np.array(upright.convert("RGB"), np.uint8)


def _eight_bit(image: Image.Image) -> Image.Image:
    """Grey of 16 bits or more; Pillow's own conversion would clip everything above 255 to white."""
    values = np.asarray(image)
    brightest, grey = values.max(initial=0), np.empty(values.shape, np.uint8)
    if image.mode == "F":
        unit = 1 / 255 if brightest <= 1 else 1.0  # 0..1 or 0..255: the file does not say which
    else:
        unit = 257.0 if brightest > 255 else 1.0
    for start in range(0, len(values), ROWS):  # in double precision a large picture would take eight times its size
        rows = slice(start, start + ROWS)
        grey[rows] = np.clip(np.rint(values[rows] / unit), 0, 255)
    return Image.fromarray(grey)


def _why(path: Path, error: Exception) -> str:
    name = repr(path.name)
    if isinstance(error, ModuleNotFoundError):
        return f"{name} is a HEIC photograph, which needs a plugin; save it as JPEG, or `pip install pillow-heif`"
    if isinstance(error, UnidentifiedImageError):
        if path.stat().st_size == 0:
            return f"{name} is empty (0 bytes); copy it again from its source"
        return f"{name} is not an image, whatever its name says; give a JPEG, PNG, WebP, BMP or TIFF"
    reason = " ".join(str(error).split()) or type(error).__name__
    return f"{name} cannot be read as an image ({reason}); it may be cut off: copy it again from its source"
