"""Who passes in which clip, and when: the table of a walk-past, read and checked against the footage that it names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from unicodedata import normalize

from workbench.errors import InputError
from workbench.footage import Footage, open_footage
from workbench.sheets import Row, columns_of, named, read_rows
from workbench.truth import Walk, read_walks

__all__ = ["Clip", "Planted", "read_walk_past"]

FRAMES, SECONDS, ZONE = ("first_frame", "last_frame"), ("start", "end"), ("x1", "y1", "x2", "y2")
COLUMNS = ("clip", "person", *FRAMES, *SECONDS, *ZONE, "group", "camera", "face_px", "note")
SEVERAL = re.compile(r"(.*?)([0-9]+)\.\.([0-9]+)")
MOST = 1000  # people of one row

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Planted:
    """One pass that is known to have happened.

    start, end : seconds on the footage's clock
    zone : x1, y1, x2, y2 px within which the middle of the face stays, or None; walk : the face's box at each time, or None
    """

    person: str
    start: float
    end: float
    zone: Box | None = None
    walk: Walk | None = None
    group: str = ""
    camera: str = ""


@dataclass(frozen=True)
class Clip:
    """Footage and everybody who is known to pass in it."""

    footage: Footage
    planted: tuple[Planted, ...]


def read_walk_past(truth: Path, footage: Path | str | Sequence[Path | str] | None = None) -> tuple[Clip, ...]:
    """The clips that `truth` names, opened, with their passes; see `evaluating.evaluate_footage` for both arguments."""
    if {"t", "visible"} <= set(columns_of(truth)):
        return (_walked(truth, footage),)
    rows = read_rows(truth, needed=("clip", "person"), known=COLUMNS)
    by_clip: dict[str, list[Row]] = defaultdict(list)
    for line, cells in rows:
        if not cells["clip"]:
            raise InputError(f"{truth.name} line {line} names no clip")
        by_clip[cells["clip"]].append((line, cells))
    if not by_clip:
        raise InputError(f"{truth.name} has no rows; it says who is in which clip, one pass a row")
    paths = _paths(truth, list(by_clip), footage)
    return tuple(_clip(truth.name, open_footage(paths[clip]), own) for clip, own in by_clip.items())


def _walked(truth: Path, footage: Path | str | Sequence[Path | str] | None) -> Clip:
    """The one clip of a table of boxes."""
    files = [footage] if isinstance(footage, Path | str) else list(footage or ())
    if len(files) != 1:
        raise InputError(f"{truth.name} has boxes for one clip, and {len(files)} were given; name the clip")
    walks = read_walks(truth)
    planted = (Planted(walk.person, float(walk.t[0]), float(walk.t[-1]), walk=walk) for walk in walks)
    return Clip(open_footage(files[0]), tuple(planted))


def _paths(truth: Path, clips: Sequence[str], footage: Path | str | Sequence[Path | str] | None) -> Mapping[str, Path]:
    """Where each clip is."""
    if footage is None or (isinstance(footage, Path | str) and Path(footage).is_dir()):
        folder = truth.parent if footage is None else Path(footage)
        paths = {clip: folder / clip for clip in clips}
    else:
        files = [footage] if isinstance(footage, Path | str) else footage
        paths = {Path(file).name: Path(file) for file in files}
        if unnamed := [name for name in paths if name not in clips]:
            raise InputError(
                f"{truth.name} does not say who is in {named(unnamed)}; add a row for it, without a person if nobody is"
            )
    if missing := [clip for clip in clips if clip not in paths or not paths[clip].exists()]:
        raise InputError(f"{truth.name} names clips that are not there: {named(missing)}")
    return paths


def _clip(name: str, footage: Footage, rows: Iterable[Row]) -> Clip:
    planted = [each for row in rows for each in _passes(name, footage, row)]
    _refuse_overlap(name, footage, planted)
    return Clip(footage, tuple(planted))


def _passes(name: str, footage: Footage, row: Row) -> list[Planted]:
    """What a row says: nobody, one person, or several with numbers such as `guest_1..4`."""
    line, cells = row
    where = f"{name} line {line}"
    if not cells["person"]:
        return []
    start, end = _times(where, footage, cells)
    about = {"zone": _zone(where, cells), "group": cells.get("group", ""), "camera": cells.get("camera", "")}
    people = _people(where, normalize("NFC", cells["person"]))
    return [Planted(person, start, end, **about) for person in people]  # type: ignore[arg-type]


def _people(where: str, text: str) -> list[str]:
    """The people whom a cell names, numbered as wide as the first number is written.

    >>> _people("line 2", "guest_1..3"), _people("line 2", "guest_09..10"), _people("line 2", "Ada")
    (['guest_1', 'guest_2', 'guest_3'], ['guest_09', 'guest_10'], ['Ada'])
    """
    several = SEVERAL.fullmatch(text)
    if several is None:
        return [text]
    first, last = (int(number[-9:]) for number in several.groups()[1:])
    if last - first >= MOST or max(map(len, several.groups()[1:])) > 9:
        raise InputError(
            f"{where}: {text[:60]!r} names more than {MOST:,} people; check the numbers, or write several rows"
        )
    if first > last:
        raise InputError(f"{where}: {text!r} names nobody; write the lower number first, such as guest_1..4")
    return [f"{several[1]}{number:0{len(several[2])}}" for number in range(first, last + 1)]


def _times(where: str, footage: Footage, cells: Mapping[str, str]) -> tuple[float, float]:
    """First and last moment in seconds; the whole clip where the row does not say."""
    begin, finish = footage.start, footage.start + footage.seconds
    by_frame = [_number(where, column, cells.get(column, "")) for column in FRAMES]
    by_clock = [_number(where, column, cells.get(column, "")) for column in SECONDS]
    if any(given is not None for given in by_frame) and any(given is not None for given in by_clock):
        raise InputError(f"{where} gives frames and seconds; give one of them")
    first, last = (_shown(where, footage, frame) for frame in by_frame)
    start = next((t for t in (first, by_clock[0]) if t is not None), begin)
    end = next((t for t in (last, by_clock[1]) if t is not None), finish)
    if not begin <= start <= end <= finish + 1:
        raise InputError(
            f"{where}: {start:g} to {end:g} s is no part of {footage.path.name}, which is {begin:g} to {finish:g} s"
        )
    return start, end


def _shown(where: str, footage: Footage, frame: float | None) -> float | None:
    """When a frame is shown."""
    if frame is None:
        return None
    if frame != int(frame) or not 0 <= frame < footage.frame_count:
        raise InputError(f"{where}: there is no frame {frame:g} in {footage.path.name}; it has {footage.frame_count:,}")
    return float(footage.timeline.t(int(frame)))


def _zone(where: str, cells: Mapping[str, str]) -> Box | None:
    corners = [_number(where, column, cells.get(column, "")) for column in ZONE]
    given = [corner for corner in corners if corner is not None]
    if not given:
        return None
    if len(given) < 4 or given[0] >= given[2] or given[1] >= given[3]:
        raise InputError(f"{where}: x1, y1, x2, y2 are no box; give the left, top, right and bottom edge in pixels")
    return given[0], given[1], given[2], given[3]


def _number(where: str, column: str, text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{where}: {column} is {text!r}, which is no number") from None


def _refuse_overlap(name: str, footage: Footage, planted: Iterable[Planted]) -> None:
    """Nobody passes twice at once: a row that is there twice would be counted twice."""
    for one, other in pairwise(sorted(planted, key=lambda each: (each.person, each.start))):
        if one.person == other.person and other.start <= one.end:
            raise InputError(
                f"{name} has {one.person!r} twice in {footage.path.name} at {other.start:g} s; keep one row a pass"
            )
