"""A Dask scheduler and its workers as processes of their own on 127.0.0.1, to be killed at will."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.browser.driving import free_port


class Cluster:
    """One scheduler and `count` workers of one thread each; what is killed is started again by `mend`."""

    def __init__(self, folder: Path, count: int = 2) -> None:
        self._folder, self._port = folder, free_port()
        self.address = f"tcp://127.0.0.1:{self._port}"
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes] | None] = [None] * count
        self.mend()

    def mend(self) -> None:
        """Start what is not there."""
        if not _alive(self.scheduler):
            for worker in self.workers:
                _kill(worker)  # they belong to a scheduler that is gone
            self.scheduler = self._start("scheduler", "--port", self._port, "--no-dashboard")
            self._listening()
        self.workers = [worker if _alive(worker) else self._worker() for worker in self.workers]

    def _worker(self) -> subprocess.Popen[bytes]:
        options = ("--nthreads", 1, "--no-nanny", "--no-dashboard", "--memory-limit", 0)
        return self._start("worker", self.address, *options, "--local-directory", self._folder)

    def _start(self, what: str, *options: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, "--host", "127.0.0.1", *map(str, options)]
        with (self._folder / f"{what}.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"OMP_NUM_THREADS": "1"})

    def _listening(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=1):
                return
            time.sleep(0.1)
        raise TimeoutError((self._folder / "scheduler.log").read_text())

    def kill_scheduler(self) -> None:
        _kill(self.scheduler)

    def kill_worker(self, which: int) -> None:
        _kill(self.workers[which])

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            _kill(process)


def _alive(process: subprocess.Popen[bytes] | None) -> bool:
    return process is not None and process.poll() is None


def _kill(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None and process.poll() is None:
        process.send_signal(signal.SIGKILL)
        process.wait()
