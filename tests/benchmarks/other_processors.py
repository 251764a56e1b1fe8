"""How far scores lie apart that other kinds of processors give: the same clips, looked at here and under QEMU's emulation of theirs.

    python tests/benchmarks/other_processors.py [--frames 5]

Needs `qemu-x86_64` (Debian: qemu-user). What is compared: pictures as decoded, boxes, cut-out faces, cosines of all pairs of faces, and
cosines of templates of the very same cut-outs, which is what a bag of evidence is computed again from.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from table import DATA, PACK, asked

from workbench.footage import open_footage
from workbench.models.packs import load_pack

CLIPS = ("head-pose-face-detection-female-and-male", "face-demographics-walking-and-pause", "classroom")
PROCESSORS = ("Haswell", "SandyBridge")  # AVX2 and FMA; AVX alone
HERE = "here"

Arrays = dict[str, NDArray[np.generic]]


def look(frames: int, chips: Path | None) -> Arrays:
    """All that is compared, of so many frames a clip, and templates of `chips` that another processor cut out."""
    pack = load_pack(PACK, threads=1)
    sums: list[int] = []
    boxes, cut, templates = [], [], []
    for clip in CLIPS:
        for _, frame in zip(range(frames), open_footage(DATA / "footage" / f"{clip}.mp4").frames(1.0), strict=False):
            faces = pack.detect(frame.image, smallest=pack.card.smallest_face)
            sums.append(int(frame.image.astype(np.int64).sum()))
            boxes.append(faces.box)
            cut.append(pack.chips(frame.image, faces))
            templates.append(pack.embed(cut[-1]))
    own = np.concatenate([each for each in cut if len(each)])
    same = pack.embed(own if chips is None else np.load(chips)["chips"])
    return {
        "pictures": np.array(sums),
        "boxes": np.concatenate(boxes),
        "chips": own,
        "templates": np.concatenate(templates),
        "same": same,
    }


def under(processor: str, frames: int, folder: Path) -> Arrays:
    """What another processor gives, asked in a process of its own."""
    file = folder / f"{processor}.npz"
    told = [sys.executable, __file__, "--frames", str(frames), "--into", str(file)]
    if processor != HERE:
        told = ["qemu-x86_64", "-cpu", processor, *told, "--chips", str(folder / f"{HERE}.npz")]
    subprocess.run(told, check=True, stderr=subprocess.DEVNULL)
    with np.load(file) as arrays:
        return dict(arrays)


def apart(one: Arrays, other: Arrays) -> str:
    """How far two lie apart, at most."""
    if one["boxes"].shape != other["boxes"].shape:
        return f"{len(one['boxes'])} faces here, {len(other['boxes'])} there"
    pictures = int((one["pictures"] != other["pictures"]).sum())
    boxes = float(np.abs(one["boxes"] - other["boxes"]).max())
    chips = int(np.abs(one["chips"].astype(int) - other["chips"].astype(int)).max())
    cosines = np.abs(_cosines(one["templates"]) - _cosines(other["templates"]))
    same = float(np.abs(_cosines(one["same"]) - _cosines(other["same"])).max())
    return (
        f"{len(one['boxes'])} faces; pictures that differ {pictures}; boxes {boxes:.1e} px; cut-outs {chips} of 255; "
        f"cosines {cosines.max():.1e} (mean {cosines.mean():.1e}); of the same cut-outs {same:.1e}"
    )


def _cosines(templates: NDArray[np.generic]) -> NDArray[np.float64]:
    exact = templates.astype(np.float64)
    return exact @ exact.T


def main() -> int:
    """Ask all, or be one of those that are asked."""
    if "--into" in sys.argv:
        given = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
        chips = Path(given["--chips"]) if "--chips" in given else None
        np.savez(given["--into"], **look(int(given["--frames"]), chips))
        return 0
    options = asked(__doc__, frames=5)
    if shutil.which("qemu-x86_64") is None:
        raise SystemExit("qemu-x86_64 is missing; on Debian: apt-get install qemu-user")
    with tempfile.TemporaryDirectory() as name:
        here = under(HERE, options.frames, Path(name))
        for processor in PROCESSORS:
            print(f"{processor}: {apart(here, under(processor, options.frames, Path(name)))}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
