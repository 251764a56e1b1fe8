"""Where a pack's slider should start: `python tests/benchmarks/starting_threshold.py FOLDER [--pack dlib] [--listed 20]`.

FOLDER holds one folder of portraits for each person. Again and again, a random part of the people is listed with one
portrait each; all other portraits are probes. The answer is the mean threshold at the target FPIR, and what it finds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.faces import Faces
from workbench.metrics import fpir, threshold_at_fpir, tpir
from workbench.models.pack import Pack
from workbench.models.packs import load_pack

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]

BORDER = 0.25  # of a portrait's width, tried where a tight crop hides the face from a detector


def templates(pack: Pack, folder: Path) -> tuple[F32, I64, int]:
    """Template and person of each portrait with a face, and how many had none."""
    people = sorted(path for path in folder.iterdir() if path.is_dir())
    found, person, missed = [], [], 0
    for number, path in enumerate(people):
        for picture in sorted(path.iterdir()):
            template = _template(pack, np.asarray(Image.open(picture).convert("RGB")))
            missed += template is None
            if template is not None:
                found.append(template)
                person.append(number)
    return np.array(found), np.array(person), missed


def _template(pack: Pack, portrait: U8) -> F32 | None:
    border = round(BORDER * portrait.shape[1])
    for image in (portrait, np.pad(portrait, ((border, border), (border, border), (0, 0)), mode="edge")):
        faces = pack.detect(image)
        if len(faces):
            return pack.embed(pack.chips(image, _largest(faces)))[0]
    return None


def _largest(faces: Faces) -> Faces:
    return faces[int(faces.width.argmax())]


def split(template: F32, person: I64, listed: int, rng: np.random.Generator) -> tuple[F64, F64]:
    """Scores of one random list: of each mated probe its own person's if that comes first, else -inf; of each other its best."""
    people = rng.permutation(np.unique(person))[:listed]
    reference = np.array([rng.choice(np.flatnonzero(person == one)) for one in people])
    score = template.astype(np.float64) @ template[reference].T
    best, who = score.max(axis=1), people[score.argmax(axis=1)]
    mated = np.isin(person, people)
    own = np.where(who == person, best, -np.inf)
    mated[reference] = False
    return own[mated], best[~np.isin(person, people)]


def stranger(template: F32, person: I64) -> float:
    """Mean cosine of two portraits of two people."""
    return float((template @ template.T)[person[:, None] != person].mean(dtype=np.float64))


def main() -> None:
    """Print the threshold and what it does, mean and range over the splits."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--pack", default="dlib")
    options.add_argument("--listed", type=int, default=20)
    options.add_argument("--fpir", type=float, default=0.01)
    options.add_argument("--splits", type=int, default=500)
    given = options.parse_args()
    template, person, missed = templates(load_pack(given.pack), given.folder)
    print(f"{given.pack}: {len(person)} portraits of {len(np.unique(person))} people, {missed} without a face")
    rng = np.random.default_rng(7)
    trials = [split(template, person, given.listed, rng) for _ in range(given.splits)]
    thresholds = [threshold_at_fpir(nonmated, given.fpir) for _, nonmated in trials]
    start = round(float(np.mean(thresholds)), 3)
    print(
        f"threshold at FPIR {given.fpir:g}, N = {given.listed}: {start} ({min(thresholds):.3f} to {max(thresholds):.3f})"
    )
    print(f"mean cosine of two strangers: {stranger(template, person):.3f}")
    _report("FPIR there", [float(fpir(nonmated, start)) for _, nonmated in trials])
    _report("TPIR there", [float(tpir(mated, start)) for mated, _ in trials])


def _report(name: str, rates: list[float]) -> None:
    print(f"{name}: {np.mean(rates):.4f} ({min(rates):.4f} to {max(rates):.4f}) over {len(rates)} random splits")


if __name__ == "__main__":
    main()
