"""A number with its noun, which agree: everything that counts in words counts with this."""

from __future__ import annotations

__all__ = ["count"]


def count(n: int, one: str, many: str | None = None) -> str:
    """A number with what is counted, or with more of the sentence where that changes, too.

    many : the plural, by default `one` with an s

    >>> count(1, "person", "people"), count(2_000, "alert")
    ('1 person', '2,000 alerts')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"
