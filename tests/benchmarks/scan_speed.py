"""Time a scan against the loop that everybody writes: same pack, same footage, same machine, in turns.

    python tests/benchmarks/scan_speed.py [--seconds 30] [--rounds 5]

The footage is made from the real clips in ../shared/data: six faces a frame, 1920x1080, 25 frames a second.
The loop is `insightface.app.FaceAnalysis.get` on every sampled frame and a numpy search, all at default settings.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from insightface.app import FaceAnalysis

from workbench.case import Case
from workbench.comparing import Comparer
from workbench.faces import Frame
from workbench.footage import open_footage
from workbench.galleries import build_gallery
from workbench.models.packs import load_pack
from workbench.progress import Silent
from workbench.runs import Passage
from workbench.scanning import Scanner
from workbench.thresholds import line_for, scale_of

DATA = Path(__file__).parents[2].parent / "shared" / "data"
PACK = DATA / "models" / "minifix"
TILES = {
    (0, 0): "head-pose-face-detection-female-and-male.mp4",
    (0, 1): "head-pose-face-detection-male.mp4",
    (1, 0): "head-pose-face-detection-female.mp4",
    (1, 1): "head-pose-face-detection-female-and-male.mp4",
}
WIDE, HIGH = 960, 540  # px of a tile: twice the clips' own size, so that both sides find all six faces
EVERY, FPS = 0.2, 25


def pictures(name: str) -> list[np.ndarray]:
    """All frames of a clip, forth and back, so that a loop over them never jumps."""
    with av.open(str(DATA / "footage" / name)) as container:
        frames = [cv2.resize(f.to_ndarray(format="rgb24"), (WIDE, HIGH)) for f in container.decode(video=0)]
    return frames + frames[-2:0:-1]


def make_clip(file: Path, seconds: float) -> None:
    """Four clips side by side."""
    tiles = {place: pictures(name) for place, name in TILES.items()}
    with av.open(str(file), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "20", "preset": "medium"})
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        for index in range(round(seconds * FPS)):
            canvas = np.full((1080, 1920, 3), 96, np.uint8)
            for (row, column), frames in tiles.items():
                y, x = row * HIGH, column * WIDE
                canvas[y : y + HIGH, x : x + WIDE] = frames[index % len(frames)]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(canvas, format="rgb24")))
        container.mux(stream.encode(None))


def analyser(folder: Path) -> FaceAnalysis:
    """The loop's models, at default settings."""
    (folder / "models").mkdir(exist_ok=True)
    link = folder / "models" / "minifix"
    if not link.exists():
        link.symlink_to(PACK)
    app = FaceAnalysis(name="minifix", root=str(folder))
    app.prepare(ctx_id=-1, det_size=(640, 640))
    return app


def gallery(app: FaceAnalysis) -> tuple[list[str], np.ndarray]:
    """Enrol the watchlist as the loop does."""
    names, rows = [], []
    for file in sorted((DATA / "watchlist").glob("*/*.png")):
        found = app.get(cv2.imread(str(file)))
        if found:
            names.append(file.parent.name)
            rows.append(max(found, key=lambda face: face.det_score).normed_embedding)
    return names, np.stack(rows)


def loop(
    frames: Iterator[np.ndarray], app: FaceAnalysis, listed: tuple[list[str], np.ndarray], line: float
) -> set[str]:
    """Who is alerted, by the loop that everybody writes."""
    names, rows = listed
    found = set()
    for frame in frames:
        for face in app.get(frame):
            score = rows @ face.normed_embedding
            if score.max() >= line:
                found.add(names[int(score.argmax())])
    return found


def every_fifth(file: Path) -> Iterator[np.ndarray]:
    """Sampled frames, as OpenCV reads them (BGR)."""
    capture = cv2.VideoCapture(str(file))
    index = 0
    while True:
        ok, frame = capture.read()
        if not ok:
            return
        if index % round(EVERY * FPS) == 0:
            yield frame
        index += 1


