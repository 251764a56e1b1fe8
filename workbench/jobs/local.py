"""Worker processes on this machine: each its own interpreter with its own models, replaced when it dies."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event
from typing import Self

from workbench.abreast import abreast
from workbench.errors import InputError, WorkbenchError
from workbench.jobs.crew import Stopped, Todo, tasks_of
from workbench.jobs.recipe import Answer, Failed, Recipe, Task
from workbench.jobs.worker import receive, send
from workbench.models.cores import physical_cores
from workbench.models.pack import Pack
from workbench.progress import Progress

__all__ = ["AHEAD", "DEATHS", "MOST", "LocalWorkers"]

DEATHS = 3  # processes that one segment may take with it before it is given up
MOST = 64
AHEAD = 2  # segments a worker that are done or in work, and not yet written: what a killed scan loses at most
SECRETS = (
    "SECOND_LOOK_KEY",
    "SECOND_LOOK_DATABASE",
    "PGPASS",
)  # what begins like this holds, or leads to, keys and passwords


class LocalWorkers:
    """`count` processes, a segment each. They get footage and templates, never the case or its key."""

    def __init__(self, count: int) -> None:
        if not 1 <= count <= MOST:
            raise InputError(f"{count} workers were asked for; give 1 to {MOST}")
        self.count = count
        self.share = max(1, physical_cores() // count)
        self._idle: SimpleQueue[_Process] = SimpleQueue()
        self._every: list[_Process] = []
        self._stopped = Event()

    @property
    def processes(self) -> list[int]:
        """Process ids of the workers that are there."""
        return [each.pid for each in self._every if each.alive]

    def answers(self, recipe: Recipe, pack: Pack, todo: Sequence[Todo], progress: Progress) -> Iterator[Answer]:
        """See `Crew.answers`. While the first segment of those in work is awaited, the others go on, `AHEAD` each."""
        return abreast(
            lambda task: self._answer(recipe, task),
            tasks_of(todo),
            self.count,
            ahead=AHEAD * self.count,
            leave=self.stop,
        )

    def _answer(self, recipe: Recipe, task: Task) -> Answer:
        for _ in range(DEATHS):
            process = self._process(recipe)
            try:
                answer = process.ask(task, self.share)
            except (EOFError, OSError):  # it is dead; the next one tries the same segment
                process.end()
                continue
            self._idle.put(process)
            if isinstance(answer, WorkbenchError):
                raise answer
            return answer
        return Failed(task.window, f"the process that scanned it died, {DEATHS} times over")

    def _process(self, recipe: Recipe) -> _Process:
        if self._stopped.is_set():
            raise Stopped
        try:
            return self._idle.get_nowait()
        except Empty:
            process = _Process(recipe)
            self._every.append(process)
            if self._stopped.is_set():
                process.end()
            return process

    def stop(self) -> None:
        """See `Crew.stop`."""
        self._stopped.set()
        for process in self._every:
            process.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Process:
    """One worker and the two pipes to it."""

    def __init__(self, recipe: Recipe) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(SECRETS)}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "workbench.jobs.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,  # Ctrl-C is for who asked, who then ends the workers
        )
        self.pid = self._child.pid
        self._recipe: Recipe | None = recipe

    @property
    def alive(self) -> bool:
        return self._child.poll() is None

    def ask(self, task: Task, share: int) -> Answer | WorkbenchError:
        """The answer to one task; `EOFError` or `OSError` if the process died over it."""
        assert self._child.stdin and self._child.stdout
        if self._recipe is not None:
            send(self._child.stdin, self._recipe)
            self._recipe = None
        send(self._child.stdin, (task, share))
        answer: Answer | WorkbenchError = receive(self._child.stdout)
        return answer

    def end(self) -> None:
        """Kill it, whatever it does."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            with suppress(OSError):
                pipe and pipe.close()
