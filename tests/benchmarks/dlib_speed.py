"""How much faster than dlib's own build the dlib pack is: `python tests/benchmarks/dlib_speed.py [--rounds 5]`.

One 1280 x 720 frame with six faces, made of scikit-image's portrait, goes through detection, landmarks, chips and templates
in both, in turn, on one thread each; the medians are compared. Needs dlib-bin.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import numpy as np
from numpy.typing import NDArray
from table import Ratio, asked, table

from workbench.models.dlib import DlibPack
from workbench.models.dlib_weights import DETECTOR, LANDMARKS, RECOGNISER, source_folder

U8 = NDArray[np.uint8]
TARGET = 25.0
STEPS = ("detect and landmarks", "chips", "embed")


def frame() -> U8:
    """1280 x 720 px, six faces about 80 px wide."""
    from skimage.data import astronaut

    portrait = cv2.resize(astronaut(), (427, 360), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(np.tile(portrait, (2, 3, 1))[:720, :1280])


def ours(pack: DlibPack, image: U8) -> list[float]:
    """Seconds of each step."""
    started = time.perf_counter()
    faces = pack.detect(image)
    found = time.perf_counter()
    chips = pack.chips(image, faces)
    cut = time.perf_counter()
    assert len(pack.embed(chips)) == 6
    return [found - started, cut - found, time.perf_counter() - cut]


def theirs(image: U8) -> Callable[[], list[float]]:
    """The same by dlib-bin."""
    import dlib

    folder = source_folder()
    detector = dlib.cnn_face_detection_model_v1(str(folder / DETECTOR))
    predictor = dlib.shape_predictor(str(folder / LANDMARKS))
    recogniser = dlib.face_recognition_model_v1(str(folder / RECOGNISER))

    def steps() -> list[float]:
        started = time.perf_counter()
        shapes = [predictor(image, face.rect) for face in detector(image)]
        found = time.perf_counter()
        chips = [dlib.get_face_chip(image, shape, 150, 0.25) for shape in shapes]
        cut = time.perf_counter()
        assert len([recogniser.compute_face_descriptor(chip) for chip in chips]) == 6
        return [found - started, cut - found, time.perf_counter() - cut]

    return steps


def measure(rounds: int) -> list[Ratio]:
    """Each step and the whole frame, in turn, so that a busy machine slows both."""
    image = frame()
    pack, steps = DlibPack.load(threads=1), theirs(image)
    ours(pack, image)
    pairs = [(ours(pack, image), steps()) for _ in range(rounds)]
    mine, other = (np.array([pair[side] for pair in pairs]) for side in range(2))  # (rounds, steps)
    for number, step in enumerate(STEPS):
        fast, slow = np.median(mine[:, number]), np.median(other[:, number])
        print(
            f"dlib pack, {step:20s} {1000 * fast:8.1f} ms   dlib-bin {1000 * slow:8.0f} ms   {slow / fast:5.1f} times"
        )
    whole = [side.sum(axis=1).tolist() for side in (mine, other)]
    return [Ratio("dlib pack, 720p frame with 6 faces", "dlib-bin", *whole, TARGET)]


def main() -> int:
    """Print the table; exit 1 under the target."""
    rows = measure(int(asked(__doc__, clips=False, rounds=5).rounds))
    print(table(rows))
    return int(rows[0].median < TARGET)


if __name__ == "__main__":
    raise SystemExit(main())
