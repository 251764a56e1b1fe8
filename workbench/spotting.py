"""Looking so that nobody is missed: every face that a pack can see in a picture, at more than one size, the doubtful ones too.

Looking for people who must not be seen is not scanning. There a face that one frame lacks is found in the next; here each
frame counts. So faces are looked for down to a fifth of what is worth comparing, and what the detector would rather not
call a face comes along, marked as not sure: whether it counts is decided by what the frames around it show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.faces import Faces
from workbench.geometry import centre, iou
from workbench.models.pack import Pack, Part

__all__ = ["Look", "Spots", "Turns", "finds_from", "glimpse", "inside", "looks_of", "seen_in", "spot", "together"]

I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
Bools = NDArray[np.bool_]

SAME = 0.4  # intersection over union from which two finds are one face
PARTS = (5, 2, 1)  # of the smallest usable face, down to which each look finds faces; the usual look comes last
ALIKE = 1.4  # two looks whose smallest faces differ by less than this factor see nearly the same
PACE = 0.02  # seconds of footage for which a look may cost what the usual one costs


@dataclass(frozen=True)
class Look:
    """One way of a pack to look at a picture.

    pack : which; smallest : px, what `Pack.detect` is asked for; every : seconds between two of its kind
    mirrored : at the picture as a mirror shows it: a detector does not miss the same faces in both
    lifted : at the picture with its local contrast raised: faces in the dark and behind glass
    """

    pack: int
    smallest: int | None
    every: float
    mirrored: bool = False
    lifted: bool = False

    def picture(self, image: U8) -> U8:
        """The picture as this look sees it."""
        image = lifted(image) if self.lifted else image
        return np.ascontiguousarray(image[:, ::-1]) if self.mirrored else image


def lifted(image: U8) -> U8:
    """RGB with the contrast of each of 8 x 8 parts raised, at most threefold (CLAHE, Zuiderveld 1994), colours as they are."""
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB)
    lab[..., 0] = cv2.createCLAHE(clipLimit=3, tileGridSize=(8, 8)).apply(lab[..., 0])
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.uint8)


def looks_of(packs: Sequence[Pack], height: int, width: int) -> tuple[Look, ...]:
    """The looks at pictures of this size that differ enough from each other, of each pack the most thorough first.

    A look costs with the inverse square of the smallest face that it finds; one that costs four times as much as the
    pack's usual one is taken a fourth as often, so that each kind takes the same time. The cheapest is taken in a mirror, too,
    and the most thorough, half as often, with the contrast raised.
    """
    chosen: list[Look] = []
    for number, pack in enumerate(packs):
        sizes = [pack.card.smallest_face // part for part in PARTS]
        finds = {pack.finds(height, width, smallest=size): size for size in (*sizes, None)}
        usual, last, own = pack.finds(height, width), 0.0, list[Look]()
        for px in sorted(finds):
            if px >= ALIKE * last:
                own.append(Look(number, finds[px], PACE * max(1.0, (usual / px) ** 2)))
                last = px
        other = [replace(own[0], lifted=True, every=2 * own[0].every)] if len(own) > 1 else []
        chosen += [*own, replace(own[-1], mirrored=True), *other]
    return tuple(chosen)


def finds_from(packs: Sequence[Pack], height: int, width: int) -> float:
    """Width in px of the smallest face that a look finds in a picture of this size."""
    return min(packs[each.pack].finds(height, width, smallest=each.smallest) for each in looks_of(packs, height, width))


class Turns:
    """Which looks are due at each frame, when frames come in order."""

    def __init__(self, looks: Sequence[Look]) -> None:
        self.looks = tuple(looks)
        self.anew()

    def anew(self) -> None:
        """All are due: the picture is another one."""
        self._last = dict.fromkeys(self.looks, -np.inf)

    def due(self, t: float) -> tuple[Look, ...]:
        """Those whose time has come again at `t` seconds, or will have before another frame could."""
        due = tuple(each for each in self.looks if t - self._last[each] >= each.every * 0.9)
        self._last |= dict.fromkeys(due, t)
        return due

    def one(self, t: float) -> tuple[Look, ...]:
        """The one of these that has waited longest."""
        due = [each for each in self.looks if t - self._last[each] >= each.every * 0.9]
        longest = tuple(sorted(due, key=self._last.__getitem__)[:1])
        self._last |= dict.fromkeys(longest, t)
        return longest


@dataclass(frozen=True, eq=False)
class Spots:
    """What was found in one picture.

    faces : N of them; pack : (N,) which pack found each, and so knows its points
    sure : (N,) bool, whether the pack would have listed it in a scan
    """

    faces: Faces
    pack: I64
    sure: Bools

    def __len__(self) -> int:
        return len(self.faces)

    def __getitem__(self, rows: Bools) -> Spots:
        return Spots(self.faces[rows], self.pack[rows], self.sure[rows])

    @staticmethod
    def none() -> Spots:
        """Nothing."""
        return Spots(Faces.none(), np.zeros(0, np.int64), np.zeros(0, bool))

    def joined(self, other: Spots) -> Spots:
        """These, and of `other` what is not among them; a doubtful one that is sure there is sure."""
        if not len(self) or not len(other):
            return self if len(self) else other
        shared = iou(self.faces.box, other.faces.box) >= SAME
        sure = self.sure | (shared & other.sure).any(axis=1)
        new = other[np.asarray(~shared.any(axis=0))]
        faces = Faces.concat([self.faces, new.faces])
        return Spots(faces, np.concatenate([self.pack, new.pack]), np.concatenate([sure, new.sure]))

    def apart(self) -> Spots:
        """Without the doubtful ones that lie on a sure one: an eye, a mouth, a head."""
        return self[np.asarray(self.sure | ~inside(self.faces, self.faces.box[self.sure]))]


def spot(packs: Sequence[Pack], image: U8, looks: Sequence[Look], *, doubtful: bool = True) -> Spots:
    """All faces that any of some looks finds in a picture; `doubtful` with those that a scan would not list."""
    return together(glimpse(packs, image, each, doubtful=doubtful) for each in looks)


def together(found: Iterable[Spots]) -> Spots:
    """The finds of several looks at one picture, those of the most thorough look first."""
    return reduce(Spots.joined, found, Spots.none()).apart()


def glimpse(packs: Sequence[Pack], image: U8, look: Look, *, doubtful: bool = True) -> Spots:
    """What one look finds in a picture."""
    return seen_in(packs, look.picture(image), look, doubtful=doubtful)


def seen_in(
    packs: Sequence[Pack], picture: U8, look: Look, *, part: Part | None = None, doubtful: bool = True
) -> Spots:
    """What one look finds in `Look.picture`, or in a part of it."""
    pack, only = packs[look.pack], {} if part is None else {"part": part}
    seen = replace(pack.detect(picture, smallest=look.smallest, doubtful=doubtful, **only), space=None)
    seen = _turned(pack, seen, picture.shape[1]) if look.mirrored else seen
    return Spots(seen, np.full(len(seen), look.pack, np.int64), seen.detection >= pack.sure)


def _turned(pack: Pack, faces: Faces, width: int) -> Faces:
    """Faces of a mirrored picture, where they are in the picture itself."""
    box, points = faces.box[:, [2, 1, 0, 3]].copy(), faces.points[:, list(pack.mirrored)].copy()
    box[:, ::2] = width - box[:, ::2]
    points[..., 0] = width - 1 - points[..., 0]
    return replace(faces, box=box, points=points)


def inside(faces: Faces, box: NDArray[np.floating]) -> Bools:
    """Whether the middle of each face lies in one of the boxes, (N,)."""
    if not len(faces) or not len(box):
        return np.zeros(len(faces), bool)
    middle = centre(faces.box)[:, None]
    within = (middle >= box[None, :, :2]) & (middle <= box[None, :, 2:])
    return np.asarray(np.any(within[..., 0] & within[..., 1], axis=1))
