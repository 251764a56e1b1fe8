"""dlib's networks as ONNX graphs that take RGB pixels; affines and input normalisation are folded into the convolutions.

Two exact rewrites make the detector about 1.5 times faster: its 45 channels become 48, the rest zeros, and its last
convolution (9 x 9 to one score a cell) makes a block of 4 x 4 scores at every fourth cell instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.models.dlib_networks import Add, Affine, Convolution, Dense, Layer, Network, Pool, Skip, Tag

__all__ = ["detector_graph", "folded", "recogniser_graph"]

BLOCK = 4
WIDE = 48
OPSET, IR = 17, 8


def recogniser_graph(network: Network) -> bytes:
    """The recogniser. chips : (N, 150, 150, 3) uint8 RGB -> templates : (N, 128) float32, not yet unit vectors."""
    graph = _Graph()
    pixels = graph.add("Cast", "chips", to=graph.onnx.TensorProto.FLOAT)
    pixels = graph.add("Transpose", pixels, perm=[0, 3, 1, 2])
    output = graph.chain(folded(network), _Value(pixels, 3, (150, 150)))
    return graph.model("chips", "UINT8", ["N", 150, 150, 3], output.name, "templates", ["N", output.channels])


def detector_graph(network: Network) -> bytes:
    """The detector. tile : (1, H, W, 3) float32 RGB in 0..255 -> scores : (1, 1, h, w), h and w rounded up to whole blocks."""
    graph = _Graph()
    pixels = graph.add("Transpose", "tile", perm=[0, 3, 1, 2])
    *layers, last = [_widened(layer) for layer in folded(network)]
    assert isinstance(last, Convolution)
    output = graph.chain(layers, _Value(pixels, 3, None))
    output = graph.convolution(_blocked(last), output, spare=BLOCK - 1)
    scores = graph.add("DepthToSpace", output.name, blocksize=BLOCK, mode="DCR")
    return graph.model("tile", "FLOAT", [1, "H", "W", 3], scores, "scores", [1, 1, "h", "w"])


def folded(network: Network) -> list[Layer]:
    """The same function of raw pixels without affines: exact, because the first convolution pads nothing."""
    layers: list[Layer] = []
    for layer in network.layers:
        if isinstance(layer, Affine):
            layer = _scaled(layers.pop(), layer)
        elif isinstance(layer, Convolution) and not layers:
            layer = _normalising(layer, network.average)
        layers.append(layer)
    return layers


def _scaled(layer: Layer, affine: Affine) -> Convolution:
    assert isinstance(layer, Convolution)
    weight = layer.weight * affine.scale[:, None, None, None]
    return replace(layer, weight=weight, bias=layer.bias * affine.scale + affine.shift)


def _normalising(layer: Convolution, average: NDArray[np.float64]) -> Convolution:
    assert layer.pad == (0, 0)
    weight = layer.weight.astype(np.float64) / 256
    return replace(layer, weight=weight, bias=layer.bias - np.einsum("oihw,i->o", weight, average))


def _widened(layer: Layer) -> Layer:
    """45 channels become 48, a whole number of vector registers."""
    if not isinstance(layer, Convolution):
        return layer
    outputs, inputs = (WIDE - size if size == 45 else 0 for size in layer.weight.shape[:2])
    weight = np.pad(layer.weight, ((0, outputs), (0, inputs), (0, 0), (0, 0)))
    return replace(layer, weight=weight, bias=np.pad(layer.bias, (0, outputs)))


def _blocked(layer: Convolution) -> Convolution:
    """One score at each cell, as BLOCK x BLOCK scores at every BLOCK-th cell: the window, shifted, once for each score."""
    _, inputs, height, width = layer.weight.shape
    weight = np.zeros((BLOCK * BLOCK, inputs, height + BLOCK - 1, width + BLOCK - 1), layer.weight.dtype)
    for row in range(BLOCK):
        for column in range(BLOCK):
            weight[row * BLOCK + column, :, row : row + height, column : column + width] = layer.weight[0]
    return replace(layer, weight=weight, bias=np.repeat(layer.bias, BLOCK * BLOCK), stride=(BLOCK, BLOCK))


@dataclass(frozen=True)
class _Value:
    """One tensor of a graph under construction. size : height and width, or None where the picture decides."""

    name: str
    channels: int
    size: tuple[int, int] | None


class _Graph:
    """ONNX nodes and constants, in order."""

    def __init__(self) -> None:
        import onnx

        self.onnx = onnx
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def add(self, operation: str, *inputs: str, **attributes: Any) -> str:
        """One more node; the name of its output."""
        output = f"value{len(self._nodes)}"
        self._nodes.append(self.onnx.helper.make_node(operation, list(inputs), [output], **attributes))
        return output

    def constant(self, values: NDArray[Any], dtype: type[np.generic] = np.float32) -> str:
        """One more constant; its name."""
        name = f"constant{len(self._constants)}"
        self._constants.append(self.onnx.numpy_helper.from_array(np.ascontiguousarray(values, dtype), name))
        return name

    def chain(self, layers: Sequence[Layer], value: _Value) -> _Value:
        """All layers, one after the other."""
        remembered: dict[str, _Value] = {}
        for layer in layers:
            match layer:
                case Tag(name):
                    remembered[name] = value
                case Skip(name):
                    value = remembered[name]
                case Add(name):
                    value = self._sum(value, remembered[name])
                case _:
                    value = self._layer(layer, value)
        return value

    def _layer(self, layer: Layer, value: _Value) -> _Value:
        match layer:
            case Convolution():
                return self.convolution(layer, value)
            case Pool():
                return self._pool(layer, value)
            case Dense(weight):
                flat = self.add("Flatten", value.name)
                return _Value(self.add("Gemm", flat, self.constant(weight)), weight.shape[1], None)
            case _:
                return replace(value, name=self.add("Relu", value.name))

    def convolution(self, layer: Convolution, value: _Value, spare: int = 0) -> _Value:
        """One convolution; `spare` more zeros on the right and at the bottom, so that a last part of a block is not lost."""
        outputs, _, *window = layer.weight.shape
        ends = [pad + spare for pad in layer.pad]
        shape = {"kernel_shape": window, "strides": layer.stride, "pads": [*layer.pad, *ends]}
        name = self.add("Conv", value.name, self.constant(layer.weight), self.constant(layer.bias), **shape)
        return _Value(name, outputs, _shrunk(value.size, window, layer))

    def _pool(self, layer: Pool, value: _Value) -> _Value:
        if layer.window == (0, 0):
            return replace(value, name=self.add("GlobalAveragePool", value.name), size=(1, 1))
        operation = {"max": "MaxPool", "avg": "AveragePool"}[layer.kind]
        shape = {"kernel_shape": layer.window, "strides": layer.stride, "pads": [*layer.pad, *layer.pad]}
        name = self.add(operation, value.name, **shape)
        return replace(value, name=name, size=_shrunk(value.size, layer.window, layer))

    def _sum(self, one: _Value, other: _Value) -> _Value:
        """Unequal operands are added as if zeros followed the smaller one: behind its channels, below and to its right."""
        assert one.size and other.size
        rows, columns = (max(pair) for pair in zip(one.size, other.size, strict=True))
        channels = max(one.channels, other.channels)
        whole = _Value("", channels, (rows, columns))
        return replace(whole, name=self.add("Add", self._grown(one, whole), self._grown(other, whole)))

    def _grown(self, value: _Value, whole: _Value) -> str:
        assert value.size and whole.size
        more = [whole.channels - value.channels, whole.size[0] - value.size[0], whole.size[1] - value.size[1]]
        if not any(more):
            return value.name
        return self.add("Pad", value.name, self.constant(np.array([0, 0, 0, 0, 0, *more]), np.int64))

    def model(
        self, given: str, kind: str, shape: list[int | str], result: str, name: str, result_shape: list[int | str]
    ) -> bytes:
        """The finished, checked model: `given` in, `result` out under its public `name`."""
        helper, types = self.onnx.helper, self.onnx.TensorProto
        self._nodes.append(helper.make_node("Identity", [result], [name]))
        inputs = [helper.make_tensor_value_info(given, getattr(types, kind), shape)]
        outputs = [helper.make_tensor_value_info(name, types.FLOAT, result_shape)]
        graph = helper.make_graph(self._nodes, "dlib", inputs, outputs, self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
        self.onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString())


def _shrunk(size: tuple[int, int] | None, window: Sequence[int], layer: Convolution | Pool) -> tuple[int, int] | None:
    if size is None:
        return None
    rows, columns = ((size[k] + 2 * layer.pad[k] - window[k]) // layer.stride[k] + 1 for k in range(2))
    return rows, columns
