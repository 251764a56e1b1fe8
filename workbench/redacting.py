"""A copy of footage in which every face is hidden that is not asked to be shown; checked before anybody gets it.

Three passes, each with a few frames in memory: watch, draw, check. What the check still sees is hidden and drawn anew.
Templates of bystanders live for the moment of a comparison and are never written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.alerts import Alert
from workbench.casefile.audit import note
from workbench.casefile.case import CaseFile
from workbench.casefile.results import load_alert
from workbench.covers import MARGIN, Covers
from workbench.errors import InputError, WorkbenchError
from workbench.faces import Faces
from workbench.footage import Footage, open_footage
from workbench.footage.painting import Painter
from workbench.footage.writing import draft_of, writing
from workbench.geometry import centre
from workbench.models.pack import Pack
from workbench.models.packs import load_pack
from workbench.progress import Progress, Silent
from workbench.redaction import Checked, Redaction
from workbench.sights import Kept, Sights, finds_from, look, watch
from workbench.thresholds import line_for

__all__ = ["redact", "redact_footage"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]

ROUNDS = 4  # drawings at most; one is the rule
APART = 0.02  # seconds by which a copy's times may differ: containers have clocks of their own


def redact(
    case: CaseFile,
    source: Path | str,
    *,
    keep: Sequence[int | Alert] = (),
    out: Path | str | None = None,
    detector: str | Path | None = None,
    margin: float = MARGIN,
    by: str = "",
    progress: Progress | None = None,
) -> Redaction:
    """A redacted copy of `source` with the pack of the case and, if named, a further one; noted in the log either way."""
    footage = open_footage(source)
    watch = case.watchlist
    own = case.about.pack or (case.pack_of(watch.version) if watch is not None else "dlib")
    packs = [load_pack(own), *([load_pack(detector)] if detector is not None and str(detector) != str(own) else [])]
    kept = [_kept(case, alert, footage) for alert in keep]
    end = "" if footage.kind == "images" else ".mp4"
    target = Path.cwd() / f"{footage.path.stem}-redacted{end}" if out is None else Path(out)
    about = {"source": footage.sha256, "keep": [each.alert for each in kept]}
    try:
        result = redact_footage(source, target, packs, keep=kept, margin=margin, progress=progress)
    except FailedCheck as failed:
        with case.store.change() as session:
            note(session, "redaction failed its check", by=by, about=about | failed.redaction.to_dict())
        raise
    with case.store.change() as session:
        note(session, "footage redacted", by=by, about=about | result.to_dict())
    return result


def _kept(case: CaseFile, alert: int | Alert, footage: Footage) -> Kept:
    """Where an alert's person was seen; an error if that was in other footage."""
    number = alert.id if isinstance(alert, Alert) else int(alert)
    with case.store.session() as session:
        found, _ = load_alert(session, case.store.blobs, number)
    if found.sha256 != footage.sha256:
        raise InputError(f"alert {number} is of {found.source!r}, not of {footage.path.name!r}; leave it out of --keep")
    places = {found.frame: found.box} | {picture.frame: picture.box for picture in case.pictures(number)}
    return Kept(number, found.start, found.end, tuple(sorted(places.items())))


