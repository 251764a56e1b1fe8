"""A network in whole numbers of eight bits, four of which one instruction of a processor multiplies at once, from one in float.

Static, as pairs of QuantizeLinear and DequantizeLinear around each operator (QDQ), with a scale a channel for weights (signed) and
one a tensor for what flows (unsigned), from the least and greatest value that the calibration pictures brought about. The first
convolution, which sees pixels, and the last, which makes the answer, stay in float, with all that follows the last: measured on
ORL with MobileFaceNet, that gives the templates most alike to those in float (docs/scale.md), and costs no time.

Made by `onnxruntime.quantization`; how it works: https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import PackError

__all__ = ["is_int8", "quantize", "versions"]

F32 = NDArray[np.float32]
WHOLE = {"QuantizeLinear", "DequantizeLinear", "QLinearConv", "ConvInteger", "MatMulInteger", "DynamicQuantizeLinear"}
OPSET = 13  # the first with a scale a channel
HEAVY = {"Conv", "Gemm", "MatMul"}  # what multiplies


def is_int8(model: Path) -> bool:
    """Whether a network calculates in whole numbers already."""
    import onnx

    graph = onnx.load_model(str(model), load_external_data=False).graph
    return any(node.op_type in WHOLE for node in graph.node)


def quantize(model: Path, target: Path, feeds: Sequence[F32]) -> None:
    """Write `model` to `target` with eight-bit whole numbers.

    feeds : what goes into its one input, one array a run, as the pack itself feeds it; the same ones give the same file
    """
    from onnxruntime.quantization import QuantFormat, QuantType, quant_pre_process, quantize_static

    if not feeds:
        raise PackError(f"{model.name} cannot be calibrated without pictures")
    with tempfile.TemporaryDirectory(prefix="second-look-int8-") as scratch, _quietly():
        ready = Path(scratch) / "ready.onnx"
        quant_pre_process(str(model), str(ready), skip_symbolic_shape=True)
        name, kept = _prepare(ready)
        quantize_static(
            str(ready),
            str(target),
            _Feeds(name, feeds),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=kept,
        )


def versions() -> str:
    """What made the file."""
    import onnx
    import onnxruntime

    return f"onnxruntime {onnxruntime.__version__}, onnx {onnx.__version__}"


class _Feeds:
    """Calibration pictures, as onnxruntime asks for them."""

    def __init__(self, name: str, feeds: Sequence[F32]) -> None:
        self._left: Iterator[dict[str, F32]] = iter([{name: each} for each in feeds])

    def get_next(self) -> dict[str, F32] | None:
        """The next, None after the last."""
        return next(self._left, None)


def _prepare(file: Path) -> tuple[str, list[str]]:
    """Bring the file to an opset that knows scales a channel, and every node to a name.

    Returns the name of the input, and of the nodes that stay in float: up to the first that multiplies, and from the last on.
    """
    import onnx
    from onnx.version_converter import convert_version

    model = onnx.load_model(str(file))
    if any(each.version < OPSET for each in model.opset_import if not each.domain):
        model = convert_version(model, OPSET)
    graph = model.graph
    for number, node in enumerate(graph.node):
        node.name = node.name or f"node{number}"
    onnx.save_model(model, str(file))
    heavy = [number for number, node in enumerate(graph.node) if node.op_type in HEAVY]
    if len(heavy) < 3:
        raise PackError(f"it is too small to gain from whole numbers: {len(heavy)} of its operators multiply")
    given = {weight.name for weight in graph.initializer}
    (name,) = [value.name for value in graph.input if value.name not in given]
    ends = (*graph.node[: heavy[0] + 1], *graph.node[heavy[-1] :])
    return name, [node.name for node in ends]


@contextmanager
def _quietly() -> Iterator[None]:
    """Without what the library tells its own makers: it logs to the root, and prints nothing that a user could act upon."""
    root: Any = logging.getLogger()
    before = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(before)
