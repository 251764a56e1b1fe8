"""Hiding faces: what is pixelated here is replaced by a few averages, so that nobody can get it back."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.geometry import clip, iou, pad

__all__ = [
    "HEAD",
    "alone",
    "cells",
    "corner",
    "encode_jpeg",
    "encode_png",
    "face_picture",
    "hide",
    "neighbours",
    "spotlight",
]

U8 = NDArray[np.uint8]
Floats = NDArray[np.floating]

CELLS = 6  # averages across a hidden head, about four across the face: far below what any recogniser can use
LEVELS = 16  # steps of brightness that an average may have: what is left of it does not tell small differences
HEAD = 0.6  # of a face's width and height, on each side: what is cut out to show it with its head


def hide(image: U8, box: Floats, *, margin: float = 0.25) -> U8:
    """A copy of an RGB picture (H, W, 3) with the faces in `box` (N, 4) replaced by `CELLS` x `CELLS` coarse averages.

    margin : share of the box that is hidden around it, for hair, ears and chin
    """
    copy = image.copy()
    height, width = image.shape[:2]
    for x1, y1, x2, y2 in clip(pad(np.asarray(box, np.float64).reshape(-1, 4), margin), height, width).round():
        area = copy[int(y1) : int(y2), int(x1) : int(x2)]
        if area.size:
            area[:] = cv2.resize(cells(area), area.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    return copy


def cells(area: U8, across: int = CELLS, down: int | None = None) -> U8:
    """All that is left of a hidden face: averages in `LEVELS` steps, (down or across, across, 3); 54 bytes of 6 x 6."""
    few = cv2.resize(np.ascontiguousarray(area), (across, down or across), interpolation=cv2.INTER_AREA)
    step = 256 // LEVELS
    return np.asarray(few // step * step + step // 2, np.uint8)


def spotlight(image: U8, box: Floats) -> U8:
    """A copy of a picture in which only the face in `box` (4,) is sharp: all else is made of averages, found or not.

    An average covers a sixth of that face's width, as in `hide`, so that no face up to twice its size can be recognised,
    also where no detector finds it: cut by the picture's edge, turned away, half hidden.
    """
    height, width = image.shape[:2]
    coarse = _coarse(image, float(box[2] - box[0]))
    x1, y1, x2, y2 = clip(pad(np.asarray(box, np.float64)[None], 0.1), height, width)[0].round().astype(int)
    coarse[y1:y2, x1:x2] = image[y1:y2, x1:x2]
    return coarse


def neighbours(box: Floats, row: int) -> NDArray[np.bool_]:
    """Which of the faces `box` (N, 4) an aligned crop of face `row` could show: those within its own size around it, (N,)."""
    boxes = np.asarray(box, np.float64)
    near = iou(pad(boxes, 0.25), pad(boxes[row : row + 1], 1.0))[:, 0] > 0
    near[row] = False
    return near


def alone(image: U8, box: Floats, row: int) -> U8 | None:
    """A copy of a picture in which the `neighbours` of face `row` are hidden, that one whole; None if it has none.

    box : (N, 4) all faces of the picture
    """
    height, width = image.shape[:2]
    boxes, near = np.asarray(box, np.float64), neighbours(box, row)
    if not near.any():
        return None
    hidden = hide(image, boxes[near])
    x1, y1, x2, y2 = clip(boxes[row : row + 1], height, width)[0].round().astype(int)
    hidden[y1:y2, x1:x2] = image[y1:y2, x1:x2]
    return hidden


def _coarse(image: U8, face: float) -> U8:
    """A picture made of averages, each a sixth of a face's width."""
    height, width = image.shape[:2]
    cell = max(4.0, face / CELLS)
    few = cv2.resize(image, (max(1, round(width / cell)), max(1, round(height / cell))), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(few, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def face_picture(image: U8, box: Floats, row: int, *, margin: float = HEAD) -> U8:
    """Face `row` cut out of a picture with its head; all else in the cut is made of averages, found or not, (h, w, 3) RGB.

    box : (N, 4) all faces of the picture; where a hidden face overlaps the shown one, the shown one stays whole
    """
    height, width = image.shape[:2]
    own = np.asarray(box[row : row + 1], np.float64)
    x1, y1, x2, y2 = clip(pad(own, margin), height, width)[0].round().astype(int)
    cut = np.ascontiguousarray(image[y1:y2, x1:x2])
    if not cut.size:
        return cut.copy()
    hidden = hide(cut, np.delete(np.asarray(box, np.float64), row, axis=0) - [x1, y1, x1, y1])
    a, b, c, d = clip(own, height, width)[0].round().astype(int)
    hidden[b - y1 : d - y1, a - x1 : c - x1] = cut[b - y1 : d - y1, a - x1 : c - x1]
    head = _head(cut.shape[:2], own[0] - [x1, y1, x1, y1])
    return np.where(head[..., None], hidden, _coarse(hidden, float(own[0, 2] - own[0, 0])))


def corner(box: Floats, *, margin: float = HEAD) -> Floats:
    """Where in its picture the cut of `face_picture` around `box` (4,) begins, (2,) px.

    >>> corner(np.array([10.0, 100.0, 50.0, 150.0])).tolist()
    [0.0, 70.0]
    """
    return np.asarray(np.clip(pad(np.asarray(box, np.float64)[None], margin)[0, :2], 0, None).round())


def _head(shape: tuple[int, int], box: Floats) -> NDArray[np.bool_]:
    """Where the head around a face is: an ellipse from above the hair to below the chin that holds the whole box."""
    x1, y1, x2, y2 = box
    down, across = np.ogrid[: shape[0], : shape[1]]
    x = (across + 0.5 - (x1 + x2) / 2) / max(0.74 * (x2 - x1), 1e-6)
    y = (down + 0.5 - (y1 + y2) / 2 + 0.08 * (y2 - y1)) / max(0.87 * (y2 - y1), 1e-6)
    return np.asarray(x * x + y * y <= 1)


def encode_png(image: U8) -> bytes:
    """An RGB picture as PNG bytes: nothing is lost. Runs alone are looked for: as small as level 3, in half its time."""
    fast = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]
    return bytes(cv2.imencode(".png", image[..., ::-1], fast)[1])


def encode_jpeg(image: U8, *, side: int | None = None, quality: int = 88) -> bytes:
    """An RGB picture as JPEG bytes; with `side`, made smaller so that its longer side is at most that."""
    longest = max(image.shape[:2])
    if side is not None and longest > side:
        size = [max(1, round(n * side / longest)) for n in image.shape[1::-1]]
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1])
