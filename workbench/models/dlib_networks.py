"""dlib's two networks as plain lists of layers, input first: the recogniser (ResNet, 29 convolutions) and the detector (MMOD).

The file says what is in each layer but not how they are wired, so the wiring is here.
Source: dlib's tools/python/src, face_recognition.cpp and cnn_face_detector.cpp.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.models.dlib_format import DlibReader

__all__ = [
    "Add",
    "Affine",
    "Convolution",
    "Dense",
    "Layer",
    "Network",
    "Pool",
    "Relu",
    "Skip",
    "Tag",
    "read_detector",
    "read_recogniser",
]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Convolution:
    """Cross-correlation. weight : (O, I, H, W); bias : (O,)."""

    weight: Floats
    bias: Floats
    stride: tuple[int, int]
    pad: tuple[int, int]


@dataclass(frozen=True)
class Affine:
    """A scale and a shift for each channel, (C,)."""

    scale: F64
    shift: F64


@dataclass(frozen=True)
class Pool:
    """The largest or the mean of each window; a window of 0 x 0 is the whole picture."""

    kind: str
    window: tuple[int, int]
    stride: tuple[int, int]
    pad: tuple[int, int]


@dataclass(frozen=True)
class Dense:
    """A matrix product. weight : (inputs, outputs)."""

    weight: F32


@dataclass(frozen=True)
class Relu:
    """Negative values become 0."""


@dataclass(frozen=True)
class Tag:
    """Remembers what reaches it under `name`."""

    name: str


@dataclass(frozen=True)
class Skip:
    """Goes on from what `name` remembers."""

    name: str


@dataclass(frozen=True)
class Add:
    """Adds what `name` remembers; the smaller operand is filled up with zeros."""

    name: str


Layer = Convolution | Affine | Pool | Dense | Relu | Tag | Skip | Add


@dataclass(frozen=True)
class Network:
    """Layers from input to output. average : RGB that is taken off each pixel before it is divided by 256, (3,)."""

    average: F64
    layers: tuple[Layer, ...]


PAIR = ["convolution", "affine", "relu", "convolution", "affine"]
SAME = ["tag a", *PAIR, "add a", "relu"]
DOWN = ["tag a", *PAIR, "tag b", "skip a", "average", "add b", "relu"]
RECOGNISER = ["convolution", "affine", "relu", "max", *SAME * 3]
RECOGNISER += [*DOWN, *SAME * 3, *DOWN, *SAME * 2, *DOWN, *SAME * 2, *DOWN, "average", "dense"]
DETECTOR = [*["convolution", "affine", "relu"] * 6, "convolution"]


def read_recogniser(data: bytes, file: str) -> Network:
    """The face recogniser: 150 x 150 RGB to 128 numbers."""
    reader = DlibReader(data, file)
    reader.expect(1)
    reader.expect_word("loss_metric_2")
    reader.reals(2)  # margin and distance of its training
    return _network(reader, RECOGNISER, _sized_input)


def read_detector(data: bytes, file: str) -> Network:
    """The face detector: a picture to one score for each 80 x 80 window."""
    reader = DlibReader(data, file)
    reader.expect(1)
    reader.expect_word("loss_mmod_")
    reader.expect(1)
    for _ in range(2):
        reader.expect(80)
    reader.reals(7)  # three weights of its training, then the overlaps that dlib_detector.py states
    return _network(reader, DETECTOR, _pyramid_input)


def _sized_input(reader: DlibReader) -> F64:
    reader.expect_word("input_rgb_image_sized")
    average = reader.reals(3).astype(np.float64)
    for _ in range(2):
        reader.expect(150)
    return average


def _pyramid_input(reader: DlibReader) -> F64:
    reader.expect_word("input_rgb_image_pyramid")
    return reader.reals(3).astype(np.float64)


def _network(reader: DlibReader, wiring: list[str], read_input: Callable[[DlibReader], F64]) -> Network:
    """Versions come outermost first, then the input, then the layers innermost first."""
    for position in range(len(wiring) - 1, -1, -1):
        plain = wiring[position].startswith(("tag", "skip"))
        reader.expect(1 if plain else 3 if position == 0 else 2)
    average = read_input(reader)
    layers = tuple(_layer(reader, kind, first=position == 0) for position, kind in enumerate(wiring))
    reader.end()
    return Network(average, layers)


def _layer(reader: DlibReader, kind: str, *, first: bool) -> Layer:
    word, _, name = kind.partition(" ")
    if word in ("tag", "skip"):
        return Tag(name) if word == "tag" else Skip(name)
    layer = _add(reader, name) if word == "add" else READERS[word](reader)
    for _ in range(3):
        reader.flag()
    for _ in range(3):
        reader.tensor()  # gradients and outputs left over from training
    if first:
        reader.expect(1)  # pictures per sample
    return layer


def _add(reader: DlibReader, name: str) -> Add:
    reader.expect_word("add_prev_")
    return Add(name)


def _convolution(reader: DlibReader) -> Convolution:
    reader.expect_word("con_4")
    values = reader.tensor().ravel()
    outputs, height, width, *rest = (reader.integer() for _ in range(7))
    shape, bias = reader.shape(), reader.shape()
    reader.reals(4)  # learning rates and weight decays
    split = math.prod(shape)
    if (
        (shape[0], *shape[2:]) != (outputs, height, width)
        or bias != (1, outputs, 1, 1)
        or split + outputs != len(values)
    ):
        reader.fail("the shapes of a convolution disagree")
    if not all(1 <= step <= 64 for step in rest[:2]) or not all(0 <= pad <= 64 for pad in rest[2:]):
        reader.fail("the stride or padding of a convolution is impossible")
    return Convolution(values[:split].reshape(shape), values[split:], (rest[0], rest[1]), (rest[2], rest[3]))


def _affine(reader: DlibReader) -> Affine:
    """An affine layer, or the batch normalisation that the detector still stores in its place."""
    word = reader.expect_word("affine_", "bn_con2")
    values = reader.tensor().ravel().astype(np.float64)
    half = len(values) // 2
    sizes = {math.prod(reader.shape()), math.prod(reader.shape()), len(values) - half}
    if sizes != {half}:
        reader.fail("the shapes of an affine layer disagree")
    scale, shift = values[:half], values[half:]
    if word == "affine_":
        reader.expect(0)  # one scale a channel
        return Affine(scale, shift)
    return _normalisation(reader, scale, shift)


def _normalisation(reader: DlibReader, scale: F64, shift: F64) -> Affine:
    _, _, mean, variance = (reader.tensor().ravel().astype(np.float64) for _ in range(4))
    for _ in range(2):
        reader.integer()  # how many updates the running values saw
    *_, smallest = (reader.real() for _ in range(5))
    if not len(mean) == len(variance) == len(scale) or smallest <= 0 or (variance < 0).any():
        reader.fail("the statistics of a normalisation are impossible")
    scale = scale / np.sqrt(variance + smallest)
    return Affine(scale, shift - scale * mean)


def _relu(reader: DlibReader) -> Relu:
    reader.expect_word("relu_")
    return Relu()


def _pool(reader: DlibReader, kind: str) -> Pool:
    reader.expect_word(f"{kind}_pool_2")
    height, width, *rest = (reader.integer() for _ in range(6))
    if not all(0 <= size <= 64 for size in (height, width, *rest)) or 0 in rest[:2]:
        reader.fail("the window of a pooling layer is impossible")
    return Pool(kind, (height, width), (rest[0], rest[1]), (rest[2], rest[3]))


def _dense(reader: DlibReader) -> Dense:
    reader.expect_word("fc_2")
    outputs, inputs = reader.integer(), reader.integer()
    values = reader.tensor()
    weight, bias = reader.shape(), reader.shape()
    reader.expect(1)  # without bias
    reader.reals(4)
    if not values.size == math.prod(weight) == outputs * inputs > 0 or 0 not in bias:
        reader.fail("the shapes of a dense layer disagree")
    return Dense(values.reshape(inputs, outputs))


READERS: dict[str, Callable[[DlibReader], Layer]] = {
    "convolution": _convolution,
    "affine": _affine,
    "relu": _relu,
    "max": lambda reader: _pool(reader, "max"),
    "average": lambda reader: _pool(reader, "avg"),
    "dense": _dense,
}
