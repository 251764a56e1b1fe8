"""Whether anybody hidden can still be told: `python tests/benchmarks/redaction.py [--pack PACK]... [--seconds 10]`.

Every scene is redacted with nobody kept and judged twice. By the pack that hid: does a hidden face reach the near-miss line
against itself, is a face bare? And by a detector that had no part in it, OpenCV's YuNet, on the picture and on the picture
enlarged twice: what it finds in the copy is compared with what was there before. A frame with a face at or above the line,
or with one that is too small to be compared and looks as before, counts.

Scenes: the real clips beside the project, a crowd made of nine of them, and the two streets of generated people.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.footage_factory import make_clip
from workbench.cast import shipped
from workbench.faces import Faces
from workbench.footage import open_footage
from workbench.footage.window import Window
from workbench.geometry import iou
from workbench.models.pack import Pack
from workbench.models.packs import load_pack
from workbench.redacting import FailedCheck, redact_footage
from workbench.thresholds import line_for

U8 = NDArray[np.uint8]
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
YUNET = DATA / "models" / "face_detection_yunet_2026may.onnx"
SURE = 0.6  # YuNet's score from which a find counts; its authors use 0.9
UNTOUCHED = 12.0  # grey levels by which H.264 alone changes a face, at most


class Yunet:
    """A detector that had no part in the hiding."""

    def __init__(self, file: Path) -> None:
        self._net = cv2.FaceDetectorYN.create(str(file), "", (320, 320), SURE, 0.4, 500)

    def detect(self, image: U8) -> Faces:
        """All faces at the picture's own size and at twice that."""
        found = Faces.none()
        for scale in (1, 2):
            size = (image.shape[1] * scale, image.shape[0] * scale)
            self._net.setInputSize(size)
            rows = self._net.detect(cv2.resize(np.ascontiguousarray(image[..., ::-1]), size))[1]
            if rows is None:
                continue
            box = np.concatenate([rows[:, :2], rows[:, :2] + rows[:, 2:4]], axis=1) / scale
            new = iou(box.astype(np.float32), found.box).max(axis=1, initial=0) < 0.4
            seen = Faces.of(box[new], rows[new, 4:14].reshape(-1, 5, 2) / scale, rows[new, 14])
            found = Faces.concat([found, seen]) if len(seen) else found
        return found


class Judge:
    """YuNet's finds in a copy, compared by a recogniser with what was in their place before."""

    def __init__(self, detector: Yunet, pack: Pack) -> None:
        self._detector, self._pack, self.line = detector, pack, line_for(pack, None).near

    def judge(self, original: Window, copy: Path) -> tuple[int, int, int, float, int, int]:
        """Faces before, faces in the copy, of these comparable, worst score, frames that count, small faces left bare."""
        before = after = compared = counted = bare = 0
        worst = float("nan")
        with original.frames() as one, open_footage(copy).every_frame() as other:
            for was, now in zip(one, other, strict=True):
                image = now.image[: was.image.shape[0], : was.image.shape[1]]
                there, left = self._detector.detect(was.image), self._detector.detect(image)
                large = np.concatenate([left.width >= self._pack.card.smallest_face, np.ones(0, bool)])
                score = self._scores(was.image, image, there, left[large])
                small = sum(_same(was.image, image, box) for box in left.box[~large])
                before, after, compared, bare = (
                    before + len(there),
                    after + len(left),
                    compared + len(score),
                    bare + small,
                )
                worst = float(np.nanmax([worst, *score])) if len(score) else worst
                counted += bool(small or (score >= self.line).any())
        return before, after, compared, worst, counted, bare

    def _scores(self, was: U8, now: U8, there: Faces, left: Faces) -> NDArray[np.float32]:
        """Best cosine of each face of the copy with the same place, and with any face, of the original."""
        if not len(left):
            return np.zeros(0, np.float32)
        both = Faces.concat([left, there[there.width >= self._pack.card.smallest_face]])
        then, template = self._embed(was, both), self._embed(now, left)
        return np.asarray((template @ then.T).max(axis=1), np.float32)

    def _embed(self, image: U8, faces: Faces) -> NDArray[np.float32]:
        return self._pack.embed(self._pack.chips(image, faces))


