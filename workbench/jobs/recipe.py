"""All that a worker needs to scan a segment of footage, wherever it runs: values only, and nothing of the case's key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from workbench import __version__
from workbench.comparing import Comparer
from workbench.errors import PackError
from workbench.galleries import build_gallery
from workbench.models.cores import physical_cores
from workbench.models.pack import Pack
from workbench.runs import Segment
from workbench.scanning import Scanner, Window
from workbench.thresholds import scale_of

__all__ = ["Answer", "Failed", "Recipe", "Task"]


@dataclass(frozen=True)
class Task:
    """One segment to be scanned.

    place : row id of the footage within its run; path, sha256 : the footage, by its full path and its hash
    """

    place: int
    path: str
    sha256: str
    window: Window


@dataclass(frozen=True)
class Failed:
    """A segment that could not be scanned, and why, in one line."""

    window: Window
    why: str


Answer = Segment | Failed


@dataclass(frozen=True)
class Recipe:
    """How every segment of a scan is scanned.

    pack : name or path; files : SHA-256 of each of its files, so that no worker scans with another pack of that name
    templates, owner : (R, D) references of the list and (R,) whose they are; their names stay with the case
    """

    pack: str
    files: Mapping[str, str]
    templates: NDArray[np.float32] = field(repr=False)
    owner: NDArray[np.int64] = field(repr=False)
    threshold: float
    near: float
    near_miss_faces: bool
    gallery: str
    every: float
    best: int
    closer: float
    fast: bool = False
    software: str = __version__

    def scanner(self, pack: Pack, workers: int | None = None) -> Scanner:
        """What turns frames into passages, with the list behind it.

        pack : the open pack; `PackError` if its files are not those of the recipe
        workers : frames looked at at once, by default as many as this process has cores
        """
        if dict(pack.card.files) != dict(self.files):
            raise PackError(f"the pack {self.pack!r} here has other files than the one that scans; install the same")
        scale, count = scale_of(pack), workers or physical_cores()
        comparer = Comparer(
            pack,
            scale,
            build_gallery(self.gallery, self.templates),
            self.templates,
            self.owner,
            threshold=self.threshold,
            near=self.near,
            near_miss_faces=self.near_miss_faces,
            workers=count,
        )
        return Scanner(
            pack,
            scale,
            comparer,
            every=self.every,
            best=self.best,
            closer=self.closer,
            workers=count,
            fast=self.fast,
        )
