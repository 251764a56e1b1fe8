"""A street with walkers: one frame of it, and where every face is in that frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.cast.backdrop import DAY, Hour, Lens, backdrop
from workbench.cast.body import eye_height, limbs
from workbench.cast.light import tone_map
from workbench.cast.model import Model, model
from workbench.cast.points import Camera
from workbench.cast.portrait import develop
from workbench.cast.render import PIVOT, Pose, Turn, draw
from workbench.cast.shapes import Floats, rotation, stack, vector
from workbench.cast.walkers import Moment, Walker

__all__ = ["Sighting", "Street"]

U8 = NDArray[np.uint8]
_NEAREST, _FARTHEST = 95.0, 1000.0  # cm from the camera within which somebody is drawn


@dataclass(frozen=True)
class Sighting:
    """One face in one frame.

    frame, t : number and seconds
    person, seed, role : who, and what the clip wants them for
    box : x1, y1, x2, y2 px of the face, from the hairline to the chin; may reach out of the picture
    face_width : px, temple to temple as if seen from the front
    yaw : degrees
    visible : 1 if at least half of the face can be seen, else 0; always 0 for the back of a head
    shown : 0..1, share of the face that nothing hides and that lies in the picture
    """

    frame: int
    t: float
    person: str
    seed: int
    role: str
    box: tuple[float, float, float, float]
    face_width: float
    yaw: float
    visible: int
    shown: float


@dataclass
class Street:
    """Walkers before a backdrop; `frame(n)` draws the n-th picture."""

    walkers: Sequence[Walker]
    hour: Hour = DAY
    lens: Lens = field(default_factory=Lens)
    fps: float = 12.5
    seed: int = 4

    def __post_init__(self) -> None:
        self._models: dict[int, Model] = {}

    @cached_property
    def _empty(self) -> Floats:
        return backdrop(self.lens, self.hour, self.seed)

    @cached_property
    def _air(self) -> Floats:
        """The colour that distance adds."""
        return np.asarray(self._empty[: int(self.lens.horizon)].mean((0, 1)), np.float32)

    @cached_property
    def _grain(self) -> Floats:
        """The sensor's noise, half as much again as a picture needs: every frame has another part of it."""
        count = self.lens.height * self.lens.width * 9 // 2
        return self.hour.noise * np.random.default_rng([self.seed, 71]).standard_normal(count, dtype=np.float32)

    def _noise(self, n: int) -> Floats:
        """Begins anywhere in the grain: a shift by a few pixels would be found, and kept, by the video's encoder."""
        count = self.lens.height * self.lens.width * 3
        first = int(np.random.default_rng([self.seed, 71, n]).integers(0, len(self._grain) - count))
        return self._grain[first : first + count].reshape(self.lens.height, self.lens.width, 3)

    def frame(self, n: int) -> tuple[U8, list[Sighting]]:
        """Picture n as (H, W, 3) uint8 RGB, and the faces in it."""
        t = n / self.fps
        image, owner = self._empty.copy(), np.full((self.lens.height, self.lens.width), -1, np.int16)
        there = [(walker.at(t), i) for i, walker in enumerate(self.walkers)]
        seen = [(m, i) for m, i in sorted(there, key=lambda pair: -pair[0].away) if _NEAREST < m.away < _FARTHEST]
        drawn = {i: self._place(image, owner, i, moment) for moment, i in seen if self._in_view(moment)}
        rows = [self._sighting(n, t, i, self.walkers[i].at(t), owner, area) for i, area in drawn.items()]
        picture = develop(tone_map(image, 0.78), self._noise(n), blur=self.hour.blur, jpeg=None)
        return picture, [row for row in rows if row is not None]

    def _in_view(self, moment: Moment) -> bool:
        u, _ = self.lens.pixel(moment.x, 150, moment.away)
        margin = 34 * self.lens.scale(moment.away)
        return -margin < u < self.lens.width + margin

    def _built(self, i: int) -> Model:
        if i not in self._models:
            walker = self.walkers[i]
            self._models[i] = model(walker.person, walker.expression, walker.outfit)
        return self._models[i]

    def _place(self, image: Floats, owner: NDArray[np.int16], i: int, moment: Moment) -> int:
        """Draws walker i over the picture; returns how many face pixels that covers, seen or not."""
        p, k = self.walkers[i].person, self.lens.scale(moment.away)
        u, v = self.lens.pixel(moment.x, eye_height(p) + moment.bob, moment.away)
        self._ground_shadow(image, moment, k)
        left, top = int(u - 38 * k), int(v - 26 * k)
        right, bottom = int(u + 38 * k), min(self.lens.height, int(v + (eye_height(p) + 8) * k))
        x1, y1, x2, y2 = max(0, left), max(0, top), min(self.lens.width, right), bottom
        if x2 - x1 < 2 or y2 - y1 < 2:
            return 0
        figure = self._figure(i, moment, k, (u - x1, v - y1), (x2 - x1, y2 - y1))
        haze = float(np.clip((moment.away - 250) / 4200, 0, 0.16))
        *light, cover = cv2.split(figure)
        under = image[y1:y2, x1:x2]
        under *= stack(*[1 - cover] * 3)
        under += stack(*(part * (1 - haze) + haze * air * cover for part, air in zip(light, self._air, strict=True)))
        owner[y1:y2, x1:x2][cover > 0.5] = i
        return int(self._in_box(owner, self._box(i, moment), i))

    def _figure(self, i: int, moment: Moment, k: float, origin: tuple[float, float], size: tuple[int, int]) -> Floats:
        built, p = self._built(i), self.walkers[i].person
        finer = 2 if k < 4.4 else 1
        camera = Camera(
            size[0] * finer, size[1] * finer, k * finer, (origin[0] * finer, origin[1] * finer), moment.away
        )
        body = [*built.body, *limbs(p, moment.stride, legs=size[1] > origin[1] + 70 * k)]
        pose = Pose(Turn(self._facing(i, moment)), Turn(rotation(0.85 * moment.facing)))
        return draw(built.head, built.strands, body, pose, camera, self.hour.light, finer)

    def _facing(self, i: int, moment: Moment) -> Floats:
        from_above = np.degrees(np.arctan2(self.lens.high - eye_height(self.walkers[i].person), moment.away))
        return rotation(moment.yaw, moment.pitch + float(from_above), moment.roll)

    def _ground_shadow(self, image: Floats, moment: Moment, k: float) -> None:
        x, y = self.lens.pixel(moment.x, 0, moment.away)
        if y > self.lens.height + 40:
            return
        top, stop = max(0, int(y - 14 * k)), min(self.lens.height, int(y + 14 * k))
        if stop <= top:
            return
        dark = np.zeros((stop - top, self.lens.width), np.float32)
        cv2.ellipse(dark, (int(x + 12 * k), int(y) - top), (int(36 * k), max(2, int(7 * k))), 0, 0, 360, 1.0, -1)
        image[top:stop] *= stack(*[1 - 0.42 * cv2.blur(dark, (11, 11))] * 3)

    def _box(self, i: int, moment: Moment) -> tuple[float, float, float, float]:
        p, k = self.walkers[i].person, self.lens.scale(moment.away)
        u, v = self.lens.pixel(moment.x, eye_height(p) + moment.bob, moment.away)
        half, long = p.cheek_width / 2 + 0.2, p.face_length
        points = vector(
            [(x, y, z) for x, z in ((-half, 1.5), (0, 9.5), (half, 1.5)) for y in (p.hairline - 0.6, 0.0, -long)]
        )
        turned = (points - PIVOT) @ self._facing(i, moment).T + PIVOT
        size = k * moment.away / (moment.away - turned[:, 2])
        xs, ys = u + turned[:, 0] * size, v - turned[:, 1] * size
        return float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())

    def _in_box(self, owner: NDArray[np.int16], box: tuple[float, float, float, float], i: int) -> int:
        x1, y1 = max(0, int(box[0])), max(0, int(box[1]))
        return int((owner[y1 : max(0, int(box[3])), x1 : max(0, int(box[2]))] == i).sum())

    def _sighting(
        self, n: int, t: float, i: int, moment: Moment, owner: NDArray[np.int16], area: int
    ) -> Sighting | None:
        walker, box = self.walkers[i], self._box(i, moment)
        inside = _overlap(box, (self.lens.width, self.lens.height))
        if inside <= 0.02:
            return None
        shown = self._in_box(owner, box, i) / area if area else 0.0
        shown = shown * inside if abs(moment.yaw) < 100 else 0.0
        width = walker.person.cheek_width * self.lens.scale(moment.away - 8)
        return Sighting(
            frame=n,
            t=round(t, 3),
            person=walker.person.name,
            seed=walker.person.seed,
            role=walker.role,
            box=(round(box[0], 1), round(box[1], 1), round(box[2], 1), round(box[3], 1)),
            face_width=round(width, 1),
            yaw=round(moment.yaw, 1),
            visible=int(shown >= 0.5),
            shown=round(shown, 2),
        )


def _overlap(box: tuple[float, float, float, float], size: tuple[int, int]) -> float:
    wide = min(box[2], size[0]) - max(box[0], 0)
    high = min(box[3], size[1]) - max(box[1], 0)
    return max(0.0, wide) * max(0.0, high) / ((box[2] - box[0]) * (box[3] - box[1]))
