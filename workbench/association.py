"""One step of the tracker: which face of this frame continues which track, by motion, and by likeness where motion is in doubt.

Pure functions. Lengths are in face widths and times in seconds, so that nothing depends on the picture's size or the
sampling rate. A merged track contaminates evidence and a split one costs a look: doubt is settled by splitting.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from workbench.geometry import centre, width

__all__ = ["Motion", "Plan", "associate", "distance", "plan", "predict", "reach", "seam", "shot_cut", "update"]

Bools = NDArray[np.bool_]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Pairs = list[tuple[int, int]]

WALK = 9.0  # face widths a second: a brisk walk (1.4 m/s) across the picture, a face being about 0.16 m wide
NEAR = 0.5  # face widths within which a face is where it was expected
RIVAL = 0.8  # a second possibility must be this much farther away to be no rival
ALONE = 1.01  # cost of leaving a track and a face apart: just above that of the poorest pair that is allowed


@dataclass(frozen=True)
class Motion:
    """Where T tracks were last seen and how they moved.

    box : (T, 4) px
    velocity : (T, 2) px a second, of the centre
    t : (T,) seconds, when last seen
    seen : (T,) how often
    """

    box: F64
    velocity: F64
    t: F64
    seen: I64

    @classmethod
    def none(cls) -> Motion:
        """No track at all."""
        return cls(np.zeros((0, 4)), np.zeros((0, 2)), np.zeros(0), np.zeros(0, np.int64))


def predict(motion: Motion, t: float) -> F64:
    """Boxes (T, 4) at time `t`: a straight walk, trusted for at most one second."""
    ahead = np.clip(t - motion.t, 0, 1)[:, None] * motion.velocity
    return motion.box + np.concatenate([ahead, ahead], axis=1)


def update(box: F64, velocity: F64, t: float, seen: int, new_box: F64, new_t: float) -> tuple[F64, F64]:
    """The smoothed velocity (2,) after one more sight, with the new box (4,)."""
    lapse = max(new_t - t, 1e-6)
    now = (centre(new_box[None])[0] - centre(box[None])[0]) / lapse
    return new_box, now if seen < 2 else 0.5 * velocity + 0.5 * now


def distance(predicted: F64, box: F64) -> F64:
    """How far each face lies from each track's expected place, (T, N) in face widths; a change of size counts too.

    >>> distance(np.array([[0.0, 0, 10, 10]]), np.array([[5.0, 0, 15, 10]])).tolist()
    [[0.5]]
    """
    wide = np.clip((width(predicted)[:, None] + width(box)[None]) / 2, 1e-6, None)
    apart = np.linalg.norm(centre(predicted)[:, None] - centre(box)[None], axis=2) / wide
    ratio = np.clip(width(predicted)[:, None], 1e-6, None) / np.clip(width(box)[None], 1e-6, None)
    return apart + 2 * np.clip(np.abs(np.log(ratio)) - 0.25, 0, None)


def reach(motion: Motion, t: float) -> F64:
    """How far, in face widths, each track can be from where it is expected, (T,)."""
    lapse = np.clip(t - motion.t, 0, 3)
    return 0.6 + np.where(motion.seen < 2, WALK, WALK / 2) * lapse


@dataclass(frozen=True)
class Plan:
    """What motion alone can say.

    sure : pairs (track, face) without a rival
    tracks, faces : those in doubt, for which likeness is needed
    """

    sure: Pairs
    tracks: list[int]
    faces: list[int]


def plan(apart: F64, within: F64, fresh: Bools) -> Plan:
    """Divide tracks and faces into sure pairs, those in doubt, and the rest.

    apart : (T, N), from `distance`
    within : (T,), from `reach`
    fresh : (T,), True for tracks that were seen at the sample before; only these can be sure
    """
    possible = apart <= within[:, None]
    near = possible & (apart <= NEAR) & fresh[:, None]
    sure = [(int(i), int(j)) for i, j in np.argwhere(near) if _unrivalled(apart, possible, int(i), int(j))]
    taken_tracks, taken_faces = {i for i, _ in sure}, {j for _, j in sure}
    open_tracks = [i for i in range(len(apart)) if i not in taken_tracks]
    open_faces = [j for j in range(apart.shape[1]) if j not in taken_faces]
    left = possible[np.ix_(open_tracks, open_faces)]
    tracks = [i for i, row in zip(open_tracks, left, strict=True) if row.any()]
    faces = [j for j, column in zip(open_faces, left.T, strict=True) if column.any()]
    return Plan(sure, tracks, faces)


def _unrivalled(apart: F64, possible: Bools, i: int, j: int) -> bool:
    """Whether neither another track nor another face comes near to this pair."""
    limit = apart[i, j] + RIVAL
    row, column = possible[i] & (apart[i] < limit), possible[:, j] & (apart[:, j] < limit)
    return bool(row.sum() == 1 and column.sum() == 1)


def associate(apart: F64, within: F64, like: F64, fresh: Bools, *, same: float, contradict: float) -> Pairs:
    """Pairs (track, face) among those in doubt, each at most once, at the least total cost.

    To leave two apart costs no more than the poorest pair: a good pair is not given up so that more can be made.

    apart : (T, N) face widths; within : (T,) face widths
    like : (T, N) cosine between a track's face and a face, NaN where one of them cannot be compared
    fresh : (T,), True for tracks that were seen at the sample before
    same : cosine from which two faces are taken for one person's, wherever they are within reach
    contradict : cosine below which they are not, however near
    """
    if not apart.size:
        return []
    likeness = (like - contradict) / (same - contradict)
    close = np.where(np.isnan(like), NEAR * 1.6, 1.0)
    allowed = (apart <= within[:, None]) & (np.isnan(like) | (like >= contradict))
    allowed &= (like >= same) | ((apart <= close) & fresh[:, None]) | ((apart <= NEAR) & np.isnan(like))
    cost = np.where(allowed, apart / within[:, None] - np.nan_to_num(np.clip(likeness, -1, 2)), ALONE)
    return [(int(i), int(j)) for i, j in zip(*linear_sum_assignment(cost), strict=True) if allowed[i, j]]


def seam(templates: F64, *, contradict: float) -> int | None:
    """Where a track changes from one person to another, as the index of the second one's first face; None if it does not.

    templates : (K, D) unit vectors of the track's faces in order of time
    contradict : mean cosine below which the two sides are two people

    >>> seam(np.array([[1.0, 0], [1, 0], [0, 1]]), contradict=0.3)
    2
    """
    if len(templates) < 2:
        return None
    like = templates @ templates.T
    across = [float(like[:cut, cut:].mean()) for cut in range(1, len(like))]
    cut = int(np.argmin(across))
    return cut + 1 if across[cut] < contradict else None


def shot_cut(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> bool:
    """Whether the camera's picture was replaced between two samples, from two small RGB pictures of one shape (h, w, 3).

    Both the colours and their places must have changed: a person walking by changes places, lamps change colours.
    """
    places = np.abs(before.astype(np.int16) - after).mean() / 255
    if places <= 0.12:
        return False
    colours = np.abs(_palette(before) - _palette(after)).sum() / 2
    return bool(colours > 0.45)


def _palette(picture: NDArray[np.uint8]) -> F64:
    """Share of the pixels that has each of 6 x 6 x 6 colours, (216,)."""
    level = (picture.reshape(-1, 3) // 43).astype(np.int64)
    return np.bincount(level @ np.array([36, 6, 1]), minlength=216) / len(level)
