"""How fit a face is to be compared: size, pose, sharpness and light, measured on the aligned chip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Measures", "ceiling", "grey", "measure", "quality", "roll", "sharpness", "turn"]

F32 = NDArray[np.float32]
Floats = NDArray[np.floating]
U8 = NDArray[np.uint8]
Number = TypeVar("Number", bound=np.number)

ROUNDING = 1.25 / 12  # variance of the Laplacian of whole numbers: what rounding to them adds is no detail


def grey(chips: U8) -> F32:
    """Luma of N chips (N, S, S, 3) as (N, S, S) in 0..255 (ITU-R BT.601 weights)."""
    return (chips @ np.array([0.299, 0.587, 0.114], np.float32)).astype(np.float32)


def _middle(pictures: NDArray[Number]) -> NDArray[Number]:
    """The middle of each picture, where the face is and the background is not."""
    side = pictures.shape[1]
    return pictures[:, side // 5 : side - side // 5, side // 5 : side - side // 5]


def sharpness(luma: F32) -> F32:
    """Share of the picture's contrast that lies between neighbouring pixels, (N,); about 0.02 blurred, 0.2 sharp.

    The root mean square of the 4-neighbour Laplacian over the standard deviation, so that light and skin cancel.
    """
    return _sharpness(_middle(luma))


def _sharpness(middle: F32) -> F32:
    inner = middle[:, 1:-1, 1:-1]
    around = middle[:, :-2, 1:-1] + middle[:, 2:, 1:-1] + middle[:, 1:-1, :-2] + middle[:, 1:-1, 2:]
    ripple = np.sqrt(np.clip(((around / 4 - inner) ** 2).mean(axis=(1, 2)) - ROUNDING, 0, None))
    contrast = middle.std(axis=(1, 2))
    return np.divide(ripple, contrast, out=np.zeros_like(ripple), where=contrast > 1)


def turn(eyes_and_nose: Floats) -> Floats:
    """How far the nose lies beside the middle of the eyes, in eye distances, (N,): 0 frontal, 0.5 and more in profile.

    eyes_and_nose : (N, 3, 2), as `Pack.eyes_and_nose` gives it
    """
    left, right, nose = eyes_and_nose[:, 0], eyes_and_nose[:, 1], eyes_and_nose[:, 2]
    axis = right - left
    squared = (axis**2).sum(axis=1)
    along = ((nose - (left + right) / 2) * axis).sum(axis=1)
    return np.divide(np.abs(along), squared, out=np.full_like(squared, np.inf), where=squared > 0)


def roll(eyes_and_nose: Floats) -> Floats:
    """How far the line through the eyes is tilted, (N,) degrees 0..180, from (N, 3, 2) as `turn` takes it.

    Alignment takes the tilt out again, but landmarks are found less exactly on a tilted head.
    """
    axis = eyes_and_nose[:, 1] - eyes_and_nose[:, 0]
    return np.degrees(np.abs(np.arctan2(axis[:, 1], axis[:, 0])))


@dataclass(frozen=True)
class Measures:
    """N faces measured; all (N,) float.

    width : px in the original picture
    turn : eye distances, see `turn`
    roll : degrees, see `roll`
    sharpness : see `sharpness`
    light : mean luma of the face, 0..255
    contrast : standard deviation of the luma
    ceiling : see `ceiling`
    """

    width: Floats
    turn: Floats
    roll: Floats
    sharpness: Floats
    light: Floats
    contrast: Floats
    ceiling: Floats


def measure(chips: U8, eyes_and_nose: Floats, width: Floats) -> Measures:
    """Measure N aligned chips (N, S, S, 3) and the landmarks (N, 3, 2) they came from."""
    if not len(chips):
        none = np.zeros(0, np.float32)
        return Measures(none, none, none, none, none, none, none)
    middle = grey(_middle(chips))
    return Measures(
        width=width,
        turn=turn(eyes_and_nose),
        roll=roll(eyes_and_nose),
        sharpness=_sharpness(middle),
        light=middle.mean(axis=(1, 2)),
        contrast=middle.std(axis=(1, 2)),
        ceiling=ceiling(width, eyes_and_nose),
    )


def _ramp(value: Floats, low: float, high: float) -> Floats:
    """0 at `low`, 1 at `high`, straight between."""
    return np.clip((value - low) / (high - low), 0, 1)


def ceiling(width: Floats, eyes_and_nose: Floats) -> F32:
    """What `quality` can reach at most with this size and pose, (N,): known before a chip is cut.

    width : (N,) px; eyes_and_nose : (N, 3, 2)
    """
    size = _ramp(width, 8, 96) ** 0.5
    turned, tilted = _ramp(turn(eyes_and_nose), 0.08, 0.6), _ramp(roll(eyes_and_nose), 15, 50)
    return np.asarray(size * (1 - 0.9 * turned) * (1 - 0.8 * tilted), np.float32)


def quality(m: Measures) -> F32:
    """One number in 0..1 by which faces of one track are ranked, (N,): the product of what each measure permits.

    It ranks faces of the same person, weights their fusion, and is no probability of anything.
    """
    focus = 0.2 + 0.8 * _ramp(m.sharpness, 0.02, 0.12)
    light = 0.2 + 0.8 * np.minimum(_ramp(m.light, 15, 60), 1 - _ramp(m.light, 215, 250))
    contrast = 0.3 + 0.7 * _ramp(m.contrast, 8, 25)
    return np.asarray(m.ceiling * focus * light * contrast, np.float32)
