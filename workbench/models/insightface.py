"""A pack in InsightFace's format: its own SCRFD and ArcFace objects, with rectangular frames and batches on top."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import PackError
from workbench.faces import Faces, Space
from workbench.geometry import similarity
from workbench.models.hashing import sha256
from workbench.models.manifest import Normalisation, describe, normalisation_of, verify
from workbench.models.pack import Card, Part, unit
from workbench.models.routing import Route, route
from workbench.models.scrfd import candidates
from workbench.models.session import open_session

__all__ = ["InsightFacePack"]

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
DOUBTFUL = 0.3  # from which a find may be a face
THRESHOLD = 0.5  # FaceAnalysis' own; its overlap limit of 0.4 comes with the SCRFD object
STRIDE = 32  # the coarsest grid of SCRFD: an input side must be a multiple
BATCH = 32
SEEN = 16  # px, width from which SCRFD finds a face in the picture that it is given
LARGEST = 1920  # px, longer side of the largest picture that it is given


@dataclass(frozen=True, repr=False)
class InsightFacePack:
    """Detector and recogniser of one folder.

    detect_size : px, the longer side of the picture that the detector sees
    normalisation : what the recogniser's pixels are turned into
    """

    card: Card
    space: Space
    providers: tuple[str, ...]
    detect_size: int
    normalisation: Normalisation
    _detector: Any
    _recogniser: Any

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        name: str | None = None,
        providers: Sequence[str] | None = None,
        threads: int | None = None,
        detect_size: int = 640,
    ) -> InsightFacePack:
        """Open the detector and the recogniser of `folder`; models of age, gender or landmarks in it are never opened."""
        found = route(folder)
        files = {path.name: sha256(path) for path in found.files}
        verify(folder, files)
        detector = _detector(found, providers, threads)
        recogniser = _recogniser(found, providers, threads)
        normalisation = _normalisation(folder, found, recogniser)
        recogniser_sha = files[found.recognition.name]
        name = name or folder.name
        return cls(
            card=describe(folder, name, files, recogniser_sha),
            space=_space(recogniser_sha, normalisation, recogniser, name),
            providers=tuple(recogniser.session.get_providers()),
            detect_size=max(STRIDE, -(-detect_size // STRIDE) * STRIDE),
            normalisation=normalisation,
            _detector=detector,
            _recogniser=_normalising(recogniser, normalisation),
        )

    @property
    def sure(self) -> float:
        """`Faces.detection` from which a find is listed unless the doubtful ones are asked for."""
        return THRESHOLD

    @property
    def mirrored(self) -> tuple[int, ...]:
        """Eyes and corners of the mouth change places in a mirror."""
        return (1, 0, 2, 4, 3)

    def detect(
        self, image: U8, *, smallest: int | None = None, doubtful: bool = False, part: Part | None = None
    ) -> Faces:
        """All faces of one picture, most certain first; boxes may reach over the picture's edge where a face does.

        smallest : px, width of the smallest face to look for; None shrinks the picture to `detect_size`, as everybody does
        doubtful : with those of a score from 0.3 on
        part : x1, y1, x2, y2 in whole px, which alone is looked at; what is found there is what a look at the whole finds
        """
        canvas, scale = self._letterbox(image, self._longer(max(image.shape[:2]), smallest))
        canvas, corner = self._only(canvas, scale, part)
        scores, boxes, points = candidates(self._detector, canvas, DOUBTFUL if doubtful else THRESHOLD)
        order = np.argsort(-scores, kind="stable")  # equal scores keep the grid's order, so a rerun lists alike
        rows = np.hstack([boxes, scores[:, None]]).astype(np.float32)[order]
        keep = order[self._detector.nms(rows)]
        keep = keep[(boxes[keep, 2] > boxes[keep, 0]) & (boxes[keep, 3] > boxes[keep, 1])]
        faces = Faces.of(
            (boxes[keep] + np.tile(corner, 2)) / np.tile(scale, 2), (points[keep] + corner) / scale, scores[keep]
        )
        return replace(faces, space=self.space)

    def chips(self, image: U8, faces: Faces) -> U8:
        """Each face turned upright and cut out as ArcFace was trained, (N, 112, 112, 3); black where the points coincide."""
        import cv2

        side = self._side
        chips = np.zeros((len(faces), side, side, 3), np.uint8)
        image = np.ascontiguousarray(image)
        with np.errstate(invalid="ignore"):
            matrices = similarity(faces.points, _arcface_points(side))
        for chip, matrix in zip(chips, matrices, strict=True):
            if np.isfinite(matrix).all():
                cv2.warpAffine(image, matrix, (side, side), dst=chip, borderValue=0.0)
        return chips

    def embed(self, chips: U8) -> F32:
        """Templates of N chips, (N, D) unit vectors."""
        parts = [self._recogniser.get_feat(list(batch))[:used] for batch, used in self._batches(chips)]
        return unit(np.concatenate(parts)) if parts else np.zeros((0, self.space.dim), np.float32)

    def feeds(self, chips: U8) -> list[F32]:
        """What `embed` puts into the recogniser's network, (B, 3, S, S) a batch."""
        import cv2

        mean, scale = (float(self.normalisation.mean),) * 3, 1 / float(self.normalisation.std)
        side = (self._side, self._side)
        return [cv2.dnn.blobFromImages(list(b), scale, side, mean, swapRB=True) for b, _ in self._batches(chips)]

    def eyes_and_nose(self, points: F32) -> F32:
        """The first three of InsightFace's five points: the eye on the picture's left, the other, the tip of the nose."""
        return points[:, :3]

    def with_normalisation(self, normalisation: Normalisation) -> InsightFacePack:
        """The same pack feeding its recogniser differently; its templates live in another space."""
        space = _space(self._recogniser_sha, normalisation, self._recogniser, self.card.name)
        recogniser = _normalising(self._recogniser, normalisation)
        return replace(self, normalisation=normalisation, space=space, _recogniser=recogniser)

    def __repr__(self) -> str:
        return f"InsightFacePack({self.space}, {self.providers[0]})"

    @property
    def _recogniser_sha(self) -> str:
        """SHA-256 of the recogniser's file."""
        return self.card.files[Path(self._recogniser.model_file).name]

    @property
    def _side(self) -> int:
        return int(self._recogniser.input_size[0])

    def finds(self, height: int, width: int, *, smallest: int | None = None) -> float:
        """Width in px from which faces are found in a picture of this size."""
        canvas_wide, canvas_high = self._canvas(height, width, self._longer(max(height, width), smallest))
        return SEEN / min(canvas_wide / width, canvas_high / height)

    def _longer(self, longest: int, smallest: int | None) -> int:
        """Longer side of the detector's picture: so large that the smallest face is `SEEN` px wide in it, within bounds."""
        if smallest is None:
            return self.detect_size
        return int(np.clip(longest * SEEN / smallest, self.detect_size, LARGEST))

    def _letterbox(self, image: U8, longer: int) -> tuple[U8, F32]:
        """`image` shrunk into the detector's canvas, and by how much in x and y."""
        import cv2

        high, wide = image.shape[:2]
        canvas_wide, canvas_high = self._canvas(high, wide, longer)
        shrink = min(canvas_wide / wide, canvas_high / high)
        size = max(1, round(wide * shrink)), max(1, round(high * shrink))
        canvas = np.zeros((canvas_high, canvas_wide, 3), np.uint8)
        canvas[: size[1], : size[0]] = cv2.resize(np.ascontiguousarray(image), size)
        return canvas, np.array([size[0] / wide, size[1] / high], np.float32)

    def _only(self, canvas: U8, scale: F32, part: Part | None) -> tuple[U8, F32]:
        """The part of a canvas that holds a part of the picture, and its corner; cut where the detector's grid is."""
        if part is None or self._fixed:
            return canvas, np.zeros(2, np.float32)
        x1, y1 = (STRIDE * int(side * by / STRIDE) for side, by in zip(part[:2], scale, strict=True))
        x2, y2 = (_up(side * by) for side, by in zip(part[2:], scale, strict=True))
        return np.ascontiguousarray(canvas[y1:y2, x1:x2]), np.array([x1, y1], np.float32)

    def _canvas(self, high: int, wide: int, longer: int) -> tuple[int, int]:
        """Width and height of the detector's input: the picture's own shape, a square only where the model fixes it."""
        scale = longer / max(high, wide)
        return self._fixed or (_up(wide * scale), _up(high * scale))

    @property
    def _fixed(self) -> tuple[int, int] | None:
        """Width and height of the only input that the detector takes, if there is but one."""
        high, wide = self._detector.session.get_inputs()[0].shape[2:4]
        some = all(isinstance(side, int) and side > 0 for side in (high, wide))
        return (int(wide), int(high)) if some else None

    def _batches(self, chips: U8) -> Iterator[tuple[U8, int]]:
        """BGR batches of the size that the model takes, and how many chips of each are wanted."""
        fixed = self._recogniser.input_shape[0]
        size = fixed if isinstance(fixed, int) and fixed > 0 else BATCH
        for start in range(0, len(chips), size):
            batch = np.ascontiguousarray(chips[start : start + size, ..., ::-1])  # get_feat takes BGR
            missing = size - len(batch) if size == fixed else 0
            yield np.concatenate([batch, np.repeat(batch[:1], missing, axis=0)]) if missing else batch, len(batch)


