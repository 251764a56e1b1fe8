"""How fast is footage read here? `python tests/benchmarks/decode_speed.py FILE [--threads N]`.

Prints milliseconds of CPU and of the clock for opening, decoding, converting and seeking, and for the whole path.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from workbench.footage import open_footage, sha256_of
from workbench.footage.container import choose_stream, open_container
from workbench.footage.pixels import deinterlaced
from workbench.footage.probe import survey
from workbench.footage.video import VideoFile


def timed(what: str, work: Callable[[], Any], per: int = 1) -> Any:
    """Run it and print what it took, divided by `per`."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{what:<46} {1e3 * cpu / per:9.2f} ms CPU {1e3 * wall / per:9.2f} ms")
    return result


def scan_packets(path: Path) -> None:
    with open_container(path) as container:
        survey(container, choose_stream(container, path))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--threads", type=int, default=0, help="for decoding; 0: as many as there are cores")
    parser.add_argument("--frames", type=int, default=500, help="how many frames to decode at most")
    given = parser.parse_args()

    timed("SHA-256", lambda: sha256_of(given.file))
    timed("one pass over the packets", lambda: scan_packets(given.file))
    source = timed("open (both, and the first frames)", lambda: open_footage(given.file))
    assert isinstance(source, VideoFile), "give a video file"
    print(source)

    count = min(given.frames, source.frame_count)
    read = source.decoder.pictures
    timed(f"decode, per frame of {count}", lambda: sum(1 for _ in islice(read(0, given.threads), count)), count)
    pictures = [shot.picture for shot in islice(read(), 20)]
    for threads in (1, 2, 0):
        timed(f"to RGB, {threads} threads", lambda n=threads: [source.look.rgb(p, n) for p in pictures], len(pictures))
    if source.interlaced:
        trios = list(zip(pictures, pictures[1:], pictures[2:], strict=False))
        timed("deinterlace", lambda: [deinterlaced(*trio) for trio in trios], len(trios))
    places = [source.start + source.seconds * share / 10 for share in range(1, 10)]
    timed("one frame after a seek", lambda: [next(source.frames(0.2, t)) for t in places], len(places))

    end = source.start + count / source.fps
    reading = source.frames(0.2, source.start, end, threads=given.threads)
    samples = timed(f"every=0.2, whole path, {count} frames", lambda: sum(1 for _ in reading))
    print(f"{samples} samples")


if __name__ == "__main__":
    main()
