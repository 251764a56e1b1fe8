"""Kill two writers of one case at random moments, many times over: one records decisions, the other writes a scan's results.

    python tests/benchmarks/kill_review.py ROUNDS [SEED]

A round starts both as processes of their own and ends them with SIGKILL. Then every decision that was acknowledged must be
in the case exactly once, whatever the scanner left must be whole segments, SQLite's own check must say "ok", and
`case.verify()` must find nothing (every tenth round and at the end). The scanner writes made-up tracks and faces through
the real ledger, blobs and log: what is tried here is the case, not the recogniser (see kill_scan.py for that).
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from uuid import uuid4

from tests.test_ledger import SETTINGS, asking, passage, watchlist
from workbench.casefile import ledger, lists
from workbench.casefile.audit import note
from workbench.casefile.case import CaseFile
from workbench.casefile.store import DATABASE
from workbench.decisions import FEATURES
from workbench.runs import Segment

SEGMENTS = 4
OPINIONS = dict.fromkeys([feature.name for feature in FEATURES[:3]], "agree")


def main(rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["SECOND_LOOK_KEYS"] = str(Path(scratch) / "keys")
        folder, acks = Path(scratch) / "case", Path(scratch) / "acks"
        acks.touch()
        prepare(folder)
        bad = 0
        for turn in range(1, rounds + 1):
            processes = [start(decide, folder, acks, turn), start(scan, folder)]
            time.sleep(chance.uniform(0.02, 1.2))
            chance.shuffle(processes)
            for process in processes:
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
            bad += check(folder, acks, turn, whole=turn % 10 == 0 or turn == rounds)
    raise SystemExit(bad > 0)


def start(work: Callable[..., None], *arguments: object) -> int:
    """A process of its own that works until it is killed."""
    process = os.fork()
    if process:
        return process
    try:
        work(*arguments)
    finally:
        os._exit(1)


def prepare(folder: Path) -> None:
    case = CaseFile.create(folder, purpose="to be killed", authority="its author")
    case.add_watchlist(watchlist(), "fake")
    scan_one(case, 0)


def scan(folder: Path) -> None:
    case = CaseFile(folder)
    for number in count(max(0, len(case.runs) - 1)):  # the one that was killed goes on
        scan_one(case, number)


def scan_one(case: CaseFile, number: int) -> None:
    """One run as `pipeline.scan` writes it, going on after the segments that are done."""
    footage = [("a.mp4", "1" * 64, {"seconds": 40.0, "short": False})]
    watch = case.watchlist
    assert watch is not None
    with case.store.writing("footage is being scanned"):
        with case.store.change() as session:
            key = f"key {number}"
            begun = ledger.begin(session, key, version=1, threshold=0.5, settings=SETTINGS, footage=footage)
            references = lists.reference_ids(session, watch)
        if begun.finished:
            return
        case.sweep()
        with case.store.session() as session:
            done = ledger.done_segments(session, begun.sources[0])
        for ordinal in sorted(set(range(SEGMENTS)) - done):
            with case.store.change() as session:
                segment = made_up(ordinal, shade=(number * SEGMENTS + ordinal) % 200)
                ledger.record(session, case.store.blobs, begun.sources[0], segment, references)
                note(session, "segment recorded", about={"run": begun.run, **segment.counts})
        with case.store.change() as session:
            ledger.join(session, begun.sources[0])
        case.sweep()
        case.finish_run(begun.run)


def made_up(ordinal: int, shade: int) -> Segment:
    start = ordinal * 10.0
    people = (asking(passage(start, start + 10, score=0.8), shade=shade), passage(start + 1, start + 3, score=0.1))
    return Segment(ordinal, start, start + 10, people, {"frames": 50})


def decide(folder: Path, acks: Path, turn: int) -> None:
    """Judge alert 1 over and over; each decision is acknowledged, by a line in a file, after it was recorded."""
    case, lines = CaseFile(folder), os.open(acks, os.O_WRONLY | os.O_APPEND)
    for number in count():
        key = uuid4().hex
        reviewer = f"reviewer {turn}.{number % 3}"
        told = {"features": OPINIONS, "confidence": "moderate", "reason": f"decision {number}"}
        case.decide(1, verdict="same", reviewer=reviewer, key=key, **told)
        os.write(lines, f"{key}\n".encode())


def check(folder: Path, acks: Path, turn: int, *, whole: bool) -> bool:
    """What is left after a round; prints the counts, and returns whether anything is wrong."""
    acknowledged = acks.read_text(encoding="ascii").split()
    with closing(sqlite3.connect(folder / DATABASE)) as raw:
        sound = raw.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        there = Counter(key for (key,) in raw.execute("SELECT key FROM decision"))
        (runs,), (segments,) = (raw.execute(f"SELECT count(*) FROM {name}").fetchone() for name in ("run", "segment"))
    lost = sum(key not in there for key in acknowledged)
    doubled = sum(times > 1 for times in there.values())
    findings = CaseFile(folder).verify(footage=False).findings if whole else ()
    state = f", verify: {len(findings)} found" if whole else ""
    if whole or lost or doubled or not sound:
        print(
            f"round {turn}: {len(acknowledged)} decisions acknowledged, {lost} lost, {doubled} doubled, "
            f"{len(there) - len(acknowledged)} recorded and not acknowledged; {runs} runs, {segments} segments; "
            f"integrity {'ok' if sound else 'BROKEN'}{state}",
            flush=True,
        )
        for finding in findings[:5]:
            print(f"  {finding}", flush=True)
    return bool(lost or doubled or not sound or findings)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
