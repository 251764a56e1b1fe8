"""Opening a zip that a stranger made: nothing leaves the folder, nothing is linked, nothing swells beyond its bounds."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from workbench.errors import PackError

__all__ = ["BOUNDS", "Bounds", "unpack"]

GIB = 1024**3
CHUNK = 1024**2


@dataclass(frozen=True)
class Bounds:
    """What an honest pack never reaches.

    members : number of files and folders
    one, total : bytes of one file, and of all, unpacked
    ratio : unpacked over packed, of one file; weights hardly shrink at all
    """

    members: int = 200
    one: int = 2 * GIB
    total: int = 4 * GIB
    ratio: float = 200.0


BOUNDS = Bounds()


def unpack(archive: Path, folder: Path, bounds: Bounds = BOUNDS) -> Path:
    """Unpack `archive` into the new `folder`, whole or not at all; `PackError` names the first thing that is wrong."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unpacking-") as scratch:
        try:
            with zipfile.ZipFile(archive) as opened:
                _check(archive.name, opened.infolist(), bounds)
                for member in opened.infolist():
                    _write(opened, member, Path(scratch) / "pack", bounds)
        except PackError:
            raise
        except Exception as error:  # a dozen classes without a common base, of zipfile and of what it decompresses with
            raise PackError(f"{archive.name} is not a zip that can be opened ({error}); download it again") from error
        return settle(Path(scratch) / "pack", folder)


def settle(ready: Path, folder: Path) -> Path:
    """Move a finished folder to its place in one step; where somebody else was faster, theirs stays."""
    ready.mkdir(exist_ok=True)
    try:
        ready.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(ready)
    return folder


def _check(name: str, members: list[zipfile.ZipInfo], bounds: Bounds) -> None:
    if len(members) > bounds.members:
        raise PackError(
            f"{name} holds {len(members)} files, more than the {bounds.members} of any pack; it is not opened"
        )
    if sum(member.file_size for member in members) > bounds.total:
        raise PackError(f"{name} unpacks to more than {bounds.total // CHUNK} MiB; it is not opened")
    seen: set[str] = set()
    for member in members:
        if trouble := _trouble(member, bounds) or ("it is there twice" if member.filename in seen else ""):
            raise PackError(f"{name} is not opened: {member.filename!r}: {trouble}")
        seen.add(member.filename)


def _trouble(member: zipfile.ZipInfo, bounds: Bounds) -> str:
    """What is wrong with one member, or ""."""
    path, mode = PurePosixPath(member.filename), member.external_attr >> 16
    if path.is_absolute() or ".." in path.parts or "\\" in member.filename or ":" in member.filename:
        return "its path leaves the folder"
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0):
        return "it is a link or a device, not a file"
    if member.file_size > bounds.one:
        return f"it unpacks to more than {bounds.one // CHUNK} MiB"
    if member.file_size > bounds.ratio * max(member.compress_size, 1):
        return f"it swells more than {bounds.ratio:g} times"
    return ""


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, bounds: Bounds) -> None:
    """One member, counted as it is read: the size in a zip's table is only a claim."""
    place = folder / member.filename
    if member.is_dir():
        place.mkdir(parents=True, exist_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with opened.open(member) as source, place.open("wb") as sink:
        while chunk := source.read(CHUNK):
            written += len(chunk)
            if written > min(bounds.one, member.file_size):
                raise PackError(f"{member.filename!r} unpacks to more than it says; the archive is not opened")
            sink.write(chunk)
