"""A walk-past scanned and held against its truth: which track is whose, and what the list answered to each pass.

Scanning keeps no face and writes nothing. A pass may be several tracks, whose best answer counts; a known pass without a
track is a pass without a face.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.comparing import Comparer
from workbench.counts import count
from workbench.evaluation import Trials
from workbench.galleries import build_gallery
from workbench.geometry import iou
from workbench.models.pack import Pack
from workbench.open_set import rank_of_true
from workbench.progress import Progress
from workbench.runs import Passage
from workbench.scanning import Scanner
from workbench.thresholds import scale_of
from workbench.truth import OVERLAP, Walk
from workbench.walk_truth import Clip, Planted
from workbench.watchlist import Watchlist

__all__ = ["Owned", "owners", "scan_clips"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOBODY = -1


@dataclass(frozen=True)
class Owned:
    """Whose each of T tracks is.

    row : (T,) of the known pass, or NOBODY
    guessed : whether resemblance had to decide between people who were there at the same time
    """

    row: I64
    guessed: bool


@dataclass(frozen=True)
class _Pass:
    """One pass with its answer: score of each person listed (N,), -inf where none; its start and its widest face, NaN where none."""

    score: F64
    person: str
    source: str
    t: float
    face_px: float
    group: str = ""
    camera: str = ""


def scan_clips(
    clips: Sequence[Clip],
    watch: Watchlist,
    pack: Pack,
    *,
    every: float,
    best: int,
    closer: float,
    progress: Progress,
) -> Trials:
    """Trials of all clips against the list."""
    scale = scale_of(pack)
    rows = len(watch.references)
    gallery = build_gallery("exact", watch.templates)
    comparer = Comparer(
        pack, scale, gallery, watch.templates, watch.owner, threshold=2, near=-2, top=len(watch), depth=rows
    )
    scanner = Scanner(pack, scale, comparer, every=every, best=best, closer=closer)
    passes: list[_Pass] = []
    told = _Told()
    for clip in clips:
        passages = _scanned(scanner, clip, progress)
        score = _scores(passages, watch)
        owned = owners(clip.planted, passages, score, watch.subjects, contradict=scale.contradict)
        told.clip(owned, score)
        passes += _known(clip, passages, owned, score) + _unknown(clip, passages, owned, score)
    return _trials(passes, watch, pack, clips, told)


def _scanned(scanner: Scanner, clip: Clip, progress: Progress) -> list[Passage]:
    """The tracks of a clip, in one piece, so that none has to be joined."""
    footage = clip.footage
    progress.start(footage.path.name, footage.seconds, "s")
    try:
        segments = scanner.segments(footage, (), progress.at, length=footage.seconds + scanner.every)
        return [passage for segment in segments for passage in segment.passages]
    finally:
        progress.end()


def _scores(passages: Sequence[Passage], watch: Watchlist) -> F64:
    """Score of each person listed for each track, (T, N); -inf where the track was never compared."""
    score, owner = np.full((len(passages), len(watch)), -np.inf), watch.owner
    for track, passage in enumerate(passages):
        for reference, value in passage.candidates:
            score[track, owner[reference]] = value
    return score


def owners(
    planted: Sequence[Planted],
    passages: Sequence[Passage],
    score: F64,
    subjects: Sequence[str],
    *,
    contradict: float,
) -> Owned:
    """Whose each track is: by box where the truth has boxes, else by time, else by resemblance to the people listed.

    score : (T, N) of `subjects`; below `contradict` a track is not taken for somebody's if another one was there
    """
    if planted and all(each.walk is not None for each in planted):
        return Owned(_by_box([each.walk for each in planted if each.walk is not None], passages), guessed=False)
    column = [subjects.index(each.person) if each.person in subjects else NOBODY for each in planted]
    work = _Assignment(_seconds(planted, passages), _coincide(passages), _own(score, column), contradict)
    work.run(np.array(column, np.int64) != NOBODY)
    return Owned(work.row, work.guessed)


def _by_box(walks: Sequence[Walk], passages: Sequence[Passage]) -> I64:
    """The walk that each track's first and last box lie on best."""
    row = np.full(len(passages), NOBODY)
    for track, passage in enumerate(passages):
        overlap = [_overlap(walk, passage) for walk in walks]
        best = int(np.argmax(overlap))
        if overlap[best] >= OVERLAP:
            row[track] = best
    return row


