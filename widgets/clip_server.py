"""Clips for a page: made in a thread of their own, then handed out in ranges of bytes; the kernel never waits for them."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from widgets.answering import Reply, words_of
from widgets.player_data import clip_message, stills
from workbench.case import Case
from workbench.casefile.clips import is_kept
from workbench.clips import Clip
from workbench.errors import InputError

__all__ = ["ClipServer"]

HELD = 3  # clips in memory
RANGE = 1_000_000  # bytes in one answer, at most
QUIET = 2.0  # seconds after which the same per cent is told again
PASSES = {
    "looking for faces": 0.0,
    "drawing": 0.45,
    "checking the copy": 0.55,
}  # where each pass of a clip begins, 0..1
Send = Callable[[dict[str, Any], list[bytes]], None]


class ClipServer:
    """Answers a page that wants clips: `send(message, buffers)` may be called from a thread."""

    def __init__(self, case: Case, send: Send, by: str = "", *, blind: bool = False) -> None:
        """Get ready; `blind` leaves out of every answer what a clip is about and where it comes from."""
        self._case, self._send, self._by, self._blind = case, send, by, blind
        self._held: OrderedDict[int, Clip] = OrderedDict()
        self._lock = threading.Lock()
        self.threads: dict[str, threading.Thread] = {}
        self._told: dict[str, _Told] = {}

    def ask(self, key: str, *, alert: int | None = None, track: int | None = None) -> None:
        """Send a clip under `key` as soon as it is there, or how far it is if it was asked for before; what fails is said in one line."""
        running = self.threads.get(key)
        if running is not None and running.is_alive():
            self._told[key].tell()
            return
        self._told[key] = _Told(key, self._send)
        self.threads[key] = threading.Thread(target=self._work, args=(key, alert, track), daemon=True)
        self.threads[key].start()

    def _work(self, key: str, alert: int | None, track: int | None) -> None:
        try:
            clip = self._case.clip(alert, track=track, by=self._by, progress=self._told[key])
            message, buffers = clip_message(clip, blind=self._blind)
            self._let_go()
        except Exception as error:  # the page must hear of any failure, as one line
            self._send({"kind": "no clip", "key": key, "words": words_of(error)}, [])
            return
        with self._lock:
            self._held[clip.id] = clip
            while len(self._held) > HELD:
                self._held.popitem(last=False)
        self._send({**message, "key": key}, buffers)

    def range(self, content: Mapping[str, Any]) -> Reply:
        """Some bytes of a clip."""
        clip, start = self._clip(content), max(0, int(content.get("from", 0)))
        end = min(int(content.get("to", 0)), start + RANGE, len(clip.video))
        message = {"kind": "range", "clip": clip.id, "key": content.get("key"), "from": start}
        return message, [clip.video[start:end]]

    def stills(self, content: Mapping[str, Any]) -> Reply:
        """Pictures of a clip, for a browser that cannot play it."""
        clip = self._clip(content)
        frames, pictures = stills(clip.video, len(clip.times))
        return {"kind": "stills", "clip": clip.id, "key": content.get("key"), "frames": frames}, pictures

    def _let_go(self) -> None:
        """Hold no clip that the case does not keep any more."""
        with self._lock:
            held = list(self._held)
        with self._case.store.session() as session:
            gone = [number for number in held if not is_kept(session, number)]
        with self._lock:
            for number in gone:
                self._held.pop(number, None)

    def _clip(self, content: Mapping[str, Any]) -> Clip:
        self._let_go()
        with self._lock:
            clip = self._held.get(int(content.get("clip", -1)))
        if clip is None:
            raise InputError("this clip is not at hand any more: choose its track again")
        return clip


class _Told:
    """Progress as messages to the page: each hundredth once, and again where one takes long."""

    def __init__(self, key: str, send: Send) -> None:
        self._key, self._send = key, send
        self._from, self._room, self._total, self._last = 0.0, 0.45, 1.0, -1
        self._words, self._when = "getting ready", 0.0

    def start(self, what: str, total: float, unit: str) -> None:
        """A pass begins."""
        name = what.rpartition(": ")[2]
        self._from = PASSES.get(name, 0.0)
        self._room = min([each for each in PASSES.values() if each > self._from], default=1.0) - self._from
        self._total, self._words = max(total, 1e-6), name
        self.at(0)

    def at(self, done: float) -> None:
        """So much of the pass is behind."""
        per_cent = round(100 * (self._from + self._room * min(1.0, max(0.0, done / self._total))))
        if per_cent != self._last or time.monotonic() - self._when > QUIET:
            self._last = per_cent
            self.tell()

    def tell(self) -> None:
        """Say how far it is."""
        self._when = time.monotonic()
        self._send({"kind": "making", "key": self._key, "per_cent": max(0, self._last), "words": self._words}, [])

    def end(self) -> None:
        """Nothing."""

    def say(self, text: str) -> None:
        """Nothing: what matters is said with the clip."""
