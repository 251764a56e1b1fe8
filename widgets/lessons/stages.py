"""A face on its way to numbers: found, marked, aligned, embedded; and how alike such numbers are. For looking at, in cards."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from widgets.lessons.likeness import Face, face_in, pack
from workbench.errors import InputError
from workbench.html import Card, card, note, pictures

__all__ = ["Likenesses", "Steps", "likenesses", "steps"]

BLUE, ORANGE = (0, 114, 178), (230, 159, 0)


@dataclass(frozen=True, eq=False)
class Steps:
    """The four steps of one face; `.template` are the numbers that are compared."""

    face: Face

    @property
    def template(self) -> NDArray[np.float32]:
        """(D,) float32, of length 1."""
        return self.face.template

    def __repr__(self) -> str:
        return f"Steps(a face {self.face.width:.0f} px wide, {self.template.size} numbers)"

    def _repr_html_(self) -> str:
        size = f"{self.face.chip.shape[1]} x {self.face.chip.shape[0]} px"
        cards = [
            Card(_jpeg(self._marked(points=False)), "1 · found", (f"a box, {self.face.width:.0f} px wide",)),
            Card(_jpeg(self._marked(points=True)), "2 · marked", ("five points: where the eyes and the nose are",)),
            Card(_jpeg(self.face.chip), "3 · aligned", (f"turned and scaled to {size}",)),
            Card(
                _jpeg(self._bars()),
                f"4 · {self.template.size} numbers",
                ("the template: each bar a number, none a nose",),
            ),
        ]
        words = (
            "Generated person. Everything outside the aligned picture is thrown away before the numbers are computed."
        )
        return card("From a picture to numbers", pictures(cards, room=40_000), note(words))

    def _marked(self, *, points: bool) -> NDArray[np.uint8]:
        image = self.face.image.copy()
        x1, y1, x2, y2 = (round(float(edge)) for edge in self.face.box)
        cv2.rectangle(image, (x1, y1), (x2, y2), BLUE, 2)
        for x, y in self.face.points if points else ():
            cv2.circle(image, (round(float(x)), round(float(y))), 4, ORANGE, -1, cv2.LINE_AA)
        return image

    def _bars(self) -> NDArray[np.uint8]:
        """The template as bars around a middle line."""
        picture = np.full((152, 152, 3), 255, np.uint8)
        height = np.round(70 * self.template / np.abs(self.template).max()).astype(int)
        for x, tall in zip(np.linspace(4, 147, height.size).round().astype(int), height, strict=True):
            cv2.line(picture, (int(x), 76), (int(x), 76 - int(tall)), BLUE, 1)
        return picture


def steps(picture: Path | bytes) -> Steps:
    """The steps of the widest face in a picture, a JPEG or PNG file or its bytes."""
    face = face_in(_bytes(picture))
    if face is None:
        raise InputError("no face was found; use a picture that shows the whole face")
    return Steps(face)


@dataclass(frozen=True, eq=False)
class Likenesses:
    """A reference, and how much alike other pictures are to it; NaN where no face was found or it is too small to compare.

    scores : (n,) cosine, for the pack dlib alone
    """

    reference: bytes
    pictures: tuple[bytes, ...]
    titles: tuple[str, ...]
    scores: tuple[float, ...]
    widths: tuple[float, ...]

    def __repr__(self) -> str:
        said = ", ".join(f"{title} {_said(score)}" for title, score in zip(self.titles, self.scores, strict=True))
        return f"Likenesses({said})"

    def _repr_html_(self) -> str:
        rows = zip(self.pictures, self.titles, self.scores, self.widths, strict=True)
        cards = [Card(self.reference, "reference", ("compared with all others",))]
        cards += [
            Card(picture, title, (f"score {_said(score)}", _found(width))) for picture, title, score, width in rows
        ]
        return card(
            "How alike to the reference?",
            pictures(cards, room=40_000),
            note("Generated people. The score is the pack dlib's; its scale means nothing elsewhere."),
        )


def likenesses(reference: Path | bytes, others: dict[str, Path | bytes] | Sequence[Path]) -> Likenesses:
    """How much alike `others`, by title, are to a reference."""
    named = others if isinstance(others, dict) else {path.stem.replace("-", " "): path for path in others}
    shown = [_bytes(picture) for picture in named.values()]
    first, faces = face_in(_bytes(reference)), [face_in(picture) for picture in shown]
    if first is None:
        raise InputError("no face was found in the reference; use a picture that shows the whole face")
    smallest = pack().card.smallest_face
    score = [
        math.nan if face is None or face.width < smallest else float(first.template @ face.template) for face in faces
    ]
    width = [math.nan if face is None else face.width for face in faces]
    return Likenesses(_bytes(reference), tuple(shown), tuple(named), tuple(score), tuple(width))


def _said(score: float) -> str:
    return "not compared" if math.isnan(score) else f"{score:.3f}"


def _found(width: float) -> str:
    return "no face was found" if math.isnan(width) else f"face {width:.0f} px wide"


def _bytes(picture: Path | bytes) -> bytes:
    return picture if isinstance(picture, bytes) else picture.read_bytes()


def _jpeg(picture: NDArray[np.uint8]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=90)
    return out.getvalue()
