"""Which ONNX file of a folder detects faces and which recognises them, told by shape as InsightFace's own router does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import PackError

__all__ = ["DETECTION", "RECOGNITION", "Route", "role_of", "route", "routes"]

DETECTION, RECOGNITION = "detection", "recognition"


@dataclass(frozen=True)
class Route:
    """The two files that a pack consists of.

    detection, recognition : the .onnx files
    mean, std : what the folder's own manifest says the recogniser subtracts and divides by, or None where it says nothing
    """

    detection: Path
    recognition: Path
    mean: float | None = None
    std: float | None = None

    @property
    def files(self) -> tuple[Path, Path]:
        """Both files, the detector first."""
        return self.detection, self.recognition


def route(folder: Path) -> Route:
    """The pack in `folder`, or `PackError` that says what was found instead."""
    from insightface.model_zoo import package_manifest

    if package_manifest.has_model_package_manifest(folder):
        declared = _declared(folder, package_manifest)
        for path in declared.files:
            _graph(path)
        return declared
    found = routes(folder)
    first = {role: name for name, role in reversed(found.items())}  # sorted: InsightFace takes the first of each kind
    if DETECTION in first and RECOGNITION in first:
        return Route(folder / first[DETECTION], folder / first[RECOGNITION])
    raise PackError(
        f"{folder.name} is not a pack: it needs a detection and a recognition model, and has {_words(found)}; "
        "add a folder or zip that holds both .onnx files"
    )


def routes(folder: Path) -> dict[str, str]:
    """What each .onnx file of `folder` is for, by name."""
    return {path.name: role_of(path) for path in sorted(folder.glob("*.onnx"))}


def role_of(path: Path) -> str:
    """`detection`, `recognition`, or what else a model of InsightFace's zoo is; such a model is never run here."""
    model = _graph(path)
    given = {weight.name for weight in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in given]
    shape = [d.dim_value for d in inputs[0].type.tensor_type.shape.dim] if inputs else []
    if len(model.graph.output) >= 5:
        return DETECTION
    high, wide = shape[2:4] if len(shape) == 4 else (0, 0)
    if (high, wide) in ((192, 192), (96, 96)):
        return "landmarks" if high == 192 else "age and gender"
    if len(inputs) == 2:
        return "face swap"
    return RECOGNITION if high == wide and high >= 112 and high % 16 == 0 else "unknown"


def _graph(path: Path) -> Any:
    import onnx

    try:
        model = onnx.load_model(str(path), load_external_data=False)
    except Exception as error:  # protobuf's DecodeError has no base but Exception
        raise PackError(f"{path.name} is not an ONNX model ({error}); fetch or add the pack again") from error
    if any(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in _tensors(model.graph)):
        raise PackError(
            f"{path.name} keeps weights in another file, which its SHA-256 does not cover; save it as one file (onnx.save_model)"
        )
    return model


def _tensors(graph: Any) -> Iterator[Any]:
    """Every tensor that a graph holds, and those of the graphs in it."""
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for node in graph.node:
        for attribute in node.attribute:
            yield from (attribute.t, *attribute.tensors)
            for inner in (attribute.g, *attribute.graphs):
                yield from _tensors(inner)


def _declared(folder: Path, manifests: Any) -> Route:
    """What InsightFace's own manifest.json (version 2) says; it also pins hashes, which are checked here."""
    try:
        package = manifests.load_model_package(folder)
        detection = manifests.verify_model_artifact(package.task(DETECTION))
        task = package.task(RECOGNITION)
        recognition = manifests.verify_model_artifact(task)
    except (ValueError, TypeError, OSError, RuntimeError) as error:
        raise PackError(f"{folder.name}/manifest.json cannot be used: {error}") from error
    mean, std = _numbers(task.metadata.get("preprocessing"))
    return Route(Path(detection), Path(recognition), mean, std)


def _numbers(preprocessing: Any) -> tuple[float, float]:
    """Mean and standard deviation; "embedded" means that the network does it itself."""
    if isinstance(preprocessing, Mapping):
        return float(preprocessing["mean"]), float(preprocessing["std"])
    return 0.0, 1.0


def _words(found: dict[str, str]) -> str:
    return ", ".join(f"{name} ({role})" for name, role in found.items()) or "no .onnx file"
