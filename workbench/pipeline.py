"""The verbs: enroll photographs, scan footage."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from workbench import __version__
from workbench.approvals import approval_words
from workbench.casefile import approvals, ledger, lists
from workbench.casefile.audit import note
from workbench.casefile.case import CaseFile
from workbench.comparing import Comparer
from workbench.details import read_details
from workbench.enrolment import draw_up
from workbench.errors import CaseError, InputError
from workbench.faces import same_space
from workbench.footage import Footage, open_footage
from workbench.galleries import build_gallery
from workbench.models.pack import Pack
from workbench.models.packs import load_pack, pack_names
from workbench.operating_point import OperatingPoint
from workbench.progress import Progress, Silent
from workbench.recorded import stated
from workbench.runs import Run
from workbench.scanning import SEGMENT, Scanner
from workbench.thresholds import Line, line_for, scale_of
from workbench.watchlist import Watchlist

__all__ = ["enroll", "locator_of", "scan"]


def enroll(
    case: CaseFile,
    photos: Path | str,
    *,
    details: Path | str | None = None,
    pack: str | Path | None = None,
    today: date | None = None,
    progress: Progress | None = None,
) -> Watchlist:
    """Draw up the list from `photos/<subject>/<image>` and keep it in the case as a new version.

    details : CSV with the columns of `Entry`
    pack : name or path; by default the case's own, or else `dlib`
    """
    progress = progress or Silent()
    grounds = read_details(Path(details)) if details is not None else {}
    chosen = pack or case.about.pack or "dlib"
    loaded = load_pack(chosen)
    with case.store.writing("a list is being enrolled"):
        try:
            day = today or date.today()
            watch = draw_up(loaded, Path(photos), grounds, scale=scale_of(loaded), today=day, progress=progress)
        finally:
            progress.end()
        case.sweep()
        return case.add_watchlist(watch, locator_of(chosen))


def locator_of(pack: str | Path) -> str:
    """A pack as it can be found again from any folder: its name, or its full path."""
    return str(pack) if str(pack) in pack_names() else str(Path(pack).expanduser().resolve())


def scan(
    case: CaseFile,
    sources: Sequence[Path | str],
    *,
    threshold: float | OperatingPoint | None = None,
    every: float = 0.2,
    gallery: str = "exact",
    pack: str | Path | None = None,
    best: int = 5,
    closer: float = 1.0,
    segment: float = SEGMENT,
    again: bool = False,
    camera: str = "",
    recorded: datetime | str | None = None,
    today: date | None = None,
    progress: Progress | None = None,
) -> Run:
    """Scan footage against the newest list; the same call after an interruption goes on where it stopped.

    threshold : cosine; or an operating point, whose concerns about this list and pack are then said; or None for where
        the pack's own measurement puts it
    closer : seconds between closer looks, in which the smallest usable faces are looked for; 0 looks closer at every sample
    every : seconds between samples; best : faces kept a track
    segment : seconds of footage that are written at once, and lost at most
    again : scan anew what was scanned before with the same settings
    camera : a name for what recorded the footage, else the file's name stands for it
    recorded : when the first picture was recorded, a time or its text; what the file says of itself is used otherwise
    """
    progress = progress or Silent()
    if not 0.01 <= every <= 60:
        raise InputError(f"every is {every} s; give 0.01 to 60 seconds between samples")
    listed = case.watchlist
    if listed is None:
        raise CaseError(f"{case.folder.name} has no watchlist; enroll one first: workbench enroll {case.folder} PHOTOS")
    if np.isnan(listed.templates).any():
        raise CaseError(
            f"the faces of list version {listed.version} were deleted in time; enroll the list again to scan"
        )
    footage = _opened(sources, progress)
    said = stated(camera, recorded, len(footage))
    watch = _in_force(listed, today or date.today(), progress)
    chosen = pack or case.about.pack or case.pack_of(watch.version)
    loaded = load_pack(chosen, threads=1)  # the scan looks at several frames at once instead
    same_space(watch.space, loaded.space)
    line = line_for(loaded, threshold, _name_of(case, threshold))
    if isinstance(threshold, OperatingPoint):
        _say_concerns(threshold, watch, progress)
    if not line.measured:
        progress.say(f"the threshold {line.threshold:.3f} is {line.source}")
    work = _Work(
        case,
        watch,
        loaded,
        line,
        every=float(every),
        best=best,
        closer=float(closer),
        segment=float(segment),
        gallery=gallery,
        progress=progress,
        said=said,
    )
    with case.store.writing("footage is being scanned"):
        run = work.run(footage, again)
    _say_approval(case, watch.version, progress)  # with the result: a scan that fails says one line, why it failed
    return run


def _opened(sources: Sequence[Path | str], progress: Progress) -> list[Footage]:
    """All footage, opened before anything is scanned, so that a wrong name costs nothing."""
    if not sources:
        raise InputError("no footage was given; name at least one file or folder")
    footage: dict[str, Footage] = {}
    for source in sources:
        opened = open_footage(source)
        if opened.sha256 in footage:
            progress.say(f"{opened.path.name} is the same footage as {footage[opened.sha256].path.name}; scanned once")
        footage.setdefault(opened.sha256, opened)
    return list(footage.values())


def _in_force(watch: Watchlist, today: date, progress: Progress) -> Watchlist:
    """The list without entries that expired since it was enrolled."""
    valid = watch.valid_on(today)
    if len(valid) < len(watch):
        gone = sorted(set(watch.subjects) - set(valid.subjects))
        progress.say(f"no longer looked for, since their entries expired: {', '.join(gone)}")
    if not len(valid):
        raise CaseError("every entry of the watchlist has expired; renew the details and enroll the list again")
    return valid


def _say_approval(case: CaseFile, version: int, progress: Progress) -> None:
    """That nobody approved the list, or that somebody rejected it."""
    with case.store.session() as session:
        stands = (approvals.load_approvals(session, version) or (None,))[-1]
    if stands is None or not stands.approved:
        progress.say(
            f"list version {version} is {approval_words(stands)}; review it: workbench list review {case.folder}"
        )


def _name_of(case: CaseFile, threshold: float | OperatingPoint | None) -> str:
    """The name under which the case has recorded an operating point, "" if it has not."""
    if not isinstance(threshold, OperatingPoint):
        return ""
    whole = threshold.to_json()  # as text, in which NaN equals NaN
    return next((kept.name for kept in case.operating_points if kept.point.to_json() == whole), "")


def _say_concerns(point: OperatingPoint, watch: Watchlist, progress: Progress) -> None:
    """What speaks against using an operating point with this list."""
    space = point.space if watch.space.marked(point.space) else watch.space.mark
    for concern in point.concerns(watchlist=len(watch), space=space):
        progress.say(f"the operating point: {concern}")


@dataclass(frozen=True)
class _Work:
    """One scan, from its settings to its run."""

    case: CaseFile
    watch: Watchlist
    pack: Pack
    line: Line
    every: float
    best: int
    closer: float
    segment: float
    gallery: str
    progress: Progress
    said: Mapping[str, str]

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
            "software": f"second-look {__version__}",
            **self.said,
        }

    def scanner(self) -> Scanner:
        """What turns frames into passages, with the list behind it."""
        scale = scale_of(self.pack)
        comparer = Comparer(
            self.pack,
            scale,
            build_gallery(self.gallery, self.watch.templates),
            self.watch.templates,
            self.watch.owner,
            threshold=self.line.threshold,
            near=self.line.near,
            near_miss_faces=self.case.about.policy.near_miss_faces,
        )
        return Scanner(self.pack, scale, comparer, every=self.every, best=self.best, closer=self.closer)

    def run(self, footage: Sequence[Footage], again: bool) -> Run:
        """Scan what the ledger does not have yet, and read the run back."""
        scanner, settings = self.scanner(), self.settings
        with self.case.store.change() as session:
            begun = ledger.begin(
                session,
                _key(settings, self.line.threshold, footage),
                version=self.watch.version,
                threshold=self.line.threshold,
                settings=settings,
                footage=[(str(each.path), each.sha256, each.facts()) for each in footage],
                again=again,
            )
            references = lists.reference_ids(session, self.watch)
            if begun.new:
                note(session, "scan begun", about={"run": begun.run, **self._begun(settings, footage)})
        if begun.finished:
            self.progress.say(
                f"scanned before with the same settings: run {begun.run} shown again (again=True, or --again, scans anew)"
            )
            return self.case.run(begun.run)
        self.case.sweep()
        for each, place in zip(footage, begun.sources, strict=True):
            self._one(scanner, each, place, references, begun.run)
        self.case.sweep()
        self.case.finish_run(begun.run)
        return self.case.run(begun.run)

    def _begun(self, settings: dict[str, Any], footage: Sequence[Footage]) -> dict[str, Any]:
        """What the log says of a scan that begins."""
        return {
            "list_version": self.watch.version,
            "threshold": self.line.threshold,
            "settings": hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest(),
            "footage": [each.sha256 for each in footage],
        }

    def _one(self, scanner: Scanner, footage: Footage, place: int, references: Sequence[int], run: int) -> None:
        """Scan what the ledger lacks of one piece of footage, and join its tracks."""
        store = self.case.store
        with store.session() as session:
            done = ledger.done_segments(session, place)
        if done:
            self.progress.say(f"{footage.path.name}: going on after {len(done)} finished segments")
        with _shown(self.progress, footage) as watch:
            for segment in scanner.segments(footage, done, watch, self.segment):
                with store.change() as session:
                    ledger.record(session, store.blobs, place, segment, references)
                    note(session, "segment recorded", about={"run": run, "footage": footage.sha256, **segment.counts})
        with store.change() as session:
            if joints := ledger.join(session, place):
                note(session, "tracks joined", about={"run": run, "footage": footage.sha256, "joints": joints})


def _key(settings: dict[str, Any], threshold: float, footage: Sequence[Footage]) -> str:
    """What must be equal for a scan to be the same scan."""
    whole = {"settings": settings, "threshold": threshold, "footage": [each.sha256 for each in footage]}
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


@contextmanager
def _shown(progress: Progress, footage: Footage) -> Iterator[Callable[[float], None]]:
    progress.start(footage.path.name, footage.seconds, "s")
    try:
        yield progress.at
        progress.at(footage.seconds)  # the last sample lies before the end
    finally:
        progress.end()
