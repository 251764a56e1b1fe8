"""What was done to the copies of two compared pictures, in the words that are printed under them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan

from workbench.comparison import Shown
from workbench.comparison_settings import SIDES, Measure, Point, Settings, Which

__all__ = ["setting_words"]

NOUN = {"probe": "footage", "reference": "reference"}


def setting_words(settings: Settings, probe: Shown, reference: Shown) -> Iterator[str]:
    """What was done to the copies, as printed."""
    pictures: dict[Which, Shown] = {"probe": probe, "reference": reference}
    yield f"Shown {', '.join(_view(settings, pictures))}."
    tones = (f"{NOUN[which]}: {settings.side(which).tone}" for which in SIDES)
    yield f"Light and dark of the copies: {'; '.join(tones)}."
    for each in settings.measures:
        yield f"Distance in the {NOUN[each.side]}: {_distance(each, pictures[each.side].scale)}."


def _view(settings: Settings, pictures: Mapping[Which, Shown]) -> Iterator[str]:
    yield f"as overlay with {settings.mix:.0%} of the reference" if settings.mode == "overlay" else settings.mode
    if (settings.zoom, settings.x, settings.y) != (1, 0, 0):
        yield f"enlarged {settings.zoom:.2f} times and moved by {settings.x:+.2f}, {settings.y:+.2f} of the frame"
    eyes = {which: settings.eyes(which, pictures[which].eyes) for which in SIDES}
    if settings.align and all(eyes.values()):
        ways = {which: "set by hand" if settings.side(which).eyes else "found by the detector" for which in SIDES}
        said = ", ".join(f"{NOUN[which]}: {way}" for which, way in ways.items())
        yield f"eyes laid on one line and at one distance ({said})"
    if settings.grid:
        yield "with a grid of eighths"


def _distance(measure: Measure, scale: float) -> str:
    """A distance in pixels of the original; of the kept picture where nobody knows how it was made smaller."""
    where = f"from {_at(measure.start)} to {_at(measure.end)} of the kept picture"
    if isnan(scale):
        return f"{measure.px(1.0):.1f} px of the kept picture, which was made smaller by nobody knows how much, {where}"
    return f"{measure.px(scale):.1f} px of the original {'frame' if measure.side == 'probe' else 'photograph'}, {where}"


def _at(point: Point) -> str:
    return f"({point[0]:.1f}, {point[1]:.1f})"
