"""Who scans the segments of footage: this process, or others. Answers come in the order of the footage, each once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Protocol, Self

from workbench.errors import WorkbenchError
from workbench.footage import Footage
from workbench.jobs.recipe import Answer, Failed, Recipe, Task
from workbench.models.pack import Pack
from workbench.progress import Progress
from workbench.scanning import Window

__all__ = ["Crew", "Here", "Stopped", "Todo", "one_line"]

Todo = tuple[int, Footage, Sequence[Window]]  # row id of the footage in its run, the footage, what is not done of it


class Stopped(WorkbenchError):
    """Somebody stopped the scan; what is done is kept."""

    def __init__(self) -> None:
        super().__init__("stopped; what is done is kept, the same scan goes on from there")


class Crew(Protocol):
    """Whoever scans. It never sees the case: what it answers is written by who asked, and by nobody else."""

    def answers(self, recipe: Recipe, pack: Pack, todo: Sequence[Todo], progress: Progress) -> Iterator[Answer]:
        """One answer a window, in order; a segment that cannot be scanned is a `Failed`, and the rest goes on."""

    def stop(self) -> None:
        """Break off, from any thread: `answers` raises `Stopped` soon."""

    def __enter__(self) -> Self:
        """Ready to work."""

    def __exit__(self, *_: object) -> None:
        """Leave nothing running."""


class Here:
    """The process itself, all its cores, one segment after the other; neighbours are read in one go."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def answers(self, recipe: Recipe, pack: Pack, todo: Sequence[Todo], progress: Progress) -> Iterator[Answer]:
        """See `Crew.answers`."""
        scanner = recipe.scanner(pack)

        def watch(seconds: float) -> None:
            if self._stopped.is_set():
                raise Stopped
            progress.at(seconds)

        for _, footage, windows in todo:
            left = list(windows)
            while left:
                try:
                    for segment in scanner.scan(footage, list(left), watch):
                        yield segment
                        left.pop(0)
                except (Stopped, GeneratorExit):
                    raise
                except Exception as error:  # whatever a decoder or a model says of one minute, the others are scanned
                    footage.check()
                    yield Failed(left.pop(0), one_line(error))

    def stop(self) -> None:
        """See `Crew.stop`."""
        self._stopped.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def tasks_of(todo: Sequence[Todo]) -> list[Task]:
    """Every window of all footage as a task of its own."""
    return [
        Task(place, str(footage.path.resolve()), footage.sha256, window)
        for place, footage, windows in todo
        for window in windows
    ]


def one_line(error: BaseException) -> str:
    """What went wrong, for a person: our own words as they are, others with their kind."""
    words = " ".join(str(error).split()) or "no reason given"
    return words if isinstance(error, WorkbenchError) else f"{type(error).__name__}: {words}"
