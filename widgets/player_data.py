"""What the player's page needs to know: the tracks of a run as arrays, and a clip as places, times and ranges of bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import numpy as np

from widgets.answering import Reply
from workbench.clips import Clip
from workbench.faces import clock
from workbench.footage.redact import encode_jpeg
from workbench.runs import Run

__all__ = ["about_run", "clip_message", "stills", "tracks_of"]

TRACK, NEAR, ALERT = 0, 1, 2
BLIND = "The person asked about is shown where the recogniser does not contradict; everyone else is hidden."
STILLS = 16  # pictures of a clip for a browser that cannot play it


def about_run(run: Run, title: str, says: Mapping[str, str]) -> dict[str, Any]:
    """What is the same for every track; `says` is what each footage says of itself, by its SHA-256. No name, no score."""
    sources = [
        {"name": PurePath(source.path).name, "seconds": source.seconds, "says": says.get(source.sha256, "")}
        for source in run.sources
    ]
    return {"title": title, "run": run.id, "sources": sources, "tracks": len(run.tracks)}


def tracks_of(run: Run, asked: Mapping[int, tuple[int, bool]]) -> dict[str, bytes]:
    """Every track as columns: times (T, 2) float64, what (T, 4) int32: track, footage, kind, alert or 0.

    asked : alert of a track, and whether it is a near miss
    """
    place = {source.sha256: number for number, source in enumerate(run.sources)}
    tracks = run.tracks
    kind = {track: (NEAR if near else ALERT, alert) for track, (alert, near) in asked.items()}
    rows = zip(tracks.id.tolist(), tracks.source.tolist(), strict=True)
    what = [(number, place[source], *kind.get(number, (TRACK, 0))) for number, source in rows]
    return {
        "times": np.stack([tracks.start, tracks.end], axis=1).astype("<f8").tobytes(),
        "what": np.array(what, "<i4").reshape(-1, 4).tobytes(),
    }


def clip_message(clip: Clip, *, blind: bool = False) -> Reply:
    """A clip without its video: what it shows, the time of each frame (F,) float64, the box in each (F, 4) float32.

    blind : leave out what it is about and where it comes from; its times begin at 0
    """
    places = [clip.times.astype("<f8").tobytes(), clip.box.astype("<f4").tobytes()]
    if blind:
        said = BLIND if clip.shown else f"Everyone is hidden: {clip.why}."
        names = {"kind": "clip", "clip": clip.id, "alert": 1, "bytes": len(clip.video), "said": said}
        places[0] = (clip.times - clip.start).astype("<f8").tobytes()
        return names | {"width": clip.width, "height": clip.height, "where": "", "says": ""}, places
    about = {
        "kind": "clip",
        "clip": clip.id,
        "track": clip.track,
        "alert": clip.alert,
        "bytes": len(clip.video),
        "width": clip.width,
        "height": clip.height,
        "said": clip.said(),
        "says": clip.says,
        "where": f"{clip.source}, {clock(clip.start)} to {clock(clip.end)}",
    }
    return about, places


def stills(video: bytes, frames: int) -> tuple[list[int], list[bytes]]:
    """Some frames of a clip as JPEG, evenly spread, with their numbers."""
    import av

    wanted = sorted(set(np.linspace(0, frames - 1, STILLS).round().astype(int).tolist()))
    with av.open(io.BytesIO(video)) as file:
        pictures = [
            encode_jpeg(frame.to_ndarray(format="rgb24"), side=960)
            for number, frame in enumerate(file.decode(video=0))
            if number in wanted
        ]
    return wanted[: len(pictures)], pictures