def _overlap(walk: Walk, passage: Passage) -> float:
    """Mean IoU of the walk with the track's first and last box, of which one may be seen before the walk begins or after it is over."""
    ends = ((passage.start, passage.first_box), (passage.end, passage.last_box))
    there = [(box, face) for t, face in ends if (box := walk.at(t)) is not None]
    shared = [float(iou(box[None], np.array([face]))[0, 0]) for box, face in there]
    return sum(shared) / len(shared) if shared else 0.0


def _seconds(planted: Sequence[Planted], passages: Sequence[Passage]) -> F64:
    """Seconds that each track (T) shares with each known pass (P), -1 where it cannot be that pass."""
    shared = np.full((len(passages), len(planted)), -1.0)
    for track, passage in enumerate(passages):
        for row, known in enumerate(planted):
            both = min(passage.end, known.end) - max(passage.start, known.start)
            shorter = min(passage.end - passage.start, known.end - known.start)
            if both >= shorter / 2 and _inside(known, passage):
                shared[track, row] = both
    return shared


def _inside(known: Planted, passage: Passage) -> bool:
    if known.zone is None:
        return True
    x1, y1, x2, y2 = passage.box
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    return known.zone[0] <= x <= known.zone[2] and known.zone[1] <= y <= known.zone[3]


def _coincide(passages: Sequence[Passage]) -> Bools:
    """Which tracks are seen at the same time, (T, T): they are two people's."""
    start, end = (np.array([getattr(passage, name) for passage in passages]) for name in ("start", "end"))
    return np.maximum(start[:, None], start) <= np.minimum(end[:, None], end)


def _own(score: F64, column: Sequence[int]) -> F64:
    """Score of each track for the person of each known pass, (T, P); -inf for people not listed."""
    own = np.full((len(score), len(column)), -np.inf)
    for row, place in enumerate(column):
        if place != NOBODY:
            own[:, row] = score[:, place]
    return own


class _Assignment:
    """Tracks given to known passes, the surest first; no pass gets two tracks that are seen at once.

    seconds, own : (T, P) time shared (-1: impossible) and resemblance to the pass's person
    """

    def __init__(self, seconds: F64, coincide: Bools, own: F64, contradict: float) -> None:
        self.row = np.full(len(seconds), NOBODY)
        self._seconds, self._coincide, self._own = seconds, coincide, own
        rivals = (seconds >= 0).sum(axis=1, keepdims=True)
        self._likely = (seconds >= 0) & ((own >= contradict) | ((rivals == 1) & np.isfinite(own)))

    def run(self, listed: Bools) -> None:
        """One track for each pass of somebody listed, one for each other pass, then what is left."""
        possible = self._seconds >= 0
        self._give(self._own, self._likely & listed, once=True)
        self._give(self._seconds, possible & ~listed, once=True)
        self._give(self._own, self._likely & listed)
        self._give(self._seconds, possible & ~listed)
        self._give(self._seconds, possible & listed)

    @property
    def guessed(self) -> bool:
        """Whether some track could have been another person's who was known to be there, or a stranger's."""
        possible = (self._seconds >= 0).sum(axis=1)
        return bool((possible > 1).any() or ((possible == 1) & (self.row == NOBODY)).any())

    def _give(self, value: F64, allowed: Bools, once: bool = False) -> None:
        """Give free tracks to passes in falling order of `value`; `once`: only to passes that have none."""
        tracks, rows = np.nonzero(allowed)
        for at in np.argsort(-value[tracks, rows], kind="stable"):
            track, row = tracks[at], rows[at]
            has = self.row == row
            if self.row[track] == NOBODY and not (once and has.any()) and not self._coincide[track, has].any():
                self.row[track] = row


@dataclass
class _Told:
    """What has to be said of the assignment, counted over clips."""

    guessed: int = 0
    strangers: int = 0
    not_compared: int = 0

    def clip(self, owned: Owned, score: F64) -> None:
        """Count one clip."""
        self.guessed += owned.guessed
        compared = np.isfinite(score).any(axis=1)
        self.strangers += int(((owned.row == NOBODY) & compared).sum())
        self.not_compared += int(((owned.row == NOBODY) & ~compared).sum())

    def assumption(self) -> str:
        """What has to be taken for true, "" if nothing."""
        said = []
        if self.guessed:
            said.append(
                f"in {count(self.guessed, 'clip')} several people are seen at once and the truth has no boxes: each track was taken for the "
                "listed person there whom it resembles most, which flatters the recognition rate"
            )
        if self.strangers:
            tracks = count(self.strangers, "track")
            said.append(f"{tracks} that no row of the truth explains taken for people who are not on the list")
        return "; ".join(said)

    def notes(self) -> tuple[str, ...]:
        """What was left out."""
        if not self.not_compared:
            return ()
        tracks = count(self.not_compared, "track")
        return (f"{tracks} of unknown people without a face fit to compare (too small or unfit) left out",)


