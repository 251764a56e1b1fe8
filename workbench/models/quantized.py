"""A pack whose recogniser calculates in whole numbers (`int8`), made from one in float: calibrated on people who do not exist.

Its templates are near those of the pack that it was made from and not the same, so they live in a space of their own: lists are
enrolled again, and no threshold carries over. The detector stays as it is.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.cast.shelf import shipped
from workbench.errors import InputError, PackError
from workbench.models.archives import settle
from workbench.models.insightface import InsightFacePack
from workbench.models.int8 import is_int8, quantize, versions
from workbench.models.manifest import MANIFEST, write
from workbench.models.measuring import require_templates, sample_faces, views, working
from workbench.models.pack import Card
from workbench.models.packs import BUILT_IN, free_place, locate
from workbench.models.routing import Route, route

__all__ = ["LIKE", "cast_chips", "likeness", "quantize_pack"]

U8 = NDArray[np.uint8]
F64 = NDArray[np.float64]
FEWEST = 20  # faces of the cast below which nothing is calibrated
LIKE = 0.98  # mean cosine with the templates in float below which the card warns; MobileFaceNet: 0.995


def quantize_pack(name_or_path: str | Path, name: str | None = None, *, out: str | Path | None = None) -> Card:
    """Make the pack `name` (by default with "-int8" behind the old name) of one in InsightFace's format, and return its card.

    out : a new folder to make it in, instead of among the user's packs
    """
    if str(name_or_path) == BUILT_IN:
        raise InputError(
            f"{BUILT_IN} is made from files of its own at first use; int8 is for packs in InsightFace's format"
        )
    folder, given = locate(name_or_path)
    found = route(folder)
    if is_int8(found.recognition):
        raise PackError(f"{given} is int8 already: {found.recognition.name} calculates in whole numbers")
    target = _place(name or f"{given}-int8", out)
    with _scratch(target) as scratch, working(given):
        ready, card = _made(InsightFacePack.load(folder, name=given), found, target.name, scratch)
        settle(ready, target)
    return card


def cast_chips(pack: InsightFacePack) -> U8:
    """The face of each portrait that comes with the software, as the pack cuts it out, (N, S, S, 3)."""
    pictures = [np.asarray(Image.open(file).convert("RGB")) for files in shipped().portraits.values() for file in files]
    seen = ((picture, pack.detect(picture)) for picture in pictures)
    parts = [pack.chips(picture, faces[int(faces.width.argmax())]) for picture, faces in seen if len(faces)]
    if len(parts) < FEWEST:
        raise PackError(
            f"{pack.card.name} finds {len(parts)} of {len(pictures)} generated faces: too few to calibrate with"
        )
    return np.concatenate(parts)


def likeness(pack: InsightFacePack, other: InsightFacePack) -> F64:
    """Cosine of both packs' templates of each built-in person, as they are and in four views, (5 N,); nobody was calibrated on them."""
    chips = sample_faces(pack)
    seen = np.concatenate([chips, *views(chips)]) if len(chips) else chips
    return np.asarray((pack.embed(seen) * other.embed(seen)).sum(axis=1), np.float64)


def _place(name: str, out: str | Path | None) -> Path:
    if out is None:
        return free_place(name)
    target = Path(out).expanduser()
    if target.exists():
        raise InputError(f"{target} is there already; nothing is overwritten, choose another name")
    return target


@contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    """A folder beside the target, which goes whatever happens."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".quantizing-") as scratch:
            yield Path(scratch)
    except OSError as error:
        raise InputError(
            f"{target.parent} cannot be written ({error.strerror}); choose another place with --out"
        ) from error


def _made(pack: InsightFacePack, found: Route, name: str, scratch: Path) -> tuple[Path, Card]:
    """The new pack's folder, whole, and its card."""
    ready, chips = scratch / "pack", cast_chips(pack)
    require_templates(pack, chips)
    ready.mkdir()
    for path in (found.detection, *_texts(found.recognition.parent)):
        shutil.copyfile(path, ready / path.name)
    quantize(found.recognition, ready / f"{found.recognition.stem}-int8.onnx", pack.feeds(chips))
    made = InsightFacePack.load(ready, name=name).with_normalisation(pack.normalisation)
    require_templates(made, chips)
    card = replace(
        made.card,
        origin=f"made on this machine from {pack.card.name} ({pack.card.origin})",
        licence=pack.card.licence,
        smallest_face=pack.card.smallest_face,
        start=None,
        notes=_notes(pack, found, chips, likeness(pack, made)),
    )
    write(ready, card, pack.normalisation)
    return ready, card


def _texts(folder: Path) -> list[Path]:
    """Licences and the like; what says which files the old pack has stays behind."""
    said = {MANIFEST, "manifest.json"}
    return sorted(p for p in folder.iterdir() if p.is_file() and p.suffix != ".onnx" and p.name not in said)


def _notes(pack: InsightFacePack, found: Route, chips: U8, like: F64) -> tuple[str, ...]:
    """What it was made of and how, and how near it comes, one sentence each."""
    recogniser = found.recognition.name
    notes = [
        f"int8 of {recogniser} (SHA-256 {pack.card.files[recogniser]}): static, QDQ, weights signed and a scale a channel, "
        f"the rest unsigned, first and last layer in float; made by {versions()}",
        f"calibrated on {len(chips)} pictures of {len(shipped().portraits)} generated people (SHA-256 of their pixels "
        f"{hashlib.sha256(chips.tobytes()).hexdigest()})",
        "a space of its own: lists are enrolled again, and a threshold of the pack in float does not carry over",
    ]
    if not len(like):
        return (
            *notes,
            "the detector found none of the built-in faces: how near it comes to the pack in float is unknown",
        )
    notes.append(
        f"cosine with the templates in float, {len(like)} views of {len(like) // 5} built-in people who were not calibrated on: "
        f"{like.mean():.3f} on average, {like.min():.3f} at least"
    )
    if like.mean() < LIKE:
        notes.append(f"WARNING: that is less than {LIKE}; measure both packs on your own pictures: workbench evaluate")
    return tuple(notes)
