"""Detectors that had no part in hiding look at a copy beside its original: what is left of anybody, and is it a face at all?

The first one, OpenCV's YuNet, looks at every frame, at its own size and at twice that. A find counts where a recogniser tells
who it is, or where it is too small to be compared and looks as before. Of what counts, two are asked about that place alone,
enlarged to what they see best, as it is and in a mirror: a second one, which had no part in the hiding either, and the first
one again, since a face does not vanish when one comes closer. How many of the faces of the original these two see by the same
look says what their word is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.faces import Faces
from workbench.footage import open_footage
from workbench.footage.redact import encode_png
from workbench.footage.window import Window
from workbench.geometry import clip, iou, pad
from workbench.models.pack import Pack
from workbench.spotting import inside
from workbench.thresholds import line_for

U8 = NDArray[np.uint8]
Box = NDArray[np.floating]
Detector = Callable[[U8], Faces]

SURE = 0.6  # YuNet's score from which a find counts; its authors use 0.9
UNTOUCHED = 12.0  # grey levels by which H.264 alone changes a face, at most
LARGE = 96  # px, width at which a place is seen from close by: plenty for all three
AROUND = 1.5  # of a find's size, on every side, that it sees with it


class Yunet:
    """The first onlooker."""

    def __init__(self, file: Path) -> None:
        self._net = cv2.FaceDetectorYN.create(str(file), "", (320, 320), SURE, 0.4, 500)

    def detect(self, image: U8, scales: tuple[int, ...] = (1, 2)) -> Faces:
        """All faces at the picture's own size and at twice that."""
        found = Faces.none()
        for scale in scales:
            size = (image.shape[1] * scale, image.shape[0] * scale)
            self._net.setInputSize(size)
            rows = self._net.detect(cv2.resize(np.ascontiguousarray(image[..., ::-1]), size))[1]
            if rows is None:
                continue
            box = np.concatenate([rows[:, :2], rows[:, :2] + rows[:, 2:4]], axis=1) / scale
            new = iou(box.astype(np.float32), found.box).max(axis=1, initial=0) < 0.4
            seen = Faces.of(box[new], rows[new, 4:14].reshape(-1, 5, 2) / scale, rows[new, 14])
            found = Faces.concat([found, seen]) if len(seen) else found
        return found


