"""Two pictures compared by eye: what can be chosen, how each setting moves and changes a copy, and how it is said in print.

Everything is drawn in a frame of 1 x 1. A picture lies in it as a whole, or turned, moved and scaled so that its eyes lie on
`EYES`; zoom and shift then move both pictures alike. Points are complex numbers x + iy here, pixels from the top left corner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from math import isfinite, isnan
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError

__all__ = ["SIDES", "Comparison", "Kept", "Measure", "Settings", "Shown", "Side", "Tone", "placement"]

U8 = NDArray[np.uint8]
Which = Literal["probe", "reference"]
Mode = Literal["side by side", "overlay", "flicker"]
Point = tuple[float, float]

SIDES: tuple[Which, ...] = get_args(Which)
MODES: tuple[Mode, ...] = get_args(Mode)
NOUN = {"probe": "footage", "reference": "reference"}
EYES = (0.36 + 0.42j, 0.64 + 0.42j)  # where aligned eyes lie in the frame
ZOOM, MOST = (0.5, 16.0), 12  # how far it is enlarged; measurements on one sheet
LIMITS = {"brightness": (-0.5, 0.5), "contrast": (0.25, 4.0), "gamma": (0.25, 4.0)}


@dataclass(frozen=True)
class Shown:
    """A picture that can be chosen for one side.

    picture : PNG or JPEG bytes, never changed; copies of it are
    eyes : two points, px of the picture, left and right in it; none where they are not known
    scale : px of the picture to one px of the original; NaN where a list of an earlier version does not say
    lines : where it comes from, as printed; row : its row in the case
    """

    name: str
    picture: bytes = field(repr=False)
    row: int
    lines: tuple[str, ...] = ()
    eyes: tuple[Point, ...] = ()
    scale: float = 1.0


@dataclass(frozen=True)
class Comparison:
    """What somebody may compare of one alert: faces of its track, best first, and references of the person asked about.

    blind : that person has not judged the alert yet, so that no name and no file is told
    head : lines printed first
    """

    alert: int
    by: str
    blind: bool
    title: str
    head: tuple[str, ...]
    faces: tuple[Shown, ...]
    references: tuple[Shown, ...]


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

    def eyes(self, which: Which, shown: Shown) -> tuple[Point, ...]:
        """The eyes that count for a side: set by hand, else found by the detector, else none."""
        return self.side(which).eyes or shown.eyes

    def words(self, probe: Shown, reference: Shown) -> Iterator[str]:
        """What was done to the copies, as printed."""
        pictures: dict[Which, Shown] = {"probe": probe, "reference": reference}
        yield f"Shown {', '.join(self._view(pictures))}."
        tones = (f"{NOUN[which]}: {self.side(which).tone}" for which in SIDES)
        yield f"Light and dark of the copies: {'; '.join(tones)}."
        for each in self.measures:
            yield f"Distance in the {NOUN[each.side]}: {_distance(each, pictures[each.side].scale)}."

    def _view(self, pictures: Mapping[Which, Shown]) -> Iterator[str]:
        yield f"as overlay with {self.mix:.0%} of the reference" if self.mode == "overlay" else self.mode
        if (self.zoom, self.x, self.y) != (1, 0, 0):
            yield f"enlarged {self.zoom:.2f} times and moved by {self.x:+.2f}, {self.y:+.2f} of the frame"
        eyes = {which: self.eyes(which, pictures[which]) for which in SIDES}
        if self.align and all(eyes.values()):
            ways = {which: "set by hand" if self.side(which).eyes else "found by the detector" for which in SIDES}
            said = ", ".join(f"{NOUN[which]}: {way}" for which, way in ways.items())
            yield f"eyes laid on one line and at one distance ({said})"
        if self.grid:
            yield "with a grid of eighths"


@dataclass(frozen=True)
class Kept:
    """A comparison that was kept in the case.

    made : UTC; sha256 : of the sheet; png : the sheet, empty once its faces were deleted in time
    """

    id: int
    alert: int
    by: str
    made: datetime
    settings: Settings
    provenance: tuple[str, ...]
    sha256: str
    png: bytes = field(repr=False)

    def __repr__(self) -> str:
        gone = "" if self.png else ", its picture was deleted in time"
        return f"Kept({self.id}: alert {self.alert}, by {self.by!r}, {self.made:%Y-%m-%d %H:%M} UTC{gone})"


def placement(size: tuple[int, int], eyes: Sequence[Point], settings: Settings) -> tuple[complex, complex]:
    """`turn` and `shift`: point p of a picture of `size` (width, height) lies at turn * p + shift of the frame.

    eyes : where the picture's eyes are, or none: then the picture lies in the frame as a whole
    """
    width, height = size
    scale = 1 / max(width, height)
    turn, shift = complex(scale), 0.5 - complex(width, height) * scale / 2 + 0.5j
    if len(eyes) == 2:
        left, right = (complex(*point) for point in eyes)
        turn = (EYES[1] - EYES[0]) / (right - left)
        shift = EYES[0] - turn * left
    middle = 0.5 + 0.5j
    return settings.zoom * turn, settings.zoom * (shift - middle) + middle + complex(settings.x, settings.y)


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


def _distance(measure: Measure, scale: float) -> str:
    """A distance in pixels of the original; of the kept picture where nobody knows how it was made smaller."""
    where = f"from {_at(measure.start)} to {_at(measure.end)} of the kept picture"
    if isnan(scale):
        return f"{measure.px(1.0):.1f} px of the kept picture, which was made smaller by nobody knows how much, {where}"
    return f"{measure.px(scale):.1f} px of the original {'frame' if measure.side == 'probe' else 'photograph'}, {where}"


def _at(point: Point) -> str:
    return f"({point[0]:.1f}, {point[1]:.1f})"
