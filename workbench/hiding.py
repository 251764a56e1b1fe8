"""One redaction, in three passes with a few frames in memory each: watch, draw, check.

What the check still sees is hidden and drawn anew; what it can still tell by its mosaic, mostly something that was only
taken for a face, becomes plain grey. Templates of bystanders live for the moment of a comparison and are
never written.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.covers import Covers
from workbench.footage import open_footage
from workbench.footage.canvas import Canvas, fitted
from workbench.footage.painting import Painter
from workbench.footage.window import Window
from workbench.footage.writing import LASTING, Encoding, writing
from workbench.models.pack import Pack
from workbench.progress import Progress, Silent
from workbench.rechecking import Check
from workbench.redaction import Checked, Redaction
from workbench.sights import Kept, Sights, watch
from workbench.spotting import finds_from

__all__ = ["Hiding"]

F32 = NDArray[np.float32]

ROUNDS = 4  # drawings at most; one is the rule


class Hiding:
    """A window of footage, copied without the faces that are not kept."""

    def __init__(
        self,
        window: Window,
        packs: Sequence[Pack],
        lines: Sequence[float],
        keep: Sequence[Kept],
        margin: float,
        *,
        how: Encoding = LASTING,
        moving: bool = False,
        everything: bool = False,
        progress: Progress | None = None,
    ) -> None:
        """Get ready; what is not said here is said at `redact_footage`.

        lines : cosine that no hidden face may reach against itself, one a pack
        moving : write a video in any case; by default a folder of images becomes one
        """
        self._window, self._packs, self._lines = window, packs, lines
        self._keep, self._margin, self._how, self._moving = keep, margin, how, moving
        self._everything = everything
        self._progress = progress or Silent()
        self._checks: list[Checked] = []
        self._rounds, self._share = 0, 0.0
        self._plain: set[int] = set()

    def run(self, draft: Path) -> None:
        """Watch, draw, check; and draw again while the check sees a bare face."""
        self.canvas = self._size()
        self._sights = self._watched()
        check = Check(self._packs, self._lines, self.canvas)
        for number in range(1, ROUNDS + 1):
            self._draw(draft)
            with self._shown("checking the copy", self._window) as at:
                check.run(self._window, open_footage(draft), self._sights, self.covers, at, self._plain)
            self._checks, self._rounds = check.results, number
            if not (check.bare or check.told) or number == ROUNDS:
                break
            self._plain |= check.told
            if check.bare:
                self._sights = self._sights.with_more(*check.overlooked(), self._window.footage.timeline.times)
            _remove(draft)

    def _size(self) -> Canvas | None:
        """Height and width of the first picture, which all of a video have; None where each image of a folder has its own."""
        if self._window.footage.kind == "images" and not self._moving:
            return None
        with self._window.frames() as frames:
            return next(((frame.image.shape[0], frame.image.shape[1]) for frame in frames), None)

    def _watched(self) -> Sights:
        wider = self._window.wider(self._margin)
        with self._shown("looking for faces", wider) as at:
            return watch(
                wider.footage,
                self._packs,
                self._keep,
                first=wider.first,
                last=wider.last,
                at=at,
                canvas=self.canvas,
            )

    def keep_nobody(self) -> None:
        """Hide everyone from now on: whoever was to be shown cannot be told with certainty."""
        self._keep = ()

    def _draw(self, draft: Path) -> None:
        window, painter = self._window, Painter(self._plain, everything=self._everything)
        self.covers = self._sights.covers(window.footage.timeline.times, self._margin).within(window.first, window.last)
        with writing(draft, window.footage, zero=window.zero, how=self._how, moving=self._moving) as writer:
            with self._shown("drawing", window) as at, window.frames() as frames:
                for frame in fitted(frames, self.canvas):
                    writer.write(painter.paint(frame.image, self.covers.at(frame.index)), frame.index)
                    at(frame.t)
        self._share = painter.share

    canvas: Canvas | None
    covers: Covers
    _sights: Sights

    @contextmanager
    def _shown(self, what: str, window: Window) -> Iterator[Callable[[float], None]]:
        progress = self._progress
        progress.start(f"{window.footage.path.name}: {what}", window.end - window.start, "s")
        try:
            yield lambda t: progress.at(t - window.start)
        finally:
            progress.end()

    def result(self, out: Path, copy: str) -> Redaction:
        """The report; `copy` is the SHA-256 of what was written."""
        window, inside = self._window, self._sights.within(self._window.first, self._window.last)
        hidden = ~inside.shown
        return Redaction(
            path=out,
            source=window.footage.sha256,
            copy=copy,
            start=window.start,
            end=window.end,
            part=len(window) < len(window.footage.timeline),
            frames=self._checks[0].frames,
            seconds=window.seconds,
            faces=int(hidden.sum()),
            people=len(np.unique(inside.path[hidden])),
            filled=int((~self.covers.shown).sum() - hidden.sum()),
            shown=int(inside.shown.sum()),
            share=self._share,
            kept=tuple(kept.alert for kept in self._keep),
            packs=tuple(pack.card.name for pack in self._packs),
            smallest=finds_from(self._packs, *(self.canvas or (window.footage.height, window.footage.width))),
            margin=self._margin,
            plain=len(self._plain),
            rounds=self._rounds,
            checked=tuple(self._checks),
            everything=self._everything,
        )


def _remove(draft: Path) -> None:
    if draft.is_dir():
        shutil.rmtree(draft)
    else:
        draft.unlink()
