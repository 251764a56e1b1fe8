"""`python -m widgets.lessons.ready`: everything that a first click would wait for, done once. Reads no network."""

from __future__ import annotations

import sys

from widgets.lessons.ladders import ladder
from widgets.lessons.lesson import syllabus
from widgets.lessons.pairs import scores
from workbench.cast import shipped

__all__ = ["main"]


def main() -> int:
    """Convert the models, look at the cast and the pictures, read the lessons; say what is there."""
    compared = len(scores()) + len(ladder("distance").steps)
    lessons = syllabus()
    print(f"{shipped()!r}; {len(lessons)} lessons; {compared} comparisons tried", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