class InMemory:
    """Frames that are decoded already, as far as `Scanner` asks footage for anything."""

    def __init__(self, frames: list[Frame]) -> None:
        self._frames = frames
        self.start, self.seconds = frames[0].t, frames[-1].t - frames[0].t + EVERY
        self.triage = False

    def samples(self, every: float, start: float, end: float) -> np.ndarray:
        """Numbers of the frames of a stretch."""
        return np.array([f.index for f in self._frames if start - 1e-6 <= f.t <= end + 1e-6])

    def frames(self, every: float, start: float, end: float) -> Any:
        """The frames of a stretch."""
        some = [f for f in self._frames if start - 1e-6 <= f.t <= end + 1e-6]

        class Reading:
            corrupt_frames = 0

            def __enter__(self) -> Iterator[Frame]:
                return iter(some)

            def __exit__(self, *_: object) -> None: ...

            def __iter__(self) -> Iterator[Frame]:
                return iter(some)

        return Reading()


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds and result."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def passages(frames: list[Frame], case: Case) -> list[Passage]:
    """Our scan of decoded frames, models loading included, nothing written."""
    pack, watch = load_pack(PACK, threads=1), case.watchlist
    assert watch is not None
    line, scale = line_for(pack, None), scale_of(pack)
    index = build_gallery("exact", watch.templates)
    comparer = Comparer(pack, scale, index, watch.templates, watch.owner, line.threshold, line.near)
    scanner = Scanner(pack, scale, comparer, every=EVERY)
    return [p for segment in scanner.segments(InMemory(frames), ()) for p in segment.passages]  # type: ignore[arg-type]


def row(name: str, ours: list[float], theirs: list[float], seconds: float) -> None:
    """One line of the table, medians."""
    a, b = statistics.median(ours), statistics.median(theirs)
    pairs = [y / x for x, y in zip(ours, theirs, strict=True)]
    print(
        f"{name:24} ours {a:6.2f} s ({seconds / a:4.1f} x real time)   loop {b:6.2f} s ({seconds / b:4.1f} x)   "
        f"ratio {statistics.median(pairs):.2f} ({min(pairs):.2f}-{max(pairs):.2f})"
    )


def asked(doc: str | None, **defaults: float) -> argparse.Namespace:
    """Numbers from the command line, `--name N` each; exits with 1 where the real clips are absent."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in defaults.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    options = parser.parse_args()
    if not PACK.is_dir():
        raise SystemExit(f"{PACK} is absent; this benchmark needs the real clips and the minifix pack")
    return options


def main() -> int:
    """Make the clip, run both in turns, print the table."""
    options = asked(__doc__, seconds=30.0, rounds=5)
    with tempfile.TemporaryDirectory() as name:
        measure(Path(name), options.seconds, options.rounds)
    return 0


def measure(folder: Path, seconds: float, rounds: int) -> None:
    """Both sides, `rounds` times."""
    clip = folder / "clip.mp4"
    make_clip(clip, seconds)
    case = Case.create(folder / "case", purpose="benchmark", authority="nobody", pack=str(PACK))
    case.enroll(DATA / "watchlist", progress=Silent())
    line = line_for(load_pack(PACK), None).threshold
    listed = gallery(analyser(folder))
    whole: tuple[list[float], list[float]] = ([], [])
    bare: tuple[list[float], list[float]] = ([], [])
    alone: list[float] = []
    sampled = list(every_fifth(clip))
    frames = list(open_footage(clip).frames(EVERY))
    for _ in range(rounds):
        took, run = timed(lambda: case.scan(clip, every=EVERY, again=True, progress=Silent()))
        whole[0].append(took)
        took, theirs = timed(lambda: loop(every_fifth(clip), analyser(folder), listed, line))
        whole[1].append(took)
        alone.append(timed(lambda: sum(1 for _ in open_footage(clip).frames(EVERY)))[0])
        took, found = timed(lambda: passages(frames, case))
        bare[0].append(took)
        took, _ = timed(lambda: loop(iter(sampled), analyser(folder), listed, line))
        bare[1].append(took)
    print(f"\n1920x1080, {FPS} fps, {seconds:.0f} s, one sample every {EVERY} s, {rounds} rounds, medians")
    row("end to end", *whole, seconds)
    row("decoding taken out", *bare, seconds)
    print(f"our decoding alone       {statistics.median(alone):6.2f} s; a scan of the file cannot take less")
    print(f"alerts: ours {sorted(a.subject for a in run.alerts)}, loop {sorted(theirs)} (threshold {line:.3f})")
    print(f"tracks {len(run.tracks)}, passages without decoding {len(found)}")
    profile = run.profile
    for stage in ("wait_for_frames", "wait_for_faces", "detect", "cut", "track", "compare"):
        print(f"  {stage:16} {1000 * profile[f'{stage}_s'] / profile['frames']:6.2f} ms a sampled frame")
    print(
        f"  {profile['faces'] / profile['frames']:.1f} faces a frame, {profile['embeddings'] / len(run.tracks):.1f} embeddings a track"
    )


if __name__ == "__main__":
    raise SystemExit(main())