def _same(was: U8, now: U8, box: NDArray[np.floating]) -> bool:
    """Whether a place looks in the copy as it did before."""
    x1, y1, x2, y2 = np.clip(box.round().astype(int), 0, None)
    part = np.abs(was[y1:y2, x1:x2].astype(int) - now[y1:y2, x1:x2])
    return bool(part.size and part.mean() < UNTOUCHED)


def crowd(folder: Path, frames: int = 40) -> Path:
    """Nine real clips beside each other, four of them mirrored: 17 people at once, six of them in a classroom's depth."""
    names = ["classroom", "face-demographics-walking-and-pause", "face-demographics-walking"]
    names += ["head-pose-face-detection-female-and-male", "classroom", "face-demographics-walking-and-pause"]
    names += ["head-pose-face-detection-male", "head-pose-face-detection-female", "classroom"]
    clips = []
    for place, name in enumerate(names):
        with open_footage(DATA / "footage" / f"{name}.mp4").every_frame(place) as reading:
            kept = [frame.image for frame in reading][:frames]
        mirrored = [image[:, ::-1] for image in kept] if place >= 4 else kept
        clips.append([*mirrored, *mirrored[::-1]][:frames] * 2)
    rows = [
        np.concatenate([np.concatenate([clip[n] for clip in clips[r : r + 3]], axis=1) for r in (0, 3, 6)])
        for n in range(frames)
    ]
    return make_clip(folder / "crowd of nine clips.mp4", rows, rate=Fraction(12))


def scenes(folder: Path) -> Iterator[Path]:
    """Everything that is redacted."""
    if DATA.is_dir():
        yield from sorted((DATA / "footage").glob("*.mp4"))
        yield crowd(folder)
    yield from (shipped().clips[name] for name in ("easy", "hard"))


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pack", action="append", help="who hides, and checks; by default minifix, else dlib")
    options.add_argument("--detector", help="a further pack that looks for faces")
    options.add_argument("--yunet", type=Path, default=YUNET, help="weights of YuNet")
    options.add_argument("--seconds", type=float, default=10.0, help="of each scene, at most")
    options.add_argument("--only", default="", help="scenes whose name has this in it")
    given = options.parse_args()
    minifix = DATA / "models" / "minifix"
    packs = given.pack or [str(minifix) if minifix.is_dir() else "dlib"]
    judge = Judge(Yunet(given.yunet), load_pack(minifix if minifix.is_dir() else "dlib"))
    print(f"judge: YuNet from {SURE}, recogniser {judge._pack.card.name}, line {judge.line:.3f}")
    head = "pack scene frames hidden share compared worst grey line counted yunet_before yunet_after compared worst counted small_bare s"
    print("| " + " | ".join(head.split()) + " |")
    with tempfile.TemporaryDirectory() as name:
        for scene in scenes(Path(name)):
            for pack in packs if given.only in scene.name else ():
                row = _row(scene, pack, given.detector, given.seconds, judge, Path(name))
                print("| " + " | ".join(row) + " |", flush=True)


def _row(scene: Path, name: str, detector: str | None, seconds: float, judge: Judge, folder: Path) -> list[str]:
    packs, began = [load_pack(each, threads=1) for each in (name, detector) if each], time.perf_counter()
    footage = open_footage(scene)
    span = (footage.start, footage.start + seconds)
    out = folder / "copy.mp4"
    out.unlink(missing_ok=True)
    label = [packs[0].card.name, scene.stem]
    try:
        made = redact_footage(scene, out, packs, start=span[0], end=span[1])
    except FailedCheck as failed:
        return [*label, f"no copy was given: {failed}"]
    found = made.checked[0]
    took = time.perf_counter() - began
    worst = "-" if found.worst is None else f"{found.worst:.3f}"
    grey = "-" if found.worst is None else f"{found.blank:.3f}"
    own = [
        str(made.frames),
        str(made.faces),
        f"{made.share:.1%}",
        str(found.compared),
        worst,
        grey,
        f"{found.line:.3f}",
    ]
    told = 0 if made.passed else made.frames
    before, after, compared, top, counted, bare = judge.judge(Window.of(footage, *span), out)
    other = [str(before), str(after), str(compared), "-" if np.isnan(top) else f"{top:.3f}", str(counted), str(bare)]
    return [*label, *own, str(told), *other, f"{took:.0f}"]


if __name__ == "__main__":
    main()
