"""From photographs to a watchlist: every image is accepted, or rejected with a reason that a person can act on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError
from workbench.faces import Faces
from workbench.footage.hashing import sha256_of
from workbench.footage.images import read_image
from workbench.footage.photographs import left_out, people_in
from workbench.footage.redact import corner, encode_jpeg, encode_png, face_picture
from workbench.list_checks import look_over
from workbench.models.pack import Pack
from workbench.progress import Progress
from workbench.quality import Measures, measure, quality
from workbench.surroundings import Surroundings
from workbench.tracks import Scale
from workbench.watchlist import Entry, Reference, Rejected, Warned, Watchlist

__all__ = ["MARGIN", "SECOND", "Enrolled", "admit", "draw_up", "fault_of", "find_faces", "judge", "kept_chip"]

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

BORDERS = (0.0, 0.25, 0.75)  # a face that fills its picture is found only with something around it
SIDES = (None, 640, 320)  # px of the longer side: one detector finds large faces only when they are made smaller
SECOND = 0.4  # a face this share as wide as the widest is somebody, not a passer-by
TURNED = 0.8  # eye distances: about 60 degrees; beyond that one eye is hidden
THUMBNAIL = 160
PORTRAIT = 512  # px, longest side of what people compare: about a custody picture's own face
NO_TEMPLATE = "the pack makes no template of this face (numbers that are not finite); fetch or add the pack again"
MARGIN = 0.35  # share of the face that is shown around it


@dataclass(frozen=True)
class Enrolled:
    """An accepted image: its reference and its template (D,)."""

    reference: Reference
    template: F32


def find_faces(pack: Pack, image: U8) -> Faces:
    """Faces of a photograph, tried at several sizes and with borders until one shows a face; boxes in the photograph.

    Where all of them are small, somebody larger is looked for as well: a detector can miss the portrait that fills the
    picture and find the passer-by behind it.
    """
    looks = (_find(pack, image, side, border) for side in SIDES for border in BORDERS)
    faces = next((found for found in looks if len(found)), Faces.none(pack.space))
    if not len(faces) or faces.width.max() > min(image.shape[:2]) / 3:
        return faces
    larger = _find(pack, image, SIDES[-1], BORDERS[-1])
    return larger if larger.width.max(initial=0) > 2 * faces.width.max() else faces


def _find(pack: Pack, image: U8, side: int | None, border: float) -> Faces:
    """Faces found after the picture was made `side` px long and got a border of a share of its sides."""
    height, width = image.shape[:2]
    scale = 1.0 if side is None else min(1.0, side / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = image if scale == 1 else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    top, left = round(small.shape[0] * border), round(small.shape[1] * border)
    framed = cv2.copyMakeBorder(small, top, top, left, left, cv2.BORDER_REPLICATE) if border else small
    found = pack.detect(np.ascontiguousarray(framed))
    box = ((found.box - [left, top, left, top]) / scale).astype(np.float32)
    points = ((found.points - [left, top]) / scale).astype(np.float32)
    return replace(found, box=box, points=points)


def judge(faces: Faces, m: Measures, smallest: int) -> tuple[int, str]:
    """Row of the face to enrol and "", or -1 and why there is none; `m` are measures of `faces`, row by row."""
    if not len(faces):
        return -1, "no face was found; use a picture that shows the whole face from the front"
    row = int(np.argmax(faces.width))
    people = int((faces.width >= SECOND * faces.width[row]).sum())
    if people > 1:
        return -1, f"{people} faces; cut the picture so that it shows one person"
    reason = fault_of(m, row, smallest)
    return (-1, reason) if reason else (row, "")


def fault_of(m: Measures, row: int, smallest: int) -> str:
    """Why the face in a row of the measures cannot be compared, and what helps; "" if it can."""
    return next((reason for wrong, reason in _faults(m, row, smallest) if wrong), "")


def _faults(m: Measures, row: int, smallest: int) -> Iterable[tuple[bool, str]]:
    """What can be wrong with one face, most telling first."""
    light = float(m.light[row])
    yield (
        m.width[row] < smallest,
        f"the face is {m.width[row]:.0f} px wide and {smallest} px are needed; use a larger picture",
    )
    yield light < 30, f"too dark (mean brightness {light:.0f} of 255, 30 needed); use a brighter picture"
    yield light > 235, f"too bright (mean brightness {light:.0f} of 255, at most 235); use a darker picture"
    yield (
        m.contrast[row] < 6,
        f"no contrast (spread {m.contrast[row]:.0f} of 255, 6 needed); use a picture with even light",
    )
    yield (
        m.sharpness[row] < 0.016,
        f"blurred (sharpness {m.sharpness[row]:.3f}, 0.016 needed); use a picture in focus",
    )
    yield (
        m.turn[row] > TURNED,
        f"turned away (nose {m.turn[row]:.2f} eye distances off centre, at most {TURNED}); use a picture from the front",
    )


def _enrol(pack: Pack, subject: str, path: Path, name: str, sha256: str) -> Enrolled | Rejected:
    """Judge one image, and embed it if it is accepted."""
    try:
        image = read_image(path).image
    except InputError as error:
        return Rejected(name, str(error))
    faces = find_faces(pack, image)
    chips = pack.chips(image, faces)
    m = measure(chips, pack.eyes_and_nose(faces.points), faces.width)
    row, reason = judge(faces, m, pack.card.smallest_face)
    if row < 0:
        return Rejected(name, reason)
    template = pack.embed(chips[row : row + 1])[0]
    if not np.isfinite(template).all():
        return Rejected(name, NO_TEMPLATE)
    thumbnail = encode_jpeg(face_picture(image, faces.box, row, margin=MARGIN), side=THUMBNAIL)
    chip, worth = kept_chip(pack, image, faces, row, chips[row]), float(quality(m)[row])
    hidden = not np.array_equal(chip, chips[row])
    measured = float(faces.width[row]), worth
    reference = Reference(subject, name, sha256, *measured, thumbnail, encode_png(chip), hidden)
    reference = replace(reference, **_portrait(pack, image, faces, row))
    return Enrolled(reference, template)


def _portrait(pack: Pack, image: U8, faces: Faces, row: int) -> dict[str, Any]:
    """The face with its head, for people to compare, and where its eyes are in it."""
    picture = face_picture(image, faces.box, row)
    scale = min(1.0, PORTRAIT / max(picture.shape[:2]))
    eyes = (pack.eyes_and_nose(faces.points[row : row + 1])[0, :2] - corner(faces.box[row])) * scale
    kept = tuple((float(x), float(y)) for x, y in eyes.round(2))
    return {"portrait": encode_jpeg(picture, side=PORTRAIT, quality=92), "eyes": kept, "scale": scale}


def kept_chip(pack: Pack, image: U8, faces: Faces, row: int, chip: U8) -> U8:
    """The aligned face, neighbours in it hidden."""
    return Surroundings.of(image, faces.box, row).chip(pack, faces.points[row], chip)


def draw_up(
    pack: Pack,
    photos: Path,
    details: Mapping[str, Entry],
    *,
    scale: Scale,
    today: date,
    progress: Progress,
) -> Watchlist:
    """The watchlist of `photos/<subject>/<image>`; `InputError` if no image of it can be used.

    scale : from `same` on, two subjects are warned of as look-alikes; below `contradict`, two images of one subject
    """
    images = [(subject, path) for subject, paths in people_in(photos).items() for path in paths]
    enrolled: list[Enrolled] = []
    rejected = left_out(photos)
    if not images:
        raise InputError(_no_pictures(photos, rejected))
    seen: dict[tuple[str, str], str] = {}
    progress.start("enrolling", len(images), "images")
    for done, (subject, path) in enumerate(images):
        name = f"{subject}/{path.name}"
        outcome = admit(pack, details.get(subject, Entry(subject)), path, name, seen, today)
        enrolled.append(outcome) if isinstance(outcome, Enrolled) else rejected.append(outcome)
        progress.at(done + 1)
    if not enrolled:
        raise InputError(f"no picture in {photos} can be used: {rejected[-1].file}: {rejected[-1].reason}")
    return _watchlist(pack, enrolled, rejected, details, images, scale)


def _no_pictures(photos: Path, rejected: Sequence[Rejected]) -> str:
    first = f"; {rejected[0].file} {rejected[0].reason}" if rejected else ""
    return f"{photos} has no pictures; expected {photos.name}/<person>/<image>.jpg{first}"


def admit(
    pack: Pack, entry: Entry, path: Path, name: str, seen: dict[tuple[str, str], str], today: date
) -> Enrolled | Rejected:
    """One image of one person, accepted or rejected: what can be said without looking at the face, then the face.

    name : under which it is listed; seen : names of earlier images by subject and SHA-256, to which this one is added
    """
    if entry.under_18 and not entry.justification:
        return Rejected(name, f"{entry.subject} is under 18 and no justification is recorded; add one to the details")
    if entry.expires is not None and entry.expires < today:
        return Rejected(name, f"the entry expired on {entry.expires}; renew it in the details or leave it out")
    try:
        sha256 = sha256_of(path)
    except OSError as error:
        return Rejected(name, f"cannot be read ({error.strerror}); check its permissions")
    twin = seen.setdefault((entry.subject, sha256), name)
    if twin != name:
        return Rejected(name, f"same image as {twin}")
    return _enrol(pack, entry.subject, path, name, sha256)


def _watchlist(
    pack: Pack,
    enrolled: Sequence[Enrolled],
    rejected: Sequence[Rejected],
    details: Mapping[str, Entry],
    images: Sequence[tuple[str, Path]],
    scale: Scale,
) -> Watchlist:
    subjects = list(dict.fromkeys(each.reference.subject for each in enrolled))
    watch = Watchlist(
        entries=tuple(details.get(subject, Entry(subject)) for subject in subjects),
        references=tuple(each.reference for each in enrolled),
        templates=np.stack([each.template for each in enrolled]),
        space=pack.space,
        rejected=tuple(rejected),
    )
    pictured = {subject for subject, _ in images}
    missing = [
        Warned("no_photo", (s,), text="has details but no folder of pictures") for s in details if s not in pictured
    ]
    return replace(watch, warnings=(*look_over(watch, scale), *missing))
