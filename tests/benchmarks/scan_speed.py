"""Time a scan against the loop that everybody writes: same pack, same footage, same machine, in turns.

    python tests/benchmarks/scan_speed.py [--seconds 30] [--rounds 5]

The footage is made from the real clips in ../shared/data: six faces a frame, 1920x1080, 25 frames a second.
The loop is `insightface.app.FaceAnalysis.get` on every sampled frame and a numpy search, all at default settings.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from insightface.app import FaceAnalysis
from table import DATA, PACK, Ratio, asked, table

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
from workbench.timing import timing_text

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
        stream.thread_type = (
            "FRAME"  # one slice a picture, as cameras write: PyAV's encoder would cut it into one a core
        )
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


def decode_all(file: Path) -> int:
    """Every picture, by FFmpeg on all cores, and nothing done with any."""
    with av.open(str(file)) as container:
        container.streams.video[0].thread_type = "AUTO"
        return sum(1 for _ in container.decode(video=0))


class InMemory:
    """Frames that are decoded already, as far as `Scanner` asks footage for anything."""

    def __init__(self, frames: list[Frame]) -> None:
        self._frames = frames
        self.start, self.seconds = frames[0].t, frames[-1].t - frames[0].t + EVERY
        self.triage = False

    def answers(self, every: float) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of the frames, and of the instant that each answers: one each."""
        return np.array([f.index for f in self._frames]), np.arange(len(self._frames))

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


def main() -> int:
    """Make the clip, run both in turns, print the table."""
    options = asked(__doc__, seconds=30.0, rounds=5)
    with tempfile.TemporaryDirectory() as name:
        rows = measure(Path(name), options.seconds, options.rounds)
    print(table(rows))
    return 0


def measure(folder: Path, seconds: float, rounds: int) -> list[Ratio]:
    """Both sides, `rounds` times."""
    clip = folder / "clip.mp4"
    make_clip(clip, seconds)
    case = Case.create(folder / "case", purpose="benchmark", authority="nobody", pack=str(PACK))
    case.enroll(DATA / "watchlist", progress=Silent())
    line = line_for(load_pack(PACK), None).threshold
    listed = gallery(analyser(folder))
    ours, theirs, alone, whole, bare, bare_theirs = ([] for _ in range(6))
    sampled = list(every_fifth(clip))
    frames = list(open_footage(clip).frames(EVERY))
    for _ in range(rounds):
        took, run = timed(lambda: case.scan(clip, every=EVERY, again=True, progress=Silent()))
        ours.append(took)
        took, alerted = timed(lambda: loop(every_fifth(clip), analyser(folder), listed, line))
        theirs.append(took)
        alone.append(timed(lambda: sum(1 for _ in open_footage(clip).frames(EVERY)))[0])
        whole.append(timed(lambda: decode_all(clip))[0])
        took, found = timed(lambda: passages(frames, case))
        bare.append(took)
        bare_theirs.append(timed(lambda: loop(iter(sampled), analyser(folder), listed, line))[0])
    print(f"1920x1080, {FPS} fps, {seconds:.0f} s, one sample every {EVERY} s, {rounds} rounds, medians")
    print(f"scan: {timing_text(run.profile, seconds)}")
    print(f"alerts: ours {sorted(a.subject for a in run.alerts)}, loop {sorted(alerted)} (threshold {line:.3f})")
    faces, each = run.profile["faces"] / run.profile["frames"], run.profile["embeddings"] / len(run.tracks)
    print(
        f"tracks {len(run.tracks)}, without decoding {len(found)}; {faces:.1f} faces a frame, {each:.1f} embeddings a track"
    )
    real = [seconds] * rounds
    return [
        Ratio("scan, end to end", "insightface's loop", ours, theirs, 4.0),
        Ratio("scan, end to end", "real time", ours, real, 6.0),
        Ratio("scan, decoding taken out", "insightface's loop", bare, bare_theirs, 4.0),
        Ratio("scan, end to end", "decoding every picture", ours, whole),
        Ratio("scan, end to end", "decoding what a scan looks at", ours, alone),
    ]


if __name__ == "__main__":
    raise SystemExit(main())
