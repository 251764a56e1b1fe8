"""Places for files that show a face and are not sealed yet: in memory, or beside where they are going to lie; swept if a process dies."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["beside", "draft"]

MEMORY = Path("/dev/shm")  # where the system can, such a file never reaches a disk
ROOM = 256_000_000  # bytes that must be free there
DRAFTS = "second-look-draft-"
BESIDE = ".second-look-draft-"


@contextmanager
def draft(name: str) -> Iterator[Path]:
    """A path to write to, under a name that says nothing; what a killed process left is gone when the next one is made."""
    usable = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    place = MEMORY if usable else Path(tempfile.gettempdir())
    for left in (MEMORY, Path(tempfile.gettempdir())):
        _sweep(left)
    with tempfile.TemporaryDirectory(prefix=f"{DRAFTS}{os.getpid()}-", dir=place) as folder:
        yield Path(folder) / name


def _sweep(place: Path) -> None:
    for folder in place.glob(f"{DRAFTS}*"):
        owner = folder.name.removeprefix(DRAFTS).partition("-")[0]
        if owner.isdecimal() and not Path("/proc", owner).exists() and Path("/proc/self").exists():
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def beside(parent: Path) -> Iterator[Path]:
    """A folder within `parent` for what is going to take its place there, gone afterwards, and before it what killed processes left.

    Who makes one holds a lock on it, which goes with the process; where a disk knows no such locks, nothing is swept.
    """
    for left in parent.glob(f"{BESIDE}*"):
        _sweep_unheld(left)
    folder, handle = _held(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _held(parent: Path) -> tuple[Path, int]:
    """A new folder and the handle that holds it; another one if it was swept before it was held."""
    while True:
        folder = Path(tempfile.mkdtemp(dir=parent.resolve(), prefix=BESIDE))
        with suppress(FileNotFoundError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX)
            if folder.exists():
                return folder, handle
            os.close(handle)


def _sweep_unheld(folder: Path) -> None:
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(handle)