class FailedCheck(WorkbenchError):
    """A copy that was deleted because the check could still tell somebody."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__(_failure(redaction))
        self.redaction = redaction


def redact_footage(
    source: Path | str,
    out: Path | str,
    packs: Sequence[Pack],
    *,
    keep: Sequence[Kept] = (),
    margin: float = MARGIN,
    line: float | None = None,
    progress: Progress | None = None,
) -> Redaction:
    """Write a redacted copy of `source` to `out`, or nothing at all.

    packs : find faces; each one checks the result. The first one's recogniser decides who is shown
    keep : who is shown
    margin : seconds for which a place is hidden before a first and after a last sight
    line : cosine that no hidden face may reach against itself; None is each pack's own near-miss line

    `WorkbenchError` where the check fails; the copy is deleted then.
    """
    footage, out, progress = open_footage(source), Path(out), progress or Silent()
    if out.resolve() == footage.path.resolve():
        raise InputError(f"{out.name!r} is the footage itself, which is never touched; give another name with --out")
    if not 0 <= margin <= 10:
        raise InputError(f"the margin is {margin} s; give 0 to 10 seconds")
    lines = [line_for(pack, None).near if line is None else line for pack in packs]
    with draft_of(out) as draft:
        work = _Work(footage, packs, lines, margin, progress)
        sights, checks, rounds = work.run(draft, keep)
        copy = open_footage(draft).sha256
        result = work.result(out, copy, sights, checks, rounds, keep)
        if not result.passed:
            raise FailedCheck(result)
    return result


def _failure(result: Redaction) -> str:
    """What the check found, in one line."""
    bare = max(each.uncovered for each in result.checked)
    if bare:
        why = f"{bare} faces were still bare after {result.rounds} drawings"
    else:
        worst = max((each for each in result.checked if not each.passed), key=lambda each: each.worst or 0)
        why = f"at {worst.at:.2f} s a hidden face still scores {worst.worst:.3f} against itself, the line is {worst.line:.3f}"
    return (
        f"the copy of the footage failed its check and was deleted: {why}; try another --detector or a larger --margin"
    )


class _Work:
    """One redaction."""

    def __init__(
        self, footage: Footage, packs: Sequence[Pack], lines: Sequence[float], margin: float, progress: Progress
    ) -> None:
        self._footage, self._packs, self._lines = footage, packs, lines
        self._margin, self._progress = margin, progress
        self._times = np.array([footage.timeline.t(index) for index in range(footage.frame_count)])

    def run(self, draft: Path, keep: Sequence[Kept]) -> tuple[Sights, list[Checked], int]:
        """Watch, draw, check; and draw again while the check sees a bare face."""
        with self._shown("looking for faces") as at:
            sights = watch(self._footage, self._packs, keep, at=at)
        for number in range(1, ROUNDS + 1):
            covers = sights.covers(self._times, self._margin)
            self._draw(draft, covers)
            check = _Check(self._packs, self._lines)
            with self._shown("checking the copy") as at:
                check.run(self._footage, open_footage(draft), sights, covers, at)
            if not check.bare or number == ROUNDS:
                break
            sights = sights.with_more(*check.overlooked())
            _remove(draft)
        return sights, check.results, number

    def _draw(self, draft: Path, covers: Covers) -> None:
        painter = Painter()
        with writing(draft, self._footage) as writer, self._shown("drawing") as at:
            with self._footage.every_frame() as frames:
                for frame in frames:
                    writer.write(painter.paint(frame.image, covers.at(frame.index)), frame.index)
                    at(frame.t)

    @contextmanager
    def _shown(self, what: str) -> Iterator[Any]:
        footage, progress = self._footage, self._progress
        progress.start(f"{footage.path.name}: {what}", footage.seconds, "s")
        try:
            yield lambda t: progress.at(t - footage.start)
        finally:
            progress.end()

    def result(
        self, out: Path, copy: str, sights: Sights, checks: list[Checked], rounds: int, keep: Sequence[Kept]
    ) -> Redaction:
        """The report."""
        covers, hidden = sights.covers(self._times, self._margin), ~sights.shown
        return Redaction(
            path=out,
            source=self._footage.sha256,
            copy=copy,
            frames=checks[0].frames,
            seconds=self._footage.seconds,
            faces=int(hidden.sum()),
            people=len(np.unique(sights.path[hidden])),
            filled=int((~covers.shown).sum() - hidden.sum()),
            shown=int(sights.shown.sum()),
            kept=tuple(kept.alert for kept in keep),
            packs=tuple(pack.card.name for pack in self._packs),
            smallest=finds_from(self._packs, self._footage.height, self._footage.width),
            margin=self._margin,
            rounds=rounds,
            checked=tuple(checks),
        )


class _Check:
    """Original and copy side by side, frame by frame: what the recogniser makes of what is hidden."""

    def __init__(self, packs: Sequence[Pack], lines: Sequence[float]) -> None:
        self._packs, self._lines = packs, lines
        self._worst: list[float | None] = [None] * len(packs)
        self._at, self._compared, self._found = [0.0] * len(packs), [0] * len(packs), [0] * len(packs)
        self._frames = 0
        self.bare: list[tuple[int, Faces, int]] = []

    def run(self, original: Footage, copy: Footage, sights: Sights, covers: Covers, at: Any) -> None:
        """Look at every frame of both."""
        with original.every_frame() as before, copy.every_frame() as after:
            for one, other in zip(before, after, strict=True):
                if original.kind == "video" and abs(one.t - other.t) > APART:
                    raise WorkbenchError(
                        f"frame {one.index} of the copy is at {other.t:.3f} s instead of {one.t:.3f} s; it was deleted"
                    )
                image = other.image[: one.image.shape[0], : one.image.shape[1]]
                self._frame(one.image, image, one.index, one.t, sights, covers.at(one.index))
                at(one.t)

    def _frame(self, before: U8, after: U8, index: int, t: float, sights: Sights, covers: Covers) -> None:
        self._frames += 1
        rows = sights.at(index)
        boxes, points, pack = sights.box[rows], sights.points[rows], sights.pack[rows]
        hidden = ~sights.shown[rows]
        found, which = look(self._packs, after)
        stays = _inside(found, covers.box[covers.shown])
        bare = ~stays & ~_inside(found, covers.whole[~covers.shown])
        for number in range(len(self._packs)):
            own = hidden & (pack == number)
            there = Faces.of(boxes[own], points[own], np.ones(int(own.sum())))
            self._found[number] += int((~stays & (which == number)).sum())
            self._compare(number, before, after, t, there, found[~stays & (which == number)])
        self.bare += [(index, found[[row]], int(which[row])) for row in np.flatnonzero(bare)]

    def _compare(self, number: int, before: U8, after: U8, t: float, there: Faces, still: Faces) -> None:
        """Hidden faces with themselves, and what the detector still sees with them and with what was in its place."""
        pack = self._packs[number]
        smallest = pack.card.smallest_face
        there, still = there[there.width >= smallest], still[still.width >= smallest]
        both = Faces.concat([there, still]) if len(there) or len(still) else there
        if not len(both):
            return
        now = pack.embed(pack.chips(after, both))
        then = pack.embed(pack.chips(before, both))
        score = (now * then).sum(axis=1)
        if len(there) and len(still):
            score[len(there) :] = np.maximum(
                score[len(there) :], (now[len(there) :] @ then[: len(there)].T).max(axis=1)
            )
        self._compared[number] += len(there)
        worst, top = self._worst[number], float(score.max())
        if worst is None or top > worst:
            self._worst[number], self._at[number] = top, t

    def overlooked(self) -> tuple[I64, Faces, I64]:
        """Bare faces with their frames and packs."""
        frame = np.array([index for index, _, _ in self.bare], np.int64)
        which = np.array([number for _, _, number in self.bare], np.int64)
        return frame, Faces.concat(faces for _, faces, _ in self.bare), which

    @property
    def results(self) -> list[Checked]:
        """One a pack."""
        bare = [sum(number == pack for _, _, number in self.bare) for pack in range(len(self._packs))]
        columns = (self._compared, self._worst, self._at, self._found, bare, self._lines)
        return [Checked(self._frames, *row) for row in zip(*columns, strict=True)]


def _inside(faces: Faces, box: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Whether the middle of each face lies in one of the boxes, (N,)."""
    if not len(faces) or not len(box):
        return np.zeros(len(faces), bool)
    middle = centre(faces.box)[:, None]
    inside = (middle >= box[None, :, :2]) & (middle <= box[None, :, 2:])
    return np.asarray(np.any(inside[..., 0] & inside[..., 1], axis=1))


def _remove(draft: Path) -> None:
    import shutil

    if draft.is_dir():
        shutil.rmtree(draft)
    else:
        draft.unlink()
