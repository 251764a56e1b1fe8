"""Two pictures compared by eye: what can be chosen, where a picture lies in its frame, and what was kept.

Everything is drawn in a frame of 1 x 1. A picture lies in it as a whole, or turned, moved and scaled so that its eyes lie on
`EYES`; zoom and shift then move both pictures alike. Points are complex numbers x + iy here, pixels from the top left corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from workbench.comparison_settings import Point, Settings

__all__ = ["Comparison", "Kept", "Shown", "placement"]

EYES = (0.36 + 0.42j, 0.64 + 0.42j)  # where aligned eyes lie in the frame


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
