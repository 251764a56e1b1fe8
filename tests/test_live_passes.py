"""When somebody who is passing is asked about, whom nobody asks about twice, and that nothing is left of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import SCALE, FakePack, Seen, faces_of, frame, template
from workbench.comparing import Comparer
from workbench.cutouts import Cutouts
from workbench.galleries import build_gallery
from workbench.live.memory import Memory
from workbench.live.passes import Over, Passes, Raised
from workbench.tracking import Kept, Tracker

LISTED = np.stack([template(1), template(0, 1)])  # persons 0 and 1 are listed


class Clock:
    """A time that only the test moves."""

    def __init__(self) -> None:
        self.t = 0.0

    def __call__(self) -> float:
        return self.t


class Gate:
    """A camera's tracker and passes, fed with who is there."""

    def __init__(
        self, memory: Memory | None = None, *, camera: int = 0, faces: int = 2, clock: Clock | None = None
    ) -> None:
        self.pack, self.clock = FakePack(), clock or Clock()
        self.kept: list[Kept] = []
        self.memory = memory or Memory(10, SCALE.same, keep=1000, now=self.clock)
        gallery, owner = build_gallery("exact", LISTED), np.arange(2)
        comparer = Comparer(self.pack, SCALE, gallery, LISTED, owner, 0.6, 0.6, workers=1)
        self.tracker = Tracker(self.pack, SCALE, every=0.1, let_go=self._let_go)
        self.passes = Passes(camera, comparer, self.memory, faces)

    def _let_go(self, kept: Kept) -> None:
        self.kept.append(kept)
        kept.wipe()

    def see(self, t: float, *people: Seen) -> list[Raised | Over]:
        self.clock.t = t
        picture = frame(round(10 * t), t)
        faces = faces_of(people, t)
        cutouts = Cutouts(self.pack, picture, faces)
        ended = self.tracker.step(picture, faces, cutouts=cutouts)
        self.kept += [kept for trail in (*self.tracker.live, *ended) for kept in trail.kept]
        events = self.passes.step(t, self.tracker, ended)
        cutouts.wipe()
        return events

    def run(
        self, start: float, end: float, who: Callable[[float], Sequence[Seen]]
    ) -> list[tuple[float, Raised | Over]]:
        steps = np.round(np.arange(start, end, 0.1), 6).tolist()
        return [(t, event) for t in steps for event in self.see(t, *who(t))]


def only(events: Sequence[tuple[float, Raised | Over]], kind: type) -> list[tuple[float, Raised | Over]]:
    return [(t, event) for t, event in events if isinstance(event, kind)]


def walk(person: int, start: float = 0.0, end: float = 2.0) -> Callable[[float], Sequence[Seen]]:
    return lambda t: [Seen(person, 100 + 20 * (t - start))] if start <= t < end else []


def test_an_alert_comes_with_the_second_face_and_once_a_pass() -> None:
    events = Gate().run(0, 6, walk(0))
    ((t, raised),) = only(events, Raised)
    assert t == 0.4  # faces of one pass are kept 0.4 s apart
    assert isinstance(raised, Raised) and raised.passage.score is not None and raised.passage.score > 0.99
    ((over_at, over),) = only(events, Over)
    assert over_at > 3.9 and isinstance(over, Over) and over.ticket is raised.ticket and over.passage.seen == 20


def test_a_pass_that_ends_with_one_face_is_asked_about_when_it_is_over() -> None:
    events = Gate().run(0, 4, walk(0, 0, 0.2))
    assert [type(event) for _, event in events] == [Raised, Over] and events[0][0] > 2
    raised = events[0][1]
    assert (
        isinstance(raised, Raised) and raised.passage.pictures
    )  # the pass is wiped when it is over; what an officer is shown is not
    assert all(each.image.any() and each.chip is not None and each.chip.any() for each in raised.passage.pictures)


def test_with_one_face_needed_the_alert_comes_at_once() -> None:
    assert only(Gate(faces=1).run(0, 1, walk(0)), Raised)[0][0] == 0


def test_of_a_stranger_only_score_time_and_place_are_left() -> None:
    gate = Gate()
    events = gate.run(0, 6, walk(5))
    ((_, over),) = events
    assert isinstance(over, Over) and over.ticket is None
    assert over.passage.score == 0 and over.passage.template is None and over.passage.pictures == ()
    assert len(gate.kept) > 20
    for kept in gate.kept:
        assert not kept.chip.any() and not kept.around.image.any()  # type: ignore[union-attr]
        assert kept.template is None or not kept.template.any()


def test_the_faces_of_an_alert_outlive_the_wiping_of_its_pass() -> None:
    ((_, raised),) = only(Gate().run(0, 6, walk(0)), Raised)
    assert isinstance(raised, Raised) and raised.passage.pictures
    assert all(picture.chip is not None and picture.chip.any() for picture in raised.passage.pictures)


def test_the_score_that_is_kept_is_the_highest_that_it_ever_had() -> None:
    """Somebody who turns into another person's face at the end would pull the fused score down; what decided stays."""
    events = Gate().run(0, 6, lambda t: [Seen(0, 100 + 20 * t)] if t < 2 else [])
    ((_, raised),) = only(events, Raised)
    ((_, over),) = only(events, Over)
    assert isinstance(raised, Raised) and isinstance(over, Over)
    assert over.passage.score == raised.passage.score == max(over.passage.score or 0, raised.passage.score or 0)


