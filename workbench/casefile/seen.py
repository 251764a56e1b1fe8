"""The last head of a case's log that this machine has seen, kept outside the case: so that a whole case put back is noticed.

One small file a case and place, beside the keys. It never holds more than a count and a hash. A copy of the case somewhere
else has a memory of its own.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from workbench.casefile.keys import folder_of_keys

__all__ = ["Seen", "recall", "remember"]


class Seen(NamedTuple):
    """How long the log was, and the hash of its last entry then."""

    entries: int
    hash: str


def _file(case: str, folder: Path) -> Path:
    place = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    return folder_of_keys() / f"{case}-{place}.head"


def recall(case: str, folder: Path) -> Seen | None:
    """What was seen last; None if nothing was, or it cannot be read."""
    if not case:
        return None
    with suppress(OSError, ValueError):
        count, digest = _file(case, folder).read_text(encoding="ascii").split()
        return Seen(int(count), digest)
    return None


def remember(case: str, folder: Path, head: Seen) -> None:
    """Keep a head that was committed. Where nothing can be kept, nothing is: `verify` says that nothing was seen."""
    if not case:
        return
    file = _file(case, folder)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(
            "w", dir=file.parent, prefix=".head-", delete=False, encoding="ascii"
        ) as draft:
            draft.write(f"{head.entries} {head.hash}\n")
        Path(draft.name).replace(file)
