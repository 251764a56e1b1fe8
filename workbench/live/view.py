"""What people see of a camera: the newest picture with every face blurred but those under alert, made only while somebody looks.

Or nothing but the heads of those under alert, and an outline of every other face: for that, nobody has to be found.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.covers import HEAD, tight
from workbench.footage.painting import GREY, in_sight
from workbench.footage.redact import encode_jpeg, hide
from workbench.geometry import clip, iou, pad
from workbench.tracking import Trail

__all__ = ["View", "redacted"]

F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]

WIDE = 720  # px across what is sent
LOOKING = 5.0  # seconds after which nobody seems to look any more
RECENT = 1.0  # seconds for which a face that is not found counts as where it was last
OUTLINE = (40, 40, 40)  # of a face that is hidden where everything is
SAME = 0.95  # overlap from which a face that was found is the one of a trail seen in this very picture


def redacted(
    image: U8, found: F64, trails: Sequence[Trail], shown: Sequence[Trail], t: float, *, everything: bool = False
) -> U8:
    """A smaller copy of a picture (H, W, 3) with all faces hidden but those of the trails `shown`.

    found : (N, 4) px, all faces that were found in it; trails : those that go on, hidden where they were last as well
    everything : hide all but the heads of the trails `shown`, whether or not it was taken for a face
    """
    share = min(1.0, WIDE / image.shape[1])
    size = (round(image.shape[1] * share), round(image.shape[0] * share))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    last = [trail.last.box for trail in trails if t - trail.last.t <= RECENT]
    seen = np.array([trail.last.box for trail in shown if trail.last.t == t]).reshape(-1, 4)
    boxes = np.concatenate([found.reshape(-1, 4), np.array(last).reshape(-1, 4)])
    hidden = boxes[iou(boxes, seen).max(axis=1, initial=0) < SAME]
    if everything:
        return _heads(np.asarray(small, np.uint8), seen * share, hidden * share)
    return hide(np.asarray(small, np.uint8), pad(hidden, 0.1) * share)


def _heads(image: U8, shown: F64, hidden: F64) -> U8:
    """Grey, with the heads of the faces `shown` (N, 4), and an outline of every face `hidden` (M, 4)."""
    seen = in_sight(image.shape, pad(shown, HEAD), hidden)
    alone = np.where(seen[..., None], image, np.uint8(GREY))
    for x1, y1, x2, y2 in clip(tight(hidden), *image.shape[:2]).round().astype(int).tolist():
        cv2.rectangle(alone, (x1, y1), (x2 - 1, y2 - 1), OUTLINE, 2)
    return alone


class View:
    """The newest picture of one camera for whoever looks, as JPEG bytes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = -np.inf
        self._jpeg, self._number = b"", 0

    @property
    def wanted(self) -> bool:
        """Whether somebody looks."""
        return time.monotonic() - self._asked < LOOKING

    def show(self, picture: U8) -> None:
        """Put a redacted picture there."""
        jpeg = encode_jpeg(picture, quality=75)
        with self._lock:
            self._jpeg, self._number = jpeg, self._number + 1

    def newest(self) -> tuple[int, bytes]:
        """Its number and the picture; 0 and nothing before the first."""
        self._asked = time.monotonic()
        with self._lock:
            return self._number, self._jpeg