def _known(clip: Clip, passages: Sequence[Passage], owned: Owned, score: F64) -> list[_Pass]:
    """The passes of the truth, each with the best answer of its tracks."""
    return [
        _Pass(
            score[owned.row == row].max(axis=0, initial=-np.inf),
            known.person,
            f"{clip.footage.path.name} {known.start:.2f}-{known.end:.2f} s {known.person}",
            known.start,
            _widest(passages, owned.row == row),
            known.group,
            known.camera,
        )
        for row, known in enumerate(clip.planted)
    ]


def _unknown(clip: Clip, passages: Sequence[Passage], owned: Owned, score: F64) -> list[_Pass]:
    """Compared tracks that the truth does not explain."""
    free = (owned.row == NOBODY) & np.isfinite(score).any(axis=1)
    return [
        _Pass(
            score[track],
            "",
            f"{clip.footage.path.name} {passage.start:.2f}-{passage.end:.2f} s track {track}",
            passage.start,
            passage.face_px,
        )
        for track, passage in enumerate(passages)
        if free[track]
    ]


def _widest(passages: Sequence[Passage], own: Bools) -> float:
    """Greatest width of the face over a person's tracks, NaN if there is none."""
    return max((passage.face_px for passage, his in zip(passages, own, strict=True) if his), default=np.nan)


def _trials(passes: Sequence[_Pass], watch: Watchlist, pack: Pack, clips: Sequence[Clip], told: _Told) -> Trials:
    place = {subject: column for column, subject in enumerate(watch.subjects)}
    column = np.array([place.get(each.person, NOBODY) for each in passes], np.int64)
    score = np.array([each.score for each in passes], np.float64).reshape(len(passes), len(watch))
    mated = column != NOBODY
    known = sum(len(clip.planted) for clip in clips)
    return Trials(
        score.max(axis=1, initial=-np.inf),
        *_true(score, column),
        mated,
        watchlist=len(watch),
        subject=np.array([each.person for each in passes], np.str_),
        group=_labels([each.group for each in passes]),
        camera=_labels([each.camera for each in passes]),
        source=np.array([each.source for each in passes], np.str_),
        face_px=np.array([each.face_px for each in passes], np.float64),
        t=np.array([each.t for each in passes], np.float64),
        candidate=_best(score, watch),
        pack=pack.card.name,
        space=pack.space.mark,
        data=f"walk-past: {known:,} known passes in {len(clips):,} clips, {len(watch):,} people listed",
        assumption=told.assumption(),
        notes=told.notes() + _faceless(score, mated) + _strangers_only(clips, mated),
    )


def _best(score: F64, watch: Watchlist) -> NDArray[Any]:
    """Name of the best candidate of each pass, (p,); "" where there is none."""
    answered = np.isfinite(score).any(axis=1)
    return np.where(answered, np.array(watch.subjects, np.str_)[score.argmax(axis=1)], "")


def _true(score: F64, column: I64) -> tuple[F64, F64]:
    """Score and rank of the true subject, (p,); NaN where nobody is listed."""
    mated = column != NOBODY
    true, rank = np.full(len(column), np.nan), np.full(len(column), np.nan)
    true[mated] = score[mated, column[mated]]
    rank[mated] = rank_of_true(score[mated], column[mated])
    return true, rank


def _labels(recorded: list[str]) -> NDArray[Any] | None:
    return np.array(recorded, np.str_) if any(recorded) else None


def _faceless(score: F64, mated: Bools) -> tuple[str, ...]:
    """How many passes of each kind were never compared; they stay in the denominators."""
    without = ~np.isfinite(score).any(axis=1)
    kinds = (("on the list", mated, "a miss"), ("not on it", ~mated, "a pass without an alert"))
    return tuple(
        f"in {(without & side).sum():,} of {side.sum():,} passes of people {which} no face was found that is fit to "
        f"compare; each counts as {what}"
        for which, side, what in kinds
        if (without & side).any()
    )


def _strangers_only(clips: Sequence[Clip], mated: Bools) -> tuple[str, ...]:
    if mated.any() or not any(clip.planted for clip in clips):
        return ()
    return ("nobody in the truth is on the list; a person must have the same name in both",)