def seconded(detectors: Sequence[Detector], image: U8, box: Box) -> bool:
    """Whether any detector sees a face in a place (4,) of a picture, enlarged or made smaller to `LARGE` px."""
    around = clip(pad(np.asarray(box, np.float64)[None], AROUND), *image.shape[:2])[0].round().astype(int)
    cut = image[around[1] : around[3], around[0] : around[2]]
    scale = LARGE / max(float(box[2] - box[0]), 1.0)
    cut = np.asarray(
        cv2.resize(np.ascontiguousarray(cut), None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8
    )
    place = (box - np.tile(around[:2], 2))[None] * scale
    turned = np.array([[cut.shape[1] - place[0, 2], place[0, 1], cut.shape[1] - place[0, 0], place[0, 3]]])
    views = ((cut, place), (np.ascontiguousarray(cut[:, ::-1]), turned))
    return any(inside(detect(view), where).any() for view, where in views for detect in detectors)


@dataclass
class Seen:
    """What the onlookers make of one copy: counts of faces and of frames.

    before, after : faces of the first one in the original and in the copy; compared, worst : the latter with the former
    counted : frames that count; small : finds too small to be compared that look as before
    both : frames with a place that counts and is seen from close by, too
    asked, agreed : finds in the original that were looked at from close by, and seen
    """

    before: int = 0
    after: int = 0
    compared: int = 0
    worst: float = float("nan")
    counted: int = 0
    small: int = 0
    both: int = 0
    asked: int = 0
    agreed: int = 0
    pictures: list[tuple[str, U8]] = field(default_factory=list, repr=False)

    def row(self) -> list[str]:
        """As cells of the table."""
        worst = "-" if np.isnan(self.worst) else f"{self.worst:.3f}"
        share = f"{self.agreed / self.asked:.0%} of {self.asked}" if self.asked else "-"
        plain = (self.before, self.after, self.compared, worst, self.small, self.counted, self.both, share)
        return [str(each) for each in plain]


class Onlookers:
    """The first and the second one, and the recogniser that tells whether a find is anybody."""

    def __init__(self, first: Yunet, second: Pack, recogniser: Pack, ask: int = 60) -> None:
        """Get ready; `ask` : finds of the original that are looked at from close by, spread over its frames."""
        self._first, self._pack, self._ask = first, recogniser, ask
        self._close: list[Detector] = [
            lambda view: second.detect(view, smallest=LARGE // 2),
            lambda view: first.detect(view, (1,)),
        ]
        self.line = line_for(recogniser, None).near

    def look(self, original: Window, copy: Path) -> Seen:
        """Every frame of both."""
        seen, some = Seen(), max(1, len(original) // 12)
        with original.frames() as one, open_footage(copy).every_frame() as other:
            for number, (was, now) in enumerate(zip(one, other, strict=True)):
                there = self._first.detect(was.image)
                if number % some == 0 and seen.asked < self._ask:
                    seen.asked += len(there)
                    seen.agreed += sum(seconded(self._close, was.image, box) for box in there.box)
                image = now.image[: was.image.shape[0], : was.image.shape[1]]
                self._frame(seen, f"{was.index:05d}", was.image, image, there)
        return seen

    def _frame(self, seen: Seen, name: str, was: U8, now: U8, there: Faces) -> None:
        left = self._first.detect(now)
        large = np.concatenate([left.width >= self._pack.card.smallest_face, np.ones(0, bool)])
        score = self._scores(was, now, there, left[large])
        small = [box for box in left.box[~large] if _same(was, now, box)]
        places = [*small, *left.box[large][score >= self.line]]
        seen.before, seen.after = seen.before + len(there), seen.after + len(left)
        seen.compared, seen.small = seen.compared + len(score), seen.small + len(small)
        seen.worst = float(np.nanmax([seen.worst, *score])) if len(score) else seen.worst
        agreed = [seconded(self._close, now, box) for box in places]
        seen.counted, seen.both = seen.counted + bool(places), seen.both + any(agreed)
        for box, also in zip(places, agreed, strict=True):
            seen.pictures.append(
                (f"{name}-{'both' if also else 'first'}-{box[0]:.0f}-{box[1]:.0f}", _pair(was, now, box))
            )

    def _scores(self, was: U8, now: U8, there: Faces, left: Faces) -> NDArray[np.float32]:
        """Best cosine of each face of the copy with the same place, and with any face, of the original."""
        if not len(left):
            return np.zeros(0, np.float32)
        both = Faces.concat([left, there[there.width >= self._pack.card.smallest_face]])
        then, template = self._embed(was, both), self._embed(now, left)
        return np.asarray((template @ then.T).max(axis=1), np.float32)

    def _embed(self, image: U8, faces: Faces) -> NDArray[np.float32]:
        return self._pack.embed(self._pack.chips(image, faces))


def write_pictures(seen: Seen, folder: Path, label: str) -> None:
    """Each place that counts as a PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in seen.pictures:
        (folder / f"{label}-{name}.png").write_bytes(encode_png(picture))


def _same(was: U8, now: U8, box: Box) -> bool:
    """Whether a place looks in the copy as it did before."""
    x1, y1, x2, y2 = np.clip(box.round().astype(int), 0, None)
    part = np.abs(was[y1:y2, x1:x2].astype(int) - now[y1:y2, x1:x2])
    return bool(part.size and part.mean() < UNTOUCHED)


def _pair(was: U8, now: U8, box: Box) -> U8:
    """A place before and after, the find framed, eight times as large."""
    pair = []
    for image in (was, now):
        x1, y1, x2, y2 = clip(pad(np.asarray(box, np.float64)[None], 2.0), *image.shape[:2])[0].round().astype(int)
        cut = cv2.resize(np.ascontiguousarray(image[y1:y2, x1:x2]), None, fx=8, fy=8, interpolation=cv2.INTER_CUBIC)
        a, b, c, d = (8 * (box - np.array([x1, y1, x1, y1]))).round().astype(int).tolist()
        pair.append(cv2.rectangle(cut, (a, b), (c, d), (255, 255, 0), 1))
    return np.concatenate(pair, axis=1)
