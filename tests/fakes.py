"""A pack without models: who stands where is scripted, and everybody's template is planted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.footage_factory import number
from workbench.faces import Faces, Frame, Space
from workbench.models.pack import Card, StartingThreshold
from workbench.tracks import Scale

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

DIM, SIDE, SMALLEST = 8, 40, 24
SCALE = Scale(same=0.5, contradict=0.25)


def units(n: int, dim: int = 16, seed: int = 0) -> F32:
    """Templates (n, dim) of nobody: unit vectors in every direction."""
    rows = np.random.default_rng(seed).normal(size=(n, dim))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@dataclass(frozen=True)
class Seen:
    """A person whose face is `size` px wide around (x, y); `person` is the axis that the template points along."""

    person: int
    x: float
    y: float = 100.0
    size: float = 40.0
    blurred: bool = False


def faces_of(people: Sequence[Seen], t: float = 0.0) -> Faces:
    """What a detector would find; the person travels in the fourth point, which no fake aligns by."""
    box = [[p.x - p.size / 2, p.y - p.size / 2, p.x + p.size / 2, p.y + p.size / 2] for p in people]
    points = [[[0, 0], [30, 0], [15, 20], [p.person, 0], [p.blurred, 0]] for p in people]
    return Faces.of(box, points, [0.9] * len(people), t=t, space=FakePack.space)


def template(*weights: float) -> F32:
    """A unit vector: `template(0, 1)` is person 1, `template(1, 1)` is half-way between two."""
    row = np.zeros(DIM)
    row[: len(weights)] = weights
    return (row / np.linalg.norm(row)).astype(np.float32)


class FakePack:
    """Detects what `script(frame number)` says, and remembers whom it was asked to embed."""

    card = Card("fake", "nobody", "none", {}, SMALLEST, start=StartingThreshold(0.5, 0.01, 2, "by hand", stranger=0.0))
    space = Space("f" * 64, DIM, "fake")
    providers = ("CPUExecutionProvider",)
    sure = 0.5
    mirrored = (0, 1, 2, 3, 4)  # the points tell who it is

    def __init__(self, script: Callable[[int], Sequence[Seen]] = lambda index: ()) -> None:
        self._script = script
        self.embedded: list[int] = []

    def detect(self, image: U8, *, smallest: int | None = None, doubtful: bool = False) -> Faces:
        return faces_of(self._script(number(image)))

    def finds(self, height: int, width: int, *, smallest: int | None = None) -> float:
        return 8.0

    def chips(self, image: U8, faces: Faces) -> U8:
        soft = np.kron(np.random.default_rng(0).integers(60, 200, (10, 10, 1)), np.ones((4, 4, 3)))
        chips = np.stack([soft] * len(faces) or [soft]).astype(np.uint8)[: len(faces)]
        chips[faces.points[:, 4, 0] > 0] = chips[faces.points[:, 4, 0] > 0] // 32 + 120
        chips[:, 0, 0, 0] = faces.points[:, 3, 0]
        return chips

    def embed(self, chips: U8) -> F32:
        people = chips[:, 0, 0, 0].tolist()
        self.embedded += people
        return np.eye(DIM, dtype=np.float32)[people]

    def eyes_and_nose(self, points: F32) -> F32:
        return points[:, :3]


def frame(index: int, t: float, *, corrupt: bool = False, scene: int = 90) -> Frame:
    """A flat picture; another `scene` is another shot."""
    return Frame(np.full((180, 320, 3), scene, np.uint8), t=t, index=index, corrupt=corrupt)
