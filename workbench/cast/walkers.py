"""People on their way: where each walker is at any moment, how the head turns and where the stride stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workbench.cast.expression import NEUTRAL, Expression
from workbench.cast.model import Outfit
from workbench.cast.people import Person

__all__ = ["Moment", "Walker", "approaching", "crossing", "leaving"]


@dataclass(frozen=True)
class Moment:
    """A walker at one time.

    x, away : cm right of the camera's axis, cm from the camera
    facing : degrees that the body turns to the person's left; 0 walks at the camera
    yaw : degrees of the head, as the camera sees it; pitch, roll : degrees of the head
    bob : cm above standing height
    stride : radians, one full turn for two steps
    """

    x: float
    away: float
    facing: float
    yaw: float
    pitch: float
    roll: float
    bob: float
    stride: float


@dataclass(frozen=True)
class Walker:
    """Somebody on a straight way.

    person, role : who, and what the clip wants them for
    start : (x, away) cm at time 0; velocity : cm per second
    look : degrees that the head turns from the way it walks, and by how much that changes
    """

    person: Person
    start: tuple[float, float]
    velocity: tuple[float, float]
    look: float = 0.0
    sway: float = 7.0
    phase: float = 0.0
    role: str = "passer-by"
    outfit: Outfit = field(default_factory=Outfit)
    expression: Expression = NEUTRAL

    def at(self, t: float) -> Moment:
        """Where the walker is at `t` seconds."""
        x, away = self.start[0] + self.velocity[0] * t, self.start[1] + self.velocity[1] * t
        heading = float(np.degrees(np.arctan2(self.velocity[0], -self.velocity[1])))
        seen = float(np.degrees(np.arctan2(x, away)))
        facing = _turn(heading + seen)
        yaw = _turn(facing + self.look + self.sway * np.sin(0.9 * t + self.phase))
        pace = 2 * np.pi * 0.93 * t + self.phase
        return Moment(
            x=x,
            away=away,
            facing=facing,
            yaw=yaw,
            pitch=float(1 + 2.5 * np.sin(0.7 * t + self.phase)),
            roll=float(1.6 * np.sin(0.5 * t + self.phase)),
            bob=float(1.4 * np.abs(np.sin(pace)) - 0.7),
            stride=float(pace),
        )


def _turn(angle: float) -> float:
    return float((angle + 180) % 360 - 180)


def approaching(
    p: Person,
    lane: float,
    near_at: float,
    *,
    near: float = 205.0,
    speed: float = 78.0,
    look: float = 0.0,
    **more: Any,
) -> Walker:
    """Walks at the camera along `lane` (cm from the middle) and is `near` cm away at `near_at` seconds."""
    drift = 0.05 * lane
    start = (lane - drift * near_at, near + speed * near_at)
    return Walker(p, start, (drift, -speed), look, **more)


def crossing(
    p: Person, away: float, middle_at: float, *, side: int = 1, speed: float = 85.0, look: float = 0.0, **more: Any
) -> Walker:
    """Crosses the picture at `away` cm; `side` +1 walks to the right; `look` turns the head towards the camera."""
    start = (-side * speed * middle_at, away + 9 * middle_at)
    return Walker(p, start, (side * speed, -9.0), -side * look, **more)


def leaving(p: Person, lane: float, away: float, *, speed: float = 70.0, **more: Any) -> Walker:
    """Walks away from the camera; only the back of the head is seen."""
    return Walker(p, (lane, away), (0.0, speed), **more)
