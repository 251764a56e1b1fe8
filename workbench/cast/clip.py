"""A street as a film: frames on all cores, resumable, then one video and one table of truth."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from fractions import Fraction
from itertools import repeat
from pathlib import Path

import av
import cv2
import numpy as np

from workbench.cast.scene import Sighting, Street
from workbench.cast.workers import drawers

__all__ = ["COLUMNS", "film", "write_truth"]

COLUMNS = ("frame", "t", "person", "seed", "role", "x1", "y1", "x2", "y2", "face_width", "yaw", "visible", "shown")
_NOTE = "generated people: nobody in this clip exists"
Progress = Callable[[int, int], None]


def film(
    street: Street,
    seconds: float,
    folder: Path,
    name: str,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    crf: int = 24,
) -> Path:
    """Writes NAME.mp4 and NAME.csv into `folder`; frames that an earlier, broken run left there are used again.

    workers : processes, by default one for each core
    progress : called with (frames done, frames in all)
    """
    count = round(seconds * street.fps)
    frames = folder / f".{name}-frames"
    frames.mkdir(parents=True, exist_ok=True)
    missing = [n for n in range(count) if not _files(frames, n)[1].exists()]
    for done, _ in enumerate(_draw(street, frames, missing, workers)):
        if progress is not None:
            progress(count - len(missing) + done + 1, count)
    out = folder / f"{name}.mp4"
    _encode((_files(frames, n)[0] for n in range(count)), out, street, crf)
    write_truth((row for n in range(count) for row in _read(_files(frames, n)[1])), folder / f"{name}.csv")
    for n in range(count):
        for path in _files(frames, n):
            path.unlink()
    frames.rmdir()
    return out


def _files(frames: Path, n: int) -> tuple[Path, Path]:
    return frames / f"{n:05d}.png", frames / f"{n:05d}.json"


def _draw(street: Street, frames: Path, numbers: Sequence[int], workers: int | None) -> Iterator[int]:
    if workers == 1 or len(numbers) < 4:
        for n in numbers:
            yield from _some(street, frames, [n])
        return
    parts = [list(numbers[i : i + 3]) for i in range(0, len(numbers), 3)]
    with drawers(workers) as pool:
        for done in pool.map(_some_kept, repeat(street), repeat(frames), parts):
            yield from done


_kept: dict[str, Street] = {}


def _some_kept(street: Street, frames: Path, numbers: list[int]) -> list[int]:
    """The worker's own street, so that its people are built once."""
    return _some(_kept.setdefault(str(frames), street), frames, numbers)


def _some(street: Street, frames: Path, numbers: list[int]) -> list[int]:
    for n in numbers:
        picture, rows = street.frame(n)
        image, truth = _files(frames, n)
        cv2.imwrite(str(image), picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])
        part = truth.with_suffix(".part")
        part.write_text(json.dumps([asdict(row) for row in rows]), encoding="utf-8")
        part.replace(truth)  # the truth appears only once the picture is whole
    return numbers


def _read(path: Path) -> list[Sighting]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Sighting(**{**row, "box": tuple(row["box"])}) for row in rows]


def _encode(pictures: Iterable[Path], out: Path, street: Street, crf: int) -> None:
    with av.open(str(out), "w", options={"movflags": "+faststart"}) as container:
        container.metadata.update({"title": "A street that does not exist", "comment": _NOTE})
        stream = container.add_stream("libx264", rate=Fraction(street.fps).limit_denominator(1000))
        stream.width, stream.height, stream.pix_fmt = street.lens.width, street.lens.height, "yuv420p"
        stream.options = {"crf": str(crf), "preset": "slow"}
        for path in pictures:
            image = np.ascontiguousarray(np.asarray(cv2.imread(str(path)))[..., ::-1])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))


def write_truth(rows: Iterable[Sighting], path: Path) -> None:
    """The truth as a table; the first line says that these are generated people."""
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(f"# {_NOTE}\n")
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for row in rows:
            values = {f.name: getattr(row, f.name) for f in fields(row)}
            table.writerow(
                [*(values[c] for c in COLUMNS[:5]), *row.box, row.face_width, row.yaw, row.visible, row.shown]
            )
