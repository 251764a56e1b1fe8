"""Decode in a thread of its own, a few frames ahead of whoever uses them."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple, TypeVar

__all__ = ["read_ahead"]

T = TypeVar("T")


class _Failure(NamedTuple):
    """An exception on its way from the thread to the consumer."""

    error: BaseException


class _Done:
    """The last thing in the queue."""


def read_ahead(items: Iterator[T], depth: int = 4) -> Generator[T, None, None]:
    """The same items in the same order, taken from `items` by a thread, at most `depth` of them waiting.

    The thread starts with the first `next`. It ends, and closes `items`, when they run out or fail, when the
    generator is closed, or when an exception (Ctrl-C too) leaves the consumer's loop. An exception in `items`
    is raised here, after the items before it. `contextlib.closing(read_ahead(...))` makes the end explicit.

    The two threads talk through `SimpleQueue` alone, which is whole between two instructions of Python: Ctrl-C within a
    `threading.Semaphore` or `Condition` can leave its lock taken for good, and the program hanging.

    >>> list(read_ahead(iter("abc")))
    ['a', 'b', 'c']
    """
    if depth < 1:
        raise ValueError(f"depth is {depth}; at least one item has to fit")
    queue: SimpleQueue[T | _Failure | type[_Done]] = SimpleQueue()
    room, wanted = SimpleQueue[None](), [True]
    for _ in range(depth):
        room.put(None)
    thread = Thread(target=_produce, args=(items, queue, room, wanted), name="read-ahead", daemon=True)
    try:
        thread.start()
        while (item := queue.get()) is not _Done:
            room.put(None)
            if isinstance(item, _Failure):
                raise item.error
            yield item  # type: ignore[misc]  # neither _Failure nor _Done any more
    finally:
        wanted.clear()
        room.put(None)
        if thread.is_alive():
            thread.join()


def _produce(
    items: Iterator[T],
    queue: SimpleQueue[T | _Failure | type[_Done]],
    room: SimpleQueue[None],
    wanted: list[bool],
) -> None:
    try:
        while room.get() is None and wanted:
            queue.put(next(items))
    except StopIteration:
        pass
    except BaseException as error:
        queue.put(_Failure(error))
    finally:
        close = getattr(items, "close", None)  # in this thread: a generator cannot be closed while another runs it
        if close is not None:
            close()
        queue.put(_Done)
