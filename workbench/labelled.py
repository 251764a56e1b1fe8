"""Pictures of people whose names are known: a folder `<subject>/<image>`, or a table of paths, checked before any work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from workbench.counts import count
from workbench.errors import InputError
from workbench.footage.photographs import left_out, people_in
from workbench.sheets import Row, named, read_rows

__all__ = ["MANIFEST", "Labelled", "Pictures", "read_labelled"]

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


class Pictures(tuple[Labelled, ...]):
    """Labelled pictures of one source; `notes` : what a reader must know of it, a sentence each."""

    notes: tuple[str, ...] = ()


def read_labelled(source: Path) -> Pictures:
    """The pictures of `source/<subject>/<image>`, of `source/manifest.csv` if there is one, or of a table of that kind.

    The table's columns are path (from the table's folder), subject and, if recorded, group and camera. What lies in a
    folder and is not read is noted; of a table nothing is, as it names what is meant.
    """
    table = source / MANIFEST if source.is_dir() else source
    if table.is_file():
        pictures = Pictures(_listed(table))
    elif source.is_dir():
        pictures = Pictures(_found(source))
    else:
        raise InputError(
            f"{source} does not exist; give a folder with one folder of pictures a person, or a {MANIFEST}"
        )
    if not pictures:
        raise InputError(f"{source} names no picture; expected {source.name}/<person>/<image>.jpg or a {MANIFEST}")
    _refuse_one_person(source, pictures)
    pictures.notes = (*(() if table.is_file() else _not_read(source)), *_alike(pictures))
    return pictures


def _found(folder: Path) -> list[Labelled]:
    return [
        Labelled(f"{path.parent.name}/{path.name}", path, person)
        for person, paths in people_in(folder).items()
        for path in paths
    ]


def _not_read(folder: Path) -> list[str]:
    """What lies in the folder and is not read, a sentence for each reason."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in left_out(folder):
        found[each.reason.split(";")[0]].append(each.file)
    found["is a link to nothing"] += _dangling(folder)
    place = folder.resolve().name  # "." has no name
    return [
        f"{count(len(names), 'thing')} in {place} not read ({reason}): {named(names)}"
        for reason, names in found.items()
        if names
    ]


def _dangling(folder: Path) -> list[str]:
    """Links, among the people and among their pictures, to what is not there; hidden ones are none of ours."""
    paths = sorted([*folder.glob("[!.]*"), *folder.glob("[!.]*/[!.]*")])
    return [path.relative_to(folder).as_posix() for path in paths if path.is_symlink() and not path.exists()]


def _alike(pictures: Iterable[Labelled]) -> list[str]:
    """People whose names differ only in case: one person, as likely as not."""
    spelled: dict[str, set[str]] = defaultdict(set)
    for picture in pictures:
        spelled[picture.subject.casefold()].add(picture.subject)
    return [
        f"the names {named(sorted(names))} differ only in case and are taken for different people"
        for names in spelled.values()
        if len(names) > 1
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
