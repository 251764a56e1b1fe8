"""Files that are no longer what they were."""

from __future__ import annotations

from pathlib import Path


def alter(file: Path) -> None:
    """Another last byte, whatever it was: one that is written over may have been that before, once in 256 sealed files."""
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
