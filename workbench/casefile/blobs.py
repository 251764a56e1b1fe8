"""Pictures of a case, one file each, named by the SHA-256 of what is in it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from workbench.errors import CaseError

__all__ = ["DRAFT", "Blobs", "write_whole"]

DRAFT = ".draft-"  # how names of files begin that are being written


class Blobs:
    """A folder of files `ab/abcdef...`; the same content is stored once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def put(self, content: bytes) -> str:
        """Store, and return the name; on disk before it returns, whole or not at all."""
        name = hashlib.sha256(content).hexdigest()
        path = self._path(name)
        if not path.exists():
            write_whole(path, content)
        return name

    def get(self, name: str) -> bytes:
        """The content, checked against its name."""
        try:
            content = self._path(name).read_bytes()
        except FileNotFoundError:
            raise CaseError(f"picture {name[:12]} is missing from the case; restore it from a backup") from None
        if hashlib.sha256(content).hexdigest() != name:
            raise CaseError(f"picture {name[:12]} of the case was altered; restore it from a backup")
        return content

    def sweep(self, used: Iterable[str]) -> int:
        """Delete what no row refers to (left by a killed process); returns how many files went."""
        keep, gone = set(used), 0
        for path in self._folder.glob("??/*"):
            if path.name not in keep:
                path.unlink()
                gone += 1
        return gone


def write_whole(path: Path, content: bytes | memoryview) -> None:
    """Write a file, and its folder if need be; on disk before it returns, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=DRAFT)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
