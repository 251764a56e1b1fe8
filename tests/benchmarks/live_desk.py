"""What live measurements share: a case with a list of 10,000, a street that says when it sent what, a deployment that takes notes.

Run by `live_latency.py`, `live_steady.py` and `live_faults.py`. The street (`live_street.py`) has six faces at once at 1280x720 and
12.5 frames a second; ten of its people are on the list, the rest of which is noise.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import live_street as street
import numpy as np

import workbench as wb
from workbench.cast import shipped
from workbench.live.passes import Raised
from workbench.live.recorder import Recorder
from workbench.live.station import Station
from workbench.models.packs import load_pack
from workbench.progress import Silent
from workbench.watchlist import Entry, Reference

__all__ = ["LENGTH", "Played", "Server", "make_case", "rss", "watched"]

LISTED, SUBJECTS, LENGTH = 10, 10_000, 70  # people of the cast on the list, people on the list, seconds of the street


def make_case(folder: Path, pack: str, threshold: float) -> Path:
    """A case with ten of the cast and noise on its approved list, and an operating point."""
    from tests.live_cases import point_for

    photos, people = folder / "photos", dict(sorted(shipped().portraits.items())[:LISTED])
    for name, files in people.items():
        (photos / name).mkdir(parents=True)
        for file in files[:2]:
            (photos / name / file.name).write_bytes(file.read_bytes())
    case = wb.open_case(folder / "case", purpose="measuring", authority="nobody", pack=pack)
    watch = case.enroll(photos, progress=Silent())
    noise = np.random.default_rng(7).standard_normal((SUBJECTS - LISTED, watch.space.dim)).astype(np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    names = [f"noise {number:05d}" for number in range(len(noise))]
    picture = watch.references[0].thumbnail
    large = replace(
        watch,
        entries=(*watch.entries, *(Entry(name) for name in names)),
        references=(
            *watch.references,
            *(Reference(name, name, f"{k:064x}", 90.0, 0.9, picture) for k, name in enumerate(names)),
        ),
        templates=np.concatenate([watch.templates, noise]),
        version=0,
    )
    version = case.add_watchlist(large, case.pack_of(watch.version)).version
    case.approve(version, by="nobody", reason="for a measurement")
    point = point_for(load_pack(pack).space.mark, threshold)
    case.record_operating_point(point, name="street", reason="for a measurement", by="nobody")
    return case.folder


class Server:
    """GStreamer's RTSP server over the street; `sent` is when it sent each frame, by its count, s (monotonic)."""

    def __init__(self, file: Path, frames: int, port: int) -> None:
        script = Path(__file__).with_name("rtsp_server.py")
        self._process = subprocess.Popen(
            ["/usr/bin/python3", str(script), str(file), str(port)], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None and self._process.stdout.readline() == "ready\n"
        self.address, self.sent, self.total = f"rtsp://127.0.0.1:{port}/street", {}, 0
        self._frames = frames
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            count, at = map(int, line.split())
            self.sent[count] = at / 1e9
            self.total = count + 1

    def sent_at(self, number: int, before: float) -> float:
        """When the picture `number` was sent the last time before a moment; NaN if it was not."""
        times = [at for count, at in self.sent.items() if count % self._frames == number and at <= before]
        return max(times, default=float("nan"))

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


class Played:
    """A file that the deployment plays in real time: a picture is sent when it is due."""

    def __init__(self, file: Path) -> None:
        self.address, self.total = str(file), 0
        self._began = float("nan")

    def hear(self, looks: list[list[float]]) -> None:
        """Numbers of pictures and when each arrived: none can arrive before it is due, so the earliest says when the first was."""
        self._began = min(arrived - number / float(street.RATE) for number, arrived in looks)
        self.total = round(looks[-1][0]) + 1

    def sent_at(self, number: int, before: float) -> float:
        """When the picture `number` was due."""
        return self._began + number / float(street.RATE)

    def close(self) -> None:
        """Nothing runs."""


def watched(case: Path, address: str, out: Path, **options: Any) -> Any:
    """A deployment in this process that notes, of each alert, which picture decided, and when (s, monotonic) that one arrived,
    the alert was decided and on disk; used by the notebook in JupyterLab's kernel.
    """
    notes: dict[int, dict[str, float]] = {}  # by alert, in order
    looks: list[list[float]] = []
    look, write_alert = Station.look, Recorder._raise

    def noting(self: Station, frame: Any) -> Any:
        number, arrived = street.stamped(frame.image), time.monotonic() - (self.camera.now() - frame.t)
        looks.append([number, arrived])
        events = look(self, frame)
        for event in events:
            if isinstance(event, Raised):
                first = event.passage.start - frame.t
                notes[id(event.ticket)] = {
                    "number": number,
                    "arrived": arrived,
                    "decided": time.monotonic(),
                    "first": first,
                }
        return events

    def writing(self: Recorder, events: Any) -> None:
        write_alert(self, events)
        for _, raised in events:
            notes[id(raised.ticket)]["on disk"] = time.monotonic()

    Station.look, Recorder._raise = noting, writing  # type: ignore[method-assign]
    until = datetime.now(UTC) + timedelta(hours=2)
    live = wb.open_case(case).watch(
        f"street={address}", authorised_until=until, cooldown=0, progress=Silent(), **options
    )

    def write() -> None:
        """Every second: what is known, as one whole file."""
        while live.running:
            time.sleep(1)
            draft = out.with_suffix(".part")
            told = {"notes": [note for note in list(notes.values()) if "on disk" in note], "looks": looks[-100:]}
            draft.write_text(json.dumps(told | {"status": live.status(), "rss": rss()}))
            draft.replace(out)

    threading.Thread(target=write, daemon=True).start()
    return live


def rss() -> float:
    """MiB of this process that are in memory."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
