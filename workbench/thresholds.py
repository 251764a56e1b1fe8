"""Where a threshold comes from when nobody chose one, and what a pack's cosines mean around it."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.arguments import number_of
from workbench.errors import InputError, PackError
from workbench.models.pack import Pack, StartingThreshold
from workbench.operating_point import OperatingPoint
from workbench.sentences import one_in_words, rank_words
from workbench.tracks import Scale

__all__ = ["Line", "line_for", "scale_of"]

# What holds for the ArcFace family at large; used, and said to be an assumption, where a pack was never measured.
ASSUMED = StartingThreshold(0.45, float("nan"), 0, "no data: the usual place for ArcFace-like packs", stranger=0.05)


@dataclass(frozen=True)
class Line:
    """The alert line of a run.

    threshold : cosine from which a track is an alert
    near : cosine from which it is a near miss
    source : where the threshold comes from, in words
    measured : False where it rests on an assumption
    known_by : what the keys of runs have for `source`, whose words may become better; "" where that is `source` itself
    """

    threshold: float
    near: float
    source: str
    measured: bool = True
    known_by: str = ""


def scale_of(pack: Pack) -> Scale:
    """What cosines mean in this pack: one person's from its starting threshold on, two people's below half-way to strangers."""
    start = pack.card.start or ASSUMED
    stranger = ASSUMED.stranger if start.stranger is None else start.stranger
    if not (stranger or 0.0) < start.score:
        raise PackError(
            f"{pack.card.name} says that strangers score {stranger} on average and one person's faces {start.score}; "
            "measure the pack again: workbench models add"
        )
    return Scale(same=start.score, contradict=((stranger or 0.0) + start.score) / 2)


def line_for(pack: Pack, threshold: float | OperatingPoint | None, name: str = "") -> Line:
    """The line at `threshold`, or where the pack's own measurement puts the slider; `InputError` outside -1..1.

    name : under which an operating point was recorded, "" if it was not
    """
    scale = scale_of(pack)
    if threshold is not None:
        point = threshold if isinstance(threshold, OperatingPoint) else None
        value = number_of(point.threshold if point else threshold, "the threshold")
        if not -1 <= value <= 1:
            raise InputError(f"the threshold is {value}; give a number from -1 to 1, as scores are")
        source, known_by = _measured_words(point, name) if point else ("chosen by the user", "")
        return Line(float(value), _near(float(value), scale), source, known_by=known_by)
    start = pack.card.start
    if start is None:
        words = f"assumed ({ASSUMED.measured_on}); measure your own with `workbench evaluate` before relying on it"
        return Line(ASSUMED.score, _near(ASSUMED.score, scale), words, measured=False)
    words = (
        f"where the slider starts for {pack.card.name}: FPIR {start.fpir:g} with {start.listed} people listed "
        f"({start.measured_on}); no operating point"
    )
    return Line(start.score, _near(start.score, scale), words)


def _measured_words(point: OperatingPoint, name: str) -> tuple[str, str]:
    """Which operating point, and what was measured at it: in words, and in those of the first version.

    The latter stay as they are: with others, a scan that was begun with an earlier version would not be found.
    """
    which = f"the operating point {name!r}" if name else "an operating point"
    first = f"FPIR {point.fpir_words(one_in_words)}, TPIR{rank_words(point.within)} {point.tpir_words}"
    measured = (
        f"with {point.watchlist:,} people listed, measured with {point.pack or 'an unnamed pack'} on {point.data}"
    )
    return f"{which}: {point.rates_words} {measured}", f"{which}: {first} {measured}"


def _near(threshold: float, scale: Scale) -> float:
    """Half-way from the threshold down to where faces contradict; never above the threshold."""
    return min(threshold, (threshold + scale.contradict) / 2)
