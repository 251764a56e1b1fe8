"""What a worker process does: it loads the models once, opens footage once, and scans the segments it is given.

`python -m workbench.jobs.worker` reads pickled messages from stdin, the recipe first and then tasks, and answers each on
stdout. It ends when stdin does, at once and in the middle of its work, so that nothing outlives the scan that wanted it.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from functools import cache, lru_cache
from queue import SimpleQueue
from typing import IO, Any

from workbench import __version__
from workbench.errors import FootageError, WorkbenchError
from workbench.footage import Footage, open_footage
from workbench.jobs.crew import one_line
from workbench.jobs.recipe import Answer, Failed, Recipe, Task
from workbench.models.pack import Pack
from workbench.models.packs import load_pack

__all__ = ["main", "receive", "scan_task", "send"]

OPEN = 4  # pieces of footage whose timelines are kept: ten hours have 40 MB of them


def scan_task(recipe: Recipe, task: Task, share: int) -> Answer:
    """Scan one segment; `share` frames are looked at at once.

    `WorkbenchError` where this worker could scan nothing of it: another version, another pack, no such footage.
    """
    if recipe.software != __version__:
        raise WorkbenchError(f"it runs Second Look {__version__}, the scan {recipe.software}; install the same")
    scanner, footage = recipe.scanner(_pack(recipe.pack), share), _footage(task.path, task.sha256)
    try:
        (segment,) = scanner.scan(footage, [task.window])
        return segment
    except Exception as error:  # one segment, whatever is wrong with it; the others may be well
        footage.check()
        return Failed(task.window, one_line(error))


@cache
def _pack(locator: str) -> Pack:
    return load_pack(locator, threads=1)  # several frames are looked at at once instead


@lru_cache(OPEN)
def _footage(path: str, sha256: str) -> Footage:
    footage = open_footage(path)
    if footage.sha256 != sha256:
        raise FootageError(f"{path} is other footage here than where the scan was begun; its SHA-256 differs")
    return footage


def send(stream: IO[bytes], message: Any) -> None:
    """Write one message; `EOFError` if another thread has closed the stream."""
    try:
        pickle.dump(message, stream, protocol=pickle.HIGHEST_PROTOCOL)
        stream.flush()
    except ValueError as error:
        raise EOFError(str(error)) from error


def receive(stream: IO[bytes]) -> Any:
    """Read one message; `EOFError` when whoever wrote is gone, or another thread has closed the stream meanwhile.

    Both ends are ours: a parent and the child it started.
    """
    try:
        return pickle.load(stream)
    except (pickle.UnpicklingError, ValueError) as error:
        raise EOFError(str(error)) from error


def main() -> None:
    """Answer until stdin ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not end up among the answers
    inbox: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, inbox), daemon=True).start()
    recipe: Recipe = inbox.get()
    while True:
        task, share = inbox.get()
        try:
            send(out, scan_task(recipe, task, share))
        except WorkbenchError as error:
            send(out, error)


def _listen(stream: IO[bytes], inbox: SimpleQueue[Any]) -> None:
    try:
        while True:
            inbox.put(receive(stream))
    except (EOFError, OSError):
        os._exit(0)


if __name__ == "__main__":
    main()
