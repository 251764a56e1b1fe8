"""The last head of a case's log that this machine has seen, kept outside the case: so that a whole case put back is noticed,
and a seal that was taken off.

One small file a sealed case and place, beside the keys. It never holds more than a count, a hash, and the place. A copy of the case
somewhere else has a memory of its own. Nothing here forgets by itself: who puts another case where a sealed one was, and means
it, deletes the files (`files_of`).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from workbench.casefile.keys import folder_of_keys

__all__ = ["Seen", "files_of", "others", "recall", "remember", "was_sealed"]

LEFT = 60  # s after which a draft is nobody's any more


class Seen(NamedTuple):
    """How long the log was, and the hash of its last entry then."""

    entries: int
    hash: str


def _place(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]


def _file(case: str, folder: Path) -> Path:
    return folder_of_keys() / f"{case}-{_place(folder)}.head"


def files_of(folder: Path) -> str:
    """What is remembered of this place, whichever cases lay there: a pattern for files, as a shell reads it."""
    return str(folder_of_keys() / f"*-{_place(folder)}.head")


def was_sealed(folder: Path) -> bool:
    """Whether this machine saw a sealed case at this place. The case itself is not asked: who took its seal off took its name too."""
    with suppress(OSError):
        return any(folder_of_keys().glob(f"*-{_place(folder)}.head"))
    return False


def recall(case: str, folder: Path) -> Seen | None:
    """What was seen last; None if nothing was, or it cannot be read."""
    if not case:
        return None
    with suppress(OSError, ValueError):
        count, digest = _lines(_file(case, folder))[0].split()
        return Seen(int(count), digest)
    return None


def others(case: str, folder: Path) -> tuple[str, ...]:
    """Other places where this case was seen; where an earlier version did not write the place down, that is said."""
    own, found = _file(case, folder), list[str]()
    with suppress(OSError, ValueError):
        for file in sorted(folder_of_keys().glob(f"{case}-*.head")):
            if file.name != own.name:
                found.append("".join(_lines(file)[1:]) or "a place that was not written down")
    return tuple(found)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8", errors="surrogateescape").split("\n")


def remember(case: str, folder: Path, head: Seen) -> None:
    """Keep a head that was committed. Where nothing can be kept, nothing is: `verify` says that nothing was seen."""
    if not case:
        return
    file = _file(case, folder)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(file)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=_draft(file))
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as draft:
                draft.write(f"{head.entries} {head.hash}\n{folder.resolve()}")
            Path(name).replace(file)
        finally:
            Path(name).unlink(missing_ok=True)


def _draft(file: Path) -> str:
    return f".{file.name}-"


def _sweep(file: Path) -> None:
    """Drafts of this file that a killed process left; those of others who write it now are younger."""
    for left in file.parent.glob(f"{_draft(file)}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT:
                left.unlink()
