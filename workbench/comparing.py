"""From trails to answers: the kept faces are embedded in batches, fused to one template a track, and compared with the list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from workbench.abreast import abreast
from workbench.association import seam
from workbench.galleries import Gallery
from workbench.models.cores import physical_cores
from workbench.models.pack import Pack, unit
from workbench.runs import Passage, Picture
from workbench.tracking import Kept, Trail
from workbench.tracks import Scale

__all__ = ["Comparer", "passage_of"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

DEPTH = 16  # references that each face of a track proposes; whoever they belong to is then scored exactly
BATCH = 8  # faces embedded at once by each core: more gain nothing


@dataclass
class Comparer:
    """The list, ready to be compared with tracks.

    references : (R, D) templates of the list; the gallery searches the same rows
    owner : (R,) which person each reference belongs to
    threshold, near : scores from which a track is an alert, and a near miss
    top : candidates kept an alert; depth : references that each face of a track proposes, at least
    near_miss_faces : keep faces and template of near misses too
    workers : batches of faces that are embedded at once

    The score of a person for a track is the mean of two cosines: that of the fused template with the person's best
    reference, and the best one of any single face. On 150 random splits of ORL with degraded portraits, five to a
    track, it lost the fewest people: at the threshold of single portraits FPIR stayed at 0.01, where the best single
    face alone raised it, and one good face among tilted ones is not outvoted, as it is in the fused template alone.
    """

    pack: Pack
    scale: Scale
    gallery: Gallery
    references: F32
    owner: I64
    threshold: float
    near: float
    top: int = 5
    near_miss_faces: bool = False
    depth: int = DEPTH
    workers: int = field(default_factory=physical_cores)
    embedded: int = 0

    def __post_init__(self) -> None:
        most = int(np.bincount(self.owner, minlength=1).max())
        self.depth = max(self.depth, self.top * most)  # people with many images must not crowd out the others
        self._order = np.argsort(self.owner, kind="stable")
        self._starts = np.searchsorted(self.owner[self._order], np.arange(int(self.owner.max(initial=-1)) + 2))

    def passages(self, trails: Iterable[Trail]) -> list[Passage]:
        """One passage a trail, or two where the faces show that it was two people."""
        return [self.judged(part) if part.kept else passage_of(part) for part in self.parts(trails)]

    def parts(self, trails: Iterable[Trail]) -> list[Trail]:
        """The trails with all their faces embedded, each cut where the faces show that it was two people."""
        trails = list(trails)
        self._embed([kept for trail in trails for kept in trail.kept if kept.template is None])
        return [part for trail in trails for part in self._parted(trail)]

    def _embed(self, faces: Sequence[Kept]) -> None:
        batches = [faces[start : start + BATCH] for start in range(0, len(faces), BATCH)]
        chips = (np.stack([kept.chip for kept in some]) for some in batches)
        for some, templates in zip(batches, abreast(self.pack.embed, chips, self.workers), strict=True):
            for kept, template in zip(some, templates, strict=True):
                kept.template = template
        self.embedded += len(faces)

    def _parted(self, trail: Trail) -> list[Trail]:
        """The trail, cut wherever its faces before and after are two people's."""
        trail.kept.sort(key=lambda kept: kept.t)
        cut = seam(_templates(trail.kept), contradict=self.scale.contradict) if len(trail.kept) > 1 else None
        if cut is None:
            return [trail]
        early, late = trail.split((trail.kept[cut - 1].t + trail.kept[cut].t) / 2)
        return [*self._parted(early), *self._parted(late)]

    def answer(self, trail: Trail) -> tuple[tuple[tuple[int, float], ...], F32]:
        """The best reference and the score of each of the `top` people, best first, and the fused template (D,)."""
        faces = _templates(trail.kept)
        fused = _fused(faces, np.array([kept.quality for kept in trail.kept]))
        return self._answer(faces, fused), fused

    def _answer(self, faces: F64, fused: F32) -> tuple[tuple[int, float], ...]:
        probes = np.concatenate([fused[None], faces.astype(np.float32)])
        _, rows = self.gallery.search(probes, self.depth)
        found = []
        for person in np.unique(self.owner[rows]):
            own = self._order[self._starts[person] : self._starts[person + 1]]
            score = probes @ self.references[own].T
            found.append((float(score[0].max() + score[1:].max()) / 2, int(own[score[0].argmax()])))
        found.sort(key=lambda answer: (-answer[0], answer[1]))
        return tuple((row, score) for score, row in found[: self.top])

    def judged(self, trail: Trail) -> Passage:
        """A compared trail: what is below the near line keeps its score and nothing else."""
        answer, fused = self.answer(trail)
        score = answer[0][1]
        passage = replace(passage_of(trail), score=score)
        if score < self.near:
            return passage
        near_miss = score < self.threshold
        best = sorted(trail.kept, key=lambda kept: -kept.quality)
        pictures = tuple(self._picture(kept) for kept in best) if not near_miss or self.near_miss_faces else ()
        return replace(
            passage,
            near_miss=near_miss,
            candidates=answer,
            template=fused if pictures else None,
            best=_place(best[0]),
            pictures=pictures,
        )

    def _picture(self, kept: Kept) -> Picture:
        """A face as it may be shown: of those that are recorded alone, since hiding the others takes time."""
        chip = kept.shown(self.pack)
        hidden = not np.array_equal(chip, kept.chip)
        return replace(_place(kept), image=kept.picture, chip=chip, hidden=hidden)


def _templates(kept: Sequence[Kept]) -> F64:
    """Templates of embedded faces, (K, D)."""
    return np.array([each.template for each in kept], np.float64)


def _fused(templates: F64, quality: F64) -> F32:
    """One template of several faces of a person: their mean, weighted by quality, made a unit vector again (D,)."""
    return unit((templates * np.maximum(quality, 1e-3)[:, None]).sum(axis=0, keepdims=True))[0]


def _place(kept: Kept) -> Picture:
    """When and where a face was, without its pixels."""
    return Picture(
        kept.t,
        kept.frame,
        tuple(map(float, kept.box)),
        kept.quality,
        np.zeros((0, 0, 3), np.uint8),
        points=() if kept.points is None else tuple(tuple(map(float, point)) for point in kept.points),
    )


def passage_of(trail: Trail) -> Passage:
    """A trail as a passage that was not compared."""
    first, last, widest = trail.sights[0], trail.last, trail.widest
    return Passage(
        start=first.t,
        end=last.t,
        seen=trail.seen,
        face_px=float(widest.box[2] - widest.box[0]),
        box=tuple(map(float, widest.box)),
        first_box=tuple(map(float, first.box)),
        last_box=tuple(map(float, last.box)),
        quality=max((kept.quality for kept in trail.kept), default=None),
    )
