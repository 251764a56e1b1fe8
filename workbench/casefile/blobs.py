"""Pictures of a case, one sealed file each, named by a hash of what is in it."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path

from workbench.abreast import abreast
from workbench.casefile.folder import LETTERS, PICTURE, content_of, folders_in, made_in, opened_folder, remove
from workbench.casefile.sealing import PLAIN, Sealing
from workbench.casefile.whole import DRAFT, write_whole
from workbench.errors import CaseError

__all__ = ["DRAFT", "Blobs", "write_whole"]

UNREADABLE = (errno.EIO, errno.EACCES, errno.ESTALE)  # what is wrong with one file, and not with the machine
TOGETHER = 8  # files that wait for the disk at once


class Blobs:
    """A folder of files `ab/abcdef...`; the same content is stored once.

    sealing : what the content goes through on its way to the disk and back
    """

    def __init__(self, folder: Path, sealing: Sealing = PLAIN) -> None:
        self._folder = folder
        self.sealing = sealing

    def _path(self, name: str) -> Path:
        if not PICTURE.fullmatch(str(name)):
            raise CaseError(
                f"{_what(str(name))} has a name that no picture has: its row was altered; restore it from a backup"
            )
        return self._folder / name[:2] / name

    def put(self, content: bytes) -> str:
        """Store, and return the name; on disk before it returns, whole or not at all."""
        name = self.sealing.name(content)
        path = self._path(name)
        for each in (path.parent, path):
            if each.is_symlink():
                raise CaseError(f"{each} is a link, and nothing was written through it; see `workbench case verify`")
        if not path.exists():
            write_whole(path, self.sealing.seal(_what(name), content))
        return name

    def put_all(self, makers: Sequence[Callable[[], bytes]]) -> list[str]:
        """Make several, and store them; their names, in order. Neither making nor the disk of one waits for another."""
        with closing(abreast(lambda make: self.put(make()), makers, min(len(makers), TOGETHER))) as names:
            return list(names)

    def under(self, sealing: Sealing) -> Blobs:
        """The same folder, sealed otherwise."""
        return Blobs(self._folder, sealing)

    def get(self, name: str) -> bytes:
        """The content, checked against its name; nothing for "", the name that a deleted picture leaves."""
        if not name:
            return b""
        try:
            content = self.sealing.open(_what(name), content_of(self._path(name)))
        except FileNotFoundError:
            raise CaseError(f"{_what(name)} is missing from the case; restore it from a backup") from None
        except OSError as error:
            if error.errno not in UNREADABLE:
                raise
            words = f"{_what(name)} of the case cannot be read ({error.strerror})"
            raise CaseError(f"{words}; look after the disk and the file's mode, or restore it from a backup") from error
        if self.sealing.name(content) != name:
            raise CaseError(f"{_what(name)} of the case was altered; restore it from a backup")
        return content

    def names(self) -> set[str]:
        """Names of all files that are there and that this program gave, drafts too; what lies behind links is none of ours."""
        found: set[str] = set()
        with opened_folder(self._folder) as top:
            for letters in folders_in(top, LETTERS):
                with opened_folder(letters, top) as part:
                    found |= made_in(part, PICTURE)
        return found

    def sweep(self, used: Iterable[str]) -> int:
        """Delete what no row refers to (left by a killed process); returns how many files went. Nothing but what `names` gives."""
        keep, gone = set(used), 0
        with opened_folder(self._folder) as top:
            for letters in folders_in(top, LETTERS):
                with opened_folder(letters, top) as part:
                    gone += remove(part, PICTURE, keep)
        return gone


def _what(name: str) -> str:
    return f"picture {name[:12]}"
