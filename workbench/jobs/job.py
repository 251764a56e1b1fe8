"""A scan in a thread of its own: ask how far it is, wait for it, or stop it. What it knows comes from the ledger."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.advance import Advance
from workbench.jobs.crew import Crew, Stopped, one_line
from workbench.progress import Silent
from workbench.runs import Run

if TYPE_CHECKING:
    from workbench.casefile.case import CaseFile

__all__ = ["Job"]

KEPT = 20  # sentences that the scan said


class Job:
    """A scan that is at work, or was.

    number : of the run, once it is in the ledger; run : the run itself, once it is finished
    state : "running", "finished", "stopped" or "failed"; why : what it failed of, in one line
    said : what the scan had to say, oldest first
    """

    def __init__(self, case: CaseFile, crew: Crew, work: Callable[[Job], Run]) -> None:
        """Start at once; `work` scans, with `Job.heard` as its progress, and tells `Job.begun` its number."""
        self.case, self.heard = case, Heard()
        self.state, self.why = "running", ""
        self.number: int | None = None
        self.run: Run | None = None
        self._crew = crew
        self._thread = threading.Thread(target=self._work, args=(work,), name="scan", daemon=True)
        self._thread.start()

    @property
    def said(self) -> tuple[str, ...]:
        """What the scan had to say, oldest first."""
        return tuple(self.heard.said)

    def advance(self) -> Advance | None:
        """How far it is, from the ledger; None before the run is there."""
        return None if self.number is None else self.case.advance(self.number)

    def begun(self, number: int) -> None:
        """The run is in the ledger."""
        self.number = number

    def cancel(self) -> None:
        """Stop soon; what is written stays, and the same scan goes on from there."""
        self._crew.stop()

    def wait(self, timeout: float | None = None) -> Run | None:
        """The run when it is finished; None if it did not finish, now or within `timeout` seconds."""
        self._thread.join(timeout)
        return self.run

    def _work(self, work: Callable[[Job], Run]) -> None:
        try:
            self.run = work(self)
            self.state = "finished"
        except Stopped:
            self.state = "stopped"
        except Exception as error:  # nobody waits for this thread: whoever looks at the job reads it
            self.why, self.state = one_line(error), "failed"

    def __repr__(self) -> str:
        found = self.advance() if self.state == "running" else None
        return f"Job({self.state}{f': {self.why}' if self.why else ''}{f', {found!r}' if found else ''})"


class Heard(Silent):
    """Progress of which the sentences are kept."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        """Kept."""
        self.said = [*self.said, text][-KEPT:]
