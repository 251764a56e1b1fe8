"""People who are passing right now: when each is compared, what the best evidence so far says, and what is left at the end.

The rule. A pass is compared as soon as it has a face that is fit, and again whenever a further or a better one is kept, at
most `PACE` apart. What counts is a score on `faces` faces from different moments, or, with fewer, the one when it is over:
the highest of these is the score of the pass, and it is asked about as soon as that reaches the threshold. So the score that
is kept is the one that decided, and a slider over kept scores says exactly which passes would have been asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from workbench.comparing import Comparer, passage_of
from workbench.live.memory import Memory, Ticket
from workbench.runs import Passage, Picture
from workbench.tracking import Tracker, Trail

__all__ = ["Over", "Pass", "Passes", "Raised"]

F32 = NDArray[np.float32]

PACE = 0.2  # seconds between two comparisons of one pass
MOST = 1000  # sights of a pass that are remembered one by one


@dataclass(eq=False)
class Pass:
    """One person on the way.

    peak : highest score so far that counts, None before the first
    ticket : the alert that stands for this pass, its own or, with `why`, another's
    """

    trail: Trail
    peak: float | None = None
    compared: tuple[tuple[float, int], ...] = ()
    asked: float = -np.inf
    ticket: Ticket | None = None
    why: str = ""

    @property
    def evidence(self) -> tuple[tuple[float, int], ...]:
        """Which faces are kept: when this changes there is something new to compare."""
        return tuple((kept.t, kept.frame) for kept in self.trail.kept)

    def due(self, t: float) -> bool:
        """Whether it should be compared now."""
        return bool(self.trail.kept) and t - self.asked >= PACE and self.evidence != self.compared

    def record(self) -> Passage:
        """What stays of it: times, boxes, and the score that decided."""
        return replace(passage_of(self.trail), score=self.peak)


@dataclass(frozen=True)
class Raised:
    """An alert: the pass with its faces, and the ticket under which it is known until it is written."""

    ticket: Ticket
    passage: Passage


@dataclass(frozen=True)
class Over:
    """A pass that is over, as it is kept."""

    ticket: Ticket | None
    why: str
    passage: Passage


@dataclass
class Passes:
    """The passes of one camera.

    camera : its number; faces : needed for an alert while a pass goes on
    """

    camera: int
    comparer: Comparer
    memory: Memory
    faces: int
    _live: dict[int, Pass] = field(default_factory=dict)  # by id of the trail, which its pass keeps alive

    def step(self, t: float, tracker: Tracker, ended: Sequence[Trail]) -> list[Raised | Over]:
        """Compare what is due and close what ended; what has to be written, in order."""
        events: list[Raised | Over] = []
        for trail in tracker.live:
            self._live.setdefault(id(trail), Pass(trail))
            trail.thin(MOST)
        due = [each for each in self._live.values() if each.due(t) and not any(each.trail is gone for gone in ended)]
        self._embed([each.trail for each in due])
        for each in due:
            each.asked = t
            events += self._compare(each, tracker)
        for trail in ended:
            events += self._end(self._live.pop(id(trail), Pass(trail)))
        return events

    def under_alert(self) -> list[Trail]:
        """Whose faces may be seen: passes that raised an alert and go on, unless somebody said that it is not this person."""
        return [each.trail for each in self._live.values() if each.ticket and not each.why and not each.ticket.refused]

    def _embed(self, trails: Sequence[Trail]) -> None:
        """One batch for everybody who is due: several small ones take longer."""
        fresh = [kept for trail in trails for kept in trail.kept if kept.template is None]
        if fresh:
            templates = self.comparer.pack.embed(np.stack([kept.chip for kept in fresh]))
            for kept, template in zip(fresh, templates, strict=True):
                kept.template = template.copy()
            templates.fill(0)

    def _compare(self, one: Pass, tracker: Tracker) -> list[Raised | Over]:
        """Compare a pass that goes on; where its faces are two people's, the first one's is over."""
        *before, now = self.comparer.parts([one.trail])
        events: list[Raised | Over] = []
        if before:
            tracker.replace(one.trail, now)
            del self._live[id(one.trail)]
            events += self._end_part(one, before[0])
            for part in before[1:]:
                events += self._end(Pass(part))
            one = self._live[id(now)] = Pass(now)
        one.compared = one.evidence
        return [*events, *self._ask(one, self.faces)]

    def _ask(self, one: Pass, faces: int) -> list[Raised | Over]:
        """Raise the score, and an alert if that is due; none for a pass that has one, or for which another stands."""
        if not one.trail.kept or len(one.trail.kept) < faces:
            return []
        answer, template = self.comparer.answer(one.trail)
        row, score = answer[0]
        one.peak = score if one.peak is None else max(one.peak, score)
        if one.ticket is not None or score < self.comparer.threshold:
            return []
        subject = int(self.comparer.owner[row])
        one.ticket, one.why = self.memory.ask(self.camera, subject, score, template)
        if one.why:
            return []
        passage = self.comparer.judged(one.trail)
        return [Raised(one.ticket, replace(passage, pictures=tuple(map(_own, passage.pictures))))]

    def _end(self, one: Pass) -> list[Raised | Over]:
        """The last comparison of a pass, with all its faces, and the end of them."""
        parts = self.comparer.parts([one.trail])
        events = self._end_part(one, parts[0])
        for part in parts[1:]:
            events += self._end_part(Pass(part), part)
        return events

    def _end_part(self, one: Pass, trail: Trail) -> list[Raised | Over]:
        one.trail = trail
        events = self._ask(one, 1)
        for kept in trail.kept:
            kept.wipe()
        return [*events, Over(one.ticket, one.why, one.record())]


def _own(picture: Picture) -> Picture:
    """The picture with pixels of its own: those of the pass are wiped before, or while, it is written."""
    return replace(picture, image=picture.image.copy(), chip=None if picture.chip is None else picture.chip.copy())