def _up(side: float) -> int:
    """The next multiple of the detector's coarsest grid."""
    return max(STRIDE, -(-int(np.ceil(side)) // STRIDE) * STRIDE)


def _detector(found: Route, providers: Sequence[str] | None, threads: int | None) -> Any:
    from insightface.model_zoo.scrfd import SCRFD

    detector = SCRFD(session=open_session(found.detection, providers=providers, threads=threads))
    if not detector.use_kps:
        raise PackError(
            f"{found.detection.name} finds boxes without the five points; use a detector whose name ends in _kps"
        )
    return detector


def _recogniser(found: Route, providers: Sequence[str] | None, threads: int | None) -> Any:
    from insightface.model_zoo.arcface_onnx import ArcFaceONNX

    session = open_session(found.recognition, providers=providers, threads=threads)
    return ArcFaceONNX(model_file=str(found.recognition), session=session)


def _normalisation(folder: Path, found: Route, recogniser: Any) -> Normalisation:
    """What the folder prescribes; otherwise the guess that InsightFace makes from the network's first operators."""
    if (said := normalisation_of(folder)) is not None:
        return said
    if found.mean is not None and found.std is not None:
        return Normalisation(found.mean, found.std)
    return Normalisation(float(recogniser.input_mean), float(recogniser.input_std))


def _normalising(recogniser: Any, normalisation: Normalisation) -> Any:
    recogniser = copy.copy(recogniser)
    recogniser.input_mean, recogniser.input_std = normalisation.mean, normalisation.std
    return recogniser


def _space(sha: str, normalisation: Normalisation, recogniser: Any, name: str) -> Space:
    """Templates agree when the file, the normalisation and the cut are the same."""
    fed = {"mean": float(normalisation.mean), "std": float(normalisation.std)}  # 0 and 0.0 are one space
    cut = {"file": sha, **fed, "size": list(recogniser.input_size), "cut": "arcface 5 points"}
    said = json.dumps(cut, sort_keys=True).encode()
    return Space(hashlib.sha256(said).hexdigest(), _dim(recogniser), name)


def _dim(recogniser: Any) -> int:
    """Length of a template: as the model declares it, or as one black chip shows it."""
    declared = recogniser.output_shape[-1]
    if isinstance(declared, int) and declared > 0:
        return declared
    black = np.zeros((*recogniser.input_size, 3), np.uint8)
    return int(recogniser.get_feat([black]).shape[-1])


def _arcface_points(side: int) -> F32:
    """Where ArcFace wants the five points on a chip of `side` px, as `face_align.estimate_norm` does it."""
    from insightface.utils.face_align import arcface_dst

    if side % 112 == 0:
        return np.asarray(arcface_dst * (side / 112), np.float32)
    scale = side / 128
    return np.asarray(arcface_dst * scale + np.array([8 * scale, 0]), np.float32)
