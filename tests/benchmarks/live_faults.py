"""A deployment to which everything happens: what it did about it, one line a fault; exit 1 if one of them was not survived or not loud.

    PYTHONPATH=. python tests/benchmarks/live_faults.py --pack PACK --cut 60

Against GStreamer's RTSP server behind a proxy of its own that can hold, damage or cut the stream. Disk: a file system of 12 MB (needs root).
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import live_desk as desk
import live_street as street
from live_line import Line

import workbench as wb
from tests.browser.driving import free_port
from workbench.errors import WorkbenchError
from workbench.progress import Silent


class Trial:
    """A deployment in this process, and what is asked of it."""

    def __init__(self, case: Path, address: str) -> None:
        until = datetime.now(UTC) + timedelta(hours=1)
        self.case = wb.open_case(case)
        self.live = self.case.watch(f"street={address}", authorised_until=until, cooldown=0, progress=Silent())

    def camera(self) -> Any:
        return self.live.status()["cameras"][0]

    def until(self, true: Callable[[], bool], seconds: float = 60) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if true():
                return True
            time.sleep(0.1)
        return False

    def goes_on(self) -> bool:
        """New pictures are looked at, and new alerts come."""
        taken, alerts = self.camera()["taken"], self.live.status()["alerts"]
        return self.until(lambda: self.camera()["taken"] > taken + 5 and self.live.status()["alerts"] > alerts, 90)


FAILED: list[str] = []


def say(fault: str, good: bool, words: str) -> None:
    print(f"{'ok  ' if good else 'FAIL'} {fault}: {words}", flush=True)
    if not good:
        FAILED.append(fault)


def network(trial: Trial, line: Line, mood: str, seconds: float, fault: str) -> None:
    """The line is held, damaged or cut for so long, and well again."""
    gaps = len(trial.live.record.breaks)
    line.mood = mood
    time.sleep(seconds)
    line.mood = "well"
    back = trial.goes_on()
    written = trial.until(
        lambda: len(trial.live.record.breaks) > gaps and all(b.end for b in trial.live.record.breaks), 30
    )
    new = trial.live.record.breaks[gaps:]
    say(
        fault,
        back and (written or mood == "damaged"),
        f"goes on: {back}; gaps: {'; '.join(map(str, new)) or 'none'}; damaged {trial.camera()['corrupt']}",
    )


def locked(trial: Trial) -> None:
    """Another program locks the database for 40 s: longer than SQLite waits."""
    trial.goes_on()
    before = trial.live.status()["alerts"]
    with sqlite3.connect(trial.case.folder / "case.sqlite", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        loud = trial.until(lambda: "NOT WRITTEN" in trial.live.status()["trouble"], 45)
        other.execute("ROLLBACK")
    back = trial.until(lambda: trial.live.status()["alerts"] > before and not trial.live.status()["trouble"], 60)
    say("database locked", loud and back, f"said aloud: {loud}; written afterwards: {back}")


def clock(trial: Trial) -> None:
    """The machine's clock is set: here, what this process takes for it."""
    from workbench.live import recorder

    real = recorder.utc_now
    recorder.utc_now = lambda: real() + timedelta(hours=1)
    found = trial.until(lambda: any("clock was set by +3600" in b.reason for b in trial.live.record.breaks), 30)
    recorder.utc_now = real
    say("clock jump", found and trial.live.running, f"written down: {found}; goes on: {trial.live.running}")


def resolution(case: Path, folder: Path) -> None:
    """The server is killed, and comes back with another resolution; then for good."""
    other = folder / "small.h264"
    command = "import av,sys\nfrom fractions import Fraction\n"
    command += "i=av.open(sys.argv[1]);o=av.open(sys.argv[2],'w',format='h264');s=o.add_stream('libx264',rate=Fraction(25,2),options={'preset':'veryfast','g':'12'});s.width,s.height,s.pix_fmt=960,540,'yuv420p'\n"
    command += "[o.mux(s.encode(f.reformat(960,540,'yuv420p'))) for k,f in enumerate(i.decode(video=0)) if k<400];o.mux(s.encode(None));o.close()\n"
    subprocess.run([sys.executable, "-c", command, str(latency_street()), str(other)], check=True, capture_output=True)
    port = free_port()
    server = desk.Server(latency_street(), 875, port)
    trial = Trial(case, server.address)
    trial.goes_on()
    server.close()
    gone = trial.until(lambda: bool(trial.camera()["gap"]), 30)
    server = desk.Server(other, 400, port)
    back = trial.until(lambda: trial.live._stations[0].camera.health.size == (960, 540), 60) and trial.goes_on()
    server.close()
    ended = trial.live.stop()
    say(
        "server killed and back, with another resolution",
        gone and back,
        f"gap seen: {gone}; goes on: {back}; {'; '.join(map(str, ended.breaks))}",
    )


