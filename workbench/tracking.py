"""The tracker: follows faces from sample to sample and keeps the few of each track that are worth comparing.

Motion decides where it can. Where two faces or two tracks could be meant, or a track comes back after a gap, the
recogniser is asked; so a quiet scene costs no embedding until its tracks end. A cut in the footage ends every track.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from workbench import association as steps
from workbench.cutouts import Cutouts
from workbench.faces import Faces, Frame
from workbench.models.pack import Pack
from workbench.surroundings import Surroundings
from workbench.tracks import Scale

__all__ = ["Kept", "Sight", "Tracker", "Trail"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]

TRUSTED = 1.05  # seconds for which nearness alone tells who it is, as long as `association.predict` trusts a walk


@dataclass(frozen=True)
class Sight:
    """One observation of a track: seconds and box (4,) px."""

    t: float
    box: F64


@dataclass(eq=False)
class Kept:
    """A face that is worth comparing, with what is needed to show it to a person.

    drawn : the picture that a person will see, where it is made already; else it is made of `around` when asked for
    """

    t: float
    frame: int
    box: F32
    quality: float
    chip: U8
    drawn: U8 | None = None
    template: F32 | None = None
    points: F32 | None = None
    around: Surroundings | None = None

    @property
    def picture(self) -> U8:
        """The face with its head, everyone else hidden, (h, w, 3)."""
        if self.drawn is None:
            self.drawn = self.around.picture() if self.around else np.zeros((0, 0, 3), np.uint8)
        return self.drawn

    def shown(self, pack: Pack) -> U8:
        """The chip with neighbours hidden, (S, S, 3)."""
        if self.around is None or self.points is None:
            return self.chip
        return self.around.chip(pack, self.points, self.chip)

    def wipe(self) -> None:
        """Overwrite the face and its template with zeros: nobody was asked about it."""
        held = [self.chip, self.drawn, self.template, None if self.around is None else self.around.image]
        for each in held:
            if each is not None:
                each.fill(0)


@dataclass(eq=False)
class Trail:
    """One person from first sight to last."""

    sights: list[Sight]
    velocity: F64 = field(default_factory=lambda: np.zeros(2))
    kept: list[Kept] = field(default_factory=list)
    thinned: int = 0

    @property
    def seen(self) -> int:
        """How often this person was seen."""
        return len(self.sights) + self.thinned

    def thin(self, most: int) -> None:
        """Forget sights of somebody who stays and stays: all but the first, the widest, and half of `most` of the latest."""
        if len(self.sights) > most:
            first, widest, late = self.sights[0], self.widest, self.sights[-(most // 2) :]
            kept = [first, *([widest] if widest is not first and widest.t < late[0].t else []), *late]
            self.sights, self.thinned = kept, self.thinned + len(self.sights) - len(kept)

    @property
    def last(self) -> Sight:
        """The latest sight."""
        return self.sights[-1]

    @property
    def widest(self) -> Sight:
        """The sight with the greatest face."""
        return max(self.sights, key=lambda sight: sight.box[2] - sight.box[0])

    def split(self, t: float) -> tuple[Trail, Trail]:
        """The trail before and from time `t` on; what was forgotten of it lies before."""
        early = Trail([s for s in self.sights if s.t < t], kept=[k for k in self.kept if k.t < t], thinned=self.thinned)
        late = Trail([s for s in self.sights if s.t >= t], kept=[k for k in self.kept if k.t >= t])
        return early, late


class Tracker:
    """Feed it frames in order with `step`; it hands back the trails that ended, and the rest with `finish`.

    best : faces kept a track
    patience : seconds for which a track that is not seen may come back; never less than the next sample takes
    apart : seconds; of each such stretch of a track at most one face is kept, so that they differ
    let_go : hears of each face that was kept and is replaced by a better one
    """

    def __init__(
        self,
        pack: Pack,
        scale: Scale,
        *,
        every: float,
        best: int = 5,
        patience: float = 2.0,
        apart: float = 0.4,
        let_go: Callable[[Kept], None] = lambda kept: None,
    ) -> None:
        self._pack, self._scale = pack, scale
        self._best, self._patience, self._apart = best, max(patience, 1.6 * every), apart
        self._live: list[Trail] = []
        self._let_go = let_go
        self._glance: U8 | None = None
        self._before = self._closer = -np.inf
        self.embedded = 0

    def step(self, frame: Frame, faces: Faces, *, close: bool = False, cutouts: Cutouts | None = None) -> list[Trail]:
        """Continue the trails with the faces of one frame; returns those that ended.

        close : this was a closer look; since usual looks miss some faces, who was seen then counts as seen just now until
            the next one
        cutouts : of this frame, where they were made before
        """
        looks = cutouts or Cutouts(self._pack, frame, faces)
        ended = self.finish() if self._cut(looks) else self._expired(frame.t)
        for trail, row in self._match(frame.t, faces, looks):
            self._extend(trail, frame, faces, row, looks)
        self.embedded += looks.embedded
        self._before, self._closer = frame.t, frame.t if close else self._closer
        return ended

    @property
    def live(self) -> tuple[Trail, ...]:
        """The trails that go on."""
        return tuple(self._live)

    def replace(self, trail: Trail, rest: Trail) -> None:
        """Let a trail that turned out to be two people go on as the second one."""
        rest.velocity = trail.velocity
        self._live[self._live.index(trail)] = rest

    def finish(self) -> list[Trail]:
        """End every trail."""
        ended, self._live = self._live, []
        return ended

    def _cut(self, looks: Cutouts) -> bool:
        if looks.glance is None:  # damage looks like a cut and is none
            return False
        before, self._glance = self._glance, looks.glance
        return before is not None and steps.shot_cut(before, looks.glance)

    def _expired(self, t: float) -> list[Trail]:
        ended = [trail for trail in self._live if t - trail.last.t > self._patience]
        self._live = [trail for trail in self._live if t - trail.last.t <= self._patience]
        return ended

    def _motion(self) -> steps.Motion:
        if not self._live:
            return steps.Motion.none()
        return steps.Motion(
            box=np.stack([trail.last.box for trail in self._live]),
            velocity=np.stack([trail.velocity for trail in self._live]),
            t=np.array([trail.last.t for trail in self._live]),
            seen=np.array([len(trail.sights) for trail in self._live]),
        )

    def _match(self, t: float, faces: Faces, looks: Cutouts) -> list[tuple[Trail, int]]:
        """Each face with the trail it continues; a new trail for those that continue none."""
        before = self._before if np.isinf(self._closer) else min(self._before, self._closer)
        motion = self._motion()
        apart = steps.distance(steps.predict(motion, t), faces.box.astype(np.float64))
        within, fresh = steps.reach(motion, t), (motion.t >= before) & (t - motion.t <= TRUSTED)
        todo = steps.plan(apart, within, fresh)
        pairs = todo.sure + self._doubtful(todo, apart, within, fresh, looks)
        found = {row: self._live[i] for i, row in pairs}
        for row in range(len(faces)):
            if row not in found:
                found[row] = Trail([])
                self._live.append(found[row])
        return [(found[row], row) for row in range(len(faces))]

    def _doubtful(
        self, todo: steps.Plan, apart: F64, within: F64, fresh: NDArray[np.bool_], looks: Cutouts
    ) -> list[tuple[int, int]]:
        if not todo.tracks or not todo.faces:
            return []
        like = self._likeness([self._live[i] for i in todo.tracks], looks, todo.faces)
        some = np.ix_(todo.tracks, todo.faces)
        pairs = steps.associate(
            apart[some],
            within[todo.tracks],
            like,
            fresh[todo.tracks],
            same=self._scale.same,
            contradict=self._scale.contradict,
        )
        return [(todo.tracks[i], todo.faces[j]) for i, j in pairs]

    def _likeness(self, trails: Sequence[Trail], looks: Cutouts, rows: list[int]) -> F64:
        """Cosine of each trail's face with each face, NaN where one is unfit."""
        probe = looks.templates(rows)
        own = np.stack([self._face_of(trail, probe.shape[1]) for trail in trails])
        return own @ probe.T.astype(np.float64)

    def _face_of(self, trail: Trail, dim: int) -> F64:
        """The template of the trail's best face, embedded when first asked for; NaN if it has none."""
        if not trail.kept:
            return np.full(dim, np.nan)
        best = max(trail.kept, key=lambda kept: kept.quality)
        if best.template is None:
            best.template = self._pack.embed(best.chip[None])[0]
            self.embedded += 1
        return best.template.astype(np.float64)

    def _extend(self, trail: Trail, frame: Frame, faces: Faces, row: int, looks: Cutouts) -> None:
        box = faces.box[row].astype(np.float64)
        if trail.sights:
            last = trail.last
            _, trail.velocity = steps.update(last.box, trail.velocity, last.t, len(trail.sights), box, frame.t)
        trail.sights.append(Sight(frame.t, box))
        if looks.fit[row]:
            self._keep(trail, frame, faces, row, looks)

    def _keep(self, trail: Trail, frame: Frame, faces: Faces, row: int, looks: Cutouts) -> None:
        """Keep this face if it is better than the one kept from the same stretch, or than the worst that is kept."""
        now = self._stretch(trail, frame.t)
        near = [kept for kept in trail.kept if self._stretch(trail, kept.t) == now]
        rivals = near or (trail.kept if len(trail.kept) >= self._best else [])
        worst = min(rivals, key=lambda kept: kept.quality, default=None)
        beat = -1.0 if worst is None else worst.quality
        worth = float(looks.quality[row])
        if worth <= beat:
            return
        if worst is not None:
            trail.kept.remove(worst)
            self._let_go(worst)
        around = Surroundings.of(frame.image, faces.box, row)
        chip, place = looks.chip(row).copy(), (frame.t, frame.index, faces.box[row], worth)
        known = looks.known.get(row)
        template = None if known is None else known.copy()
        trail.kept.append(Kept(*place, chip, None, template, faces.points[row], around))

    def _stretch(self, trail: Trail, t: float) -> int:
        """Which stretch of the trail, `apart` seconds each, a time belongs to."""
        return int((t - trail.sights[0].t) / self._apart + 1e-6)
