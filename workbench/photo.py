"""One photograph that somebody asks about: its faces, numbered, and the one that is meant, fit to be compared or not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.counts import count
from workbench.enrolment import MARGIN, SECOND, fault_of, find_faces, kept_chip
from workbench.errors import InputError
from workbench.faces import Faces
from workbench.footage.hashing import sha256_of
from workbench.footage.images import read_image
from workbench.footage.numbered import numbered
from workbench.footage.redact import encode_png, face_picture
from workbench.html import card, data_uri, note
from workbench.models.pack import Pack
from workbench.quality import measure

__all__ = ["PhotoFaces", "Probe", "faces_of", "probe_of"]

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

NO_FACE = "no face was found; use a picture that shows the whole face from the front"


@dataclass(frozen=True)
class PhotoFaces:
    """The faces of a photograph, numbered from the left, so that one can say which is meant.

    widths : px of each face; still : PNG in which nobody can be recognised, with a numbered frame around each face
    """

    photo: str
    widths: tuple[float, ...]
    still: bytes = field(repr=False)

    def __len__(self) -> int:
        return len(self.widths)

    def _repr_html_(self) -> str:
        image = f'<p><img alt="the faces, numbered, nobody recognisable" src="{data_uri(self.still)}"></p>'
        widths = ", ".join(f"{number}: {width:.0f} px" for number, width in enumerate(self.widths, start=1))
        title = f"{count(len(self), 'face')} in {self.photo}"
        return card(title, image, note(f"Widths: {widths}." if widths else "No face was found."))


@dataclass(frozen=True)
class Probe:
    """The face of a photograph that is meant, or why it cannot be compared.

    sha256 : of the file; failed : "" if it can be compared; face : its number, from 1 at the left
    template : (D,); aligned, picture : the face as the recogniser saw it, and with its surroundings, everyone else hidden, PNG
    """

    photo: str
    sha256: str
    failed: str = ""
    face: int | None = None
    faces: int = 0
    face_px: float = 0.0
    template: F32 | None = None
    aligned: bytes = b""
    picture: bytes = b""


def faces_of(pack: Pack, photo: Path) -> PhotoFaces:
    """The faces of a photograph as a pack finds them."""
    image = read_image(photo).image
    faces = _from_left(find_faces(pack, image))
    return PhotoFaces(photo.name, tuple(map(float, faces.width)), encode_png(numbered(image, faces.box)))


def probe_of(pack: Pack, photo: Path, face: int | None) -> Probe:
    """Read a photograph and embed one face of it; `InputError` where there is no file, or several faces and no choice."""
    if not photo.is_file():
        read_image(photo)  # says what is wrong with the name
    probe = Probe(photo.name, sha256_of(photo))
    try:
        image = read_image(photo).image
    except InputError as error:
        return replace(probe, failed=str(error))
    faces = _from_left(find_faces(pack, image))
    if not len(faces):
        return replace(probe, failed=NO_FACE)
    row = _chosen(faces, face)
    probe = replace(probe, face=row + 1, faces=len(faces), face_px=float(faces.width[row]))
    return _embedded(pack, image, faces, row, probe)


def _embedded(pack: Pack, image: U8, faces: Faces, row: int, probe: Probe) -> Probe:
    """The chosen face with its template, or with the reason for which enrolment would refuse it as well."""
    chips = pack.chips(image, faces)
    fault = fault_of(measure(chips, pack.eyes_and_nose(faces.points), faces.width), row, pack.card.smallest_face)
    if fault:
        return replace(probe, failed=fault)
    return replace(
        probe,
        template=pack.embed(chips[row : row + 1])[0],
        aligned=encode_png(kept_chip(pack, image, faces, row, chips[row])),
        picture=encode_png(face_picture(image, faces.box, row, margin=MARGIN)),
    )


def _from_left(faces: Faces) -> Faces:
    return faces[np.argsort(faces.box[:, 0], kind="stable")]


def _chosen(faces: Faces, face: int | None) -> int:
    """The row of the face that is meant; several that might be are a question, not a search."""
    if face is not None:
        if not 1 <= face <= len(faces):
            raise InputError(f"face {face} was asked for and the picture has {len(faces)}; give 1 to {len(faces)}")
        return face - 1
    somebody = np.flatnonzero(faces.width >= SECOND * faces.width.max())
    if len(somebody) > 1:
        raise InputError(
            f"{len(faces)} faces; say which one is meant, 1 to {len(faces)} from the left (face=1, --face 1); "
            "case.faces_in(photo) and `workbench faces` show them numbered"
        )
    return int(somebody[0])
