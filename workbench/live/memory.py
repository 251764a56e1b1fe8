"""What a deployment remembers so that nobody is asked about twice: cooldowns, and "not this person", across its cameras."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Memory", "Ticket"]

F32 = NDArray[np.float32]


@dataclass(eq=False)
class Ticket:
    """An alert from the moment it is raised.

    at : seconds of a clock that nobody sets; template : of the passer-by (D,), zero once it is no longer needed
    track, alert : their numbers in the case, None until they are written
    refused : somebody said that the passer-by is not this subject
    """

    camera: int
    subject: int
    at: float
    template: F32
    track: int | None = None
    alert: int | None = None
    refused: bool = False


class Memory:
    """The alerts of a deployment.

    cooldown : seconds in which the same subject raises no second alert at the same camera
    same : cosine from which two faces are taken for one person's
    keep : seconds after which the template of an alert is forgotten
    """

    def __init__(self, cooldown: float, same: float, keep: float, now: Callable[[], float] = time.monotonic) -> None:
        self._cooldown, self._same, self._keep, self._now = cooldown, same, keep, now
        self._tickets: list[Ticket] = []
        self._lock = threading.Lock()

    def ask(self, camera: int, subject: int, score: float, template: F32) -> tuple[Ticket, str]:
        """A new ticket for an alert; or the ticket that stands for it already, and why (a key of `WHY_REPEATED`).

        score : of the passer-by with the subject; template : of the passer-by
        """
        with self._lock:
            self._forget()
            for ticket in reversed(self._tickets):
                if ticket.subject != subject:
                    continue
                if ticket.refused and self._is_refused(ticket, score, template):
                    return ticket, "not this person"
                if not ticket.refused and ticket.camera == camera and self._now() - ticket.at < self._cooldown:
                    return ticket, "cooldown"
            fresh = Ticket(camera, subject, self._now(), template.copy())
            self._tickets.append(fresh)
            return fresh, ""

    def _is_refused(self, ticket: Ticket, score: float, template: F32) -> bool:
        """Whether this is the passer-by of whom somebody said "not this person": as like to that one as one person is to
        herself, and more than to the subject.
        """
        like = float(template @ ticket.template)
        return like >= self._same and like > score

    def hear(self, refused: Collection[int]) -> None:
        """Take over which alerts were answered "different"; an answer that was changed counts as changed."""
        with self._lock:
            for ticket in self._tickets:
                ticket.refused = ticket.alert in refused

    def _forget(self) -> None:
        old = [ticket for ticket in self._tickets if self._now() - ticket.at > self._keep]
        for ticket in old:
            ticket.template.fill(0)
            self._tickets.remove(ticket)

    def wipe(self) -> None:
        """Forget everything."""
        with self._lock:
            for ticket in self._tickets:
                ticket.template.fill(0)
            self._tickets.clear()