@pytest.mark.parametrize("first", [0.65, 0.4])
def test_the_kept_score_says_whether_somebody_was_asked(first: float) -> None:
    """One good face and poorer ones of the same person: two are needed, and what one alone reached counts nowhere."""
    gate, seen = Gate(), 0

    def embed(chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        nonlocal seen
        made = [
            template(c, 0, (1 - c * c) ** 0.5) for c in (first if seen + n == 0 else 0.1 for n in range(len(chips)))
        ]
        seen += len(chips)
        return np.stack(made)

    gate.pack.embed = embed  # type: ignore[method-assign]
    events = gate.run(0, 6, walk(3))
    ((_, over),) = only(events, Over)
    assert isinstance(over, Over) and over.passage.score is not None
    assert (over.passage.score >= 0.6) == bool(only(events, Raised))


def test_the_same_subject_at_the_same_camera_is_asked_about_again_after_the_cooldown() -> None:
    gate = Gate()
    first = gate.run(0, 5, walk(0))
    soon = gate.run(5, 10, walk(0, 5, 7))
    later = gate.run(20, 25, walk(0, 20, 22))
    assert len(only(first, Raised)) == 1 and only(soon, Raised) == [] and len(only(later, Raised)) == 1
    ((_, over),) = only(soon, Over)
    assert isinstance(over, Over) and over.why == "cooldown"


def test_another_camera_and_another_subject_have_cooldowns_of_their_own() -> None:
    clock = Clock()
    memory = Memory(10, SCALE.same, keep=1000, now=clock)
    one, other = Gate(memory, clock=clock), Gate(memory, camera=1, clock=clock)
    assert len(only(one.run(0, 5, walk(0)), Raised)) == 1
    assert len(only(other.run(5, 9, walk(0, 5, 7)), Raised)) == 1
    assert len(only(one.run(9, 14, walk(1, 9, 11)), Raised)) == 1


def test_not_this_person_sticks_at_every_camera_and_can_be_taken_back() -> None:
    clock = Clock()
    memory = Memory(0, SCALE.same, keep=1000, now=clock)
    alike = template(0.8, 0, 0.6)  # a stranger who scores 0.8 with person 0
    gates = [Gate(memory, camera=camera, clock=clock) for camera in (0, 1)]
    for gate in gates:
        gate.pack.embed = lambda chips: np.stack([alike] * len(chips))  # type: ignore[method-assign]
    ((_, raised),) = only(gates[0].run(0, 5, walk(3)), Raised)
    assert isinstance(raised, Raised)
    raised.ticket.alert = 7
    memory.hear({7})
    again = gates[1].run(10, 15, walk(3, 10, 12))
    assert only(again, Raised) == []
    ((_, over),) = only(again, Over)
    assert isinstance(over, Over) and (over.why, over.ticket) == ("not this person", raised.ticket)
    memory.hear(set())
    assert len(only(gates[0].run(20, 25, walk(3, 20, 22)), Raised)) == 1


def test_the_person_herself_is_asked_about_though_a_double_was_refused() -> None:
    clock = Clock()
    memory = Memory(0, SCALE.same, keep=1000, now=clock)
    gate = Gate(memory, clock=clock)
    embed = gate.pack.embed
    gate.pack.embed = lambda chips: np.stack([template(0.8, 0, 0.6)] * len(chips))  # type: ignore[method-assign]
    ((_, raised),) = only(gate.run(0, 5, walk(3)), Raised)
    assert isinstance(raised, Raised)
    raised.ticket.alert = 7
    memory.hear({7})
    gate.pack.embed = embed  # type: ignore[method-assign]
    assert (
        len(only(gate.run(10, 15, walk(0, 10, 12)), Raised)) == 1
    )  # more like the reference (1) than like the double (0.8)


def test_a_ticket_is_forgotten_with_its_template() -> None:
    clock = Clock()
    memory = Memory(10, SCALE.same, keep=100, now=clock)
    ticket, why = memory.ask(0, 0, 0.9, template(1))
    assert why == "" and ticket.template.any()
    clock.t = 101
    memory.ask(0, 1, 0.9, template(0, 1))
    assert not ticket.template.any()
    memory.wipe()


def test_two_people_in_one_trail_become_two_passes_and_the_first_keeps_its_alert() -> None:
    events = Gate().run(0, 6, lambda t: [Seen(0 if t < 1.2 else 5, 100 + 5 * t)] if t < 3 else [])
    overs = [event for _, event in only(events, Over)]
    assert len(only(events, Raised)) == 1 and len(overs) == 2
    assert [isinstance(each, Over) and each.ticket is not None for each in overs] == [True, False]


def test_somebody_who_stays_does_not_fill_the_memory() -> None:
    gate = Gate()
    gate.run(0, 150, lambda t: [Seen(5, 100)])
    (trail,) = gate.tracker.live
    assert len(trail.sights) <= 1000 and trail.seen == 1500
