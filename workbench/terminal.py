"""Text of files and people on a terminal, where it must not act."""

from __future__ import annotations

from typing import Any

__all__ = ["plain"]


def plain(text: Any) -> str:
    """Text of files and people for a terminal: control and direction marks are made visible.

    >>> plain("a" + chr(27)) == "a" + chr(92) + "x1b"
    True
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in str(text))
