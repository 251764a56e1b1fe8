"""One camera's recognition: the newest picture is looked at, faces in the zone are followed, compared, and wiped."""

from __future__ import annotations

from collections import deque

import numpy as np

from workbench.comparing import Comparer
from workbench.cutouts import Cutouts
from workbench.deployments import Plan, Watched
from workbench.faces import Faces, Frame
from workbench.footage.live import Camera
from workbench.footage.redact import encode_jpeg
from workbench.live.health import Picture, Watchman
from workbench.live.memory import Memory
from workbench.live.passes import Over, Passes, Raised
from workbench.live.view import View, redacted
from workbench.models.pack import Pack
from workbench.tracking import Kept, Tracker, Trail
from workbench.tracks import Scale

__all__ = ["Station"]

LATELY = 500  # looks over which lateness is taken


class Station:
    """Looks at one camera; several share a pack and a comparer.

    number : of the camera in its deployment
    """

    def __init__(
        self, number: int, camera: Camera, pack: Pack, scale: Scale, comparer: Comparer, memory: Memory, plan: Plan
    ) -> None:
        self.number, self.camera, self.view = number, camera, View()
        self._pack, self._plan = pack, plan
        self._tracker = Tracker(pack, scale, every=max(plan.every, 0.04), let_go=Kept.wipe)
        self._passes = Passes(number, comparer, memory, plan.faces)
        self._watchman = Watchman()
        self._late: deque[float] = deque(maxlen=LATELY)
        self._closer = -np.inf
        self._found: Faces | None = None
        self.picture = Picture()
        self.looked = 0

    def look(self, frame: Frame) -> list[Raised | Over]:
        """Everything that one picture leads to; nothing of it is left but what an alert needs, and where faces are."""
        close = frame.t - self._closer >= self._plan.closer
        found = self._pack.detect(frame.image, smallest=self._pack.card.smallest_face if close else None)
        if close:
            self._closer = frame.t
            self.picture = self._watchman.look(frame.image, frame.t)
        inside = found[self._plan.zone.holds(found.box, *frame.image.shape[:2])]
        cutouts = Cutouts(self._pack, frame, inside)
        ended = self._tracker.step(frame, inside, close=close, cutouts=cutouts)
        events = self._passes.step(frame.t, self._tracker, ended)
        self._late.append(1000 * (self.camera.now() - frame.t))
        self.looked += 1
        self._found = found if close else None
        cutouts.wipe()
        return events

    def show(self, frame: Frame) -> None:
        """Let people see the picture that was just looked at, if it was a closer look and somebody wants to: alerts go first."""
        if self._found is not None and self.view.wanted:
            self.view.show(self._redacted(frame, self._found))

    def scene(self, frame: Frame) -> bytes:
        """The picture in which an alert was raised, as JPEG bytes, everybody else hidden."""
        found = self._pack.detect(frame.image, smallest=self._pack.card.smallest_face)
        return encode_jpeg(self._redacted(frame, found))

    def _redacted(self, frame: Frame, found: Faces) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        boxes = found.box.astype(np.float64)
        under_alert, everything = self._passes.under_alert(), self._plan.everything
        return redacted(frame.image, boxes, self._tracker.live, under_alert, frame.t, everything=everything)

    def finish(self) -> list[Raised | Over]:
        """End every pass, as when the deployment ends."""
        ended: list[Trail] = self._tracker.finish()
        return self._passes.step(np.inf, self._tracker, ended)

    def learn_again(self) -> None:
        """Take the scene as it is now for the right one."""
        self._watchman.learn_again()

    @property
    def watched(self) -> Watched:
        """Counts so far."""
        health, late = self.camera.health, list(self._late)
        median, most = np.percentile(late, [50, 95]) if late else (np.nan, np.nan)
        counts = (health.frames, health.taken, health.dropped, health.corrupt, health.connections)
        return Watched(self.camera.name, *counts, round(float(median), 1), round(float(most), 1))
