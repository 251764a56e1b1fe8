"""Probe beside reference as one picture with its provenance printed under it, so that they do not travel without each other."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from workbench.terminal import plain

__all__ = ["EMPTY", "board", "sheet"]

SIDE = 480  # px, each picture's place
GAP, MARGIN = 16, 24
INK, QUIET, GROUND, EMPTY = (20, 32, 43), (70, 82, 94), (255, 255, 255), (236, 239, 242)
ABSENT = "no longer kept"
FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arial Unicode.ttf", "arial.ttf")  # the first that is installed


def board(probe: bytes, reference: bytes, provenance: Sequence[str], *, title: str = "") -> bytes:
    """Both pictures at the same height, captions above and provenance below, as PNG bytes.

    probe, reference : JPEG or PNG bytes; empty where none is kept any more, which then stands in its place
    provenance : lines of text; long ones are wrapped, control and direction marks are made visible

    Each caption says the picture's own size and how much it was enlarged: an enlarged picture shows no more than it has.
    """
    panels = [_panel(picture, caption) for picture, caption in ((probe, "footage"), (reference, "reference"))]
    return sheet(panels, provenance, title=title)


def _panel(picture: bytes, caption: str) -> tuple[Image.Image | None, str]:
    """One picture as large as its place, and what is written above it."""
    if not picture:
        return None, caption
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    times = SIDE / max(image.size)
    size = (max(1, round(image.width * times)), max(1, round(image.height * times)))
    scaled = f", enlarged {times:.1f} times" if times > 1.05 else ""
    caption = f"{caption}: {image.width} x {image.height} px{scaled}"
    return image.resize(size, Image.Resampling.BICUBIC), caption


def sheet(
    panels: Sequence[tuple[Image.Image | None, str]],
    provenance: Sequence[str],
    *,
    title: str = "",
    side: int = SIDE,
) -> bytes:
    """Pictures with their captions, two in a row, and the provenance below, as PNG bytes.

    panels : each a picture of at most `side` x `side` px, or None where none is kept any more, and its caption
    """
    room, row = 2 * side + GAP, 22 + side + GAP
    head = [*_wrapped(title, 19, room)] if title else []
    below = [piece for line in provenance for piece in _wrapped(line, 14, room)]
    top = MARGIN + 27 * len(head) + (8 if head else 0)
    foot = top + row * ((len(panels) + 1) // 2)
    page = Image.new("RGB", (room + 2 * MARGIN, foot + 20 * len(below) + MARGIN), GROUND)
    pen = ImageDraw.Draw(page)
    _write(pen, head, MARGIN, size=19, step=27, ink=INK)
    for place, (picture, caption) in enumerate(panels):
        x, y = MARGIN + place % 2 * (side + GAP), top + place // 2 * row
        pen.text((x, y), plain(caption), fill=QUIET, font=_font(14))
        pen.rectangle((x, y + 22, x + side - 1, y + 22 + side - 1), fill=EMPTY)
        if picture is None:
            pen.text((x + 16, y + 38), ABSENT, fill=QUIET, font=_font(14))
        else:
            page.paste(picture, (x + (side - picture.width) // 2, y + 22 + (side - picture.height) // 2))
    _write(pen, below, foot, size=14, step=20, ink=INK)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def _write(pen: ImageDraw.ImageDraw, lines: Sequence[str], y: int, *, size: int, step: int, ink: Any) -> None:
    for number, line in enumerate(lines):
        pen.text((MARGIN, y + number * step), line, fill=ink, font=_font(size))


def _wrapped(text: str, size: int, room: int) -> Iterator[str]:
    """The text in lines that fit; a word that is too long, such as a hash, is cut."""
    line = ""
    for word in _drawable(text, size).split(" "):
        longer = f"{line} {word}" if line else word
        if _font(size).getlength(longer) <= room:
            line = longer
            continue
        if line:
            yield line
        line = word
        while _font(size).getlength(line) > room:
            cut = next(n for n in range(len(line), 0, -1) if _font(size).getlength(line[:n]) <= room)
            yield line[:cut]
            line = line[cut:]
    yield line


def _drawable(text: str, size: int) -> str:
    """The text with what must not act, or what the font cannot draw, as visible escapes."""
    return "".join(c if _draws(c, size) else c.encode("unicode_escape").decode() for c in plain(text))


@cache
def _draws(letter: str, size: int) -> bool:
    if letter.isascii():
        return True
    font, unknown = _font(size), "\uffff"  # never a letter: what a font draws for it is its box
    return bytes(font.getmask(letter)) != bytes(font.getmask(unknown))


@cache
def _font(size: int) -> Any:
    for name in FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)
