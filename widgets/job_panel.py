"""The job panel: how far a scan is, by the case's ledger, and a button that stops it."""

from __future__ import annotations

import threading
import time
from typing import Any

import anywidget
import traitlets as t

from widgets.answering import words_of
from widgets.bundle import bundle, style
from workbench.advance import Advance
from workbench.arguments import said
from workbench.case import Case
from workbench.errors import InputError
from workbench.jobs import Job

__all__ = ["JobPanel"]

PACE = 0.5  # seconds between two looks at the ledger


class JobPanel(anywidget.AnyWidget):
    """A scan at work: `JobPanel(case.start_scan("lobby.mp4"))`, or `JobPanel(case)` for whichever process scans into it.

    `.state` is "running", "finished", "stopped", "failed" or "waiting". A thread reads the ledger twice a second and the page
    is told; no callback waits for anything. Only a scan of this notebook can be stopped from here.
    """

    _esm = bundle("job_panel.js")
    _css = style("job_panel.css")

    shown = t.Dict().tag(sync=True)

    def __init__(self, work: Job | Case, *, title: str = "") -> None:
        if not isinstance(work, Job | Case):
            raise InputError(f"the panel shows a scan or a case, as in JobPanel(case); this is {said(work)}")
        self._job = work if isinstance(work, Job) else None
        self._case = work.case if isinstance(work, Job) else work
        self._title = title or f"Scanning into {self._case.folder.name}"
        self._closed = threading.Event()
        super().__init__(shown=self._look())
        self.on_msg(self._heard)
        self._watch = threading.Thread(target=self._follow, name="job panel", daemon=True)
        self._watch.start()

    @property
    def state(self) -> str:
        """How it stands."""
        return str(self.shown["state"])

    def close(self) -> None:
        """Take the panel away; the scan goes on."""
        self._closed.set()
        super().close()

    def __repr__(self) -> str:
        return f"JobPanel({self.state}, {self.shown['share']:.0%} written)"

    def _heard(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        if content.get("kind") == "stop" and self._job is not None:
            threading.Thread(target=self._job.cancel, daemon=True).start()  # ending workers takes a moment

    def _follow(self) -> None:
        """Look at the ledger until there is nothing more to come."""
        while not self._closed.wait(PACE):
            over = self._job is not None and self._job.state != "running"
            self.shown = self._look()
            if over:
                return

    def _look(self) -> dict[str, Any]:
        job, words = self._job, ""
        try:
            found: Advance | None = job.advance() if job else self._case.advance()
        except Exception as error:  # the case was moved or is damaged, a disk fails: say so, and look again
            found, words = None, words_of(error)
        return {
            "title": self._title,
            "state": job.state if job else _state(found),
            "why": (job.why if job else "") or words,
            "said": list(job.said) if job else [],
            "can_stop": job is not None and job.state == "running",
            "share": found.share if found else 0.0,
            "written": found.written if found else 0.0,
            "seconds": found.seconds if found else 0.0,
            "run": found.run if found else None,
            "at_work": found.at_work if found else "",
            "parts": [vars(part) | {"failed": list(part.failed)} for part in found.parts] if found else [],
            "beat": time.time(),
        }


def _state(found: Advance | None) -> str:
    """Of a scan that another process may be making."""
    if found is None:
        return "waiting"
    return "finished" if found.finished else "running" if found.at_work else "stopped"
