"""Files that are on disk as a whole or not at all, for their owner alone, or for the group that may write to their folder."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from workbench.errors import CaseError

__all__ = ["DRAFT", "folder_within", "mark", "new_file", "open_own", "open_shared", "write_whole"]

DRAFT = ".draft-"  # how names of files begin that are being written
NONE = "is a link, or no file, and is not opened: look where it leads, take it away, and see `workbench case verify`"


def write_whole(path: Path, content: bytes | memoryview) -> None:
    """Write a file, and its folder if need be; on disk before it returns, whole or not at all. An `OSError` names it, not its draft."""
    try:
        _write(path, content)
    except OSError as error:
        error.filename = str(path)
        raise


def _write(path: Path, content: bytes | memoryview) -> None:
    folder_within(path.parent)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=DRAFT)
    try:
        os.fchmod(handle, _mode(path.parent))
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def new_file(path: Path) -> int:
    """Handle of an empty file, to read and write; `FileExistsError` if there is one."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.fchmod(handle, _mode(path.parent))
    return handle


def open_shared(path: Path) -> int:
    """Handle of a file to read and write, which is made if it is not there."""
    with suppress(FileExistsError):
        return new_file(path)
    return open_own(path, os.O_RDWR)


def open_own(path: Path, how: int) -> int:
    """Handle of a file that is there; `CaseError` for a link or anything else in its place, which is left as it is.

    how : `os.O_RDONLY` or `os.O_RDWR`
    """
    try:
        handle = os.open(path, how | os.O_NOFOLLOW | os.O_NONBLOCK)  # a pipe would be waited for
    except OSError as error:
        if path.is_symlink():
            raise CaseError(f"{path} {NONE}") from error
        raise
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise CaseError(f"{path} {NONE}")


def mark(path: Path) -> None:
    """An empty file; one that is there already, whoever's it is, stays as it is."""
    if not path.exists():
        os.close(open_shared(path))


def folder_within(folder: Path) -> None:
    """Make a folder, and those above it; each as the one above it is shared, and otherwise as the system makes folders."""
    if folder.is_dir():
        return
    folder_within(folder.parent)
    folder.mkdir(exist_ok=True)
    if _shared(folder.parent):
        folder.chmod(folder.stat().st_mode | 0o2770)


def _mode(folder: Path) -> int:
    return 0o660 if _shared(folder) else 0o600


def _shared(folder: Path) -> bool:
    """Whether a group, and neither its owner alone nor everybody, may write to a folder: then what lies in it is the group's."""
    return folder.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH) == stat.S_IWGRP
