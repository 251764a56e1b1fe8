"""The same work on several items at once, its results in the order of the items: a pipeline's widest stage."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

__all__ = ["abreast"]

T = TypeVar("T")
R = TypeVar("R")


def abreast(
    work: Callable[[T], R],
    items: Iterable[T],
    workers: int,
    *,
    ahead: int | None = None,
    leave: Callable[[], None] = lambda: None,
) -> Generator[R, None, None]:
    """`work(item)` of each item in order, computed by `workers` threads while whoever asked uses the one before.

    At most `ahead` items, by default `workers`, are in work or wait besides the one that is asked for. An exception of
    `work` is raised in its item's place, one of `items` at once. Closing the generator calls `leave`, which may break off
    what is in work, waits for that and drops the rest; `contextlib.closing(abreast(...))` makes that explicit.

    Not an executor of the standard library: Ctrl-C within one may be lost, see `footage.ahead.read_ahead`.

    >>> list(abreast(str.upper, "abc", workers=2))
    ['A', 'B', 'C']
    """
    tasks: SimpleQueue[_Task[T, R] | None] = SimpleQueue()
    coming: deque[_Task[T, R]] = deque()
    wanted = [True]
    threads = [
        Thread(target=_serve, args=(work, tasks, wanted), name=f"abreast-{n}", daemon=True) for n in range(workers)
    ]
    try:
        for thread in threads:
            thread.start()
        for item in items:
            coming.append(_Task(item))
            tasks.put(coming[-1])
            if len(coming) > (workers if ahead is None else ahead):
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
    finally:
        wanted.clear()
        leave()
        for _ in threads:
            tasks.put(None)
        for thread in threads:
            if thread.is_alive():
                thread.join()


class _Task(Generic[T, R]):
    """An item, and a place for what becomes of it."""

    def __init__(self, item: T) -> None:
        self._item = item
        self._answer: SimpleQueue[_Result[R] | BaseException] = SimpleQueue()

    def do(self, work: Callable[[T], R]) -> None:
        try:
            self._answer.put(_Result(work(self._item)))
        except BaseException as error:
            self._answer.put(error)

    def result(self) -> R:
        """Waits for it."""
        answer = self._answer.get()
        if isinstance(answer, _Result):
            return answer.value
        raise answer


@dataclass(frozen=True)
class _Result(Generic[R]):
    """What the work gave, which may be anything, an exception too."""

    value: R


def _serve(work: Callable[[T], R], tasks: SimpleQueue[_Task[T, R] | None], wanted: list[bool]) -> None:
    while (task := tasks.get()) is not None:
        if wanted:
            task.do(work)
