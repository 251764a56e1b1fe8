"""Whether anybody hidden can still be told: `python tests/benchmarks/redaction.py [--pack PACK]... [--seconds 10]`.

Every scene is redacted with nobody kept and judged twice. By the pack that hid: does a hidden face reach the near-miss line
against itself, is a face bare? And by a detector that had no part in it, OpenCV's YuNet, on the picture and on the picture
enlarged twice: what it finds in the copy is compared with what was there before. A frame with a face at or above the line,
or with one that is too small to be compared and looks as before, counts.

Detectors take jackets for faces, too. So each place that counts is looked at from close by, by YuNet again and by a detector that
had no part in it either (dlib's, where an InsightFace pack hid; SCRFD, where dlib did): *close* are the frames where one of them
still sees a face there, and *of before* the share of YuNet's finds in the original that they see by the same look, so that
their word can be weighed.
`--pictures FOLDER` writes every place that counts, before and after, to be looked at.

Scenes: the real clips beside the project, a crowd made of nine of them, and the two streets of generated people.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from tests.benchmarks.onlookers import SURE, Onlookers, Yunet, write_pictures
from tests.footage_factory import make_clip
from workbench.cast import shipped
from workbench.footage import open_footage
from workbench.footage.window import Window
from workbench.models.packs import load_pack
from workbench.redacting import FailedCheck, redact_footage
from workbench.redaction import Redaction

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
YUNET = DATA / "models" / "face_detection_yunet_2026may.onnx"
MINIFIX = str(DATA / "models" / "minifix") if DATA.is_dir() else "dlib"
CROWD = "crowd of nine clips"
HEAD = "pack scene frames hidden share compared worst grey line before after compared worst small counted close of_before cpu_s"


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
    return make_clip(folder / f"{CROWD}.mp4", rows, rate=Fraction(12))


def scenes(folder: Path, only: str = "") -> Iterator[Path]:
    """Everything that is redacted and has `only` in its name."""
    if DATA.is_dir():
        yield from (clip for clip in sorted((DATA / "footage").glob("*.mp4")) if only in clip.stem)
        yield from [crowd(folder)] if only in CROWD else []
    yield from (clip for name, clip in shipped().clips.items() if name in ("easy", "hard") and only in clip.stem)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pack", action="append", help="who hides, and checks; by default minifix, else dlib")
    options.add_argument("--detector", help="a further pack that looks for faces")
    options.add_argument("--everything", action="store_true", help="hide all but heads, of which none is kept here")
    options.add_argument("--yunet", type=Path, default=YUNET, help="weights of YuNet")
    options.add_argument("--seconds", type=float, default=10.0, help="of each scene, at most")
    options.add_argument("--only", default="", help="scenes whose name has this in it")
    options.add_argument("--pictures", type=Path, help="a folder for pictures of the places that count")
    given = options.parse_args()
    packs = given.pack or [MINIFIX]
    print(f"first onlooker: YuNet from {SURE}; recogniser: {load_pack(MINIFIX).card.name}")
    print("| " + " | ".join(HEAD.split()) + " |")
    with tempfile.TemporaryDirectory() as name:
        for scene in scenes(Path(name), given.only):
            for pack in packs:
                row = _row(scene, pack, given, Path(name))
                print("| " + " | ".join(row) + " |", flush=True)


def _row(scene: Path, name: str, given: argparse.Namespace, folder: Path) -> list[str]:
    packs, began = [load_pack(each, threads=1) for each in (name, given.detector) if each], time.process_time()
    footage, out = open_footage(scene), folder / "copy.mp4"
    span = (footage.start, footage.start + given.seconds)
    out.unlink(missing_ok=True)
    label = [packs[0].card.name, scene.stem]
    try:
        made = redact_footage(scene, out, packs, start=span[0], end=span[1], everything=given.everything)
    except FailedCheck as failed:
        return [*label, f"no copy was given: {failed}"]
    took, second = time.process_time() - began, load_pack(MINIFIX if label[0] == "dlib" else "dlib")
    seen = Onlookers(Yunet(given.yunet), second, load_pack(MINIFIX)).look(Window.of(footage, *span), out)
    if given.pictures:
        write_pictures(seen, given.pictures, "-".join(label))
    return [*label, *_own(made), *seen.row(), f"{took:.0f}"]


def _own(made: Redaction) -> list[str]:
    """What the pack that hid says of the copy, as cells of the table."""
    found = made.checked[0]
    scores = ["-", "-"] if found.worst is None else [f"{found.worst:.3f}", f"{found.blank:.3f}"]
    return [str(made.frames), str(made.faces), f"{made.share:.1%}", str(found.compared), *scores, f"{found.line:.3f}"]


if __name__ == "__main__":
    main()