def disk(case: Path, folder: Path, address: str) -> None:
    """The disk is full: for a while, and then for good."""
    place = folder / "disk"
    place.mkdir()
    if (
        os.getuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place)], check=False).returncode
    ):
        print("skip disk full: needs the right to mount a small file system")
        return
    try:
        trial = Trial(Path(shutil.copytree(case, place / "case")), address)
        trial.goes_on()
        ballast = place / "ballast"

        def fill() -> None:
            with suppress(OSError), ballast.open("wb") as file:  # until nothing more fits
                while True:
                    file.write(bytes(4096))
                    file.flush()

        fill()
        loud = trial.until(lambda: "disk is full" in trial.live.status()["trouble"], 40)
        ballast.unlink()
        back = trial.goes_on()
        say("disk full for a while", loud and back, f"said aloud: {loud}; goes on: {back}")
        fill()
        stopped = trial.until(lambda: not trial.live.running, 150)
        try:
            trial.live.wait(1)
            error = ""
        except WorkbenchError as found:
            error = str(found)
        ballast.unlink()
        clean = wb.open_case(trial.case.folder).verify().clean
        say(
            "disk full for good",
            stopped and "disk is full" in error and clean,
            f"ended: {stopped}, with: {error[:90]}; case verifies: {clean}",
        )
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def killed(case: Path, address: str) -> None:
    """A process that watches is killed while somebody answers: no acknowledged answer is lost."""
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    command = [
        sys.executable,
        "-m",
        "workbench.cli",
        "watch",
        str(case),
        f"street={address}",
        "--authorised-until",
        until,
        "--cooldown",
        "0",
    ]
    process = subprocess.Popen(
        [sys.executable, "-c", "from workbench.cli import main; main()", *command[3:]], stderr=subprocess.DEVNULL
    )
    held, acknowledged = wb.open_case(case), []
    end = time.monotonic() + 240
    while time.monotonic() < end and len(acknowledged) < 6:
        for question in held.queue("A. Ng"):
            said = {"features": {"nose": "agree"}, "confidence": "moderate", "reason": "on the spot"}
            acknowledged.append(held.decide(question.id, verdict="same", reviewer="A. Ng", **said).id)
        time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = {each.id for each in wb.open_case(case).decisions()}
    trial = Trial(case, address)
    closed = trial.case.deployments[-2].stopped
    back = trial.goes_on()
    trial.live.stop()
    clean = trial.case.verify().clean
    say(
        "process killed",
        set(acknowledged) <= kept and len(acknowledged) > 0 and back and clean,
        f"{len(acknowledged)} answers acknowledged, {len(kept & set(acknowledged))} kept; {closed}; a new one goes on: {back}; case verifies: {clean}",
    )


def on_the_line(case: Path, server: desk.Server, cut: float) -> None:
    """What a network, a clock and a locked database do to one deployment, one after the other."""
    line = Line(int(server.address.split(":")[2].split("/")[0]))
    trial = Trial(case, f"rtsp://127.0.0.1:{line.port}/street")
    trial.goes_on()
    network(trial, line, "held", 12, "stream frozen for 12 s")
    network(trial, line, "damaged", 8, "corrupt packets for 8 s")
    network(trial, line, "cut", cut, f"network cut for {cut:g} s")
    clock(trial)
    locked(trial)
    ended = trial.live.stop()
    say("case after all that", trial.case.verify().clean and ended.ended is not None, repr(ended))


KEEP = Path(tempfile.gettempdir()) / "live-latency"


def latency_street() -> Path:
    KEEP.mkdir(parents=True, exist_ok=True)
    return street.write(KEEP / "street.h264", desk.LENGTH)


def main() -> None:
    global KEEP
    parser = argparse.ArgumentParser()
    parser.add_argument("--pack", default="dlib")
    parser.add_argument("--cut", type=float, default=60, help="seconds for which the network is cut")
    parser.add_argument("--keep", type=Path, default=KEEP)
    parser.add_argument("--only", default="network,disk,killed,server", help="which of these, by comma")
    asked = parser.parse_args()
    only = asked.only.split(",")
    KEEP = asked.keep
    made = KEEP / f"{Path(asked.pack).name}-0.5"
    if not (made / "case").exists():
        desk.make_case(made, asked.pack, 0.5)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copies = [Path(shutil.copytree(made / "case", folder / f"case{k}")) for k in range(4)]
        server = desk.Server(latency_street(), 875, free_port())
        try:
            if "network" in only:
                on_the_line(copies[0], server, asked.cut)
            if "disk" in only:
                disk(copies[1], folder, server.address)
            if "killed" in only:
                killed(copies[2], server.address)
        finally:
            server.close()
        if "server" in only:
            resolution(copies[3], folder)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
