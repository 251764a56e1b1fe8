"""What whole numbers cost and gain: a pack in float beside the one that `workbench models quantize` makes of it.

    python tests/benchmarks/int8_pack.py [--rounds 15]

Accuracy: both embed the same chips of ORL (40 people x 10 portraits). Time: the same chips and the same frames of a real clip, in
turns, one thread, medians. The pack is minifix of ../shared/data.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from starting_threshold import BORDER, split, stranger
from table import DATA, PACK, asked

from workbench.faces import Faces
from workbench.footage import read_image
from workbench.metrics import threshold_at_fpir, tpir
from workbench.models.insightface import InsightFacePack
from workbench.models.packs import load_pack
from workbench.models.quantized import likeness, quantize_pack

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
Bools = NDArray[np.bool_]
CLIP = DATA / "footage" / "head-pose-face-detection-female-and-male.mp4"


def main() -> int:
    """Make the pack, measure both, print."""
    options = asked(__doc__, rounds=15)
    with tempfile.TemporaryDirectory() as scratch:
        began = time.perf_counter()
        quantize_pack(PACK, out=Path(scratch) / "int8")
        made = time.perf_counter() - began
        packs = {"float": load_pack(PACK, threads=1), "int8": load_pack(Path(scratch) / "int8", threads=1)}
    chips, who = portraits(packs["float"])
    template = {name: pack.embed(chips) for name, pack in packs.items()}
    like = (template["float"] * template["int8"]).sum(axis=1)
    print(f"made in {made:.1f} s; {len(who)} chips of ORL; cosine float-int8 {like.mean():.4f}, least {like.min():.4f}")
    built_in = likeness(packs["float"], packs["int8"])  # type: ignore[arg-type]
    print(f"built-in people, five views each: {built_in.mean():.4f}, least {built_in.min():.4f}")
    for name, found in template.items():
        print(f"{name:6} {told_apart(found, who)}; {starts(found, who)}")
    for what, times in timed(packs, chips, frames(), options.rounds).items():
        plain, whole = (statistics.median(times[name]) for name in ("float", "int8"))
        print(f"{what:42} float {plain:6.2f} ms, int8 {whole:6.2f} ms: {plain / whole:.2f} times as fast")
    return 0


def portraits(pack: InsightFacePack) -> tuple[U8, I64]:
    """A chip of each portrait with a face, (N, S, S, 3), and whose it is."""
    chips, who = [], []
    for number, person in enumerate(sorted(path for path in (DATA / "faces" / "orl").iterdir() if path.is_dir())):
        for file in sorted(person.iterdir()):
            portrait = read_image(file).image
            border = round(BORDER * portrait.shape[1])
            framed = np.pad(portrait, ((border, border), (border, border), (0, 0)), mode="edge")
            for image in (portrait, framed):
                if len(faces := pack.detect(image)):
                    chips.append(pack.chips(image, faces[int(faces.width.argmax())])[0])
                    who.append(number)
                    break
    return np.array(chips), np.array(who)


def told_apart(template: F32, who: I64) -> str:
    """AUC, and the share of pairs of one person above what one in a thousand pairs of two people reaches."""
    pairs = np.triu_indices(len(who), 1)
    score, same = (template @ template.T)[pairs], (who[:, None] == who)[pairs]
    line = float(np.sort(score[~same])[int(0.999 * (~same).sum())])
    return f"AUC {auc(score, same):.5f}, TAR at FAR 0.001 {(score[same] >= line).mean():.4f}, strangers {stranger(template, who):.3f}"


def auc(score: F32, same: Bools) -> float:
    """Chance that a pair of one person scores higher than a pair of two."""
    rank, count = score.argsort().argsort(), int(same.sum())
    return float((rank[same].sum() - count * (count - 1) / 2) / (count * (len(same) - count)))


def starts(template: F32, who: I64) -> str:
    """Threshold at FPIR 0.01 with 20 of 40 people listed, mean of 500 random lists, and the TPIR there."""
    rng = np.random.default_rng(7)
    trials = [split(template, who, 20, rng) for _ in range(500)]
    line = float(np.mean([threshold_at_fpir(nonmated, 0.01) for _, nonmated in trials]))
    return f"FPIR 0.01 at {line:.3f}, TPIR there {np.mean([tpir(mated, line) for mated, _ in trials]):.4f}"


def frames() -> list[U8]:
    """Every eighth frame of a real clip, 480x270 with two faces."""
    with av.open(str(CLIP)) as container:
        return [frame.to_ndarray(format="rgb24") for i, frame in enumerate(container.decode(video=0)) if i % 8 == 0]


def timed(
    packs: dict[str, InsightFacePack], chips: U8, seen: list[U8], rounds: int
) -> dict[str, dict[str, list[float]]]:
    """ms of each round, both packs in turns."""
    cut: list[tuple[U8, Faces]] = [(image, packs["float"].detect(image)) for image in seen]
    works: dict[str, tuple[Callable[[InsightFacePack], object], int]] = {
        "a face, embedded alone": (lambda pack: [pack.embed(chip[None]) for chip in chips[:8]], 8),
        "a face, embedded in batches of 32": (lambda pack: pack.embed(chips[:32]), 32),
        "a frame: found, cut and embedded": (
            lambda pack: [pack.embed(pack.chips(image, pack.detect(image))) for image, _ in cut],
            len(cut),
        ),
        "a frame: its faces cut and embedded": (
            lambda pack: [pack.embed(pack.chips(image, faces)) for image, faces in cut],
            len(cut),
        ),
    }
    found: dict[str, dict[str, list[float]]] = {what: {name: [] for name in packs} for what in works}
    for _ in range(rounds):
        for what, (work, count) in works.items():
            for name, pack in packs.items():
                began = time.perf_counter()
                work(pack)
                found[what][name].append((time.perf_counter() - began) / count * 1000)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
