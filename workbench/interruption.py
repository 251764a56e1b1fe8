"""Ctrl-C, and the system's request to end, that leave nothing half done, and that no library can swallow.

Python raises `KeyboardInterrupt` between any two instructions of the main thread. In the middle of a commit that is a
bad moment; in the middle of somebody else's `except:` it is lost. So changes of a case hold it back until they are
whole, and a command remembers that the keys were pressed until it has ended.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType
from typing import Any

__all__ = ["Interruption", "uninterrupted"]

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
USUAL = (signal.default_int_handler, signal.SIG_DFL)
AGAIN = 1.0  # seconds in which another signal is the same request: a terminal that is closed, and `timeout`, send two


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C within the block takes effect at its end, and a request to end likewise where it is `watched`.

    Outside of the main thread, where they never arrive, nothing changes.
    """
    if current_thread() is not main_thread():
        yield
        return
    usual: dict[int, Any] = {each: handler for each in SIGNALS if callable(handler := signal.getsignal(each))}
    pressed: list[tuple[int, FrameType | None]] = []
    for number in usual:
        signal.signal(number, lambda number, frame: pressed.append((number, frame)))
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
        if pressed:
            usual[pressed[0][0]](*pressed[0])


class Interruption:
    """Whether Ctrl-C was pressed while a command ran, or the system asked it to end; what was swallowed is raised again by `check`.

    There is one, `Interruption.now`, while `watched` runs; libraries and notebooks, which do without, are left alone.
    """

    now: Interruption | None = None

    def __init__(self) -> None:
        self.pressed, self._raised = False, 0.0

    def press(self, number: int, frame: FrameType | None) -> None:
        """The signal's handler; the same request said twice must not disturb what clears up after the first."""
        if self.pressed and time.monotonic() - self._raised < AGAIN:
            return
        self.pressed, self._raised = True, time.monotonic()
        raise KeyboardInterrupt

    @classmethod
    @contextmanager
    def watched(cls) -> Iterator[Interruption]:
        """Remember presses within the block."""
        this, usual = cls(), {number: signal.getsignal(number) for number in SIGNALS}
        if current_thread() is not main_thread() or usual[signal.SIGINT] not in (*USUAL, signal.SIG_IGN):
            yield this  # somebody else's business, or watched already
            return
        cls.now = this
        for number, handler in usual.items():
            # what is ignored stays so: SIGHUP under nohup, SIGINT of what a script has in the background
            if handler in USUAL:
                signal.signal(number, this.press)
        try:
            yield this
        finally:
            for number, handler in usual.items():
                signal.signal(number, handler)
            cls.now = None

    @classmethod
    def check(cls) -> None:
        """`KeyboardInterrupt` if Ctrl-C was pressed and the command goes on all the same."""
        if cls.now is not None and cls.now.pressed:
            raise KeyboardInterrupt
