"""The same work on several items at once, its results in the order of the items: a pipeline's widest stage."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["abreast"]

T = TypeVar("T")
R = TypeVar("R")


def abreast(work: Callable[[T], R], items: Iterable[T], workers: int) -> Generator[R, None, None]:
    """`work(item)` of each item in order, computed by `workers` threads while whoever asked uses the one before.

    At most `workers` items are in work or wait besides the one that is asked for. An exception of `work` is raised in
    its item's place, one of `items` at once. Closing the generator waits for what is in work and drops the rest;
    `contextlib.closing(abreast(...))` makes that explicit.

    >>> list(abreast(str.upper, "abc", workers=2))
    ['A', 'B', 'C']
    """
    coming: deque[Future[R]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="abreast")
    try:
        for item in items:
            coming.append(pool.submit(work, item))
            if len(coming) > workers:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
