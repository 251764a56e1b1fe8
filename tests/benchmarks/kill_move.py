"""Kill the move of a case at random moments, there and back again: it is always in one of the two places, whole.

    python tests/benchmarks/kill_move.py --kills 20 --seed 1

Needs PostgreSQL's programs (Debian: postgresql). After each kill the same command is given again, until it is through; then the
case is verified, its decisions are counted, and nothing else may lie in the folder or in the database.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import tempfile
from pathlib import Path

from table import asked

from tests.command import call, start
from tests.postgres import PASSWORD, serving
from tests.review_cases import alerting, new_case, say, scan
from workbench.case import Case
from workbench.casefile.address import FILE
from workbench.casefile.faults import DATABASE

QUIET = {".lock", ".moving"}


def main() -> int:
    """Move and kill."""
    options = asked(__doc__, clips=False, kills=20, seed=1)
    chance = random.Random(options.seed)
    with serving() as server, tempfile.TemporaryDirectory() as scratch:
        os.environ |= {"PGPASSWORD": PASSWORD, "SECOND_LOOK_KEYS": f"{scratch}/keys"}
        case = new_case(Path(scratch) / "case")
        say(case, scan(case, *(alerting(second) for second in range(0, 400, 10)))[0], "Ada", "same")
        folder, killed, moves = case.folder, 0, 0
        while killed < options.kills:
            there = (folder / FILE).exists()
            killed += move(folder, ("--folder",) if there else ("--database", server.url()), chance)
            moves += 1
            left = {path.name for path in folder.iterdir() if path.is_file()} - QUIET
            schemas = server.order("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'case_%'")
            wanted = ({DATABASE}, 0) if there else ({FILE}, 1)
            if (left, len(schemas)) != wanted:
                raise SystemExit(f"after move {moves} there are {left} and the schemas {schemas}")
            found = Case(folder).verify(footage=False)
            if not found.clean or len(Case(folder).decisions(1)) != 1:
                raise SystemExit(f"after move {moves}: {found.text()}")
            print(f"move {moves}, {killed} kills: {'in the folder' if there else 'in the database'}, sound", flush=True)
    return 0


def move(folder: Path, to: tuple[str, ...], chance: random.Random) -> int:
    """One move, killed at random moments until it is through; how often."""
    killed = 0
    while True:
        process = start("case", "move", folder, *to)
        try:
            said = process.communicate(timeout=chance.uniform(0.3, 4.0) if killed < 3 else None)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed += 1
            call("case", "info", folder)  # it opens, or says which command finishes it
            continue
        if process.returncode == 0 or "already" in said[1]:
            return killed
        raise SystemExit(said[1])


if __name__ == "__main__":
    raise SystemExit(main())
