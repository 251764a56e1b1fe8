"""`pack.json`: what a pack's folder says of itself, and whether its files are still the ones it spoke of."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import PackError
from workbench.models.known import KNOWN_FILES, licence_of, origin_of
from workbench.models.pack import Card, StartingThreshold

__all__ = [
    "MANIFEST",
    "SMALLEST_FACE",
    "Normalisation",
    "describe",
    "normalisation_of",
    "read",
    "verify",
    "write",
]

MANIFEST = "pack.json"
WIDEST = 10_000  # px, beyond which no smallest face is meant
SMALLEST_FACE = 32  # px; measured: strangers of 12 to 20 px score up to 0.66 against each other


@dataclass(frozen=True)
class Normalisation:
    """What a recogniser wants its pixels turned into: (pixel - mean) / std."""

    mean: float
    std: float

    def __str__(self) -> str:
        return f"mean {self.mean:g}, std {self.std:g}"


def read(folder: Path) -> dict[str, Any]:
    """The folder's pack.json as plain values, {} where there is none."""
    path = folder / MANIFEST
    if not path.exists():
        return {}
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(said, dict) or not _is_table(said.get("files", {})):
            raise ValueError("it holds no table of files with a SHA-256 each")
    except RecursionError as error:
        raise PackError(f"{folder.name}/{MANIFEST} is nested too deeply to be read; add the pack again") from error
    except (OSError, ValueError) as error:
        raise PackError(f"{folder.name}/{MANIFEST} cannot be read ({error}); add the pack again") from error
    return said


def verify(folder: Path, files: Mapping[str, str]) -> None:
    """`PackError` unless each of `files` (name -> SHA-256) is what pack.json says; a pack.json without hashes says nothing."""
    listed = read(folder).get("files", {})
    for name, found in files.items():
        if not listed or listed.get(name) == found:
            continue
        expected = f"{str(listed[name])[:12]}..." if name in listed else "nothing of this file"
        raise PackError(
            f"{folder.name}/{name} was altered: its SHA-256 is {found[:12]}..., {MANIFEST} says {expected}; "
            "fetch or add the pack again"
        )


def describe(folder: Path, name: str, files: Mapping[str, str], recogniser: str) -> Card:
    """The pack's card: what pack.json says first, then what is known of the files, then careful defaults.

    files : name -> SHA-256 of the two weight files
    recogniser : SHA-256 of the one that recognises
    """
    said, known = read(folder), KNOWN_FILES.get(recogniser)
    smallest = known.smallest_face if known and known.smallest_face else SMALLEST_FACE
    return Card(
        name=name,
        origin=str(said.get("origin") or origin_of(files)),
        licence=str(said.get("licence") or licence_of(files)),
        files=dict(files),
        smallest_face=_smallest(folder, said) or smallest,
        start=_start(folder, said) or (known.start if known else None),
        notes=_noted(folder, said),
    )


def normalisation_of(folder: Path) -> Normalisation | None:
    """The normalisation that pack.json prescribes, or None."""
    said = read(folder).get("normalisation")
    return None if said is None else _prescribed(f"{folder.name}/{MANIFEST}", said)


def write(folder: Path, card: Card, normalisation: Normalisation) -> Path:
    """Write pack.json for a pack whose files were just hashed."""
    said = {"format": 1, **card.to_dict(), "normalisation": vars(normalisation)}
    path = folder / MANIFEST
    path.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _prescribed(where: str, said: Any) -> Normalisation:
    """The normalisation in a table with a mean and a std; `PackError` where it would make numbers that compare with nothing.

    where : the file that holds the table, as it is named to people
    """
    try:
        mean, std = float(said["mean"]), float(said["std"])
        if not (math.isfinite(mean) and math.isfinite(std) and std > 0):
            raise ValueError(f"mean {mean:g}, std {std:g}")
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise PackError(
            f"{where}: normalisation needs a mean and a std, both numbers, the std above 0; correct it there"
        ) from error
    return Normalisation(mean, std)


def _is_table(files: Any) -> bool:
    return isinstance(files, dict) and all(isinstance(sha, str) for sha in files.values())


def _smallest(folder: Path, said: Mapping[str, Any]) -> int:
    """The smallest face in px, 0 where nothing is said of it."""
    side = said.get("smallest_face") or 0
    if not _is_number(side) or not 0 <= side <= WIDEST:
        raise PackError(f"{folder.name}/{MANIFEST}: smallest_face needs a width in px, 1 to {WIDEST}; correct it there")
    return int(side)


def _noted(folder: Path, said: Mapping[str, Any]) -> tuple[str, ...]:
    notes = said.get("notes") or []
    if not isinstance(notes, list):
        raise PackError(f"{folder.name}/{MANIFEST}: notes need to be a list of sentences; correct it there")
    return tuple(map(str, notes))


def _start(folder: Path, said: Mapping[str, Any]) -> StartingThreshold | None:
    start = said.get("start")
    try:
        found = None if start is None else StartingThreshold(**start)
        if found is not None and not _is_measured(found):
            raise TypeError(f"not measured: {found}")
    except TypeError as error:
        raise PackError(
            f"{folder.name}/{MANIFEST}: start needs score, fpir and listed, all numbers, and measured_on; correct it there"
        ) from error
    return found


def _is_measured(start: StartingThreshold) -> bool:
    numbers = (start.score, start.fpir, start.listed, *([] if start.stranger is None else [start.stranger]))
    return all(map(_is_number, numbers)) and isinstance(start.measured_on, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
