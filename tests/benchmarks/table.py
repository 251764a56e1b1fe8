"""What benchmarks share: numbers from the command line, and ratios as a table and a plot."""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

__all__ = ["DATA", "PACK", "Ratio", "asked", "plot", "table"]

DATA = Path(__file__).parents[2].parent / "shared" / "data"
PACK = DATA / "models" / "minifix"


class Ratio(NamedTuple):
    """One comparison, both sides measured in turns in one run.

    ours, theirs : seconds of each round
    asked : how many times faster ours should be, None where the other side is a limit and no rival
    """

    what: str
    rival: str
    ours: Sequence[float]
    theirs: Sequence[float]
    asked: float | None = None

    @property
    def times(self) -> list[float]:
        """How many times faster ours was, a round each, ascending."""
        return sorted(b / a for a, b in zip(self.ours, self.theirs, strict=True))

    @property
    def median(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.times)


def asked(doc: str | None, *, clips: bool = True, **defaults: float) -> argparse.Namespace:
    """Numbers from the command line, `--name N` each; with `clips` it exits with 1 where the real clips are absent."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in defaults.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    options = parser.parse_args()
    if clips and not PACK.is_dir():
        raise SystemExit(f"{PACK} is absent; this benchmark needs the real clips and the minifix pack")
    return options


def table(rows: Sequence[Ratio]) -> str:
    """One line a comparison: medians, the ratio with its range, and what was asked."""
    lines = [f"{'what':38} {'ours':>10} {'other':>10}   times (range)          asked  against"]
    for row in rows:
        ours, theirs = (statistics.median(side) for side in (row.ours, row.theirs))
        span = f"{row.median:6.2f} ({row.times[0]:.2f}-{row.times[-1]:.2f})"
        goal = "limit" if row.asked is None else f">= {row.asked:g}{'' if row.median >= row.asked else ' MISSED'}"
        lines.append(f"{row.what:38} {_time(ours):>10} {_time(theirs):>10}   {span:22} {goal:14} {row.rival}")
    return "\n".join(lines)


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{1000 * seconds:.2f} ms"


def plot(rows: Sequence[Ratio], file: Path) -> Path:
    """The ratios as bars, with a mark where each was asked to be; an SVG."""
    wide = 420 / max(*(row.median for row in rows), *(row.asked or 0 for row in rows), 1)
    bars = "".join(_bar(row, 30 + 34 * number, wide) for number, row in enumerate(rows))
    file.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="{44 + 34 * len(rows)}" '
        f'font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="white"/>'
        f'<text x="10" y="18">How many times faster, medians of one run; the mark is what was asked</text>{bars}</svg>\n',
        encoding="utf-8",
    )
    return file


def _bar(row: Ratio, y: int, wide: float) -> str:
    mark = f'<rect x="{330 + wide * row.asked:.1f}" y="{y}" width="3" height="24"/>' if row.asked else ""
    return (
        f'<text x="10" y="{y + 17}">{escape(row.what)}, {escape(row.rival)}</text>'
        f'<rect x="330" y="{y + 3}" width="{wide * row.median:.1f}" height="18" fill="#0072B2"/>{mark}'
        f'<text x="{340 + wide * max(row.median, row.asked or 0):.1f}" y="{y + 17}">{row.median:.2f}</text>'
    )
