"""SHA-256 of files, and the proof that a file did not change while it was read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import FootageError, InputError

__all__ = ["Seal", "sha256_of", "sha256_of_listing"]


def sha256_of(path: Path | str) -> str:
    """SHA-256 of a file's bytes, 64 hexadecimal digits; the file is streamed, never loaded whole."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            f"{path.name!r} cannot be read ({error.strerror}); check the name and the permissions"
        ) from None


@dataclass(frozen=True)
class Seal:
    """What a file looked like when it was hashed: its hash, size and time of change.

    sha256 : 64 hexadecimal digits
    size : bytes
    modified : nanoseconds since 1970
    """

    path: Path
    sha256: str
    size: int
    modified: int

    @classmethod
    def of(cls, path: Path) -> Seal:
        """Hash the file; `FootageError` if it changes meanwhile."""
        before = path.stat()
        seal = cls(path, sha256_of(path), before.st_size, before.st_mtime_ns)
        if not seal._looks_same():
            raise FootageError(_changed(path))
        return seal

    def check(self) -> None:
        """`FootageError` if the bytes are no longer those that were hashed (a mere `touch` is forgiven)."""
        if not self._looks_same() and not (self.path.is_file() and sha256_of(self.path) == self.sha256):
            raise FootageError(_changed(self.path))

    def _looks_same(self) -> bool:
        try:
            now = self.path.stat()
        except OSError:
            return False
        return (now.st_size, now.st_mtime_ns) == (self.size, self.modified)


def sha256_of_listing(seals: Iterable[Seal]) -> str:
    """SHA-256 over names and contents, as `sha256sum -- * | sha256sum` in the folder would say it.

    Names are sorted by their bytes: the order in which the folder lists them makes no difference.
    """
    lines = (
        f"{seal.sha256}  {seal.path.name}\n" for seal in sorted(seals, key=lambda seal: os.fsencode(seal.path.name))
    )
    return hashlib.sha256(os.fsencode("".join(lines))).hexdigest()


def _changed(path: Path) -> str:
    return f"{path.name!r} changed while it was being read; wait until the recording or copy is finished, then open it again"
