"""How a deployment is doing, as plain values: for a board, a command line, or another process."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.errors import InputError
from workbench.live.recorder import Recorder
from workbench.live.station import Station

if TYPE_CHECKING:
    from workbench.live.watching import Watching

__all__ = ["News", "place_in", "status_of"]


@dataclass(frozen=True)
class News:
    """What a board shows.

    number : grows with everything that cannot wait, such as an alert that is on disk
    status : see `status_of`; pictures : by camera, its number and JPEG bytes, every face hidden but those under alert
    """

    number: int
    status: Mapping[str, Any]
    pictures: Mapping[str, tuple[int, bytes]] = field(default_factory=dict, repr=False)


def status_of(watching: Watching, stations: Sequence[Station], recorder: Recorder) -> dict[str, Any]:
    """State, times, counts and the health of every camera."""
    plan = watching.plan
    return {
        "deployment": watching.number,
        "running": watching.running,
        "why": watching.why,
        "trouble": recorder.trouble,
        "until": plan.until.isoformat(),
        "threshold": watching.threshold,
        "point": plan.point,
        "faces": recorder.faces,
        "compared": recorder.compared,
        "alerts": recorder.alerts,
        "repeats": recorder.repeats,
        "cameras": [_camera(station) for station in stations],
    }


def place_in(names: Sequence[str], camera: str) -> int:
    """Which of a deployment's cameras that is; `InputError` if none."""
    if camera not in names:
        raise InputError(f"no camera of this deployment is called {camera!r}; there are {', '.join(map(repr, names))}")
    return names.index(camera)


def _camera(station: Station) -> dict[str, Any]:
    health, watched, picture = station.camera.health, station.watched, station.picture
    broken = [gap for gap in health.gaps if gap.end is None]
    return {
        "name": watched.name,
        "connected": health.connected,
        "ended": station.camera.ended,
        "fps": _number(health.fps),
        "age": _number(health.age),
        "frames": watched.frames,
        "taken": watched.taken,
        "dropped": watched.dropped,
        "corrupt": watched.corrupt,
        "late": _number(watched.late),
        "late_p95": _number(watched.late_p95),
        "light": _number(picture.light),
        "sharpness": _number(picture.sharpness),
        "moved": picture.moved,
        "gaps": len(health.gaps),
        "gap": broken[-1].reason if broken else "",
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 3)
