"""Five points of a face by dlib's regression trees, in numpy for all faces of a picture at once.

A shape starts as the mean face in its box. 15 times over, 500 trees look at pairs of pixels placed relative to the current
shape, and each adds one of its 16 leaves. Source: Kazemi and Sullivan 2014; dlib's shape_predictor.h.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.models.dlib_format import DlibReader

__all__ = ["Forest", "landmarks", "read_forest"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

Trees = list[list[tuple[I32, F32, F32]]]

POINTS = 5


@dataclass(frozen=True)
class Forest:
    """The trees, C cascades of T full trees with S splits and S + 1 leaves, and the F pixels that a cascade looks at.

    mean : (10,) x and y of each point of the mean face, in units of the box
    anchor, offset : (C, F) which point a pixel is tied to; (C, F, 2) where it lies from there
    pair, cut : (C, T, S, 2) two pixels of a split; (C, T, S) go left if the first is brighter by more than this
    leaf : (C, T, S + 1, 10) what a leaf adds to the shape
    """

    mean: F32
    anchor: I32
    offset: F32
    pair: I32
    cut: F32
    leaf: F32


def read_forest(data: bytes, file: str) -> Forest:
    """The trees of a shape_predictor file."""
    reader = DlibReader(data, file)
    reader.expect(1)
    mean = reader.column()
    if len(mean) != 2 * POINTS:
        reader.fail(f"{len(mean) // 2} points stand where {POINTS} belong")
    cascades = reader.count(each=1)
    trees = [[_tree(reader, len(mean)) for _ in range(reader.count(each=1))] for _ in range(cascades)]
    reader.expect(cascades)
    anchors = [[reader.count(each=0, most=POINTS - 1) for _ in range(reader.count(each=2))] for _ in range(cascades)]
    reader.expect(cascades)
    offsets = [reader.reals(2 * reader.count(each=8)) for _ in range(cascades)]
    reader.end()
    return _forest(reader, mean, trees, anchors, offsets)


def _tree(reader: DlibReader, size: int) -> tuple[I32, F32, F32]:
    """One full tree: pairs of pixels (S, 2), cuts (S,), leaves (S + 1, size)."""
    splits = reader.count(each=8)
    pair, cut = np.zeros((splits, 2), np.int32), np.zeros(splits, np.float32)
    for split in range(splits):
        pair[split] = [reader.count(each=0, most=1 << 16) for _ in range(2)]
        cut[split] = reader.real()
    leaves = reader.expect(splits + 1)
    if leaves & splits:
        reader.fail("a tree is not full")
    leaf = [reader.column() for _ in range(leaves)]
    if any(len(part) != size for part in leaf):
        reader.fail("a leaf is not of the shape's size")
    return pair, cut, np.array(leaf)


def _forest(reader: DlibReader, mean: F32, trees: Trees, anchors: list[list[int]], offsets: list[F32]) -> Forest:
    sizes = {(len(row), len(row[0][1]) if row else 0) for row in trees}
    depths = {len(cut) for row in trees for _, cut, _ in row}
    pixels = {len(row) for row in anchors} | {len(row) // 2 for row in offsets}
    if len(sizes) != 1 or len(depths) != 1 or len(pixels) != 1:
        reader.fail("the cascades are not of one size")
    pair, cut, leaf = (np.array([[tree[part] for tree in row] for row in trees]) for part in range(3))
    if pair.max(initial=0) >= min(pixels):
        reader.fail("a tree looks at a pixel that is not there")
    offset = np.array(offsets).reshape(len(offsets), -1, 2)
    return Forest(mean, np.array(anchors, np.int32), offset, pair, cut, leaf)


def landmarks(forest: Forest, image: U8, box: F32) -> F64:
    """The five points of each face, (N, 5, 2) px, not rounded, in dlib's order.

    The order is: outer and inner corner of the eye on the picture's right, outer and inner corner of the other, base of the nose.

    image : (H, W, 3) uint8 RGB
    box : (N, 4) px as the detector gave them
    """
    corner = box[:, :2].astype(np.float64)
    extent = box[:, 2:] - corner - 1  # dlib's unit of length is right minus left of an inclusive rectangle
    shape = np.repeat(forest.mean[None], len(box), axis=0)
    for cascade in range(len(forest.cut)):
        place = _places(forest, cascade, shape)
        pixel = np.floor(np.stack([place.real, place.imag], axis=2) * extent[:, None] + corner[:, None] + 0.5)
        shape = _step(forest, cascade, shape, _brightness(image, pixel.astype(np.int64)))
    return shape.reshape(-1, POINTS, 2) * extent[:, None] + corner[:, None]


def _places(forest: Forest, cascade: int, shape: F32) -> NDArray[np.complex64]:
    """Where a cascade looks, (N, F) as x + iy in units of the box: its offsets turned and scaled as the shape is."""
    mean = _complex(forest.mean).astype(np.complex128)
    mean -= mean.mean()
    now = _complex(shape)
    centred = now.astype(np.complex128) - now.mean(axis=1, keepdims=True, dtype=np.complex128)
    turn = (centred @ mean.conj() / (np.abs(mean) ** 2).sum()).astype(np.complex64)
    return turn[:, None] * _complex(forest.offset[cascade]).reshape(-1) + now[:, forest.anchor[cascade]]


def _complex(xy: F32) -> NDArray[np.complex64]:
    """Pairs along the last axis as x + iy."""
    return np.ascontiguousarray(xy).view(np.complex64)


def _brightness(image: U8, pixel: NDArray[np.int64]) -> F32:
    """The mean of R, G and B, rounded down, at `pixel` (N, F, 2); 0 outside the picture."""
    height, width = image.shape[:2]
    x, y = pixel[..., 0], pixel[..., 1]
    inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    colour = image.reshape(-1, 3).take(np.where(inside, y * width + x, 0), axis=0)
    return (colour.sum(axis=2, dtype=np.uint32) // 3 * inside).astype(np.float32)


def _step(forest: Forest, cascade: int, shape: F32, bright: F32) -> F32:
    """The shape after one cascade."""
    trees, splits = forest.cut[cascade].shape
    pair, cut = forest.pair[cascade].reshape(-1, 2), forest.cut[cascade].reshape(-1)
    face = np.arange(len(shape))[:, None, None] * bright.shape[1]
    tree = np.arange(trees) * splits
    node = np.zeros((len(shape), trees), np.int64)
    for _ in range(splits.bit_length()):
        seen = bright.take(pair.take(node + tree, axis=0) + face)
        node = 2 * node + 2 - (seen[..., 0] - seen[..., 1] > cut.take(node + tree))
    leaf = (
        forest.leaf[cascade].reshape(-1, shape.shape[1]).take(node - splits + np.arange(trees) * (splits + 1), axis=0)
    )
    leaf[:, 0] += shape  # dlib adds the leaves to the shape one by one in float32; any other order rounds differently
    return leaf.sum(axis=1, dtype=np.float32)
