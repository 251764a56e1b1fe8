"""A deployment seen from another process: a socket on this machine that hands out status and redacted pictures.

A kernel may die while recognition goes on elsewhere (`workbench watch`), and a new one looks again. The socket lies in a
folder that only the same user may enter; it gives what a board shows, takes "end" and "the camera was moved", and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import socketserver
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.casefile.case import CaseFile
from workbench.errors import CaseError, InputError
from workbench.live.status import News, place_in

if TYPE_CHECKING:
    from workbench.live.watching import Watching

__all__ = ["Attached", "Door", "attach"]

PATIENCE = (
    5.0  # seconds without an answer, beside what was asked to be waited for, after which nobody seems to be there
)


def _place(case: CaseFile) -> Path:
    """Where the socket of a case's deployment is; its folder belongs to this user alone."""
    folder = Path(tempfile.gettempdir()) / f"second-look-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.stat().st_mode & 0o077:
        raise CaseError(f"{folder} can be entered by others; remove it, so that it is made anew")
    return folder / hashlib.sha256(os.fsencode(case.folder.resolve())).hexdigest()[:24]


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    watching: Watching


class _Asked(socketserver.StreamRequestHandler):
    """One question a connection: a line of JSON, answered by a line and the pictures behind it."""

    def handle(self) -> None:
        with suppress(OSError, ValueError, InputError):  # who asked went away, or asked what cannot be answered
            self._answer()

    def _answer(self) -> None:
        asked, watching = json.loads(self.rfile.readline(10_000) or b"{}"), self.server.watching  # type: ignore[attr-defined]
        if asked.get("deployment", watching.number) != watching.number:
            self.wfile.write(
                json.dumps({"deployment": watching.number}).encode() + b"\n"
            )  # of another one nothing is told
            return
        if asked.get("ask") == "end":
            watching.end(str(asked.get("why")))
        elif asked.get("ask") == "learn":
            watching.learn_again(str(asked.get("camera")))
        news = watching.news(int(asked.get("after", 0)), float(asked.get("wait", 0)))
        pictures = {name: (number, len(jpeg)) for name, (number, jpeg) in news.pictures.items()}
        head = {"deployment": watching.number, "number": news.number, "status": news.status, "pictures": pictures}
        self.wfile.write(json.dumps(head).encode() + b"\n")
        for _, jpeg in news.pictures.values():
            self.wfile.write(jpeg)


class Door:
    """The socket of a deployment, open as long as it goes on."""

    def __init__(self, watching: Watching) -> None:
        try:
            self._path = _place(watching.case)
            self._path.unlink(missing_ok=True)  # left by a process that died: this one holds the case
            self._server = _Server(str(self._path), _Asked)
        except OSError as error:
            raise CaseError(
                f"boards of other processes cannot be let in at {tempfile.gettempdir()} ({error}); set TMPDIR to a short path that can be written"
            ) from error
        self._server.watching = watching
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="door", daemon=True).start()

    def close(self) -> None:
        """Take it away."""
        self._server.shutdown()
        self._server.server_close()
        self._path.unlink(missing_ok=True)


class Attached:
    """A deployment of another process, as a board needs it."""

    def __init__(self, case: CaseFile) -> None:
        self.case = case
        self.number = 0
        self.number = int(self._ask({})[0]["deployment"])
        self._last: Mapping[str, Any] = {}

    def news(self, after: int = 0, wait: float = 0.0) -> News:
        """See `Watching.news`; a process that is gone is a deployment that does not go on."""
        try:
            head, pictures = self._ask({"ask": "news", "after": after, "wait": wait}, wait)
        except CaseError as error:
            return News(after + 1, {**self._last, "running": False, "why": str(error), "trouble": str(error)})
        self._last = head["status"]
        return News(int(head["number"]), self._last, pictures)

    def status(self) -> Mapping[str, Any]:
        """How it is doing now, as plain JSON values."""
        return self.news().status

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return bool(self.status()["running"])

    def end(self, why: str = "stopped by a person") -> None:
        """Ask it to end."""
        self._ask({"ask": "end", "why": why})

    def learn_again(self, camera: str) -> None:
        """Somebody has seen that a camera was moved: its scene as it is now is the right one."""
        place_in([each["name"] for each in self.status()["cameras"]], camera)
        self._ask({"ask": "learn", "camera": camera})

    def __repr__(self) -> str:
        return f"Attached(deployment {self.number} of another process)"

    def _ask(self, question: Mapping[str, Any], wait: float = 0.0) -> tuple[Any, dict[str, tuple[int, bytes]]]:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(PATIENCE + wait)
                line.connect(str(_place(self.case)))
                own = {"deployment": self.number} if self.number else {}
                line.sendall(json.dumps({**question, **own}).encode() + b"\n")
                with line.makefile("rb") as answer:
                    head = json.loads(answer.readline())
                    if own and head["deployment"] != self.number:
                        raise ValueError(f"deployment {self.number} is over, and {head['deployment']} goes on")
                    pictures = {name: (number, answer.read(size)) for name, (number, size) in head["pictures"].items()}
            return head, pictures
        except (OSError, ValueError) as error:
            raise CaseError(
                f"no deployment of {self.case.folder.name} answers ({error}); begin one: workbench watch {self.case.folder} URL"
            ) from error


def attach(case: CaseFile) -> Attached:
    """The deployment of this case that another process runs; `CaseError` if none answers."""
    return Attached(case)
