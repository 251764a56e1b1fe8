"""All speeds in one table and one plot: `python tests/benchmarks/bench.py [--seconds 20] [--rounds 3]` (`make bench`).

Each line compares two ways of doing the same on this machine, in turns, in one run: our scan with the loop that everybody
writes, and with decoding alone, which no scan of the file can beat; the dlib pack with dlib's own build; a search with numpy
and FAISS as they come.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import dlib_speed
import scan_speed
import search_speed
from table import asked, plot, table


def main() -> int:
    """Measure, print the table, write the plot and print its name; exit 1 where a ratio is missed."""
    options = asked(__doc__, seconds=20.0, rounds=3)
    with tempfile.TemporaryDirectory() as name:
        rows = scan_speed.measure(Path(name), options.seconds, options.rounds)
    rows += dlib_speed.measure(options.rounds)
    rows += search_speed.measure(50_000, 512, 2 * options.rounds)
    print(f"\n{table(rows)}")
    print(f"plot: {plot(rows, Path('bench.svg').resolve())}")
    return int(any(row.asked is not None and row.median < row.asked for row in rows))


if __name__ == "__main__":
    raise SystemExit(main())
