"""A folder of people's photographs, `<person>/<image>`: what is read, and what lies there and is not, each with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

from workbench.errors import InputError
from workbench.footage.images import is_photograph, photographs_in
from workbench.watchlist import Rejected

__all__ = ["is_beside", "left_out", "people_in"]

_BESIDE = frozenset(".csv .db .ini .json .md .txt .xml .xmp".split())  # what cameras and people lay beside photographs


def people_in(photos: Path) -> dict[str, list[Path]]:
    """The photographs of each person, by name in order; a person without one has an empty list."""
    if not photos.exists():
        raise InputError(f"{photos} does not exist; give the folder that holds one folder a person")
    if not photos.is_dir():
        raise InputError(f"{photos} is a file; give the folder that holds one folder a person")
    found: dict[str, list[Path]] = {}
    for folder in _folders(photos):
        found.setdefault(normalize("NFC", folder.name), []).extend(photographs_in(folder))
    return found


def left_out(photos: Path) -> list[Rejected]:
    """What lies in the folder of `people_in` and is not read, each with what to do about it."""
    loose = "lies beside the folders; put it into the person's folder"
    found = [Rejected(path.name, loose) for path in photographs_in(photos)]
    return found + [each for folder in _folders(photos) for each in _of_person(folder)]


def _of_person(folder: Path) -> Iterator[Rejected]:
    inner = [each for each in _folders(folder) if photographs_in(each)]
    for each in inner:
        yield Rejected(f"{folder.name}/{each.name}", f"is a folder; move its pictures up into {folder.name}")
    others = [path for path in sorted(folder.iterdir()) if _strange(path)]
    for path in others:
        yield Rejected(f"{folder.name}/{path.name}", "is no picture that can be read; save it as a JPEG or PNG")
    if not photographs_in(folder) and not inner and not others:
        yield Rejected(f"{folder.name}/", "has no picture; put one in, or take the folder away")


def is_beside(path: Path) -> bool:
    """Whether nobody would take this for a picture: hidden, or a note or table beside pictures."""
    return path.name.startswith(".") or path.suffix.lower() in _BESIDE


def _strange(path: Path) -> bool:
    """Whether somebody may think that this file is enrolled, and it is not."""
    return path.is_file() and not is_beside(path) and not is_photograph(path)


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
