"""What a deployment writes into its case: alerts at once, everybody else as a score every few seconds, gaps, the sign of life.

Everything goes through one thread, in order. What cannot be written (a full disk, a locked database) is tried again for
`PATIENCE` seconds, while it is said aloud; then the deployment stops: alerts that nobody could prove are not raised.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from workbench.casefile import deployments
from workbench.casefile.case import CaseFile
from workbench.casefile.live_alerts import changes_of
from workbench.casefile.schema import utc_now
from workbench.decisions import who
from workbench.deployments import Break
from workbench.errors import CaseError, HoldLost
from workbench.live.memory import Memory
from workbench.live.passes import Over, Raised
from workbench.live.station import Station

__all__ = ["Recorder"]

EVERY = 10.0  # seconds between two writings of what can wait: what a killed process loses at most
ASK = 0.5  # seconds between two looks for answers of people
PATIENCE = 60.0  # seconds for which a write is tried again
CLEAN = 600.0  # seconds between two looks for alerts whose time is over
JUMP = 2.0  # seconds by which the machine's clock may drift unsaid

T = TypeVar("T")


@dataclass(frozen=True)
class _Event:
    """Something that a camera's pass led to; scene : JPEG bytes, or b""."""

    camera: int
    what: Raised | Over
    scene: bytes = b""


