"""What SCRFD saw: the boxes and points of the few cells that are sure enough, read from the network's raw output.

The same numbers as `SCRFD.forward` of the insightface package, which works out every cell's box and points before it
throws nearly all of them away: a third of the time of a closer look. Source: Guo et al. 2021 (arXiv 2105.04714).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["candidates"]

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]


def candidates(detector: Any, canvas: U8, threshold: float) -> tuple[F32, F32, F32]:
    """Scores (N,), boxes (N, 4) and points (N, 5, 2) in pixels of `canvas` (H, W, 3) RGB, grid by grid, before overlaps go.

    detector : insightface's SCRFD, which knows the network's outputs; nothing of it is changed
    """
    import cv2

    high, wide = canvas.shape[:2]
    blob = cv2.dnn.blobFromImage(canvas, 1 / detector.input_std, (wide, high), (detector.input_mean,) * 3)
    blob = np.ascontiguousarray(blob, getattr(detector, "input_dtype", np.float32))
    output = detector.session.run(detector.output_names, {detector.input_name: blob})
    if detector.batched:
        output = [each[0] for each in output]
    grids = len(detector._feat_stride_fpn)
    parts = [
        _grid(output[at::grids], stride, wide // stride, detector._num_anchors, threshold)
        for at, stride in enumerate(detector._feat_stride_fpn)
    ]
    scores, boxes, points = (np.concatenate(part) for part in zip(*parts, strict=True))
    return scores, boxes, points


def _grid(output: list[F32], stride: int, columns: int, anchors: int, threshold: float) -> tuple[F32, F32, F32]:
    """The cells of one grid that are sure enough; `output` is (C, 1) scores, (C, 4) and (C, 10) distances in strides."""
    score, reach, points = output
    sure = np.flatnonzero(score >= threshold)
    row, column = np.divmod(sure // anchors, columns)
    centre = np.stack([column, row], axis=-1).astype(np.float32) * stride
    near, far = reach[sure, :2] * stride, reach[sure, 2:] * stride
    box = np.hstack([centre - near, centre + far])
    return score.reshape(-1)[sure], box, centre[:, None] + points[sure].reshape(-1, 5, 2) * stride
