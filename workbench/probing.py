"""Labelled pictures become templates, each once; what cannot be compared stays as a pass without a face, or is said."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.enrolment import find_faces
from workbench.errors import InputError
from workbench.footage.images import read_pixels
from workbench.labelled import Labelled, Pictures
from workbench.models.pack import Pack
from workbench.progress import Progress
from workbench.quality import measure, quality
from workbench.sheets import named

__all__ = ["Probes", "probes_of"]

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

BATCH = 32  # chips embedded at once


class _Look(NamedTuple):
    """The widest face of a picture: its aligned crop, width in px, and quality 0..1."""

    chip: U8
    face_px: float
    quality: float


_SAID = {
    "unreadable": "cannot be read and {is_are} left out",
    "copy": "{is_are} a copy of another one of the same person and left out",
    "no face": "show no face that the pack finds; each counts as a pass without a face",
    "small": "show a face of less than {smallest} px, too small to compare; each counts as a pass without a face",
    "several": "show several faces; the widest one was taken",
}


@dataclass(frozen=True)
class Probes:
    """n pictures with their templates.

    template : (n, D), zeros where `usable` (n,) is False: no face, or one too small to compare
    face_px, quality : (n,) of the widest face, NaN where it is not usable
    notes : what a reader must know of them and of where they lay, a sentence each
    """

    pictures: tuple[Labelled, ...]
    template: F32
    usable: NDArray[np.bool_]
    face_px: F32
    quality: F32
    notes: tuple[str, ...]


def probes_of(pack: Pack, pictures: Sequence[Labelled], progress: Progress) -> Probes:
    """Find, align and embed the widest face of each picture; `InputError` if there is a face in none."""
    noted: dict[str, list[str]] = defaultdict(list)
    kept: list[Labelled] = []
    looks: list[_Look | None] = []
    seen: dict[str, Labelled] = {}
    progress.start("finding faces", len(pictures), "pictures")
    try:
        for done, picture in enumerate(pictures):
            image = _image(picture, noted)
            if image is not None and not _is_copy(picture, image, seen, noted):
                kept.append(picture)
                looks.append(_look(pack, picture.name, image, noted))
            progress.at(done + 1)
    finally:
        progress.end()
    usable = np.array([look is not None for look in looks], np.bool_)
    if not usable.any():
        raise InputError(_nothing(len(pictures), noted))
    template = np.zeros((len(kept), pack.space.dim), np.float32)
    template[usable] = _embedded(pack, [look.chip for look in looks if look], progress)
    measured = [(look.face_px, look.quality) if look else (np.nan, np.nan) for look in looks]
    face_px, worth = np.array(measured, np.float32).T
    notes = pictures.notes if isinstance(pictures, Pictures) else ()
    notes += _notes(noted, len(pictures), pack.card.smallest_face)
    return Probes(tuple(kept), template, usable, face_px, worth, notes)


def _image(picture: Labelled, noted: dict[str, list[str]]) -> U8 | None:
    try:
        return read_pixels(picture.path)
    except InputError:
        noted["unreadable"].append(picture.name)
        return None


def _is_copy(picture: Labelled, image: U8, seen: dict[str, Labelled], noted: dict[str, list[str]]) -> bool:
    """Whether the same pixels (H, W, 3) came before, in whatever format: a copy of a reference would be recognised with certainty.

    seen : first picture by the hash of its pixels, to which this one is added; `InputError` if it is another person's
    """
    first = seen.setdefault(_mark(image), picture)
    if first.subject != picture.subject:
        one, other = f"{first.name} ({first.subject})", f"{picture.name} ({picture.subject})"
        raise InputError(f"{one} and {other} are the same picture; one of the labels is wrong")
    if first is not picture:
        noted["copy"].append(picture.name)
    return first is not picture


def _mark(image: U8) -> str:
    """SHA-256 of the size and the pixels of a picture (H, W, 3)."""
    mark = hashlib.sha256(repr(image.shape).encode())
    mark.update(np.ascontiguousarray(image).data)
    return mark.hexdigest()


def _look(pack: Pack, name: str, image: U8, noted: dict[str, list[str]]) -> _Look | None:
    """The aligned crop of the widest face, or None with the reason noted."""
    faces = find_faces(pack, image)
    if not len(faces):
        noted["no face"].append(name)
        return None
    row = int(faces.width.argmax())
    widest = faces[row : row + 1]
    if widest.width[0] < pack.card.smallest_face:
        noted["small"].append(name)
        return None
    if len(faces) > 1:
        noted["several"].append(name)
    chips = pack.chips(image, widest)
    worth = quality(measure(chips, pack.eyes_and_nose(widest.points), widest.width))
    return _Look(chips[0], float(widest.width[0]), float(worth[0]))


def _embedded(pack: Pack, chips: Sequence[U8], progress: Progress) -> F32:
    parts = []
    progress.start("embedding", len(chips), "faces")
    try:
        for start in range(0, len(chips), BATCH):
            parts.append(pack.embed(np.stack(chips[start : start + BATCH])))
            progress.at(min(start + BATCH, len(chips)))
    finally:
        progress.end()
    return np.concatenate(parts)


def _notes(noted: dict[str, list[str]], pictures: int, smallest: int) -> tuple[str, ...]:
    return tuple(
        f"{len(noted[kind]):,} of {pictures:,} pictures "
        + words.format(is_are="is" if len(noted[kind]) == 1 else "are", smallest=smallest)
        + f": {named(noted[kind])}"
        for kind, words in _SAID.items()
        if noted[kind]
    )


def _nothing(pictures: int, noted: dict[str, list[str]]) -> str:
    counts = {"no face was found": "no face", "the face is too small": "small", "the file cannot be read": "unreadable"}
    why = ", ".join(f"in {len(noted[kind]):,} {words}" for words, kind in counts.items() if noted[kind])
    return f"none of {pictures:,} pictures can be used: {why}; check the pictures, or try another pack"
