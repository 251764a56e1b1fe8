"""What is set when two pictures are compared by eye, read with suspicion: it comes from a page, and goes into evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError

__all__ = ["SIDES", "Measure", "Point", "Settings", "Side", "Tone", "Which"]

U8 = NDArray[np.uint8]
Which = Literal["probe", "reference"]
Mode = Literal["side by side", "overlay", "flicker"]
Point = tuple[float, float]

SIDES: tuple[Which, ...] = get_args(Which)
MODES: tuple[Mode, ...] = get_args(Mode)
ZOOM, MOST = (0.5, 16.0), 12  # how far it is enlarged; measurements on one sheet
LIMITS = {"brightness": (-0.5, 0.5), "contrast": (0.25, 4.0), "gamma": (0.25, 4.0)}


@dataclass(frozen=True)
class Tone:
    """How light and dark of a copy were changed: contrast about the middle, then brightness, then gamma."""

    brightness: float = 0.0
    contrast: float = 1.0
    gamma: float = 1.0

    def table(self) -> U8:
        """What each of the values 0..255 becomes, (256,).

        >>> Tone().table()[[0, 100, 255]].tolist(), int(Tone(gamma=2.0).table()[64])
        ([0, 100, 255], 128)
        """
        value = np.clip((np.arange(256) / 255 - 0.5) * self.contrast + 0.5 + self.brightness, 0, 1)
        return np.asarray(np.floor(255 * value ** (1 / self.gamma) + 0.5), np.uint8)

    def __str__(self) -> str:
        if self == Tone():
            return "as kept"
        return f"brightness {self.brightness:+.2f}, contrast {self.contrast:.2f}, gamma {self.gamma:.2f}"


@dataclass(frozen=True)
class Side:
    """One side: which of its pictures, its tone, and eyes that were set by hand, px of the picture."""

    picture: int = 0
    tone: Tone = field(default_factory=Tone)
    eyes: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Measure:
    """A distance between two points of a picture, px of the picture."""

    side: Which
    start: Point
    end: Point

    def px(self, scale: float) -> float:
        """In pixels of the original, where the picture has `scale` pixels to one of them.

        >>> Measure("probe", (0.0, 0.0), (3.0, 4.0)).px(0.5)
        10.0
        """
        return abs(complex(*self.end) - complex(*self.start)) / scale


@dataclass(frozen=True)
class Settings:
    """Everything that was set when two pictures were compared.

    mix : share of the reference in the overlay, 0..1; rate : changes a second of the flicker
    x, y : how far both were moved, in frames; zoom : how far both were enlarged
    """

    mode: Mode = "side by side"
    mix: float = 0.5
    rate: float = 1.0
    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0
    align: bool = False
    grid: bool = False
    probe: Side = field(default_factory=Side)
    reference: Side = field(default_factory=Side)
    measures: tuple[Measure, ...] = ()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Settings:
        """From plain JSON values; `InputError` for what is no setting."""
        if told.get("mode") not in MODES:
            raise InputError(f"{told.get('mode')!r} is no way to compare; there are {', '.join(MODES)}")
        measures = list(told.get("measures") or ())
        if len(measures) > MOST:
            raise InputError(f"{len(measures)} measurements; a sheet has room for {MOST}")
        return cls(
            mode=told["mode"],
            mix=_number(told, "mix", 0.5, (0, 1)),
            rate=_number(told, "rate", 1.0, (0.25, 3)),
            zoom=_number(told, "zoom", 1.0, ZOOM),
            x=_number(told, "x", 0.0, (-16, 16)),
            y=_number(told, "y", 0.0, (-16, 16)),
            align=bool(told.get("align")),
            grid=bool(told.get("grid")),
            probe=_side(told.get("probe") or {}),
            reference=_side(told.get("reference") or {}),
            measures=tuple(_measure(each) for each in measures),
        )

    def side(self, which: Which) -> Side:
        """What is set for one side."""
        return self.probe if which == "probe" else self.reference

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)

    def eyes(self, which: Which, found: tuple[Point, ...]) -> tuple[Point, ...]:
        """The eyes that count for a side: set by hand, else those `found` by the detector, else none."""
        return self.side(which).eyes or found


def _number(told: Mapping[str, Any], name: str, usual: float, limits: tuple[float, float]) -> float:
    value = told.get(name, usual)
    if not isinstance(value, int | float) or not isfinite(value) or not limits[0] <= value <= limits[1]:
        raise InputError(f"{name} is {value!r}; give a number from {limits[0]:g} to {limits[1]:g}")
    return float(value)


def _side(told: Mapping[str, Any]) -> Side:
    picture, tone = told.get("picture", 0), told.get("tone") or {}
    if not isinstance(picture, int) or picture < 0:
        raise InputError(f"picture is {picture!r}; give its place, from 0")
    usual = Tone()
    values = {name: _number(tone, name, getattr(usual, name), limits) for name, limits in LIMITS.items()}
    eyes = tuple(_point(each) for each in told.get("eyes") or ())
    if len(eyes) not in (0, 2) or (eyes and eyes[0] == eyes[1]):
        raise InputError("set two eyes that do not lie on each other, or none")
    return Side(picture, Tone(**values), eyes)


def _measure(told: Mapping[str, Any]) -> Measure:
    if told.get("side") not in SIDES:
        raise InputError(f"{told.get('side')!r} is no side to measure on; there are {', '.join(SIDES)}")
    return Measure(told["side"], _point(told.get("start")), _point(told.get("end")))


def _point(told: Any) -> Point:
    if (
        isinstance(told, list | tuple)
        and len(told) == 2
        and all(isinstance(n, int | float) and isfinite(n) for n in told)
    ):
        return float(told[0]), float(told[1])
    raise InputError(f"{told!r} is no point; give x and y in pixels of the picture")
