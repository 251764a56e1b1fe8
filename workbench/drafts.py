"""Places for a file that shows a face and is not sealed: in memory where that can be, gone afterwards, swept if a process dies."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["draft"]

MEMORY = Path("/dev/shm")  # where the system can, such a file never reaches a disk
ROOM = 256_000_000  # bytes that must be free there
DRAFTS = "second-look-draft-"


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