class Recorder:
    """Writes one deployment; `put` never waits.

    changed : is called after an alert is on disk, and when `trouble` changes
    withdrawn : why the deployment may not go on, as the case said when it was last asked; "" if it may
    """

    def __init__(
        self,
        case: CaseFile,
        begun: deployments.Begun,
        stations: Sequence[Station],
        memory: Memory,
        changed: Callable[[], None],
    ) -> None:
        self._case, self._begun, self._stations, self._memory = case, begun, stations, memory
        self._changed = changed
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._over: list[tuple[int, Over]] = []
        self._ordinal, self._upto = 0, 0.0
        self._totals: list[Counter[str]] = [Counter() for _ in stations]  # by camera, as far as they are written
        self._gaps: dict[tuple[int, datetime], tuple[int, datetime | None]] = {}
        self._began, self._began_utc = time.monotonic(), utc_now()
        self._wrote = self._asked = self._cleaned = self._began
        self._drift, self._answers = 0.0, ""
        self._giving_up = threading.Event()
        self.trouble = self.withdrawn = ""
        self.failed: CaseError | None = None
        self.alerts = self.repeats = self.faces = self.compared = 0

    def put(self, camera: int, what: Raised | Over, scene: bytes = b"") -> None:
        """Hand over something to write."""
        self._events.put(_Event(camera, what, scene))

    def work(self, wait: float = 0.2) -> None:
        """One round: what was handed over, and whatever is due; `CaseError` once nothing can be written any more."""
        with suppress(queue.Empty):
            self._take([self._events.get(timeout=wait), *self._waiting()])
        now = time.monotonic()
        if now - self._asked >= ASK:
            self._asked = now
            self._patiently(self._hear)
        if now - self._wrote >= EVERY:
            self._wrote = now
            self._patiently(self._keep_up)
        if now - self._cleaned >= CLEAN:
            self._cleaned = now
            self._patiently(self._clean)

    def finish(self, why: str) -> None:
        """Write what is left, and the end of the deployment."""
        self._take(self._waiting())
        self._patiently(self._keep_up)
        self._patiently(lambda: self._close(why))

    def _waiting(self) -> list[_Event]:
        """All that was handed over meanwhile."""
        found: list[_Event] = []
        with suppress(queue.Empty):
            while True:
                found.append(self._events.get_nowait())
        return found

    def _take(self, events: Sequence[_Event]) -> None:
        """Alerts are written at once, those that wait together: six people who come at the same time are not six waits."""
        for event in events:
            if isinstance(event.what, Over):
                self._over.append((event.camera, event.what))
                self.faces += 1
                self.compared += event.what.passage.score is not None
                self.repeats += bool(event.what.why)
        raised = [(event, event.what) for event in events if isinstance(event.what, Raised)]
        if raised:
            self._patiently(lambda: self._raise(raised))
            self.alerts += len(raised)
            self._changed()

    def _raise(self, events: Sequence[tuple[_Event, Raised]]) -> None:
        with self._case.store.change() as session:
            numbers = [
                deployments.raise_alert(
                    session,
                    self._case.store.blobs,
                    self._begun,
                    event.camera,
                    self._ordinal,
                    raised.passage,
                    event.scene,
                )
                for event, raised in events
            ]
        for (_, raised), (track, alert) in zip(events, numbers, strict=True):
            raised.ticket.track, raised.ticket.alert = track, alert
            for picture in raised.passage.pictures:
                for each in (picture.image, picture.chip):
                    if each is not None:
                        each.fill(0)

    def _keep_up(self) -> None:
        """Passes that are over, gaps, counts and the sign of life, in one transaction."""
        cameras = [station.watched for station in self._stations]
        now = time.monotonic() - self._began
        own = [[over for camera, over in self._over if camera == station.number] for station in self._stations]
        totals = [Counter(frames=each.looked, corrupt_frames=each.camera.health.corrupt) for each in self._stations]
        profiles = [
            {name: total[name] - before[name] for name in total} | {"tracks": len(some)}
            for some, total, before in zip(own, totals, self._totals, strict=True)
        ]
        with self._case.store.change() as session:
            for camera, over in self._over:
                ticket = over.ticket
                mine = ticket is not None and not over.why
                track = ticket.track if ticket is not None and mine else None
                repeat = (ticket.alert, over.why) if ticket is not None and ticket.alert and over.why else None
                deployments.end_pass(session, self._begun, camera, self._ordinal, over.passage, track, repeat)
            gaps, drift = self._keep_gaps(session), self._keep_drift(session)
            deployments.keep_up(session, self._begun, self._ordinal, cameras, profiles, (self._upto, now))
        self._over, self._upto, self._ordinal = [], now, self._ordinal + 1  # once it is written, and not before
        self._gaps, self._drift, self._totals = self._gaps | gaps, drift, totals

    def _keep_gaps(self, session: Session) -> dict[tuple[int, datetime], tuple[int, datetime | None]]:
        """Rows and ends of the gaps that are new or have ended."""
        found = {}
        for station in self._stations:
            for gap in station.camera.health.gaps:
                key = (station.number, gap.start)
                row, end = self._gaps.get(key, (None, None))
                if row is None or end != gap.end:
                    value = Break(station.camera.name, gap.start, gap.end, gap.reason)
                    found[key] = deployments.keep_gap(session, self._begun.deployment, value, row), gap.end
        return found

    def _keep_drift(self, session: Session) -> float:
        """By how much the machine's clock was set so far, s."""
        drift = (utc_now() - self._began_utc).total_seconds() - (time.monotonic() - self._began)
        if abs(drift - self._drift) <= JUMP:
            return self._drift
        true = self._began_utc + timedelta(seconds=time.monotonic() - self._began)
        words = (
            f"the machine's clock was set by {drift - self._drift:+.0f} s; times of this deployment do not move with it"
        )
        deployments.keep_gap(session, self._begun.deployment, Break("", true, true, words), None)
        return drift

    def _hear(self) -> None:
        """Whether it may go on, and what people answered: "not this person" counts from the first answer on, until its person says otherwise."""
        with self._case.store.session() as session:
            self.withdrawn = deployments.withdrawn(session, self._begun.deployment, utc_now())
            answers = changes_of(session, self._begun.deployment)
        if answers == self._answers:
            return
        latest = {(each.alert, who(each.reviewer)): each.verdict for each in self._case.decisions()}
        said: dict[int, set[str]] = {}
        for (alert, _), verdict in latest.items():
            said.setdefault(alert, set()).add(verdict)
        self._answers = answers
        self._memory.hear(
            {alert for alert, verdicts in said.items() if "different" in verdicts and "same" not in verdicts}
        )

    def _clean(self) -> None:
        """Alerts whose time is over while the deployment goes on."""
        now = self._case.store.now()
        due = tuple(each for each in self._case.clocks if each.due is not None and each.due <= now)
        if due:
            self._case.forget(due)

    def _close(self, why: str) -> None:
        ended = (self._began_utc + timedelta(seconds=time.monotonic() - self._began)).astimezone(UTC)
        with self._case.store.change() as session:
            run = deployments.close(session, self._begun.deployment, ended, why)
        self._case.finish_run(run, ended)

    def _patiently(self, work: Callable[[], T]) -> T | None:
        """Do it, and again while it cannot be done; `failed` and the error once patience is at its end."""
        until = time.monotonic() + (0 if self.failed else PATIENCE)
        while True:
            try:
                result = work()
            except HoldLost as error:
                self.failed = error
                raise
            except CaseError as error:
                if time.monotonic() >= until or self._giving_up.is_set():
                    self.failed = error
                    raise
                self._say(f"NOT WRITTEN: {error}; it is tried again")
                self._giving_up.wait(1.0)
            else:
                self._say("")
                return result

    def _say(self, words: str) -> None:
        if words != self.trouble:
            self.trouble = words
            self._changed()

    def give_up(self) -> None:
        """Try nothing again: who runs this wants to end."""
        self._giving_up.set()
