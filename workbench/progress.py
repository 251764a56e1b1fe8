"""How long work tells people how far it is: on a terminal, in a notebook, or not at all. Where it cannot be told, the work goes on."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any, Protocol, TextIO

from workbench.interruption import Interruption
from workbench.terminal import plain

__all__ = ["Bar", "Progress", "Silent"]


class Progress(Protocol):
    """Hears of one piece of work at a time."""

    def start(self, what: str, total: float, unit: str) -> None:
        """A piece of work begins; `total` and what `at` hears are in `unit`."""

    def at(self, done: float) -> None:
        """So much of it is behind."""

    def end(self) -> None:
        """It is over, or was broken off."""

    def say(self, text: str) -> None:
        """Something that the user should know, in one line."""


class Silent:
    """Says nothing."""

    def start(self, what: str, total: float, unit: str) -> None:
        """Nothing."""

    def at(self, done: float) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""

    def say(self, text: str) -> None:
        """Nothing."""


class Bar:
    """A bar on stderr, or in the notebook's cell; what it says goes to `out`, by default stdout, where no notebook paints it red.

    interval : seconds between two pictures of it; the first comes at once, unless this is longer than a second

    A terminal that went away, or the full disk of a log file, ends no work: then nothing more is shown (`OSError`).
    """

    def __init__(self, interval: float = 0.1, out: TextIO | None = None) -> None:
        self._out = out
        self._bar: Any = None
        self._pace = {"mininterval": interval, "maxinterval": 100 * interval, "delay": interval if interval > 1 else 0}

    def start(self, what: str, total: float, unit: str) -> None:
        """Show a bar."""
        from tqdm.auto import tqdm

        form = "{desc} {percentage:3.0f}% |{bar}| {n:.0f}/{total:.0f} {unit} [{elapsed}<{remaining}]"
        with suppress(OSError):
            self._bar = tqdm(
                total=total, desc=plain(what), unit=unit, bar_format=form, file=sys.stderr, leave=False, **self._pace
            )

    def at(self, done: float) -> None:
        """Move it; never back, never past its end. Here Ctrl-C is raised once more if a library has swallowed it."""
        Interruption.check()
        if self._bar is None:
            return
        with suppress(OSError):
            self._bar.update(max(0.0, min(done, self._bar.total) - self._bar.n))

    def end(self) -> None:
        """Take it away. A notebook's bar is hidden and not closed: a page that is drawn later, as Voila's is, still asks for it."""
        if self._bar is not None:
            if box := getattr(self._bar, "container", None):
                self._bar.leave, box.layout.display = True, "none"
            with suppress(OSError):
                self._bar.close()
        self._bar = None

    def say(self, text: str) -> None:
        """A line above the bar, if there is one."""
        from tqdm import tqdm

        with suppress(OSError):
            tqdm.write(plain(text), file=self._out or sys.stdout)
