"""Is a recogniser fed the way it was trained? A wrong normalisation breaks nothing, it only lowers the scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from workbench.errors import PackError, WorkbenchError
from workbench.models.insightface import InsightFacePack
from workbench.models.manifest import Normalisation

__all__ = [
    "CANDIDATES",
    "Measurement",
    "measure",
    "require_templates",
    "sample_faces",
    "separation",
    "views",
    "working",
]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]

CANDIDATES = (Normalisation(127.5, 127.5), Normalisation(127.5, 128.0), Normalisation(0.0, 1.0))
CLEARLY = 1.1  # a candidate must separate this much better before anybody is warned; the built-in faces are few


@dataclass(frozen=True)
class Measurement:
    """How well a pack tells the built-in people apart under each normalisation.

    people : how many of them the detector found
    used : the normalisation that the pack runs with
    separation : candidate -> distance between same-person and different-person scores in standard deviations, NaN if unknown
    """

    people: int
    used: Normalisation
    separation: Mapping[Normalisation, float] = field(default_factory=dict)

    @property
    def best(self) -> Normalisation:
        """The candidate that separates best; the one in use unless another is clearly better."""
        top = max(self.separation, key=lambda candidate: np.nan_to_num(self.separation[candidate], nan=-np.inf))
        return top if self.separation[top] > CLEARLY * self.separation[self.used] else self.used

    @property
    def notes(self) -> tuple[str, ...]:
        """What was found, one sentence each, for the card."""
        if self.people < 2:
            return (f"the detector found {self.people} of the built-in faces: the normalisation could not be checked",)
        found = ", ".join(f"{value:.1f} with {candidate}" for candidate, value in self.separation.items())
        notes = [f"normalisation in use: {self.used}; separation of {self.people} built-in people: {found}"]
        if self.best != self.used:
            notes.append(f"WARNING: {self.best} separates clearly better than {self.used}; write it into pack.json")
        return tuple(notes)


def measure(pack: InsightFacePack) -> Measurement:
    """Compare normalisations on the faces that come with scikit-image and InsightFace; the pack itself is not changed."""
    chips = sample_faces(pack)
    require_templates(pack, chips)
    candidates = tuple(dict.fromkeys((pack.normalisation, *CANDIDATES)))
    if len(chips) < 2:
        return Measurement(len(chips), pack.normalisation, dict.fromkeys(candidates, float("nan")))
    seen = np.stack(list(views(chips)))
    found = {candidate: _separation_with(pack, candidate, chips, seen) for candidate in candidates}
    return Measurement(len(chips), pack.normalisation, found)


@contextmanager
def working(name: str) -> Iterator[None]:
    """Try a pack out: whatever its models break with in the block is one `PackError`; what a disk says stays as it is."""
    try:
        yield
    except (WorkbenchError, OSError):
        raise
    except Exception as error:  # numpy, OpenCV and ONNX Runtime each have their own
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise PackError(f"{name} does not work as a pack: {said}; get it again, or take another") from error


def require_templates(pack: InsightFacePack, chips: U8) -> None:
    """`PackError` unless each face has a template that can be compared: a row of finite numbers, not of length 0."""
    grey = np.full((1, *chips.shape[1:]), 128, np.uint8)  # shows the shape where no face was found
    with np.errstate(invalid="ignore", over="ignore"):
        rows = pack.embed(np.concatenate([grey, chips]))
    if rows.shape != (1 + len(chips), pack.space.dim):
        raise PackError(
            f"{pack.card.name}: its recogniser makes no row of numbers a face, but {rows.shape}; take another"
        )
    length = np.linalg.norm(rows[1:], axis=1)
    if lost := int((~(length > 0)).sum()):  # NaN is not above 0 either
        raise PackError(
            f"{pack.card.name} makes no template of {lost} of {len(chips)} faces that come with the software (not finite, or "
            f"of length 0): its recogniser, or its normalisation ({pack.normalisation}), is broken; get the pack again"
        )


def sample_faces(pack: InsightFacePack) -> U8:
    """Chips of the people in two pictures that are installed anyway, (N, S, S, 3)."""
    parts = []
    for picture in _pictures():
        faces = pack.detect(picture)
        parts.append(pack.chips(picture, faces[faces.width >= pack.card.smallest_face]))
    return np.concatenate(parts)


def views(chips: U8) -> Iterator[U8]:
    """The same people as another camera might have taken them: mirrored, coarser, darker, brighter."""
    side = chips.shape[1]
    coarse = np.repeat(np.repeat(chips[:, ::3, ::3], 3, axis=1), 3, axis=2)[:, :side, :side]
    yield np.ascontiguousarray(chips[:, :, ::-1])
    yield coarse
    yield (chips * 0.5).astype(np.uint8)
    yield np.clip(chips * 1.4 + 20, 0, 255).astype(np.uint8)


def separation(same: F64, different: F64) -> float:
    """Distance of the means in pooled standard deviations; NaN where one side is empty.

    >>> round(separation(np.array([0.8, 1.0]), np.array([0.0, 0.2])), 3)
    8.0
    """
    if not len(same) or not len(different):
        return float("nan")
    spread = float(np.sqrt((same.var() + different.var()) / 2))
    return float(same.mean() - different.mean()) / max(spread, 1e-6)


def _separation_with(pack: InsightFacePack, candidate: Normalisation, chips: U8, seen: U8) -> float:
    fed = pack.with_normalisation(candidate)
    reference = fed.embed(chips)
    scores = np.stack([fed.embed(view) @ reference.T for view in seen]).astype(np.float64)
    own = np.eye(len(chips), dtype=bool)
    return separation(scores[:, own].ravel(), scores[:, ~own].ravel())


def _pictures() -> list[U8]:
    from insightface.data import get_image
    from skimage.data import astronaut

    return [astronaut(), np.ascontiguousarray(get_image("t1")[..., ::-1])]
