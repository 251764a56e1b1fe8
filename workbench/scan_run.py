"""One scan of a case, from its settings to its run: what the ledger lacks is scanned, and written in the footage's order."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from workbench import SOFTWARE
from workbench.casefile import ledger, lists
from workbench.casefile.advancing import FAILED
from workbench.casefile.audit import note
from workbench.casefile.case import CaseFile
from workbench.counts import count
from workbench.errors import WorkbenchError
from workbench.faces import clock
from workbench.footage import Footage
from workbench.jobs import Crew, Failed, Recipe
from workbench.jobs.recipe import Answer
from workbench.models.pack import Pack
from workbench.progress import Progress
from workbench.runs import Run, settings_hash
from workbench.scanning import Window, windows
from workbench.thresholds import Line, scale_of
from workbench.watchlist import Watchlist

__all__ = ["ScanRun"]

NAMED = 3  # failed segments in one message


@dataclass(frozen=True)
class ScanRun:
    """One scan, from its settings to its run."""

    case: CaseFile
    watch: Watchlist
    pack: Pack
    locator: str
    line: Line
    every: float
    best: int
    closer: float
    segment: float
    gallery: str
    fast: bool
    progress: Progress
    begun: Callable[[int], None]
    said: Mapping[str, str]
    day: date

    @property
    def settings(self) -> dict[str, Any]:
        """All that decides the result, but for the footage; and what was said of it."""
        scale = scale_of(self.pack)
        return {
            "pack": self.pack.card.name,
            "pack_files": dict(self.pack.card.files),
            "space": self.pack.space.sha,
            "gallery": self.gallery,
            "every": self.every,
            "best": self.best,
            "closer": self.closer,
            "segment": self.segment,
            "near": self.line.near,
            "threshold_from": self.line.source,
            "smallest_face": self.pack.card.smallest_face,
            "same": scale.same,
            "contradict": scale.contradict,
            "near_miss_faces": self.case.about.policy.near_miss_faces,
            "list_digest": lists.digest_of(self.watch),
            "listed": len(self.watch),
            "software": SOFTWARE,
            **self.said,
            **({"fast": True} if self.fast else {}),
        }

    def key(self, footage: Sequence[Footage]) -> str:
        """What must be equal for a scan to be the same scan."""
        hashes = [each.sha256 for each in footage]
        settings = self.settings | {"threshold_from": self.line.known_by or self.line.source}
        whole = {"settings": settings, "threshold": self.line.threshold, "footage": hashes}
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()

    @property
    def recipe(self) -> Recipe:
        """What turns frames into passages, with the list behind it, ready to be sent to a worker."""
        return Recipe(
            pack=self.locator,
            files=dict(self.pack.card.files),
            templates=self.watch.templates,
            owner=self.watch.owner,
            threshold=self.line.threshold,
            near=self.line.near,
            near_miss_faces=self.case.about.policy.near_miss_faces,
            gallery=self.gallery,
            every=self.every,
            best=self.best,
            closer=self.closer,
            fast=self.fast,
        )

    def run(self, footage: Sequence[Footage], again: bool, crew: Crew) -> Run:
        """Scan what the ledger does not have yet, and read the run back."""
        settings = self.settings | {"day": self.day.isoformat()}  # not in the key: tomorrow the same scan goes on
        with self.case.store.change() as session:
            begun = ledger.begin(
                session,
                self.key(footage),
                version=self.watch.version,
                threshold=self.line.threshold,
                settings=settings,
                footage=[(str(each.path), each.sha256, each.facts()) for each in footage],
                again=again,
            )
            references = lists.reference_ids(session, self.watch)
            if begun.new:
                note(session, "scan begun", about={"run": begun.run, **self._begun(settings, footage)})
        self.begun(begun.run)
        if begun.finished:
            self.progress.say(
                f"scanned before with the same settings: run {begun.run} shown again (again=True, or --again, scans anew)"
            )
            return self.case.run(begun.run)
        self.case.sweep()
        places = dict(zip(begun.sources, footage, strict=True))
        failed = self._scan(places, begun.run, references, crew)
        self.case.sweep()
        if failed:
            raise WorkbenchError(_failed_words(failed, begun.run))
        self.case.finish_run(begun.run)
        return self.case.run(begun.run)

    def _scan(
        self, places: Mapping[int, Footage], run: int, references: Sequence[int], crew: Crew
    ) -> list[tuple[Footage, Failed]]:
        """Scan what the ledger lacks, footage after footage; returns what could not be scanned."""
        todo = [(place, each, self._left(place, each)) for place, each in places.items()]
        answers = _timed(crew.answers(self.recipe, self.pack, todo, self.progress))
        failed: list[tuple[Footage, Failed]] = []
        for place, each, left in todo:
            with _shown(self.progress, each) as watch:
                for answer in islice(answers, len(left)):
                    self._record(each, place, run, references, answer)
                    failed += [(each, answer)] if isinstance(answer, Failed) else []
                    watch((answer.window if isinstance(answer, Failed) else answer).end - each.start)
            if not any(footage is each for footage, _ in failed):
                self._join(each, place, run)
        return failed

    def _left(self, place: int, footage: Footage) -> list[Window]:
        """What the ledger lacks of one piece of footage."""
        with self.case.store.session() as session:
            done = ledger.done_segments(session, place)
        if done:
            self.progress.say(f"{footage.path.name}: going on after {len(done)} finished segments")
        return [each for each in windows(footage, self.every, self.segment) if each.ordinal not in done]

    def _record(self, footage: Footage, place: int, run: int, references: Sequence[int], answer: Answer) -> None:
        """Write a segment with its line in the ledger; or into the log that it could not be scanned."""
        store, about = self.case.store, {"run": run, "footage": footage.sha256}
        with store.change() as session:
            if isinstance(answer, Failed):
                note(session, FAILED, about=about | {"segment": answer.window.ordinal, "why": answer.why})
            else:
                ledger.record(session, store.blobs, place, answer, references)
                note(session, "segment recorded", about=about | answer.counts)

    def _join(self, footage: Footage, place: int, run: int) -> None:
        """Make one track of the pieces that borders between segments cut."""
        with self.case.store.change() as session:
            if joints := ledger.join(session, place):
                note(session, "tracks joined", about={"run": run, "footage": footage.sha256, "joints": joints})

    def _begun(self, settings: dict[str, Any], footage: Sequence[Footage]) -> dict[str, Any]:
        """What the log says of a scan that begins."""
        return {
            "list_version": self.watch.version,
            "threshold": self.line.threshold,
            "settings": settings_hash(settings),
            "footage": [each.sha256 for each in footage],
        }


def _timed(answers: Iterator[Answer]) -> Iterator[Answer]:
    """Each segment with the seconds since the one before as its `wall_s`, on this process's clock: workers' own run side by side."""
    began = time.perf_counter()
    for answer in answers:
        if isinstance(answer, Failed):
            yield answer
        else:
            arrived = time.perf_counter()
            yield replace(answer, profile={**answer.profile, "wall_s": arrived - began})
            began = arrived


def _failed_words(failed: Sequence[tuple[Footage, Failed]], run: int) -> str:
    """Which segments could not be scanned, and what to do."""
    named = [
        f"{footage.path.name} {clock(each.window.start)}-{clock(each.window.end)} ({each.why})"
        for footage, each in failed[:NAMED]
    ]
    more = f", and {len(failed) - NAMED} more" if len(failed) > NAMED else ""
    return (
        f"{count(len(failed), 'segment')} could not be scanned: {', '.join(named)}{more}; everything else is kept as run {run}, unfinished, "
        f"and the same command tries again"
    )


@contextmanager
def _shown(progress: Progress, footage: Footage) -> Iterator[Callable[[float], None]]:
    progress.start(footage.path.name, footage.seconds, "s")
    try:
        yield progress.at
        progress.at(footage.seconds)  # the last sample lies before the end
    finally:
        progress.end()
