"""A comparison as one sheet: both copies as they were set, the overlay if there was one, and the provenance under them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from workbench.board import EMPTY, sheet
from workbench.comparison import Shown, placement
from workbench.comparison_settings import SIDES, Measure, Settings, Which

__all__ = ["comparison_sheet"]

SIDE = 640  # px of a frame on the sheet
LINE, MARK = (255, 255, 255, 110), (230, 159, 0)  # grid; measurements


def comparison_sheet(
    settings: Settings, probe: Shown, reference: Shown, provenance: Sequence[str], *, title: str
) -> bytes:
    """The sheet as PNG bytes; the same pictures and settings give the same sheet."""
    pictures: dict[Which, Shown] = {"probe": probe, "reference": reference}
    aligned = settings.align and all(settings.eyes(which, pictures[which].eyes) for which in SIDES)
    frames = {which: _frame(settings, which, pictures[which], aligned) for which in SIDES}
    panels = [
        (_marked(settings, which, *frames[which]), _caption(pictures[which], frames[which][1])) for which in SIDES
    ]
    if settings.mode == "overlay":
        both = Image.blend(frames["probe"][0], frames["reference"][0], settings.mix)
        panels.append((_gridded(both) if settings.grid else both, f"overlay, {settings.mix:.0%} reference"))
    return sheet(panels, provenance, title=title, side=SIDE)


def _caption(shown: Shown, turn: complex) -> str:
    """What is above a picture: its own size, and how large it is shown; enlarged, it shows no more than it has."""
    width, height = Image.open(io.BytesIO(shown.picture)).size
    return f"{shown.name}: {width} x {height} px, shown {abs(turn):.1f} times that size"


def _frame(settings: Settings, which: Which, shown: Shown, aligned: bool) -> tuple[Image.Image, complex, complex]:
    """A copy of the picture in its frame, with its placement in pixels of the frame."""
    image = Image.open(io.BytesIO(shown.picture)).convert("RGB")
    eyes = settings.eyes(which, shown.eyes) if aligned else ()
    turn, shift = (SIDE * each for each in placement(image.size, eyes, settings))
    back, offset = 1 / turn, -shift / turn
    inverse = (back.real, -back.imag, offset.real, back.imag, back.real, offset.imag)
    toned = Image.fromarray(settings.side(which).tone.table()[np.asarray(image)])
    shape = (SIDE, SIDE)
    return (
        toned.transform(
            shape, Image.Transform.AFFINE, inverse, resample=Image.Resampling.BICUBIC, fill=1, fillcolor=EMPTY
        ),
        turn,
        shift,
    )


def _marked(settings: Settings, which: Which, frame: Image.Image, turn: complex, shift: complex) -> Image.Image:
    """A copy of a frame with its grid and measurements."""
    frame = _gridded(frame) if settings.grid else frame.copy()
    pen = ImageDraw.Draw(frame)
    for number, each in enumerate(settings.measures, 1):
        if each.side == which:
            _measured(pen, number, each, turn, shift)
    return frame


def _measured(pen: ImageDraw.ImageDraw, number: int, measure: Measure, turn: complex, shift: complex) -> None:
    start, end = (turn * complex(*point) + shift for point in (measure.start, measure.end))
    line = (start.real, start.imag, end.real, end.imag)
    pen.line(line, fill=(0, 0, 0), width=4)
    pen.line(line, fill=MARK, width=2)
    for at in (start, end):
        pen.ellipse((at.real - 4, at.imag - 4, at.real + 4, at.imag + 4), outline=MARK, width=2)
    middle = (start + end) / 2
    pen.text((middle.real + 6, middle.imag + 2), str(number), fill=MARK, stroke_width=2, stroke_fill=(0, 0, 0))


def _gridded(frame: Image.Image) -> Image.Image:
    lines = Image.new("RGBA", frame.size)
    pen = ImageDraw.Draw(lines)
    for at in range(SIDE // 8, SIDE, SIDE // 8):
        pen.line((at, 0, at, SIDE), fill=LINE)
        pen.line((0, at, SIDE, at), fill=LINE)
    return Image.alpha_composite(frame.convert("RGBA"), lines).convert("RGB")
