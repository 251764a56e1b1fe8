"""Scans that are killed at any moment: the same command goes on, and the case ends up as if nothing had happened."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.command import call, start
from tests.scenes import Walk, write_scene
from workbench.casefile.case import CaseFile
from workbench.runs import Run

WALKS = (Walk("eve", 10, 130, 5), Walk("ben", 40, 200, 170), Walk("ann", 150, 290, 5), Walk("cho", 210, 300, 170))
TIMES = ("created", "started", "finished", "done", "profile")
LOG = {"audit", "audit_head", "bound"}  # it says when, and where a scan went on: see test_audit


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five minutes, a frame a second: five segments, and everybody crosses a border between two of them."""
    return write_scene(tmp_path_factory.mktemp("street") / "street.mp4", WALKS, 300)


@pytest.fixture(scope="module")
def undisturbed(listed: Path, street: Path) -> Path:
    """The case after a scan that nothing disturbed."""
    case = Path(shutil.copytree(listed, listed.with_name("street")))
    assert call("scan", case, street, "--every", "2").code == 0
    return case


def contents(case: Path) -> dict[str, Any]:
    """Everything in a case but times of day and the log: all rows of all tables, the names of its pictures, its scores."""
    with closing(sqlite3.connect(case / "case.sqlite")) as database:
        database.row_factory = sqlite3.Row
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        opened = CaseFile(case).store.sealing
        found: dict[str, Any] = {table: _rows(database, table) for table in tables if table not in LOG}
    for table in ("reference", "alert"):
        for row in found[table]:
            row["template"] = row["template"] and opened.open(f"the template of {table} {row['id']}", row["template"])
    found["blobs"] = {path.name for path in (case / "blobs").rglob("*") if path.is_file()}
    found["scores"] = {path.name: path.read_bytes() for path in (case / "scores").glob("*")}
    assert found["blobs"] == _named(found), "a picture without a row, or a row without its picture"
    return found


def _rows(database: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    rows = database.execute(f"SELECT * FROM '{table}' ORDER BY rowid")
    return [{key: row[key] for key in row.keys() if key not in TIMES} for row in rows]


def _named(found: dict[str, Any]) -> set[str]:
    rows = [*found["reference"], *found["picture"]]
    names = {row[key] for row in rows for key in ("blob", "chip", "portrait") if key in row} | {
        row["thumbnail"] for row in found["alert"]
    }
    return names - {None}


def kill_at(moment: float, case: Path, footage: Path) -> bool:
    """Start the scan, kill it `moment` seconds after it took hold of the case; whether it was still at work."""
    process = start("scan", case, footage, "--every", "2")
    lock = case / ".lock"
    while process.poll() is None and f"(process {process.pid})" not in (lock.read_text() if lock.exists() else ""):
        time.sleep(0.01)
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def test_five_kills_and_the_case_is_as_if_nothing_had_happened(case: Path, street: Path, undisturbed: Path) -> None:
    """As many more as wanted: tests/benchmarks/kill_scan.py ROUNDS."""
    chance = random.Random(20)
    killed = sum(kill_at(chance.uniform(0, 1.2), case, street) for _ in range(5))
    assert killed >= 2  # a quick machine is done before the fifth
    assert call("case", "info", case).code == 0
    assert len(call("scan", case, street, "--every", "2", "--json").json["alerts"]) == 2
    assert contents(case) == contents(undisturbed)


def scanned(case: Path, footage: Path, **settings: Any) -> Run:
    from workbench.case import open_case
    from workbench.pipeline import scan

    return scan(open_case(case), [footage], **settings)


# Moments that chance hits rarely: the process dies on entering, or on leaving, the nth call of a step.
DIE = """
import itertools, os, sys
from workbench.case import open_case
from workbench.casefile import blobs, case, ledger
from workbench.casefile.store import Store
from workbench.pipeline import scan

where, after, nth, folder, footage = sys.argv[1], sys.argv[2] == "after", int(sys.argv[3]), *sys.argv[4:]
owner = {"record": ledger, "join": ledger, "finish": ledger, "begin": ledger, "write_scores": case,
         "put": blobs.Blobs, "sweep": blobs.Blobs, "finish_run": case.CaseFile}[where]
real, turns = getattr(owner, where), itertools.count(1)  # pictures are written by several threads

def dying(*args, **kwargs):
    turn = next(turns)
    if turn == nth and not after:
        os.kill(os.getpid(), 9)
    done = real(*args, **kwargs)
    if turn == nth:
        os.kill(os.getpid(), 9)
    return done

setattr(owner, where, dying)
scan(open_case(folder), [footage], every=0.5, segment=2)
"""
MOMENTS = [
    ("begin", "after", 1),  # before the run is committed
    ("put", "after", 3),  # a picture is on disk, its row is not
    ("record", "after", 2),  # a whole segment is written and not committed
    ("join", "before", 1),  # all segments are there, no track is joined
    ("join", "after", 1),  # joined and not committed
    ("sweep", "before", 2),  # joined, and pictures that lost their alert are still there
    ("write_scores", "after", 1),  # scores are on disk, the run is not finished
    ("finish", "after", 1),  # finished and not committed
    ("finish_run", "after", 1),  # committed and not said
]


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: "-".join(map(str, moment)))
def test_a_process_that_dies_at_a_bad_moment(case: Path, lobby: Path, calm: Path, moment: tuple[str, str, int]) -> None:
    died = subprocess.run([sys.executable, "-c", DIE, *map(str, moment), str(case), str(lobby)], check=False)
    assert died.returncode == -signal.SIGKILL
    assert call("case", "info", case).code == 0
    run = scanned(case, lobby, every=0.5, segment=2)
    assert run.finished and run.id == 1
    assert contents(case) == contents(calm)


@pytest.fixture(scope="module")
def calm(listed: Path, lobby: Path) -> Path:
    """The case after an undisturbed scan of the lobby in four segments."""
    case = Path(shutil.copytree(listed, listed.with_name("calm")))
    scanned(case, lobby, every=0.5, segment=2)
    return case


def test_tracks_across_borders_are_one_person(case: Path, street: Path, undisturbed: Path) -> None:
    whole, joined = scanned(case, street, every=2, segment=1000), scanned(undisturbed, street, every=2)
    for run in (whole, joined):
        spans = zip(run.tracks.start.tolist(), run.tracks.end.tolist(), strict=True)
        assert list(spans) == [(walk.start, (walk.end - 1) // 2 * 2) for walk in WALKS]
        assert [alert.subject for alert in run.alerts] == ["eve", "ann"]
    assert joined.tracks.seen.tolist() == whole.tracks.seen.tolist()
    assert (whole.profile["tracks"], joined.profile["tracks"]) == (4, 12)  # 4 people; 12 pieces before they were joined


def test_many_borders_change_as_little_as_none(case: Path, lobby: Path) -> None:
    whole, pieces = (scanned(case, lobby, every=0.25, segment=length) for length in (1000, 1))
    assert pieces.tracks.to_frame()[["start", "end", "seen"]].equals(whole.tracks.to_frame()[["start", "end", "seen"]])
    assert [alert.subject for alert in pieces.alerts] == [alert.subject for alert in whole.alerts] == ["eve"]


def test_a_number_is_the_same_setting_however_it_is_written(case: Path, lobby: Path) -> None:
    assert scanned(case, lobby, every=1, threshold=0).id == scanned(case, lobby, every=1.0, threshold=0.0).id
