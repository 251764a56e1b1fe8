"""Files that are on disk as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

__all__ = ["DRAFT", "write_whole"]

DRAFT = ".draft-"  # how names of files begin that are being written


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
