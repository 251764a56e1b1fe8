"""What may lie in a case's folder: files and folders under the names that this program gives, and no link among them.

Who can write to the folder can put a link there, and what is written or deleted through it lies elsewhere. The folder itself
may be reached through a link, as may footage; of other people's files beside ours nothing is asked.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from workbench.casefile.address import FILE as ROWS
from workbench.casefile.faults import DATABASE
from workbench.casefile.whole import DRAFT, open_own
from workbench.errors import CaseError

__all__ = [
    "LETTERS",
    "PICTURE",
    "SHARD",
    "Odd",
    "content_of",
    "folders_in",
    "made_in",
    "odd_things",
    "opened_folder",
    "refuse_database_links",
    "refuse_links",
    "remove",
]

LETTERS, PICTURE = re.compile("[0-9a-f]{2}"), re.compile("[0-9a-f]{64}")
SHARD = re.compile(r"[0-9a-f]{32}\.(tracks|faces)")
FOLDERS = ("blobs", "scores", "shards")
FILES = (".lock", ".deleting", ".moving")
LARGEST = 1 << 30  # bytes of one file that is read as a whole
LINK = "is a link, and leads out of what this program wrote"
SPECIAL = "is neither a file nor a folder"


class Odd(NamedTuple):
    """Something that this program did not put there.

    name : within the case; how : what is odd about it; leads : whether what is written or read there may lie elsewhere
    """

    name: str
    how: str
    leads: bool


def content_of(file: Path, most: int = LARGEST) -> bytes:
    """All of a file of the case. `FileNotFoundError` without it; `CaseError` if it is a link, no file, or too large."""
    try:
        handle = open_own(file, os.O_RDONLY)
    except NotADirectoryError as error:  # of a folder on the way
        raise FileNotFoundError(str(file)) from error
    with os.fdopen(handle, "rb") as opened:
        if (size := os.fstat(handle).st_size) > most:
            raise CaseError(f"{file} is larger than this program writes any; restore it from a backup")
        return opened.read(size)  # as much memory is asked for


@contextmanager
def opened_folder(name: Path | str, within: int | None = None) -> Iterator[int | None]:
    """Handle of a folder, by its name in an open one if that is given; None if there is none, or a link in its place."""
    handle = None
    try:
        handle = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=within)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            raise
    try:
        yield handle
    finally:
        if handle is not None:
            os.close(handle)


def folders_in(handle: int | None, pattern: re.Pattern[str]) -> list[str]:
    """Names of the folders in an open one that are as `pattern` says; no links."""
    return [
        each.name for each in _entries(handle) if pattern.fullmatch(each.name) and each.is_dir(follow_symlinks=False)
    ]


def made_in(handle: int | None, pattern: re.Pattern[str]) -> set[str]:
    """Names of the files in an open folder that are as `pattern` says, or drafts of such; no links."""
    return {
        each.name
        for each in _entries(handle)
        if (pattern.fullmatch(each.name) or each.name.startswith(DRAFT)) and each.is_file(follow_symlinks=False)
    }


def remove(handle: int | None, pattern: re.Pattern[str], keep: Collection[str]) -> int:
    """Delete the files of `made_in`, but those to be kept; returns how many went."""
    gone = made_in(handle, pattern).difference(keep)
    for name in gone:
        os.unlink(name, dir_fd=handle)
    return len(gone)


def _entries(handle: int | None) -> Iterator[os.DirEntry[str]]:
    if handle is not None:
        with os.scandir(handle) as entries:
            yield from entries


def odd_things(folder: Path) -> Iterator[Odd]:
    """Links among the names of a case, what is neither a file nor a folder, and names among its pictures that it never gives."""
    yield from _odd_names(folder)
    for name in FOLDERS:
        if (folder / name).is_symlink():
            continue
        with opened_folder(folder / name) as handle:
            if name == "blobs":
                yield from _odd_pictures(handle)
            else:
                yield from _odd_in(handle, name, made_in(handle, SHARD) if name == "shards" else None)


def refuse_links(folder: Path, *, all_of_it: bool = False) -> None:
    """Refuse to write where a name of the case is a link.

    all_of_it : look at each file as well, which takes a moment for each 10,000; for who is going to delete
    """
    _refuse(folder, odd_things(folder) if all_of_it else _odd_names(folder))


def refuse_database_links(folder: Path) -> None:
    """Refuse a database that is a link, or has one beside it: SQLite would write where it leads."""
    _refuse(folder, (each for each in _odd_names(folder) if each.name.startswith(DATABASE)))


def _refuse(folder: Path, found: Iterator[Odd]) -> None:
    for each in found:
        if each.leads:
            raise CaseError(
                f"{folder / each.name} {each.how}; nothing was written or deleted: look where it leads, take it away, and "
                f"see `workbench case verify`"
            )


def _odd_names(folder: Path) -> Iterator[Odd]:
    with opened_folder(folder.resolve()) as handle:
        for entry in sorted(_entries(handle), key=lambda entry: entry.name):
            if entry.name in (*FOLDERS, *FILES) or entry.name.startswith((DATABASE, ROWS)):
                yield from _kind(entry, entry.name)


def _kind(entry: os.DirEntry[str], name: str) -> Iterator[Odd]:
    if entry.is_symlink():
        yield Odd(name, LINK, True)
    elif not (entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False)):
        yield Odd(name, SPECIAL, True)


def _odd_in(handle: int | None, name: str, known: Collection[str] | None = None) -> Iterator[Odd]:
    """What is odd in one open folder; `known`: the names that may be there, None if others look at that."""
    for entry in sorted(_entries(handle), key=lambda entry: entry.name):
        kind = list(_kind(entry, f"{name}/{entry.name}"))
        yield from kind
        if not kind and known is not None and entry.name not in known:
            yield Odd(f"{name}/{entry.name}", "was added: this program gives no such name", False)


def _odd_pictures(handle: int | None) -> Iterator[Odd]:
    known = folders_in(handle, LETTERS)
    yield from _odd_in(handle, "blobs", known)
    for letters in sorted(known):
        with opened_folder(letters, handle) as part:
            made = {name for name in made_in(part, PICTURE) if name.startswith((letters, DRAFT))}
            yield from _odd_in(part, f"blobs/{letters}", made)
