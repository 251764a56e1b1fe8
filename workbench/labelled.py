"""Pictures of people whose names are known: a folder `<subject>/<image>`, or a table of paths, checked before any work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from workbench.errors import InputError
from workbench.footage.photographs import people_in
from workbench.sheets import Row, named, read_rows

__all__ = ["MANIFEST", "Labelled", "read_labelled"]

MANIFEST = "manifest.csv"
COLUMNS = ("path", "subject", "group", "camera")


@dataclass(frozen=True)
class Labelled:
    """One picture of one person.

    name : as it was given; path : where it is
    group, camera : recorded labels, "" where not recorded; a group is one that the person stated
    """

    name: str
    path: Path
    subject: str
    group: str = ""
    camera: str = ""


def read_labelled(source: Path) -> tuple[Labelled, ...]:
    """The pictures of `source/<subject>/<image>`, of `source/manifest.csv` if there is one, or of a table of that kind.

    The table's columns are path (from the table's folder), subject and, if recorded, group and camera.
    """
    if source.is_file():
        pictures = _listed(source)
    elif source.is_dir():
        pictures = _listed(source / MANIFEST) if (source / MANIFEST).is_file() else _found(source)
    else:
        raise InputError(
            f"{source} does not exist; give a folder with one folder of pictures a person, or a {MANIFEST}"
        )
    if not pictures:
        raise InputError(f"{source} names no picture; expected {source.name}/<person>/<image>.jpg or a {MANIFEST}")
    _refuse_one_person(source, pictures)
    return tuple(pictures)


def _found(folder: Path) -> list[Labelled]:
    return [
        Labelled(f"{path.parent.name}/{path.name}", path, person)
        for person, paths in people_in(folder).items()
        for path in paths
    ]


def _listed(table: Path) -> list[Labelled]:
    rows = read_rows(table, needed=("path", "subject"), known=COLUMNS)
    pictures = [_picture(table, row) for row in rows]
    _refuse_twice(table.name, zip((line for line, _ in rows), pictures, strict=True))
    _refuse_two_groups(table.name, pictures)
    if missing := [picture.name for picture in pictures if not picture.path.is_file()]:
        raise InputError(
            f"{table.name} names {len(missing):,} of {len(pictures):,} files that do not exist: {named(missing)}; "
            f"paths start at {table.parent}"
        )
    return pictures


def _picture(table: Path, row: Row) -> Labelled:
    line, cells = row
    for column in ("path", "subject"):
        if not cells[column]:
            raise InputError(f"{table.name} line {line} has no {column}")
    group, camera = cells.get("group", ""), cells.get("camera", "")
    return Labelled(cells["path"], table.parent / cells["path"], normalize("NFC", cells["subject"]), group, camera)


def _refuse_twice(name: str, rows: Iterable[tuple[int, Labelled]]) -> None:
    first: dict[Path, int] = {}
    for line, picture in rows:
        earlier = first.setdefault(picture.path.resolve(), line)
        if earlier != line:
            raise InputError(f"{name} line {line} lists {picture.name!r} a second time (first in line {earlier})")


def _refuse_two_groups(name: str, pictures: Iterable[Labelled]) -> None:
    groups: dict[str, str] = {}
    for picture in pictures:
        known = groups.setdefault(picture.subject, picture.group)
        if known != picture.group:
            raise InputError(
                f"{name} puts {picture.subject!r} into the groups {known!r} and {picture.group!r}; keep one"
            )


def _refuse_one_person(source: Path, pictures: Iterable[Labelled]) -> None:
    people = {picture.subject for picture in pictures}
    if len(people) == 1:
        raise InputError(
            f"{source} has pictures of one person only ({people.pop()}); an evaluation needs people on the list and "
            "people who are not"
        )
